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
}  #: by name
