"""Which few places carry the change, which resources stand behind them, and is it over? docs/methods/root-causes.md."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

import pandas as pd

from finops_lib.analyses import causes, drilldown
from finops_lib.analyses.calendar_days import elapsed
from finops_lib.analyses.causes import CENT, Cause
from finops_lib.analyses.drilldown import PersistenceResult, ResourcesResult
from finops_lib.analyses.root_cause_leaves import ATTRIBUTES, CHARGE, USAGE, charges, leaves, matching
from finops_lib.analyses.root_cause_nature import apart_by_nature, by_charge
from finops_lib.analyses.root_cause_places import largest_places
from finops_lib.analyses.shifts import began_on
from finops_lib.analyses.totals import METRIC
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.contracts.focus import TAG_PREFIX
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period

MOST: Final = 5
"""How many causes are told."""

OTHERS: Final = 0.5
"""How much else of a cell may move, as a share of one usage type in it, for its days to tell of that."""

TOP: Final = 8
"""How many resources are told of each."""

Lasting = Literal["temporary", "receding", "structural", "undecided", "gradual", "monthly", "unknown"]


@dataclass(frozen=True)
class RootCause:
    """One combination that carries a part of the change.

    ``part`` is its share of all that moved in its direction. ``effect`` and ``category`` are those that carry most of
    it in its direction, the effect with ``effect_amount``.
    ``lasting`` is the verdict on its daily cost; ``gradual`` where no day stands out, ``monthly`` where it is not
    charged by the day, ``unknown`` where there are no days to look at. ``persistence`` is None with these three.
    """

    cause: Cause
    charge: str
    part: float | None
    effect: str
    effect_amount: float
    category: str
    lasting: Lasting
    persistence: PersistenceResult | None
    resources: ResourcesResult | None

    @property
    def undone(self) -> bool:
        """True where the change undoes an earlier shift: the shift went the other way."""
        return self.persistence is not None and self.persistence.shift * self.cause.change < 0

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form."""
        return self.cause.to_dict() | {
            "charge": self.charge,
            "part": None if self.part is None else round(self.part, 6),
            "effect": self.effect,
            "effect_amount": round(self.effect_amount, 6) + 0.0,
            "category": self.category,
            "lasting": self.lasting,
            "undone": self.undone,
            "persistence": self.persistence.to_dict() if self.persistence else None,
            "resources": self.resources.to_dict() if self.resources else None,
        }


@dataclass(frozen=True)
class RootCausesResult:
    """The causes of a change apart from the calendar's part in it, most dollars first."""

    name: ClassVar[str] = "root_causes"
    schema: ClassVar[str] = "finops.root_causes/1"

    scope: str
    period: str
    currency: str
    change: float
    rises: float
    falls: float
    attributes: tuple[str, ...]
    causes: tuple[RootCause, ...]
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; money in units of the currency, rounded to a millionth."""
        return {
            "schema": self.schema,
            "scope": self.scope,
            "period": self.period,
            "currency": self.currency,
            "change": round(self.change, 6) + 0.0,
            "rises": round(self.rises, 6) + 0.0,
            "falls": round(self.falls, 6) + 0.0,
            "causes": [item.to_dict() for item in self.causes],
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """``causes``: a row a cause; ``resources``: a row a cause and resource, with the cause's number."""
        rows = [
            [number, *(item.cause.combination.get(name) for name in self.attributes), *_told(item)]
            for number, item in enumerate(self.causes, 1)
        ]
        columns = ["cause", *self.attributes, "before", "after", "change", "part", "effect", "category", "lasting"]
        parts = [
            item.resources.resources.assign(cause=number)
            for number, item in enumerate(self.causes, 1)
            if item.resources is not None
        ]
        empty = pd.DataFrame(columns=["ResourceId", "before", "after", "change", "state", "cause"])
        behind = pd.concat(parts, ignore_index=True) if parts else empty
        return {"causes": pd.DataFrame(rows, columns=columns), "resources": behind}


def find(
    result: VarianceResult,
    monthly: pd.DataFrame,
    resources: pd.DataFrame | None = None,
    daily: pd.DataFrame | None = None,
    snapshots: pd.DataFrame | None = None,
    *,
    most: int = MOST,
) -> RootCausesResult:
    """Find the causes of a change from the month before that :func:`variance.explain` explained.

    ``monthly``, ``resources`` and ``snapshots`` hold both months, ``daily`` those and as many before as there are.
    Raises :class:`InsufficientDataError` for a result that is not about the month before.
    """
    if result.against != "previous":
        raise InsufficientDataError("Causes are told of a change from the month before.")
    period = Period.parse(result.period)
    table, lines = leaves(result, monthly, snapshots), charges(result)
    moved = (table["actual"] - table["expected"]).to_numpy()
    found = causes.locate(apart_by_nature(table), max_causes=most) if len(table) else None
    rises, falls = math.fsum(moved[moved > 0]), math.fsum(moved[moved < 0])
    sources = _Sources(lines, _amounts(resources, snapshots, period), daily, snapshots, period)
    first = [by_charge(cause, table) for cause in found.causes] if found else []
    more = largest_places(table, first, most=most) if found else []
    listed = sorted([*first, *more], key=lambda cause: -abs(cause.change))
    return RootCausesResult(
        scope=result.scope,
        period=result.period,
        currency=result.currency,
        change=math.fsum(moved),
        rises=rises,
        falls=falls,
        attributes=found.attributes if found else ATTRIBUTES,
        causes=tuple(_root(cause, listed, rises if cause.change > 0 else falls, sources) for cause in listed),
        notes=(*(found.notes if found else ()), *_by_dollars(more)),
    )


