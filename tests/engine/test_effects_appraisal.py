"""What an appraisal and a comment note, to the letter: hidden cells, blanks, rounds, former comments (domain.md §6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.engine.cast import BRANCH, COMMITTEE, LEADER, MEMBER, ORGANISER, SECRETARY, change, member, snapshot
from tests.engine.test_guards_mass_appraisal import appraisal, box, counted
from tests.engine.test_recusal import holders_in

HIDDEN = "—"


def test_a_hidden_row_betrays_nothing() -> None:
    hidden = {"counts": [HIDDEN] * 4, "percents": [HIDDEN] * 4, "satisfied": HIDDEN, "score": HIDDEN}
    rows = counted(4, 9)["tally"]["groups"][0]["items"]
    assert [{name: each[name] for name in hidden} for each in rows] == [hidden] * len(rows)
    assert rows[-1].keys() == {"title", *hidden}
    assert rows[-1]["title"] == "综合"


def test_blank_answers_have_a_column_of_their_own() -> None:
    items: Any = change("set_items", appraisal(), "A01").data["items"]
    first, *others = [row["code"] for row in items]
    silent = dict.fromkeys(others, "satisfied")
    ballots = [("party", silent)] * 5 + [("staff", {**silent, first: "satisfied"})] * 9
    facts = appraisal("counting", {"items": items}, ballots=box(14, answers=ballots))
    tally: Any = change("compute_tally", facts, "A11").data["tally"]
    assert tally["options"] == ["满意", "比较满意", "基本满意", "不满意", "未表态"]
    party, _, everybody = tally["groups"]
    assert party["items"][0]["counts"] == [0, 0, 0, 0, 5]
    assert everybody["items"][0]["counts"] == [9, 0, 0, 0, 5]
    small = appraisal("counting", {"items": items}, ballots=box(13, answers=ballots[1:]))
    hidden: Any = change("compute_tally", small, "A11").data["tally"]
    assert hidden["groups"][0]["items"][0]["counts"] == [HIDDEN] * 5


@pytest.mark.parametrize(
    ("effect", "name"), [("count_extension", "extensions"), ("count_recount", "recounts")]
)  # fmt: skip
def test_each_repetition_is_counted(effect: str, name: str) -> None:
    assert change(effect, appraisal("open"), "A06").data == {name: 1}
    assert change(effect, appraisal("open", {name: 2}), "A06").data == {name: 3}


def test_a_new_round_keeps_nothing_but_its_number() -> None:
    old = appraisal("invalid", {"appraisal_round": 1, "recounts": 2, "extensions": 1, "objection": "异议"})
    emptied = dict.fromkeys(("tally", "satisfied_percent", "appraisal_score", "objection", "reply", "fault"))
    assert change("new_round", old, "A21").data == {
        **emptied, "extensions": 0, "recounts": 0, "opinions": [], "appraisal_round": 2}  # fmt: skip


def test_the_superior_decides_where_the_whole_committee_is_appraised() -> None:
    held = {(BRANCH, "branch_secretary"): (SECRETARY,), (COMMITTEE, "party_secretary"): (LEADER,)}

    def decider(appraised: int, **posts: tuple[int, ...]) -> object:
        mine = {**held, **{(BRANCH, post): people for post, people in posts.items()}}
        facts = appraisal("draft", subject="member", person=member(appraised), holders=holders_in(mine))
        bodies = {**facts.case.bodies, "organiser": BRANCH, "sup": COMMITTEE}
        return change("name_decider", replace(facts, case=replace(facts.case, bodies=bodies)), "A01").data

    assert decider(MEMBER) == {"decider": []}
    assert decider(SECRETARY, branch_org_member=(ORGANISER,)) == {"decider": [ORGANISER]}
    assert decider(SECRETARY) == {"decider": [LEADER]}


def test_every_former_comment_is_kept() -> None:
    before = {"text": "更早的点评"}
    facts = snapshot("leader_comment", data={"former_comments": [before], "problems": "新"})
    kept: Any = change("keep_old_comment", facts, "C10").data["former_comments"]
    assert (kept[0], len(kept)) == (before, 2)


def test_improvement_is_due_with_the_last_of_its_actions() -> None:
    actions = [{"text": "一", "due_on": "2012-04-01"}, {"text": "二", "due_on": "2012-05-01"}, {"text": "三"}]
    written = change("list_follow_up", snapshot("leader_comment", data={"actions": actions}), "C07").data
    lines = [{"text": each["text"], "result": ""} for each in actions]
    assert written == {"follow_up": lines, "improve_by": "2012-05-01"}
    undated = change("list_follow_up", snapshot("leader_comment", data={"actions": actions[2:]}), "C07").data
    assert undated == {"follow_up": lines[2:]}
