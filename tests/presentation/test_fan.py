"""The labels of the fan chart stay inside the figure, however close their values are."""

from __future__ import annotations

from finops_lib.presentation.charts import fan


def test_labels_pushed_out_of_the_figure_move_down_together() -> None:
    assert fan.below(10.0, [4.0, 8.0, 12.0]) == [2.0, 6.0, 10.0]
    assert fan.below(10.0, [4.0, 8.0, 9.0]) == [4.0, 8.0, 9.0]
