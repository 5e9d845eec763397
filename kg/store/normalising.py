"""Answers in one form: what engines write in their own way, as the standards have it."""

from __future__ import annotations

import msgspec

from kg.namespaces import XSD

__all__ = ["normalised"]

_BOOLEAN = str(XSD.boolean)
_NODE = "nodeID://"
_VERDICT = "__ASK_RETVAL"
_BOOLEANS = {"1": "true", "0": "false"}


class _Term(msgspec.Struct, omit_defaults=True):
    type: str
    value: str
    datatype: str | None = None
    language: str | None = msgspec.field(name="xml:lang", default=None)


class _Results(msgspec.Struct):
    bindings: list[dict[str, _Term]]


class _Answer(msgspec.Struct):
    head: dict[str, list[str]]
    results: _Results


def normalised(body: bytes) -> bytes:
    """Give booleans of SPARQL JSON their canonical form, for Virtuoso writes 1 and 0.

    It also answers yes or no with a table of one number, and labels blank nodes with an address.

    >>> head = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"typed-literal",'
    >>> term = b'"datatype":"http://www.w3.org/2001/XMLSchema#boolean","value":"1"}}]}}'
    >>> b'"value":"true"' in normalised(head + term)
    True
    """
    is_yes_or_no = _VERDICT.encode() in body[:200]
    if not is_yes_or_no and _BOOLEAN.encode() not in body and _NODE.encode() not in body:
        return body
    answer = msgspec.json.decode(body, type=_Answer)
    if is_yes_or_no and answer.head.get("vars") == [_VERDICT]:
        is_yes = any(row[_VERDICT].value == "1" for row in answer.results.bindings)
        return msgspec.json.encode({"head": {}, "boolean": is_yes})
    for row in answer.results.bindings:
        for term in row.values():
            if term.type == "bnode":
                term.value = term.value.removeprefix(_NODE)
            elif term.datatype == _BOOLEAN:
                term.value = _BOOLEANS.get(term.value, term.value)
    return msgspec.json.encode(answer)
