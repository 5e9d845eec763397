"""Forms: the fields of a question, with what can be picked and what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import render_template
from markupsafe import Markup

from kg.errors import ParameterError
from kg.questions import Choice, Parameter, Question, choices, listed
from kg.questions.parameters import THINGS, kind_of
from server.reading import Version

__all__ = ["Field", "fields_of"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its parameter, its choices and what was typed."""

    name: str
    parameter: Parameter
    choices: tuple[Choice, ...]
    value: str
    message: str = ""
    nearest: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether the field takes more than the choices that are shown."""
        return kind_of(self.parameter)[0] in THINGS

    @property
    def options(self) -> Markup:
        """The choices as options of a list, which are the same on every page."""
        return _options(self.choices)


def fields_of(
    asked: Question, version: Version, given: Mapping[str, str], wrong: ParameterError | None
) -> tuple[Field, ...]:
    """Return the fields of a question; the one that is wrong says why and what comes nearest."""
    return tuple(
        _field(asked, name, version, given, wrong if wrong and wrong.parameter == name else None)
        for name in asked.header.parameters
    )


def _field(
    asked: Question,
    name: str,
    version: Version,
    given: Mapping[str, str],
    wrong: ParameterError | None,
) -> Field:
    parameter = asked.header.parameters[name]
    default = "" if parameter.default is None else str(parameter.default)
    value = given.get(name, default)
    found = listed(parameter)
    if wrong and kind_of(parameter)[0] in THINGS:
        # what was typed may be a name: offer the things that are called so
        found = choices(version.snapshot.select, asked, name, value)
    return Field(
        name, parameter, found, value, str(wrong) if wrong else "", wrong.nearest if wrong else ()
    )


@lru_cache(maxsize=100)
def _options(found: tuple[Choice, ...]) -> Markup:
    # from a template, which escapes all text
    return Markup(render_template("questions/_choices.html", choices=found).strip())  # noqa: S704
