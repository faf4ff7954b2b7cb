"""Running cases go over to a newer definition, one by one, after a dry run that says what would happen to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.operations.cast import Play
from tests.operations.scenarios import plan as plans
from tests.operations.scenarios.rectification import issued
from tests.operations.test_administering import branch_plan, entries, tasks
from tests.operations.test_deadlines import due_on, open_timers
from tests.operations.test_health import dismiss
from workflow.definition.model import Stage
from workflow.errors import NotFound, Refused
from workflow.operations.due.deadlines import fire_due
from workflow.operations.installation import Installation
from workflow.operations.many.migrating import Prospect, migrate, plan_migration
from workflow.operations.many.versions import old_versions
from workflow.operations.sealing import verify_case
from workflow.store.session import reading
from workflow.store.tasks import Candidate


def newer(
    play: Play, stage: str, change: Mapping[str, Any], *, renamed: Mapping[str, str] | None = None
) -> Installation:
    """The same installation after its definition of a stage was changed: new values by state, and new names."""
    old = play.installation
    content = old.definitions.stages[stage].model_dump(mode="json", by_alias=True)
    for state, values in change.items():
        content["states"][state].update(values)
    for before, after in (renamed or {}).items():
        content["states"] = {after if name == before else name: each for name, each in content["states"].items()}
        for each in content["transitions"]:
            each["from"] = [after if name == before else name for name in each["from"]]
            each["to"] = after if each["to"] == before else each["to"]
    stages = {**old.definitions.stages, stage: Stage.model_validate(content)}
    return Installation(old.settings, replace(old.definitions, stages=stages), old.engine, old.jobs)


def planned(made: Installation, stage: str, mapping: Mapping[str, str] | None = None) -> list[Prospect]:
    with reading(made.engine) as session:
        return list(plan_migration(session, made, stage, mapping or {}))


def migrated(made: Installation, stage: str, mapping: Mapping[str, str] | None = None) -> list[Prospect]:
    return list(migrate(made.engine, made, stage, mapping or {}))


def moments(play: Play, case: int) -> dict[str, datetime]:
    return {each.trigger: each.due_at for each in open_timers(play, case)}


def test_nothing_is_old_while_the_definition_is_the_same(play: Play) -> None:
    branch_plan(play)
    assert planned(play.installation, "plan") == []
    with reading(play.installation.engine) as session:
        assert old_versions(session, play.installation) == []


def test_a_dry_run_changes_nothing_and_the_real_one_does_what_it_said(play: Play) -> None:
    cases = [branch_plan(play), branch_plan(play)]
    made = newer(play, "plan", {"draft": {"title": "起草中"}})
    with reading(made.engine) as session:
        assert [(each.stage, each.running) for each in old_versions(session, made)] == [("plan", 2)]
    before = [play.row(each).definition_id for each in cases]
    said = planned(made, "plan")
    assert [(each.new_state, each.problem) for each in said] == [("起草中", ""), ("起草中", "")]
    assert [play.row(each).definition_id for each in cases] == before
    assert migrated(made, "plan") == said
    assert [play.row(each).definition_id for each in cases] != before
    assert planned(made, "plan") == []
    assert migrated(made, "plan") == []
    for each in cases:
        entry = entries(play, each, "migrated")[0]
        assert entry.details["from"] != entry.details["to"]
        with reading(made.engine) as session:
            assert verify_case(session, each) is None


def test_a_case_goes_on_by_the_new_definition(play: Play) -> None:
    case = branch_plan(play)
    made = newer(play, "plan", {"internal_review": {"title": "内审"}})
    migrated(made, "plan")
    play = replace(play, installation=made)
    assert play.do(case, "submit_internal").state_title == "内审"


def test_a_state_that_is_gone_has_to_be_mapped(play: Play) -> None:
    case = branch_plan(play)
    made = newer(play, "plan", {}, renamed={"draft": "drafting"})
    assert "请指明对应的状态" in planned(made, "plan")[0].problem
    assert planned(made, "plan")[0].is_gone
    assert migrated(made, "plan")[0].problem
    assert play.state(case) == "draft"
    assert entries(play, case, "migrated") == []
    before = due_on(play, case)
    assert migrated(made, "plan", {"draft": "drafting"})[0].problem == ""
    row = play.row(case)
    assert (row.state, row.round) == ("drafting", 2)
    assert [bool(each.closed_at) for each in tasks(play, case)] == [True, False]
    assert tasks(play, case)[0].closed_reason == "流程版本更换，待办重新分送"
    assert due_on(play, case) == before, "the clock goes on"
    play = replace(play, installation=made)
    assert play.do(case, "submit_internal").state == "internal_review"


@pytest.mark.parametrize(("mapping", "error"), [({"draft": "nowhere"}, Refused), ({}, NotFound)])
def test_a_wrong_name_is_told_at_once(play: Play, mapping: dict[str, str], error: type[Exception]) -> None:
    branch_plan(play)
    stage = "plan" if mapping else "nothing"
    with pytest.raises(error):
        planned(play.installation, stage, mapping)


def test_a_shorter_limit_never_shortens_what_was_promised(play: Play) -> None:
    case = branch_plan(play)
    before, promised = due_on(play, case), moments(play, case)
    made = newer(play, "plan", {"draft": {"due": "1 working days"}})
    play.clock.advance(timedelta(days=3))
    migrated(made, "plan")
    assert due_on(play, case) == before
    assert moments(play, case)["remind_overdue"] == promised["remind_overdue"]


def test_a_longer_limit_counts_from_the_day_of_entry(play: Play) -> None:
    case = branch_plan(play)
    opened = play.today
    made = newer(play, "plan", {"draft": {"due": "30 working days"}})
    play.clock.advance(timedelta(days=3))
    migrated(made, "plan")
    assert due_on(play, case) == play.installation.calendar.add_working_days(opened, 30).date
    assert [play.installation.today(each.due_at or play.clock.now()) for each in tasks(play, case)] == [
        due_on(play, case)
    ]


def test_what_is_overdue_stays_overdue_and_is_not_told_again(play: Play) -> None:
    case = branch_plan(play)
    play.clock.set(play.moment(due_on(play, case) + timedelta(days=1)))
    fire_due(play.installation.engine, play.installation)
    before, told = play.row(case).due_at, play.transitions(case).count("P21")
    made = newer(play, "plan", {"draft": {"due": "30 working days"}})
    migrated(made, "plan")
    assert play.row(case).due_at == before
    fire_due(made.engine, made)
    assert play.transitions(case).count("P21") == told


def test_tasks_are_readdressed_to_the_new_roles(play: Play) -> None:
    case = branch_plan(play)
    made = newer(
        play, "plan", {"draft": {"waits_for": {"organization": ["own.secretary"], "member": ["own.secretary"]}}}
    )
    migrated(made, "plan")
    with reading(made.engine) as session:
        query = select(Candidate.address).where(Candidate.task_id == tasks(play, case)[-1].id, Candidate.is_open)
        assert list(session.scalars(query)) == [f"o{play.body('HY-11')}:branch_secretary"]


def test_a_vacant_post_keeps_a_case_where_it_is(play: Play) -> None:
    case = branch_plan(play)
    made = newer(
        play, "plan", {"draft": {"waits_for": {"organization": ["sup.secretary"], "member": ["sup.secretary"]}}}
    )
    dismiss(play, "HY016", "HY-1", "party_secretary")
    assert "任职空缺" in planned(made, "plan")[0].problem
    assert "任职空缺" in migrated(made, "plan")[0].problem
    assert entries(play, case, "migrated") == []


def test_a_running_child_that_the_new_version_does_not_know_keeps_it(play: Play) -> None:
    case = issued(play)
    assert any(each.closed_at is None for each in play.children(case))
    old = play.installation.definitions.stages["rectification"]
    names = {each.child_name for each in play.children(case) if each.closed_at is None}
    content = old.model_dump(mode="json", by_alias=True)
    content["children"] = {name: each for name, each in content["children"].items() if name not in names}
    content["transitions"] = [
        each for each in content["transitions"] if (each["after"] or {}).get("child") not in names
    ]
    stages = {**play.installation.definitions.stages, "rectification": Stage.model_validate(content)}
    definitions = replace(play.installation.definitions, stages=stages)
    made = Installation(play.installation.settings, definitions, play.installation.engine, play.installation.jobs)
    assert "正在办理的子事项" in planned(made, "rectification")[0].problem


def test_one_case_with_a_problem_does_not_keep_the_others(play: Play) -> None:
    first = branch_plan(play)
    second = plans.plan(play, body="HY-21", opener="HY031")
    made = newer(
        play, "plan", {"draft": {"waits_for": {"organization": ["sup.secretary"], "member": ["sup.secretary"]}}}
    )
    dismiss(play, "HY016", "HY-1", "party_secretary")
    assert [bool(each.problem) for each in migrated(made, "plan")] == [True, False]
    assert not entries(play, first, "migrated")
    assert entries(play, second, "migrated")
