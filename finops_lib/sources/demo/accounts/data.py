"""The data account: the lake, the databases, batch on Spot."""

from __future__ import annotations

from finops_lib.sources.demo.estate import PriceChange
from finops_lib.sources.demo.money import ticks
from finops_lib.sources.demo.tags import HARVEST, LAB, SHOP
from finops_lib.sources.demo.workloads import compute, databases, network, platform, storage
from finops_lib.sources.demo.workloads.plant import plant, trap, waste
from finops_lib.sources.demo.workloads.site import FOREVER, Life, Placed, Site

_NEW_STANDARD = ticks("0.0245")


def build(site: Site) -> None:
    """Add the account's workloads and facts."""
    _lake(site)
    _databases(site)
    _compute(site)


def _lake(site: Site) -> None:
    timeline, catalog = site.timeline, site.estate.catalog
    raw = storage.bucket(site, "kelp-lake-raw", standard=21_000, growth=0.035, writes=900_000, reads=2_500_000)
    storage.bucket(
        site.but(fault="key_case"), "kelp-lake-refined", standard=6_400, infrequent=9_000, writes=250_000, reads=900_000
    )
    archive = storage.bucket(site.but(fault="missing_cost_center"), "kelp-backup-2023", standard=8_000, objects=40_000)
    storage.bucket(site.but(project=LAB), "kelp-lab-archive", instant=26_000)
    saving = {"saving_high": 8_000 * (_NEW_STANDARD - ticks("0.004"))}
    text = "Backups of 2023 in S3 Standard that nobody has read for months."
    waste(site, "s3-class", text, [archive], "s3_class", amounts=saving, gigabytes=8_000)
    plant(
        site,
        "growth-lake",
        "growth",
        "The raw lake grows by 3.5 % a month.",
        streams=raw.streams[:1],
        window=Life(0, timeline.back(-1)),
        category="business_growth",
    )
    standard = catalog.priced("s3.standard", "us-east-1")
    site.estate.price_changes.append(PriceChange("price-s3-standard", standard, timeline.back(2), _NEW_STANDARD))


def _databases(site: Site) -> None:
    timeline = site.timeline
    warehouse = site.but(project=HARVEST)
    for number in (1, 2):
        databases.database(warehouse, f"ledger-{number}", "db.r5.large", "postgres", storage=400)
    databases.database(site, "catalog-copy-1", "db.m5.large", "mysql", storage=120)
    databases.database(
        site, "catalog-copy-2", "db.m5.large", "mysql", storage=120, life=Life(FOREVER.start, timeline.back(3))
    )
    old = databases.database(
        site.but(project=SHOP), "shop-history", "db.t3.medium", "postgres", storage=150, version="12.19"
    )
    fee = databases.extended_support(site, old, 2.0)
    text = "PostgreSQL 12 in extended support: two vCPUs at 0.10 USD an hour."
    waste(site, "rds-extended-support", text, [Placed(old.resource, old.id, (fee,))], "rds_extended_support")
    included = databases.database(site, "plant-registry", "db.m5.large", "oracle_li", storage=200)
    databases.database(site, "plant-registry-copy", "db.m5.large", "oracle_byol", storage=200)
    databases.database(site, "erp-core", "db.r5.xlarge", "oracle_ee_byol", storage=300)
    server = databases.database(site.but(fault="case_upper"), "till-sync", "db.m5.large", "sqlserver_se", storage=150)
    databases.backups(site, server, 220)
    plant(
        site,
        "license-oracle-se2",
        "license",
        "Oracle SE2 license included: 0.488 against 0.178 USD an hour with own licenses.",
        streams=included.streams[:1],
        data={"product": "Oracle Database SE2", "model": "included", "hourly_premium": "0.31"},
    )


def _compute(site: Site) -> None:
    timeline = site.timeline
    engine = compute.instance(site, "r6i.2xlarge", "query-engine", cpu=(9.0, 28.0), memory=31.0, disk=300)
    text = "Half the size would do, but an under-used plan pays for it until its end: no saving now."
    trap(site, "covered-rightsizing", text, [engine], plan="commitment-instance-underused")
    compute.instance(site, "r6i.xlarge", "query-workers", schedule="office", cpu=(30.0, 71.0), disk=100)
    compute.instance(
        site,
        "r5.2xlarge",
        "erp-warehouse",
        system="sql_enterprise",
        disk=400,
        cpu=(11.0, 33.0),
        life=Life(timeline.back(7)),
    )
    compute.fleet(site.but(project=LAB), "c5.2xlarge", "genome-batch", 3, spot=True, schedule="night", disk=0)
    nat = network.nat_gateway(site, "lake-a", 60.0)
    network.transfer(site, nat, "transfer.region", 35.0)
    platform.batch_jobs(site.but(fault="trailing_space"), "lake-compaction", 22.0)
    platform.log_group(site, "lake/jobs", 5.0, stored=300, retention=90)
    platform.keys(site, 4, 600_000)
