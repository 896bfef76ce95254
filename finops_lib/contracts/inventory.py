"""What AWS says there is: one frame a kind of resource, each row with the id by which the bill names it.

A missing answer is null, never false or 0: ``lifecycle_rules`` is 0 where a bucket has none and null where nobody was
allowed to ask. ``tags`` is a mapping, empty where there are none and null where they could not be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrors
from pandera.typing import Series

from finops_lib.contracts.model import Frame, conformed
from finops_lib.core.errors import ContractError


class Resource(Frame):
    """A resource of an account and region; ``resource`` is its id as the bill writes it."""

    account: Series[str]
    region: Series[str]
    resource: Series[str]
    tags: Series[object] = pa.Field(nullable=True)


class Volumes(Resource):
    """EBS volumes; ``size`` in GB, ``throughput`` in MiB/s, ``attached_to`` null where attached to nothing."""

    type: Series[str]
    size: Series[float]
    iops: Series[float] = pa.Field(nullable=True)
    throughput: Series[float] = pa.Field(nullable=True)
    state: Series[str]
    attached_to: Series[str] = pa.Field(nullable=True)
    zone: Series[str] = pa.Field(nullable=True)
    created: Series[pd.Timestamp] = pa.Field(nullable=True)


class Instances(Resource):
    """EC2 instances; ``stopped`` is when a stopped one stopped, where AWS says it."""

    type: Series[str]
    state: Series[str]
    stopped: Series[pd.Timestamp] = pa.Field(nullable=True)
    launched: Series[pd.Timestamp] = pa.Field(nullable=True)
    platform: Series[str] = pa.Field(nullable=True)
    operation: Series[str] = pa.Field(nullable=True)
    tenancy: Series[str] = pa.Field(nullable=True)
    lifecycle: Series[str] = pa.Field(nullable=True)
    zone: Series[str] = pa.Field(nullable=True)
    group: Series[str] = pa.Field(nullable=True)


class Snapshots(Resource):
    """EBS snapshots that the account owns; ``volume`` may be gone, ``size`` is the volume's, in GB."""

    volume: Series[str] = pa.Field(nullable=True)
    size: Series[float] = pa.Field(nullable=True)
    started: Series[pd.Timestamp] = pa.Field(nullable=True)
    tier: Series[str] = pa.Field(nullable=True)
    description: Series[str] = pa.Field(nullable=True)


class Images(Resource):
    """AMIs that the account owns; ``snapshots`` is a tuple of the ids (``snap-…``) that they are made of."""

    snapshots: Series[object]
    last_launched: Series[pd.Timestamp] = pa.Field(nullable=True)


class Addresses(Resource):
    """Elastic IP addresses; ``association`` null where nothing uses one."""

    association: Series[str] = pa.Field(nullable=True)


class NatGateways(Resource):
    """NAT gateways."""

    state: Series[str]
    created: Series[pd.Timestamp] = pa.Field(nullable=True)
    vpc: Series[str] = pa.Field(nullable=True)
    zone: Series[str] = pa.Field(nullable=True)


class VpcEndpoints(Resource):
    """VPC endpoints; ``type`` is Gateway, Interface or GatewayLoadBalancer, ``zones`` the number of its subnets."""

    type: Series[str]
    service: Series[str]
    state: Series[str]
    vpc: Series[str] = pa.Field(nullable=True)
    zones: Series[float] = pa.Field(nullable=True)


class LoadBalancers(Resource):
    """Load balancers; ``kind`` is application, network, gateway or classic, ``targets`` how many are registered."""

    name: Series[str]
    kind: Series[str]
    state: Series[str] = pa.Field(nullable=True)
    created: Series[pd.Timestamp] = pa.Field(nullable=True)
    targets: Series[float] = pa.Field(nullable=True)


class LogGroups(Resource):
    """CloudWatch log groups; ``retention_days`` null where logs never expire."""

    name: Series[str]
    retention_days: Series[float] = pa.Field(nullable=True)
    stored_bytes: Series[float] = pa.Field(nullable=True)
    created: Series[pd.Timestamp] = pa.Field(nullable=True)


class Buckets(Resource):
    """S3 buckets: number of objects, lifecycle rules, and what those rules do; null where it could not be asked."""

    created: Series[pd.Timestamp] = pa.Field(nullable=True)
    objects: Series[float] = pa.Field(nullable=True)
    lifecycle_rules: Series[float] = pa.Field(nullable=True)
    ends_uploads: Series[object] = pa.Field(nullable=True)
    ends_noncurrent: Series[object] = pa.Field(nullable=True)
    versioning: Series[str] = pa.Field(nullable=True)
    unfinished_uploads: Series[float] = pa.Field(nullable=True)


class Databases(Resource):
    """RDS instances; ``storage`` in GB, ``cluster`` null outside of Aurora."""

    name: Series[str]
    type: Series[str]
    engine: Series[str]
    version: Series[str]
    multi_az: Series[bool]
    storage_type: Series[str] = pa.Field(nullable=True)
    storage: Series[float] = pa.Field(nullable=True)
    iops: Series[float] = pa.Field(nullable=True)
    state: Series[str] = pa.Field(nullable=True)
    cluster: Series[str] = pa.Field(nullable=True)
    created: Series[pd.Timestamp] = pa.Field(nullable=True)


