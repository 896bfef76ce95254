"""Charts of the analyses, one module an analysis: ``charts.overview``."""

from finops_lib.presentation.by_name import importer

__getattr__ = importer(__name__)
