"""What a form allows to be left empty never stops a paper and never prints a word for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.documents.papers import DEFINITIONS, TEMPLATES, name_of, sample
from workflow.documents.render import render_html

STAGED = [path for path in TEMPLATES if path.parent.name == "documents"]


def optional(stage: str) -> tuple[set[str], dict[str, set[str]]]:
    """Names of the fields, and of the columns of each table, that may stay empty."""
    definition = yaml.safe_load((DEFINITIONS / "stages" / stage / "stage.yaml").read_text(encoding="utf-8"))
    asked = [each for act in definition["transitions"] for each in as_list(act.get("ask")) if isinstance(each, dict)]
    fields = [*definition.get("form", ()), *asked]
    names = {field["name"] for field in fields if field.get("required") is False}
    columns = {
        field["name"]: {column["name"] for column in field.get("columns", ()) if column.get("required") is False}
        for field in fields
        if field.get("columns")
    }
    return names, columns


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("missing", [True, False], ids=["missing", "null"])
@pytest.mark.parametrize("path", STAGED, ids=name_of)
def test_optional_answers_may_be_absent(path: Path, missing: bool) -> None:
    values = sample(name_of(path))
    names, columns = optional(path.parents[1].name)
    data = values["case"]["data"]
    clear(data, names, missing)
    for table, cells in columns.items():
        for row in data.get(table) or []:
            if isinstance(row, dict):
                clear(row, cells, missing)
    values["document"]["contact"] = {"name": "", "phone": ""}
    html = render_html(path, values)
    assert "None" not in html


def clear(values: dict[str, Any], names: set[str], missing: bool) -> None:
    for name in names & values.keys():
        if missing:
            del values[name]
        else:
            values[name] = None


@pytest.mark.parametrize("path", STAGED, ids=name_of)
def test_a_case_without_acts_or_children_can_still_be_printed_as_a_draft(path: Path) -> None:
    values = sample(name_of(path))
    values["acts"] = []
    for name in ("vote", "request", "notice" if "notice" not in path.name else "vote"):
        values["extra"].pop(name, None)
    if path.parents[1].name != "vote_session":
        assert "None" not in render_html(path, values)
