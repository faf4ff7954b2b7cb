"""Effects of the pledge stage (M2)."""

from __future__ import annotations

from dataclasses import replace

from workflow.engine.recusal import stand_ins
from workflow.engine.registry import effect
from workflow.engine.routing import RoutingError
from workflow.engine.snapshot import Change, Situation, Snapshot
from workflow.engine.values import count, flag, people, rows, text

PUBLISHED_RESULTS = ("published", "archived")  #: states of an appraisal whose result may be used


@effect
def name_pledge_decider(situation: Situation) -> Change:
    """Where the secretary pledges, others of the branch committee decide, or the superior's secretary (L03, L22)."""
    return Change(data={"decider": _deciders(situation.snapshot)})


def _deciders(snapshot: Snapshot) -> list[int]:
    person = snapshot.case.person
    roles = ("own.branch_secretary", "own.branch_committee", "above.secretary")
    return stand_ins(snapshot, roles, {person.id}) if person else []


@effect
def list_results(situation: Situation) -> Change:
    """One row per item to report on; what was reported before stays (L07)."""
    known = {text(row, "text"): row for row in rows(situation.data, "results")}
    fresh = [
        dict(known.get(name, {"text": name, "outcome": "open", "evidence": ""}))
        for row in rows(situation.data, "items")
        if (name := text(row, "text"))
    ]
    return Change(data={"results": fresh})


@effect
def log_progress(situation: Situation) -> Change:
    """Add a line to the progress of an item and tick it when it is done (L08)."""
    data, item = situation.data, count(situation.data, "item")
    note = {"item": item, "text": text(data, "progress_note"), "on": situation.act.today.isoformat()}
    results = [dict(row) for row in rows(data, "results")]
    if 0 < item <= len(results) and flag(data, "item_done"):
        results[item - 1] |= {"outcome": "done", "evidence": text(data, "evidence") or text(data, "progress_note")}
    return Change(data={"progress": [*map(dict, rows(data, "progress")), note], "results": results})


@effect
def apply_change(situation: Situation) -> Change:
    """The new items take the place of the old ones, which are kept (L10)."""
    data = situation.data
    former = {"items": [dict(row) for row in rows(data, "items")], "until": situation.act.today.isoformat()}
    return Change(
        data={
            "items": [dict(row) for row in rows(data, "new_items")],
            "old_items": former["items"],
            "former_items": [*map(dict, rows(data, "former_items")), former],
        }
    )


@effect
def attach_appraisal(situation: Situation) -> Change:
    """Use the published result of the appraisal of the same subject, if there is one (L13, L14)."""
    of_person = situation.case.subject == "member"
    found = [
        case.data["satisfied_percent"]
        for case in situation.snapshot.related
        if case.stage == "mass_appraisal"
        and case.state in PUBLISHED_RESULTS
        and case.same_person == of_person
        and "satisfied_percent" in case.data
    ]
    return Change(data={"appraisal_satisfied_percent": found[-1]} if found else {})


@effect
def count_continuation(situation: Situation) -> Change:
    """Count how often the pledge was prolonged (L18)."""
    return Change(data={"continuations": count(situation.data, "continuations") + 1})


@effect
def move_to_new_body(situation: Situation) -> Change:
    """Every base that meant the old organisation means the new one; its superior is resolved anew (L24)."""
    case, tree = situation.case, situation.snapshot.tree
    target = people(situation.data, "to_body")[0]
    moved = {base: target for base, body in case.bodies.items() if body == case.bodies["own"]}
    try:
        above = tree.leading_superior(target)
        superior = {"above": above} | ({"sup": above} if "sup" not in moved else {})
    except RoutingError:
        superior = {}
    bodies = moved | superior
    there = replace(situation.snapshot, case=replace(case, bodies={**case.bodies, **bodies}))
    return Change(data={"decider": _deciders(there)}, bodies=bodies)
