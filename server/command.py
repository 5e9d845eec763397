"""The server's commands, which `cove` finds by their entry points."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import click

from server.config import ABOUT, Settings, load_settings
from server.serving import serve as _serve

__all__ = ["config", "serve"]

_home = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the graph; without it COVE_HOME, or the user's data folder.",
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@_home
def serve(host: str, port: int, home: Path | None) -> None:
    """Serve the graph: SPARQL at /sparql, pages and linked data at the path of each IRI."""
    settings = load_settings({"home": home} if home else None)
    click.echo(f"CoVE serves {settings.home}\n  look at http://{host}:{port}/", err=True)
    click.echo(f"  query   http://{host}:{port}/sparql\nStop with Ctrl-C.", err=True)
    _serve(settings, host=host, port=port)


@click.command()
@_home
def config(home: Path | None) -> None:
    """Show every setting of the server: its variable, its value, and what it is."""
    settings = load_settings({"home": home} if home else None)
    for setting in fields(Settings):
        value = getattr(settings, setting.name)
        click.echo(f"COVE_{setting.name.upper()}={value}\n    {ABOUT[setting.name]}")
