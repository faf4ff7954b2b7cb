"""Conditions of issuing a document (X1; domain.md §2.4, §4.8, §11)."""

from __future__ import annotations

from workflow.engine.delivery import Delivery
from workflow.engine.guards.common import holders_of
from workflow.engine.registry import guard, recusal
from workflow.engine.snapshot import Situation
from workflow.engine.values import day, flag, people, text, texts

RETURNS = ("D02", "D05", "D07", "D23", "D24")  #: after one of these the text is no longer the one approved before
REQUEST = "请示"


def is_approved_in_parent(situation: Situation) -> bool:
    """Whether a person signed the text in the case that ordered the document, and nothing was returned since."""
    return (
        situation.case.parent_stage is not None
        and day(situation.data, "signed_on") is not None
        and not any(act.transition in RETURNS for act in situation.snapshot.history)
    )


@guard
def approved_in_parent(situation: Situation) -> str | None:
    """The system passes a text on only as far as it was approved before; persons always may (domain.md §11)."""
    if not situation.act.actor.is_system or is_approved_in_parent(situation):
        return None
    return "文稿没有在上一事项中完成起草、审核和签发，须由人办理"


@guard
def handled_by_person(situation: Situation) -> str | None:
    """A step that the system passed on leaves no paper of its own."""
    return "由系统依上一事项办理" if situation.act.actor.is_system else None


@guard
def paper_is_ready(situation: Situation) -> str | None:
    """The kind of document and its text are chosen (D01)."""
    missing = [title for name, title in (("title", "文件标题"), ("document", "文稿")) if not situation.data.get(name)]
    then = "请先撰写文稿" if situation.case.parent_stage is None else "请退回上一事项补充"
    return f"文稿还缺：{'、'.join(missing)}，{then}" if missing else None


@recusal
def paper_reviewer_is_not_drafter(situation: Situation) -> str | None:
    """Who drafts does not review (domain.md §2.4). What was reviewed before is held to the rule of that case."""
    if situation.act.actor.is_system or situation.act.actor.person_id not in people(situation.data, "drafter"):
        return None
    return "拟稿人不能审核自己起草的文稿，请由其他审核人办理"


@guard
def request_has_one_recipient(situation: Situation) -> str | None:
    """A 请示 has exactly one main recipient (domain.md §11)."""
    recipients = texts(situation.data, "main")
    if text(situation.data, "kind") != REQUEST or len(recipients) == 1:
        return None
    return f"请示只能主送一个机关，现有{len(recipients)}个，请退稿修改"


@guard
def signatory_is_main_leader(situation: Situation) -> str | None:
    """Upward documents are signed by the main leader only (domain.md §11)."""
    if not flag(situation.data, "upward"):
        return None
    heads = holders_of(situation.snapshot, "own.secretary")
    if heads.intersection(people(situation.data, "signatory")):
        return None
    return "上行文由主要负责人签发，请退回后改由书记签发"


@recusal
def signatory_is_not_drafter(situation: Situation) -> str | None:
    """Who drafts does not sign (domain.md §2.4). What was signed before is held to the rule of that case."""
    if situation.act.actor.is_system or situation.act.actor.person_id not in people(situation.data, "drafter"):
        return None
    return "拟稿人不能签发自己起草的文稿，请由其他负责人签发"


@guard
def hands_are_separate(situation: Situation) -> str | None:
    """Drafter, reviewer and signatory are three persons (domain.md §2.4, D16)."""
    hands = [people(situation.data, name) for name in ("drafter", "reviewer", "signatory")]
    if all(hands) and len(frozenset().union(*hands)) == sum(map(len, hands)):
        return None
    return "拟稿人、审核人、签发人须各有其人，且不能是同一人，请重新确定"


@guard
def approvals_are_complete(situation: Situation) -> str | None:
    """The approval trail has no gap: the text was signed (D06)."""
    return None if day(situation.data, "signed_on") else "文稿还没有签发，请退回签发"


@guard
def paper_is_printed(situation: Situation) -> str | None:
    """The numbered PDF exists and its hash is stored (D09), anew after the seal has been pressed (D12)."""
    if any(paper.number and paper.state == "rendered" for paper in situation.snapshot.papers):
        return None
    return "正式文件正在印制，印好后再继续"


@guard
def paper_needs_seal(situation: Situation) -> str | None:
    """Only documents that carry a seal are sealed (D10)."""
    return None if flag(situation.data, "seal") else "纪要、简报等不加盖印章，请直接核发"


@guard
def paper_needs_no_seal(situation: Situation) -> str | None:
    """Minutes and bulletins go out without a seal (D11)."""
    return "本文件须加盖印章后核发" if flag(situation.data, "seal") else None


@recusal
def seal_keeper_is_not_drafter(situation: Situation) -> str | None:
    """Who drafts does not keep the seal (domain.md §2.4)."""
    if situation.act.actor.person_id not in people(situation.data, "drafter"):
        return None
    return "拟稿人不能为自己起草的文件用印，请由其他印章保管人办理"


@guard
def receipts_are_in(situation: Situation) -> str | None:
    """All receipts are in or the period of circulation has ended (D13).

    What was sent inside the service is signed for in the registers of those who receive it; a tick stands for
    receipts on paper, and for those who did not sign in time.
    """
    ticked = flag(situation.data, "receipts")
    for sent in situation.snapshot.deliveries:
        return _still_out(sent, ticked=ticked, is_over=situation.act.today > sent.due_on)
    return None if ticked else "回执收齐或者传阅期满后再归档"


def _still_out(sent: Delivery, *, ticked: bool, is_over: bool) -> str | None:
    if sent.is_spreading:
        return "正在分送各收文单位，稍后再归档"
    if sent.waiting and not (ticked and is_over):
        who = "、".join(sent.named) + ("等" if sent.waiting > len(sent.named) else "")
        then = "勾选“回执已收齐或传阅期已满”后归档" if is_over else "签收后再归档"
        return f"还有{sent.waiting}个单位没有签收：{who}。请催收，{then}"
    if sent.unreached and not ticked:
        return f"{'、'.join(sent.unreached)}不在系统内签收，收到回执后勾选“回执已收齐”再归档"
    return None


@guard
def paper_is_chosen(situation: Situation) -> str | None:
    """The act writes the kind of paper chosen when the issue was opened by hand (D17–D20).

    What another case has ordered is written there.
    """
    chosen = text(situation.data, "paper") in situation.act.transition.documents
    return None if chosen else "本件是另一种公文"
