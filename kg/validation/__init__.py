"""Validation: does a record keep the rules, and what is there to mend if not."""

from kg.validation.checks import Check, check_dataset, checks
from kg.validation.engines import DEFAULT_ENGINE, ENGINES
from kg.validation.records import validate, validate_records
from kg.validation.report import Finding, Report
from kg.validation.shapes import shapes_graph

__all__ = [
    "DEFAULT_ENGINE",
    "ENGINES",
    "Check",
    "Finding",
    "Report",
    "check_dataset",
    "checks",
    "shapes_graph",
    "validate",
    "validate_records",
]
