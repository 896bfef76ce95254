"""Savings Plans and Reserved Instances as values, with their exact hourly prices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class SavingsPlan:
    """A plan of the payer; ``recurring`` and ``upfront`` are ticks an hour, ``start`` and ``end`` hour numbers."""

    id: str
    arn: str
    kind: Literal["compute", "instance"]
    payment: Literal["No Upfront", "Partial Upfront", "All Upfront"]
    start: int
    end: int
    recurring: int
    upfront: int
    years: int = 1
    family: str | None = None
    region: str | None = None
    returned: bool = False

    @property
    def commitment(self) -> int:
        """Ticks an hour in all."""
        return self.recurring + self.upfront

    @property
    def fee(self) -> int:
        """The one-time fee in ticks."""
        return self.upfront * (self.end - self.start)

    @property
    def term(self) -> str:
        """``1yr``."""
        return f"{self.years}yr"

    @property
    def offering(self) -> str:
        """The bill's word for the kind."""
        return "ComputeSavingsPlans" if self.kind == "compute" else "EC2InstanceSavingsPlans"

    @property
    def usage_type(self) -> str:
        """``ComputeSP:1yrNoUpfront`` or ``USE1-EC2SP:r6i.1yrPartialUpfront``."""
        payment = self.term + self.payment.replace(" ", "")
        return f"ComputeSP:{payment}" if self.kind == "compute" else f"USE1-EC2SP:{self.family}.{payment}"

    @property
    def description(self) -> str:
        """The plan in words."""
        what = "Compute" if self.kind == "compute" else f"EC2 Instance ({self.family} in us-east-1)"
        return f"{self.years} year {self.payment} {what} Savings Plan"


@dataclass(frozen=True)
class Reservation:
    """An RI of one account; ``recurring`` and ``upfront`` are ticks per reservation and hour; matches one Sku.

    ``flexible`` ones match all sizes of the Sku's family, smallest first, by normalization factors.
    """

    id: str
    arn: str
    subscription: str
    account: int
    sku: int
    count: int
    payment: Literal["No Upfront", "Partial Upfront", "All Upfront"]
    start: int
    end: int
    recurring: int
    upfront: int
    flexible: bool = False

    @property
    def fee(self) -> int:
        """The one-time fee of all reservations in ticks."""
        return self.upfront * (self.end - self.start) * self.count


@dataclass(frozen=True)
class Commitments:
    """The whole book; a plan's number is its place in ``plans + reservations``."""

    plans: tuple[SavingsPlan, ...]
    reservations: tuple[Reservation, ...]

    def number(self, item: SavingsPlan | Reservation) -> int:
        """Number of a plan or reservation in charges."""
        if isinstance(item, SavingsPlan):
            return self.plans.index(item)
        return len(self.plans) + self.reservations.index(item)


def text_time(moment: dt.datetime) -> str:
    """An instant as plans and reservations carry it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
