"""The message above each figure and table of a variance: the finding, with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pandas import Series

from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import variance_facts as facts
from finops_lib.presentation.narrative import variance_words as words

if TYPE_CHECKING:
    from finops_lib.analyses.comparisons import Comparison
    from finops_lib.analyses.variance_report import VarianceReport

_NAMED = 2  # reasons in a message


def moved(result: VarianceReport) -> str:
    """``Cost rose by 979 USD (3.3 %)``, from which month, and at which pace."""
    total, amount = result.change.total, facts.change(result)
    before = subject.previous_month(result)
    if facts.unchanged(result):
        return f"Cost is the same as in {before}: {facts.money(result, total.after)}"
    gap = f"{facts.money(result, abs(amount))}{facts.relative(amount, total.before)}"
    if result.change.normalized:
        pace = facts.spread(result)
        return f"{subject.month(result)} comes to {gap} {'more' if amount > 0 else 'less'} than {before} {pace}"
    return f"Cost {facts.direction(amount)} by {gap} from {before} to {subject.month(result)}"


def effects(result: VarianceReport) -> str:
    """The largest reasons, those of the change's own direction first."""
    found, amount = facts.reasons(result), facts.change(result)
    if not found:
        return f"{moved(result)}; nothing moved in any direction."
    along = [one for one in found if one.amount * amount > 0][:_NAMED] if not facts.unchanged(result) else []
    least = facts.PART * facts.moved(result)
    other = [one for one in found if one not in along and one.amount * amount <= 0 and abs(one.amount) >= least]
    against = other[:1] if along else found[:_NAMED]
    parts = [f"{_signed(result, one.amount)} by {words.reason(one.code, one.amount)}" for one in (*along, *against)]
    return f"{moved(result)}: {formats.listing(parts)}."


def categories(result: VarianceReport) -> str:
    """Which category carries the change, and how much no rule explains."""
    rows = result.change.categories
    open_amount = facts.category_amount(result, "unclassified")
    left = (
        f"{_signed(result, open_amount)} stays unclassified"
        if abs(open_amount) >= facts.CENT
        else "nothing stays unclassified"
    )
    real = rows.loc[(rows["cents"] != 0) & (rows["category"] != "unclassified")]
    if real.empty:
        return f"No category moved; {left}."
    first = real.iloc[int(real["cents"].abs().to_numpy().argmax())]
    amount = facts.printed(first["cents"])
    part = facts.share(amount, facts.change(result))
    of_it = f" ({part} of the change)" if part else ""
    return f"{_signed(result, amount)}{of_it} {words.phrase(str(first['category']))}; {left}."


def drivers(result: VarianceReport) -> str:
    """The largest part that is told by its place."""
    frame = facts.drivers(result)
    if frame.empty:
        return f"No single place moved by a cent since {subject.previous_month(result)}."
    row = frame.iloc[0]
    what = facts.thing(row)
    where = f"{what}{facts.in_account(result, row['SubAccountId'])}"
    reason = words.reason(str(row["effect"]), float(row["amount"]))
    if len(frame) == 1:
        return f"One place moved, {where}: {_signed(result, row['amount'])} by {reason}."
    of_all = f"Of {formats.count(len(frame), 'part')}"
    most = f"{where} moved most: {_signed(result, row['amount'])} by {reason}"
    return f"{of_all}, {most}{_of_its_service(result, row)}."


def _of_its_service(result: VarianceReport, row: Series[Any]) -> str:
    """What the service of a part changed by in all, where that is another figure."""
    found = facts.whole(result, row["SubAccountId"], row["ServiceName"])
    if found is None or _signed(result, found.change) == _signed(result, row["amount"]):
        return ""
    return f" (of the service in all: {_signed(result, found.change)})"


def actions(result: VarianceReport) -> str:
    """How many corrective actions there are, what they are about, and how many have an owner."""
    frame = result.change.actions
    if frame.empty:
        return "No rise is large enough to ask for a corrective action."
    owned = int(frame["owner"].notna().sum())
    total = facts.money(result, float(frame["amount"].sum()))
    count = formats.count(len(frame), "corrective action")
    verb = "is" if len(frame) == 1 else "are"
    of_them = "" if len(frame) == 1 else "all " if owned == len(frame) else f"{formats.count(owned)} of them "
    owner = f"{of_them}with an owner by tag" if owned else "without an owner by tag"
    return f"{count} {verb} about {total} of rises, {owner}."


def causes(result: VarianceReport) -> str:
    """How much of all movement the causes tell."""
    found = result.causes
    if not found.causes:
        return no_causes(result)
    told = sum(abs(root.cause.change) for root in found.causes)
    whole = found.rises - found.falls
    count = formats.count(len(found.causes), "place")
    part = facts.share(told, whole)
    carries = "carries" if len(found.causes) == 1 else "carry"
    of_all = f"{part} of all that moved" if part else facts.money(result, told)
    return f"{count} {carries} {of_all} apart from the calendar's part."


