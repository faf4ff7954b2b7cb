"""Each rule of the check is broken once; the fault says where and how to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from workflow.definition import loader, papers
from workflow.definition.check import Known, check
from workflow.definition.fault import Fault
from workflow.definition.loader import Definitions, load
from workflow.documents.render import render_html
from workflow.engine import effects, guards
from workflow.engine.parameters import READ
from workflow.engine.registry import EFFECTS, GUARDS
from workflow.engine.routing import RULES

DEFINITIONS = Path(__file__).parents[2] / "definitions"
REGISTERED = (effects, guards)
KNOWN = Known(GUARDS.keys(), EFFECTS.keys(), RULES.keys(), READ)


def stage(name: str) -> str:
    """The file of a stage."""
    return f"stages/{name}/stage.yaml"


@pytest.fixture(scope="module", autouse=True)
def _each_text_is_read_once() -> Iterator[None]:
    """A text that no test has spoilt says the same in each."""
    known = cache(loader.parse)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "parse", known)
        patch.setattr(papers, "parse", known)
        yield


@pytest.fixture(scope="module")
def shadow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder as that of the definitions, with links instead of files."""

    def link(source: str, target: str) -> str:
        Path(target).symlink_to(source)
        return target

    return Path(shutil.copytree(DEFINITIONS, tmp_path_factory.mktemp("shadow") / "definitions", copy_function=link))


@pytest.fixture
def directory(shadow: Path) -> Iterator[Path]:
    """A copy of the definitions that a test may spoil; what it has written is a link again afterwards."""
    yield shadow
    for path in shadow.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.unlink()
            path.symlink_to(DEFINITIONS / path.relative_to(shadow))


def spoiled(directory: Path, file: str, *changes: tuple[str, str]) -> Definitions:
    """The definitions after some texts of a file were replaced."""
    path = directory / file
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.unlink()
    path.write_text(text, encoding="utf-8")
    return load(directory)


def test_the_definitions_are_sound() -> None:
    assert [str(each) for each in check(load(DEFINITIONS), replace(KNOWN, render=render_html))] == []


BROKEN = yaml.safe_load((Path(__file__).parent / "broken.yaml").read_text(encoding="utf-8"))
VOTE = stage("vote_session")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_found(directory: Path, name: str) -> None:
    broken = BROKEN[name]
    changes = [(each["old"], each["new"]) for each in broken["change"]]
    found = check(spoiled(directory, broken["file"], *changes), KNOWN)
    mine = [each for each in found if broken["says"] in each.message and is_at(each, broken)]
    assert mine, "\n".join(map(str, found)) or "nothing found"
    assert all(each.line > 1 and each.fix for each in mine)


def is_at(fault: Fault, broken: Mapping[str, str]) -> bool:
    """Whether the fault stands where it was made; numbers of list items are left out."""
    key = ".".join(each for each in fault.key.split(".") if not each.isdigit())
    return "key" not in broken or (fault.file, key) == (broken["file"], broken["key"])


def test_a_template_that_fails_names_what_it_said() -> None:
    def fails(folder: Path, values: Mapping[str, object]) -> object:
        if folder.name == "slip":
            raise ValueError("缺少 document.title")
        return values["document"]

    found = check(load(DEFINITIONS), replace(KNOWN, render=fails))
    assert found
    assert all("样例印不出来：缺少 document.title" in each.message for each in found)
    assert all("letterhead/shared/slip" in each.fix for each in found)


def test_a_sample_that_cannot_be_read_is_named(directory: Path) -> None:
    sample = directory / "letterhead/shared/slip/sample.yaml"
    sample.unlink()
    sample.write_text("- 1\n", encoding="utf-8")
    found = check(load(directory), KNOWN)
    assert found
    assert all("样例读不出" in each.message for each in found)


def test_a_fault_points_at_the_line(directory: Path) -> None:
    definitions = spoiled(directory, VOTE, ("guards: quorum_is_met", "guards: quorum_is_nice"))
    (fault,) = check(definitions, KNOWN)
    lines = (directory / VOTE).read_text(encoding="utf-8").splitlines()
    assert "quorum_is_nice" in lines[fault.line - 1]
    assert str(fault) == (
        f"{VOTE} 第{fault.line}行 transitions.2.guards：没有条件“quorum_is_nice”。"
        "请核对拼写，或者请开发人员先登记这个条件。"
    )
    assert isinstance(fault, Fault)
