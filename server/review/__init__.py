"""The reviewer's bench: the pages under /review, for people who sign in.

`entrance` knows who comes in; each other module is one thing that a reviewer does, with its
templates in templates/review/. A view is `@BLUEPRINT.get("/<slug>/flow")`, `@entered(Role.READER)`,
`def flow(desk: Desk) -> Response`; it reads with `desk.reading()`, writes with `desk.writing()`,
and shows `page("flow.html", desk, …)`, a template that extends review/base.html.
"""

from __future__ import annotations

from server.review import (
    appraising,
    cases,
    coding,
    comparing,
    correcting,
    duplicates,
    flow,
    history,
    importing,
    overview,
    projects,
    proposing,
    publishing,
    reports,
    screening,
    searches,
    sheets,
    signing,
)
from server.review.entrance import BLUEPRINT

__all__ = [
    "BLUEPRINT",
    "appraising",
    "cases",
    "coding",
    "comparing",
    "correcting",
    "duplicates",
    "flow",
    "history",
    "importing",
    "overview",
    "projects",
    "proposing",
    "publishing",
    "reports",
    "screening",
    "searches",
    "sheets",
    "signing",
]
