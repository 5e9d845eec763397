"""Commands about who may write and who did: token, audit."""

from __future__ import annotations

from pathlib import Path

import click

from kg.accounts import Accounts, Role
from kg.audit import read_audit
from kg.cli.options import home_option
from kg.settings import home_path

__all__ = ["COMMANDS"]


@click.group()
def token() -> None:
    """Make, list and revoke the tokens that writing over HTTP asks for."""


@token.command()
@click.option("--name", required=True, help="Who uses the token.")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What it is good for; each role may do what those before it may.",
)
@click.option("--days", type=float, help="How long it holds; without it, until it is revoked.")
@home_option
def create(name: str, role: str, days: float | None, home: Path | None) -> None:
    """Make a token and print it, this once: send it as Authorization: Bearer TOKEN."""
    account, secret = Accounts(home_path(home)).create(name, Role(role), days=days)
    click.echo(f"token {account.id} for {account.name}, {role}; keep it safe:", err=True)
    click.echo(secret)


@token.command(name="list")
@home_option
def list_(home: Path | None) -> None:
    """List the tokens: number, role, until when, and whose each is."""
    for account in Accounts(home_path(home)).all():
        until = f"until {account.expires:%Y-%m-%d}" if account.expires else "until revoked"
        click.echo(f"{account.id}  {account.role.value:<8}  {until:<16}  {account.name}")


@token.command()
@click.argument("number")
@home_option
def revoke(number: str, home: Path | None) -> None:
    """Revoke the token with a NUMBER: it is refused at once."""
    account = Accounts(home_path(home)).revoke(number)
    click.echo(f"token {account.id} of {account.name} is revoked", err=True)


@click.command()
@click.option(
    "--last",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    help="How many entries, the newest last.",
)
@home_option
def audit(last: int, home: Path | None) -> None:
    """Show who wrote over HTTP or tried to, what, and what became of it."""
    for entry in read_audit(home_path(home))[-last:]:
        click.echo(entry.line())


COMMANDS = (token, audit)
