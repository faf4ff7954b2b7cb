"""Conditions of receiving a document (X2; domain.md §4.9, §11)."""

from __future__ import annotations

from workflow.engine.registry import guard
from workflow.engine.snapshot import Situation
from workflow.engine.values import day, people, text

ORAL = "oral"
REPLY = "reply"
REQUEST = "request"


@guard
def handling_date_is_ahead(situation: Situation) -> str | None:
    """The handler gets time: the date set is not past (E05)."""
    by = day(situation.data, "handle_by")
    return "办理期限已经过去，请重新填写" if by is not None and by < situation.act.today else None


@guard
def request_is_answered_by_reply(situation: Situation) -> str | None:
    """A 批复 answers a 请示 and nothing else does (domain.md §9.1)."""
    is_request, is_reply = text(situation.data, "doc_kind") == REQUEST, text(situation.data, "answer_kind") == REPLY
    if is_request and not is_reply:
        return "来文是请示，应当用批复答复"
    return "批复只用于答复请示，请改用复函或者通知" if is_reply and not is_request else None


@guard
def all_have_read(situation: Situation) -> str | None:
    """Everybody on the list has read the document (E09)."""
    unread = people(situation.data, "unread")
    return f"还有{len(unread)}人没有阅知" if unread else None


@guard
def answer_is_written(situation: Situation) -> str | None:
    """A written answer is issued; an oral one is only noted."""
    return "当面或电话答复，不印发文件" if text(situation.data, "answer_kind") == ORAL else None
