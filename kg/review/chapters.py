"""The chapters of a review, in the order in which they follow an event."""

from __future__ import annotations

from kg.review import coding, members, protocols, records, searches

__all__ = ["CHAPTERS"]

CHAPTERS = (protocols.CHAPTER, members.CHAPTER, searches.CHAPTER, records.CHAPTER, coding.CHAPTER)
