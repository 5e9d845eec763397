"""Search strings: read as databases read them, and refused with a reason."""

from __future__ import annotations

import pytest

from kg.errors import QueryError
from kg.harvest import SearchString

TEXT = "Co-production of health services: when users' value is destroyed. Für Évaluation"


@pytest.mark.parametrize(
    ("search", "is_found"),
    [
        ("co-production", True),
        ("coproduction", False),
        ("co production", True),
        ('"health services"', True),
        ('"services health"', False),
        ("health AND value", True),
        ("health value", True),
        ("health AND enzyme", False),
        ("enzyme OR value", True),
        ("value NOT enzyme", True),
        ("value NOT health", False),
        ("value AND NOT (enzyme OR cell)", True),
        ("enzyme OR health AND cell", False),
        ("(enzyme OR health) AND value", True),
        ("co-produc*", True),
        ("destr*", True),
        ("estroyed", False),
        ("fur evaluation", True),
        ("HEALTH", True),
        ("NOT NOT health", True),
    ],
)
def test_a_search_finds(search: str, *, is_found: bool) -> None:
    assert SearchString(search).finds(TEXT) is is_found


@pytest.mark.parametrize(
    ("search", "why"),
    [
        ("", "is empty"),
        ("(a OR b", "is not closed"),
        ("a OR b)", "too many"),
        ("a AND", "its end"),
        ("OR a", "before OR"),
        ('"a', "quotation mark"),
        ("a AND ---", "no word"),
        ("(" * 60 + "a" + ")" * 60, "nested deeper"),
        ("a" * 20_001, "at most"),
    ],
    ids=["empty", "open", "closed", "end", "or", "quote", "no word", "deep", "long"],
)
def test_a_search_that_cannot_be_read_is_refused(search: str, why: str) -> None:
    with pytest.raises(QueryError, match=why):
        SearchString(search).finds(TEXT)
