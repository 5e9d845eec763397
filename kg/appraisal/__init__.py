"""Appraisal: how far studies and findings can be trusted, by instruments that are data."""

from kg.appraisal.cerqual import (
    COMPONENTS,
    Assessment,
    Concern,
    Confidence,
    Finding,
    problems_of,
    write_summary,
)
from kg.appraisal.conqual import ConQual, Credibility, conqual
from kg.appraisal.instruments import Answer, Appraisal, Instrument, check, instruments, robvis

__all__ = [
    "COMPONENTS",
    "Answer",
    "Appraisal",
    "Assessment",
    "ConQual",
    "Concern",
    "Confidence",
    "Credibility",
    "Finding",
    "Instrument",
    "check",
    "conqual",
    "instruments",
    "problems_of",
    "robvis",
    "write_summary",
]
