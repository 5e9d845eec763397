"""Prose: works as the lines of a reference list, author and year first."""

from __future__ import annotations

from collections.abc import Iterable

from kg.records import Author, Work
from kg.references.fields import address, name_of, one_line

__all__ = ["cite", "write_prose"]


def write_prose(works: Iterable[Work]) -> str:
    """Write works as lines of text."""
    return "".join(f"{cite(work)}\n" for work in works)


def cite(work: Work) -> str:
    """Cite a work in one line of text.

    >>> from kg.records import Study
    >>> cite(Work(
    ...     id="x", type="article-journal", title="Service", year=2021, container="PMR",
    ...     volume="23", issue="6", pages="886-905", doi="10.1/x", read_level="abstract",
    ...     authors=(Author(family="Engen", given="Marit"), Author(family="Skålén", given="Per")),
    ...     read_at="https://example.org/", study=Study(design="conceptual"), claims=(),
    ... ))
    'Engen, Marit and Skålén, Per (2021). Service. PMR, 23(6), 886-905. https://doi.org/10.1/x'
    """
    volume = (work.volume or "") + (f"({work.issue})" if work.issue else "")
    place = ", ".join(part for part in (work.container, volume, work.pages) if part)
    parts = [f"{_names(work)} ({work.year})", work.title, place, work.publisher]
    sentences = [one_line(part).rstrip(".") for part in parts if part]
    return f"{'. '.join(sentences)}. {address(work)}"


def _names(work: Work) -> str:
    names = [_name(author) for author in work.authors] or ["Unknown authors"]
    if work.authors_incomplete:
        return f"{', '.join(names)} et al"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _name(author: Author) -> str:
    name = name_of(author)
    family = f"{name.particle} {name.family}".strip()
    return ", ".join(part for part in (family, name.given, name.literal) if part)
