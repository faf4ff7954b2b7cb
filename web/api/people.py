"""People change: who stands in for whom, hand-overs, and what becomes of a body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from web.api.repeating import answered
from web.api.shapes import Repeatable
from web.api.shapes_of_people import (
    BodyNow,
    HandOverDone,
    HandOverOutlook,
    MergerOutlook,
    NewHandOver,
    NewMerger,
    NewSubstitution,
    NewSuperior,
    PersonShown,
    Renaming,
    SubstitutionMade,
)
from web.api.specification import documented
from web.api.surroundings import ID, bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.organization import reorganizing
from workflow.operations.organization.finding import body_of, person_of, seat_of
from workflow.operations.organization.handing_over import Handing, hand_over, preview_hand_over
from workflow.operations.organization.reorganizing import Merged, Merger, NewName
from workflow.operations.organization.substituting import Terms, end_substitution, substitute
from workflow.operations.reading.personnel import person_page, receipt

PEOPLE, BODIES = "人员变动", "组织"


@blueprint.get(f"/people/<{ID}:person>")
@bearer
@documented("读取人员的任职、代理和交接", PersonShown, tag=PEOPLE)
def person(person: int) -> PersonShown:
    """One person, as far as the caller may see."""
    return PersonShown(person_page(session(), installation(), myself(), person))


@blueprint.post("/substitutions")
@bearer
@documented("设定代理", SubstitutionMade, tag=PEOPLE, status=HTTPStatus.CREATED)
def new_substitution(json: NewSubstitution, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Let somebody stand in for another."""

    def made() -> SubstitutionMade:
        terms = Terms(
            person_of(session(), json.principal), person_of(session(), json.substitute), json.since, json.until,
            json.reason, tuple(json.stages), body_of(session(), json.organization) if json.organization else None,
        )  # fmt: skip
        return SubstitutionMade.of(substitute(session(), installation(), myself(), terms))

    return answered(made, HTTPStatus.CREATED)


@blueprint.post(f"/substitutions/<{ID}:substitution>/end")
@bearer
@documented("立即结束代理", SubstitutionMade, tag=PEOPLE)
def close_substitution(substitution: int, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """End a substitution at once."""
    return answered(lambda: SubstitutionMade.of(end_substitution(session(), installation(), myself(), substitution)))


@blueprint.post("/hand-overs/preview")
@bearer
@documented("预览交接：哪些移交，哪些不移交及原因", HandOverOutlook, tag=PEOPLE)
def outlook_of_hand_over(json: NewHandOver, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Everything that a hand-over would move; nothing is done."""

    def outlook() -> HandOverOutlook:
        found = preview_hand_over(session(), installation(), myself(), _handing(json))
        passing = {name: [asdict(each) for each in getattr(found.passing, name)] for name in ("moves", "stays")}
        return HandOverOutlook(ends=list(found.ends), begins=list(found.begins), **passing)

    return answered(outlook)


@blueprint.post("/hand-overs")
@bearer
@documented("办理交接", HandOverDone, tag=PEOPLE, status=HTTPStatus.CREATED)
def new_hand_over(json: NewHandOver, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Hand over at once."""

    def done() -> HandOverDone:
        made = hand_over(session(), installation(), myself(), _handing(json))
        return HandOverDone(receipt(session(), installation(), myself(), made.id))

    return answered(done, HTTPStatus.CREATED)


@blueprint.get(f"/hand-overs/<{ID}:hand_over>")
@bearer
@documented("读取已办理的交接", HandOverDone, tag=PEOPLE)
def past_hand_over(hand_over: int) -> HandOverDone:
    """The receipt of a hand-over."""
    return HandOverDone(receipt(session(), installation(), myself(), hand_over))


@blueprint.post(f"/organizations/<{ID}:organization>/name")
@bearer
@documented("更改组织名称", BodyNow, tag=BODIES)
def rename_body(organization: int, json: Renaming, headers: Repeatable) -> Any:  # noqa: ARG001 - documents the key
    """Call a body by another name."""

    def renamed() -> BodyNow:
        body = body_of(session(), organization)
        new = NewName(json.name, json.short_name, json.day, json.reason)
        reorganizing.rename(session(), installation(), myself(), body, new)
        return BodyNow.of(body)

    return answered(renamed)


@blueprint.post(f"/organizations/<{ID}:organization>/superior")
@bearer
@documented("调整上级领导党组织", BodyNow, tag=BODIES)
def move_body(organization: int, json: NewSuperior, headers: Repeatable) -> Any:  # noqa: ARG001 - documents the key
    """Put a body under another superior."""

    def moved() -> BodyNow:
        body, superior = body_of(session(), organization), body_of(session(), json.superior)
        reorganizing.move(session(), installation(), myself(), body, superior, json.day)
        return BodyNow.of(body)

    return answered(moved)


@blueprint.post(f"/organizations/<{ID}:organization>/merger/preview")
@bearer
@documented("预览合并：哪些转入，哪些结束及原因", MergerOutlook, tag=BODIES)
def outlook_of_merger(organization: int, json: NewMerger, headers: Repeatable) -> Any:  # noqa: ARG001 - documents the key
    """Everything that a merger would move; nothing is done."""
    return answered(lambda: _merger(organization, json, reorganizing.preview_merger))


@blueprint.post(f"/organizations/<{ID}:organization>/merger")
@bearer
@documented("并入另一个组织", MergerOutlook, tag=BODIES)
def merge_body(organization: int, json: NewMerger, headers: Repeatable) -> Any:  # noqa: ARG001 - documents the key
    """Merge a body into another one."""
    return answered(lambda: _merger(organization, json, reorganizing.merge))


def _merger(organization: int, wanted: NewMerger, act: Callable[..., Merged]) -> MergerOutlook:
    gone, into = body_of(session(), organization), body_of(session(), wanted.into)
    merged = act(session(), installation(), myself(), Merger(gone, into, wanted.day, wanted.reason))
    return MergerOutlook.model_validate(vars(merged))


def _handing(wanted: NewHandOver) -> Handing:
    return Handing(
        person_of(session(), wanted.leaver), person_of(session(), wanted.successor),
        tuple(seat_of(session(), each.organization, each.post) for each in wanted.posts),
        wanted.day, wanted.reason, wanted.duties,
    )  # fmt: skip
