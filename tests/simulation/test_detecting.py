"""What is planted is found: each invariant says what is wrong, and a failing script shrinks to a test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from tests.enterprise import definitions
from workflow.engine.actor import Actor
from workflow.operations import journal
from workflow.operations.publishing import stage_of
from workflow.simulation.chance import Chance
from workflow.simulation.faults import Fault, Kind
from workflow.simulation.invariants import waiting
from workflow.simulation.invariants.boxes import Boxes
from workflow.simulation.invariants.honours import check_honours
from workflow.simulation.invariants.jobs import Jobs
from workflow.simulation.invariants.timers import Limits
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.invariants.watch import Watch
from workflow.simulation.opening import open_something
from workflow.simulation.script import Event
from workflow.simulation.shrinking import keep, regression, shrunk
from workflow.simulation.trees import Shape
from workflow.simulation.world import World, inhabited
from workflow.store.ballots import Voter
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.journal import JournalEntry
from workflow.store.organization import Organization
from workflow.store.people import Account, Person, Post

SEED = 5
ENTERPRISE = select(Organization.id).where(Organization.kind == "ent_committee")
OPENING = ("an opening", 6)  #: a draw with which a case is opened
WRONGS = {
    "the state is what the journal tells": "UPDATE cases SET state = 'published'",
    "journal length is the version": "UPDATE cases SET version = version + 1",
    "the chain holds": "UPDATE journal SET reason = '改动'",
    "an open task belongs to this round": "UPDATE tasks SET round = round + 1",
    "a final case has no open tasks": "UPDATE cases SET closed_at = opened_at",
    "no closed task stands in an inbox": "UPDATE tasks SET closed_at = opened_at, closed_reason = '无'",
    "the journal has no gap": "UPDATE journal SET sequence = sequence + 1",
    "what is due falls on a working day":
        "UPDATE cases SET due_at = '2035-08-04 09:30:00', calendar_version = '{calendar}'",
    "a job belongs to a committed act":
        "INSERT INTO simulated_jobs (kind, key, arguments)"
        " VALUES ('render_document', '9', json_object('document_id', 9999))",
    "what waits for a job has one":
        """INSERT INTO batches (kind, person_id, title, "values", made_at) VALUES ('act', 1, '', '{}', '2012-01-04')""",
    "cast ≤ issued ≤ roster":
        "INSERT INTO ballots (key, case_id, voter_group, answers, remark) VALUES ('k', 1, 'party', '{}', '')",
    "commendation comes after assessment": "UPDATE cases SET stage = 'commendation'",
}  # fmt: skip


@pytest.fixture
def world() -> Iterator[World]:
    with inhabited(SEED, definitions(), Shape()) as made:
        open_something(made, Chance(*OPENING))
        yield made


def spoil(world: World, statement: str) -> str:
    """What the watch says after a statement that nobody should be able to run."""
    with world.writing() as session:
        session.execute(text("DELETE FROM deadlines"))
        session.execute(text(statement.replace("{calendar}", world.installation.calendar.version)))
    with pytest.raises(Violation) as found:
        Watch(world).look()
    return found.value.name


@pytest.mark.parametrize("name", list(WRONGS))
def test_what_is_spoilt_is_named(world: World, name: str) -> None:
    assert spoil(world, WRONGS[name]) == name


def test_a_case_that_nobody_carries_on_is_listed_or_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    vain = "UPDATE tasks SET closed_at = opened_at, closed_reason = '无'"
    with world.writing() as session:
        session.execute(text("DELETE FROM deadlines"))
        session.execute(text(vain))
        session.execute(text("UPDATE candidates SET is_open = 0"))
    Watch(world).look()
    assert world.seen["listed as stuck"] == 1
    monkeypatch.setattr(waiting, "stuck_cases", lambda *_: [])
    with pytest.raises(Violation, match="a case waits for somebody or something"):
        Watch(world).look()


def test_a_limit_that_comes_earlier_after_a_pause_is_found(world: World) -> None:
    limits = Limits()
    with world.writing() as session:
        row = session.scalars(select(Case)).one()
        stage = stage_of(session, row.definition_id)
        for weeks, facts in ((2, "opened"), (1, "moved"), (1, "resumed")):
            row.due_at = world.now + timedelta(weeks=weeks)
            limits.check(session, world, row, stage, [], {facts})
        row.due_at = world.now
        with pytest.raises(Violation, match="what is due comes no earlier"):
            limits.check(session, world, row, stage, [], {"resumed"})


def act_as(world: World, code: str, kind: str, *, disabled: bool = False) -> str:
    """What the watch says when the opener acts with a post in a body of a kind, on a case of the enterprise."""
    title = world.definitions.organization.posts[code].title
    with world.writing() as session:
        row = session.scalars(select(Case)).one()
        body = session.scalars(select(Organization).where(Organization.kind == kind)).one()
        held = select(Post.person_id).where(Post.organization_id == body.id, Post.code == code)
        person = session.scalars(held).first() or session.scalars(select(Person.id)).first()
        row.organization_id = session.scalars(ENTERPRISE).one()
        at, who = world.now, Actor(person, "某人")
        journal.append(session, row, "moved", actor=who, at=at, post=title, organization=body.name, transition="P01")
        if disabled:
            session.execute(update(Account).where(Account.person_id == person).values(disabled_at=world.now))
    with pytest.raises(Violation) as found:
        Watch(world).look()
    return found.value.name


def test_who_acts_without_the_post_is_found(world: World) -> None:
    with world.writing() as session:
        session.execute(update(Post).where(Post.code == "party_secretary").values(valid_to=world.today))
    assert act_as(world, "party_secretary", "ent_committee") == "nobody acts without the post"


def test_a_guide_that_acts_is_found(world: World) -> None:
    assert act_as(world, "party_secretary", "local_committee") == "a guide never acts"


def test_who_acts_without_being_let_in_is_found(world: World) -> None:
    found = act_as(world, "party_secretary", "ent_committee", disabled=True)
    assert found == "nobody acts with a disabled account"


@pytest.mark.parametrize("serials", [(1, 3), (2, 3), (1, 2, 2)])
def test_numbers_with_a_gap_or_a_double_are_found(world: World, serials: tuple[int, ...]) -> None:
    with world.writing() as session:
        session.execute(text("DROP INDEX uq_documents_serial"))
        for place, serial in enumerate(serials):
            session.add(Document(
                case_id=1, name="notice", catalogue="T10", kind="通知", title="通知", transition="P01",
                code=f"C{place}", issuer_id=1, series="党发", year=2012, serial=serial, state="voided",
                signed_on=world.today, content={}, content_hash="", template="", ordered_at=world.now,
            ))  # fmt: skip
    watch = Watch(world)
    watch.look()
    with pytest.raises(Violation, match="numbers have no gap and no double"):
        watch.look_at_everything()


def test_an_effect_that_was_not_asked_for_is_found(world: World) -> None:
    with world.reading() as session, pytest.raises(Violation, match="a job has its effect once"):
        Jobs().check(session, [JournalEntry(fact="rendered", details={"document": "X"})])


def test_votes_that_vanish_are_found(world: World) -> None:
    boxes = Boxes()
    with world.writing() as session:
        session.execute(text("UPDATE cases SET state = 'open'"))
        session.add(Voter(case_id=1, person_id=1, voter_group="party", has_ticket=True))
        session.flush()
        boxes.check(session)
        session.execute(text("UPDATE voters SET has_ticket = 0"))
        with pytest.raises(Violation, match="what was issued and cast stays"):
            boxes.check(session)


def test_a_notice_that_is_too_short_is_found(world: World) -> None:
    with world.writing() as session:
        row = session.scalars(select(Case)).one()
        row.stage, row.data = "public_notice", {"calendar_version": row.calendar_version}
        first = session.scalars(select(JournalEntry)).first()
        assert first is not None
        first.transition = "N01"
        for day in (40, 2):
            last = JournalEntry(
                case_id=1, sequence=90 - day, at=first.at + timedelta(days=day), fact="moved", transition="N05",
                round=1, person="", details={}, hash="",
            )  # fmt: skip
            session.add(last)
            session.flush()
            if day == 40:
                check_honours(session, world, row, last)
        with pytest.raises(Violation, match="a notice stands for all of its days"):
            check_honours(session, world, row, last)


AT = datetime(2012, 3, 5, tzinfo=UTC)
SCRIPT = [Event(number, "act", AT, Fault(Kind.CRASH, 1) if number in (7, 30) else None) for number in range(60)]


def test_a_script_shrinks_to_what_matters() -> None:
    def fails(script: object) -> bool:
        there = {each.number: each for each in script}  # type: ignore[attr-defined]
        return {7, 41} <= there.keys() and there[7].fault is not None

    short = shrunk(SCRIPT, fails)
    assert [(each.number, each.fault is not None) for each in short] == [(7, True), (41, False)]
    assert keep(SCRIPT, [7, 41], [7]) == short


def test_a_failing_seed_becomes_a_test() -> None:
    found = regression(9, 4, 24, keep(SCRIPT, [7, 41], [7]), "Violation: everything can finish: …")
    assert "def test_seed_9() -> None:" in found
    assert "[7, 41], faulty=[7]" in found
    compile(found, "regression", "exec")
