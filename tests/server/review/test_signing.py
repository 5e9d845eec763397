"""Signing in: by whom, with what, until when, and what other sites cannot do."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from kg.accounts import Accounts, Role, Users
from kg.audit import read_audit

PASSWORD = "a made password"


def test_who_is_not_signed_in_is_led_to_the_door_and_back(visitor: Any) -> None:
    page = visitor.get("/review/new?x=1")
    assert visitor.path.startswith("/review/sign-in?next=")
    assert "Sign in" in page
    page = visitor.post("/review/sign-in", name="rita", password=PASSWORD, next="/review/new?x=1")
    assert visitor.path == "/review/new?x=1"
    assert "Open a review" in page


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/review", "/\\evil.example", "javascript:alert(1)"],
)
def test_signing_in_leads_to_no_other_site(visitor: Any, target: str) -> None:
    visitor.get("/review/sign-in")
    visitor.post("/review/sign-in", name="rita", password=PASSWORD, next=target)
    assert visitor.path == "/review"


@pytest.mark.parametrize(
    ("name", "password"), [("rita", "a wrong password"), ("nobody", PASSWORD), ("", "")]
)
def test_what_is_wrong_lets_nobody_in_and_says_no_more(
    visitor: Any, home: Path, name: str, password: str
) -> None:
    page = visitor.sign_in(name, password)
    assert visitor.status == 403
    assert "No user has this name and this password." in page
    assert f'value="{name}"' in page
    assert "cove_session" not in visitor.cookies
    assert read_audit(home)[-1].outcome == "refused"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Any, server: Any) -> None:
    visitor.get("/review/sign-in")
    body = f"token={visitor.token}&name=rita&password={PASSWORD.replace(' ', '+')}".encode()
    headers = {
        "Cookie": f"cove_visit={visitor.cookies['cove_visit']}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = server.ask("POST", "/review/sign-in", body, headers)
    assert answer.status == 303
    cookies = answer.headers["set-cookie"]
    assert "HttpOnly" in cookies
    assert "SameSite=Lax" in cookies
    assert answer.headers["cache-control"] == "no-store"
    assert "Cookie" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers


def test_a_number_is_made_anew_when_somebody_signs_in(visitor: Any) -> None:
    visitor.cookies["cove_session"] = "x" * 43  # put there by somebody else
    visitor.sign_in("rita")
    first = visitor.cookies["cove_session"]
    assert first != "x" * 43
    visitor.get("/review/password")
    other = type(visitor)(visitor.server, dict(visitor.cookies))
    other.get("/review/sign-in")
    assert other.path == "/review", "the session holds wherever its cookie is"


def test_signing_out_ends_the_session_and_not_only_the_cookie(visitor: Any) -> None:
    visitor.sign_in("rita")
    kept = dict(visitor.cookies)
    visitor.post("/review/sign-out")
    assert "cove_session" not in visitor.cookies
    visitor.cookies = kept
    visitor.get("/review")
    assert visitor.path.startswith("/review/sign-in")


def test_a_form_without_its_token_does_nothing(visitor: Any) -> None:
    visitor.sign_in("rita")
    for token in ("", "x", "0" * 64):
        visitor.token = token
        page = visitor.post("/review/new", title="Forged")
        assert visitor.status == 403
        assert "too old, or not from here" in page
    assert "Forged" not in visitor.get("/review")


def test_a_form_of_another_site_does_nothing_even_with_a_token(visitor: Any) -> None:
    visitor.sign_in("rita")
    visitor.headers["Sec-Fetch-Site"] = "cross-site"
    visitor.post("/review/new", title="Forged")
    assert visitor.status == 403


def test_the_token_of_one_session_is_none_of_another(people: Any, visitor: Any) -> None:
    people["rolf"].get("/review/new")
    visitor.sign_in("rita")
    visitor.token = people["rolf"].token
    visitor.post("/review/new", title="Forged")
    assert visitor.status == 403


def test_what_was_typed_when_the_session_ended_is_shown_again(visitor: Any) -> None:
    visitor.sign_in("rita")
    visitor.get("/review/new")
    del visitor.cookies["cove_session"]
    page = visitor.post("/review/new", title="A title <typed> slowly")
    assert visitor.status == 401
    assert "A title &lt;typed&gt; slowly" in page
    kept = unescape(re.findall(r'name="kept" value="([^"]*)"', page)[0])
    page = visitor.post("/review/sign-in", name="rita", password="wrong", kept=kept)
    assert "No user has this name" in page
    assert "A title &lt;typed&gt; slowly" in page
    page = visitor.post("/review/sign-in", name="rita", password=PASSWORD, kept=kept)
    assert '<form method="post" action="/review/new">' in page
    assert 'name="title" value="A title &lt;typed&gt; slowly"' in page
    visitor.post("/review/new", title="A title <typed> slowly")
    assert visitor.path == "/review/a-title-typed-slowly/"


@pytest.mark.parametrize("kept", ["", "x", '{"path":"https://evil.example/review","fields":[]}'])
def test_what_was_kept_goes_to_no_other_site(visitor: Any, kept: str) -> None:
    visitor.get("/review/sign-in")
    page = visitor.post("/review/sign-in", name="rita", password=PASSWORD, kept=kept)
    assert visitor.path == "/review"
    assert "evil" not in page


def test_a_form_to_sign_in_that_is_too_old_is_told(visitor: Any) -> None:
    visitor.get("/review/sign-in")
    visitor.cookies.clear()
    page = visitor.post("/review/sign-in", name="rita", password=PASSWORD)
    assert visitor.status == 403
    assert "too old" in page


def test_a_password_is_changed_by_who_knows_the_old_one(visitor: Any, home: Path) -> None:
    Users(home).add("paula", Role.READER, PASSWORD)
    visitor.sign_in("paula")
    elsewhere = type(visitor)(visitor.server)
    elsewhere.sign_in("paula")
    visitor.get("/review/password")
    for old, new, again, told in (
        ("wrong", "a new password", "a new password", "not the password that you have"),
        (PASSWORD, "a new password", "a nev password", "typed in two ways"),
        (PASSWORD, "short", "short", "12 to"),
    ):
        assert told in visitor.post("/review/password", old=old, new=new, again=again)
        assert visitor.status == 422
    visitor.post("/review/password", old=PASSWORD, new="a new password", again="a new password")
    assert visitor.path == "/review"
    elsewhere.get("/review")
    assert elsewhere.path.startswith("/review/sign-in"), "other sessions have ended"
    assert elsewhere.sign_in("paula", "a new password")
    assert elsewhere.status == 200


def test_guessing_has_to_wait(home: Path, run_server: Any, visitor: Any) -> None:
    with run_server(home, workers=1, client_errors=3) as server:
        guesser = type(visitor)(server)
        statuses = []
        for _ in range(6):
            guesser.sign_in("rolf", "a wrong password")
            statuses.append(guesser.status)
    assert statuses[:3] == [403, 403, 403]
    assert statuses[-1] == 429


def asked(
    server: Any, method: str, path: str, token: str, *, body: str = "", cookie: str = ""
) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if cookie:
        headers["Cookie"] = cookie
    return server.ask(method, path, body.encode() if body else None, headers)


def test_a_program_works_at_a_review_by_the_token_of_a_user(
    visitor: Any, server: Any, home: Path
) -> None:
    accounts = Accounts(home)
    _, rita = accounts.create("rita", Role.REVIEWER)
    _, reads = accounts.create("rita", Role.READER)
    _, stranger = accounts.create("nobody-here", Role.CURATOR)
    opened = asked(server, "POST", "/review/new", rita, body="title=Made+by+a+program")
    assert opened.status == 303
    place = opened.headers["location"]
    assert asked(server, "GET", place, rita).status == 200
    protocol = f"{place}protocol"
    assert asked(server, "GET", protocol, reads).status == 200
    assert asked(server, "POST", protocol, reads, body="title=No").status == 403
    assert asked(server, "GET", place, stranger).status == 403
    assert asked(server, "GET", place, "cove_none_0000").status == 401
    export = asked(server, "GET", f"{place}export/flow.csv", rita)
    assert export.body.startswith(b"data,description,n")
    # a cookie beside a token that is none lets nobody in, and its own forms keep their field
    visitor.sign_in("rita")
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    sent = {"body": "title=Forged", "cookie": cookie}
    assert asked(server, "POST", "/review/new", "cove_none_0000", **sent).status == 401
    assert asked(server, "POST", "/review/password", rita, body="old=a").status == 403
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    for more in ({}, {"Authorization": "Basic cml0YTpyaXRh"}):
        answer = server.ask("POST", "/review/new", b"title=Forged", {**headers, **more})
        assert answer.status == 403
