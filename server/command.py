"""The server's commands, which `cove` finds by their entry points."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import click

from server.config import ABOUT, Settings, load_settings, origins, settings_file, written
from server.serving import serve as _serve

__all__ = ["config", "serve"]

_home = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the graph; without it COVE_HOME, or the user's data folder.",
)


@click.command()
@click.option("--host", help="Address to listen on; without it the setting, 127.0.0.1.")
@click.option("--port", type=int, help="Port to listen on; without it the setting, 8000.")
@_home
def serve(host: str | None, port: int | None, home: Path | None) -> None:
    """Serve the graph: SPARQL at /sparql, pages and linked data at the path of each IRI."""
    settings = load_settings(_given(host=host, port=port, home=home))
    address = f"http://{settings.host}:{settings.port}"
    click.echo(f"CoVE serves {settings.home}\n  look at {address}/", err=True)
    click.echo(f"  query   {address}/sparql\nStop with Ctrl-C.", err=True)
    _serve(settings)


@click.command()
@_home
def config(home: Path | None) -> None:
    """Show every setting of the server with its value, as a file that it can be read from.

    A value is that of the command line, else of the variable (COVE_WORKERS is that of workers),
    else of cove.toml in the home or where COVE_CONFIG says, else the default.
    """
    given = _given(home=home)
    settings, found = load_settings(given), origins(given)
    click.echo(f"# {settings_file(given)}")
    for setting in fields(Settings):
        name = setting.name
        origin = f" (from {found[name]})" if name in found else ""
        click.echo(f"\n# {ABOUT[name]}{origin}\n{name} = {written(getattr(settings, name))}")


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
