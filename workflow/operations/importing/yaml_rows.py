"""Rows of a YAML file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from workflow.operations.importing.rows import Row, RowFault
from workflow.operations.importing.sheets import ACCOUNTS, ORGANIZATIONS, PEOPLE, POSTS, RELATIONS, SHEETS

LINE = "\0line"  #: where a mapping began; no key of a file can be this


def read_yaml(text: str) -> Any:
    """The content of a file, each mapping with its line."""
    return yaml.load(text, _Loader)  # noqa: S506 - derives from the safe loader


class _Loader(yaml.CSafeLoader):
    """Notes the line of every mapping and refuses a key written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep=deep)
        if len(found) < len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "同一处有重复的键", node.start_mark)
        return {**found, LINE: node.start_mark.line + 1}


class YamlRows:
    """A YAML file with the lists organizations, relations, people, posts and accounts.

    For reading ease a body may name its superiors (`lead: CE`, `guide: [CE]`), a person their posts
    (`posts: [HY.party_secretary]`) and account (`username: …`); `since` at the top is the default of every row.
    """

    def __init__(self, content: Any) -> None:
        self._faults: list[RowFault] = []
        self._rows: dict[str, list[Row]] = {key: [] for key in SHEETS}
        if not isinstance(content, dict):
            self._faults.append(RowFault("文件", 0, "", f"内容应为以下各项的列表：{'、'.join(SHEETS)}"))
            return
        self._since = content.pop("since", None)
        content.pop(LINE, None)
        for key, entries in content.items():
            if key in SHEETS and isinstance(entries, list):
                self._take(key, entries)
            else:
                self._faults.append(
                    RowFault("文件", 0, str(key), f"没有这一项，或它不是列表；可用的有：{'、'.join(SHEETS)}")
                )

    def _take(self, key: str, entries: list[Any]) -> None:
        for position, entry in enumerate(entries, 1):
            if not isinstance(entry, dict):
                self._faults.append(RowFault(SHEETS[key].title, 0, "", f"第{position}条应为“键: 值”的形式"))
                continue
            line = entry.pop(LINE)
            values = {"since": self._since, **entry} if self._since else entry
            if key == ORGANIZATIONS:
                self._relations(line, values)
            if key == PEOPLE:
                self._posts(line, values)
            self._rows[key].append(Row(line, self._known(key, line, values)))

    def _relations(self, line: int, body: dict[str, Any]) -> None:
        for kind in ("lead", "guide", "same_level", "founder", "mass_org", "ownership"):
            superiors = body.pop(kind, [])
            for each in superiors if isinstance(superiors, list) else [superiors]:
                edge = {"kind": kind, "superior": each, "subordinate": body.get("code"), "since": body.get("since")}
                self._rows[RELATIONS].append(Row(line, edge))

    def _posts(self, line: int, person: dict[str, Any]) -> None:
        since = person.pop("since", None)
        for each in person.pop("posts", []):
            organization, _, post = str(each).rpartition(".")
            row = {"person": person.get("number"), "organization": organization, "post": post, "since": since}
            self._rows[POSTS].append(Row(line, row))
        if username := person.pop("username", None):
            self._rows[ACCOUNTS].append(Row(line, {"person": person.get("number"), "username": username}))

    def _known(self, key: str, line: int, values: dict[str, Any]) -> dict[str, Any]:
        known = [each.key for each in SHEETS[key].columns]
        for name in values:
            if name not in known and name != "since":
                self._faults.append(
                    RowFault(SHEETS[key].title, line, str(name), f"没有这一项，可用的有：{'、'.join(known)}")
                )
        return {name: value for name, value in values.items() if name in known}

    def faults(self) -> list[RowFault]:
        """Keys that are not ours."""
        return self._faults

    def count(self) -> int:
        """Rows, those of the short forms included."""
        return sum(len(each) for each in self._rows.values())

    def rows(self, sheet: str) -> Iterator[Row]:
        """Rows in the order of the file."""
        yield from self._rows[sheet]
