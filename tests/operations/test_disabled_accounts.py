"""A disabled account loses its rights at once; its open tasks stay with the post, and never unseen with nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.enterprise import TODAY, place, who
from tests.operations.cast import Play
from tests.operations.scenarios import pledge
from workflow import clock
from workflow.errors import Refused
from workflow.operations.installation import Installation
from workflow.operations.organization.appointing import Seat, disable_account, person
from workflow.operations.organization.handing_over import Handing, hand_over
from workflow.operations.organization.posts import holders, member, posts_of
from workflow.operations.organization.substituting import Terms, substitute
from workflow.operations.upkeep.unattended import unattended
from workflow.store.people import Account
from workflow.store.session import reading, writing


def disable(session: Session, *numbers: str) -> None:
    for number in numbers:
        mine = select(Account.username).where(Account.person_id == person(session, number).id)
        disable_account(session, session.scalars(mine).one())


def test_rights_end_at_once(session: Session, installation: Installation) -> None:
    secretary, branch = person(session, "HY020").id, place(session, "HY-11").id
    assert holders(session, [(branch, "branch_secretary")], TODAY) == [secretary]
    disable(session, "HY020")
    assert holders(session, [(branch, "branch_secretary")], TODAY) == []
    assert posts_of(session, secretary, TODAY) == frozenset()


def test_a_member_stays_a_member(session: Session, installation: Installation) -> None:
    found, branch = person(session, "HY024").id, place(session, "HY-11").id
    disable(session, "HY024")
    assert found in holders(session, [(branch, "full_member")], TODAY)
    assert (branch, "full_member") in member(session, found, TODAY).posts


def test_what_nobody_holds_is_listed(play: Play) -> None:
    case = pledge.member_pledge(play)
    with reading(play.installation.engine) as session:
        assert unattended(session, play.today) == []
    with writing(play.installation.engine) as session:
        disable(session, "HY024")
    with reading(play.installation.engine) as session:
        found = unattended(session, play.today)
        assert [(each.case_id, each.number, each.do) for each in found] == [(case, play.row(case).number, found[0].do)]
    with writing(play.installation.engine) as session:
        session.execute(update(Account).values(disabled_at=clock.now()))
        assert len(unattended(session, play.today)) > 1
        assert len(unattended(session, play.today, most=1)) == 1
        session.execute(update(Account).values(disabled_at=None))
        assert unattended(session, play.today) == []


def test_others_at_the_post_go_on(play: Play) -> None:
    case = pledge.member_pledge(play)
    play.do(case, "submit")
    with writing(play.installation.engine) as session:
        disable(session, "HY020")
        assert unattended(session, play.today) == []
        assert who(session, "HY020").posts == frozenset()


def test_nothing_is_left_to_a_disabled_account(session: Session, installation: Installation) -> None:
    disable(session, "HY023")
    leaver, successor, by = person(session, "HY020"), person(session, "HY023"), who(session, "HY019")
    seats = (Seat(place(session, "HY-11"), "branch_secretary"),)
    with pytest.raises(Refused, match="白志刚的账号已停用"):
        hand_over(session, installation, by, Handing(leaver, successor, seats, TODAY, "换届"))
    with pytest.raises(Refused, match="白志刚的账号已停用"):
        substitute(session, installation, by, Terms(leaver, successor, TODAY, TODAY, "外出学习"))
