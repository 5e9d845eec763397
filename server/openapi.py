"""The OpenAPI description of the questions, made from their headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version

from kg import codes
from kg.questions import Column, Parameter, Question, questions
from kg.questions.parameters import THINGS, kind_of
from server.config import Settings
from server.questions import DATA

__all__ = ["describe"]

Node = dict[str, object]

_IRI = "^(https?://[a-z0-9.-]+/[A-Za-z0-9/._~-]+)?$"
_SLUG = "^([A-Za-z0-9][A-Za-z0-9/._~-]*)?$"

_ROW_TYPES: Mapping[str, str] = {
    "boolean": "boolean",
    "count": "integer",
    "integer": "integer",
    "number": "number",
    "year": "integer",
}


def describe(settings: Settings) -> Node:
    """Return the OpenAPI 3.1 document of the addresses under /api."""
    paths: Node = {
        "/api/openapi.json": {"get": _openapi()},
        "/api/questions": {"get": _library()},
        "/api/questions/{name}/choices/{parameter}": {"get": _choices()},
    }
    for one in questions().values():
        paths[f"/api/questions/{one.name}"] = {"get": _operation(one)}
        paths[f"/api/questions/{one.name}/works"] = {"get": _works(one)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "CoVE: questions to the evidence on co-production and value",
            "version": version("cove-kg"),
            "description": (
                "Every question of the library as one address. An answer is complete or an error; "
                f"a question is ended after {settings.query_seconds:g} seconds."
            ),
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in _tags()],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _problem(), **_code_lists()},
            "responses": _failures(),
        },
    }


def _tags() -> list[str]:
    return sorted({tag for one in questions().values() for tag in one.header.tags} | {"library"})


def _operation(one: Question) -> Node:
    header = one.header
    return {
        "operationId": one.name,
        "summary": header.summary,
        "description": f"{header.description}\n\n{header.caution}",
        "tags": list(header.tags),
        "parameters": [
            *(_parameter(name, about) for name, about in header.parameters.items()),
            *_window(),
        ],
        "responses": {"200": _answer(one), **_refusals()},
    }


def _works(one: Question) -> Node:
    header = one.header
    return {
        "operationId": f"{one.name}-works",
        "summary": f"The works behind the answer: {header.summary}",
        "tags": list(header.tags),
        "parameters": [_parameter(name, about) for name, about in header.parameters.items()],
        "responses": {"200": _listing("works", "work"), **_refusals()},
    }


def _parameter(name: str, about: Parameter) -> Node:
    return {
        "name": name,
        "in": "query",
        "required": about.is_required,
        "description": _said(name, about),
        "schema": _schema(about),
    }


def _said(name: str, about: Parameter) -> str:
    kind, scheme = kind_of(about)
    told = {
        "code": f"A code of the scheme {scheme}, its label or its IRI.",
        "concept": "The notation of a concept, its label or its IRI.",
        "iri": "An IRI.",
        "text": "Any text.",
    }.get(kind, f"The IRI of a {kind}, or what follows {kind}/ in it." if kind in THINGS else "")
    left_out = " Without it there is no restriction." if about.any else ""
    found = f" See its choices at /api/questions/{{name}}/choices/{name}." if kind in THINGS else ""
    return f"{about.label}. {told}{left_out}{found}".strip()


def _schema(about: Parameter) -> Node:
    kind, scheme = kind_of(about)
    schema: Node = {"type": "string"}
    if kind in {"code", "concept"}:
        return {"$ref": f"#/components/schemas/{scheme}"} | _default(about)
    if kind == "integer":
        schema = {"type": "integer"}
        if about.minimum is not None:
            schema["minimum"] = about.minimum
        if about.maximum is not None:
            schema["maximum"] = about.maximum
    elif kind == "choice":
        schema["enum"] = ["", *about.choices]
    elif kind == "iri":
        schema["pattern"] = _IRI
    elif kind in THINGS:
        schema["pattern"] = _SLUG
    return schema | _default(about)


def _default(about: Parameter) -> Node:
    return {} if about.default is None else {"default": about.default}


def _code_lists() -> Node:
    """Describe each scheme that a parameter takes codes of; the empty text leaves it open."""
    kinds = (kind_of(p) for one in questions().values() for p in one.header.parameters.values())
    schemes = {scheme for kind, scheme in kinds if kind in {"code", "concept"}}
    return {
        scheme: {"type": "string", "enum": ["", *codes.codes(scheme)]} for scheme in sorted(schemes)
    }


def _window() -> list[Node]:
    return [
        {
            "name": "limit",
            "in": "query",
            "description": "At most how many rows; without it all.",
            "schema": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        },
        {
            "name": "offset",
            "in": "query",
            "description": "How many rows to leave out at the start.",
            "schema": {"type": "integer", "minimum": 0, "maximum": 1_000_000, "default": 0},
        },
    ]


def _answer(one: Question) -> Node:
    properties = {name: _column(one, name) for name in one.variables}
    row = {"type": "object", "properties": properties, "required": list(properties)}
    document = {
        "type": "object",
        "required": ["question", "summary", "caution", "parameters", "query", "rows"],
        "properties": {
            "question": {"const": one.name},
            "summary": {"type": "string"},
            "caution": {"type": "string"},
            "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
            "query": {"type": "string"},
            "rows": {"type": "array", "items": row},
        },
    }
    content: Node = {media_type: {"schema": {}} for media_type in DATA.values()}
    content["application/json"] = {"schema": document}
    return {"description": "The answer.", "content": content}


def _column(one: Question, name: str) -> Node:
    columns = one.header.columns
    about = columns.get(name) or Column("text", columns[name.removesuffix("Label")].title)
    return {"type": [_ROW_TYPES.get(about.type, "string"), "null"], "title": about.title}


def _openapi() -> Node:
    content = {"application/vnd.oai.openapi+json": {"schema": {"type": "object"}}}
    return {
        "operationId": "openapi",
        "summary": "This description.",
        "tags": ["library"],
        "responses": {"200": {"description": "It.", "content": content}, **_refusals()},
    }


def _library() -> Node:
    return {
        "operationId": "questions",
        "summary": "The questions of the library, or those that hold some words.",
        "tags": ["library"],
        "parameters": [_words()],
        "responses": {"200": _listing("questions", "summary"), **_refusals()},
    }


def _choices() -> Node:
    name = {"enum": list(questions())}
    return {
        "operationId": "choices",
        "summary": "What a parameter can be given, by the words typed so far.",
        "description": "All codes of a scheme; of things in the graph the first 20 by name.",
        "tags": ["library"],
        "parameters": [
            {"name": "name", "in": "path", "required": True, "schema": name},
            {"name": "parameter", "in": "path", "required": True, "schema": {"type": "string"}},
            _words(),
        ],
        "responses": {"200": _listing("choices", "value"), **_refusals()},
    }


def _words() -> Node:
    return {
        "name": "q",
        "in": "query",
        "description": "Words to find.",
        "schema": {"type": "string"},
    }


def _listing(name: str, key: str) -> Node:
    item = {"type": "object", "required": [key], "properties": {key: {"type": "string"}}}
    array = {"type": "array", "items": item}
    schema = {"type": "object", "required": [name], "properties": {name: array}}
    return {
        "description": f"The {name}.",
        "content": {"application/json": {"schema": schema}},
    }


def _refusals() -> Node:
    return {code: {"$ref": f"#/components/responses/{name}"} for code, name, _ in _failed()}


def _failures() -> Node:
    content = {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        "text/html": {"schema": {"type": "string"}},
    }
    return {name: {"description": told, "content": content} for _, name, told in _failed()}


def _failed() -> Iterator[tuple[str, str, str]]:
    yield "400", "Refused", "A parameter is wrong; `parameter` names it, `nearest` what is near."
    yield "404", "Unknown", "There is no such question or parameter."
    yield "406", "NotAcceptable", "There is no such format; `available` lists those there are."
    yield "429", "Spent", "The budget of the client is spent; come back after `Retry-After`."
    yield "503", "Unavailable", "The question took too long, or the server is busy."


def _problem() -> Node:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "instance": text,
            "parameter": text,
            "nearest": {"type": "array", "items": text},
        },
    }
