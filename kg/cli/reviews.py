"""Commands about reviews: from a new one to its flow diagram."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from kg.bibliographies import read_references
from kg.cli.options import agent_option, home_option
from kg.errors import ReviewError
from kg.review import Project, Projects, Protocol
from kg.review.ballots import take_ballot, write_ballot
from kg.review.decisions import progress
from kg.review.diagram import draw, write_csv
from kg.review.duplicates import keep_found, merge, merged_items, split, suspects
from kg.review.members import Role, members, require, set_role
from kg.review.prisma import BOXES, flow, identities
from kg.review.protocols import Stage, protocol
from kg.review.provenance import provenance
from kg.review.ranking import ASSUMPTIONS, keep_ranking
from kg.review.records import import_file
from kg.review.searches import Search, Source, last_round, record, searches
from kg.settings import home_path

__all__ = ["COMMANDS"]

_stage = click.argument("stage", type=click.Choice([stage.value for stage in Stage]))
_out = click.option(
    "-o", "out", type=click.Path(dir_okay=False, path_type=Path), help="File to write to."
)


@click.group()
def review() -> None:
    """Carry out a review: searches, imports, duplicates, screening, flow diagram."""


@review.command()
@click.argument("title")
@click.option("--question", default="", help="What the review asks.")
@click.option("--include", "inclusion", multiple=True, help="A criterion; may stand often.")
@click.option("--exclude", "exclusion", multiple=True, help="A reason to exclude; may stand often.")
@click.option("--votes", type=click.IntRange(1, 2), default=2, show_default=True)
@agent_option
@home_option
def create(  # noqa: PLR0913, PLR0917  # one argument an option
    title: str,
    question: str,
    inclusion: tuple[str, ...],
    exclusion: tuple[str, ...],
    votes: int,
    agent: str,
    home: Path | None,
) -> None:
    """Open a review with a TITLE; you are its owner."""
    plan = Protocol(title, question, inclusion=inclusion, exclusion=exclusion, votes=votes)
    made = Projects(home_path(home)).create(plan, agent=agent)
    click.echo(made.slug)


@review.command(name="list")
@home_option
def list_(home: Path | None) -> None:
    """List the reviews: name, title and how many members."""
    for project in Projects(home_path(home)).all():
        with project.reading() as db:
            click.echo(f"{project.slug}  {protocol(db).title}  ({len(members(db))} members)")


@review.command()
@click.argument("slug")
@home_option
def show(slug: str, home: Path | None) -> None:
    """Show how far the review SLUG is: members, searches, stages."""
    with _project(slug, home).reading() as db:
        click.echo(protocol(db).title)
        for member in members(db):
            click.echo(f"  {member.role.value:<11}  {member.name}")
        for found in searches(db):
            each = found.search
            click.echo(f"  search {found.number}  round {each.round}  {each.name}  {found.records}")
        for far in progress(db):
            states = ", ".join(f"{count} {state}" for state, count in sorted(far.states.items()))
            click.echo(f"  {far.stage.label}: {states or 'nothing yet'}")


@review.command()
@click.argument("slug")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@agent_option
@home_option
def member(slug: str, name: str, role: str, agent: str, home: Path | None) -> None:
    """Let NAME take part in the review SLUG in a ROLE."""
    with _project(slug, home).writing(agent) as writing:
        set_role(writing, name, Role(role))
    click.echo(f"{name} is {role} of {slug}", err=True)


@review.command(name="import")
@click.argument("slug")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--search", type=int, help="Number of the search that they come from.")
@click.option("--from", "name", help="Or what was searched: this records the search.")
@click.option("--source", type=click.Choice([each.value for each in Source]), default="database")
@click.option("--string", default="", help="The search string, word for word.")
@click.option("--hits", type=int, help="How many the search found.")
@click.option("--new-round", is_flag=True, help="The search begins the next round.")
@agent_option
@home_option
def import_(  # noqa: PLR0913, PLR0917  # one argument an option
    slug: str,
    files: tuple[Path, ...],
    search: int | None,
    name: str | None,
    source: str,
    string: str,
    hits: int | None,
    new_round: bool,
    agent: str,
    home: Path | None,
) -> None:
    """Import FILES into the review SLUG, each whole or not at all, and print their accounts."""
    project = _project(slug, home)
    if (search is None) is (name is None):
        raise click.UsageError("say --search NUMBER, or --from NAME to record the search")
    if name is not None:
        with project.writing(agent) as writing:
            turn = last_round(writing.db) + new_round
            wanted = Search(name, Source(source), string=string, hits=hits, round=turn)
            search = record(writing, wanted)
        click.echo(f"search {search} of {name}, round {turn}", err=True)
    for path in files:
        content = path.read_bytes()
        found = read_references(content, path.name)
        with project.writing(agent) as writing:
            number = import_file(writing, search or 0, content, found)
        click.echo(f"import {number}: {found.account.summary}")
        for failure in found.account.failed:
            click.echo(f"  line {failure.line}: {failure.reason}")


@review.command()
@click.argument("slug")
@click.option("--seek", is_flag=True, help="Let a program look for duplicates.")
@click.option("--merge", "together", help="Records that are the same, as 12,15.")
@click.option("--split", "apart", help="Records that are not the same as others, as 12,15.")
@click.option("--reason", default="", help="Why.")
@agent_option
@home_option
def duplicates(  # noqa: PLR0913, PLR0917  # one argument an option
    slug: str,
    seek: bool,
    together: str | None,
    apart: str | None,
    reason: str,
    agent: str,
    home: Path | None,
) -> None:
    """Show what is merged in the review SLUG and what is asked; seek, merge, split."""
    project = _project(slug, home)
    if seek:
        from kg.review.seeking import seek as look  # noqa: PLC0415 - an extra, and slow to load

        with project.reading() as db:
            software, groups = look(db)
        with project.writing(agent) as writing:
            keep_found(writing, software, groups)
    with project.writing(agent) as writing:
        if together:
            merge(writing, _numbers(together), reason)
        if apart:
            split(writing, _numbers(apart), reason)
    with project.reading() as db:
        for item in merged_items(db):
            click.echo(f"merged  {_joined(item.records)}  {item.reason}  {item.by}")
        for each in suspects(db):
            click.echo(f"asked   {_joined(each.records)}  {each.reason}")


@review.group()
def screen() -> None:
    """Take the records that you have to judge out as a sheet, and bring your votes in."""


@screen.command()
@click.argument("slug")
@_stage
@_out
@agent_option
@home_option
def export(slug: str, stage: str, out: Path | None, agent: str, home: Path | None) -> None:
    """Write a CSV sheet of what you have to judge at a STAGE of the review SLUG."""
    with _project(slug, home).reading() as db:
        require(db, agent, Role.REVIEWER)
        _write(write_ballot(db, Stage(stage), agent), out)


@screen.command(name="import")
@click.argument("slug")
@_stage
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@agent_option
@home_option
def take(slug: str, stage: str, file: Path, agent: str, home: Path | None) -> None:
    """Cast the votes in FILE at a STAGE of the review SLUG, all or none."""
    text = file.read_text(encoding="utf-8-sig")
    with _project(slug, home).writing(agent) as writing:
        count = take_ballot(writing, Stage(stage), text, source=file.name)
    click.echo(f"{count} votes are cast", err=True)


@review.command()
@click.argument("slug")
@agent_option
@home_option
def rank(slug: str, agent: str, home: Path | None) -> None:
    """Rank what is left of the review SLUG, and print how much may be missing."""
    try:
        from kg.review.learning import rank as order  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise ReviewError("ranking needs scikit-learn; install cove-kg[review]") from error
    project = _project(slug, home)
    with project.reading() as db:
        found = order(db, protocol(db).stages[0])
    with project.writing(agent) as writing:
        keep_ranking(writing, found)
    click.echo(f"{len(found.order)} are ranked by {found.relevant + found.irrelevant} judged")
    if figure := found.figure:
        told = "rejected" if figure.is_reached else "not rejected"
        click.echo(f"recall under {figure.target:.0%}: p = {figure.chance:.3g}, {told}, if:")
        for line in ASSUMPTIONS:
            click.echo(f"  {line}")


@review.command()
@click.argument("slug")
@click.option("--round", "number", type=int, help="One round; without it all together.")
@click.option("-f", "format_", type=click.Choice(["table", "csv", "svg", "json"]), default="table")
@_out
@home_option
def prisma(
    slug: str, number: int | None, format_: str, out: Path | None, home: Path | None
) -> None:
    """Count the flow of the review SLUG; status 1 where its sums do not hold."""
    with _project(slug, home).reading() as db:
        found = flow(db, number)
    told = identities(found)
    if format_ == "json":
        boxes = {name: box.count for name, box in found.boxes.items()}
        _write(msgspec.json.encode({**boxes, "told": told}).decode() + "\n", out)
    elif format_ == "table":
        lines = [f"{found.count(name):>7,}  {label}" for name, label in BOXES.items()]
        _write("\n".join(lines) + "\n", out)
    else:
        _write(draw(found) if format_ == "svg" else write_csv(found), out)
    for line in told:
        click.echo(f"cove: {line}", err=True)
    sys.exit(1 if told else 0)


@review.command()
@click.argument("slug")
@click.option("--last", type=click.IntRange(min=1), default=50, show_default=True)
@home_option
def history(slug: str, last: int, home: Path | None) -> None:
    """Show what was done in the review SLUG: version, time, who, what."""
    project = _project(slug, home)
    with project.reading() as db:
        newest = project.journal.last(db)
        for entry in project.journal.history(db, after=max(0, newest - last)):
            click.echo(
                f"{entry.number}  {entry.time:%Y-%m-%d %H:%M:%S}Z  {entry.agent}  {entry.kind}"
            )


@review.command(name="provenance")
@click.argument("slug")
@_out
@home_option
def provenance_(slug: str, out: Path | None, home: Path | None) -> None:
    """Write every decision of the review SLUG as Turtle in the terms of PROV."""
    project = _project(slug, home)
    with project.reading() as db:
        _write(provenance(project.journal, db, slug).serialize(format="turtle"), out)


@review.command()
@click.argument("slug")
@home_option
def check(slug: str, home: Path | None) -> None:
    """Check that the events of the review SLUG are as written, and all else follows from them."""
    problems = _project(slug, home).journal.check()
    for each in problems:
        click.echo(each)
    sys.exit(1 if problems else 0)


def _project(slug: str, home: Path | None) -> Project:
    return Projects(home_path(home)).one(slug)


def _numbers(text: str) -> list[int]:
    try:
        return [int(each) for each in text.split(",")]
    except ValueError as error:
        raise click.UsageError(f"{text!r} is no list of records; write it as 12,15") from error


def _joined(records: tuple[int, ...]) -> str:
    return ",".join(map(str, records))


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


COMMANDS = (review,)
