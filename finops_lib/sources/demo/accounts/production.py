"""The production account: the shop, the harvest planner and what surrounds them."""

from __future__ import annotations

from finops_lib.sources.demo.business import WEEKDAY
from finops_lib.sources.demo.estate import Swap
from finops_lib.sources.demo.money import ticks
from finops_lib.sources.demo.tags import HARVEST, PLATFORM, Project
from finops_lib.sources.demo.workloads import compute, databases, network, platform, storage
from finops_lib.sources.demo.workloads.plant import anomaly, gp3_saving, plant, trap, waste
from finops_lib.sources.demo.workloads.site import Life, Placed, Site

HARVEST_MOVED = Project("harvest-planner", "4350", "ines.moreau@saltglass.example")


def build(site: Site) -> None:
    """Add the account's workloads and facts."""
    _shop(site)
    _search(site)
    _growth(site)
    _harvest(site.but(project=HARVEST, retag=(HARVEST_MOVED, site.timeline.back(1))))
    _licensed(site)
    _network(site)
    _observability(site.but(project=PLATFORM))


def _shop(site: Site) -> None:
    compute.fleet(site, "m5.large", "shop-web", 2, asg="shop-web")
    compute.instance(site, "m6i.4xlarge", "shop-api", asg="shop-api", cpu=(46.0, 91.0))
    databases.cache(site, "shop-session", 1)
    orders = databases.database(site, "shop-orders", "db.m5.large", "postgres.multi", storage=200)
    trap(site, "multi-az", "The orders database is Multi-AZ on purpose: its standby is not waste.", [orders])
    catalog = databases.aurora(site, "shop-catalog", storage=320, requests=38_000_000)
    busy = Placed(catalog.resource, catalog.id, catalog.streams[2:])
    text = "An Aurora cluster that pays more for I/O than for its instance: I/O-Optimized would cost less."
    waste(site, "aurora-io", text, [busy], "aurora_io_optimized")
    databases.table(site, "shop-carts", writes=9_000_000, reads=30_000_000, storage=64)
    databases.table(site.but(fault="key_collision"), "shop-sessions", writes=2_500_000, reads=9_000_000, storage=12)
    platform.queue(site, "shop-events", 9_000_000)


def _search(site: Site) -> None:
    server = compute.instance(site, "m5.xlarge", "shop-search", cpu=(41.0, 88.0))
    index = storage.volume(site.but(fault="missing_all"), 500, "shop-search-data", kind="gp2", attached=server.id)
    text = "A gp2 volume of 500 GB; gp3 is cheaper even when its whole envelope is matched."
    waste(site, "gp2-search", text, [index], "ebs_gp2_to_gp3", amounts=gp3_saving(500), size=500)
    _taken_back(site, index)
    image = storage.snapshot(site, 60, "golden-image", of=index.id, image="ami-" + site.estate.key("golden", "ami"))
    trap(site, "ami-snapshot", "An old snapshot that an image in use needs: not waste.", [image])
    small = storage.bucket(site, "kelp-thumbnails", standard=900, objects=210_000_000, reads=2_000)
    text = "Rarely read, but the objects average 4 kB: colder classes would cost more."
    trap(site, "small-objects", text, [small])


def _taken_back(site: Site, volume: Placed) -> None:
    timeline = site.timeline
    window, (stream,) = Life(timeline.back(2), timeline.back(0)), volume.streams
    gp3 = site.estate.catalog.priced("ebs.gp3", site.region)
    site.estate.swaps.append(Swap(stream, gp3, window.start, window.end, {"type": "gp3"}))
    plant(
        site,
        "optimization-taken-back",
        "optimization",
        "A gp2 volume of 500 GB was gp3 for two months, until the next deployment made it gp2 again.",
        placed=[volume],
        window=window,
        category="optimization_success",
        amounts=gp3_saving(500),
        usage_types=[site.estate.catalog.skus[gp3].usage_type],
    )


