"""Check every row against the vocabulary, the rows before it and what is stored; say everything that is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflow.definition.campaign import OrganizationVocabulary
from workflow.engine.organization import (
    LINES,
    SAME_LEVEL,
    affiliation_refusal,
    circles,
    followed_post,
    post_refusal,
    prefix_refusal,
    relation_refusal,
)  # fmt: skip
from workflow.notices.mail import is_address
from workflow.operations.importing.rows import Row, RowFault
from workflow.operations.importing.sheets import (
    ACCOUNTS,
    ORGANIZATIONS,
    PEOPLE,
    POSTS,
    RELATIONS,
    SHEETS,
    Column,
    Words,
    choices,
    words_of,
)  # fmt: skip

DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Values = dict[str, Any]


@dataclass
class Stored:
    """What the database holds and the file adds to, by code and 工号."""

    kinds: dict[str, str] = field(default_factory=dict)  #: code of a body → its kind
    affiliations: dict[str, str | None] = field(default_factory=dict)  #: code of a body → where its Party relation lies
    members: dict[str, str] = field(default_factory=dict)  #: 工号 → Party status
    superiors: dict[tuple[str, str], str] = field(default_factory=dict)  #: (kind, subordinate) → superior, single kinds
    edges: set[tuple[str, str, str]] = field(default_factory=set)  #: (kind, superior, subordinate)
    posts: set[tuple[str, str, str]] = field(default_factory=set)  #: (工号, code of the body, post)
    holders: dict[tuple[str, str], str] = field(default_factory=dict)  #: (code of the body, single post) → 工号
    usernames: set[str] = field(default_factory=set)
    account_holders: set[str] = field(default_factory=set)


class Checker:
    """Turns rows into typed values and collects faults; what a good row says is known to the rows after it."""

    def __init__(self, vocabulary: OrganizationVocabulary, stored: Stored, today: date) -> None:
        self.faults: list[RowFault] = []
        self._vocabulary = vocabulary
        self._words: Words = words_of(vocabulary)
        self._stored = stored
        self._today = today
        self._lines: dict[str, tuple[str, int]] = {}  #: subordinate → (superior, row) of this file
        self._heads: list[tuple[int, str, str, str]] = []  #: (row, 工号, body, post followed)

    def check(self, sheet: str, row: Row) -> Values | None:
        """The typed values of a row, or None when something is wrong with it."""
        before = len(self.faults)
        values: Values = {}
        for column in SHEETS[sheet].columns:
            values[column.key] = self._read(sheet, row.number, column, row.values.get(column.key))
        if len(self.faults) == before:
            getattr(self, f"_{sheet}")(row.number, values)
        return values if len(self.faults) == before else None

    def finish(self) -> None:
        """What can be told only when every row is known: circles on the lead line, heads of leading groups."""
        self._check_circles()
        for row, number, body, followed in self._heads:
            host = self._stored.superiors.get((SAME_LEVEL, body))
            if host is None or self._stored.holders.get((host, followed)) != number:
                wanted = self._vocabulary.posts[followed].title
                self._fault(POSTS, row, "post", f"组长须由现任{wanted}担任，工号{number}不是，请核对任职")

    def _fault(self, sheet: str, row: int, key: str, message: str) -> None:
        self.faults.append(RowFault(SHEETS[sheet].title, row, SHEETS[sheet].column(key).title, message))

    def _read(self, sheet: str, row: int, column: Column, raw: Any) -> Any:
        if column.is_date:
            day = self._today if raw in (None, "") else _day(raw)
            if day is None:
                self._fault(sheet, row, column.key, f"“{raw}”不是日期，请写成 2010-05-01 的形式")
            return day
        if isinstance(raw, dict | list):
            self._fault(sheet, row, column.key, "应为一个文字或数字，不能是列表")
            return None
        text = text_of(raw)
        if not text:
            if column.required:
                self._fault(sheet, row, column.key, "没有填写，请补上")
            return None
        if len(text) > column.most or CONTROL.search(text):
            self._fault(sheet, row, column.key, f"最多{column.most}字，不能含控制字符，请改短或改正")
        if column.words is None:
            return text
        code = self._words[column.words].get(text)
        if code is None:
            self._fault(sheet, row, column.key, f"没有“{text}”，可填：{choices(self._words, column.words)}")
        return code

    def _organizations(self, row: int, values: Values) -> None:
        if values["code"] in self._stored.kinds:
            self._fault(ORGANIZATIONS, row, "code", f"“{values['code']}”已经登记，同一代码只能登记一次")
        if values["timezone"] and not _is_zone(values["timezone"]):
            self._fault(ORGANIZATIONS, row, "timezone", f"没有“{values['timezone']}”这个时区，请写如 Asia/Shanghai")
        if reason := prefix_refusal(values["number_prefix"] or ""):
            self._fault(ORGANIZATIONS, row, "number_prefix", reason)
        self._stored.kinds.setdefault(values["code"], values["kind"])
        self._stored.affiliations.setdefault(values["code"], values["party_relation"])

    def _relations(self, row: int, values: Values) -> None:
        kind, superior, subordinate = values["kind"], values["superior"], values["subordinate"]
        for key in ("superior", "subordinate"):
            if values[key] not in self._stored.kinds:
                self._fault(RELATIONS, row, key, f"没有代码为“{values[key]}”的组织，请先在“组织”表登记")
        if not {superior, subordinate} <= self._stored.kinds.keys():
            return
        if values["since"] > self._today:
            self._fault(RELATIONS, row, "since", "起始日期还没有到，请在当日登记")
        kinds = self._stored.kinds[superior], self._stored.kinds[subordinate]
        refusal = relation_refusal(self._vocabulary, kind, *kinds) or affiliation_refusal(
            kind, *kinds, self._stored.affiliations[subordinate]
        )
        if superior == subordinate or refusal:
            self._fault(RELATIONS, row, "superior", refusal or "组织不能与自己建立关系，请核对上下级代码")
        if (kind, superior, subordinate) in self._stored.edges:
            self._fault(RELATIONS, row, "subordinate", "这一关系已经登记，请删去重复的一行")
        elif present := self._stored.superiors.get((kind, subordinate)):
            message = f"“{subordinate}”已由“{present}”领导，同一时间只能有一个上级，请核对后只保留一行"
            self._fault(RELATIONS, row, "superior", message)
        self._note_edge(row, kind, superior, subordinate)

    def _note_edge(self, row: int, kind: str, superior: str, subordinate: str) -> None:
        self._stored.edges.add((kind, superior, subordinate))
        if self._vocabulary.relations[kind].single:
            self._stored.superiors.setdefault((kind, subordinate), superior)
        if kind in LINES:
            self._lines[subordinate] = (superior, row)

    def _check_circles(self) -> None:
        numbers = {code: number for number, code in enumerate(self._stored.kinds)}
        codes = list(numbers)
        above = {numbers[low]: numbers[high] for (kind, low), high in self._stored.superiors.items() if kind in LINES}
        for each in circles(above):
            superior, row = self._lines.get(codes[each], ("", 0))
            if row:
                message = f"“{superior}”本身在“{codes[each]}”之下，形成循环，请核对上下级代码"
                self._fault(RELATIONS, row, "superior", message)

    def _people(self, row: int, values: Values) -> None:
        if values["number"] in self._stored.members:
            self._fault(PEOPLE, row, "number", f"“{values['number']}”已经登记，同一工号只能登记一次")
        if values["mail"] and not is_address(values["mail"]):
            self._fault(PEOPLE, row, "mail", "邮箱地址不完整，应如 zhangsan@example.com")
        values["party_status"] = values["party_status"] or "none"
        self._stored.members.setdefault(values["number"], values["party_status"])

    def _posts(self, row: int, values: Values) -> None:
        number, body, code = values["person"], values["organization"], values["post"]
        if number not in self._stored.members:
            self._fault(POSTS, row, "person", f"没有工号为“{number}”的人员，请先在“人员”表登记")
            return
        if body not in self._stored.kinds:
            self._fault(POSTS, row, "organization", f"没有代码为“{body}”的组织，请先在“组织”表登记")
            return
        kind = self._stored.kinds[body]
        if reason := post_refusal(self._vocabulary, kind, code, self._stored.members[number]):
            self._fault(POSTS, row, "post", reason)
        if (number, body, code) in self._stored.posts:
            self._fault(POSTS, row, "post", "这一任职已经登记，请删去重复的一行")
        self._stored.posts.add((number, body, code))
        if self._vocabulary.posts[code].single:
            present = self._stored.holders.setdefault((body, code), number)
            if present != number:
                self._fault(POSTS, row, "person", f"这一职务已由工号{present}担任，同时只能一人担任，请核对")
        if followed := followed_post(self._vocabulary, kind, code):
            self._heads.append((row, number, body, followed))

    def _accounts(self, row: int, values: Values) -> None:
        number, username = values["person"], values["username"]
        if number not in self._stored.members:
            self._fault(ACCOUNTS, row, "person", f"没有工号为“{number}”的人员，请先在“人员”表登记")
        if username in self._stored.usernames:
            self._fault(ACCOUNTS, row, "username", f"账号“{username}”已经有人使用，请换一个")
        if number in self._stored.account_holders:
            self._fault(ACCOUNTS, row, "person", f"工号{number}已有账号，每人只设一个")
        self._stored.usernames.add(username)
        self._stored.account_holders.add(number)


def text_of(raw: Any) -> str:
    """What was written, a whole number without its decimal point."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return "" if raw is None else str(raw).strip()


def _day(raw: Any) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    match = DATE.match(str(raw).strip())
    try:
        return date(*(int(each) for each in match.groups())) if match else None
    except ValueError:
        return None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
