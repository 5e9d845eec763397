"""Made records: as many as asked for, shaped like the corpus, and said to be made.

Each takes its structure from a record of the corpus: how many claims, cases and effects it has,
and with which codes. Its words are those of that record in another order, so that they weigh and
distribute the same and say nothing. Names, identifiers and addresses say that they are made.

A literature that grows speaks of more things. So as many records as the corpus has speak of
concepts as often as the corpus does, and the next so many of others: claims meet as rarely in a
large set as in the corpus, where concepts that stay the same would meet ever more often.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from kg.ingest import corpus
from kg.records import Author, Case, Claim, Process, Study, Work, to_sheet

__all__ = ["Generator"]

_REPEATED = 0.2  # share of claims that keep the proposition of the corpus, and so meet others
_FREE = frozenset({"causes", "contributes-to", "precondition-of", "associated-with"})
_Sheet = dict[str, Any]  # a line of a coding sheet, as JSON has it
_Part = TypeVar("_Part", Study, Case, Process, Claim)


class Generator:
    """Make records from a seed; record n is the same whatever is made before it.

    `invalid` is the share of records that a reader or a shape must refuse.
    """

    def __init__(
        self, *, seed: int = 1, invalid: float = 0.0, templates: Path | None = None
    ) -> None:
        self._seed = seed
        self._invalid = invalid
        self._source = templates
        self._chosen: Mapping[int, Mapping[str, str]] = {}  # of one block, for they come in a row

    @cached_property
    def _templates(self) -> tuple[Work, ...]:
        lines = (self._source or corpus()).read_bytes().splitlines()
        return tuple(msgspec.json.decode(line, type=Work) for line in lines if line.strip())

    @cached_property
    def _free(self) -> tuple[Claim, ...]:
        """The claims whose concepts may be exchanged without breaking a rule."""
        claims = (claim for work in self._templates for claim in work.claims)
        return tuple(claim for claim in claims if _is_free(claim))

    @cached_property
    def _concepts(self) -> frozenset[str]:
        """The concepts that claims are about, any of which may be in the place of another."""
        claims = [claim for work in self._templates for claim in work.claims]
        links = [claim.link for claim in claims if claim.link]
        ends = (claim.object_ for claim in claims)
        return frozenset({*ends, *(c.subject for c in claims), *(link.from_ for link in links)})

    def lines(self, works: int) -> Iterator[bytes]:
        """Make the lines of a coding sheet, each with its line end."""
        for number in range(1, works + 1):
            yield self.line(number) + b"\n"

    def line(self, number: int) -> bytes:
        """Make one line of a coding sheet, counted from 1."""
        line = to_sheet(self.work(number))
        chance = random.Random(f"{self._seed} {number} fault")  # noqa: S311  # no secret
        if chance.random() >= self._invalid:
            return line
        sheet: _Sheet = json.loads(line)
        FAULTS[chance.choice(sorted(FAULTS))](sheet)
        return json.dumps(sheet).encode()

    def work(self, number: int) -> Work:
        """Make one record without a fault, counted from 1."""
        chance, like = self._begin(number)
        return Work(
            id=_id(like, number),
            type=like.type,
            title=f"Made work {number}: {_words(like.title, chance)}",
            authors=tuple(self._author(chance, number) for _ in like.authors),
            year=like.year,
            read_at=f"https://example.org/made/{number}",
            read_level=like.read_level,
            study=_shuffled(like.study, chance, "sample"),
            claims=tuple(self._claim(claim, chance, number) for claim in like.claims),
            doi=self._doi(number) if like.doi else None,
            authors_incomplete=like.authors_incomplete,
            container=f"Made journal {chance.randrange(60)}" if like.container else None,
            volume=like.volume,
            issue=like.issue,
            pages=like.pages,
            publisher="Made publisher" if like.publisher else None,
            language=like.language,
            cases=tuple(_case(case, chance) for case in like.cases),
            cites=self._cites(like, chance, number),
            note=f"Made: {_words(like.note, chance)}" if like.note else None,
        )

    def _begin(self, number: int) -> tuple[random.Random, Work]:
        chance = random.Random(f"{self._seed} {number}")  # noqa: S311  # no secret
        return chance, chance.choice(self._templates)

    def _doi(self, number: int) -> str:
        return f"10.5555/made.{self._seed}.{number}"  # 10.5555 is Crossref's prefix for tests

    def _author(self, chance: random.Random, number: int) -> Author:
        return Author(family=f"Made{chance.randrange(number // 2 + 50)}", given="M.")

    def _cites(self, like: Work, chance: random.Random, number: int) -> tuple[str, ...]:
        if number == 1:
            return ()
        cited = {chance.randrange(1, number) for _ in like.cites}
        return tuple(self._doi(each) for each in sorted(cited) if self._begin(each)[1].doi)

    def _claim(self, claim: Claim, chance: random.Random, number: int) -> Claim:
        made = _shuffled(claim, chance, "statement", "condition", "effect")
        if _is_free(claim) and chance.random() > _REPEATED:
            subject = chance.choice(self._free).subject
            object_ = chance.choice(self._free).object_
            if subject != object_:
                made = replace(made, subject=subject, object_=object_)
        links = tuple(
            replace(link, to=target)
            for link in claim.links
            if (target := self._target(chance, number, is_claim=link.target[1] is not None))
        )
        return replace(self._renamed(made, number), links=links)

    def _renamed(self, claim: Claim, number: int) -> Claim:
        """Put other concepts in the place of a directed claim's, the same in all of a block."""
        names = self._names((number - 1) // len(self._templates))
        if claim.direction == "none" or not names:
            return claim
        link = claim.link and replace(
            claim.link, from_=names[claim.link.from_], to=names[claim.link.to]
        )
        subject, object_ = names[claim.subject], names[claim.object_]
        return replace(claim, subject=subject, object_=object_, link=link)

    def _names(self, block: int) -> Mapping[str, str]:
        """Choose what the concepts are in the records of a block; nothing where they stay."""
        if block not in self._chosen:
            concepts, others = sorted(self._concepts), sorted(self._concepts)
            random.Random(f"{self._seed} {block} names").shuffle(others)  # noqa: S311  # no secret
            self._chosen = {block: dict(zip(concepts, others, strict=True)) if block else {}}
        return self._chosen[block]

    def _target(self, chance: random.Random, number: int, *, is_claim: bool) -> str | None:
        """Choose a record made before, or one of its claims, for a claim to link to."""
        if number == 1:
            return None
        other = chance.randrange(1, number)
        like = self._begin(other)[1]
        name = _id(like, other)
        return f"{name}#{chance.choice(like.claims).id}" if is_claim else name


def _id(like: Work, number: int) -> str:
    return f"made-{like.year}-{number}"


def _is_free(claim: Claim) -> bool:
    return claim.relation in _FREE and claim.link is None and not claim.links


def _case(case: Case, chance: random.Random) -> Case:
    made = _shuffled(case, chance, "name", "place", "service", "organisation")
    processes = (_shuffled(process, chance, "label") for process in case.processes)
    return replace(made, processes=tuple(processes))


def _shuffled(part: _Part, chance: random.Random, *fields: str) -> _Part:
    texts = {name: getattr(part, name) for name in fields}
    return replace(part, **{name: _words(text, chance) for name, text in texts.items() if text})


def _words(text: str, chance: random.Random) -> str:
    words = text.split()
    chance.shuffle(words)
    return " ".join(words)


def _without_claims(sheet: _Sheet) -> None:
    sheet["claims"] = []


def _unknown_concept(sheet: _Sheet) -> None:
    sheet["claims"][0]["subject"] = "made-concept-that-nobody-knows"


def _unknown_design(sheet: _Sheet) -> None:
    sheet["study"]["design"] = "made-design"


def _claim_of_no_case(sheet: _Sheet) -> None:
    sheet["claims"][0]["case"] = "99"


def _short_statement(sheet: _Sheet) -> None:
    sheet["claims"][0]["statement"] = "Made."


def _link_to_nothing(sheet: _Sheet) -> None:
    sheet["claims"][0]["links"] = [{"to": "made-0000-nothing", "type": "extends"}]


FAULTS: Mapping[str, Callable[[_Sheet], None]] = MappingProxyType(
    {
        "claim-of-no-case": _claim_of_no_case,
        "link-to-nothing": _link_to_nothing,
        "short-statement": _short_statement,
        "unknown-concept": _unknown_concept,
        "unknown-design": _unknown_design,
        "without-claims": _without_claims,
    }
)
"""The faults that an invalid record may have, each one that some stage refuses."""
