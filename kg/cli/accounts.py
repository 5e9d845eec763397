"""Commands about who may do what and who did: token, user, audit."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.accounts import Accounts, Role, Users
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


@click.group()
def user() -> None:
    """Make, list and change the users who sign in to the reviewer's bench."""


@user.command()
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What the user may do here; a reviewer may open reviews.",
)
@home_option
def add(name: str, role: str, home: Path | None) -> None:
    """Make the user NAME; the password is asked for, or read from standard input."""
    made = Users(home_path(home)).add(name, Role(role), _password())
    click.echo(f"user {made.name}, {made.role.value}, can sign in at /review", err=True)


@user.command(name="list")
@home_option
def list_users(home: Path | None) -> None:
    """List the users: role, since when, and the name of each."""
    for each in Users(home_path(home)).all():
        click.echo(f"{each.role.value:<8}  since {each.created:%Y-%m-%d}  {each.name}")


@user.command(name="role")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@home_option
def change_role(name: str, role: str, home: Path | None) -> None:
    """Give the user NAME another ROLE."""
    changed = Users(home_path(home)).change(name, role=Role(role))
    click.echo(f"user {changed.name} is {changed.role.value} now", err=True)


@user.command(name="password")
@click.argument("name")
@home_option
def change_password(name: str, home: Path | None) -> None:
    """Give the user NAME another password; whoever is signed in by the old one is not any more."""
    changed = Users(home_path(home)).change(name, password=_password())
    click.echo(f"user {changed.name} has another password now", err=True)


@user.command(name="remove")
@click.argument("name")
@home_option
def remove_user(name: str, home: Path | None) -> None:
    """Take the user NAME away; what they did in reviews stays."""
    removed = Users(home_path(home)).remove(name)
    click.echo(f"user {removed.name} is removed", err=True)


def _password() -> str:
    """Ask for a password twice, or read it from a pipe."""
    if sys.stdin.isatty():
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")


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


COMMANDS = (token, user, audit)
