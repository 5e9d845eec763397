"""The report: each competency question with the first rows of its answer, as a page of docs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.questions.answers import Answer, Ask, Row
from kg.questions.findings import findings
from kg.questions.library import Question, questions

__all__ = ["report"]

_ROWS, _COLUMNS, _LENGTH = 3, 6, 70


def report(ask: Ask) -> str:
    """Write the results of the numbered questions, asked with their defaults, in Markdown."""
    numbered = [one for one in questions().values() if one.header.question]
    others = [one for one in questions().values() if not one.header.question]
    parts = [_HEAD.format(count=len(numbered))]
    parts += (_section(one, ask(one.name)) for one in numbered)
    parts.append("## The other questions\n")
    parts.append("\n".join(f"- `{one.name}`: {one.header.summary}" for one in others) + "\n")
    return "\n".join(parts)


_HEAD = """# The competency questions, answered

This page is made by `cove questions --report` from the corpus as it is built; a test keeps it
fresh. It shows for each of the {count} questions its answer with the default parameters: the first
rows, what all of them say together, and what they cannot support. Ask them yourself with
`cove query NAME`, or at `/questions`. *Not coded* means that a sheet is silent, *not reported* that
the coder looked and the work does not say; *no effect* is a finding.
"""


def _section(one: Question, answer: Answer) -> str:
    header = one.header
    lines = [f"## {header.question}. {header.summary}", "", header.description, ""]
    if asked := ", ".join(_asked(answer)):
        lines += [f"Asked with {asked}.", ""]
    lines += [*_table(answer), ""]
    lines += [f"**What the rows say.** {' '.join(findings(answer))}", ""]
    rows = f"{len(answer):,} row{'' if len(answer) == 1 else 's'}"
    lines += [f"`cove query {one.name}`: {rows}. {header.caution}", ""]
    if header.missing:
        lines += [f"**Coding that is missing:** {header.missing}", ""]
    return "\n".join(lines)


def _asked(answer: Answer) -> Iterator[str]:
    for name, parameter in answer.question.header.parameters.items():
        if parameter.default not in (None, ""):
            yield f"`{name}={parameter.default}`"


def _table(answer: Answer) -> Iterator[str]:
    names = list(answer.question.header.columns)[:_COLUMNS]
    yield _line(answer.column(name).title for name in names)
    yield _line("---" for _ in names)
    joined = answer.question.joined
    for row in answer.rows[:_ROWS]:
        yield _line(_cell(row, name, is_joined=name in joined) for name in names)


def _cell(row: Row, name: str, *, is_joined: bool) -> str:
    value = row.get(f"{name}Label") or row[name]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}"
    text = str(value)
    if text.startswith("https://"):
        text = "/".join(text.split("/")[4:]) or text
    elif is_joined:
        # values that are joined have no order of their own, and this page must not shuffle
        text = ", ".join(sorted(text.split(", ")))
    text = text.replace("|", "\\|").replace("\n", " ")
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1]}…"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
