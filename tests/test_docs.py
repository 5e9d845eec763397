"""What the documentation names is there: files, commands, questions, addresses."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from kg.cli import cove
from kg.questions import questions
from server import create_app

ROOT = Path(__file__).parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "queries/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "server" / "guides").glob("*.md")),
]
STAND_INS = {"<id>": "a2", "<name>": "claims", "/N": "/1", "/ID": "/1", "NAME": "name", "…": "x"}
OF_OTHERS = {"engines.md"}  # tells the addresses of other servers
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))


def code_of(text: str) -> Iterator[str]:
    """Give the lines of the blocks of shell, and what stands in backticks elsewhere."""
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from block.replace("\\\n", " ").splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


def commands_of(text: str) -> Iterator[list[str]]:
    """Give the words of each call of cove."""
    for code in code_of(text):
        for call in re.split(r"&&|\|\||[|;]", code.partition(" # ")[0]):
            if found := re.match(r"\s*(?:\S*/)?cove (.*)", call):
                yield shlex.split(re.sub(r"[<>].*|[“”…]", "", found[1]))


@every_page
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    # Guides are served without their suffix, and name one another so.
    missing = [
        target
        for target in targets
        if not target.startswith("/")
        and not any((page.parent / name).exists() for name in (target, f"{target}.md"))
    ]
    assert missing == []


@every_page
def test_every_command_is_there_with_its_options(page: Path) -> None:
    wrong = [
        words for words in commands_of(page.read_text(encoding="utf-8")) if not is_known(words)
    ]
    assert wrong == []


def is_known(words: list[str]) -> bool:
    """Tell whether a call names a command, its options, and a question where one belongs."""
    command: click.Command = cove
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        found = command.commands.get(words[0])
        if found is None:
            return False
        command, words = found, words[1:]
    context = click.Context(command, help_option_names=["-h", "--help"])
    options = {name for each in command.get_params(context) for name in each.opts}
    given = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
    named = words[0] if words and command is cove.commands["query"] else "NAME"
    is_question = not re.fullmatch(r"[a-z-]+", named) or named in questions()
    return given <= options and is_question


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name not in OF_OTHERS], ids=lambda page: page.stem
)
def test_every_address_is_answered(page: Path, tmp_path: Path) -> None:
    app = create_app({"home": tmp_path})
    adapter = app.url_map.bind("localhost")
    unknown = []
    for code in code_of(page.read_text(encoding="utf-8")):
        if not re.fullmatch(r"/[A-Za-z.].*", code) or "/inferred" in code:
            continue
        path = code.partition("?")[0]
        for stand_in, name in STAND_INS.items():
            path = path.replace(stand_in, name)
        try:
            adapter.match(path, method="POST" if path in {"/q", "/update"} else "GET")
        except RequestRedirect:
            pass
        except HTTPException:
            unknown.append(code)
    app.extensions["answering"].close()
    assert unknown == []


def test_the_notebook_line_of_the_readme_asks_a_question_of_the_library() -> None:
    asked = re.findall(r'\.question\("([a-z-]+)"', (ROOT / "README.md").read_text("utf-8"))
    assert asked
    assert set(asked) <= set(questions())


def test_the_documentation_has_commands_and_addresses_to_look_at() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    assert sum(len(list(commands_of(text))) for text in texts) > 70
    assert sum(len(re.findall(r"`/[a-z]", text)) for text in texts) > 30
