"""A browser that reads the site over the whole corpus, and tells of all that goes wrong in it.

A test takes `page`. It fails when the page writes an error to the console, breaks its
Content-Security-Policy, throws, asks another site for anything, or gets an answer that is an
error. Faults that a test provokes it takes from `faults`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, sync_playwright

from kg.descriptions import facts_of
from kg.ingest import Outcome
from kg.search import index_of
from kg.store import Home

ROOT = Path(__file__).parents[2]
SHOTS = Path(os.environ.get("COVE_SHOTS", Path(__file__).parent / "shots"))
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("COVE_CHROMIUM") or shutil.which("chromium")
# Nothing but what a test asks for: no sandbox for root, no GPU, no calls of the browser's own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium once; COVE_BROWSER=required fails where there is none."""
    if not CHROMIUM or not AXE.exists():
        missing = (
            "axe-core from npm (make setup)" if CHROMIUM else "chromium (apt install chromium)"
        )
        message = f"the browser tests need {missing}"
        if os.environ.get("COVE_BROWSER") == "required":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def site(
    built: tuple[Path, Outcome], run_server: Callable[..., AbstractContextManager[object]]
) -> Iterator[str]:
    """Run a server over the corpus, with what the first visitor would wait for: where it is."""
    home = Home(built[0])
    index_of(home, home.info().number)
    facts_of(home, home.info().number)
    with run_server(built[0], workers=2, client_seconds=10_000) as server:
        yield f"http://127.0.0.1:{server.port}"  # type: ignore[attr-defined]


@pytest.fixture
def faults() -> list[str]:
    """Collect what goes wrong in the page; a test that provokes a fault takes it out."""
    return []


@pytest.fixture
def page(browser: Browser, site: str, faults: list[str]) -> Iterator[Page]:
    """Open a page on a desk, in light colours, with JavaScript."""
    with _opened(browser, site, faults) as opened:
        yield opened
    assert faults == []


@pytest.fixture
def plain_page(browser: Browser, site: str, faults: list[str]) -> Iterator[Page]:
    """Open a page in a browser with JavaScript off."""
    with _opened(browser, site, faults, java_script_enabled=False) as opened:
        yield opened
    assert faults == []


@pytest.fixture
def open_page(
    browser: Browser, faults: list[str]
) -> Iterator[Callable[[str], AbstractContextManager[Page]]]:
    """Give what opens a page of another server than that over the corpus."""
    yield lambda address: _opened(browser, address, faults)
    assert faults == []


@contextmanager
def _opened(browser: Browser, site: str, faults: list[str], **options: object) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site,
        viewport=DESK,  # type: ignore[arg-type]  # a mapping is a ViewportSize
        color_scheme="light",
        reduced_motion="reduce",
        **options,  # type: ignore[arg-type]  # what new_context takes
    )
    context.set_default_timeout(30_000)

    def guard(route: Route) -> None:
        address = route.request.url
        if address.startswith((f"{site}/", "data:", "blob:")):
            route.continue_()
        else:
            faults.append(f"asked another site: {address}")
            route.abort()

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            faults.append(f"{message.type} in the console: {message.text}")

    def fail(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # left for the next page, or kept as a file
            faults.append(f"failed: {request.url} {request.failure}")

    opened = context.new_page()
    opened.route("**/*", guard)
    opened.on("console", hear)
    opened.on("pageerror", lambda error: faults.append(f"exception: {error}"))
    opened.on("requestfailed", fail)
    try:
        yield opened
    finally:
        context.close()


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[[Page], None]:
    """Give what looks through a page with axe-core, in light colours and in dark."""
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.evaluate(source)  # the developer tools' door: the page's policy does not bind it
        found = [
            f"{scheme}: {violation['id']} ({violation['help']}) at {node['target']}: "
            f"{' '.join(node['failureSummary'].split())}"
            for scheme, options in _LOOKS
            for violation in _violations(page, scheme, options)
            for node in violation["nodes"][:4]
        ]
        page.emulate_media(color_scheme="light")
        assert found == [], page.url

    return check


# Colours are all that differs in the dark.
_LOOKS: tuple[tuple[str, dict[str, object]], ...] = (
    ("light", {}),
    ("dark", {"runOnly": {"type": "rule", "values": ["color-contrast"]}}),
)


def _violations(page: Page, scheme: str, options: dict[str, object]) -> list[dict[str, object]]:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of _LOOKS
    script = "async options => (await axe.run(document, options)).violations"
    found: list[dict[str, object]] = page.evaluate(
        script, {"resultTypes": ["violations"], **options}
    )
    return found


@pytest.fixture(scope="session")
def shoot() -> Callable[[Page, str], None]:
    """Give what keeps a picture of a page, as desk or phone shows it: tests/browser/shots."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str, *, phone: bool = False, dark: bool = False) -> None:
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size(PHONE if phone else DESK)  # type: ignore[arg-type]  # as above
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
        page.set_viewport_size(DESK)  # type: ignore[arg-type]  # as above
        page.emulate_media(color_scheme="light")

    return keep
