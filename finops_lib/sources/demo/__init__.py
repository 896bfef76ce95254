"""The demo organization: a seeded, plainly fictional company's AWS bill, its papers, and the truth planted in them."""

from __future__ import annotations

from finops_lib.sources.demo.size import DemoFiles, DemoSize
from finops_lib.sources.demo.write import write_demo

__all__ = ["DemoFiles", "DemoSize", "write_demo"]
