"""Random offices, random commands in random order: what must always hold holds after each (approvals.md)."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.databases import Databases
from tests.enterprise import build
from tests.operations.approving.bureau import ABOVE, ADMINISTRATOR, BRANCH, CAST, Bureau, Setting

EXAMPLES = {"sqlite": 25, "postgresql": 5}
STEPS = 25

RULES: st.SearchStrategy[dict[str, Any] | None] = st.one_of(
    st.none(),
    st.fixed_dictionaries({"rule": st.sampled_from(["all", "sequence"]), "hear_all": st.booleans()}),
    st.fixed_dictionaries({
        "rule": st.just("percent"), "pass_at": st.sampled_from([[1, 2], [2, 3], [3, 5]]), "hear_all": st.booleans()}),
    st.builds(lambda passes, fails: {"rule": "count", "pass_at": passes, "fail_at": fails},
              st.integers(1, 4), st.none() | st.integers(1, 3)),
    st.builds(lambda least: {"rule": "weight", "pass_at": least, "weights": {"sup.secretary": 3}}, st.integers(1, 6)),
    st.builds(lambda levels: {"rule": "sequence", "up": {"role": "secretary", "levels": levels}}, st.integers(1, 3)),
    st.just({"rule": "sequence", "up": {"role": "secretary", "until": ["ent_committee"]}}),
)  # fmt: skip
STATES = st.fixed_dictionaries({
    "climbs": st.sampled_from([[], ["vacant"], ["initiator"], ["vacant", "initiator"]]),
    "follow": st.sampled_from(["post", "person"]),
    "same_approver": st.sampled_from(["off", "once", "consecutive"]),
    "due": st.sampled_from([None, "5 working days"]),
})  # fmt: skip
SETTINGS = st.builds(Setting, RULES, st.sampled_from(["sup.committee", "sup.secretary"]), STATES,
                     st.lists(st.booleans(), max_size=2))  # fmt: skip
PERSONS = st.sampled_from(CAST)
POSTS = st.sampled_from([
    ("HY016", ABOVE, "party_secretary"), ("HY017", ABOVE, "deputy_secretary"), ("HY018", ABOVE, "discipline_secretary"),
    ("HY019", ABOVE, "committee_member"), ("HY020", ABOVE, "committee_member"), ("HY020", BRANCH, "branch_secretary"),
    ("HY021", BRANCH, "branch_org_member"), ("HY001", "HY", "party_secretary"),
])  # fmt: skip
STATES_OF_CASE = ["draft", "reviewing", "deciding", "deciding", "approved", "nowhere"]
HOLDER = st.integers(0, 7)  #: who of those whose turn it is


class Office(RuleBasedStateMachine):
    """One case in one office."""

    databases: Databases

    @initialize(setting=SETTINGS)
    def begin(self, setting: Setting) -> None:
        self.bureau = Bureau(self.databases.fresh(build), setting)

    def teardown(self) -> None:
        if hasattr(self, "bureau"):
            self.bureau.close()

    def somebody(self, which: int, *kinds: str) -> str:
        holders = self.bureau.holders(*kinds)
        return holders[which % len(holders)]

    def stands_in(self, *states: str) -> bool:
        return self.is_open() and self.bureau.desk.state(self.bureau.case) in states

    def is_open(self) -> bool:
        return hasattr(self, "bureau") and self.bureau.desk.row(self.bureau.case).closed_at is None

    def has_asked(self, *kinds: str) -> bool:
        return hasattr(self, "bureau") and bool(self.bureau.open_requests(*kinds))

    # -- deciding

    @precondition(lambda self: self.stands_in("draft", "reviewing"))
    @rule(which=HOLDER, stale=st.booleans())
    def forward(self, which: int, stale: bool) -> None:
        trigger = "submit" if self.stands_in("draft") else "pass_on"
        self.bureau.act(self.somebody(which, "turn"), trigger, {}, stale=stale)

    @precondition(lambda self: self.stands_in("deciding"))
    @rule(which=HOLDER, stale=st.booleans())
    def agree(self, which: int, stale: bool) -> None:
        self.bureau.act(self.somebody(which, "turn", "seat"), "approve", {}, stale=stale)

    @precondition(lambda self: self.stands_in("deciding"))
    @rule(which=HOLDER)
    def agree_too(self, which: int) -> None:
        self.bureau.act(self.somebody(which, "turn", "seat"), "approve", {})

    @precondition(lambda self: self.stands_in("deciding"))
    @rule(which=HOLDER)
    def refuse(self, which: int) -> None:
        self.bureau.act(self.somebody(which, "turn", "seat"), "refuse", {"reason": "条件不足"})

    @precondition(lambda self: self.stands_in("deciding"))
    @rule(which=HOLDER)
    def abstain(self, which: int) -> None:
        self.bureau.take(self.somebody(which, "seat"), "abstain")

    @precondition(lambda self: self.stands_in("deciding"))
    @rule(which=HOLDER, to=st.sampled_from(["draft", "reviewing"]), mode=st.sampled_from(["rerun", "straight"]))
    def send_back(self, which: int, to: str, mode: str) -> None:
        values = {"reason": "材料不全", "return_to": to, "after_return": mode}
        self.bureau.act(self.somebody(which, "turn", "seat"), "send_back", values)

    @precondition(lambda self: self.is_open())
    @rule(number=PERSONS, trigger=st.sampled_from(["submit", "pass_on", "approve", "refuse", "expire"]))
    def try_anything(self, number: str, trigger: str) -> None:
        self.bureau.act(number, trigger, {"reason": "试"})

    # -- asking others

    @precondition(lambda self: self.stands_in("draft", "reviewing", "deciding"))
    @rule(which=HOLDER, other=HOLDER, place=st.sampled_from(["before", "parallel", "after"]))
    def add_signer(self, which: int, other: int, place: str) -> None:
        holder = self.somebody(which, "turn", "seat")
        people = [self.bureau.among(holder, "add_signer", other)]
        self.bureau.take(holder, "add_signer", people=people, place=place)

    @precondition(lambda self: self.has_asked("before", "parallel", "after", "delegated", "consulted"))
    @rule(which=HOLDER, verdict=st.sampled_from(["agree", "agree", "refuse"]))
    def answer(self, which: int, verdict: str) -> None:
        asked = ("before", "parallel", "after", "delegated", "consulted")
        self.bureau.take(self.somebody(which, *asked), "answer", verdict=verdict, opinion="意见如上")

    @precondition(lambda self: self.has_asked("before", "parallel", "after", "delegated", "consulted"))
    @rule(which=HOLDER)
    def remove_signers(self, which: int) -> None:
        asked = self.bureau.open_requests("before", "parallel", "after", "delegated", "consulted")
        self.bureau.take(self.somebody(which, "turn", "seat"), "remove_request", tasks=[str(asked[0].id)])

    @precondition(lambda self: self.stands_in("draft", "reviewing", "deciding"))
    @rule(which=HOLDER, other=HOLDER, action=st.sampled_from(["transfer", "delegate"]))
    def pass_on(self, which: int, other: int, action: str) -> None:
        holder = self.somebody(which, "turn", "seat")
        self.bureau.take(holder, action, person=self.bureau.among(holder, action, other), note="外出")

    @precondition(lambda self: self.stands_in("draft", "reviewing", "deciding"))
    @rule(which=HOLDER, other=HOLDER, action=st.sampled_from(["consult", "copy"]))
    def tell(self, which: int, other: int, action: str) -> None:
        holder = self.somebody(which, "turn", "seat")
        self.bureau.take(holder, action, people=[self.bureau.among(holder, action, other)], note="请阅")

    @precondition(lambda self: self.has_asked("copied"))
    @rule(which=HOLDER)
    def read(self, which: int) -> None:
        self.bureau.take(self.somebody(which, "copied"), "read")

    @precondition(lambda self: self.is_open())
    @rule(number=PERSONS)
    def urge(self, number: str) -> None:
        self.bureau.take(number, "urge")

    @precondition(lambda self: self.is_open())
    @rule()
    def take_back(self) -> None:
        self.bureau.take(self.bureau.last_mover(), "take_back", note="误点")

    # -- from above

    @precondition(lambda self: self.is_open())
    @rule(verb=st.sampled_from(["suspend", "relocate", "relocate", "terminate"]), state=st.sampled_from(STATES_OF_CASE))
    def administer(self, verb: str, state: str) -> None:
        self.bureau.administer(verb, state=state)

    @precondition(lambda self: self.is_open() and self.bureau.desk.row(self.bureau.case).suspended_at is not None)
    @rule()
    def go_on(self) -> None:
        self.bureau.administer("resume")

    @precondition(lambda self: self.is_open())
    @rule(decide=RULES)
    def migrate(self, decide: dict[str, Any] | None) -> None:
        self.bureau.migrate({"decide": decide and {"passes": "approve", "fails": "refuse", **decide}})

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.bureau.pass_time(days)

    @precondition(lambda self: not self.is_open())
    @rule(staff=st.sampled_from(["HY021", "HY020"]))
    def begin_again(self, staff: str) -> None:
        self.bureau.begin(staff)

    # -- people and bodies

    @rule(post=POSTS, other=PERSONS, change=st.sampled_from(["hand over", "end", "appoint"]))
    def change_post(self, post: tuple[str, str, str], other: str, change: str) -> None:
        leaver, body, code = post
        if change == "hand over":
            self.bureau.hand_over(leaver, other, (body, code))
        elif change == "end":
            self.bureau.dismiss(*post)
        else:
            self.bureau.appoint(other, body, code)

    @rule(number=PERSONS.filter(lambda each: each != ADMINISTRATOR), disabled=st.booleans())
    def set_account(self, number: str, disabled: bool) -> None:
        self.bureau.set_account(number, disabled=disabled)

    @rule(principal=PERSONS, deputy=PERSONS, superior=st.sampled_from([ABOVE, "HY-2", "HY"]), moves=st.booleans())
    def rearrange(self, principal: str, deputy: str, superior: str, moves: bool) -> None:
        if moves:
            self.bureau.move_branch(superior)
        else:
            self.bureau.stand_in(principal, deputy)

    @invariant()
    def everything_holds(self) -> None:
        if hasattr(self, "bureau"):
            self.bureau.check()


def test_what_must_always_hold(databases: Databases) -> None:
    kind = type(databases).__name__.removesuffix("Databases").lower().replace("postgres", "postgresql")
    machine = type("AnyOffice", (Office,), {"databases": databases})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[kind], stateful_step_count=STEPS, deadline=None,
            suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip
