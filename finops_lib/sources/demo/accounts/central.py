"""The payer, shared services, and the acquired company's account that was closed early."""

from __future__ import annotations

from finops_lib.sources.demo.money import ticks
from finops_lib.sources.demo.tags import PLATFORM, SHOP
from finops_lib.sources.demo.workloads import compute, network, platform, storage
from finops_lib.sources.demo.workloads.plant import last_month, plant, trap, waste
from finops_lib.sources.demo.workloads.site import FOREVER, Life, Placed, Site


def payer(site: Site) -> None:
    """Add the management account's few own workloads."""
    storage.bucket(site, "kelp-billing-exports", standard=60, writes=3_000, reads=9_000)
    platform.recorder(site, 400)
    platform.keys(site, 2, 10_000)


def shared(site: Site) -> None:
    """Add the shared-services account's workloads and facts."""
    _clusters(site)
    _licensed(site)
    _appliance(site)
    _dedicated(site)
    _audit(site)
    registry = network.endpoint(site, "registry")
    waste(site, "idle-endpoint", "An interface endpoint that nothing goes through.", [registry], "idle_endpoints")
    network.nat_gateway(site, "core-a", 18.0)
    network.hosted_zone(site, "saltglass.example", 900_000)
    platform.keys(site, 6, 900_000)
    platform.metrics(site, 160)
    held = site.but(extra=(("Protected", "legal-hold"),))
    keep = storage.volume(held, 700, "court-evidence", life=Life(site.timeline.back(13)))
    text = "An unattached volume under legal hold: its tag protects it, it is not waste."
    trap(site, "legal-hold", text, [keep], protected="legal-hold")


def _clusters(site: Site) -> None:
    timeline, window = site.timeline, last_month(site)
    current = platform.cluster(site, "core-services", version="1.35")
    aged = platform.cluster(site, "legacy-tools", version="1.32", extended_from=timeline.back(7, 24))
    compute.instance(site, "m6i.2xlarge", "core-node", asg="core-nodes", cpu=(40.0, 79.0), disk=100)
    waste(
        site,
        "eks-extended-support",
        "An EKS cluster in extended support since March: 0.50 of the 0.60 USD an hour are avoidable.",
        [Placed(aged.resource, aged.id, aged.streams[1:])],
        "eks_extended_support",
        amounts={"avoidable": (window.end - window.start) * ticks("0.50")},
        healthy=current.id,
    )


def _licensed(site: Site) -> None:
    compute.instance(site, "m6i.xlarge", "batch-scheduler", system="rhel", schedule="office", cpu=(14.0, 44.0))
    own = site.but(fault="key_twice")
    compute.instance(own, "m6i.large", "subscription-proxy", system="rhel_byol", schedule="night", disk=40)
    sap = site.but(project=SHOP)
    compute.instance(sap, "r5.large", "sap-gateway", system="suse", schedule="office", cpu=(10.0, 36.0))


def _appliance(site: Site) -> None:
    life, edge = Life(site.timeline.back(10)), site.but(fault="case_short")
    balancer = compute.instance(edge, "c5.large", "edge-balancer", cpu=(12.0, 29.0), schedule="weekdays", life=life)
    software = platform.appliance_software(site, balancer, life)
    plant(
        site,
        "license-f5-hourly",
        "license",
        "F5 BIG-IP by the hour from the Marketplace; an annual contract costs less.",
        streams=[software],
        data={"product": "F5 BIG-IP VE - GOOD", "model": "hourly"},
    )


def _dedicated(site: Site) -> None:
    host = compute.dedicated_host(site, "m5", "windows-host")
    for number in (1, 2, 3):
        compute.hosted_instance(site, "m5.2xlarge", f"own-windows-{number}", host.id, "windows_byol")


def _audit(site: Site) -> None:
    platform.log_group(site, "core/audit", 6.0, stored=800, retention=365)
    platform.recorder(site, 2_600)
    copy = platform.second_trail(site, 400_000)
    waste(site, "duplicate-trail", "A second trail records the same management events.", [copy], "duplicate_trails")


def acquired(site: Site) -> None:
    """Add the acquired company's account: wound down nine months before the end, nearly idle since."""
    life = Life(FOREVER.start, site.timeline.back(9))
    old = site.but(project=PLATFORM, fault="missing_all")
    compute.instance(old, "t3.small", "booking", schedule="weekdays", life=life)
    network.load_balancer(site, "booking", 0.4, life=life)
    storage.bucket(site, "oldharbour-documents", standard=38, reads=60)
    platform.keys(site, 1, 0)
