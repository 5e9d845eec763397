"""Lexemes: the tokens of SPARQL, as the parser of the engine takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["ESCAPE", "TOKEN", "Token"]

ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_NAME = r"[\w\x80-\U0010ffff]"
TOKEN = re.compile(
    rf"""
      (?P<gap>(?:[\ \t\r\n]|\#[^\r\n]*+)++)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{ESCAPE})*+>)
    | (?P<string>\"\"\"(?:\"{{0,2}}(?:[^"\\]|\\.))*+\"\"\" | '''(?:'{{0,2}}(?:[^'\\]|\\.))*+'''
        | (?!\"\"\"|''')(?:"(?:[^"\\\r\n]|\\.)*+" | '(?:[^'\\\r\n]|\\.)*+'))
    | (?P<variable>[?$]{_NAME}++)
    | (?P<language>@[A-Za-z0-9-]++)
    | (?P<name>(?:_|[A-Za-z\x80-\U0010ffff](?:{_NAME}|[.-])*)?:
        (?:{_NAME}|[:.-]|%[0-9A-Fa-f]{{2}}|\\[-_~.!$&'()*+,;=/?\#@%])*+)
    | (?P<number>[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)
    | (?P<word>(?:[A-Za-z_]|[\x80-\U0010ffff]){_NAME}*+)
    | (?P<open>[({{\[])
    | (?P<close>[)}}\]])
    | (?P<operator>[-|&+*/^!=<>?])
    | (?P<mark>[.,;~$@])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One significant lexeme and its place in the text."""

    kind: str
    lexeme: str
    start: int

    @property
    def end(self) -> int:
        """The place after it."""
        return self.start + len(self.lexeme)

    @property
    def word(self) -> str:
        """A word in capitals, "" where it is something else."""
        return self.lexeme.upper() if self.kind == "word" else ""
