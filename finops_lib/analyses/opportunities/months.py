"""What resources used in each month that is held."""

from __future__ import annotations

import pandas as pd

from finops_lib.analyses.opportunities.billed import RESOURCE
from finops_lib.analyses.opportunities.usage import frame_of
from finops_lib.contracts.evidence import Evidence


def months_back(evidence: Evidence) -> list[pd.Timestamp]:
    """The period and the months before it, latest first, to the first that is held."""
    months, first = [pd.Timestamp(evidence.period.start)], frame_of(evidence, "months")["BillingPeriodStart"].min()
    while months[-1] > first:
        months.append(pd.Timestamp(evidence.period.shift(-len(months)).start))
    return months


def quantities(lines: pd.DataFrame) -> pd.DataFrame:
    """What these lines of a bill used: a row a resource (account, region, resource), a column a month; else null."""
    named = lines.assign(
        account=lines["SubAccountId"], region=lines["RegionId"].fillna(""), resource=lines["ResourceId"]
    )
    return named.groupby([*RESOURCE, "BillingPeriodStart"])["PricingQuantity"].sum().unstack("BillingPeriodStart")
