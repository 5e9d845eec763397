"""Records: a coded publication and its parts, as the coding guide names them.

The field names are the sheet's; where one is a Python keyword the record has a longer name.
`None` and the empty tuple mean that the sheet says nothing; "not-reported" is a code of its own.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

__all__ = [
    "Author",
    "Case",
    "Claim",
    "ClaimLink",
    "Effect",
    "Participant",
    "Process",
    "ReportedLink",
    "Study",
    "Work",
    "to_sheet",
]


class _Record(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """An immutable part of a sheet; a field that no record has is refused."""


class Author(_Record, frozen=True):
    """A name as the source prints it: family and given, or literal for a body."""

    family: str | None = None
    given: str | None = None
    literal: str | None = None

    @property
    def name(self) -> str:
        """Return the whole name in the order of an index.

        >>> Author(family="Osborne", given="Stephen P.").name
        'Osborne, Stephen P.'
        """
        parts = (self.literal, self.family, self.given)
        return ", ".join(part for part in parts if part)


class Study(_Record, frozen=True):
    """What a work did: design, methods and sample."""

    design: str
    methods: tuple[str, ...] = ()
    sample: str | None = None
    participants: int | None = None


class Participant(_Record, frozen=True):
    """One kind of people in a process: role, side, and how they came to take part."""

    role: str
    side: str
    volition: str | None = None
    awareness: str | None = None
    acts_as: str | None = None


class Process(_Record, frozen=True):
    """What lay people and regular producers do together in a case."""

    id: str
    label: str
    phase: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    embedding: str | None = None
    locus: str | None = None
    initiated_by: str | None = None
    planning_by: str | None = None
    delivery_by: str | None = None
    coreness: str | None = None
    participants: tuple[Participant, ...] = ()
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


class Case(_Record, frozen=True):
    """An empirical setting; years are of the Common Era, countries ISO 3166-1 alpha-2."""

    id: str
    name: str
    sector: str
    countries: tuple[str, ...] = ()
    place: str | None = None
    service: str | None = None
    organisation: str | None = None
    start: int | None = None
    end: int | None = None
    processes: tuple[Process, ...] = ()


class ReportedLink(_Record, frozen=True, rename={"from_": "from"}):
    """The link between two concepts that a third moderates or mediates."""

    from_: str
    to: str


class Effect(_Record, frozen=True, rename={"holder": "for"}):
    """What a claim reports about value, for one holder and dimension."""

    direction: str
    holder: str
    dimension: str | None = None
    intent: str | None = None
    moment: str | None = None


class ClaimLink(_Record, frozen=True):
    """How a claim bears on a work, or on one claim of it: `to` is work-id or work-id#claim-id."""

    to: str
    type: str

    @property
    def target(self) -> tuple[str, str | None]:
        """Return the id of the work and that of the claim, None where the work is meant.

        >>> ClaimLink(to="ple-2010-not-always-co-creation#2", type="extends").target
        ('ple-2010-not-always-co-creation', '2')
        """
        work, _, claim = self.to.partition("#")
        return work, claim or None


class Claim(_Record, frozen=True, rename={"object_": "object"}):
    """One finding, proposition or definition that a work makes."""

    id: str
    kind: str
    statement: str
    subject: str
    object_: str
    relation: str
    direction: str
    strength: str
    locator: str
    case: str | None = None
    process: str | None = None
    size: str | None = None
    hedged: bool = False
    link: ReportedLink | None = None
    effects: tuple[Effect, ...] = ()
    effect: str | None = None
    condition: str | None = None
    assessed_by: str | None = None
    links: tuple[ClaimLink, ...] = ()
    requires: tuple[str, ...] = ()


class Work(_Record, frozen=True):
    """A publication with everything that was coded from it."""

    id: str
    type: str
    title: str
    authors: tuple[Author, ...]
    year: int
    read_at: str
    read_level: str
    study: Study
    claims: tuple[Claim, ...]
    doi: str | None = None
    authors_incomplete: bool = False
    container: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    publisher: str | None = None
    isbn: str | None = None
    language: str | None = None
    cases: tuple[Case, ...] = ()
    cites: tuple[str, ...] = ()
    note: str | None = None

    @property
    def short_form(self) -> str:
        """Return the reference as a text would give it.

        >>> study = Study(design="conceptual")
        >>> Work(
        ...     id="x", type="book", title="T", year=2021, read_at="", read_level="abstract",
        ...     authors=(Author(family="Engen"), Author(family="Skålén")), study=study, claims=(),
        ... ).short_form
        'Engen and Skålén (2021)'
        """
        names = [author.family or author.literal or "" for author in self.authors]
        if len(names) > 2 or self.authors_incomplete:
            names = [f"{names[0]} et al."] if names else ["Unknown authors"]
        return f"{' and '.join(names)} ({self.year})"


def to_sheet(work: Work) -> bytes:
    """Return a work as one line of a coding sheet (JSON, UTF-8, without the line end)."""
    return msgspec.json.encode(work)
