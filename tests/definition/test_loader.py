"""Reading definitions/: what is read, and how a mistake is reported."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from workflow.definition.fault import Fault
from workflow.definition.loader import content_hash, json_schema, load, parse
from workflow.definition.model import Stage
from workflow.errors import DefinitionError

DEFINITIONS = Path(__file__).parents[2] / "definitions"
FILING = "stages/filing/stage.yaml"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the definitions that a test may spoil."""
    shutil.copytree(DEFINITIONS, tmp_path / "definitions")
    return tmp_path / "definitions"


def spoil(directory: Path, file: str, old: str, new: str) -> int:
    """Replace a text once; the line it stood on."""
    path = directory / file
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    return before[: before.index(old)].count("\n") + 1


def faults(directory: Path) -> tuple[Fault, ...]:
    """What loading reports."""
    with pytest.raises(DefinitionError) as caught:
        load(directory)
    found = caught.value.facts["found"]
    assert isinstance(found, tuple)
    return found


def test_every_definition_is_read() -> None:
    definitions = load(DEFINITIONS)
    assert {each.code for each in definitions.stages.values()} == {
        *(f"M{number}" for number in range(1, 8)),
        *(f"X{number}" for number in range(1, 8)),
    }
    assert definitions.organization.roles
    assert definitions.criteria.lists
    assert definitions.campaign.stages
    assert 2012 in definitions.calendar


def test_an_unknown_key_is_named_with_its_place_and_a_suggestion(directory: Path) -> None:
    line = spoil(directory, FILING, "title: 报送, from", "titel: 报送, from")
    fault = next(each for each in faults(directory) if "titel" in each.message)
    assert (fault.file, fault.line) == (FILING, line)
    assert fault.key == "transitions.0.titel"
    assert "title" in fault.fix


def test_a_missing_key_is_named(directory: Path) -> None:
    spoil(directory, FILING, "initial: pending\n", "")
    assert [each.message for each in faults(directory)] == ["缺少“initial”"]


def test_a_value_outside_its_list_names_the_values(directory: Path) -> None:
    line = spoil(directory, FILING, "tone: return", "tone: back")
    (fault,) = faults(directory)
    assert fault.line == line
    assert "forward" in fault.fix


def test_a_wrong_type_is_said_in_chinese(directory: Path) -> None:
    spoil(directory, FILING, "final: true", "final: vielleicht")
    (fault,) = faults(directory)
    assert fault.message == "应为 true 或 false"


def test_a_rule_of_the_model_speaks_for_itself(directory: Path) -> None:
    spoil(directory, FILING, "{name: complete, title", "{name: complete, among: sup.office, title")
    (fault,) = faults(directory)
    assert "among 只用于人员字段" in fault.message


def test_a_repeated_key_is_refused(directory: Path) -> None:
    line = spoil(directory, FILING, "initial: pending\n", "initial: pending\ninitial: filed\n")
    (fault,) = faults(directory)
    assert (fault.key, fault.message) == ("initial", "同一个键写了两次")
    assert fault.line in (line, line + 1)


def test_broken_yaml_names_the_line(directory: Path) -> None:
    spoil(directory, "campaign.yaml", "parameters:", "parameters: [")
    (fault,) = faults(directory)
    assert fault.file == "campaign.yaml"
    assert "YAML 写法有误" in fault.message


def test_the_faults_of_all_files_come_together(directory: Path) -> None:
    spoil(directory, FILING, "initial: pending\n", "")
    (directory / "criteria.yaml").write_text("", encoding="utf-8")
    (directory / "organization.yaml").unlink()
    assert {each.file for each in faults(directory)} == {FILING, "criteria.yaml", "organization.yaml"}


def test_a_file_that_is_not_utf_8_is_refused(directory: Path) -> None:
    (directory / "criteria.yaml").write_bytes("标准".encode("gb18030"))
    assert faults(directory)[0].message == "文件不是 UTF-8 编码"


def test_a_stage_is_named_after_its_folder(directory: Path) -> None:
    (directory / "stages/filing").rename(directory / "stages/filings")
    assert "文件夹名是“filings”" in faults(directory)[0].message


def test_a_calendar_says_its_year(directory: Path) -> None:
    (directory / "calendar/2012.yaml").write_text("status: official\n", encoding="utf-8")
    assert faults(directory)[0].file == "calendar/2012.yaml"


def test_the_message_is_one_line_a_fault(directory: Path) -> None:
    spoil(directory, FILING, "initial: pending\n", "")
    with pytest.raises(
        DefinitionError, match=r"stages/filing/stage\.yaml 第1行 initial：缺少“initial”。请补上这一项。"
    ):
        load(directory)


def test_words_of_yaml_1_1_stay_words() -> None:
    _, value, found = parse("on: {checking: off}\nyes: no\nreal: true\n", "a.yaml")
    assert value == {"on": {"checking": "off"}, "yes": "no", "real": True}
    assert found == []


def test_anchors_and_merges_know_their_lines() -> None:
    source, value, found = parse("a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n", "a.yaml")
    assert value == {"a": {"x": 1}, "b": {"x": 1, "y": 2}}
    assert found == []
    assert source.line(("b", "y")) == 4
    assert source.line(("b", "missing")) == 2


@pytest.mark.parametrize("stage", load(DEFINITIONS).stages.values(), ids=lambda each: each.stage)
def test_a_stage_survives_storage(stage: Stage) -> None:
    stored = json.loads(json.dumps(stage.model_dump(mode="json", by_alias=True)))
    again = Stage.model_validate(stored)
    assert again == stage
    assert content_hash(again) == content_hash(stage)


def test_the_hash_follows_the_content() -> None:
    filing, vote = (load(DEFINITIONS).stages[each] for each in ("filing", "vote_session"))
    assert content_hash(filing) != content_hash(vote)
    assert content_hash(filing) != content_hash(filing.model_copy(update={"title": "备案"}))


def test_schemas_let_an_editor_write_one_name_for_a_list() -> None:
    schemas = json_schema()
    assert set(schemas) == {"stage", "organization", "criteria", "campaign"}
    guards = schemas["stage"]["$defs"]["Transition"]["properties"]["guards"]
    assert {"type": "string"} in guards["anyOf"]
