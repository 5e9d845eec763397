"""Telling: the sizes that a command asks for, and the figures that it shows and keeps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
import msgspec

from kg.bench.history import HISTORY, Measure, keep, machine, read_history, slides

__all__ = ["multiples", "tell"]


def multiples(sizes: str) -> list[int]:
    """Read what `--sizes` gives: whole numbers with commas between them."""
    try:
        return sorted({int(size) for size in sizes.split(",")})
    except ValueError as error:
        raise click.BadParameter(f"{sizes}: give whole numbers, such as 1,10,100") from error


def tell(
    found: Iterable[Measure],
    report: Callable[[Sequence[Measure]], str],
    *,
    folder: Path,
    is_json: bool,
) -> None:
    """Show figures and add them to a folder's history as they come, then write a table or JSON.

    Ends with 1 where one is much above those of before on the same kind of machine.
    """
    measures = []
    for each in found:
        place = f" at {each.works:,}" if each.works else ""
        click.echo(f"{each.what} of {each.by}{place}: {each.value:,.3f} {each.unit}", err=True)
        measures.append(each)
        keep(folder / HISTORY, [each])
    if is_json:
        for each in measures:
            click.echo(msgspec.json.encode(each).decode())
    else:
        click.echo(f"{machine()}\n{report(measures)}")
    slid = list(slides(read_history(folder / HISTORY)))
    for line in slid:
        click.echo(line, err=True)
    if slid:
        sys.exit(1)
