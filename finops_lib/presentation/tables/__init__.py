"""Tables of the analyses, one module an analysis: ``tables.overview``."""

from finops_lib.presentation.by_name import importer

__getattr__ = importer(__name__)
