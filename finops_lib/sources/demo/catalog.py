"""The things that can be charged: one Sku a kind of charge, numbered in the order of first use."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from finops_lib.sources.demo.money import ticks, usd
from finops_lib.sources.demo.rates import PREFIXES, Service, rates, services

_PAYMENT_BONUS = {"No Upfront": Decimal(0), "Partial Upfront": Decimal("0.015"), "All Upfront": Decimal("0.03")}
_STEP = ticks("0.00001")
_FACTORS = {"nano": "0.25", "micro": "0.5", "small": "1", "medium": "2", "large": "4", "xlarge": "8"}


@dataclass(frozen=True)
class Software:
    """An operating system as EC2 bills it: operation code and the price-list keys of the software on top of Linux."""

    operation: str
    system: str
    sql: str = "NA"
    license_model: str = "No License required"
    keys: tuple[str, ...] = ()


SOFTWARE: Mapping[str, Software] = MappingProxyType(
    {
        "linux": Software("RunInstances", "Linux"),
        "windows": Software("RunInstances:0002", "Windows", keys=("windows",)),
        "sql_standard": Software("RunInstances:0006", "Windows", "SQL Std", keys=("windows", "sql_standard")),
        "sql_enterprise": Software("RunInstances:0102", "Windows", "SQL Ent", keys=("windows", "sql_enterprise")),
        "sql_web": Software("RunInstances:0202", "Windows", "SQL Web", keys=("windows", "sql_web")),
        "rhel": Software("RunInstances:0010", "RHEL", keys=("rhel",)),
        "suse": Software("RunInstances:000g", "SUSE", keys=("suse",)),
        "rhel_byol": Software("RunInstances:00g0", "RHEL", license_model="Bring your own license"),
        "windows_byol": Software("RunInstances:0800", "Windows", license_model="Bring your own license"),
    }
)


@dataclass(frozen=True)
class Sku:
    """A kind of charge with everything that the bill says about it; ``rate`` is the public price, ticks per unit.

    ``software`` is the part of the rate that no commitment discounts. ``compute`` and ``instance`` are the discounts
    of one-year No Upfront plans on the rest, as fractions; None where plans do not apply.
    """

    service: Service
    usage_type: str
    operation: str
    unit: str
    rate: int
    description: str
    region: str = "us-east-1"
    family: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    software: int = 0
    compute: Decimal | None = None
    instance: Decimal | None = None
    spot: bool = False

    @property
    def instance_type(self) -> str | None:
        """``m5.large``; None where the charge is not for an instance."""
        return self.attributes.get("instance_type")

    @property
    def instance_family(self) -> str | None:
        """``m5``."""
        return self.instance_type.rsplit(".", 1)[0] if self.instance_type else None

    @property
    def factor(self) -> float | None:
        """Normalization factor of the instance size."""
        size = (self.instance_type or "").rpartition(".")[2]
        if size in _FACTORS:
            return float(_FACTORS[size])
        return 8.0 * int(size.removesuffix("xlarge")) if size.endswith("xlarge") else None

    @property
    def code(self) -> str:
        """A price-list SKU: sixteen letters and digits that depend on what is charged alone."""
        name = f"{self.service.code}/{self.usage_type}/{self.operation}/{self.region}/{self.description}"
        digest = int(hashlib.sha256(name.encode()).hexdigest(), 16)
        return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[digest >> 5 * place & 31] for place in range(16))

    def plan_rate(self, kind: str, payment: str) -> int:
        """Ticks per unit under a one-year plan (kind ``compute`` or ``instance``); 0 where plans do not apply."""
        discount = self.compute if kind == "compute" else self.instance
        if discount is None or self.spot:
            return 0
        hardware = Decimal(self.rate - self.software) * (1 - discount - _PAYMENT_BONUS[payment])
        return int((hardware / _STEP).quantize(Decimal(1), ROUND_HALF_UP)) * _STEP + self.software


class Catalog:
    """Numbers Skus: the same Sku asked for twice has the same number."""

    def __init__(self) -> None:
        self.skus: list[Sku] = []
        self._numbers: dict[tuple[str, str, str, str, str], int] = {}

    def add(self, sku: Sku) -> int:
        """Number of a Sku, new or known."""
        key = (sku.service.code, sku.usage_type, sku.operation, sku.region, sku.description)
        if key not in self._numbers:
            self._numbers[key] = len(self.skus)
            self.skus.append(sku)
        return self._numbers[key]

    def priced(self, key: str, region: str) -> int:
        """Number of a price-list entry in a region."""
        return self.add(listed(key, region))

    def instance(self, kind: str, region: str, system: str = "linux", *, spot: bool = False) -> int:
        """Number of an EC2 instance type with an operating system, On-Demand or Spot."""
        return self.add(instance(kind, region, system, spot=spot))


def listed(key: str, region: str) -> Sku:
    """A price-list entry as a Sku."""
    rate = rates()[key]
    short, long = PREFIXES[region]
    attributes = dict(rate.attributes)
    compute, on_instance = attributes.pop("compute", None), attributes.pop("instance", None)
    return Sku(
        service=services()[rate.service],
        usage_type=rate.usage_type.replace("{r}", short).replace("{R}", long),
        operation=rate.operation,
        unit=rate.unit,
        rate=rate.prices[region],
        description=rate.description.replace("{p}", usd(rate.prices[region])),
        region=region,
        family=rate.family,
        attributes=MappingProxyType(attributes),
        compute=Decimal(compute) if compute else None,
        instance=Decimal(on_instance) if on_instance else None,
    )


def instance(kind: str, region: str, system: str = "linux", *, spot: bool = False) -> Sku:
    """An EC2 instance type running an operating system; software costs its rate times the vCPUs."""
    base, software = listed(f"ec2.{kind}", region), SOFTWARE[system]
    vcpu = int(base.attributes["vcpu"])
    surcharge = sum(rates()[f"software.{key}"].prices[region] for key in software.keys) * vcpu
    attributes = {
        **base.attributes,
        "instance_type": kind,
        "operating_system": software.system,
        "pre_installed_sw": software.sql,
        "license_model": software.license_model,
        "tenancy": "Shared",
    }
    offer = "Spot" if spot else f"On Demand {software.system}{'' if software.sql == 'NA' else ' with ' + software.sql}"
    return Sku(
        service=base.service,
        usage_type=base.usage_type.replace("BoxUsage", "SpotUsage") if spot else base.usage_type,
        operation=software.operation + (":SV001" if spot else ""),
        unit=base.unit,
        rate=base.rate + surcharge,
        description=f"{kind} {software.system} Spot Instance hour"
        if spot
        else f"${usd(base.rate + surcharge)} per {offer} {kind} Instance Hour",
        region=region,
        family=base.family,
        attributes=MappingProxyType(attributes),
        software=surcharge,
        compute=base.compute,
        instance=base.instance,
        spot=spot,
    )
