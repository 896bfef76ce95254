"""Planting facts: what was built, said as data that grades analyses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from finops_lib.sources.demo.estate import Overlay
from finops_lib.sources.demo.facts import Fact, FactKind
from finops_lib.sources.demo.money import ticks
from finops_lib.sources.demo.workloads.site import Life, Placed, Site

_NOTHING: Mapping[str, int] = MappingProxyType({})
_NO_DATA: Mapping[str, object] = MappingProxyType({})


def last_month(site: Site) -> Life:
    """The last closed month as a window."""
    return Life(site.timeline.back(0), site.timeline.back(-1))


def plant(
    site: Site,
    identity: str,
    kind: FactKind,
    explanation: str,
    *,
    placed: Sequence[Placed] = (),
    streams: Sequence[int] = (),
    usage_types: Sequence[str] = (),
    window: Life | None = None,
    category: str = "",
    amounts: Mapping[str, int] = _NOTHING,
    data: Mapping[str, object] = _NO_DATA,
) -> None:
    """Add a fact about streams (all those of ``placed``, or the ones named) within a window (the last closed month).

    ``usage_types`` are told beside those of the streams: what stood in for them. A fact whose window lies before the
    first month is left out.
    """
    timeline, estate = site.timeline, site.estate
    span = window or last_month(site)
    start, end = max(span.start, 0), min(span.end, timeline.last_hour)
    if start >= end:
        return
    chosen = tuple(streams) or tuple(stream for item in placed for stream in item.streams)
    resources = [item.resource for item in placed] or [estate.streams[stream].resource for stream in chosen]
    skus = [estate.sku_of(stream) for stream in chosen]
    estate.facts.append(
        Fact(
            id=identity,
            kind=kind,
            account=site.account,
            explanation=explanation,
            start=start,
            end=end,
            streams=chosen,
            service=skus[0].service.code if skus else "AmazonEC2",
            resources=_unique(estate.resources[resource].id for resource in resources),
            usage_types=_unique([*(sku.usage_type for sku in skus), *usage_types]),
            category=category,
            amounts=MappingProxyType(dict(amounts)),
            data=MappingProxyType(dict(data)),
        )
    )


def waste(
    site: Site,
    identity: str,
    explanation: str,
    placed: Sequence[Placed],
    opportunity: str,
    *,
    amounts: Mapping[str, int] = _NOTHING,
    **data: object,
) -> None:
    """Add a fact about waste in the last closed month; ``opportunity`` names what a scorecard should find."""
    facts = {"opportunity": opportunity, **data}
    plant(site, f"waste-{identity}", "waste", explanation, placed=placed, amounts=amounts, data=facts)


def trap(
    site: Site,
    identity: str,
    explanation: str,
    placed: Sequence[Placed],
    *,
    amounts: Mapping[str, int] = _NOTHING,
    **data: object,
) -> None:
    """Add a fact about what looks like waste and is not, or is not what it seems."""
    plant(site, f"trap-{identity}", "trap", explanation, placed=placed, amounts=amounts, data=data)


def anomaly(
    site: Site, identity: str, explanation: str, stream: int, window: Life, a_day: float, **data: object
) -> None:
    """Disturb a stream by ``a_day`` units a day within a window, and say so."""
    name = f"anomaly-{identity}"
    disturb(site, name, stream, window, a_day / 24)
    told = {"extra_units_a_day": a_day, **data}
    plant(site, name, "anomaly", explanation, streams=(stream,), window=window, category="anomalous", data=told)


def disturb(site: Site, fact: str, stream: int, window: Life, extra: float) -> None:
    """Add ``extra`` units an hour to a stream within a window, as part of a fact; nothing outside the demo's months."""
    if 0 <= window.start < site.timeline.last_hour:
        site.estate.overlays.append(Overlay(fact, stream, window.start, window.end, extra))


def gp3_saving(size: int) -> dict[str, int]:
    """Monthly saving of gp2 to gp3 in ticks: with the whole gp2 envelope matched, and with the gp3 baseline."""
    storage = size * ticks("0.02")
    iops = max(0, min(3 * size, 16_000) - 3_000) * ticks("0.005")
    throughput = ticks("5") if size > 150 else 0
    return {"saving_low": storage - iops - throughput, "saving_high": storage}


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
