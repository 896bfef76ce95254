"""How unusual is a leaf's deviation? Noise is learned from the leaves themselves; a cause is a common deviation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from finops_lib.analyses._cuboids import Bools, Floats, Ints

BINS: Final = 81
STEP: Final = 2
"""Shared deviations are tried at every second bin: their spread covers the one between."""
CLASSES: Final = 4
OUTLIERS: Final = 0.01
"""Share of leaves under a cause that may behave like noise."""
SURPRISES: Final = 0.02
"""Share of noise leaves that may deviate by anything."""
FEW: Final = 5
"""Fewer leaves that move one way tell nothing of noise: then it is taken to be calm."""
CALM: Final = 0.01
SMOOTHING: Final = 20.0
SPREADS: Final = (0.02, 0.05, 0.1)


@dataclass(frozen=True)
class Deviations:
    """Each leaf's relative deviation as a bin, and its size class; ``edges`` are those of the bins."""

    deviation: Floats
    size: Floats
    cell: Ints
    known: Bools
    edges: Floats
    scale: float

    @property
    def centers(self) -> Floats:
        """The deviation in the middle of each bin."""
        return (self.edges[:-1] + self.edges[1:]) / 2


def deviations(actual: Floats, expected: Floats) -> Deviations:
    """(actual − expected) / (|actual| + |expected|), from −1 (vanished) to 1 (new); unknown where both are 0."""
    size = np.abs(actual) + np.abs(expected)
    known = size > 0
    deviation = np.divide(actual - expected, size, out=np.zeros_like(size), where=known)
    scale = _scale(deviation[known])
    half = np.arcsinh(1 / scale)
    edges = scale * np.sinh(np.linspace(-half, half, BINS + 1))
    edges[[0, -1]] = -1.0, 1.0
    bins = np.clip(np.searchsorted(edges, deviation, side="right") - 1, 0, BINS - 1)
    return Deviations(deviation, size, _classes(size, known) * BINS + bins, known, edges, scale)


def _scale(deviation: Floats) -> float:
    """The spread of ordinary noise: the calmer of the two directions, so that one-sided causes do not widen it."""
    sides = [np.abs(side) for side in (deviation[deviation > 0], deviation[deviation < 0])]
    if min(len(side) for side in sides) < FEW:
        return CALM
    usual = min(float(np.median(side)) for side in sides) / 0.6745
    return float(np.clip(usual, 0.002, 0.3))


def _classes(size: Floats, known: Bools) -> Ints:
    """Small leaves are noisier than large ones: four classes by size."""
    if not known.any():
        return np.zeros(len(size), dtype=np.int64)
    limits = np.quantile(size[known], [0.5, 0.8, 0.95])
    return np.searchsorted(limits, size, side="left").astype(np.int64)


def evidence(found: Deviations, quiet: Bools, *, first: bool) -> Floats:
    """What a leaf adds to the belief that it shares a deviation: log-likelihood ratios, one row a cell.

    Columns are the deviations to share (every second bin's center at each spread). ``quiet`` are the leaves to learn
    noise from; the first time round they hold the causes too, so only what both directions share is noise.
    """
    noise = _noise(found, quiet, first=first)
    shared = _shared(found)
    ratio = (1 - OUTLIERS) * shared[None] / noise[:, :, None] + OUTLIERS
    return np.log(ratio).reshape(CLASSES * BINS, -1)


def shifts(found: Deviations) -> Floats:
    """The deviation that each column of :func:`evidence` stands for."""
    return np.tile(found.centers[::STEP], len(SPREADS) + 1)


def _noise(found: Deviations, quiet: Bools, *, first: bool) -> Floats:
    counts = np.bincount(found.cell[quiet & found.known], minlength=CLASSES * BINS).reshape(CLASSES, BINS).astype(float)
    mirrored = counts[:, ::-1]
    counts = np.minimum(counts, mirrored) if first else (counts + mirrored) / 2
    counts = _smooth(counts)
    pooled = _mix(counts.sum(axis=0, keepdims=True), _bell(found))
    each = _mix(counts, pooled[0])
    width = np.diff(found.edges) / 2
    return (1 - SURPRISES) * each + SURPRISES * width


def _mix(counts: Floats, prior: Floats) -> Floats:
    mixed: Floats = (counts + SMOOTHING * prior) / (counts.sum(axis=1, keepdims=True) + SMOOTHING)
    return mixed


def _smooth(counts: Floats) -> Floats:
    padded = np.pad(counts, ((0, 0), (1, 1)), mode="edge")
    smooth: Floats = 0.25 * padded[:, :-2] + 0.5 * padded[:, 1:-1] + 0.25 * padded[:, 2:]
    return smooth


def _bell(found: Deviations) -> Floats:
    """A heavy-tailed bell (Student's t, 3 degrees) over the bins."""
    z = found.centers / found.scale
    density = (1 + z**2 / 3) ** -2 * np.diff(found.edges)
    bell: Floats = density / density.sum()
    return bell


def _shared(found: Deviations) -> Floats:
    """The mass in each bin of leaves that share a deviation: bin by (spread, center)."""
    parts = [_mass(found.edges, found.centers[::STEP], spread) for spread in (found.scale, *SPREADS)]
    return np.concatenate(parts, axis=1)


def _mass(edges: Floats, centers: Floats, spread: float) -> Floats:
    z = (edges[1:-1, None] - centers[None, :]) / (spread * math.sqrt(2))
    below = 0.5 * (1 + _erf(z))
    zero, one = np.zeros((1, len(centers))), np.ones((1, len(centers)))
    return np.diff(np.concatenate([zero, below, one]), axis=0)


def _erf(z: Floats) -> Floats:
    """The error function to 2e-7 (Abramowitz and Stegun 7.1.26), for whole tables at once."""
    t = 1 / (1 + 0.3275911 * np.abs(z))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    value: Floats = np.sign(z) * (1 - series * np.exp(-(z**2)))
    return value
