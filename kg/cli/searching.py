"""The command that searches: words and facets, over one version."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import store_option, version_option
from kg.errors import ParameterError
from kg.search import Wanted, find
from kg.store import place

__all__ = ["COMMANDS"]


@click.command(name="search")
@click.argument("words", nargs=-1, metavar="TEXT...")
@click.option("-p", "given", multiple=True, metavar="FACET=VALUE", help="Narrow; repeatable.")
@click.option("-n", "most", default=20, show_default=True, help="How many hits to show.")
@click.option("--facets", "has_facets", is_flag=True, help="Count the values of every facet.")
@version_option
@store_option
def search_words(
    words: tuple[str, ...],
    given: tuple[str, ...],
    most: int,
    has_facets: bool,
    number: int | None,
    home: str | Path | None,
) -> None:
    """Find works, claims, concepts, cases, propositions and questions that hold TEXT.

    "Quotes" keep words together, -word leaves out, word* begins so. Facets: kind, sector,
    country, phase, design, direction, reading, year, concept.
    """
    facets = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise ParameterError(f"facet {one!r} has no value; write {one}=VALUE", parameter=one)
        facets[name] = value
    at = place(home)
    found = find(at, at.info(number).number, Wanted(" ".join(words), facets, most=most))
    for hit in found.hits:
        note = f"  ({hit.about})" if hit.about else ""
        click.echo(f"{hit.kind:<12} {hit.name}{note}\n             {hit.iri}")
    if has_facets:
        for facet in found.facets:
            values = (f"{value.code} {value.count}" for value in facet.values)
            click.echo(f"{facet.title}: {', '.join(values)}")
    if found.corrected:
        click.echo(f"searched for {found.corrected}", err=True)
    if found.is_any:
        click.echo("nothing holds every word; these hold one of them", err=True)
    shown = len(found.hits)
    click.echo(f"{shown} of {found.count} found", err=True)


COMMANDS = (search_words,)
