"""What a document says of itself: on its cover, in its running heads and in the PDF's metadata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from finops_lib.presentation import formats


@dataclass(frozen=True)
class Cover:
    """The facts of one document. ``period`` is ``YYYY-MM``; ``as_of`` the last day of the data, as ISO text."""

    client: str
    scope: str
    scope_name: str | None
    period: str
    period_label: str
    invoice_status: str
    cost_basis: str
    currency: str
    as_of: str
    run_id: str
    document: str
    confidentiality: str = ""
    paper: Literal["A4", "Letter"] = "A4"
    draft: bool = False

    @property
    def scope_label(self) -> str:
        """The scope for people: ``Organization``, or an account by name and id."""
        if self.scope == "organization":
            return "Organization"
        return f"{self.scope_name} ({self.scope})" if self.scope_name else f"Account {self.scope}"

    @property
    def subject(self) -> str:
        """What the document is about."""
        if self.scope == "organization":
            return "AWS cost of the whole organization"
        return f"AWS cost of {self.scope_label if self.scope_name else f'account {self.scope}'}"

    @property
    def title(self) -> str:
        """The document's title, as a reader's window shows it."""
        return f"{self.client}: {self.document}, {self.scope_label}, {self.period_label}"

    @property
    def invoice_words(self) -> str:
        """The invoice status in a few words."""
        return {
            "final": "Final: AWS has closed the bill",
            "open": "Open: AWS may still change the bill",
        }.get(self.invoice_status, "Unknown: the bill does not tell")

    @property
    def basis_words(self) -> str:
        """The cost basis in a few words."""
        extra = ", after discounts" if self.cost_basis.startswith("net") else ""
        return f"Effective cost, {self.cost_basis}: commitments spread over their term{extra}"

    @property
    def as_of_words(self) -> str:
        """The data's last day in words: the document's date, whenever it is printed."""
        return formats.day(self.as_of)
