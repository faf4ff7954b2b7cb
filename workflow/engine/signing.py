"""Acts that several persons sign: one slot a person, and every signature on the very same content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflow.definition.model import Transition
from workflow.engine.machine import Refusal, refused
from workflow.engine.rights import holds, named_field, named_persons, persons_of, why_not
from workflow.engine.snapshot import Act, Data, Signature, Snapshot
from workflow.engine.values import digest
from workflow.errors import NotAllowed


def given(snapshot: Snapshot, transition: Transition) -> list[Signature]:
    """The signatures on a transition in the present round."""
    return [each for each in snapshot.signatures if each.transition == transition.id]


def sign(snapshot: Snapshot, act: Act) -> Signature:
    """The signature that this act gives.

    Who signed another content before takes that signature back by signing anew; who may no longer sign cannot, so
    theirs gives way. Raises NotAllowed without an open slot for the actor, Refused when the actor has signed this
    content or others have signed another one.
    """
    assert act.actor.person_id is not None  # noqa: S101 - the system never signs
    content, present = digest(act.values, sorted(act.values)), given(snapshot, act.transition)
    mine = [each for each in present if each.person_id == act.actor.person_id]
    able = {each for role in act.transition.sign for each in persons_of(snapshot, role)}
    others = [each for each in present if each not in mine and (each.content == content or each.person_id in able)]
    if any(each.content == content for each in mine):
        raise refused(act.transition, Refusal("signed_once", "您已签字，还须另一人签字"))
    if not mine and any(each.content != content for each in others):
        reason = "您填写的内容与前一位签字人的不一致；请两人核对，由填错的一方按正确的内容重新签字"
        raise refused(act.transition, Refusal("signatures_agree", reason))
    slot = mine[0].slot if mine else _slot(snapshot, act, others)
    return Signature(act.transition.id, act.actor.person_id, slot, content)


def check_slot(snapshot: Snapshot, act: Act) -> None:
    """Raise NotAllowed when no slot is left that the actor could fill."""
    if all(each.person_id != act.actor.person_id for each in given(snapshot, act.transition)):
        _slot(snapshot, act, given(snapshot, act.transition))


def standing(snapshot: Snapshot, signature: Signature) -> list[Signature]:
    """The signatures that count together with this one: the same content, signed by others, and this one."""
    same = [
        each
        for each in snapshot.signatures
        if each.transition == signature.transition
        and each.content == signature.content
        and each.person_id != signature.person_id
    ]
    return [*same, signature]


def void(snapshot: Snapshot, data: Data) -> tuple[Signature, ...]:
    """Signatures of the present round by those whom the case's new data no longer name among who has to sign.

    Whoever was replaced has not signed, and the newcomer signs (K26, A31, Z39). What posts sign for stays.
    """
    found: list[Signature] = []
    for transition in snapshot.definition.leaving(snapshot.case.state):
        fields = {field for role in transition.sign if (field := named_field(snapshot, role))}
        versions = (snapshot.case.data, data)
        was, now = ({person for each in fields for person in named_persons(of, each)} for of in versions)
        if gone := was - now:  # else nothing need be read
            found += [each for each in given(snapshot, transition) if each.person_id in gone]
    return tuple(found)


def _slot(snapshot: Snapshot, act: Act, others: Sequence[Signature]) -> str:
    """Of the open slots, the one that fewest others could fill.

    Who alone may sign as secretary must not be taken for one of many members. Whoever has signed and holds another
    slot by now makes room: two persons named anew in each other's place both sign.
    """
    slots = {f"{number}:{role}": role for number, role in enumerate(act.transition.sign)}
    mine = [
        each for each, role in slots.items()
        if holds(snapshot, act.actor, role) and _all_fit(snapshot, others, {**slots, each: None})
    ]  # fmt: skip
    if not mine:
        raise NotAllowed(action=act.transition.title, reason=why_not(snapshot, act.actor, act.transition))
    return min(mine, key=lambda each: len(persons_of(snapshot, slots[each])))


def _all_fit(snapshot: Snapshot, others: Sequence[Signature], slots: Mapping[str, str | None]) -> bool:
    """Whether each signature has a slot of its own: the one that it was given for, or one that its person holds now."""
    if not others:
        return True
    free = {each: role for each, role in slots.items() if role is not None}
    fitting = [
        each for each, role in free.items()
        if each == others[0].slot or others[0].person_id in persons_of(snapshot, role)
    ]  # fmt: skip
    return any(_all_fit(snapshot, others[1:], {**slots, each: None}) for each in fitting)
