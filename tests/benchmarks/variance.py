"""How long does one explanation of a big month take? Processor seconds by step, on bills made here.

``many_types`` gives every key a usage type of its own; ``many_accounts`` spreads as many keys over accounts, regions,
operations and a tag, as large bills do, with all kinds of charges. Run with a number of keys.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time

import numpy as np
import pandas as pd

from finops_lib.analyses.variance import explain
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION

AFTER = Period(2026, 8)
KINDS = ("usage", "usage", "usage", "usage", "usage", "tax", "credit", "fee", "commitment")


def texts(pattern: str, numbers: np.ndarray) -> pd.Series[str]:
    """Names with a number in them."""
    names = pd.Series([pattern % number for number in range(int(numbers.max()) + 1)], dtype="str")
    return names.iloc[numbers].reset_index(drop=True)


def many_types(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Keys of usage types that no other key has; all of them usage."""
    return pd.DataFrame(
        {
            "SubAccountId": texts("%012d", rng.integers(0, 200, count)),
            "ServiceName": texts("Amazon Service %d", rng.integers(0, 60, count)),
            "RegionId": texts("us-east-%d", rng.integers(0, 10, count)),
            "x_UsageType": texts("Box:%d", np.arange(count)),
            "x_Operation": texts("Run%d", rng.integers(0, 20, count)),
            "PricingUnit": texts("Hrs%d", rng.integers(0, 3, count)),
            "x_tag_cost_center": texts("cc%d", rng.integers(0, 30, count)),
            "x_charge_kind": pd.Series(["usage"] * count, dtype="str"),
        }
    )


def many_accounts(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Keys of 300 usage types in many accounts, a fifth of them without a tag; of all kinds."""
    service = rng.integers(0, 60, count)
    tags = texts("cc%d", rng.integers(0, 30, count))
    return pd.DataFrame(
        {
            "SubAccountId": texts("%012d", np.arange(count) // 400),
            "ServiceName": texts("Amazon Service %d", service),
            "RegionId": texts("us-east-%d", rng.integers(0, 4, count)),
            "x_UsageType": texts("USE1-Box:%d", np.arange(count) % 300),
            "x_Operation": texts("Run%d", rng.integers(0, 20, count)),
            "PricingUnit": texts("Hrs%d", service % 3),
            "x_tag_cost_center": tags.where(rng.random(count) > 0.2),
            "x_charge_kind": pd.Series(np.array(KINDS)[service % len(KINDS)], dtype="str"),
        }
    )


def bill(keys: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Two months of these keys, each with a new quantity, list price and rate; some keys are in one month only."""
    months = []
    for period in (AFTER.shift(-1), AFTER):
        quantity, price = rng.lognormal(3, 2, len(keys)), rng.lognormal(-2, 1, len(keys))
        rows = keys.assign(
            BillingPeriodStart=pd.Timestamp(period.start),
            BillingCurrency="USD",
            x_ServiceCode="AmazonService",
            PublisherName="AWS",
            PricingCategory=pd.Series(np.array(["Standard", "Committed"])[rng.integers(0, 2, len(keys))], dtype="str"),
            PricingQuantity=quantity,
            ListCost=quantity * price,
            EffectiveCost=quantity * price * rng.uniform(0.5, 1.0, len(keys)),
        )
        months.append(rows[rng.random(len(rows)) > 0.05])
    return pd.concat(months, ignore_index=True)


def measure(rows: pd.DataFrame, *, profiled: bool) -> tuple[float, int]:
    """The least processor seconds of three runs, and the number of keys."""
    seconds = []
    for _ in range(3):
        begun = time.process_time()
        result = explain(rows, scope=ORGANIZATION, period=AFTER)
        seconds.append(time.process_time() - begun)
    if profiled:
        profile = cProfile.Profile(time.process_time)
        profile.runcall(explain, rows, scope=ORGANIZATION, period=AFTER)
        pstats.Stats(profile).sort_stats("cumtime").print_stats(45)
    return min(seconds), len(result.keys)


def main() -> None:
    """Print a line a shape of bill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("keys", type=int, nargs="?", default=200_000)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    for shape in (many_types, many_accounts):
        rng = np.random.default_rng(1)
        seconds, count = measure(bill(shape(rng, asked.keys), rng), profiled=asked.profile)
        print(f"{shape.__name__}: {count:,} keys explained in {seconds:.2f} s of processor time")


if __name__ == "__main__":
    main()
