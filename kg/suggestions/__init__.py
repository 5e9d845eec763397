"""Suggestions: which concepts a passage is about, by its words and by what was coded before.

Needs the extra `review`; without it `by_label` still finds the concepts that a passage names.
"""

from kg.suggestions.labels import Suggestion, by_label

__all__ = ["Suggestion", "by_label", "suggest"]


def suggest(passage: str, *, most: int = 5) -> tuple[Suggestion, ...]:
    """Suggest the concepts of a passage, the likeliest first."""
    try:
        from kg.suggestions.ranking import ranker  # noqa: PLC0415  # an optional extra
    except ImportError:
        return by_label(passage, most=most)
    return ranker().suggest(passage, most=most)
