"""Choose the media type of an answer from what a client accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from werkzeug.datastructures import MIMEAccept

from server.problems import ProblemError

__all__ = ["BOOLEANS", "GRAPHS", "ROWS", "Format", "choose", "forms_of"]

Format = Mapping[str, str]  # from the short name of a format to its media type

ROWS: Format = MappingProxyType(
    {
        "json": "application/sparql-results+json",
        "xml": "application/sparql-results+xml",
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
    }
)
BOOLEANS = ROWS  # SPARQL 1.1 CSV/TSV §1 knows no booleans; the engine writes true or false
GRAPHS: Format = MappingProxyType(
    {
        "ttl": "text/turtle",
        "nt": "application/n-triples",
        "jsonld": "application/ld+json",
        "rdf": "application/rdf+xml",
        "n3": "text/n3",
        "trig": "application/trig",
        "nq": "application/n-quads",
    }
)

# What clients also say, for which the engine knows one name only.
_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "application/json": "application/sparql-results+json",
        "text/json": "application/sparql-results+json",
        "application/xml": "application/sparql-results+xml",
        "text/xml": "application/sparql-results+xml",
        "text/tsv": "text/tab-separated-values",
    }
)
_GRAPH_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "application/x-turtle": "text/turtle",
        "application/turtle": "text/turtle",
        "text/plain": "application/n-triples",
        "application/json": "application/ld+json",
        "application/xml": "application/rdf+xml",
        "text/xml": "application/rdf+xml",
        "text/rdf+n3": "text/n3",
    }
)
# What clients write for format=, beside short names and media types.
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "turtle": "ttl",
        "ntriples": "nt",
        "n-triples": "nt",
        "rdf+xml": "rdf",
        "rdfxml": "rdf",
        "rdf/xml": "rdf",
        "json-ld": "jsonld",
        "nquads": "nq",
        "n-quads": "nq",
    }
)
_QUERY_FORMATS = MappingProxyType(
    {"SELECT": ROWS, "ASK": BOOLEANS, "CONSTRUCT": GRAPHS, "DESCRIBE": GRAPHS}
)


def forms_of(form: str) -> Format:
    """Return the formats that the answer of a query form can have."""
    return _QUERY_FORMATS[form]


def choose(
    accept: MIMEAccept,
    formats: Format,
    *,
    asked: str | Sequence[str] | None = None,
    first: str | None = None,
) -> str:
    """Choose a media type, or raise ProblemError with what there is.

    `asked` is the short name or media type of a `format=` parameter, which goes before the header;
    of several, which some clients send to suit every server, the first that is known.
    `first` is a media type that wins where the client takes anything.

    >>> from werkzeug.http import parse_accept_header
    >>> header = parse_accept_header("text/csv;q=0.5, application/json", MIMEAccept)
    >>> choose(header, ROWS)
    'application/sparql-results+json'
    """
    names = list(formats.values())
    aliases = _GRAPH_ALIASES if "ttl" in formats else _ALIASES
    if asked:
        given = [asked] if isinstance(asked, str) else asked
        for name in (each.lower() for each in given):
            found = formats.get(_NAMES.get(name, name)) or aliases.get(name, name)
            if found in names:
                return found
        raise _not_acceptable(f"format={', '.join(given)}", formats)
    offered = [*([first] if first else []), *(name for name in names if name != first)]
    if not accept:
        return offered[0]
    spoken = [*offered, *(alias for alias, name in aliases.items() if name in names)]
    best = _best(accept, spoken)
    if best is None:
        raise _not_acceptable(f"Accept: {accept.to_header()}", formats)
    return best if best in names else aliases[best]


def _best(accept: MIMEAccept, offered: Sequence[str]) -> str | None:
    return _best_of(tuple(accept), tuple(offered))


@lru_cache(maxsize=1_000)
def _best_of(accept: tuple[tuple[str, float], ...], offered: tuple[str, ...]) -> str | None:
    """Return the offer of the highest quality, of equals the most specific, then the first.

    RFC 9110 §12.5.1: the most specific range that matches an offer gives its quality, so that
    `text/*, text/csv;q=0` rules CSV out.
    """
    scored = []
    for place, name in enumerate(offered):
        ranges = [(_precision(value), quality) for value, quality in accept if _covers(value, name)]
        if ranges:
            precision, quality = max(ranges, key=lambda found: found[0])
            if quality > 0:
                scored.append((quality, precision, -place, name))
    return max(scored)[3] if scored else None


def _covers(media_range: str, name: str) -> bool:
    wanted = media_range.partition(";")[0].strip().lower()
    kind, _, subtype = wanted.partition("/")
    return wanted in {name, "*/*", "*"} or (subtype == "*" and name.startswith(f"{kind}/"))


def _precision(media_range: str) -> int:
    wanted = media_range.partition(";")[0].strip()
    return 0 if wanted in {"*/*", "*"} else 1 if wanted.endswith("/*") else 2


def _not_acceptable(what: str, formats: Format) -> ProblemError:
    there = ", ".join(f"{media_type} (format={name})" for name, media_type in formats.items())
    return ProblemError(
        "not-acceptable",
        f"No format fits {what[:200]!r}. There is: {there}.",
        members={"available": list(formats.values())},
    )
