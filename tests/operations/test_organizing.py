"""Bodies, relations and posts change only as the rules allow, and paths follow (R20, R50, R66–R70)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.enterprise import TODAY, place
from workflow.engine.routing import addresses
from workflow.errors import InvalidInput, NotFound, NotUnique, Refused
from workflow.operations.identity import identity, sign_in
from workflow.operations.installation import Installation
from workflow.operations.organization import appointing, organizing
from workflow.operations.organization.appointing import Seat
from workflow.operations.organization.lines import rewrite_paths
from workflow.operations.organization.organizing import Edge, NewBody
from workflow.operations.organization.posts import posts_of
from workflow.operations.organization.trees import load_tree
from workflow.store.organization import TREE, Organization, Relation, Revision
from workflow.store.people import Post

SINCE = date(2010, 5, 1)


def new(code: str, kind: str = "branch") -> NewBody:
    return NewBody(code=code, name=f"{code}党支部", short_name=code, kind=kind)


def paths(session: Session) -> dict[str, str]:
    session.expire_all()
    return dict(session.execute(select(Organization.code, Organization.path)).all())


def test_a_body_is_founded_and_attached(session: Session, installation: Installation) -> None:
    branch = organizing.add_body(session, installation, new("HY-12"), TODAY)
    assert branch.path == f"/{branch.id}/"
    superior = place(session, "HY-1")
    organizing.set_relation(session, installation, Edge("lead", superior, branch), TODAY)
    assert branch.path == f"{superior.path}{branch.id}/"
    assert load_tree(session, [branch.id], TODAY).leading_superior(branch.id) == superior.id


def test_a_code_is_used_once(session: Session, installation: Installation) -> None:
    with pytest.raises(NotUnique, match="代码为“HY-1”的组织已经存在"):
        organizing.add_body(session, installation, new("HY-1"), TODAY)


def test_an_unknown_kind_of_body_is_refused(session: Session, installation: Installation) -> None:
    with pytest.raises(Refused, match="没有“club”这种组织类型"):
        organizing.add_body(session, installation, new("X", "club"), TODAY)


def test_a_prefix_with_which_nothing_can_be_numbered_is_refused(session: Session, installation: Installation) -> None:
    with pytest.raises(Refused, match="机关代字“HY5”只能用汉字"):
        organizing.add_body(session, installation, replace(new("HY-12"), number_prefix="HY5"), TODAY)


def test_an_organ_has_no_lead_edge(session: Session, installation: Installation) -> None:
    organ = organizing.add_body(session, installation, new("X", "ent_lg"), TODAY)
    with pytest.raises(Refused, match="请登记为同级党委领导"):
        organizing.set_relation(session, installation, Edge("lead", place(session, "HY"), organ), TODAY)
    edge = Edge("same_level", place(session, "HY"), place(session, "HY-11"))
    with pytest.raises(Refused, match="不是工作机构"):
        organizing.set_relation(session, installation, edge, TODAY)


def test_nobody_stands_below_itself(session: Session, installation: Installation) -> None:
    root = place(session, "CLG")
    with pytest.raises(Refused, match="这样会形成循环"):
        organizing.set_relation(session, installation, Edge("lead", place(session, "HY-11"), root), TODAY)
    with pytest.raises(Refused, match="这样会形成循环"):
        organizing.set_relation(session, installation, Edge("lead", root, root), TODAY)


def test_a_moved_branch_takes_everything_below_along(session: Session, installation: Installation) -> None:
    moved, target = place(session, "HY-1"), place(session, "JH")
    below = place(session, "HY-11")
    organizing.move_body(session, installation, moved, target, TODAY)
    found = paths(session)
    assert found["HY-1"] == f"{target.path}{moved.id}/"
    assert found["HY-11"] == f"{target.path}{moved.id}/{below.id}/"
    rewrite_paths(session, TODAY)
    assert paths(session) == found
    assert load_tree(session, [moved.id], date(2012, 3, 4)).leading_superior(moved.id) == place(session, "HY").id
    assert load_tree(session, [moved.id], TODAY).leading_superior(moved.id) == target.id


def test_a_lost_path_is_built_anew(session: Session, installation: Installation) -> None:
    before = paths(session)
    for each in session.scalars(select(Organization)):
        each.path = ""
    session.flush()
    rewrite_paths(session, TODAY)
    assert paths(session) == before


def test_a_relation_is_not_registered_ahead_of_its_day(session: Session, installation: Installation) -> None:
    branch = organizing.add_body(session, installation, new("X"), TODAY)
    with pytest.raises(Refused, match="请在当日登记"):
        organizing.set_relation(session, installation, Edge("lead", place(session, "HY"), branch), date(2012, 3, 6))
    with pytest.raises(Refused, match="2012-03-01不存在"):
        organizing.set_relation(session, installation, Edge("lead", place(session, "HY"), branch), date(2012, 3, 1))


def test_a_body_with_others_below_is_not_dissolved(session: Session, installation: Installation) -> None:
    with pytest.raises(Refused, match="它仍领导第一制造公司总装车间党支部等组织"):
        organizing.close_body(session, place(session, "HY-1"), TODAY)


def test_a_dissolved_body_keeps_neither_posts_nor_relations(session: Session, installation: Installation) -> None:
    branch = place(session, "HY-11")
    secretary = appointing.person(session, "HY020")
    organizing.close_body(session, branch, TODAY)
    assert (branch.id, "branch_secretary") not in posts_of(session, secretary.id, TODAY)
    assert (branch.id, "branch_secretary") in posts_of(session, secretary.id, date(2012, 3, 4))
    open_ones = select(Relation.id).where(Relation.subordinate_id == branch.id, Relation.valid_to.is_(None))
    assert session.scalars(open_ones).all() == []


def test_a_post_has_to_exist_in_the_kind_of_body(session: Session, installation: Installation) -> None:
    who = appointing.person(session, "HY007")
    with pytest.raises(Refused, match="党支部不设“党委书记”，可以登记的任职有：党支部书记"):
        appointing.appoint(session, installation, who, Seat(place(session, "HY-11"), "party_secretary"), TODAY)
    with pytest.raises(Refused, match="没有“boss”这种任职"):
        appointing.appoint(session, installation, who, Seat(place(session, "HY-11"), "boss"), TODAY)


@pytest.mark.parametrize("number", ["HY041", "HY025"])
def test_a_party_post_needs_a_full_member(session: Session, installation: Installation, number: str) -> None:
    who = appointing.person(session, number)
    with pytest.raises(Refused, match="“组织委员”须由正式党员担任"):
        appointing.appoint(session, installation, who, Seat(place(session, "HY-11"), "branch_org_member"), TODAY)


def test_a_secretary_is_one(session: Session, installation: Installation) -> None:
    who = appointing.person(session, "HY024")
    with pytest.raises(Refused, match="现由雷振海担任，请先免去其职务"):
        appointing.appoint(session, installation, who, Seat(place(session, "HY-11"), "branch_secretary"), TODAY)


def test_a_post_is_not_given_twice(session: Session, installation: Installation) -> None:
    who = appointing.person(session, "HY021")
    with pytest.raises(NotUnique, match="段小勇任总装车间党支部组织委员的记录已经存在"):
        appointing.appoint(session, installation, who, Seat(place(session, "HY-11"), "branch_org_member"), TODAY)


def test_the_head_of_the_leading_group_changes_with_the_secretary(session: Session, installation: Installation) -> None:
    committee, group = place(session, "HY"), place(session, "HY-L")
    old, following = appointing.person(session, "HY001"), appointing.person(session, "HY002")
    secretary = Seat(committee, "party_secretary")
    appointing.end_post(session, installation, appointing.find_post(session, old, secretary, TODAY), TODAY)
    assert (group.id, "lg_head") not in posts_of(session, old.id, TODAY)
    appointing.appoint(session, installation, following, secretary, TODAY)
    assert (group.id, "lg_head") in posts_of(session, following.id, TODAY)
    with pytest.raises(Refused, match="周伯衡不是现任"):
        appointing.appoint(session, installation, old, Seat(group, "lg_head"), TODAY)


def test_a_disabled_account_is_signed_out_at_once(session: Session, installation: Installation) -> None:
    key = sign_in(session, "hy001", "chuangyou2012")
    assert key is not None
    session.flush()
    assert identity(session, installation, key) is not None
    appointing.disable_account(session, "hy001")
    assert identity(session, installation, key) is None
    assert sign_in(session, "hy001", "chuangyou2012") is None
    with pytest.raises(NotFound, match="账号“nobody”"):
        appointing.disable_account(session, "nobody")


def test_a_new_account_waits_for_its_first_password(session: Session, installation: Installation) -> None:
    who = appointing.add_person(session, number="HY999", name="甄玥")
    appointing.add_account(session, who, "hy999")
    assert sign_in(session, "hy999", "!") is None
    with pytest.raises(InvalidInput, match="口令至少12个字符"):
        appointing.set_password(session, "hy999", "short")
    appointing.set_password(session, "hy999", "a longer password")
    assert sign_in(session, "hy999", "a longer password") is not None
    with pytest.raises(NotUnique):
        appointing.add_account(session, who, "other")
    with pytest.raises(NotUnique):
        appointing.add_person(session, number="HY999", name="甄玥")


def test_what_does_not_exist_is_said_so(session: Session, installation: Installation) -> None:
    with pytest.raises(NotFound, match="代码为“nowhere”的组织"):
        organizing.body(session, "nowhere")
    with pytest.raises(NotFound, match="工号为“nobody”的人员"):
        appointing.person(session, "nobody")
    edge = Edge("guide", place(session, "HY"), place(session, "LC"))
    with pytest.raises(NotFound):
        organizing.find_relation(session, edge, TODAY)


def test_every_role_of_the_vocabulary_is_held_by_somebody(session: Session, installation: Installation) -> None:
    """In each body of the demonstration or its organs, so that nothing there waits for nobody."""
    words = installation.definitions.organization
    held = set(session.execute(select(Post.organization_id, Post.code)).all())
    vacant = []
    for body in session.scalars(select(Organization).order_by(Organization.id)).all():
        tree = load_tree(session, [body.id], TODAY)
        for name in words.roles:
            seats = addresses(tree, words, name, body.id)
            if seats and held.isdisjoint(seats):
                vacant.append(f"{body.code}:{name}")
    assert vacant == []


def test_every_change_of_the_tree_gives_it_another_revision(session: Session, installation: Installation) -> None:
    def revision() -> int:
        session.expire_all()
        return session.get_one(Revision, TREE).number

    seen = [revision()]
    branch = organizing.add_body(session, installation, new("HY-12"), TODAY)
    seen.append(revision())
    relation = organizing.set_relation(session, installation, Edge("lead", place(session, "HY-1"), branch), TODAY)
    seen.append(revision())
    organizing.move_body(session, installation, branch, place(session, "HY-2"), TODAY)
    seen.append(revision())
    organizing.close_body(session, branch, TODAY)
    seen.append(revision())
    assert relation.valid_to == TODAY
    assert len(set(seen)) == len(seen)
