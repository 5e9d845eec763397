"""Commands for coding in a review: sheets down and up, what is done and agreed, publishing."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import click

from kg.cli.options import agent_option, home_option
from kg.errors import ReviewError
from kg.forms import Sheet
from kg.review import Project, Projects
from kg.review.asides import set_aside, take_back
from kg.review.coding import Coded, coded_works, drafts, finish, save
from kg.review.coding import take as take_up
from kg.review.differences import codings, line_up, merge
from kg.review.exporting import EXPORTS
from kg.review.exporting import export as exported
from kg.review.publications import agreed
from kg.review.publishing import publish as publish_review
from kg.review.records import reference
from kg.review.sheets import SheetSent, take_sheet, write_sheet
from kg.settings import home_path
from kg.store import place

__all__ = ["COMMANDS"]

_slug = click.argument("slug")
_work = click.argument("work")


@click.group()
def coding() -> None:
    """Code the publications of a review SLUG; WORK is the id of a record to be."""


@coding.command(name="list")
@_slug
@home_option
def list_(slug: str, home: Path | None) -> None:
    """List the publications, how far each coder is, and what is agreed and new."""
    with _project(slug, home).reading() as db:
        new = {one.one.slug for one in agreed(db) if one.is_new}
        for one in coded_works(db):
            coders = ", ".join(f"{n} {'done' if d else 'at it'}" for n, d in one.coders) or "nobody"
            state = "to publish" if one.slug in new else "agreed" if one.is_agreed else ""
            click.echo(f"{one.slug:<44} {coders:<30} {state}")


@coding.command()
@_slug
@click.option("--record", type=int, help="Number of a record of the review.")
@click.option("--id", "id_", help="Id of a publication that is in no import.")
@agent_option
@home_option
def begin(slug: str, record: int | None, id_: str | None, agent: str, home: Path | None) -> None:
    """Take a publication up for coding."""
    with _project(slug, home).writing(agent) as writing:
        read = reference(writing.db, record) if record is not None else None
        sheet: Sheet | None = {"id": id_ or ""} if read is None else None
        take_up(writing, record=record, reference=read, sheet=sheet)


@coding.command()
@_slug
@click.option("-o", "out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@agent_option
@home_option
def sheet(slug: str, out: Path, agent: str, home: Path | None) -> None:
    """Write the workbook of the review (.xlsx), with your coding so far."""
    stream = BytesIO()
    with _project(slug, home).reading() as db:
        write_sheet(db, agent, stream)
    out.write_bytes(stream.getvalue())


@coding.command()
@_slug
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@agent_option
@home_option
def take(slug: str, file: Path, agent: str, home: Path | None) -> None:
    """Take a filled-in sheet (.xlsx, .csv, .jsonl) as your coding."""
    project = _project(slug, home)
    with project.writing(agent) as writing:
        number = take_sheet(writing, file.name, file.read_bytes())
    with project.reading() as db:
        entry = project.journal.entry(db, number)
    if entry and isinstance(entry.event, SheetSent):
        for line in entry.event.refused:
            click.echo(line, err=True)
        told = f"{len(entry.event.works)} kept, {len(entry.event.refused)} problems"
        click.echo(told, err=True)


@coding.command()
@_slug
@_work
@agent_option
@home_option
def done(slug: str, work: str, agent: str, home: Path | None) -> None:
    """Say that your coding of WORK is done; violations are told and hinder it."""
    project = _project(slug, home)
    one = _one(project, work)
    with project.writing(agent) as writing:
        finish(writing, one.number)


@coding.command()
@_slug
@_work
@click.argument("coder")
@click.option("--reason", "-m", default="", help="Why so, for instance that they have left.")
@click.option("--back", is_flag=True, help="Let the coding count again.")
@agent_option
@home_option
def aside(  # noqa: PLR0913, PLR0917  # one argument an option
    slug: str, work: str, coder: str, reason: str, back: bool, agent: str, home: Path | None
) -> None:
    """Let the coding that CODER made of WORK count no more; it is kept."""
    project = _project(slug, home)
    one = _one(project, work)
    with project.writing(agent) as writing:
        if back:
            take_back(writing, one.number, coder)
        else:
            set_aside(writing, one.number, coder, reason=reason)


@coding.command()
@_slug
@_work
@click.option("--base", help="Coder whose publication, study and cases are taken.")
@click.option("--take", "picked", multiple=True, metavar="ROW=CODER", help="Whose claim; or none.")
@click.option("--note", default="", help="Why so.")
@agent_option
@home_option
def agree(  # noqa: PLR0913, PLR0917  # one argument an option
    slug: str,
    work: str,
    base: str | None,
    picked: tuple[str, ...],
    note: str,
    agent: str,
    home: Path | None,
) -> None:
    """Show where the coders of WORK differ; with --base, adjudicate."""
    project = _project(slug, home)
    one = _one(project, work)
    with project.reading() as db:
        standing = drafts(db, one.number)
    coders = [each.coder for each in standing]
    if base is None:
        for number, row in enumerate(line_up(codings(standing))):
            told = ", ".join(sorted(row.differing)) or "the same"
            claim = row.claims[row.choice]
            click.echo(f"{number}: {told}: {claim.statement if claim else ''}")
        return
    chosen = dict(each.partition("=")[::2] for each in picked)
    choices = {
        int(row): None if who == "none" else _place(coders, who) for row, who in chosen.items()
    }
    merged, anchors = merge(standing, _place(coders, base), choices)
    with project.writing(agent) as writing:
        save(writing, one.number, merged, anchors=anchors, is_adjudication=True)
        finish(writing, one.number, is_adjudication=True, note=note)


@coding.command()
@_slug
@click.option("--reason", "-m", required=True, help="What this publication brings or mends.")
@click.option("--withdraw", multiple=True, metavar="WORK", help="Take a record back.")
@agent_option
@home_option
def publish(
    slug: str, reason: str, withdraw: tuple[str, ...], agent: str, home: Path | None
) -> None:
    """Publish what is agreed and new as one version of the dataset, or take records back."""
    slugs = () if withdraw else None
    number = publish_review(
        _project(slug, home),
        place(home),
        agent=agent,
        reason=reason,
        slugs=slugs,
        withdrawn=withdraw,
    )
    click.echo(f"version {number}", err=True)


@coding.command()
@_slug
@click.argument("name", type=click.Choice(list(EXPORTS)))
@click.option("-o", "out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@home_option
def export(slug: str, name: str, out: Path, home: Path | None) -> None:
    """Write the review in a format that others read."""
    out.write_bytes(exported(_project(slug, home), name) or b"")


def _project(slug: str, home: Path | None) -> Project:
    return Projects(home_path(home)).one(slug)


def _one(project: Project, work: str) -> Coded:
    with project.reading() as db:
        found = [one for one in coded_works(db) if one.slug == work]
    if not found:
        raise ReviewError(f"no publication {work!r} is coded in this review; see cove coding list")
    return found[0]


def _place(coders: list[str], name: str) -> int:
    if name not in coders:
        raise ReviewError(f"{name} has no coding that is done; choose {' or '.join(coders)}")
    return coders.index(name)


COMMANDS = (coding,)
