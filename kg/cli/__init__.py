"""The command line: one module a family of commands, no logic."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import click

from kg.cli import (
    accounts,
    appraising,
    bench,
    bibliographies,
    coding,
    evidence,
    harvesting,
    querying,
    reviewing,
    reviews,
    searching,
    versions,
)
from kg.errors import CoveError

__all__ = ["cove", "main"]


class _Group(click.Group):
    """Keep the commands in the order in which a newcomer needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's own
        """Name the commands in the order in which they were added."""
        return list(self.commands)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cove-kg", prog_name="cove")
def cove() -> None:
    """CoVE: an evidence graph of how public services create and destroy value.

    Begin with `cove build`, then `cove questions`, `cove query NAME` and `cove serve`. The graph
    lives in the folder that COVE_HOME names, or --home.

    Exit status: 0 all is well, 1 something in the data is wrong and is told, 2 the command cannot
    be carried out.
    """


for family in (
    evidence,
    harvesting,
    querying,
    searching,
    versions,
    bibliographies,
    reviews,
    coding,
    reviewing,
    appraising,
    accounts,
    bench,
):
    for command in family.COMMANDS:
        cove.add_command(command)
# The server brings its commands itself, for the graph knows nothing of HTTP.
for group, name in ((cove, "cove.commands"), (bench.bench, "cove.bench")):
    for entry in entry_points(group=name):
        group.add_command(entry.load())


def main() -> None:
    """Run the command line, and tell an error that CoVE raises on one line."""
    try:
        cove(prog_name="cove", standalone_mode=True)
    except CoveError as error:
        click.echo(f"cove: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output, such as `head`, has seen enough.
        sys.stderr.close()
        sys.exit(0)
