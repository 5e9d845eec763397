"""Bind the parameters of a query: each `$name` becomes an RDF term, and nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rdflib import URIRef
from rdflib.term import Literal

from kg.errors import ParameterError

__all__ = ["bind", "parameter_names", "without_header"]

# What may hold a `$` or `?` that is no variable comes first: IRIs, strings, comments.
_TOKEN = re.compile(
    r"""
    <[^<>"{}|^`\\\s]*>
    | \"{3}(?:\\.|\"{0,2}[^"\\])*\"{3} | '{3}(?:\\.|'{0,2}[^'\\])*'{3}
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
    | \#[^\n]*
    | \$(?P<name>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


def bind(query: str, terms: Mapping[str, URIRef | Literal]) -> str:
    """Replace each `$name` of a query by its term, outside strings, IRIs and comments.

    >>> print(bind("ASK { ?work ?p $word } # not $word", {"word": Literal("trust")}))
    ASK { ?work ?p "trust" } # not $word
    """

    def replace(token: re.Match[str]) -> str:
        name = token["name"]
        return _n3(name, terms[name]) if name in terms else token[0]

    return _TOKEN.sub(replace, query)


def parameter_names(query: str) -> frozenset[str]:
    """Name the parameters that a query has.

    >>> sorted(parameter_names("ASK { $from ?p '$no', $to }"))
    ['from', 'to']
    """
    return frozenset(token["name"] for token in _TOKEN.finditer(query) if token["name"])


def without_header(query: str) -> str:
    """Return a query without the lines that describe it."""
    lines = query.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#+")).lstrip()


def _n3(name: str, term: URIRef | Literal) -> str:
    if isinstance(term, URIRef) and re.search(r'[<>"{}|^`\\\x00-\x20]', term):
        raise ParameterError(
            f'parameter {name!r}: {str(term)!r} is not an IRI; remove spaces and <>"{{}}|^`\\',
            parameter=name,
        )
    return term.n3()
