"""Commands about versions: list, compare, explain, export, check, release, prune, back up."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.backups import back_up
from kg.cli.options import home_option, store_option, version_option
from kg.dataset import open_dataset
from kg.settings import home_path
from kg.store import Home, place

__all__ = ["COMMANDS"]


@click.command()
@store_option
def versions(home: str | Path | None) -> None:
    """List the versions, the oldest first: number, date, who, what changed, why."""
    for info in place(home).versions():
        label = f" [{info.label}]" if info.label else ""
        click.echo(
            f"{info.number:>6}  {info.created:%Y-%m-%d %H:%M:%S}Z  {info.agent}  "
            f"+{info.added} -{info.removed} quads{label}  {info.reason}"
        )


@click.command()
@click.argument("older", type=int)
@click.argument("newer", type=int)
@click.option("--patch", is_flag=True, help="Write the whole RDF Patch instead of a summary.")
@store_option
def diff(older: int, newer: int, patch: bool, home: str | Path | None) -> None:
    """Say what changed from version OLDER to version NEWER, graph by graph."""
    found = place(home).diff(older, newer)
    for change in found.changes():
        if patch:
            for mark, statements in (("D", change.removed), ("A", change.added)):
                for statement in statements:
                    click.echo(f"{mark} {statement} .")
        else:
            click.echo(f"+{len(change.added)} -{len(change.removed)}  {change.graph}")


@click.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@version_option
@store_option
def why(
    subject: str, predicate: str, object_: str, number: int | None, home: str | Path | None
) -> None:
    """Explain a triple: which axiom gave it, from which asserted triples, of which record.

    Terms are IRIs or compact IRIs, e.g. cove why claim:x/1 rdf:type cove:EvidenceOfCoDestruction
    """
    with open_dataset(home, version=number) as dataset:
        click.echo(dataset.why(subject, predicate, object_))


@click.command()
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File to write: .trig, .nq, .ttl, .jsonl, .csv or .xlsx; .gz may follow.",
)
@version_option
@store_option
def export(output: Path, number: int | None, home: str | Path | None) -> None:
    """Write the graph, or the coding sheets of its records, to a file."""
    with open_dataset(home, version=number) as dataset:
        count, what = dataset.export(output)
    click.echo(f"{count} {what} written to {output}", err=True)


@click.command()
@click.option("--deep", is_flag=True, help="Also replay the patches and compare.")
@store_option
def check(deep: bool, home: str | Path | None) -> None:
    """Check the home and the data: files, shapes, rules across records."""
    damage = place(home).check(deep=deep)
    for line in damage:
        click.echo(line)
    if damage:
        sys.exit(1)
    with open_dataset(home) as dataset:
        report = dataset.check()
    for finding in report.violations:
        click.echo(str(finding))
    click.echo(
        f"home is whole; {len(report.violations)} violations, {len(report.warnings)} warnings, "
        f"{len(report.infos)} notes"
    )
    if not report.conforms:
        sys.exit(1)


@click.command()
@click.argument("label")
@version_option
@home_option
def release(label: str, number: int | None, home: Path | None) -> None:
    """Make a version a release called LABEL: it stays at hand for ever, and has dumps."""
    store = Home(home_path(home))
    info = store.release(store.info(number).number, label)
    click.echo(f"version {info.number} is release {info.label}", err=True)


@click.command()
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    required=True,
    help="How many of the newest versions keep their database.",
)
@home_option
def prune(keep: int, home: Path | None) -> None:
    """Remove the databases of old versions; releases stay, and so does every change.

    A version without a database is made again from the changes when somebody asks for it.
    """
    pruned = Home(home_path(home)).prune(keep)
    which = f": {', '.join(map(str, pruned))}" if pruned else ""
    click.echo(f"{len(pruned)} databases removed{which}", err=True)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@home_option
def backup(folder: Path, home: Path | None) -> None:
    """Copy the home to a new FOLDER while it is in use; the copy is a home itself.

    To restore, stop the server, put the copy in the home's place, run cove check, start.
    """
    number = back_up(Home(home_path(home)), folder)
    click.echo(f"copied as of version {number} to {folder}", err=True)


COMMANDS = (versions, diff, why, export, check, release, prune, backup)
