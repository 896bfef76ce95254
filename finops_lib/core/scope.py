"""What a report speaks of: one account, or the whole organization."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from finops_lib.core.errors import UsageError

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")


@dataclass(frozen=True)
class Scope:
    """One sub-account (``account`` holds its id as text), or everything (``account`` is None)."""

    account: str | None = None

    @classmethod
    def parse(cls, text: str) -> Scope:
        """``organization`` in any casing, or an account id exactly as the bill spells it."""
        if not isinstance(text, str):
            raise UsageError(
                f"The scope is {text!r}, which is no text.", hint="Account ids are text: write it in quotes."
            )
        if not text.strip():
            raise UsageError("The scope is empty.", hint="Give an account id or 'organization'.")
        return ORGANIZATION if text.strip().casefold() == "organization" else cls(text)

    @property
    def is_organization(self) -> bool:
        """True for the whole organization."""
        return self.account is None

    @property
    def slug(self) -> str:
        """A folder name for this scope: the id itself where it is a safe name, else a readable form with a hash."""
        name = str(self)
        if _SAFE.match(name):
            return name
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40] + f"-{digest}"

    def __str__(self) -> str:
        return "organization" if self.account is None else self.account


ORGANIZATION = Scope()
