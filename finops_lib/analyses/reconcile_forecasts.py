"""Do the parts' forecasts add up to the total's? They are made to, each giving way as far as it was wrong before."""

from __future__ import annotations

import numpy as np

from finops_lib.analyses.daily_series import Floats


def reconcile(total: Floats, parts: Floats, total_error: Floats, part_errors: Floats) -> Floats:
    """The parts' paths, changed so that they add up to a total that weighs both forecasts of it.

    ``total`` is a path (days), ``parts`` paths (parts × days); the errors are past ones of a sum of days at common
    origins (origins; parts × origins; NaN: not known). The total leans on its own path and on the sum of the parts by
    the inverse of their mean squared errors; the gap goes to the parts by theirs. This is minimum-trace reconciliation
    with a diagonal covariance, but with the measured error of the parts' sum, so that errors in common count.
    """
    if len(parts) == 0:
        return parts
    below = parts.sum(axis=0)
    own, others = _squared(total_error), _squared(part_errors.sum(axis=0))
    lean = 0.5 if own + others == 0 else others / (own + others)
    gap = lean * (total - below)
    return np.asarray(parts + _shares(parts, part_errors)[:, None] * gap)


def _shares(parts: Floats, errors: Floats) -> Floats:
    """The share of the gap that each part takes: by its squared error, else by its size, else evenly."""
    for weight in (np.array([_squared(row) for row in errors]), np.abs(parts).sum(axis=1)):
        if weight.sum() > 0:
            return np.asarray(weight / weight.sum())
    return np.full(len(parts), 1 / len(parts))


def _squared(errors: Floats) -> float:
    known = errors[~np.isnan(errors)]
    return float(np.mean(known**2)) if len(known) else 0.0
