"""What several kinds ask of the same evidence is worked out once, and kept with the evidence."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd

from finops_lib.contracts.evidence import Evidence

Asked = ParamSpec("Asked")
Told = TypeVar("Told")


def once(make: Callable[Concatenate[Evidence, Asked], Told]) -> Callable[Concatenate[Evidence, Asked], Told]:
    """A function of evidence and hashable settings whose answers are kept; who asks may change a frame, as a copy."""

    @wraps(make)
    def kept(evidence: Evidence, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Told:
        key: Hashable = (make, args, tuple(kwargs.items()))
        if key not in evidence.worked_out:
            evidence.worked_out[key] = make(evidence, *args, **kwargs)
        told: Told = evidence.worked_out[key]
        return told.copy(deep=False) if isinstance(told, pd.DataFrame) else told

    return kept
