"""The Summary of Qualitative Findings as a document for word processors (extra `review`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

import docx
from docx.enum.section import WD_ORIENT

from kg.appraisal.cerqual import HEADER, Finding, summary_rows

__all__ = ["write_document"]

_TITLE = "Summary of qualitative findings"


def write_document(
    findings: Sequence[Finding], *, references: Mapping[str, str] | None = None
) -> bytes:
    """Write findings as a table over the width of a page that lies on its side (.docx)."""
    document = docx.Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = page.page_height, page.page_width
    document.core_properties.title = _TITLE
    document.add_heading(_TITLE, level=1)
    table = document.add_table(rows=1, cols=len(HEADER), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, HEADER, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for row in summary_rows(findings, references or {}):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _printable(text)
    output = BytesIO()
    document.save(output)
    return output.getvalue()


def _printable(text: str) -> str:
    r"""Leave out what XML cannot hold.

    >>> _printable("a\x00b")
    'ab'
    """
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
