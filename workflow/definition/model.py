"""A stage as data: states, transitions, who acts, children, deadlines, documents. Nothing here is executed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BeforeValidator, field_validator
from pydantic import Field as Key

from workflow.definition.approval import Climb, Decide, Repeat, ReturnTo
from workflow.definition.field import Each, Field, Frozen
from workflow.definition.written import Asked, Names, Roles, Subject, as_list

SYSTEM = "system"
SAME = "same"


class Tone(StrEnum):
    """What an action does to the case, for the order and look of its button."""

    FORWARD = "forward"
    RETURN = "return"
    REJECT = "reject"
    RECORD = "record"
    WITHDRAW = "withdraw"


class State(Frozen):
    """Where a case rests between two acts."""

    title: str
    final: bool = False
    waits_for: Roles = Key(default_factory=dict)  #: whose inbox shows the case
    waits_for_child: str | None = None  #: a child case has to end first
    decide: Decide | None = None  #: how they decide together; absent: whoever is first
    climbs: Annotated[tuple[Climb, ...], BeforeValidator(as_list)] = ()  #: when the turn passes to the next superior
    stand_in: Names = ()  #: roles asked when nobody holds those that it waits for
    same_approver: Repeat = Repeat.OFF
    follow: Literal["post", "person"] = "post"  #: a seat moves with the post, or stays with its holder
    do: str = ""  #: what the inbox asks for, e.g. 审核承诺
    due: str | None = None  #: a duration ("5 working days"), a campaign parameter, or `field:<date field>`
    on_due: str | None = None  #: trigger fired by `system` when the due moment passes
    visible_to: Names = ()  #: audiences beyond those who work on the case: staff, guide
    repeat_due: bool = False  #: `on_due` is fired again after each further duration, until `also_due`
    also_due: str | None = None  #: a second moment that runs whatever becomes of the first, written like `due`
    on_also_due: str | None = None  #: trigger fired by `system` when that one passes
    remind: tuple[int, ...] | str = ()  #: working days before the due moment, or the campaign parameter that lists them
    on_remind: str | None = None  #: trigger fired by `system` at the beginning of each of those days


class After(Frozen):
    """The transition is fired by a child's arrival in one of these final states, never by a person."""

    child: str
    states: Names = Key(alias="in")


class Transition(Frozen):
    """One legal move. `by` are alternatives; `sign` lists persons who must all sign, distinct from one another."""

    id: str
    trigger: str = Key(pattern=r"^[a-z][a-z_]*$")
    title: str
    sources: Names = Key(alias="from")
    to: str
    by: Roles
    sign: tuple[str, ...] = ()
    after: After | None = None
    when: str | None = None  #: guard that must hold, otherwise the case has no such act and nobody is offered it
    auto: bool = False  #: tried by `system` after every act and whenever the calendar day changes
    guards: Names = ()
    ask: Asked = ()  #: fields entered with this act; a name refers to the stage's form
    reason: bool = False  #: a reason is mandatory
    effects: Names = ()
    #: Fields whose persons this act names anew, with the roles that entitle them: who may fire it is asked to when one
    #: of those for whom the state waits has lost them all.
    replaces: dict[str, Names] = Key(default_factory=dict)
    documents: Names = ()
    tone: Tone = Tone.FORWARD
    return_to: ReturnTo = ReturnTo.FIXED

    @property
    def is_system(self) -> bool:
        """Whether only the system fires it (timer, automatic, child)."""
        return self.after is not None or set(self.by.values()) <= {(SYSTEM,)}

    def target(self, source: str) -> str:
        """The state reached from `source`."""
        return source if self.to == SAME else self.to


class Child(Frozen):
    """A case opened by its parent: a vote session, a public notice, a filing, the issue of a document."""

    stage: str
    opens_in: Names = ()  #: opened on entry of these states
    opens_after: Names = ()  #: opened by these transitions (ids)
    when: str | None = None  #: guard that must hold, otherwise no child is opened
    body: str = "own"  #: base of the parent that becomes `own` of the child
    bodies: dict[str, str] = Key(default_factory=dict)  #: other bases of the child ← bases of the parent
    title: str
    data: dict[str, str | int | bool] = Key(default_factory=dict)  #: initial form data of the child
    carry: dict[str, str] = Key(default_factory=dict)  #: child field ← parent field, with `each` column of its rows
    each: Each | None = None  #: opened for rows of a table, instead of once for `body`
    on: dict[str, str] = Key(default_factory=dict)  #: child state → trigger of the parent
    reopen: Names = ()  #: final child states after which a new child is opened at once
    closes_after: Names = ()  #: a running child is ended by these transitions (ids), which take it back


class Direction(StrEnum):
    """Line of writing (domain.md §9)."""

    UP = "up"
    DOWN = "down"
    LEVEL = "level"