def _growth(site: Site) -> None:
    timeline = site.timeline
    checkout = platform.function(site, "shop-checkout", gb_seconds=5_200_000, requests=3_900_000, driver="orders")
    plant(
        site,
        "growth-checkout",
        "growth",
        "Checkout functions follow the number of orders one to one.",
        placed=[checkout],
        window=Life(0, timeline.back(-1)),
        category="business_growth",
        data={"kpi": "orders"},
    )
    plant(
        site,
        "season-orders",
        "season",
        "Orders, and with them the checkout functions, peak on Saturdays.",
        placed=[checkout],
        data={"monday_first": [round(float(factor), 2) for factor in WEEKDAY]},
    )
    app = platform.container_service(site.but(project=HARVEST), "selkie-app", cpus=9.0, life=Life(timeline.back(1)))
    plant(
        site,
        "growth-selkie-launch",
        "growth",
        "The Selkie app went live: a new Fargate service of 9 vCPUs.",
        placed=[app],
        window=Life(timeline.back(1), timeline.back(-1)),
        category="business_growth",
    )
    evening = compute.fleet(site, "c6i.xlarge", "shop-evening", 2, asg="shop-evening", schedule="evening", disk=0)
    plant(
        site,
        "season-evening-fleet",
        "season",
        "The evening fleet runs from 16 to 22 UTC and is off otherwise.",
        placed=list(evening),
        data={"schedule": "evening"},
    )


def _harvest(site: Site) -> None:
    planner = compute.instance(site, "m6i.xlarge", "harvest-planner", schedule="office", cpu=(24.0, 55.0))
    store = databases.database(site, "harvest-plans", "db.t3.medium", "postgres", storage=80)
    images = storage.bucket(site, "kelp-harvest-imagery", standard=5_200, growth=0.03, writes=60_000, reads=400_000)
    plant(
        site,
        "tag-team-shift",
        "tag_fault",
        "The harvest team moved from cost center 4200 to 4350.",
        placed=[planner, store, images],
        window=Life(site.timeline.back(1), site.timeline.back(-1)),
        data={"fault": "team_shift", "key": "CostCenter", "before": "4200", "after": "4350"},
    )


def _licensed(site: Site) -> None:
    printing = site.but(fault="case_title")
    compute.instance(printing, "m6i.xlarge", "label-printing", system="windows", schedule="office", cpu=(9.0, 31.0))
    name, load = "erp-reporting", (12.0, 38.0)
    server = compute.instance(
        site, "r5.xlarge", name, system="sql_standard", schedule="office", disk=200, cpu=load, memory=81.0
    )
    fast = storage.volume(site, 400, f"{name}-data", kind="io1", iops=3_000, attached=server.id, peak=(2_300.0, 90.0))
    saving = 400 * (ticks("0.125") - ticks("0.08")) + 3_000 * ticks("0.065")
    text = "An io1 volume whose peak of 2,300 IOPS fits the gp3 baseline."
    amounts = {"saving_low": saving, "saving_high": saving}
    waste(site, "io1", text, [fast], "ebs_io1_to_gp3", amounts=amounts, size=400)


def _network(site: Site) -> None:
    timeline = site.timeline
    front = network.load_balancer(site, "shop-front", 14.0, driver="orders")
    network.transfer(site, front, "transfer.out", 95.0, driver="orders")
    nat = network.nat_gateway(site.but(project=PLATFORM), "main-a", 110.0)
    network.transfer(site, nat, "transfer.regional", 190.0)
    network.distribution(site, "shop-static", 260.0)
    network.hosted_zone(site, "tideline.example", 4_000_000)
    network.address(site, "shop-front", idle=False)
    european = site.but(region="eu-west-1", environment="production")
    ireland = compute.instance(european, "m5.large", "shop-ireland", schedule="office", disk=40)
    network.transfer(european, ireland, "transfer.out", 12.0)
    life, unowned = Life(timeline.back(11)), site.but(fault="missing_owner")
    spare = network.nat_gateway(unowned, "spare-b", 0.0, zone="b", life=life)
    waste(site, "idle-nat", "A NAT gateway that nothing routes through.", [spare], "nat_idle")


def _observability(site: Site) -> None:
    timeline = site.timeline
    application = platform.log_group(site, "shop/application", 21.0, stored=2_400, retention=0, driver="orders")
    anomaly(
        site,
        "log-burst",
        "Debug logging was left on for three days: 360 GB a day more than usual.",
        application.streams[0],
        Life(timeline.back(0, 12), timeline.back(0, 15)),
        360,
    )
    stored = Placed(application.resource, application.id, application.streams[1:])
    waste(site, "log-retention", "A log group that never expires: its storage only grows.", [stored], "log_retention")
    platform.metrics(site, 420)
    platform.keys(site, 12, 2_000_000)
