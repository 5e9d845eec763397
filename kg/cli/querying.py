"""Commands that ask: a question of the library, a query, a list of codes."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg import codes
from kg.cli.options import store_option, version_option
from kg.dataset import FORMATS, open_dataset
from kg.errors import CoveError, ParameterError
from kg.questions import Difference, compare, question, questions, report, search, timings

__all__ = ["COMMANDS"]


@click.command()
@click.argument("what")
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@click.option(
    "-f",
    "format_",
    type=click.Choice(sorted(FORMATS)),
    default="table",
    show_default=True,
    help="Form of the answer; ttl, nt and jsonld are for CONSTRUCT and DESCRIBE.",
)
@click.option("--since", type=int, help="Show what the answer gained and lost since a version.")
@version_option
@store_option
def query(
    what: str,
    given: tuple[str, ...],
    format_: str,
    since: int | None,
    number: int | None,
    home: str | Path | None,
) -> None:
    """Ask a question of the library by NAME, or the query in a FILE, or - for standard input."""
    if since is not None:
        with open_dataset(home, version=since) as then, open_dataset(home, version=number) as now:
            asked = _parameters(given)
            _tell(compare(then.question(what, **asked), now.question(what, **asked)))
        return
    with open_dataset(home, version=number) as dataset:
        if what == "-" or Path(what).is_file():
            if given:
                raise ParameterError(
                    "a query of your own takes no -p; write the values into it",
                    parameter=given[0].partition("=")[0],
                )
            text = sys.stdin.read() if what == "-" else Path(what).read_text(encoding="utf-8")
        else:
            text = question(what).bound(question(what).terms(_parameters(given)))
        sys.stdout.buffer.write(dataset.answer(text, format_))


def _tell(found: Difference) -> None:
    """Print a row a line, + where it was gained and - where it was lost."""
    for sign, rows in (("-", found.lost), ("+", found.gained)):
        for row in rows:
            cells = ("" if value is None else str(value) for value in row.values())
            click.echo(f"{sign} " + "\t".join(cells))
    click.echo(f"{len(found.gained)} gained, {len(found.lost)} lost", err=True)


def _parameters(given: tuple[str, ...]) -> dict[str, str]:
    parameters = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise ParameterError(
                f"parameter {one!r} has no value; write {one}=VALUE", parameter=one
            )
        parameters[name] = value
    return parameters


@click.command(name="questions")
@click.argument("name", required=False)
@click.option("--search", "words", help="Only the questions that hold these words.")
@click.option("--report", "is_report", is_flag=True, help="Write the answers of all as Markdown.")
@click.option("--time", "is_timed", is_flag=True, help="Ask each once, and say how long it took.")
@store_option
def list_questions(
    name: str | None, words: str | None, is_report: bool, is_timed: bool, home: str | Path | None
) -> None:
    """List the questions of the library, or describe the one NAME."""
    if is_report or is_timed:
        with open_dataset(home) as dataset:
            click.echo(report(dataset.question) if is_report else timings(dataset.select), nl=False)
        return
    if name:
        _describe(name)
        return
    for one in search(words) if words else questions().values():
        number = f"{one.header.question:>3}" if one.header.question else "   "
        click.echo(f"{number}  {one.name:<34} {one.header.summary}")


def _describe(name: str) -> None:
    one = question(name)
    click.echo(f"{one.name}: {one.header.summary}\n\n{one.header.description}\n")
    for parameter, about in one.header.parameters.items():
        need = "required" if about.is_required else "optional"
        click.echo(f"  -p {parameter}=…  {about.label} ({about.type}, {need})")
    click.echo(f"\n{one.query}")


@click.command(name="codes")
@click.argument("scheme", required=False)
def list_codes(scheme: str | None) -> None:
    """List the concept schemes, or the codes of one SCHEME with their labels."""
    if scheme is None:
        for one in codes.schemes():
            click.echo(f"{one:<28} {len(codes.codes(one)):>4} codes")
        return
    try:
        listed = codes.codes(scheme)
    except CoveError as error:
        raise click.BadParameter(str(error)) from error
    for code, iri in listed.items():
        click.echo(f"{code:<34} {codes.label(iri)}")


COMMANDS = (query, list_questions, list_codes)