class Clusters(Resource):
    """EKS clusters; ``support`` is EXTENDED or STANDARD, the policy when standard support ends."""

    name: Series[str]
    version: Series[str]
    state: Series[str] = pa.Field(nullable=True)
    support: Series[str] = pa.Field(nullable=True)


class Caches(Resource):
    """ElastiCache clusters."""

    engine: Series[str]
    version: Series[str]
    type: Series[str]
    nodes: Series[float]


class Tables(Resource):
    """DynamoDB tables; ``mode`` is PROVISIONED or PAY_PER_REQUEST, ``storage_class`` STANDARD or the infrequent one."""

    mode: Series[str]
    storage_class: Series[str]
    size_bytes: Series[float] = pa.Field(nullable=True)


class Trails(Resource):
    """CloudTrail trails as seen in their home region; ``management_events`` null where it could not be asked."""

    name: Series[str]
    multi_region: Series[bool]
    organization: Series[bool]
    management_events: Series[object] = pa.Field(nullable=True)


class CapacityReservations(Resource):
    """On-Demand capacity reservations; ``available`` of ``total`` instances are not running."""

    type: Series[str]
    state: Series[str]
    total: Series[float]
    available: Series[float]


class Utilization(Frame):
    """Metrics of CloudWatch over ``days``: a row a resource and metric."""

    account: Series[str]
    region: Series[str]
    resource: Series[str]
    namespace: Series[str]
    metric: Series[str]
    unit: Series[str] = pa.Field(nullable=True)
    days: Series[float]
    p50: Series[float] = pa.Field(nullable=True)
    p99: Series[float] = pa.Field(nullable=True)
    maximum: Series[float] = pa.Field(nullable=True)
    samples: Series[float] = pa.Field(nullable=True)


class Recommendations(Frame):
    """AWS's own recommendations: ``saving`` and ``cost`` a month after discounts, ``list_saving`` before them.

    They are in ``currency``, where AWS tells one: the column may lack.

    ``source`` is compute-optimizer, cost-optimization-hub or trusted-advisor; ``action`` AWS's own word for it
    (Rightsize, Stop, Delete, MigrateToGraviton, …); ``refreshed`` the day that AWS made it; ``memory_known`` whether
    memory was measured.
    """

    source: Series[str]
    id: Series[str]
    account: Series[str]
    region: Series[str] = pa.Field(nullable=True)
    resource: Series[str]
    resource_type: Series[str] = pa.Field(nullable=True)
    action: Series[str]
    current: Series[str] = pa.Field(nullable=True)
    target: Series[str] = pa.Field(nullable=True)
    cost: Series[float] = pa.Field(nullable=True)
    saving: Series[float] = pa.Field(nullable=True)
    list_saving: Series[float] = pa.Field(nullable=True)
    currency: Series[str] | None = pa.Field(nullable=True)
    effort: Series[str] = pa.Field(nullable=True)
    risk: Series[float] = pa.Field(nullable=True)
    restart: Series[object] = pa.Field(nullable=True)
    rollback: Series[object] = pa.Field(nullable=True)
    lookback_days: Series[float] = pa.Field(nullable=True)
    refreshed: Series[pd.Timestamp] = pa.Field(nullable=True)
    memory_known: Series[object] = pa.Field(nullable=True)


class Prices(Frame):
    """Unit prices of a price list: what On-Demand use of a usage type costs before any discount."""

    region: Series[str]
    service_code: Series[str]
    usage_type: Series[str]
    operation: Series[str] = pa.Field(nullable=True)
    unit: Series[str]
    price: Series[float]
    instance_type: Series[str] = pa.Field(nullable=True)


class Asked(Frame):
    """Who was asked for what: a row a kind, account and region; ``status`` answered, refused, not_enabled or failed.

    ``region`` is ``*`` for what has none. A place without a row was never asked.
    """

    kind: Series[str]
    account: Series[str]
    region: Series[str]
    status: Series[str]
    reason: Series[str] = pa.Field(nullable=True)
    taken: Series[pd.Timestamp]


KINDS: Final[Mapping[str, type[pa.DataFrameModel]]] = {
    "volumes": Volumes,
    "instances": Instances,
    "snapshots": Snapshots,
    "images": Images,
    "addresses": Addresses,
    "nat_gateways": NatGateways,
    "vpc_endpoints": VpcEndpoints,
    "load_balancers": LoadBalancers,
    "log_groups": LogGroups,
    "buckets": Buckets,
    "databases": Databases,
    "clusters": Clusters,
    "caches": Caches,
    "tables": Tables,
    "trails": Trails,
    "capacity_reservations": CapacityReservations,
    "utilization": Utilization,
    "recommendations": Recommendations,
    "prices": Prices,
}


def checked(kind: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its kind's types; raises :class:`ContractError` that names the column at fault."""
    model = Asked if kind == "asked" else KINDS[kind]
    try:
        return conformed(model, frame)
    except (SchemaError, SchemaErrors) as error:
        raise ContractError(f"The inventory of {kind} breaks its contract: {str(error).splitlines()[0]}") from error


def none_of(kind: str) -> pd.DataFrame:
    """No rows, with the kind's columns and types."""
    return (Asked if kind == "asked" else KINDS[kind]).empty()
