"""The FinOps workbench for AWS: bills in, reconciled cost tables, analyses and monthly reports out."""

__version__ = "0.1.0"
