"""NAT gateways: an hour's price and a gigabyte's, what went through them, and the network that they serve."""

from __future__ import annotations

from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, idleness
from finops_lib.analyses.opportunities.idleness import Meter
from finops_lib.analyses.opportunities.protocol import Gap
from finops_lib.contracts.evidence import Evidence

SERVICE: Final = "AmazonEC2"
HOURS_A_MONTH: Final = 730.0
"""Hours of an average month, as AWS counts them in its own monthly prices."""

METER: Final = Meter(SERVICE, r"NatGateway-(?:\w+-)?Hours$", r"NatGateway-(?:\w+-)?Bytes$", nothing=5.0 / HOURS_A_MONTH)
_NEEDS: Final = "ec2:DescribeNatGateways"


def gateways(evidence: Evidence) -> tuple[pd.DataFrame, tuple[Gap, ...]]:
    """The gateways in use that bill and inventory know (columns of :func:`idleness.metered`), and where nobody told."""
    costs = idleness.metered(evidence, METER)
    described = billed.known(evidence, "nat_gateways", costs)
    return described[described["state"] == "available"], billed.gaps(evidence, "nat_gateways", costs, _NEEDS)


def carrying(evidence: Evidence) -> tuple[pd.DataFrame, tuple[Gap, ...]]:
    """The gateways that something went through in the period, and where nobody told."""
    known, gaps = gateways(evidence)
    return known[known["flow"] > METER.nothing * known["hours"]], gaps


def without_network(frame: pd.DataFrame) -> tuple[Gap, ...]:
    """A gap for each account whose gateways do not tell their VPC."""
    return tuple(
        Gap(str(account), "The VPC of the NAT gateway is not known.", _NEEDS, len(here), float(here["cost"].sum()))
        for account, here in frame[frame["vpc"].isna()].groupby("account")
    )
