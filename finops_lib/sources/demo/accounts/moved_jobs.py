"""The masking pair: jobs that ran in staging instead of development for ten days; together nothing changed."""

from __future__ import annotations

from finops_lib.sources.demo.workloads import platform
from finops_lib.sources.demo.workloads.plant import anomaly
from finops_lib.sources.demo.workloads.site import Life, Site

_MOVED = 70.0  # DPU-hours a day


def rebuild_jobs(site: Site, name: str, usual: float, *, up: bool) -> None:
    """Jobs of ``usual`` DPU-hours a day, and their share of the move."""
    jobs = platform.batch_jobs(site, name, usual)
    here, there, word = ("up", "down", "more") if up else ("down", "up", "less")
    anomaly(
        site,
        f"masking-{here}",
        f"Rebuild jobs ran in staging instead of development: 70 DPU-hours a day {word}.",
        jobs.streams[0],
        Life(site.timeline.back(2, 8), site.timeline.back(2, 18)),
        _MOVED if up else -_MOVED,
        pair=f"anomaly-masking-{there}",
    )
