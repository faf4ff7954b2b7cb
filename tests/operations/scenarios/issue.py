"""Stories of X1, the issue of a document: numbered, printed, sealed, sent out, filed away."""

from __future__ import annotations

from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan, signed
from tests.operations.scenarios.story import story


def registered(play: Play, issue: int) -> None:
    """A signed document gets its number and is printed."""
    play.do(issue, "recheck")
    play.do(issue, "register")
    play.print(issue)


#: State → what takes the document on; what is not sealed goes out without.
ONWARD = {
    "drafting": "send_review", "reviewing": "review_pass", "awaiting_signature": "sign", "signed": "recheck",
    "rechecked": "register", "joint_sealing": "seal_jointly", "printed": "seal", "sealed": "distribute",
    "distributed": "archive",
}  # fmt: skip


def carried(play: Play, issue: int, to: str) -> None:
    """The document goes from wherever it stands as far as that state; those to whom it is sent sign for it."""
    for _ in range(2 * len(ONWARD)):  # each of several issuers seals
        state = play.state(issue)
        if state == to:
            return
        if state == "distributed":
            play.sign_for(issue)
        play.do(issue, "skip_seal" if state == "printed" and not play.data(issue)["seal"] else ONWARD[state])
        if play.state(issue) == "registered":
            play.print(issue)
    assert play.state(issue) == to


@story("D01 D03 D04 D06 D08 D09 D10 D12 D13")
def a_signed_plan_is_issued(play: Play) -> None:
    issue = play.child(signed(play), "issue")
    assert play.state(issue) == "signed"
    registered(play, issue)
    assert play.state(issue) == "printed"
    play.do(issue, "seal")
    play.do(issue, "distribute")
    play.sign_for(issue)
    play.do(issue, "archive")
    assert play.state(issue) == "archived"
    document = play.documents(issue)[0]
    assert document.number == "恒岳一制党发〔2012〕1号"
    assert document.state == "rendered"


@story("D02 D05 D07 D14")
def a_text_that_is_changed_goes_back_to_its_hands_and_is_voided(play: Play) -> None:
    issue = play.child(signed(play), "issue")
    play.do(issue, "substantive_change", reason="第三部分有实质改动")
    play.do(issue, "refuse_sign", reason="请重新审核")
    play.do(issue, "send_review")
    play.do(issue, "review_return", reason="数字不一致")
    play.do(issue, "send_review")
    play.do(issue, "review_pass")
    play.do(issue, "sign")
    play.do(issue, "recheck")
    play.do(issue, "void", reason="另行文")
    assert play.state(issue) == "voided"


@story("D11 D15")
def minutes_go_out_without_a_seal_and_are_recalled(play: Play) -> None:
    case = plan(play)
    play.do(case, "submit_internal")
    play.do(case, "to_committee")
    issue = play.child(play.vote(case), "issue")
    registered(play, issue)
    play.do(issue, "skip_seal")
    play.do(issue, "recall_issued", basis="恒岳党发〔2012〕3号", reason="会议决定有误")
    assert play.state(issue) == "voided"
