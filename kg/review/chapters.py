"""The chapters of a review, in the order in which they follow an event."""

from __future__ import annotations

from kg.review import (
    appraisals,
    asides,
    coding,
    decisions,
    duplicates,
    members,
    proposals,
    protocols,
    publications,
    ranking,
    records,
    reports,
    screening,
    searches,
    sheets,
)

__all__ = ["CHAPTERS"]

# Decisions follow from what those before them hold.
CHAPTERS = (
    protocols.CHAPTER,
    members.CHAPTER,
    searches.CHAPTER,
    records.CHAPTER,
    duplicates.CHAPTER,
    screening.CHAPTER,
    reports.CHAPTER,
    ranking.CHAPTER,
    decisions.CHAPTER,
    coding.CHAPTER,
    asides.CHAPTER,
    sheets.CHAPTER,
    proposals.CHAPTER,
    appraisals.CHAPTER,
    publications.CHAPTER,
)
