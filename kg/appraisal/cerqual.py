"""GRADE-CERQual: the confidence in one finding of a qualitative synthesis, rated by people.

Four components are judged, each with an explanation; the confidence starts high, and each component
with serious concerns lowers it by at least a level, or the rater explains why not. The program
checks this and writes the summary; it rates nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from html import escape
from io import StringIO

from msgspec import Struct

__all__ = [
    "COMPONENTS",
    "HEADER",
    "Assessment",
    "Concern",
    "Confidence",
    "Finding",
    "problems_of",
    "summary_rows",
    "write_summary",
]

COMPONENTS: Mapping[str, str] = {
    "methodological-limitations": "Methodological limitations",
    "coherence": "Coherence",
    "adequacy": "Adequacy of data",
    "relevance": "Relevance",
}


class Concern(Enum):
    """How grave the concerns about a component are."""

    NONE = "no or very minor concerns"
    MINOR = "minor concerns"
    MODERATE = "moderate concerns"
    SERIOUS = "serious concerns"


class Confidence(Enum):
    """How likely a finding is a reasonable representation of the phenomenon."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very low"

    @property
    def meaning(self) -> str:
        """What the level says of the finding."""
        likely = {
            "high": "It is highly likely",
            "moderate": "It is likely",
            "low": "It is possible",
        }
        begun = likely.get(self.value, "It is not clear")
        joint = "whether" if self is Confidence.VERY_LOW else "that"
        return f"{begun} {joint} the finding is a reasonable representation of the phenomenon."


class Assessment(Struct, frozen=True):
    """The judgement of one component, with its reason."""

    component: str
    concern: Concern
    explanation: str = ""


class Finding(Struct, frozen=True):
    """A finding of a review: what it rests on, how its components are judged, how it is rated."""

    text: str
    studies: tuple[str, ...]
    components: tuple[Assessment, ...]
    confidence: Confidence
    explanation: str = ""


def problems_of(finding: Finding) -> Iterator[str]:
    """Yield what keeps a rating from following the rules."""
    judged = [one.component for one in finding.components]
    for name, label in COMPONENTS.items():
        if judged.count(name) != 1:
            yield f"{label} is judged {judged.count(name)} times; judge it once"
    for one in finding.components:
        label = COMPONENTS.get(one.component, one.component)
        if one.component not in COMPONENTS:
            yield f"{one.component!r} is no component"
        elif one.concern is not Concern.NONE and not one.explanation.strip():
            yield f"{label}: explain the {one.concern.value}"
    if not finding.studies:
        yield "no study contributes to the finding; name those that do"
    yield from _rating(finding)


def _rating(finding: Finding) -> Iterator[str]:
    concerns = [one.concern for one in finding.components]
    serious = concerns.count(Concern.SERIOUS)
    down = list(Confidence).index(finding.confidence)
    explained = bool(finding.explanation.strip())
    if down < min(serious, 3) and not explained:
        yield (
            f"{serious} components with serious concerns lower the confidence by at least "
            f"{min(serious, 3)} levels; rate it lower, or explain why not"
        )
    if down and all(concern is Concern.NONE for concern in concerns) and not explained:
        yield "nothing lowers the confidence; rate it high, or explain"
    if down and not explained:
        yield "explain the rating; readers of the summary see the explanation"


def write_summary(
    findings: Sequence[Finding], form: str, *, references: Mapping[str, str] | None = None
) -> str:
    """Write the Summary of Qualitative Findings as "html" or "csv".

    `references` has what to print for each study; without it, its name.
    """
    rows = summary_rows(findings, references or {})
    return _html(rows) if form == "html" else _csv(rows)


HEADER = ("Finding", "Studies contributing", "Confidence", "Explanation", "References")


def summary_rows(
    findings: Sequence[Finding], references: Mapping[str, str]
) -> list[tuple[str, ...]]:
    """Return the rows of the summary, under its header."""
    return [_row(one, references) for one in findings]


def _row(one: Finding, references: Mapping[str, str]) -> tuple[str, ...]:
    reasons = [
        f"{COMPONENTS[each.component]}: {each.concern.value}. {each.explanation}".strip()
        for each in one.components
        if each.concern is not Concern.NONE
    ]
    explanation = " ".join(filter(None, (one.explanation, *reasons)))
    printed = "; ".join(references.get(study, study) for study in one.studies)
    return (one.text, str(len(one.studies)), one.confidence.value, explanation, printed)


def _html(rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADER)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>\n"
        for row in rows
    )
    return (
        "<table>\n<caption>Summary of qualitative findings</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"
    )


def _csv(rows: Iterable[tuple[str, ...]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue()
