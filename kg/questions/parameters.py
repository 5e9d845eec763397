"""Check what a question is asked with, and turn it into RDF terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from rdflib import URIRef
from rdflib.term import Literal

from kg import codes
from kg.errors import CodeError, ParameterError
from kg.namespaces import PREFIXES
from kg.questions.header import Parameter

__all__ = ["ANY", "THINGS", "Term", "Terms", "expand", "kind_of", "shortened", "terms_of"]

Term = URIRef | Literal
Terms = Mapping[str, Term]

ANY = "any"
"""What a person writes to put no restriction on a parameter that may be left out."""

THINGS = frozenset(
    {
        "agent",
        "case",
        "claim",
        "definition",
        "evidence-review",
        "process",
        "proposition",
        "record",
        "scheme",
        "work",
    }
)
"""The kinds of thing in the graph that a parameter can name."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
# RFC 3987 §2.2, as far as it can go wrong after the name of the host
_NO_IRI = re.compile(
    r'[<>"{}|^`\\\[\]\x00-\x20\x7f-\x9f\ue000-\uf8ff\ufff0-\uffff]|%(?![0-9A-Fa-f]{2})|[\U000e0000-\U0010ffff]'
)


def terms_of(parameters: Mapping[str, Parameter], given: Mapping[str, object]) -> dict[str, Term]:
    """Return a term for each parameter; raise ParameterError at the first that has none."""
    for name in given:
        if name not in parameters:
            near = _closest(name, parameters)
            raise ParameterError(
                f"no parameter {name!r}; this question takes {_listed(parameters)}",
                parameter=name,
                nearest=near,
            )
    return {name: _term(name, parameter, given.get(name)) for name, parameter in parameters.items()}


def kind_of(parameter: Parameter) -> tuple[str, str]:
    """Split the type of a parameter into its kind and the scheme it takes codes of.

    >>> kind_of(Parameter(type="code:sector", label="Sector"))
    ('code', 'sector')
    """
    kind, _, scheme = parameter.type.partition(":")
    return kind, codes.CONCEPT if kind == "concept" else scheme


def expand(name: str) -> URIRef:
    """Return the IRI of a prefixed name.

    >>> expand("concept:trust")
    rdflib.term.URIRef('https://w3id.org/cove/concept/trust')
    """
    prefix, _, local = name.partition(":")
    return URIRef(PREFIXES[prefix] + local)


def shortened(parameter: Parameter, text: str) -> str:
    """Return what a person would write for a term that a parameter was given.

    >>> shortened(
    ...     Parameter(type="code:sector", label="Sector"),
    ...     "https://w3id.org/cove/concept/sector/health-care",
    ... )
    'health-care'
    """
    kind, scheme = kind_of(parameter)
    if kind in {"code", "concept"}:
        known = codes.codes(scheme)
        code = text.rpartition("/")[2]
        return code if str(known.get(code)) == text else text
    if kind == "choice":
        return next(
            (word for word, iri in parameter.choices.items() if text == str(expand(iri))), text
        )
    return text.removeprefix(PREFIXES[kind]) if kind in THINGS else text


def _term(name: str, parameter: Parameter, value: object) -> Term:
    if parameter.any and value in (None, "", ANY):
        return expand(parameter.any)
    if value in (None, ""):
        value = parameter.default
    if value is None:
        raise ParameterError(
            f"parameter {name!r} is missing; give {parameter.label!r}", parameter=name
        )
    kind, _ = kind_of(parameter)
    return _TERMS[kind](name, parameter, value)


def _code(name: str, parameter: Parameter, value: object) -> Term:
    """Accept the notation of a code, its label in any case, or its IRI."""
    _, scheme = kind_of(parameter)
    text = str(value).strip()
    known = codes.codes(scheme)
    if text in known:
        return known[text]
    if (iri := URIRef(text)) in known.values():
        return iri
    for iri in known.values():
        if codes.label(iri).casefold() == text.casefold():
            return iri
    raise _unknown(name, text, CodeError(text, scheme=scheme, nearest=codes.nearest(scheme, text)))


def _unknown(name: str, text: str, error: CodeError) -> ParameterError:
    remedy = f"did you mean {', '.join(error.nearest)}?" if error.nearest else "see its choices"
    failure = ParameterError(
        f"parameter {name!r}: {text!r} is none of its choices; {remedy}",
        parameter=name,
        nearest=error.nearest,
    )
    failure.__cause__ = error
    return failure


def _choice(name: str, parameter: Parameter, value: object) -> Term:
    text = str(value).strip()
    for word, term in parameter.choices.items():
        if text in {word, term, str(expand(term))}:
            return expand(term)
    near = _closest(text, parameter.choices)
    raise ParameterError(
        f"parameter {name!r}: {text!r} is none of its choices; "
        f"use one of {_listed(parameter.choices)}",
        parameter=name,
        nearest=near,
    )


def _integer(name: str, parameter: Parameter, value: object) -> Term:
    if not _WHOLE.fullmatch(str(value)):
        raise ParameterError(
            f"parameter {name!r}: {value!r} is not a whole number; write digits only",
            parameter=name,
        )
    number = int(str(value))
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        bounds = f"from {low}" if high is None else f"from {low} to {high}"
        raise ParameterError(
            f"parameter {name!r}: {number} is out of bounds; give a number {bounds}",
            parameter=name,
        )
    return Literal(number)


def _text(_name: str, _parameter: Parameter, value: object) -> Term:
    return Literal(str(value))


def _iri(name: str, _parameter: Parameter, value: object) -> Term:
    text = str(value).strip()
    if not text.startswith(("http://", "https://")):
        raise ParameterError(
            f"parameter {name!r}: {text!r} is not an IRI; begin it with https://", parameter=name
        )
    return _written(name, text)


def _thing(name: str, parameter: Parameter, value: object) -> Term:
    """Accept the IRI of a thing, or what follows its kind in the IRI."""
    text = str(value).strip()
    start = PREFIXES[parameter.type]
    if "://" not in text:
        text = start + text.removeprefix(f"{parameter.type}/")
    if not text.startswith(start):
        raise ParameterError(
            f"parameter {name!r}: {text!r} is not the IRI of a {parameter.type}; "
            f"it begins with {start}",
            parameter=name,
        )
    return _written(name, text)


def _written(name: str, text: str) -> URIRef:
    """Refuse what cannot stand in an IRI before anything looks it up."""
    if _NO_IRI.search(text):
        raise ParameterError(
            f"parameter {name!r}: {text!r} is not an IRI; "
            'remove spaces and <>"{}|^`\\[], and write % as %25',
            parameter=name,
        )
    return URIRef(text)


_TERMS: dict[str, Callable[[str, Parameter, object], Term]] = {
    "choice": _choice,
    "code": _code,
    "concept": _code,
    "integer": _integer,
    "iri": _iri,
    "text": _text,
    **dict.fromkeys(THINGS, _thing),
}


def _closest(text: str, words: Iterable[str]) -> tuple[str, ...]:
    return tuple(get_close_matches(text, list(words), n=3, cutoff=0.5))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"
