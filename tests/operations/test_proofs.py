"""What can be proven later: values entered in confidence, roots copied from papers, samples drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from tests.operations.cast import Play
from tests.operations.scenarios.commendation import on_notice
from tests.operations.scenarios.notice import posted
from tests.operations.scenarios.plan import plan
from workflow.engine.chain import Extent
from workflow.engine.draw import Plan, Unit, draw, freeze
from workflow.errors import NotFound
from workflow.operations.drawing import replay_draws
from workflow.operations.sealing import JournalFault, latest_seal, seal_campaigns, verify
from workflow.store.cases import Campaign, Case
from workflow.store.journal import Confidence, JournalEntry
from workflow.store.session import reading, writing


def faults(play: Play, printed: Sequence[Extent] = ()) -> list[JournalFault]:
    with reading(play.installation.engine) as session:
        return [each for each in verify(session, printed) if isinstance(each, JournalFault)]


@pytest.fixture
def objection(play: Play) -> Confidence:
    """What an objector said in confidence, beside the journal."""
    play.objects(posted(play, on_notice(play)))
    with reading(play.installation.engine) as session:
        found = session.scalars(select(Confidence)).one()
        session.expunge_all()
        return found


def test_the_journal_proves_the_objection_and_does_not_tell_it(play: Play, objection: Confidence) -> None:
    with reading(play.installation.engine) as session:
        entry = session.scalars(select(JournalEntry).where(
            JournalEntry.case_id == objection.case_id, JournalEntry.sequence == objection.sequence)).one()  # fmt: skip
        assert "柳青禾" not in str(entry.details)
        assert len(entry.details["confidence"]) == 64
    assert faults(play) == []


@pytest.mark.parametrize("change", ["edit", "salt", "remove", "add"])
def test_a_changed_objection_is_found(play: Play, objection: Confidence, change: str) -> None:
    with writing(play.installation.engine) as session:
        row = session.merge(objection, load=True)
        match change:
            case "edit":
                row.content = {**row.content, "objector": "他人"}
            case "salt":
                row.salt = "0" * 43
            case "remove":
                session.delete(row)
            case "add":
                session.add(Confidence(case_id=row.case_id, sequence=1, content={"objector": "他人"}, salt="0"))
    [fault] = faults(play)
    assert fault.message == "保密内容与留痕登记的校验值不符"
    assert f"第{1 if change == 'add' else objection.sequence}条" in fault.where


def sealed(play: Play) -> Extent:
    plan(play)
    seal_campaigns(play.installation.engine)
    with reading(play.installation.engine) as session:
        seal = latest_seal(session, session.scalars(select(Campaign.id)).one())
        assert seal is not None
        return Extent(seal.sequence, seal.root)


def test_a_root_copied_from_a_paper_is_known_again(play: Play) -> None:
    first = sealed(play)
    second = sealed(play)
    assert (first.size, second.size) == (1, 2)
    assert faults(play, [first, second]) == []


def test_another_root_is_not(play: Play) -> None:
    root = sealed(play)
    for wrong in (Extent(1, "ab" * 32), Extent(2, root.root), Extent(9, root.root)):
        [fault] = faults(play, [wrong])
        assert fault.where == f"公文所载第{wrong.size}次封存"


def draws(play: Play, case: int, **changed: Any) -> None:
    """The record of a draw among four bodies, kept with a case."""
    units = [Unit(str(play.body(each)), "production", "", "") for each in ("HY-1", "HY-2", "HY-3", "HY-01")]
    how = Plan("2012-X6-000001", 1, "2012年3月5日上证指数2445.00", Fraction(1, 3), 1)
    record = draw(freeze(units), how, "sha256-1").plain()
    with writing(play.installation.engine) as session:
        row = session.get_one(Case, case)
        row.data = {**row.data, "draws": [{**record, **changed}]}


def test_a_draw_comes_out_the_same_again(play: Play) -> None:
    case = plan(play)
    draws(play, case)
    with reading(play.installation.engine) as session:
        [replayed] = replay_draws(session, play.row(case).number)
    assert replayed.differing == ()
    assert (replayed.number, replayed.frame, len(replayed.sample)) == (1, 4, 2)
    assert all("恒岳集团" in each for each in replayed.sample)


def test_a_chosen_sample_is_found(play: Play) -> None:
    case, other = plan(play), plan(play, body="HY-2", opener="HY031")
    draws(play, case, sample=[str(play.body("HY-1"))])
    with reading(play.installation.engine) as session:
        [replayed] = replay_draws(session, play.row(case).number)
        assert replayed.differing == ("抽中单位",)
        with pytest.raises(NotFound, match="抽签记录"):
            replay_draws(session, play.row(other).number)
