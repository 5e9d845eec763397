"""The dataset that a query runs over."""

from __future__ import annotations

import re

__all__ = ["has_dataset_clause"]

# The alternatives that swallow a FROM which is no keyword come first: strings, IRIs,
# comments, variables, prefixed names, blank node labels and language tags.
_TOKEN = re.compile(
    r'''
    """(?:[^"\\]|\\.|"(?!""))*"""
  | \'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\'
  | "(?:[^"\\\n\r]|\\.)*"
  | '(?:[^'\\\n\r]|\\.)*'
  | <[^<>"{}|^`\\\x00-\x20]*>
  | \#[^\n\r]*
  | [?$@]\w+
  | [\w.-]*:(?:[\w.:%-]|\\.)*
  | (?P<clause>\bFROM\b)
  | [\w.-]+
    ''',
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def has_dataset_clause(query: str) -> bool:
    r"""Tell whether a query names its own dataset with FROM or FROM NAMED.

    The engine's option to take the union as the default graph overrules such a clause
    (SPARQL 1.1 Query §13.2 wants it obeyed), so whoever sets the option must know first.

    >>> has_dataset_clause("SELECT * FROM <http://example.org/g> { ?s ?p ?o }")
    True
    >>> has_dataset_clause("SELECT ?from { ?from from:x 'FROM' } # FROM <http://example.org/g>")
    False
    """
    return any(token.lastgroup == "clause" for token in _TOKEN.finditer(query))
