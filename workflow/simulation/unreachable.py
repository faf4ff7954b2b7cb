"""What no simulated year can bring about, each with the reason why; what is not here a long run has to see."""

from __future__ import annotations

from collections.abc import Mapping

TRANSITIONS: Mapping[str, str] = {
    "A10": "the box takes no more ballots than there are tickets: only a damaged database could hold more",
}  #: by id

GUARDS: Mapping[str, str] = {
    "box_is_sound": "as A10: the box takes no more ballots than there are tickets",
    "items_are_set": "what is appraised is set from the criteria when a case is opened, and nothing takes it away",
    "quota_is_set": "a simulated campaign has the shares of grades with which the service is delivered",
    "enterprise_has_leading_group": "every simulated enterprise has its leading group from the first day to the last",
    "has_leading_superior": "every simulated body that draws up a plan has one leading superior, wherever it moves",
    "weights_sum_to_100": "a simulated campaign has the score sheets with which the service is delivered",
    "party_worker_is_experienced": "the campaign as it is delivered does not award outstanding Party workers",
    "approved_in_parent": "it refuses the system alone, which then leaves the step to a person",
    "general_branch_exists": "where there is no general branch, nobody holds the role that may do it",
    "actions_are_dated": "the form of C15 is not taken without an item, or with an empty column",
    "cause_has_facts": "the form of Z01 is not taken without causes, facts and evidence",
    "extension_is_within_limit": "the form of Z16 takes no more days than one extension may have",
    "materials_are_complete": "the form that opens a commendation is not taken without all of them",
    "team_is_large_enough": "the form that opens an inspection is not taken with fewer persons",
}  #: by name

#: Those of them that the fields of a form see to: what the form asks for, each time.
FORMS: Mapping[str, tuple[str, ...]] = {
    "actions_are_dated": ("actions", "actions.text", "actions.measure", "actions.due_on"),
    "cause_has_facts": ("causes", "facts", "evidence"),
    "extension_is_within_limit": ("extension_days",),
    "materials_are_complete": ("basic_requirements", "deeds", "deeds_summary", "resume"),
    "team_is_large_enough": ("team",),
}