class Layout(StrEnum):
    """Which shared letterhead the template extends."""

    RED_HEAD = "red_head"
    LETTER = "letter"
    MINUTES = "minutes"
    FORM = "form"
    NOTICE = "notice"
    CERTIFICATE = "certificate"
    BULLETIN = "bulletin"


class Document(Frozen):
    """An official paper that a transition leaves (catalogue of domain.md §9.2)."""

    catalogue: str  #: T-id
    title: str  #: pattern; {title} {subject} {issuer} {campaign} {award} are replaced
    kind: str = ""  #: 文种, empty for papers that are not a statutory kind
    layout: Layout
    direction: Direction = Direction.LEVEL
    issuer: str = "own"  #: base
    main: Names = ()  #: bases, literal names such as 各党支部, or `field:<name>` of those entered
    copies: Names = ()
    signatory: str | None = None  #: role; the person who fired the signing act when absent
    seal: bool = False
    series: str | None = None  #: number series (机关代字 suffix); numbered through document issue
    attachments: tuple[str, ...] = ()
    when: str | None = None  #: guard that must hold, otherwise the paper is not made
    chosen_by: str | None = None  #: field whose options name papers: it is made when its own name is chosen
    template: str | None = None  #: `<stage>/<name>` of another document whose template serves


class Peers(Frozen):
    """Which other cases of the stage share quotas and shares with a case."""

    base: str = "sup"  #: those whose body of this base is the same
    same_category: bool = True  #: and whose subjects are of the same category (R35)


class Stage(Frozen):
    """A state machine of the campaign."""

    stage: str = Key(pattern=r"^[a-z][a-z_]*$")
    code: str  #: M1…M7, X1…X7
    title: str
    about: str = ""
    subject: tuple[Subject, ...]
    initial: str
    bodies: dict[str, str | dict[Subject, str]]  #: base → routing rule, resolved when a case is opened
    opened_by: Roles
    supporting: bool = False  #: opened by another case; by a person too where `opened_by` names one
    open_when: Names = ()  #: guards that hold before anything is entered, otherwise nobody is offered to open a case
    open_guards: Names = ()
    counts_ballots: bool = False  #: keeps a roster and anonymous ballots
    peers: Peers = Peers()
    withheld_from_subject: Names = ()  #: states in which whoever is judged does not read what is being worked on
    form: tuple[Field, ...] = ()
    opening: Names = ()  #: names of form fields asked when a case is opened
    opening_effects: Names = ()  #: run when the case is opened, with what was entered or carried
    states: dict[str, State]
    transitions: tuple[Transition, ...]
    children: dict[str, Child] = Key(default_factory=dict)
    documents: dict[str, Document] = Key(default_factory=dict)

    @field_validator("states")
    @classmethod
    def _some(cls, states: dict[str, State]) -> dict[str, State]:
        if not states:
            raise ValueError("至少要有一个状态(states)")
        return states

    #: Identity: a definition is loaded once and never changed, so machines and indexes can be cached by it.
    __hash__ = object.__hash__

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """Transitions out of `state`, in the order in which they are written."""
        return _index(self).leaving.get(state, ())

    def find(self, trigger: str, state: str) -> Transition | None:
        """The one transition that `trigger` fires in `state`."""
        return next((each for each in self.leaving(state) if each.trigger == trigger), None)

    def field(self, name: str) -> Field | None:
        """The form field of that name."""
        return _index(self).fields.get(name)

    def asked(self, transition: Transition) -> tuple[Field, ...]:
        """The fields entered with an act, references resolved."""
        fields = _index(self).fields
        asked = [fields.get(each) if isinstance(each, str) else each for each in transition.ask]
        return tuple(each for each in asked if each is not None)

    @property
    def is_openable(self) -> bool:
        """Whether a person may open a case of it."""
        return any(role != SYSTEM for roles in self.opened_by.values() for role in roles)

    @property
    def final_states(self) -> frozenset[str]:
        """Names of the states in which a case ends."""
        return frozenset(name for name, state in self.states.items() if state.final)


@dataclass(frozen=True)
class _Index:
    """What is looked up in a stage again and again."""

    leaving: Mapping[str, tuple[Transition, ...]]  #: state → transitions out of it
    fields: Mapping[str, Field]  #: name → field of the form


@lru_cache(maxsize=256)
def _index(stage: Stage) -> _Index:
    leaving: dict[str, tuple[Transition, ...]] = {}
    for each in stage.transitions:
        for source in dict.fromkeys(each.sources):
            leaving[source] = (*leaving.get(source, ()), each)
    return _Index(leaving, {each.name: each for each in reversed(stage.form)})


def forward_first(transitions: Iterable[Transition]) -> list[Transition]:
    """Order of buttons: forward, return, reject, record, withdraw."""
    return sorted(transitions, key=lambda each: list(Tone).index(each.tone))
