"""The house: what may import what, what stays light, and what is never written down."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("corpus", "taxonomy", "reproduce", "explorer")
HEAVY = {"torch", "transformers", "peft", "streamlit", "plotly"}

WALK = """
import importlib, pkgutil, sys
for room in ("corpus", "taxonomy"):
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, f"{room}."):
        importlib.import_module(module.name)
print(*sorted(name for name in sys.modules if "." not in name))
"""

HELP = """
import sys
sys.argv = ["codepeft", "--help"]
from explorer.cli import main
try:
    main()
except SystemExit:
    print(*sorted(name for name in sys.modules if "." not in name), file=sys.stderr)
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the checkout."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def test_reading_the_corpus_loads_nothing_heavy():
    """In a fresh process, every module of corpus and taxonomy comes without torch and without Streamlit."""
    done = run(sys.executable, "-c", WALK)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {"corpus", "taxonomy", "pydantic", "sqlmodel", "networkx"} <= loaded
    assert loaded & HEAVY == set()


def test_help_loads_nothing_that_is_slow():
    """In a fresh process, `codepeft --help` comes without any of the large libraries."""
    done = run(sys.executable, "-c", HELP)
    loaded = set(done.stderr.split())
    assert "typer" in loaded, done.stderr
    assert "Commands:" in done.stdout
    assert loaded & (HEAVY | {"pandas", "networkx", "sqlmodel", "sqlalchemy"}) == set()


def test_imports_go_one_way():
    """The import linter finds every contract kept."""
    program = Path(sys.executable).with_name("lint-imports")
    if not program.exists():
        pytest.skip("import-linter is not installed beside this Python")
    done = run(str(program))
    assert done.returncode == 0, done.stdout
    assert re.search(r"Contracts: \d+ kept, 0 broken", done.stdout)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_no_test(room):
    """What ships never reaches into the tests or the benchmarks."""
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not {name.split(".")[0] for name in names} & {"tests", "benchmarks", "pytest", "hypothesis"}, path


def tracked_files() -> list[Path]:
    """Return the files that version control knows, or none where there is no version control."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return []
    return [ROOT / name for name in run("git", "ls-files", "-z").stdout.split("\0") if name]


def test_no_file_names_a_developers_machine():
    """No tracked text file holds a path of somebody's home or working folder."""
    files = [path for path in tracked_files() if path.is_file()]
    if not files:
        pytest.skip("not a checkout")
    machines = re.compile(rb"(?<![\w./~-])/(?:work|root|home|Users|mnt|tmp/convert)/\w|\b[A-Z]:\\Users\\")
    found = {}
    for path in files:
        content = path.read_bytes()
        match = None if b"\0" in content[:8192] else machines.search(content)
        if match:
            found[str(path.relative_to(ROOT))] = match.group().decode()
    assert found == {}


def test_every_test_says_what_it_shows():
    """Each test's docstring is a sentence on one line that states the behaviour."""
    wanting = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                words = ast.get_docstring(node) or ""
                if "\n" in words or not words.endswith(".") or len(words.split()) < 4:
                    wanting.append(f"{path.name}: {node.name}")
    assert wanting == []
