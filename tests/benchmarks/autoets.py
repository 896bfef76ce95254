"""AutoETS of statsforecast, for the Python that has it: JSON tasks (``past``, ``rest``) on stdin, their sums on stdout.

``forecast.py --ets PYTHON`` starts it. The library holds pandas below 3, so it lives in an environment of its own.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from statsforecast.models import AutoETS


def main() -> None:
    answers = []
    for task in json.load(sys.stdin):
        found = AutoETS(season_length=7).forecast(y=np.array(task["past"], dtype=float), h=task["rest"], level=[80])
        expected = float(found["mean"].sum())
        each = (found["hi-80"] - found["lo-80"]) / 2
        half = float(np.sqrt((each**2).sum()))  # days independent, as most tools do
        answers.append([expected - half, expected, expected + half])
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
