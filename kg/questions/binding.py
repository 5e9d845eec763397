"""Bind the parameters of a query: each `$name` becomes an RDF term, and nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from rdflib import URIRef
from rdflib.term import Literal

from kg.errors import ParameterError

__all__ = ["bind", "is_listing", "narrowed", "paged", "parameter_names", "without_header"]

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


# An optional restriction, on a line of its own: `?claim a|cove:evidenceSector $sector .`
_RESTRICTION = re.compile(
    r"^(?P<start> *\?\w+ )a\|(?P<path>\S+)(?P<end> \$(?P<name>\w+) \.\n)", re.MULTILINE
)

# The order of a listing and how much of it to take: `ORDER BY ?work ?claim`, `LIMIT 1000000`.
_WINDOW = re.compile(r"^(?P<order>    ORDER BY [^\n]+\n)    LIMIT 1000000$", re.MULTILINE)

# How much is enough, further in, where things are sorted by numbers alone before the order is made
# total (`LIMIT 1001000`), or looked for where others are too few (`?shorter < 1001000`): a
# page needs its rows and those that may share the last one's numbers, the things of one work.
_CUT = re.compile(r"\b1001000\b")
_SHARING = 1_000


def bind(query: str, terms: Mapping[str, URIRef | Literal]) -> str:
    """Replace each `$name` of a query by its term, outside strings, IRIs and comments.

    >>> print(bind("ASK { ?work ?p $word } # not $word", {"word": Literal("trust")}))
    ASK { ?work ?p "trust" } # not $word
    """

    def replace(token: re.Match[str]) -> str:
        name = token["name"]
        return _n3(name, terms[name]) if name in terms else token[0]

    return _TOKEN.sub(replace, query)


def narrowed(query: str, *, open_: Container[str]) -> str:
    r"""Leave out the restrictions on parameters that are open, and the `a|` of the others.

    `?claim a|<path> $name .` holds of every claim where the parameter stands for the class Claim,
    which other patterns of the query imply, and nothing but a class is the object of `a`. So this
    changes no answer; it spares the engine a join over all claims for each.

    >>> print(narrowed("?x a|cove:p $one .\n?x a|cove:q $two .\n", open_={"one"}), end="")
    ?x cove:q $two .
    """

    def replace(line: re.Match[str]) -> str:
        return "" if line["name"] in open_ else f"{line['start']}{line['path']}{line['end']}"

    return _RESTRICTION.sub(replace, query)


def is_listing(query: str) -> bool:
    """Tell whether a query lists things in an order of their own, so that it can be paged."""
    return _WINDOW.search(query) is not None


def paged(query: str, *, first: int, most: int) -> str:
    r"""Ask a listing for some of its rows only: `most` of them after the `first`.

    >>> paged("    ORDER BY ?work\n    LIMIT 1000000", first=20, most=10).splitlines()
    ['    ORDER BY ?work', '    LIMIT 10', '    OFFSET 20']
    """
    cut = _CUT.sub(str(first + most + _SHARING), query)
    return _WINDOW.sub(rf"\g<order>    LIMIT {most}\n    OFFSET {first}", cut)


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
