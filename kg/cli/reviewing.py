"""Commands for reviewers who code: how far two coders agree."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from kg.agreement import Comparison, Measure, by_id, by_words, compare
from kg.errors import CoveError, SourceError
from kg.readers import read
from kg.records import Work

__all__ = ["COMMANDS"]

_PAIRINGS = {"id": by_id, "words": by_words}
_COLUMNS = ("name", "level", "units", "single", "observed", "alpha", "low", "high", "kappa", "ac1")


@click.command()
@click.argument(
    "sheets", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--by",
    type=click.Choice(sorted(_PAIRINGS)),
    default="words",
    show_default=True,
    help="Pair claims and cases by what they say, or by id where all coders filled in one sheet.",
)
@click.option("--concepts", "has_concepts", is_flag=True, help="One line for each concept too.")
@click.option("--differences", "has_differences", is_flag=True, help="List where coders differ.")
@click.option("--samples", default=1000, show_default=True, help="Resamples of the bootstrap.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same interval.")
@click.option(
    "-f", "format_", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
def agreement(  # noqa: PLR0913, PLR0917  # one argument an option
    sheets: tuple[Path, ...],
    by: str,
    has_concepts: bool,
    has_differences: bool,
    samples: int,
    seed: int,
    format_: str,
) -> None:
    """Measure the agreement of two or more coders, each with a coding sheet of the same works.

    Krippendorff's alpha with a bootstrap interval for every field; kappa and Gwet's AC1 for codes.
    A work that one coder left out is missing data and counts for nobody.
    """
    if len(sheets) < 2:
        raise click.UsageError("give the sheets of at least two coders")
    found = compare(
        [_works(sheet) for sheet in sheets], alike=_PAIRINGS[by], samples=samples, seed=seed
    )
    if format_ == "json":
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return
    measures = (*found.fields, *(found.concepts if has_concepts else ()))
    _write(measures, format_)
    if has_differences:
        _write_differences(found)
    click.echo(f"{found.coders} coders, {found.shared} works that at least two coded", err=True)


def _works(path: Path) -> dict[str, Work]:
    works = {}
    for one in read(path):
        if isinstance(one, SourceError):
            raise CoveError(str(one))
        works[one.work.id] = one.work
    return works


def _write(measures: Iterable[Measure], format_: str) -> None:
    rows = [_row(one) for one in measures]
    if format_ == "csv":
        csv.writer(sys.stdout, lineterminator="\r\n").writerows([_COLUMNS, *rows])
        return
    widths = [max(len(row[k]) for row in (_COLUMNS, *rows)) for k in range(len(_COLUMNS))]
    for row in (_COLUMNS, *rows):
        cells = (cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))
        click.echo("  ".join((row[0].ljust(widths[0]), row[1].ljust(widths[1]), *cells)))


def _row(one: Measure) -> tuple[str, ...]:
    low, high = one.interval or (None, None)
    numbers = (one.observed, one.alpha, low, high, one.kappa, one.ac1)
    return (one.name, one.level, str(one.units), str(one.single), *map(_number, numbers))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _write_differences(found: Comparison) -> None:
    click.echo()
    for one in found.differences:
        values = " | ".join(value or "(nothing)" for value in one.values)
        click.echo(f"{one.work}: {one.part[:60]}: {one.field}: {values}")


COMMANDS = (agreement,)
