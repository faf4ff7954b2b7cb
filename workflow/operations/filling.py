"""From what somebody typed to values that the engine can take: the choices a form offers, and its validation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.approval import ReturnTo
from workflow.definition.field import Field, FieldType
from workflow.definition.model import Transition
from workflow.engine.actor import Actor
from workflow.engine.capacity import capacities
from workflow.engine.forms import Choices, Form, Values
from workflow.engine.moving import REASON
from workflow.engine.returning import CAPACITY, RERUN, RESUME, RETURN_TO, STRAIGHT, destinations, may_go_straight
from workflow.engine.rights import NAMED, named_persons, post_addresses
from workflow.engine.snapshot import Snapshot
from workflow.errors import InvalidInput
from workflow.operations.organization.posts import names_of
from workflow.operations.organization.trees import led_by
from workflow.store.fetching import filled_up, found_rows
from workflow.store.organization import Organization
from workflow.store.prepared import Prepared

HEAD = "secretary"  #: role of whoever may sign for a body
MERGED = "opinions"  #: the field in which the counters merge what voters wrote
REASON_FIELD = Field(name=REASON, title="理由", type=FieldType.PARAGRAPH, hint="写明理由，对方将看到")


def choices(session: Session, snapshot: Snapshot) -> Choices:
    """What the fields of this case may refer to, looked up once each for the whole form."""

    @cache
    def people(role: str) -> Mapping[int, str]:
        base, _, name = role.partition(".")
        if base == NAMED:
            return names_of(session, named_persons(snapshot.case.data, name))
        return names_of(session, snapshot.holders(post_addresses(snapshot, role)))

    @cache
    def organizations() -> Mapping[int, str]:
        today = clock.now().astimezone(ZoneInfo(snapshot.zone)).date()
        known = {*snapshot.tree.bodies, *led_by(session, snapshot.case.bodies["own"], today)}
        return {body: name for body, name, _, _ in _bodies(session, known)}

    @cache
    def peers() -> Mapping[int, str]:
        return peers_of(session, snapshot)

    return Choices(snapshot.criteria.lists, snapshot.parameters, people, organizations, peers)


def peers_of(session: Session, snapshot: Snapshot) -> Mapping[int, str]:
    """The Party bodies of the same level as the case's own: those that its leading superior leads besides."""
    own, today = snapshot.case.bodies["own"], clock.now().astimezone(ZoneInfo(snapshot.zone)).date()
    beside = {each for superior in snapshot.tree.leads.get(own, ()) for each in led_by(session, superior, today)}
    kinds, found = snapshot.vocabulary.roles[HEAD].posts, _bodies(session, beside - {own})
    return {body: name for body, name, kind, _ in sorted(found, key=itemgetter(3)) if kind in kinds}


def _bodies(session: Session, ids: Iterable[int]) -> list[list[Any]]:
    """Id, name, kind and code of each."""
    asked = filled_up(sorted(ids))
    return found_rows(session, _naming(len(asked)), {f"body{n}": each for n, each in enumerate(asked)}) if asked else []


@lru_cache(maxsize=16)
def _naming(count: int) -> Prepared:
    wanted = Organization.id.in_([bindparam(f"body{number}") for number in range(count)])
    columns = (Organization.id, Organization.name, Organization.kind, Organization.code)
    return Prepared(select(*columns).where(wanted).order_by(Organization.id))


def asked_fields(snapshot: Snapshot, transition: Transition, actor: Actor | None = None) -> tuple[Field, ...]:
    """The fields of an act's form, the reason last; for an actor with the capacity, where there is a choice."""
    asked = (*snapshot.definition.asked(transition), *_return_fields(snapshot, transition))
    asked = (*asked, REASON_FIELD) if transition.reason else asked
    found = {each.key: each.title for each in capacities(snapshot, actor, transition)} if actor else {}
    if len(found) < 2:
        return asked
    chosen = Field(name=CAPACITY, title="以何身份办理", type=FieldType.CHOICE, options=found, default=next(iter(found)),
                   required=False)  # fmt: skip
    return (*asked, chosen)


def _return_fields(snapshot: Snapshot, transition: Transition) -> Iterator[Field]:
    """Where a return leads and how the case comes back, where there is a choice."""
    if transition.return_to is ReturnTo.FIXED:
        return
    found, states = destinations(snapshot, transition), snapshot.definition.states
    if len(found) > 1:
        titles = {each: states[each].title for each in found}
        yield Field(name=RETURN_TO, title="退回到", type=FieldType.CHOICE, options=titles, default=found[0],
                    required=False)  # fmt: skip
    if any(may_go_straight(snapshot, each) for each in found):
        here = states[snapshot.case.state]
        together = here.decide is not None and here.decide.is_joint
        who = "各位重新表示意见" if together else "仍由您办理（不再任职的由接任人办理）"
        ways = {RERUN: "逐个环节重新办理", STRAIGHT: f"直接回到“{here.title}”，{who}，中间环节不再办理"}
        yield Field(name=RESUME, title="再次提交后", type=FieldType.CHOICE, options=ways, default=RERUN, required=False)


def prefilled(snapshot: Snapshot) -> Values:
    """What a form starts with: what the case holds already; the voters' own words where they are to be merged.

    Where the case lists the one person who does something (D16), that person is chosen.
    """
    data = dict(snapshot.case.data)
    for name, known in snapshot.case.data.items():
        if isinstance(known, list) and len(known) == 1 and _is_of_person(snapshot.definition.field(name)):
            data[name] = known[0]
    if snapshot.ballots.remarks and not data.get(MERGED):
        data[MERGED] = list(snapshot.ballots.remarks)
    return data


def _is_of_person(asked: Field | None) -> bool:
    return asked is not None and asked.type is FieldType.PERSON


def opening_fields(snapshot: Snapshot) -> tuple[Field, ...]:
    """The fields of the form with which a case is opened."""
    found = (snapshot.definition.field(name) for name in snapshot.definition.opening)
    return tuple(each for each in found if each is not None)


def read_form(session: Session, snapshot: Snapshot, fields: Sequence[Field], raw: Mapping[str, Any]) -> Values:
    """Typed values; InvalidInput carries every fault at once under `errors`."""
    form = Form(fields, choices(session, snapshot))
    values = form.read(raw)
    if form.faults:
        raise InvalidInput(errors=tuple(form.faults))
    return values
