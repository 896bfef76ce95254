"""What does AWS bill only as it closes a month, though its day lies before? One answer for all analyses."""

from __future__ import annotations

from typing import Final

from finops_lib.analyses.effects import is_support

AT_CLOSE: Final = {"fee": "support", "discount": "private_discount", "credit": "credits", "tax": "tax"}
"""The kinds of charge, each with the effect that it is told as: a month that still runs has none of it yet.

Of fees it is support alone.
"""


def is_at_close(kind: str, service: object) -> bool:
    """Whether a charge is such a one."""
    return kind in AT_CLOSE and (kind != "fee" or is_support(service))
