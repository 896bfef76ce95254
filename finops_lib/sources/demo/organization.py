"""The company and its AWS accounts: Saltglass Kelp Works, which does not exist."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

COMPANY = "Saltglass Kelp Works"
DOMAIN = "saltglass.example"


@dataclass(frozen=True)
class Account:
    """One linked account; ``weight`` says how large its share of the generated fleet is."""

    id: str
    name: str
    unit: str
    archetype: str
    weight: float
    suspended: bool = False

    @property
    def email(self) -> str:
        """The root mailbox."""
        return f"aws+{self.archetype}@{DOMAIN}"


PAYER = Account("739204518836", "saltglass-payer", "Root", "payer", 0.0)
NAMED = (
    PAYER,
    Account("058213947706", "saltglass-production", "Workloads", "production", 6.0),
    Account("301985472264", "saltglass-staging", "Workloads", "staging", 1.5),
    Account("664190273358", "saltglass-development", "Workloads", "development", 1.5),
    Account("917330586042", "saltglass-data", "Workloads", "data", 4.0),
    Account("126408957731", "saltglass-shared", "Core", "shared", 1.0),
    Account("885072614490", "saltglass-sandbox", "Sandbox", "sandbox", 0.3),
    Account("540761938827", "saltglass-acquired", "Suspended", "acquired", 0.0, suspended=True),
)
_ARCHETYPES = ("production", "staging", "development", "data")


def accounts(count: int, seed: int) -> tuple[Account, ...]:
    """The eight named accounts, then workload accounts of the same archetypes with sizes skewed like 1/rank."""
    return NAMED + tuple(_workload(rank, seed) for rank in range(1, count - len(NAMED) + 1))


def _workload(rank: int, seed: int) -> Account:
    archetype = _ARCHETYPES[(rank - 1) % len(_ARCHETYPES)]
    return Account(_account_id(rank, seed), f"saltglass-site-{rank:04d}", "Workloads", archetype, 8.0 / rank**0.8)


def _account_id(rank: int, seed: int) -> str:
    """Twelve digits from a hash; the rank stands in the middle so that no two accounts can collide."""
    digest = int(hashlib.sha256(f"{seed}/account/{rank}".encode()).hexdigest(), 16)
    head, tail = f"{digest % 10_000:04d}", f"{digest // 10_000 % 10_000:04d}"
    return f"{head}{rank:04d}{tail}"
