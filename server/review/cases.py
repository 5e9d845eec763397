"""Cases of the dataset, found while coding and taken over as the beginning of one's own.

Taken over is what the setting is. What people do there, and when, follows from the publication
that is being coded. Two records on one setting stay two cases: neither source says they are one.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from flask import jsonify, request
from rdflib import Literal, URIRef
from werkzeug.wrappers import Response

from kg.errors import SourceError
from kg.forms import Sheet
from kg.identifiers import mint, parts_of
from kg.review.members import Role
from kg.triples import from_graph, record_graph
from server.pages import is_iri, version_of
from server.reading import Row
from server.review.entrance import BLUEPRINT, Desk, entered

__all__ = ["setting_of", "told_cases"]

_FEWEST = 2  # letters
_TAKEN = ("name", "sector", "countries", "place", "service", "organisation")


@BLUEPRINT.get("/<slug>/coding/cases")
@entered(Role.REVIEWER)
def known_cases(desk: Desk) -> Response:  # noqa: ARG001  # every member sees the same
    """List the cases whose words hold a text, for a form that asks while somebody types."""
    return jsonify(list(told_cases(request.args.get("text", ""))))


def told_cases(text: str) -> Iterator[dict[str, str]]:
    """Yield the cases that a text finds: the code to take each by, its name, and where it is."""
    for row in _cases_like(text):
        case, work, sector, countries = (row[n] for n in ("case", "work", "sector", "countries"))
        if case and case.iri and work:
            where = ", ".join(each.text for each in (sector, countries) if each and each.text)
            code = "/".join(parts_of(URIRef(case.iri)))
            yield {"code": code, "name": case.text, "about": f"{where}; {work.text}"}


def _cases_like(text: str) -> list[Row]:
    """Find the first cases whose words hold a text of at least two letters."""
    wanted = text.strip()[:100]
    if len(wanted) < _FEWEST:
        return []
    return version_of().rows("coding_cases", text=Literal(wanted))


def setting_of(code: str) -> Sheet:
    """Return what the setting of a case is, as a part of a sheet; raise where there is none."""
    slug, _, number = code.partition("/")
    iri = mint("work", slug) if slug and is_iri(code) else None
    graph = version_of().snapshot.graph(record_graph(slug)) if iri else None
    work = from_graph(graph, iri) if graph and iri else None
    case = next((one for one in work.cases if one.id == number), None) if work else None
    if case is None:
        raise SourceError(f"no case {code[:80]!r} in the dataset; find it again", source="the form")
    return {name: value for name, value in msgspec.to_builtins(case).items() if name in _TAKEN}
