"""Typing: what a coder sends from the form, as a draft and what to do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from threading import Thread

from werkzeug.datastructures import MultiDict

from kg.anchors import Anchor, anchor_quote
from kg.forms import Message, Sheet, add_part, from_inputs, part_at, remove_part
from kg.suggestions import Suggestion, suggest

__all__ = ["Typed", "act", "get_ready", "said_of", "typed"]

_MOST_INPUTS = 20_000
_PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Typed:
    """A draft as it came from the form."""

    sheet: Sheet
    anchors: Mapping[str, Anchor]
    action: str
    sent: int = 0


@cache
def get_ready() -> None:
    """Let the suggestions be made ready while the coder is still typing."""
    Thread(target=suggest, args=("trust",), daemon=True).start()


def typed(form: MultiDict[str, str], text: str) -> Typed:
    """Read the form; passages are looked up in the text that was kept, if there is one."""
    inputs = list(islice(form.items(multi=True), _MOST_INPUTS))
    sheet = from_inputs(inputs)
    anchors = {}
    for name, value in inputs:
        if name.startswith("claims.") and name.endswith(f".{_PASSAGE}") and value.strip():
            way = name.removesuffix(f".{_PASSAGE}")
            claim = part_at(sheet, way)
            start = form.get(f"{name}.start", "")
            if claim and claim.get("id"):
                place = int(start[:9]) if start.isdecimal() else 0
                anchors[str(claim["id"])] = anchor_quote(text, value, start=place)
    sent = form.get("sent", "")
    return Typed(
        sheet, anchors, form.get("action", "save"), int(sent[:15]) if sent.isdecimal() else 0
    )


def act(sent: Typed, *, setting_of: Callable[[str], Sheet]) -> tuple[str, tuple[Suggestion, ...]]:
    """Do what a button asks: change the sheet, and return the way to show with suggestions."""
    what, _, rest = sent.action.partition(":")
    if what == "add":
        return add_part(sent.sheet, rest), ()
    if what == "remove":
        remove_part(sent.sheet, rest)
        return rest.rpartition(".")[0], ()
    if what == "take":
        return add_part(sent.sheet, "cases", setting_of(rest)), ()
    if what == "suggest":
        claim = part_at(sent.sheet, rest) or {}
        passage = sent.anchors.get(str(claim.get("id")))
        text = f"{passage.exact if passage else ''} {claim.get('statement', '')}".strip()
        return rest, suggest(text[:5_000], most=7) if text else ()
    if what == "pick":
        way, field, code = [*rest.split(":"), "", "", ""][:3]
        chosen = part_at(sent.sheet, way)
        if chosen is not None and field in {"subject", "object"}:
            chosen[field] = code[:200]
        return way, ()
    return "", ()


def said_of(messages: Iterable[Message]) -> dict[str, list[dict[str, str]]]:
    """Sort messages by the field that they are about, each with how grave it is."""
    said: dict[str, list[dict[str, str]]] = {}
    for one in messages:
        kind = kind_of(one)
        text = "still to fill in" if kind == "todo" else one.text
        said.setdefault(one.way, []).append({"kind": kind, "text": text})
    return said


def kind_of(message: Message) -> str:
    """Tell a fault from what is not written yet and from what is only worth a look."""
    if not message.is_violation:
        return "warning"
    return "todo" if message.text.endswith("is missing; add it") else "violation"
