"""The whole demo before a row is made: estate, commitments, fees, business, meters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from finops_lib.core.periods import Period
from finops_lib.sources.demo.accounts import central, data, development, production, sandbox, staging
from finops_lib.sources.demo.business import Business, business
from finops_lib.sources.demo.commitment_book import commitments
from finops_lib.sources.demo.commitment_rows import fee_skus
from finops_lib.sources.demo.commitments import Commitments
from finops_lib.sources.demo.estate import Estate
from finops_lib.sources.demo.expand import Meter, meter
from finops_lib.sources.demo.facts import Fact
from finops_lib.sources.demo.fee_book import fee_book
from finops_lib.sources.demo.fees import FeeBook
from finops_lib.sources.demo.fleet import populate
from finops_lib.sources.demo.organization import accounts
from finops_lib.sources.demo.planted import organization_facts
from finops_lib.sources.demo.rates import PREFIXES
from finops_lib.sources.demo.size import DemoSize
from finops_lib.sources.demo.tags import HARVEST, LAB, PLATFORM, SHOP, Activation, Project
from finops_lib.sources.demo.timeline import Timeline
from finops_lib.sources.demo.workloads.site import Site

ZONES = [region + letter for region in PREFIXES for letter in "ab"]
_BUILDERS: Mapping[str, tuple[Callable[[Site], None], Project, str]] = {
    "payer": (central.payer, PLATFORM, "shared"),
    "production": (production.build, SHOP, "production"),
    "staging": (staging.build, SHOP, "staging"),
    "development": (development.build, SHOP, "development"),
    "data": (data.build, HARVEST, "production"),
    "shared": (central.shared, PLATFORM, "shared"),
    "sandbox": (sandbox.build, LAB, "sandbox"),
    "acquired": (central.acquired, PLATFORM, "production"),
}


@dataclass(frozen=True)
class Blueprint:
    """Everything needed to make any month of the bill."""

    timeline: Timeline
    estate: Estate
    business: Business
    commitments: Commitments
    fee_skus: Mapping[str, int]
    fees: FeeBook
    meter: Meter
    facts: tuple[Fact, ...]
    activation: Activation


def blueprint(size: DemoSize) -> Blueprint:
    """Design the demo of a size; takes no account of the disk or the clock."""
    timeline = Timeline(size)
    estate = Estate(timeline, accounts(size.accounts, size.seed))
    for number, (builder, project, environment) in enumerate(_BUILDERS.values()):
        builder(Site(estate, number, project, environment))
    fleet_load = populate(estate)
    trade = business(timeline)
    book = commitments(estate, fleet_load)
    plan_skus, charges = fee_skus(estate.catalog, book), fee_book(estate)
    return Blueprint(
        timeline=timeline,
        estate=estate,
        business=trade,
        commitments=book,
        fee_skus=plan_skus,
        fees=charges,
        meter=meter(estate, trade, ZONES),
        facts=(*estate.facts, *organization_facts(estate, book)),
        activation=activation(size.end),
    )


def activation(end: Period) -> Activation:
    """Owner was activated as a cost allocation tag eleven months before the end."""
    return Activation({"Owner": end.shift(-11)})
