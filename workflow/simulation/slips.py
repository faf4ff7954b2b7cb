"""What people get wrong before they get it right: one form for each reason of refusal that a form can bring about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.definition.model import Transition
from workflow.simulation.chance import Chance
from workflow.simulation.wishes import FIRST, HIGHEST, Entered
from workflow.simulation.world import World

SLIPS_BESIDE = 4  #: percent of acts that a seed is not after in which somebody slips
TRIED = 3  #: times that somebody gets the same wrong in a year
PAST = "2001-01-02"  #: before every campaign
OTHER = "另外一项"  #: that is not on the list that has to be answered
MANY = 9999
#: Guard → what is entered so that it refuses; the rest of the form is filled in with care.
SLIPS: Mapping[str, Entered] = {
    "adjustments_are_within_limits": {"adjustments.rows": 1, "adjustments.points": MANY},
    "all_items_are_done": {"results.outcome": "open"},
    "attendance_is_complete": {"attendees": FIRST, "absences": []},
    "certificate_keeps_its_number": {"certificate_number": OTHER},
    "channel_reaches_staff": {"channels": ["party_site"]},
    "corrections_are_answered": {"answers": [OTHER]},
    "counts_are_sound": {"against": MANY},
    "ends_later": {"ends_on": PAST},
    "every_action_is_answered": {"follow_up.text": OTHER},
    "every_indicator_is_answered": {"self_scores.title": OTHER},
    "every_item_has_a_result": {"results.text": OTHER},
    "every_problem_is_verified": {"verification.result": "failed"},
    "every_score_has_ground": {"item_scores.title": OTHER},
    "filing_set_is_complete": {"complete": False},
    "findings_are_of_units_inspected": {"experiences.rows": 1, "problems.rows": 1},
    "handling_date_is_ahead": {"handle_by": PAST},
    "improve_by_is_later": {"improve_by": PAST},
    "improvement_is_late_or_refused": {"refused": False},
    "item_exists": {"item": 10},
    "mandatory_opinions_are_in": {"consultations.body": "union"},
    "member_has_moved": {"to_body": HIGHEST},
    "nothing_or_key_item_undone": {"results.outcome": "done"},
    "outcome_is_verified": {"verified": False},
    "plan_answers_every_problem": {"items.problem": OTHER},
    "problems_are_decided": {"problems.rows": 1, "problems.decision": "none", "problems.reason": ""},
    "reply_date_is_ahead": {"reply_by": PAST},
    "some_items_are_open": {"results.outcome": "done"},
    "some_problem_failed": {"verification.result": "passed"},
    "subject_was_told": {"told_subject": False},
    "tellers_are_two": {"scrutineer": FIRST, "teller": FIRST},
}


def slips_of(world: World, chance: Chance, move: Transition, *, is_wanted: bool) -> Iterator[Entered]:
    """The ways in which somebody gets this act wrong, as far as nobody has yet; always where a seed is after it."""
    for guard in move.guards:
        is_new = not world.seen[f"refused: {guard}"] and not world.seen[f"shown: {guard}"]
        if guard not in SLIPS or not is_new or world.seen[f"slip: {guard}"] >= TRIED:
            continue
        if is_wanted or chance.happens(SLIPS_BESIDE):
            world.seen[f"slip: {guard}"] += 1
            yield SLIPS[guard]
