"""Substitution 代理: with dates and scope, of posts alone, never in a chain (approvals.md, "Who has the turn")."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.enterprise import TODAY, place, who
from tests.operations.cast import Play
from tests.operations.scenarios import pledge
from workflow.errors import InvalidInput, NotAllowed, NotFound, NotUnique, Refused
from workflow.operations.access import is_reader
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.operations.organization.appointing import Seat, appoint, disable_account, person
from workflow.operations.organization.handing_over import Handing, hand_over
from workflow.operations.organization.posts import actor
from workflow.operations.organization.substituting import (
    Terms,
    end_substitution,
    substitute,
    substitutes_of,
)
from workflow.operations.reading.inbox import inbox
from workflow.store.people import Account
from workflow.store.session import reading, writing

LAST = TODAY + timedelta(days=9)


def terms(session: Session, principal: str, stand_in: str, **more: object) -> Terms:
    """For ten days from today, in everything."""
    made = Terms(person(session, principal), person(session, stand_in), TODAY, LAST, "外出学习")
    return replace(made, **more)  # type: ignore[arg-type]


def set_up(session: Session, installation: Installation, by: str, *people: str, **more: object) -> int:
    return substitute(session, installation, who(session, by), terms(session, *people, **more)).id


def username(session: Session, number: str) -> str:
    found = select(Account.username).where(Account.person_id == person(session, number).id)
    return session.scalars(found).one()


def seats(session: Session, stand_in: str, day: date = TODAY, stage: str | None = None) -> set[tuple[str, str]]:
    """What somebody may do for others, as (principal, post)."""
    me = actor(session, person(session, stand_in).id, day)
    found = me.capacities(stage or "plan")[1:]
    return {(each.principal, post) for each in found for _, post in each.posts}


def numbers(session: Session, installation: Installation, reader: str) -> dict[str, str]:
    """What waits for somebody: number of the case, and in whose stead it would be done."""
    found = inbox(session, installation, who(session, reader))
    return {turn.number: turn.principal for group in found.groups for turn in group.turns}


def test_a_secretary_lets_the_deputy_stand_in(session: Session, installation: Installation) -> None:
    set_up(session, installation, "HY020", "HY020", "HY021")
    found = who(session, "HY021").capacities("pledge")[1:]
    assert [(each.name, each.principal) for each in found] == [("段小勇", "雷振海")]
    branch = place(session, "HY-11").id
    assert found[0].person_id == person(session, "HY021").id
    assert found[0].principal_id == person(session, "HY020").id
    assert (branch, "branch_secretary") in found[0].posts
    assert (branch, "full_member") not in found[0].posts


def test_it_holds_from_its_first_day_to_its_last(session: Session, installation: Installation) -> None:
    set_up(session, installation, "HY020", "HY020", "HY021", since=TODAY + timedelta(days=1))
    days = [TODAY, TODAY + timedelta(days=1), LAST, LAST + timedelta(days=1)]
    assert [bool(seats(session, "HY021", day)) for day in days] == [False, True, True, False]
    assert len(substitutes_of(session, person(session, "HY020").id, TODAY)) == 1
    assert substitutes_of(session, person(session, "HY020").id, LAST + timedelta(days=1)) == []


def test_the_scope_is_a_body_and_stages(session: Session, installation: Installation) -> None:
    body = place(session, "HY")
    set_up(session, installation, "HY001", "HY001", "HY002", organization=body, stages=("plan",))
    assert {post for _, post in seats(session, "HY002", stage="plan")} == {"party_secretary"}
    assert seats(session, "HY002", stage="pledge") == set()


def test_nobody_passes_on_what_is_not_theirs(session: Session, installation: Installation) -> None:
    set_up(session, installation, "HY020", "HY020", "HY021")
    set_up(session, installation, "HY021", "HY021", "HY022")
    assert {principal for principal, _ in seats(session, "HY022")} == {person(session, "HY021").name}
    assert "branch_secretary" not in {post for _, post in seats(session, "HY022")}


def test_memberships_are_not_passed_on(session: Session, installation: Installation) -> None:
    with pytest.raises(Refused, match="没有可以代理的任职"):
        set_up(session, installation, "HY024", "HY024", "HY021")


def test_a_post_of_the_party_goes_to_full_members_alone(session: Session, installation: Installation) -> None:
    with pytest.raises(Refused, match="须由正式党员代理"):
        set_up(session, installation, "HY020", "HY020", "HY060")


def test_an_organiser_sets_it_for_others_and_never_for_himself(session: Session, installation: Installation) -> None:
    set_up(session, installation, "HY019", "HY020", "HY021")  # the party department of the committee above
    set_up(session, installation, "HY006", "HY020", "HY022")  # and that of the group
    with pytest.raises(NotAllowed, match="组织管理员"):
        set_up(session, installation, "HY021", "HY020", "HY024")  # a colleague of the branch
    with pytest.raises(NotAllowed):
        set_up(session, installation, "HY027", "HY020", "HY024")  # the party department of a sister committee
    with pytest.raises(Refused, match="不能由代理人自己设定"):
        set_up(session, installation, "HY019", "HY020", "HY019")


def test_guides_set_nothing(session: Session, installation: Installation) -> None:
    with pytest.raises(NotAllowed):
        set_up(session, installation, "CE05", "LC01", "LC02")  # guidance gives no such right (R57)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"until": TODAY - timedelta(days=1)}, "截止日期早于起始日期"),
        ({"since": TODAY - timedelta(days=9), "until": TODAY - timedelta(days=1)}, "截止日期已过"),
        ({"reason": " "}, "请写明代理的事由"),
        ({"stages": ("nothing",)}, "没有“nothing”这个环节"),
    ],
)
def test_bad_terms_are_named(
    session: Session, installation: Installation, more: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        set_up(session, installation, "HY020", "HY020", "HY021", **more)
    assert sentence in "".join(each.message for each in caught.value.errors)  # type: ignore[attr-defined]


def test_the_same_twice_is_refused(session: Session, installation: Installation) -> None:
    set_up(session, installation, "HY020", "HY020", "HY021", stages=("plan",))
    set_up(session, installation, "HY020", "HY020", "HY021", stages=("pledge",))
    with pytest.raises(NotUnique, match="代理雷振海的记录已经存在"):
        set_up(session, installation, "HY020", "HY020", "HY021")


def test_it_is_ended_by_those_concerned(session: Session, installation: Installation) -> None:
    made = set_up(session, installation, "HY020", "HY020", "HY021")
    with pytest.raises(NotAllowed):
        end_substitution(session, installation, who(session, "HY022"), made)
    end_substitution(session, installation, who(session, "HY021"), made)
    assert seats(session, "HY021") == set()
    with pytest.raises(Refused, match="这项代理已于2012-03-04结束"):
        end_substitution(session, installation, who(session, "HY020"), made)
    with pytest.raises(NotFound):
        end_substitution(session, installation, who(session, "HY020"), 999_999)


def test_a_disabled_account_ends_it_at_once(session: Session, installation: Installation) -> None:
    set_up(session, installation, "HY020", "HY020", "HY021")
    disable_account(session, username(session, "HY020"))
    assert seats(session, "HY021") == set()


def test_the_inbox_and_the_case_open_to_the_substitute(play: Play) -> None:
    case = pledge.member_pledge(play)
    play.do(case, "submit")
    with writing(play.installation.engine) as session:
        outsider = who(session, "HY030")
        assert not is_reader(session, outsider, load(session, play.installation, case))
        set_up(session, play.installation, "HY019", "HY020", "HY030", stages=("pledge",))
    with reading(play.installation.engine) as session:
        assert is_reader(session, who(session, "HY030"), load(session, play.installation, case))
        number = play.row(case).number
        assert numbers(session, play.installation, "HY030")[number] == "雷振海"
        assert numbers(session, play.installation, "HY021")[number] == ""


def test_a_substitute_does_not_see_other_stages(play: Play) -> None:
    case = pledge.member_pledge(play)
    play.do(case, "submit")
    with writing(play.installation.engine) as session:
        set_up(session, play.installation, "HY019", "HY020", "HY030", stages=("plan",))
        outsider = who(session, "HY030")
        assert not is_reader(session, outsider, load(session, play.installation, case))
        assert play.row(case).number not in numbers(session, play.installation, "HY030")


def test_a_substitute_outside_the_party_gets_no_post_of_the_party(session: Session, installation: Installation) -> None:
    clerk, company = "HY056", place(session, "HY-1")
    since = TODAY - timedelta(days=1)
    principal = person(session, clerk)
    principal.party_status = "full"
    set_up(session, installation, "HY006", clerk, "HY060")
    with pytest.raises(Refused, match="后者不是正式党员"):
        appoint(session, installation, principal, Seat(company, "committee_member"), since)


def test_who_hands_over_passes_nothing_on(session: Session, installation: Installation) -> None:
    set_up(session, installation, "HY019", "HY020", "HY021")
    seat = Seat(place(session, "HY-11"), "branch_secretary")
    leaver, successor = person(session, "HY020"), person(session, "HY023")
    given = Handing(leaver, successor, (seat,), TODAY, "换届")
    hand_over(session, installation, who(session, "HY019"), given)
    assert "branch_secretary" not in {post for _, post in seats(session, "HY021")}
