"""Argument maps as text: in Argdown, and as nodes with their relations.

Argdown: https://argdown.org/syntax/
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from kg.questions import Answer

__all__ = ["write_argdown", "write_map"]

# What a claim of each direction is to the proposition, in the words and signs of Argdown.
_RELATIONS: Mapping[str, tuple[str, ...]] = {
    "increases": ("support",),
    "decreases": ("attack",),
    "no-effect": ("attack",),
    "mixed": ("support", "attack"),
}
_SIGN: Mapping[str, str] = {"support": "+", "attack": "-"}
_SIGNS = re.compile(r"([\\\[\]<>{}#*_+@])")


def write_argdown(proposition: str, claims: Answer) -> str:
    """Write the proposition with every claim for or against it below, as Argdown.

    A claim of no effect attacks the proposition as one of the opposite does; a mixed one does both.
    What has no direction is left out.
    """
    head = f"===\ntitle: {json.dumps(proposition, ensure_ascii=False)}\n===\n"
    lines = [head, f"[Proposition]: {_plain(proposition)} (increases)."]
    for row in claims.rows:
        code = str(row["way"]).rpartition("/")[2]
        if code in _RELATIONS:
            name = str(row["claim"]).partition("/claim/")[2]
            said = f"{_plain(str(row['statement']))} ({_plain(str(row['workLabel']))})"
            first, *others = (_SIGN[relation] for relation in _RELATIONS[code])
            lines.append(f"  {first} <{_plain(name)}>: {said} #{code}")
            lines += [f"  {sign} <{_plain(name)}>" for sign in others]
    return "\n".join(lines) + "\n"


def write_map(proposition: str, claims: Answer) -> dict[str, object]:
    """Return the argument map as nodes and relations."""
    nodes: list[dict[str, object]] = [
        {"id": str(claims.terms["proposition"]), "type": "statement", "text": proposition}
    ]
    relations: list[dict[str, object]] = []
    for row in claims.rows:
        code = str(row["way"]).rpartition("/")[2]
        if code not in _RELATIONS:
            continue
        nodes.append(
            {
                "id": row["claim"],
                "type": "argument",
                "text": row["statement"],
                "source": row["work"],
                "cited": row["workLabel"],
                "year": row["year"],
            }
        )
        to = str(claims.terms["proposition"])
        relations += [
            {"from": row["claim"], "to": to, "relation": relation, "direction": code}
            for relation in _RELATIONS[code]
        ]
    return {"nodes": nodes, "relations": relations, "query": claims.query}


def _plain(text: str) -> str:
    r"""Keep the signs of Argdown from meaning anything in a text, and the text on one line.

    >>> _plain("a [b] <c>\nd")
    'a \\[b\\] \\<c\\> d'
    """
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
