"""Secret ballots: nothing that is stored ties a voter to a vote (trust.md, pitfalls 4 to 7; domain.md §6.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from sqlalchemy import DateTime, Engine, inspect, select, text
from sqlalchemy.orm import Session

from tests.operations.cast import Play
from tests.operations.scenarios.appraisal import appraisal, opened
from workflow import randomness
from workflow.errors import Conflict, InvalidInput, NotAllowed
from workflow.operations.ballots import cast, counts, issue_ticket
from workflow.randomness import SeededRandomness
from workflow.store import tables
from workflow.store.ballots import Ballot, BallotKey, Voter
from workflow.store.session import reading, writing

SEEDS = 5
HIDDEN = "—"


def draw(play: Play, case: int, voter: int) -> str:
    with writing(play.installation.engine) as session:
        return issue_ticket(session, case, voter)


def vote(play: Play, case: int, ticket: str, option: str = "satisfied", remark: str = "") -> None:
    answers = {each["code"]: option for each in play.data(case)["items"]}
    with writing(play.installation.engine) as session:
        cast(session, case, ticket, answers, remark)


def roster(play: Play, case: int) -> list[int]:
    with reading(play.installation.engine) as session:
        return list(session.scalars(select(Voter.person_id).where(Voter.case_id == case).order_by(Voter.person_id)))


def contents(engine: Engine) -> dict[str, str]:
    """A hash of every table's rows, in whatever order they lie."""
    with engine.connect() as connection:
        return {
            table.name: sha256(repr(connection.execute(select(table)).all()).encode()).hexdigest()
            for table in tables.metadata.sorted_tables
        }


def changed(engine: Engine, act: Callable[[], object]) -> set[str]:
    """Names of the tables that an act has changed."""
    before = contents(engine)
    act()
    after = contents(engine)
    return {name for name, hashed in after.items() if hashed != before[name]}


def test_drawing_a_ticket_touches_the_roster_alone_and_voting_the_box_alone(play: Play) -> None:
    case = opened(play)
    engine, voter, tickets = play.installation.engine, roster(play, case)[3], []
    assert changed(engine, lambda: tickets.append(draw(play, case, voter))) == {"voters"}
    assert changed(engine, lambda: vote(play, case, tickets[0])) == {"ballots"}


def test_roster_and_box_share_nothing_but_appraisal_and_group() -> None:
    voters, ballots = ({column.name for column in table.__table__.columns} for table in (Voter, Ballot))
    assert voters & ballots == {"case_id", "voter_group"}
    for table in (Voter, Ballot, BallotKey):
        assert not any(isinstance(column.type, DateTime) for column in table.__table__.columns)
        assert not any(column.autoincrement is True for column in table.__table__.columns)
    assert Ballot.__table__.dialect_options["sqlite"]["with_rowid"] is False


def test_a_ticket_is_stored_nowhere(play: Play) -> None:
    case = opened(play)
    ticket = draw(play, case, roster(play, case)[3])
    vote(play, case, ticket)
    nonce = ticket.split(".")[1]
    with play.installation.engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            assert nonce not in repr(connection.execute(select(table)).all()), table.name


def test_a_ticket_is_issued_once(play: Play) -> None:
    case = opened(play)
    voter = roster(play, case)[3]
    draw(play, case, voter)
    with pytest.raises(Conflict, match="不能补领"):
        draw(play, case, voter)


def test_a_vote_is_replaced_until_closing_and_no_longer(play: Play) -> None:
    case = opened(play)
    play.ballots(case, "satisfied", share=0.9)
    ticket = draw(play, case, roster(play, case)[-1])
    vote(play, case, ticket, "satisfied")
    vote(play, case, ticket, "dissatisfied")
    with reading(play.installation.engine) as session:
        assert session.get_one(Ballot, sha256(ticket.encode()).hexdigest()).answers["deeds"] == "dissatisfied"
    play.clock.set(play.row(case).due_at)
    play.wait()
    assert play.state(case) == "ballot_closed"
    with pytest.raises(NotAllowed, match="已经截止"):
        vote(play, case, ticket)
    with reading(play.installation.engine) as session:
        assert session.scalars(select(BallotKey)).all() == []


def test_a_forged_or_borrowed_ticket_is_refused(play: Play) -> None:
    case, other = opened(play), appraisal(play, held_on="2012-03-20", closes_on="2012-03-21")
    for trigger in ("approve_plan", "fix_roster", "announce"):
        play.do(other, trigger)
    ticket = draw(play, case, roster(play, case)[3])
    group, nonce, mark = ticket.split(".")
    play.until("2012-03-20")
    play.do(other, "open")
    promoted = ".".join(("party" if group == "staff" else "staff", nonce, mark))
    for forged in (ticket, promoted, f"{group}.{nonce}.{'0' * 64}", "", "...", "票"):
        with pytest.raises(NotAllowed):
            vote(play, other, forged)


def test_what_is_not_on_the_paper_is_refused(play: Play) -> None:
    case = opened(play)
    ticket = draw(play, case, roster(play, case)[3])
    with writing(play.installation.engine) as session, pytest.raises(InvalidInput):
        cast(session, case, ticket, {"deeds": "perfect"}, "")


