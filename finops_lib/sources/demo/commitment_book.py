"""What the company has committed to."""

from __future__ import annotations

from finops_lib.sources.demo.commitments import Commitments, Reservation, SavingsPlan
from finops_lib.sources.demo.estate import Estate
from finops_lib.sources.demo.money import ticks

_DAY = 24


def commitments(estate: Estate, fleet_load: int) -> Commitments:
    """The company's book; ``fleet_load`` (ticks an hour at plan rates) always runs in the generated fleet."""
    return Commitments(_plans(estate, fleet_load), _reservations(estate))


def _plans(estate: Estate, fleet_load: int) -> tuple[SavingsPlan, ...]:
    timeline, payer = estate.timeline, estate.accounts[0].id
    step = ticks("0.001")
    fleet_share = fleet_load * 3 // 10 // step * step

    def plan(identity: str, start: int, days: int, **terms: object) -> SavingsPlan:
        key = estate.key("plan", identity, length=32)
        arn = f"arn:aws:savingsplans::{payer}:savingsplan/{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
        return SavingsPlan(identity, arn, start=start, end=start + days * _DAY, **terms)  # type: ignore[arg-type]

    return (
        plan(
            "compute-all-upfront",
            timeline.back(4, 3, 14),
            365,
            kind="compute",
            payment="All Upfront",
            recurring=0,
            upfront=ticks("0.14"),
        ),
        plan(
            "compute-expiring",
            timeline.back(10, 12, 9),
            365,
            kind="compute",
            payment="Partial Upfront",
            recurring=ticks("0.1"),
            upfront=ticks("0.1"),
        ),
        plan(
            "compute-base",
            timeline.back(20, 6, 11),
            3 * 365,
            kind="compute",
            payment="No Upfront",
            years=3,
            recurring=ticks("0.25") + fleet_share,
            upfront=0,
        ),
        plan(
            "instance-underused",
            timeline.back(8, 17, 15),
            365,
            kind="instance",
            payment="Partial Upfront",
            recurring=ticks("0.29"),
            upfront=ticks("0.27"),
            family="r6i",
            region="us-east-1",
        ),
        plan(
            "compute-returned",
            timeline.back(6, 20, 10),
            365,
            kind="compute",
            payment="All Upfront",
            recurring=0,
            upfront=ticks("0.15"),
            returned=True,
        ),
    )


def _reservations(estate: Estate) -> tuple[Reservation, ...]:
    timeline, catalog = estate.timeline, estate.catalog

    def reserve(identity: str, archetype: str, service: str, path: str, start: int, **terms: object) -> Reservation:
        key = estate.key("reservation", identity, length=32)
        account = estate.account_number(archetype)
        unique = f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
        arn = f"arn:aws:{service}:us-east-1:{estate.accounts[account].id}:{path}{unique}"
        subscription = str(int(key[:8], 16) % 10**10)
        return Reservation(identity, arn, subscription, account, start=start, end=start + 365 * _DAY, **terms)  # type: ignore[arg-type]

    return (
        reserve(
            "ec2-web",
            "production",
            "ec2",
            "reserved-instances/",
            timeline.back(11, 20, 8),
            count=3,
            sku=catalog.instance("m5.large", "us-east-1"),
            payment="No Upfront",
            recurring=ticks("0.06"),
            upfront=0,
            flexible=True,
        ),
        reserve(
            "rds-ledger",
            "data",
            "rds",
            "ri:",
            timeline.back(7, 5, 0),
            count=2,
            sku=catalog.priced("rds.db.r5.large.postgres", "us-east-1"),
            payment="Partial Upfront",
            recurring=ticks("0.084"),
            upfront=ticks("0.084"),
        ),
        reserve(
            "rds-catalog-underused",
            "data",
            "rds",
            "ri:",
            timeline.back(9, 11, 0),
            count=2,
            sku=catalog.priced("rds.db.m5.large.mysql", "us-east-1"),
            payment="No Upfront",
            recurring=ticks("0.122"),
            upfront=0,
        ),
        reserve(
            "cache-session",
            "production",
            "elasticache",
            "reserved-instance:",
            timeline.back(5, 2, 0),
            count=1,
            sku=catalog.priced("cache.r6g.large", "us-east-1"),
            payment="All Upfront",
            recurring=0,
            upfront=ticks("0.131"),
        ),
    )
