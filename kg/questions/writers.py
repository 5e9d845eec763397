"""Write an answer in the forms that people and programs take away."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from io import BytesIO, StringIO

from openpyxl import Workbook

from kg.namespaces import BASE, RDFS
from kg.questions.answers import Answer, Value

__all__ = ["WRITERS", "to_csv", "to_json", "to_jsonld", "to_tsv", "to_xlsx"]

_TEXT = frozenset({"boolean", "count", "integer", "number", "text", "year"})


def to_csv(answer: Answer) -> bytes:
    """Write the rows as CSV (RFC 4180, UTF-8) under the names of the columns."""
    return _delimited(answer, ",")


def to_tsv(answer: Answer) -> bytes:
    """Write the rows as tab-separated values under the names of the columns."""
    return _delimited(answer, "\t")


def to_json(answer: Answer) -> bytes:
    """Write the rows with what was asked, how, and what the numbers cannot support."""
    return _json({**_about(answer), "rows": [dict(row) for row in answer.rows]})


def to_jsonld(answer: Answer) -> bytes:
    """Write the answer as JSON-LD: one node a row, in which things are named by their IRIs."""
    names = {name: f"{_iri(answer)}#{name}" for name in answer.variables}
    iris = {
        name for name, column in answer.question.header.columns.items() if column.type not in _TEXT
    }
    context: dict[str, object] = {
        name: {"@id": iri, "@type": "@id"} if name in iris else iri for name, iri in names.items()
    }
    context |= {"summary": str(RDFS.label), "caution": str(RDFS.comment)}
    context["rows"] = str(RDFS.member)
    about = {key: value for key, value in _about(answer).items() if key in {"summary", "caution"}}
    rows = [{k: v for k, v in row.items() if v is not None} for row in answer.rows]
    return _json({"@context": context, "@id": _iri(answer), **about, "rows": rows})


def to_xlsx(answer: Answer) -> bytes:
    """Write a workbook: the rows on one sheet, question, caution and query on the other."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answer")
    sheet.append([_title(answer, name) for name in answer.variables])
    for row in answer.rows:
        sheet.append([_cell(row[name]) for name in answer.variables])
    about = book.create_sheet("About")
    for key, value in _about(answer).items():
        about.append([key, _cell(value if isinstance(value, str) else json.dumps(value))])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


WRITERS: Mapping[str, Callable[[Answer], bytes]] = {
    "csv": to_csv,
    "json": to_json,
    "jsonld": to_jsonld,
    "tsv": to_tsv,
    "xlsx": to_xlsx,
}


def _delimited(answer: Answer, delimiter: str) -> bytes:
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(answer.variables)
    for row in answer.rows:
        writer.writerow(["" if row[name] is None else row[name] for name in answer.variables])
    return text.getvalue().encode()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _iri(answer: Answer) -> str:
    return f"{BASE}question/{answer.question.name}"


def _about(answer: Answer) -> dict[str, object]:
    header = answer.question.header
    return {
        "question": answer.question.name,
        "summary": header.summary,
        "caution": header.caution,
        "parameters": {name: str(term) for name, term in answer.terms.items()},
        "query": answer.query,
    }


def _title(answer: Answer, name: str) -> str:
    title = answer.column(name).title
    return title if name in answer.question.header.columns else f"{title} (name)"


def _cell(value: Value) -> Value:
    # a text that begins like a formula would be run by the reader's spreadsheet
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" else value
