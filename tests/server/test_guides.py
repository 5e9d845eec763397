"""The guides are shown as they are written, and everything in them that can be run is run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from flask.testing import FlaskClient
from markdown_it import MarkdownIt
from nbclient import NotebookClient

from kg.store import Home
from server import create_app
from server.guides import GUIDES, source

if TYPE_CHECKING:
    from tests.server.conftest import Running

_WRITTEN = "http://127.0.0.1:8000"
# What one block exports, the next one has, as in a shell that stays open.
_SHELL = "[ ! -f .exported ] || . ./.exported\n{text}\nexport -p > .exported"
_LANGUAGES = {"sh": ("bash", "-euc"), "python": (sys.executable, "-c")}


@dataclass(frozen=True)
class Block:
    """Something to run, and what the guide says that it prints, if it says so."""

    language: str
    text: str
    expected: str | None


def blocks(name: str) -> list[Block]:
    fences = [
        token for token in MarkdownIt("js-default").parse(source(name)) if token.type == "fence"
    ]
    following = [*fences[1:], None]
    return [
        Block(fence.info, fence.content, after.content if after and after.info == "text" else None)
        for fence, after in zip(fences, following, strict=True)
        if fence.info in _LANGUAGES
    ]


RUN = [name for name in GUIDES if name != "coding"]  # it is about one file, and runs nothing


@pytest.fixture(scope="module")
def server(
    corpus_home: Home, run_server: Callable[..., AbstractContextManager[Running]]
) -> Iterator[Running]:
    with run_server(corpus_home.path) as running:
        yield running


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> Iterator[FlaskClient]:
    app = create_app({"home": corpus_home.path, "workers": 1})
    with app.test_client() as found:
        yield found
    app.extensions["answering"].close()


@pytest.mark.parametrize("name", RUN)
def test_a_guide_does_what_it_says(
    server: Running, corpus_home: Home, tmp_path: Path, name: str
) -> None:
    found = blocks(name)
    assert len(found) >= 3
    environment = {
        **os.environ,
        "COVE_HOME": str(corpus_home.path),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for block in found:
        text = block.text.replace(_WRITTEN, f"http://127.0.0.1:{server.port}")
        if block.language == "sh":
            text = _SHELL.format(text=text)
        command = [*_LANGUAGES[block.language], text]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        printed = done.stdout or done.stderr
        assert done.returncode in {0, 2}, f"{block.text}\n{done.stderr}"
        if block.expected is None:
            assert done.returncode == 0, f"{block.text}\n{done.stderr}"
        else:
            assert is_as_expected(printed, block.expected), f"{block.text}\n{printed}"


def is_as_expected(printed: str, expected: str) -> bool:
    """Tell whether lines are those expected, an ellipsis standing for anything."""
    lines, wanted = printed.splitlines(), expected.splitlines()
    return len(lines) == len(wanted) and all(
        fnmatchcase(line.rstrip(), re.sub(r"([\[?*])", r"[\1]", want).replace("…", "*").rstrip())
        for line, want in zip(lines, wanted, strict=True)
    )


def test_an_ellipsis_stands_for_anything_and_nothing_else_does() -> None:
    assert is_as_expected("a 1\nb\n", "a …\nb\n")
    assert not is_as_expected("a 1\nc\n", "a …\nb\n")
    assert not is_as_expected("a 1\nb\nc\n", "a …\nb\n")
    assert not is_as_expected("ax", "a*")


def test_the_notebook_runs_from_top_to_bottom(corpus_home: Home, tmp_path: Path) -> None:
    notebook = nbformat.reads(
        files("server.guides").joinpath("notebook.ipynb").read_text("utf-8"), as_version=4
    )
    assert not [cell for cell in notebook.cells if cell.get("outputs")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COVE_HOME", str(corpus_home.path))
        patch.setenv("IPYTHONDIR", str(tmp_path))
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    ran = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(ran) >= 7
    assert all(cell.execution_count for cell in ran)


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_a_page_with_one_heading_and_anchors(client: FlaskClient, name: str) -> None:
    page = client.get(f"/guide/{name}").text
    assert page.count("<h1") == 1
    headings = re.findall(r"<h[23]( id=\"[a-z-]+\")?>", page)
    assert all(headings)


def test_every_link_of_the_guides_leads_somewhere(client: FlaskClient) -> None:
    links = set()
    for path in ("/guide", *(f"/guide/{name}" for name in GUIDES)):
        page = client.get(path).text
        links |= set(re.findall(r'href="(/?[a-z][^":]*)"', page))
    assert len(links) > 15
    for link in links:
        path = link if link.startswith("/") else f"/guide/{link}"
        response = client.get(path, headers={"Accept": "*/*"}, follow_redirects=True)
        assert response.status_code == 200, link
