"""What people are told about, and how each kind may reach them by mail."""

from __future__ import annotations

from collections.abc import Mapping

TURN, COPY, URGE, DEADLINE, ESCALATION, DIGEST = "turn", "copy", "urge", "deadline", "escalation", "digest"
PAPERS = "papers"

#: Kinds of notice that somebody may choose a way for.
KINDS: Mapping[str, str] = {
    TURN: "待办到达", COPY: "抄送", URGE: "催办", DEADLINE: "期限提醒", ESCALATION: "逾期报告",
    PAPERS: "来文和用印",
}  # fmt: skip

#: Those that a group can be told of: each is about a case.
FOR_GROUPS: Mapping[str, str] = {kind: title for kind, title in KINDS.items() if kind != PAPERS}

#: In our own pages the inbox says it already: these only go out, and are nothing to read here.
SHOWN_ELSEWHERE = frozenset({TURN, COPY, URGE, PAPERS, DIGEST})

AT_ONCE, DAILY, OFF = "at_once", "digest", "off"
WAYS: Mapping[str, str] = {AT_ONCE: "随到随发", DAILY: "并入每日汇总", OFF: "不发"}
