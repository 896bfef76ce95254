"""What an engine must do: give back a mart for a scope and some months, wherever the facts live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope


class Engine(Protocol):
    """The narrow seam between analyses and the place where the data is."""

    def read(self, mart: str, scope: Scope, periods: Sequence[Period]) -> pd.DataFrame:
        """A mart's rows of these months within the scope; money as float64, missing values null."""
        ...

    def sql(self, query: str, scope: Scope) -> pd.DataFrame:
        """The answer to a free query over ``cost`` and the marts, all months held, within the scope."""
        ...
