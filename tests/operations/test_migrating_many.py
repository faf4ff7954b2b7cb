"""An administrator carries many cases over at once: case by case, through refusals, changes and repeats."""

from __future__ import annotations

import pytest

from tests.enterprise import who
from tests.operations.cast import Play
from tests.operations.scenarios import plan as plans
from tests.operations.test_administering import branch_plan, entries
from tests.operations.test_health import dismiss
from tests.operations.test_migrating import newer
from workflow.errors import InvalidInput, NotAllowed, Refused
from workflow.operations.installation import Installation
from workflow.operations.many.batching import Chosen, work_batch
from workflow.operations.many.migrating_many import Migration, start_migration
from workflow.operations.reading.administration import dry_run
from workflow.operations.reading.batches import BatchPage, batch_page
from workflow.operations.sealing import verify_case
from workflow.store.session import reading, writing

HEAD, ABOVE = "HY019", "HY006"  #: administer the branches of the company, and the companies
REASON = "按新印发的办法办理"
RENAMED = {"draft": "drafting"}


def chosen(play: Play, *cases: int) -> list[Chosen]:
    return [Chosen(row.number, row.version) for row in map(play.row, cases)]


def begin(play: Play, made: Installation, wanted: Migration, by: str = HEAD) -> int:
    with writing(made.engine) as session:
        return start_migration(session, made, who(session, by), wanted).id


def worked(made: Installation, batch: int, by: str = HEAD) -> BatchPage:
    work_batch(made.engine, made, batch)
    with reading(made.engine) as session:
        return batch_page(session, who(session, by), batch)


def test_what_was_shown_is_done_with_office_and_reason(play: Play) -> None:
    cases = [branch_plan(play), branch_plan(play)]
    made = newer(play, "plan", {}, renamed=RENAMED)
    with reading(made.engine) as session:
        seen = dry_run(session, made, who(session, HEAD), "plan")
        assert (seen.missing, len(seen.ready)) == ({"draft": "起草"}, 0)
        seen = dry_run(session, made, who(session, HEAD), "plan", RENAMED)
    ready = [Chosen(each.number, each.version) for each in seen.ready]
    assert len(ready) == len(cases)
    batch = begin(play, made, Migration("plan", RENAMED, ready, REASON))
    assert {play.state(each) for each in cases} == {"draft"}, "nothing is done before the job"
    page = worked(made, batch)
    assert (page.done, page.refused) == (2, 0)
    for each in cases:
        (entry,) = entries(play, each, "migrated")
        assert (entry.person_id, entry.reason) == (play.person(HEAD), REASON)
        assert entry.post
        assert play.state(each) == "drafting"
        with reading(made.engine) as session:
            assert verify_case(session, each) is None
    worked(made, batch)
    assert [len(entries(play, each, "migrated")) for each in cases] == [1, 1], "a repeat does nothing twice"
    with pytest.raises(InvalidInput):
        begin(play, made, Migration("plan", RENAMED, chosen(play, *cases), REASON))


def test_one_that_has_moved_or_must_stay_does_not_keep_the_others(play: Play) -> None:
    moved, kept, free = branch_plan(play), branch_plan(play), plans.plan(play, body="HY-21", opener="HY031")
    made = newer(play, "plan", {"draft": {"waits_for": {"organization": ["sup.secretary"]}}})
    batch = begin(play, made, Migration("plan", {}, chosen(play, moved, kept, free), REASON), ABOVE)
    play.do(moved, "submit_internal")
    dismiss(play, "HY016", "HY-1", "party_secretary")
    page = worked(made, batch, ABOVE)
    assert [each.outcome for each in page.results] == ["refused", "refused", "done"]
    assert "已于" in page.results[0].message
    assert "任职空缺" in page.results[1].message
    assert [len(entries(play, each, "migrated")) for each in (moved, kept, free)] == [0, 0, 1]


def test_who_loses_the_post_carries_nothing_over(play: Play) -> None:
    case = branch_plan(play)
    made = newer(play, "plan", {"draft": {"title": "起草中"}})
    batch = begin(play, made, Migration("plan", {}, chosen(play, case), REASON))
    dismiss(play, HEAD, "HY-1", "party_dept_head")
    assert [each.outcome for each in worked(made, batch).results] == ["refused"]
    assert entries(play, case, "migrated") == []


def test_a_definition_that_has_changed_again_is_tried_out_again(play: Play) -> None:
    case = branch_plan(play)
    made = newer(play, "plan", {"draft": {"title": "起草中"}})
    batch = begin(play, made, Migration("plan", {}, chosen(play, case), REASON))
    newest = newer(play, "plan", {"draft": {"title": "起草"}})
    assert "重新试算" in worked(newest, batch).results[0].message
    assert entries(play, case, "migrated") == []


def test_what_makes_no_sense_is_refused_at_once(play: Play) -> None:
    case = branch_plan(play)
    made = newer(play, "plan", {"draft": {"title": "起草中"}})
    mine = chosen(play, case)
    for reason, picked in ((" ", mine), (REASON, []), (REASON, mine * 2)):
        with pytest.raises(InvalidInput):
            begin(play, made, Migration("plan", {}, picked, reason))
    with pytest.raises(Refused, match="没有状态"):
        begin(play, made, Migration("plan", {"draft": "nowhere"}, mine, REASON))
    with pytest.raises(NotAllowed):
        begin(play, made, Migration("plan", {}, mine, REASON), "HY024")
    with pytest.raises(InvalidInput) as invalid:
        begin(play, made, Migration("plan", {}, mine, REASON), "HY030")
    assert "重新试算" in str(invalid.value.facts)
