"""What a missing tag may tell: usage has none because somebody forgot it, tax, fees and credits by nature."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from finops_lib.analyses.causes import AMOUNTS, Cause
from finops_lib.analyses.root_cause_leaves import CHARGE, USAGE, matching

_NATURE: Final = "\0"  # before a charge's kind: in place of what such a charge cannot have


def apart_by_nature(leaves: pd.DataFrame) -> pd.DataFrame:
    """The leaves as causes are searched in: charges that are no usage lack tags by nature, and are told by their kind.

    Without it, all that has no owner would be one thing: usage that somebody forgot to tag, and tax, which nobody can.
    """
    others, names = leaves[CHARGE] != USAGE, [str(name) for name in leaves if name not in (*AMOUNTS, CHARGE)]
    kinds = _NATURE + leaves[CHARGE]
    return leaves.assign(**{name: leaves[name].mask(leaves[name].isna() & others, kinds) for name in names})


def by_charge(cause: Cause, leaves: pd.DataFrame) -> Cause:
    """A cause as the leaves have it: one that is told by what is missing names the kind of charge that it is about."""
    told = {name: value for name, value in cause.combination.items() if not _by_nature(value)}
    kinds = [value.removeprefix(_NATURE) for value in cause.combination.values() if _by_nature(value)]
    if kinds:
        told |= {CHARGE: kinds[0]}
        if matching(leaves, told).sum() > cause.leaves:  # some of the kind have it
            told |= {name: None for name, value in cause.combination.items() if _by_nature(value)}
    elif None in told.values() and (leaves[CHARGE] != USAGE).any():
        told |= {CHARGE: USAGE}
    always = {name: None if _by_nature(value) else value for name, value in cause.always.items() if name not in told}
    return replace(cause, combination=told, always=always)


def _by_nature(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_NATURE)
