"""Lexemes: the tokens of SPARQL, as the parser of the engine takes them."""

from __future__ import annotations

import re

__all__ = ["ESCAPE", "TOKEN"]

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
