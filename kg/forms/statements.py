"""Statements: whether a sentence is atomic, independent, declarative and absolute (AIDA).

What is found is worth a look, never a fault: language has more ways than a rule can know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["lint"]

_SENTENCES = re.compile(r"[.!?]\s+[A-Z]")
_JOINED = re.compile(r"(;|, (?:and|but|while|whereas) )", re.IGNORECASE)
_POINTING = re.compile(
    r"^(?:this|these|those|it|they|he|she|such|here|there|both|the (?:former|latter))\b",
    re.IGNORECASE,
)
_REPORTING = re.compile(
    r"\b(?:the|this|our) (?:study|paper|article|authors?|analysis|findings?|results?|review)"
    r" (?:\w+ ){0,2}?(?:shows?|finds?|found|argues?|suggests?|demonstrates?|reveals?|concludes?)\b"
    r"|\bwe (?:find|found|show|argue)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(r"^(?:whether|how|why|what|does|do|is|are|can)\b", re.IGNORECASE)
_CAUTION = re.compile(
    r"\b(?:may|might|can|could|likely|probably|possibly|perhaps|suggests?|appears?|seems?)\b",
    re.IGNORECASE,
)


def lint(statement: str, *, is_hedged: bool = False) -> Iterator[str]:
    """Yield what makes a statement hard to understand or to reuse on its own.

    >>> list(lint("Trust increases co-production."))
    []
    >>> list(lint("They found it helpful."))
    ['begins with “They”, which points elsewhere; name the thing itself']
    """
    text = statement.strip()
    if not text:
        return
    if _SENTENCES.search(text):
        yield "has more than one sentence; make each a claim with the same locator"
    elif found := _JOINED.search(text):
        yield f"is joined by “{found[0].strip(' ,')}”; where it says two things, make two claims"
    if found := _POINTING.match(text):
        yield f"begins with “{found[0]}”, which points elsewhere; name the thing itself"
    if text.endswith("?") or _ASKING.match(text):
        yield "asks; say what the source answers"
    if found := _REPORTING.search(text):
        yield f"tells of the publication (“{found[0]}”); say what is so"
    if not is_hedged and (found := _CAUTION.search(text)):
        yield f"says “{found[0]}”; tick hedged if that is the source's own caution"
