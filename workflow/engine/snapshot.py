"""What the engine is shown: one case, its surroundings, and the act. Plain frozen values, loaded by operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from workflow.definition.campaign import Criteria, OrganizationVocabulary
from workflow.definition.model import Stage, Transition
from workflow.engine.actor import Actor
from workflow.engine.calendar import Calendar
from workflow.engine.delivery import Delivery
from workflow.engine.routing import Address, Tree

Data = Mapping[str, object]


@dataclass(frozen=True)
class Member:
    """The subject of a case that is about a person."""

    id: int
    name: str
    party_status: str  #: full, probationary, none
    posts: frozenset[Address] = frozenset()


@dataclass(frozen=True)
class CaseFacts:
    """The case row."""

    id: int
    number: str
    stage: str
    state: str
    round: int
    subject: str  #: organization or member
    bodies: Mapping[str, int]  #: base → organisation id; `own` is always there
    data: Data
    opened_at: datetime
    due_at: datetime | None = None
    person: Member | None = None
    parent_stage: str | None = None
    opened_by: int | None = None
    resume: str | None = None  #: after a return: the state that the next forward act goes straight back to
    asked: int | None = None  #: who returned the case that comes straight back now, and is asked before others


@dataclass(frozen=True)
class Turn:
    """A task of the present round, with what was decided on it."""

    id: int
    kind: str  #: turn, seat, before, parallel, after, delegated, consulted, copied, vacancy
    addresses: tuple[str, ...]
    parent: int | None = None
    position: int = 0
    weight: int = 1
    asked_by: int | None = None
    is_waiting: bool = False
    is_closed: bool = False
    verdict: str | None = None  #: agree, refuse, abstain, answer
    decider: int | None = None
    who: str = ""  #: name of who decided, else of who is asked
    transition: str | None = None  #: id of the act that waits until all have decided
    values: Data = field(default_factory=dict)
    opinion: str = ""
    urged_at: datetime | None = None
    urged_by: str = ""


@dataclass(frozen=True)
class PastAct:
    """A journal entry that moved or signed the case."""

    transition: str  #: id, e.g. P01
    trigger: str
    person_id: int | None
    on: date
    state_after: str
    round: int
    reason: str = ""


@dataclass(frozen=True)
class Signature:
    """One person's signature on a transition of the present round."""

    transition: str
    person_id: int
    slot: str  #: the role signed for
    content: str = ""  #: digest of what was signed


@dataclass(frozen=True)
class ChildFacts:
    """A case opened by this one."""

    id: int
    name: str  #: key under `children` in the stage file
    state: str
    final: bool
    data: Data
    opened_at: datetime


@dataclass(frozen=True)
class Related:
    """Another case of the campaign about the same body or person."""

    id: int
    number: str
    stage: str
    state: str
    final: bool
    same_person: bool  #: about the case's person (else about its body)
    data: Data


@dataclass(frozen=True)
class Paper:
    """A document of the case."""

    name: str
    number: str | None
    state: str
    transition: str


@dataclass(frozen=True)
class Ballots:
    """Counts of an appraisal; never who voted how (R45, domain.md §6.2)."""

    roster: Mapping[str, int] = field(default_factory=dict)  #: group → number of voters
    issued: int = 0
    collected: int = 0
    answers: Sequence[tuple[str, Mapping[str, str]]] = ()  #: (group, item → option); only after closing
    remarks: Sequence[str] = ()


@dataclass(frozen=True)
class Snapshot:
    """Everything a step may depend on."""

    definition: Stage
    case: CaseFacts
    tree: Tree
    vocabulary: OrganizationVocabulary
    criteria: Criteria
    parameters: Mapping[str, object]  #: campaign parameters, domain.md §12
    calendar: Calendar
    holders: Callable[[Sequence[Address]], Sequence[int]]  #: person ids that hold any of the posts now
    zone: str  #: IANA zone of the case's body
    business_day_end: time
    history: Sequence[PastAct] = ()
    signatures: Sequence[Signature] = ()
    turns: Sequence[Turn] = ()
    children: Sequence[ChildFacts] = ()
    related: Sequence[Related] = ()
    peers: Sequence[Related] = ()  #: cases that share quotas with this one, as the stage's `peers` says (R35)
    led: Sequence[int] = ()  #: bodies directly below the case's body
    members_below: Sequence[int] = ()  #: Party members of the branches below the case's body
    papers: Sequence[Paper] = ()
    deliveries: Sequence[Delivery] = ()  #: of the document that the case issues
    ballots: Ballots = field(default_factory=Ballots)
    #: The posts that roles mean in this case, as far as somebody has asked: one act asks again and again.
    looked_up: dict[str, tuple[Address, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def parameter(self, name: str) -> object:
        """A campaign parameter; a missing one is a fault of the definition, found by `chuangyou check`."""
        return self.parameters[name]

    def integer(self, name: str) -> int:
        """A campaign parameter that is a whole number."""
        value = self.parameters[name]
        if not isinstance(value, int):
            raise TypeError(name)
        return value

    def last_child(self, name: str) -> ChildFacts | None:
        """The newest child opened under that name."""
        return max((each for each in self.children if each.name == name), key=lambda child: child.id, default=None)

    def actors_of(self, *transitions: str) -> frozenset[int]:
        """Persons who did any of these transitions in this case."""
        return frozenset(
            act.person_id for act in self.history if act.transition in transitions and act.person_id is not None
        )


@dataclass(frozen=True)
class Act:
    """What somebody is about to do: the transition with what was entered."""

    transition: Transition
    actor: Actor
    values: Data  #: validated fields of the act; `reason` among them
    at: datetime
    today: date  #: the local date of the case's body
    by_child: bool = False  #: fired by a child case that reached a state


@dataclass(frozen=True)
class Change:
    """What an effect adds to an act."""

    data: Data = field(default_factory=dict)  #: laid over the case's data
    bodies: Mapping[str, int] = field(default_factory=dict)  #: bases that now mean another body
    roster: Sequence[tuple[int, str]] | None = None  #: (person id, group) of the voters of an appraisal
    rewrite_ballots: bool = False  #: store the ballots anew in the order of their hashes (trust.md, pitfall 4)


@dataclass(frozen=True)
class Situation:
    """A snapshot together with the act: the one argument of guards and effects.

    `data` is the case's data with the values entered by this act laid over it.
    """

    snapshot: Snapshot
    act: Act
    data: Data

    @property
    def case(self) -> CaseFacts:
        """The case row."""
        return self.snapshot.case
