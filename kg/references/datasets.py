"""Datasets: an answer of one version of the dataset as an entry of a bibliography."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import msgspec

from kg.references.bibtex import escaped, verbatim
from kg.references.fields import one_line

__all__ = ["CREATOR", "NAME", "CitedAnswer", "write_answer"]

CREATOR = "The CoVE developers"
"""Who the dataset is by."""
NAME = "CoVE: Co-production and Value Evidence"
"""What the dataset is called."""

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedAnswer:
    """What a citation says of an answer: what was asked of which version, and what came."""

    id: str
    title: str
    query: str
    parameters: Mapping[str, str]
    version: int
    issued: date
    asked: date
    sha256: str
    licence: str
    address: str

    @property
    def sentence(self) -> str:
        """Cite the answer in one line of text."""
        title = one_line(self.title)
        end = "" if title.endswith(("?", "!", ".")) else "."
        place = f"{NAME}, version {self.version}. {self.address}"
        return f"{CREATOR} ({self.issued.year}). {title}{end} {place}"

    @property
    def note(self) -> str:
        """Say in a sentence each what no field of a bibliography holds."""
        given = ", ".join(f"{name} = {text}" for name, text in self.parameters.items())
        said = (
            f"Version {self.version} of the dataset",
            f"Parameters: {given}" if given else "",
            f"Asked on {self.asked.isoformat()}",
            f"SHA-256 of the answer: {self.sha256}",
            f"Licence: {self.licence}",
        )
        return one_line(". ".join(part for part in said if part) + ".")


def write_answer(answer: CitedAnswer, form: str) -> str:
    """Write the citation of an answer: csl, ris, bibtex or text."""
    return _WRITERS[form](answer)


def _text(answer: CitedAnswer) -> str:
    lines = (answer.sentence, "", answer.note, "", "The query:", "", answer.query)
    return "".join(f"{line}\n" for line in lines)


def _csl(answer: CitedAnswer) -> str:
    item = {
        "id": _key(answer),
        "type": "dataset",
        "title": one_line(answer.title),
        "author": [{"literal": CREATOR}],
        "container-title": NAME,
        "version": str(answer.version),
        "issued": _parts(answer.issued),
        "accessed": _parts(answer.asked),
        "URL": answer.address,
        "note": answer.note,
        "abstract": answer.query,
    }
    return msgspec.json.format(msgspec.json.encode([item]), indent=2).decode() + "\n"


def _ris(answer: CitedAnswer) -> str:
    lines = (
        ("TY", "DATA"),
        ("ID", _key(answer)),
        ("TI", answer.title),
        ("T2", NAME),
        ("AU", CREATOR),
        ("PY", str(answer.issued.year)),
        ("DA", f"{answer.issued:%Y/%m/%d}/"),
        ("ET", f"version {answer.version}"),
        ("Y2", f"{answer.asked:%Y/%m/%d}/"),
        ("UR", answer.address),
        ("N1", answer.note),
        ("AB", answer.query),
        ("ER", ""),
    )
    return "".join(f"{tag}  - {one_line(text)}\r\n" for tag, text in lines)


def _bibtex(answer: CitedAnswer) -> str:
    fields = (
        ("author", f"{{{escaped(CREATOR)}}}"),
        ("title", f"{{{escaped(answer.title)}}}"),
        ("year", str(answer.issued.year)),
        ("howpublished", escaped(f"{NAME}, version {answer.version}")),
        ("version", str(answer.version)),
        ("url", verbatim(answer.address)),
        ("urldate", answer.asked.isoformat()),
        ("note", escaped(answer.note)),
        ("abstract", escaped(answer.query)),
    )
    body = "".join(f"  {name} = {{{text}}},\n" for name, text in fields)
    month = _MONTHS[answer.issued.month - 1]
    return f"@misc{{{_key(answer)},\n{body}  month = {month},\n}}\n"


def _parts(day: date) -> dict[str, Iterable[Iterable[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _key(answer: CitedAnswer) -> str:
    return f"cove-{answer.id}"


_WRITERS: Mapping[str, Callable[[CitedAnswer], str]] = MappingProxyType(
    {"csl": _csl, "ris": _ris, "bibtex": _bibtex, "text": _text}
)
