"""Accounts: who may do what, by tokens for programs and by passwords for people."""

from __future__ import annotations

from kg.accounts.roles import Role
from kg.accounts.tokens import Account, Accounts
from kg.accounts.users import User, Users

__all__ = ["Account", "Accounts", "Role", "User", "Users"]