def lasting(result: VarianceReport) -> str:
    """How many causes are temporary, structural and so on."""
    found = [str(root.lasting) for root in result.causes.causes]
    if len(found) == 1:
        return f"One place stands out; temporary or structural: {words.state(found[0])}."
    parts = [f"{formats.count(found.count(state))} {words.state(state)}" for state in words.STATES if state in found]
    return f"Of {formats.count(len(found), 'root cause')}: {formats.listing(parts)}."


def sums(result: VarianceReport) -> str:
    """What the effects add, and what they take."""
    found = facts.reasons(result)
    up, down = (sum(one.amount for one in found if one.amount * sign > 0) for sign in (1, -1))
    count = formats.count(len(found), "effect")
    if not up or not down:
        return f"{count} {'makes' if len(found) == 1 else 'make'} {_signed(result, up + down)}."
    return f"{count} moved cost: {_signed(result, up)} and {_signed(result, down)}."


def no_causes(result: VarianceReport) -> str:
    """Why no cause is told."""
    moved_all = result.causes.rises - result.causes.falls
    if moved_all < facts.CENT:
        return f"Apart from the calendar nothing moved since {subject.previous_month(result)}, so there is no cause."
    return (
        f"{facts.money(result, moved_all)} moved in many small parts since {subject.previous_month(result)}: "
        "no account, service, usage type or tag stands out."
    )


def comparison(result: VarianceReport, one: Comparison) -> str:
    """The month against one expectation, with the place of the largest gap."""
    if one.gap is None or one.expected is None or one.actual is None:
        return formats.prose(one.notes[0].message)
    expected = facts.money(result, one.expected)
    name = (
        f"the forecast of {expected} made before it began" if one.against == "forecast" else f"the budget of {expected}"
    )
    pace = f" {facts.spread(result)}" if result.change.normalized else ""
    verb = "comes to" if result.change.normalized else "cost"
    cost = f"{subject.month(result)} {verb} {facts.money(result, one.actual)}{pace}"
    if abs(one.gap) < facts.CENT:
        return f"{cost}, equal to {name}."
    side = "above" if one.gap > 0 else "below"
    gap = f"{facts.money(result, abs(one.gap))}{facts.relative(one.gap, one.expected)} {side}"
    return f"{cost}, {gap} {name}{_place(result, one)}."


def _place(result: VarianceReport, one: Comparison) -> str:
    """The account and service that are off most; nothing where the gap's place has no name."""
    if one.place is None or one.place_gap is None or one.place == (None, None):
        return ""
    account, service = one.place
    account_named = facts.in_account(result, account)
    if service is None and not account_named:
        return ""
    where = f"{service}{account_named}" if service else facts.account(result, account)
    return f"; {where} is off most, by {_signed(result, one.place_gap)}"


def comparisons(result: VarianceReport) -> str:
    """How far the month is from its forecast and its budget."""
    known = [one for one in result.comparisons if one.gap is not None]
    if not known:
        return f"{subject.month(result)} could not be set against a forecast or a budget."
    parts = [f"{_gap(result, one)} its {one.against}" for one in known]
    return f"{subject.month(result)} is {formats.listing(parts)}."


def _gap(result: VarianceReport, one: Comparison) -> str:
    gap = one.gap or 0.0
    if abs(gap) < facts.CENT:
        return "equal to"
    return f"{facts.money(result, abs(gap))} {'above' if gap > 0 else 'below'}"


def residual(result: VarianceReport) -> str:
    """Whether the parts sum to the change."""
    gap = result.change.residual
    text = f"{formats.cents(gap)}{formats.SPACE}{result.currency}"
    amount = f"{formats.signed(formats.cents(facts.change(result)))}{formats.SPACE}{result.currency}"
    if abs(gap) < facts.CENT:
        return f"The effects add up to the change of {amount}; residual {text}."
    return f"The effects miss the change of {amount} by {text}."


def notes(result: VarianceReport) -> str:
    """How many doubts travel with the numbers."""
    grave = sum(note.severity != "info" for note in result.notes)
    if not result.notes:
        return f"The change to {subject.month(result)} gave no reason for doubt."
    warned = f", {formats.count(grave)} of them {'a warning' if grave == 1 else 'warnings'}" if grave else ""
    return f"{formats.count(len(result.notes), 'note')} on the change to {subject.month(result)}{warned}."


def _signed(result: VarianceReport, amount: float) -> str:
    return formats.change(amount, result.currency)
