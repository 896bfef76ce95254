"""The generated part of the organization: extra accounts' baselines, and packs of resources up to the wanted size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from finops_lib.sources.demo.estate import Estate
from finops_lib.sources.demo.organization import NAMED
from finops_lib.sources.demo.schedules import share
from finops_lib.sources.demo.tags import FAULTS, PROJECTS
from finops_lib.sources.demo.timeline import ALWAYS, Timeline
from finops_lib.sources.demo.workloads import compute, databases, network, platform, storage
from finops_lib.sources.demo.workloads.site import BEFORE, FOREVER, Life, Site

_TYPES = ("m6i.large", "m6i.xlarge", "c6i.large", "c6i.xlarge", "m7g.large", "r5.large", "t3.medium", "t3.large")
_SYSTEMS = ("linux", "linux", "linux", "linux", "linux", "linux", "windows", "rhel", "suse", "linux")
_PLAN_ROWS = 1.22  # rows that one row of fleet usage becomes, with its share of plan negations
_COMMITMENT_ROWS = 7_000  # fees, negations and split rows of the named accounts' commitments, a month


def expected_rows(estate: Estate, first: int = 0) -> int:
    """Usage rows that the streams from number ``first`` on will give over the whole demo."""
    last = estate.timeline.last_hour
    months = len(estate.timeline.months)
    total = 0.0
    for stream in estate.streams[first:]:
        hours = max(0, min(stream.end, last) - max(stream.start, 0))
        per_hour = {"hour": 1.0, "day": 1 / 24, "month": months / last}[stream.grain]
        total += hours * per_hour * share(stream.schedule)
    return round(total)


def populate(estate: Estate) -> int:
    """Fill the estate up to the wanted rows; returns the fleet's steady load in ticks an hour at plan rates."""
    rng, named = np.random.default_rng([estate.seed, 4]), len(estate.streams)
    for number in range(len(NAMED), len(estate.accounts)):
        _baseline(_site(estate, number, rng))
    months = estate.timeline.last_hour / 730
    wanted = estate.timeline.size.rows - expected_rows(estate) - _COMMITMENT_ROWS * months
    first = len(estate.streams)
    for pack, number in zip(_sizes(rng), _owners(estate, rng), strict=False):
        if wanted <= 0:
            break
        placed = _pack(_site(estate, number, rng), pack, rng)
        wanted -= expected_rows(estate, first) * (_PLAN_ROWS if placed == "large" else 1.0)
        first = len(estate.streams)
    return _steady_load(estate, named)


def _steady_load(estate: Estate, first: int) -> int:
    """Ticks an hour at plan rates of the streams from number ``first`` on that run without pause or end."""
    return sum(
        estate.sku_of(number).plan_rate("compute", "No Upfront")
        for number, stream in enumerate(estate.streams[first:], first)
        if stream.grain == "hour" and (stream.start, stream.end, stream.schedule) == (BEFORE, ALWAYS, "always")
    )


def _sizes(rng: np.random.Generator) -> Iterator[str]:
    while True:
        yield from rng.choice(["large", "large", "small"], 64)


def _owners(estate: Estate, rng: np.random.Generator) -> Iterator[int]:
    """Account numbers: each extra account once, then by weight."""
    yield from range(len(NAMED), len(estate.accounts))
    weights = np.array([account.weight for account in estate.accounts])
    while True:
        yield from (int(number) for number in rng.choice(len(weights), 256, p=weights / weights.sum()))


def _site(estate: Estate, number: int, rng: np.random.Generator) -> Site:
    archetype = estate.accounts[number].archetype
    environment = archetype if archetype in ("production", "staging", "development") else "production"
    fault = str(rng.choice(list(FAULTS))) if rng.random() < 0.18 else None
    project = PROJECTS[int(rng.integers(len(PROJECTS)))]
    return Site(estate, number, project, environment, fault=fault)


def _baseline(site: Site) -> None:
    storage.bucket(
        site, f"kelp-site-{site.estate.key(site.owner.id, 'bucket', length=10)}", infrequent=400, growth=0.01
    )
    platform.keys(site, 1, 0)


def _pack(site: Site, size: str, rng: np.random.Generator) -> str:
    number = len(site.estate.resources)
    life = _life(site.timeline, rng)
    if size == "large" or (site.timeline.size.rows > 2_000_000 and rng.random() < 0.5):
        kind, system = str(rng.choice(_TYPES)), str(rng.choice(_SYSTEMS))
        server = compute.instance(
            site, kind, f"node-{number}", system=system, zone=str(rng.choice(["a", "b"])), life=life
        )
        network.transfer(site, server, "transfer.out", float(rng.integers(1, 30)), life=life)
        return "large"
    databases.database(
        site, f"store-{number}", "db.t3.medium", "postgres", storage=int(rng.integers(20, 400)), life=life
    )
    network.load_balancer(site, f"front-{number}", float(rng.integers(1, 6)), life=life)
    network.nat_gateway(site, f"way-{number}", float(rng.integers(2, 60)), life=life, network=f"way-{number}")
    platform.function(
        site, f"task-{number}", gb_seconds=float(rng.integers(1, 90)) * 10_000, requests=300_000, life=life
    )
    return "small"


def _life(timeline: Timeline, rng: np.random.Generator) -> Life:
    """Most resources stand all the time; some arrive or leave on the way."""
    chance, day = rng.random(), int(rng.integers(1, max(2, timeline.last_hour // 24))) * 24
    if chance < 0.7:
        return FOREVER
    return Life(start=day) if chance < 0.9 else Life(end=day)
