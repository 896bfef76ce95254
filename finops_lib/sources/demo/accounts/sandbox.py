"""The sandbox account: cheap, until somebody forgets to switch off."""

from __future__ import annotations

from finops_lib.sources.demo.tags import LAB, PLATFORM, SHOP
from finops_lib.sources.demo.workloads import compute, databases, platform, storage
from finops_lib.sources.demo.workloads.plant import plant
from finops_lib.sources.demo.workloads.site import Life, Site


def build(site: Site) -> None:
    """Add the account's workloads and facts."""
    compute.instance(site.but(fault="missing_all"), "t3.large", "try-out", schedule="office")
    storage.bucket(site.but(project=LAB), "kelp-try-models", standard=140, reads=900)
    databases.table(site.but(project=SHOP), "try-carts", writes=20_000, reads=50_000, storage=1)
    platform.keys(site.but(project=PLATFORM), 1, 0)
    _forgotten_fleet(site.but(project=LAB, fault="missing_owner"))


def _forgotten_fleet(site: Site) -> None:
    timeline = site.timeline
    window = Life(timeline.back(3, 4), timeline.back(3, 13))
    fleet = compute.fleet(site, "g5.12xlarge", "try-vision", 2, life=window, disk=0, cpu=(1.0, 4.0))
    plant(
        site,
        "anomaly-gpu-fleet",
        "anomaly",
        "Two GPU instances were left running for nine days after a hackathon.",
        placed=fleet,
        window=window,
        category="anomalous",
    )
