"""The few colors: ink, one accent, greys, and green and red for differences only. All text on white is above 4.5:1."""

from __future__ import annotations

INK = "#1d2733"
ACCENT = "#12546e"
ACTUAL = "#3d4a58"
PREVIOUS = "#bcc4cc"
MUTED = "#56616e"
RULE = "#d3d9df"
PAPER = "#ffffff"
BETTER = "#1f6f47"
WORSE = "#b0302b"
