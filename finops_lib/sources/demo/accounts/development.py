"""The development account: where most of the waste lives."""

from __future__ import annotations

from finops_lib.sources.demo.accounts.moved_jobs import rebuild_jobs
from finops_lib.sources.demo.money import ticks
from finops_lib.sources.demo.schedules import share
from finops_lib.sources.demo.tags import LAB
from finops_lib.sources.demo.workloads import compute, databases, network, platform, storage
from finops_lib.sources.demo.workloads.plant import gp3_saving, last_month, plant, trap, waste
from finops_lib.sources.demo.workloads.site import Life, Site


def build(site: Site) -> None:
    """Add the account's workloads and facts."""
    desks = compute.fleet(site.but(fault="case_short"), "m6i.xlarge", "dev-workspace", 2, schedule="office", disk=60)
    databases.database(site, "dev-shop", "db.t3.medium", "postgres", storage=60)
    platform.function(site.but(project=LAB, fault="unicode"), "dev-simulation", gb_seconds=400_000, requests=120_000)
    rebuild_jobs(site, "dev-rebuild", 120.0, up=False)
    _always_on(site)
    _rightsized(site)
    _volumes(site, desks[0].id)
    for number in (1, 2, 3):
        spare = network.address(site, f"dev-spare-{number}", idle=True)
        waste(site, f"idle-address-{number}", "A public IPv4 address that nothing uses.", [spare], "idle_address")


def _always_on(site: Site) -> None:
    timeline, window = site.timeline, last_month(site)
    server = compute.instance(site, "c6i.2xlarge", "dev-build", life=Life(timeline.back(6)), cpu=(3.0, 9.0), disk=100)
    idle = round((window.end - window.start) * (1 - share("office")))
    waste(
        site,
        "always-on",
        "A build server that is on all week and works in office hours.",
        [server],
        "schedule_nonproduction",
        amounts={"saving_high": idle * ticks("0.34")},
        alternatives=["rightsizing"],
    )


def _rightsized(site: Site) -> None:
    timeline, moment, name = site.timeline, site.timeline.back(3), "dev-gitlab"
    small = Life(timeline.back(8), moment)
    before = compute.instance(site, "m5.2xlarge", name, life=small, disk=0, cpu=(8.0, 24.0))
    after = compute.instance(site, "m5.xlarge", name, life=Life(moment), disk=120, cpu=(16.0, 47.0))
    plant(
        site,
        "optimization-rightsized",
        "optimization",
        "The Git server went from m5.2xlarge to m5.xlarge; it also works at night, so it stays on.",
        placed=[before, after],
        window=Life(moment, timeline.back(-1)),
        category="optimization_success",
    )


def _volumes(site: Site, desk: str) -> None:
    timeline = site.timeline
    loose = storage.volume(site.but(fault="missing_all"), 800, "dev-forgotten", kind="gp2", life=Life(timeline.back(9)))
    waste(site, "unattached-volume", "A volume of 800 GB attached to nothing.", [loose], "unattached_volumes")
    stopped = compute.stopped_instance(site.but(fault="empty_value"), "m5.xlarge", "dev-demo", disk=250)
    text = "The volume of an instance that has been stopped for months."
    waste(site, "stopped-instance-volume", text, [stopped], "stopped_instance_volumes")
    half = Life(timeline.back(0, 16))
    late = storage.volume(site, 600, "dev-benchmark", kind="gp2", attached=desk, life=half)
    text = "600 GB that exist for half the month bill about 300 GB-Mo: the size is 600, and gp3 saves on 600."
    trap(site, "part-month-volume", text, [late], amounts=gp3_saving(600), size=600)
