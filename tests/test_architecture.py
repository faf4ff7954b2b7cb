"""The house keeps its shape: imports point downward, pieces stay small, set-up holds no address of one machine."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 250
LONGEST_FUNCTION = 40
EMPTY_NAMES = re.compile(r"(Model|Service|Manager|Helper|Util|Utils)$")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
LOCKS = ("requirements.lock", "requirements-test.lock", "web/assets/requirements.lock")

#: One line a contract that must break it, in a module where the import would be wrong.
TRESPASSES = {
    "HTTP uses the engine, never the other way round": ("workflow/clock.py", "import web"),
    "Inside workflow an arrow never points up": ("workflow/engine/calendar.py", "import workflow.store.base"),
    "Blueprints do not import each other": ("web/inbox/__init__.py", "import web.cases"),
    "Flask and the rest of HTTP live in web": ("workflow/store/base.py", "import flask"),
    "SQLAlchemy lives below the web and beside the pure parts": ("workflow/engine/calendar.py", "import sqlalchemy"),
    "transitions lives in engine.machine": ("workflow/engine/routing.py", "import transitions"),
    "WeasyPrint lives in documents": ("workflow/store/base.py", "import weasyprint"),
    "PDFium lives in documents.pictures": ("workflow/store/base.py", "import pypdfium2"),
    "What signs papers and draws their code lives in documents": ("workflow/store/base.py", "import pyhanko"),
    "pikepdf lives in documents": ("workflow/store/base.py", "import pikepdf"),
    "DBOS lives in store.jobs and the worker": ("workflow/store/session.py", "import dbos"),
    "What calls outside lives in notices": ("workflow/operations/informing/telling.py", "import urllib3"),
    "prometheus_client lives in measures": ("workflow/store/base.py", "import prometheus_client"),
    "Click lives in the command line": ("workflow/store/base.py", "import click"),
    "YAML is read by the definition loader, the documents and the import": (
        "workflow/engine/routing.py",
        "import yaml",
    ),
}


def sources() -> list[Path]:
    """Our own modules; migrations are written by a generator."""
    found = [path for top in ("workflow", "web") for path in sorted((ROOT / top).rglob("*.py"))]
    return [path for path in found if not {"migrations", "node_modules"} & set(path.parts)]


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Each module with its syntax tree."""
    for path in sources():
        yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def lint(folder: Path) -> str:
    """What import-linter says about a tree."""
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False).stdout


@pytest.fixture(scope="session")
def trespassed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says when every forbidden import is planted."""
    copy = tmp_path_factory.mktemp("trespass")
    ignored = shutil.ignore_patterns("node_modules", "static", "__pycache__")
    for top in ("workflow", "web"):
        shutil.copytree(ROOT / top, copy / top, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for blueprint in ("inbox", "cases"):
        (copy / "web" / blueprint).mkdir(exist_ok=True)
        (copy / "web" / blueprint / "__init__.py").touch()
    for module, line in TRESPASSES.values():
        with (copy / module).open("a", encoding="utf-8") as stream:
            stream.write(f"\n{line}\n")
    return lint(copy)


@pytest.mark.parametrize("name", [contract["name"] for contract in CONTRACTS])
def test_each_import_contract_catches_a_trespass(trespassed: str, name: str) -> None:
    assert re.search(rf"^{re.escape(name)} BROKEN", trespassed, re.MULTILINE), trespassed


def test_every_blueprint_is_under_the_contract() -> None:
    contract = next(each for each in CONTRACTS if each["name"] == "Blueprints do not import each other")
    named = set(re.findall(r"\((\w+)\)", " ".join(contract["layers"])))
    assert {path.parent.name for path in (ROOT / "web").glob("*/views.py")} <= named


def test_no_file_is_too_long() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in sources()}
    assert {name: count for name, count in long.items() if count > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    lengths = {}
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body:
                    lengths[f"{path}:{node.name}"] = (body[-1].end_lineno or 0) - body[0].lineno + 1
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_a_class_is_named_for_what_it_is() -> None:
    names = [
        f"{path}:{node.name}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and EMPTY_NAMES.search(node.name) and node.name != "BaseModel"
    ]
    assert names == []


def test_definitions_hold_data_only() -> None:
    kinds = {path.suffix for path in (ROOT / "definitions").rglob("*") if path.is_file()}
    assert kinds <= {".yaml", ".html", ".css", ".txt", ".json", ".svg"}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_everything_by_hash_and_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-|--)\w|@ file", re.sub(r"^\s+--hash=.*$", "", text, flags=re.MULTILINE), re.MULTILINE)
    for entry in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert re.match(r"[a-z0-9._-]+==[^\s;]+", entry), entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]


def test_tests_run_on_the_versions_that_run_the_service() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.lock") < pins("requirements-test.lock")


def test_the_lock_of_the_page_assets_names_no_address() -> None:
    packages = json.loads((ROOT / "web/assets/package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all(package.get("integrity") for name, package in packages.items() if name)