def test_answers_are_read_by_nobody_before_the_count(play: Play) -> None:
    case = opened(play)
    play.ballots(case, "satisfied")
    with reading(play.installation.engine) as session:
        seen = counts(session, case, play.state(case))
    assert (seen.collected, list(seen.answers), list(seen.remarks)) == (len(roster(play, case)), [], [])


def groups(play: Play, case: int) -> dict[str, list[int]]:
    """Voters by group."""
    found: dict[str, list[int]] = {}
    with reading(play.installation.engine) as session:
        voters = select(Voter).where(Voter.case_id == case).order_by(Voter.person_id)
        for each in session.scalars(voters):
            found.setdefault(each.voter_group, []).append(each.person_id)
    return found


def counted(play: Play, case: int) -> dict[str, dict[str, Any]]:
    """The printed tally by title of group."""
    play.clock.set(play.row(case).due_at or play.clock.now())
    play.wait()
    play.do(case, "start_count")
    play.do(case, "tally")
    return {each["title"]: each for each in play.data(case)["tally"]["groups"]}


def test_a_group_of_which_few_have_voted_is_hidden_with_whatever_would_give_it_away(play: Play) -> None:
    case = opened(play, member=True)
    voters = groups(play, case)
    for voter in (*voters["party"][:4], *voters["staff"]):
        vote(play, case, draw(play, case, voter), "fairly_satisfied")
    titles = play.installation.definitions.criteria.lists["voter_groups"]
    printed = counted(play, case)
    for group in ("party", "staff"):
        assert printed[titles[group]]["collected"] == HIDDEN
        assert {cell for item in printed[titles[group]]["items"] for cell in item["counts"]} == {HIDDEN}
    assert [each["items"][-1]["satisfied"] for each in printed.values()][-1] == "100.00"


def test_groups_are_merged_where_one_is_too_small_to_hide_in(play: Play) -> None:
    case = appraisal(play, member=True)
    play.do(case, "approve_plan")
    few = [play.person(each) for each in ("HY020", "HY021", "HY022")]
    play.do(case, "fix_roster", party_voters=few)
    assert set(groups(play, case)) == {"merged"}
    play.do(case, "announce")
    play.until(play.data(case)["held_on"])
    play.do(case, "open")
    assert draw(play, case, few[0]).startswith("merged.")


def test_free_text_of_a_small_group_is_not_kept(play: Play) -> None:
    case = opened(play, member=True)
    voters = groups(play, case)
    least = play.installation.definitions.campaign.parameters["privacy.minimum_remarks"]
    for group, members in voters.items():
        vote(play, case, draw(play, case, members[0]), remark="办实事多")
        with reading(play.installation.engine) as session:
            kept = session.scalars(select(Ballot.remark).where(Ballot.voter_group == group)).one()
        assert kept == ("办实事多" if len(members) >= least else "")
    assert min(map(len, voters.values())) < least <= max(map(len, voters.values()))


@contextmanager
def seeded(seed: int) -> Iterator[Random]:
    with randomness.use(SeededRandomness(seed)):
        yield Random(seed)


def physical_orders(session: Session, table: str, column: str, case: int) -> Iterator[Sequence[object]]:
    """Every order in which the database itself would give the rows, or keeps their birth."""
    rows = f"FROM {table} WHERE case_id = {case}"
    yield session.scalars(text(f"SELECT {column} {rows}")).all()
    if session.get_bind().dialect.name == "postgresql":
        yield session.scalars(text(f"SELECT {column} {rows} ORDER BY ctid")).all()
        yield session.scalars(text(f"SELECT {column} {rows} ORDER BY xmin::text::bigint, ctid")).all()
    elif "rowid" in {each["name"] for each in inspect(session.get_bind()).get_columns(table)} or table == "voters":
        yield session.scalars(text(f"SELECT {column} {rows} ORDER BY rowid")).all()


def test_no_order_ties_voters_to_ballots(play: Play) -> None:
    """Who knows in which order tickets were drawn, and sees every order that the database keeps, guesses no better."""
    hits: dict[int, int] = {}
    voters = 0
    for seed in range(SEEDS):
        with seeded(seed) as chance:
            case = opened(play, held_on=play.after(10), closes_on=play.after(12))
            order = roster(play, case)
            chance.shuffle(order)
            true = {}
            for voter in order:
                ticket = draw(play, case, voter)
                vote(play, case, ticket)
                true[voter] = sha256(ticket.encode()).hexdigest()
            play.do(case, "close_ballot")
        voters = len(order)
        with reading(play.installation.engine) as session:
            persons = [order, *physical_orders(session, "voters", "person_id", case)]
            ballots = list(physical_orders(session, "ballots", "key", case))
        pairs = [(mine, theirs) for mine in persons for theirs in ballots]
        for number, (mine, theirs) in enumerate(pairs):
            found = sum(true[person] == key for person, key in zip(mine, theirs, strict=True))
            hits[number] = hits.get(number, 0) + found
    chance_level = SEEDS + 3 * SEEDS**0.5
    assert voters >= 10
    assert all(each <= chance_level for each in hits.values()), hits