def _by_dollars(places: Sequence[Cause]) -> Sequence[Note]:
    if not places:
        return ()
    message = f"{len(places)} of the causes are told by dollars alone: the account and service that moved most."
    return (Note.info("root_causes.by_dollars", message, places=len(places)),)


@dataclass(frozen=True)
class _Sources:
    """What a cause is looked up in."""

    lines: pd.DataFrame
    resources: pd.DataFrame | None
    daily: pd.DataFrame | None
    snapshots: pd.DataFrame | None
    period: Period


def _root(cause: Cause, listed: Sequence[Cause], whole: float, sources: _Sources) -> RootCause:
    """A cause with what is known of it; of the one that is all the rest, only what its lines tell."""
    rest = not cause.combination and len(listed) > 1
    mine = sources.lines[matching(sources.lines, cause.combination)]
    for other in listed if rest else ():
        mine = mine[~matching(mine, other.combination)] if other.combination else mine
    everything = {**cause.always, **cause.combination}
    sign = 1 if cause.change > 0 else -1
    charge = str(everything.get(CHARGE) or _largest(mine, CHARGE, sign, USAGE)[0])
    lasting, shift = ("unknown", None) if rest else _lasting(cause, charge, everything, sources)
    effect, amount = _largest(mine, "effect", sign, "unclassified")
    return RootCause(
        cause=cause,
        charge=charge,
        part=cause.change / whole if abs(whole) >= CENT else None,
        effect=effect,
        effect_amount=amount,
        category=_largest(mine, "category", sign, "unclassified")[0],
        lasting=lasting,
        persistence=shift,
        resources=None if rest else _behind(cause, charge, sources),
    )


def _largest(lines: pd.DataFrame, column: str, sign: int, otherwise: str) -> tuple[str, float]:
    """The value that moved most in a direction, and by how much."""
    sums = lines.groupby(column)["amount"].sum()
    if sums.empty:
        return otherwise, 0.0
    place = int((sums * sign).to_numpy().argmax())
    return str(sums.index[place]), float(sums.iloc[place])


def _lasting(
    cause: Cause, charge: str, everything: Mapping[str, Any], sources: _Sources
) -> tuple[Lasting, PersistenceResult | None]:
    """The verdict on the cause's days; they know no usage type, so they are those of its wider cell."""
    if charge != USAGE:
        return "monthly", None
    if not _moves_its_cell(cause, everything, sources.lines):
        return "unknown", None
    days = None if sources.daily is None else _days(sources.daily, everything, sources)
    if days is None or days.empty:
        return "unknown", None
    least = 0.5 * abs(cause.change) / sources.period.days
    start = began_on(days, since=sources.period.shift(-1).start, least=least)
    if start is None:
        return "gradual", None
    try:
        shift = drilldown.persistence(days.rename_axis("date").rename("cost").reset_index(), changed_on=start)
    except InsufficientDataError:
        return "unknown", None
    return ("gradual", None) if shift.verdict == "no shift" else (shift.verdict, shift)


def _moves_its_cell(cause: Cause, everything: Mapping[str, Any], lines: pd.DataFrame) -> bool:
    """Whether what moved beside a usage type leaves the days of the wider cell to tell of it."""
    wider = {name: value for name, value in everything.items() if name != "x_UsageType"}
    beside = float(lines.loc[matching(lines, wider), "amount"].sum()) - cause.change
    return "x_UsageType" not in everything or abs(beside) <= OTHERS * abs(cause.change)


def _days(daily: pd.DataFrame, everything: Mapping[str, Any], sources: _Sources) -> pd.Series[float]:
    """Cost of usage by day from the first day held to the last that the bill speaks of, days without any as 0."""
    usage = daily[(daily["x_charge_kind"] == "usage") & daily["x_charge_day"].notna()]
    last = pd.Timestamp(elapsed(sources.snapshots, sources.period).last_day)
    if usage.empty:
        return pd.Series(dtype=float)
    known = {name: value for name, value in everything.items() if name in usage.columns}
    mine = usage[matching(usage, known)]
    days = pd.date_range(usage["x_charge_day"].min(), last, freq="D")
    return mine.groupby("x_charge_day")[METRIC].sum().reindex(days).fillna(0.0)


def _amounts(resources: pd.DataFrame | None, snapshots: pd.DataFrame | None, period: Period) -> pd.DataFrame | None:
    """Each resource row's cost as ``expected`` in the month before, as ``actual`` now, brought to the whole month."""
    if resources is None or resources.empty:
        return None
    now = (resources["BillingPeriodStart"] == pd.Timestamp(period.start)).to_numpy()
    then = (resources["BillingPeriodStart"] == pd.Timestamp(period.shift(-1).start)).to_numpy()
    cost = resources[METRIC].fillna(0.0)
    scales = [elapsed(snapshots, month).scale for month in (period.shift(-1), period)]
    tags = [column for column in resources.columns if column.startswith(TAG_PREFIX)]
    table: pd.DataFrame = resources[["ResourceId", *ATTRIBUTES, *tags]].assign(
        expected=cost.where(then, 0.0) * scales[0], actual=cost.where(now, 0.0) * scales[1]
    )
    return table[now | then]


def _behind(cause: Cause, charge: str, sources: _Sources) -> ResourcesResult | None:
    """The resources of a cause of usage; None where its charges have none."""
    if sources.resources is None or charge != USAGE:
        return None
    combination = {name: value for name, value in cause.combination.items() if name in sources.resources.columns}
    try:
        found = drilldown.resources(sources.resources, combination, top=TOP)
    except InsufficientDataError:
        return None
    moved = found.resources["change"].abs() >= CENT / 2
    return found if moved.any() else None


def _told(item: RootCause) -> list[Any]:
    cause = item.cause
    return [cause.before, cause.after, cause.change, item.part, item.effect, item.category, item.lasting]
