"""Whoever was replaced has not signed: the signature is void, the journal says so, and the newcomer signs (K26)."""

from __future__ import annotations

from sqlalchemy import select

from tests.operations.cast import Play
from tests.operations.scenarios.assessment import self_submitted, sheet
from workflow.engine.rights import persons_of
from workflow.operations.loading import load
from workflow.operations.reading.history import journal, timeline
from workflow.store.people import Person
from workflow.store.session import reading
from workflow.store.tasks import Signature


def signers(play: Play, case: int) -> set[int]:
    """Whose signatures count in the present round."""
    with reading(play.installation.engine) as session:
        query = select(Signature.person_id).where(Signature.case_id == case, Signature.round == play.row(case).round)
        return set(session.scalars(query))


def told(play: Play, case: int) -> list[tuple[str, str]]:
    """What the page of the case says of signatures, and why."""
    with reading(play.installation.engine) as session:
        lines = timeline(play.installation.definitions.stages[play.row(case).stage], journal(session, case))
        return [(each.what, each.reason) for each in lines if "签字作废" in each.what]


def name(play: Play, person: int) -> str:
    with reading(play.installation.engine) as session:
        return session.get_one(Person, person).name


def another(play: Play, case: int, role: str, *taken: int) -> int:
    """Somebody else of those who may be chosen."""
    with reading(play.installation.engine) as session:
        able = persons_of(load(session, play.installation, case).snapshot, role)
    return next(each for each in able if each not in taken)


def test_of_a_replaced_assessor_nothing_counts_and_the_newcomer_signs(play: Play) -> None:
    case = self_submitted(play)
    play.do(case, "verify")
    first, second = play.data(case)["first_assessor"], play.data(case)["second_assessor"]
    scores = sheet(play, case, "score")
    play.act(case, play.actor_of(first), "score", {"item_scores": scores})
    assert signers(play, case) == {first}
    third = another(play, case, "sup.assess_group", first, second)
    play.do(case, "reassign", first_assessor=third, second_assessor=second, reason="工作调动")
    assert signers(play, case) == set()
    assert told(play, case) == [
        (f"签字作废（{name(play, first)}）", f"{name(play, first)}已被更换，本轮的签字作废，由现在确定的人员重新签字")
    ]
    play.act(case, play.actor_of(second), "score", {"item_scores": scores})
    assert play.state(case) == "verifying", "one of two has signed"
    play.act(case, play.actor_of(third), "score", {"item_scores": scores})
    assert play.state(case) == "scored"


def test_who_stays_keeps_the_signature(play: Play) -> None:
    case = self_submitted(play)
    play.do(case, "verify")
    first, second = play.data(case)["first_assessor"], play.data(case)["second_assessor"]
    scores = sheet(play, case, "score")
    play.act(case, play.actor_of(second), "score", {"item_scores": scores})
    third = another(play, case, "sup.assess_group", first, second)
    play.do(case, "reassign", first_assessor=second, second_assessor=third, reason="调整分工")
    assert signers(play, case) == {second}
    assert told(play, case) == []
    play.act(case, play.actor_of(third), "score", {"item_scores": scores})
    assert play.state(case) == "scored"
