"""The staging account: small, with leftovers of past releases."""

from __future__ import annotations

from finops_lib.sources.demo.accounts.moved_jobs import rebuild_jobs
from finops_lib.sources.demo.workloads import compute, databases, network, platform, storage
from finops_lib.sources.demo.workloads.plant import anomaly, gp3_saving, plant, waste
from finops_lib.sources.demo.workloads.site import FOREVER, Life, Site


def build(site: Site) -> None:
    """Add the account's workloads and facts."""
    web = compute.instance(site, "m6i.large", "stage-web", schedule="office", cpu=(6.0, 22.0))
    compute.instance(site, "m6i.xlarge", "stage-load-test", schedule="office", cpu=(35.0, 97.0))
    databases.database(site, "stage-orders", "db.t3.medium", "postgres", storage=100)
    platform.log_group(site, "stage/application", 3.0, stored=90, retention=30)
    rebuild_jobs(site, "stage-rebuild", 40.0, up=True)
    _nat_loop(site)
    _migrated_volume(site, web.id)
    _leftovers(site)


def _nat_loop(site: Site) -> None:
    timeline, nat = site.timeline, network.nat_gateway(site, "stage-a", 24.0)
    anomaly(
        site,
        "nat-loop",
        "A retry loop sent 2,400 GB a day through the NAT gateway for four days.",
        nat.streams[1],
        Life(timeline.back(1, 9), timeline.back(1, 13)),
        2_400,
    )


def _migrated_volume(site: Site, instance: str) -> None:
    moment, name = site.timeline.back(2), "stage-data"
    before = storage.volume(site, 900, name, kind="gp2", attached=instance, life=Life(FOREVER.start, moment))
    after = storage.volume(site, 900, name, kind="gp3", attached=instance, life=Life(moment))
    plant(
        site,
        "optimization-gp2-to-gp3",
        "optimization",
        "A gp2 volume of 900 GB became gp3.",
        placed=[before, after],
        window=Life(moment, site.timeline.back(-1)),
        category="optimization_success",
        amounts=gp3_saving(900),
    )


def _leftovers(site: Site) -> None:
    front = network.load_balancer(site.but(fault="missing_owner"), "stage-old-front", 0.0)
    waste(site, "idle-load-balancer", "A load balancer without traffic.", [front], "alb_idle")
    gone, life = "vol-" + site.estate.key("gone"), Life(site.timeline.back(14))
    copy = storage.snapshot(site.but(fault="missing_all"), 340, "stage-before-upgrade", of=gone, life=life)
    waste(site, "old-snapshot", "A snapshot older than a year whose volume is gone.", [copy], "old_snapshots")
