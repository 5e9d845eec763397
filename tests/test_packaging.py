"""What a user installs holds everything that the checkout has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
DATA = {
    ".ttl",
    ".tsv",
    ".rq",
    ".jsonl",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".xml",
    ".jsonld",
    ".typed",
    ".md",
    ".ipynb",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", target, ROOT]
    subprocess.run(command, check=True)
    (built,) = target.glob("*.whl")
    return built


def test_the_wheel_holds_every_source_and_data_file(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "kg", "server", "ontology", "queries"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    wanted = {name for name in tracked if Path(name).suffix in DATA | {".py"}}
    assert len(wanted) > 250
    assert wanted <= set(ZipFile(wheel).namelist())


def test_the_installed_wheel_runs_outside_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    # The dependencies are those of this environment; what is tried is the wheel itself.
    target = tmp_path / "installed"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        target,
        wheel,
    ]
    subprocess.run(command, check=True)
    program = (
        "import kg, kg.cli, kg.codes, kg.ontology, server; print(kg.__file__); "
        "assert len(kg.codes.codes('sector')) == 21; assert len(kg.ontology.core()) > 1000; "
        "kg.cli.cove(['--help'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(target)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert str(target) in done.stdout
    assert "Usage:" in done.stdout
