"""What the operations of the SPARQL 1.1 Protocol share: how their requests are read."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

import pyoxigraph as ox
from flask import request

from server.problems import ProblemError

__all__ = ["FORM", "by_name", "decoded", "graphs", "once", "parameters", "refuse_other_charset"]

FORM = "application/x-www-form-urlencoded"
_MOST_PARAMETERS = 1_000


def by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Collect the values of each parameter."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def once(values: dict[str, list[str]], name: str) -> str | None:
    """Return the value of a parameter that may be there once."""
    found = values.get(name, [])
    if len(found) > 1:
        message = f"The parameter {name!r} is there {len(found)} times; send it once."
        raise ProblemError("malformed-request", message)
    return found[0] if found else None


def graphs(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of graphs, or raise ProblemError where one is no absolute IRI."""
    for name in names:
        try:
            ox.NamedNode(name)
        except ValueError as error:
            message = f"The graph {name[:200]!r} is no absolute IRI ({error}); correct it."
            raise ProblemError("malformed-request", message) from error
    return tuple(names)


def parameters(raw: bytes) -> list[tuple[str, str]]:
    """Read the parameters of an address or a form."""
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise _not_utf_8() from error
    except ValueError as error:
        message = f"The parameters cannot be read: {error}."
        raise ProblemError("malformed-request", message) from error


def decoded(body: bytes) -> str:
    """Read a body as UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf_8() from error


def _not_utf_8() -> ProblemError:
    return ProblemError("malformed-request", "The request is not in UTF-8; send it as UTF-8.")


def refuse_other_charset() -> None:
    """Raise ProblemError where the body is in another charset than UTF-8."""
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        message = "The request has another charset than UTF-8; send it as UTF-8."
        raise ProblemError("unsupported-media-type", message)
