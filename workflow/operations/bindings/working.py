"""The job of an order: one file after another, each stored together with how far the order has come.

A file is bound outside the transaction that stores it. After a crash the same file is bound again and stored once: of
two workers the second finds that the order has gone on. No more than one file is held in memory.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.operations.bindings import certificates, indexing, volumes
from workflow.operations.bindings.ordering import CERTIFICATES, may_order, note, parts_of, put_on
from workflow.operations.bindings.volumes import Made
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import actor as actor_of
from workflow.store.bindings import Binding, BindingFile, BindingMiss, BindingPart
from workflow.store.organization import Organization
from workflow.store.session import reading, writing

SLICE = 2  #: files of one job; then another job goes on, so that more urgent ones need not wait for the end

Cursor = tuple[int, int]  #: group and case


def work_binding(engine: Engine, installation: Installation, binding_id: int) -> None:
    """Go on with an order for a while; the next job is put in with the last file. A repeat is harmless."""
    for _ in work_files(engine, installation, binding_id, lasting=SLICE):
        pass


def work_files(
    engine: Engine, installation: Installation, binding_id: int, lasting: int | None = None
) -> Iterator[int]:
    """File by file, with the number of cases dealt with; after `lasting` files the rest is left to another job."""
    if _what(engine, binding_id) == CERTIFICATES:
        yield from certificates.number_all(engine, installation, binding_id)
        certificates.print_all(engine, installation, binding_id)
    worked = 0
    while True:
        step = _next(engine, installation, binding_id)
        if step is None:
            return
        with writing(engine) as session:
            binding = session.get_one(Binding, binding_id, with_for_update=True)
            if binding.finished_at is not None:
                return
            if step.seen == _cursor(binding):
                _store(session, installation, binding, step)
            worked += 1
            if worked == lasting and binding.finished_at is None:
                put_on(session, installation, binding)
            done = binding.done
        del step
        gc.collect()  # a file leaves its pages behind in cycles; waiting for the collector would hold several files
        yield done
        if worked == lasting:
            return


@dataclass(frozen=True)
class Step:
    """What was bound, and from where."""

    seen: Cursor
    made: Made | None  #: None when there is no more


def _next(engine: Engine, installation: Installation, binding_id: int) -> Step | None:
    with reading(engine) as session:
        binding = session.get_one(Binding, binding_id)
        if binding.finished_at is not None:
            return None
        node = session.get_one(Organization, binding.organization_id)
        person = actor_of(session, binding.person_id, installation.today(clock.now(), node.timezone))
        if not may_order(session, installation, person, node.id, binding.what):
            return Step(_cursor(binding), None)
        if binding.what == CERTIFICATES:
            return Step(_cursor(binding), certificates.next_file(session, installation, binding, node))
        return Step(_cursor(binding), volumes.next_file(session, installation, person, binding, node))


def _store(session: Session, installation: Installation, binding: Binding, step: Step) -> None:
    made = step.made
    if made is None:
        _finish(session, installation, binding)
        return
    binding.after_group, binding.after_case = made.reached
    binding.done += made.cases
    for case_id, reason in made.missed:
        session.merge(BindingMiss(binding_id=binding.id, case_id=case_id, reason=reason))
    if made.bound is not None:
        highest = select(func.max(BindingPart.sequence)).where(BindingPart.binding_id == binding.id)
        _keep(session, binding, (session.scalar(highest) or 0) + 1, made)


def _keep(session: Session, binding: Binding, sequence: int, made: Made) -> None:
    bound = made.bound
    assert bound is not None  # noqa: S101 - the caller looked
    session.add(
        BindingPart(
            binding_id=binding.id, sequence=sequence, group=made.reached[0], title=made.title, cases=made.cases,
            papers=made.papers, pages=bound.pages, size=len(bound.data), sha256=bound.sha256,
        )
    )  # fmt: skip
    session.add(BindingFile(binding_id=binding.id, sequence=sequence, data=bound.data))


def _finish(session: Session, installation: Installation, binding: Binding) -> None:
    """The end: an index where there are several files, and the day on which all of them are deleted."""
    binding.finished_at = clock.now()
    node = session.get_one(Organization, binding.organization_id)
    person = actor_of(session, binding.person_id, installation.today(clock.now(), node.timezone))
    if not may_order(session, installation, person, node.id, binding.what):
        binding.stopped_at = binding.finished_at
        note(session, binding, person, "stopped")
    parts = parts_of(session, binding.id)
    if len(parts) > 1:
        _keep(session, binding, indexing.INDEX, indexing.index_of(session, installation, binding, parts))
    binding.expires_at = binding.finished_at + timedelta(days=_days(installation))


def _cursor(binding: Binding) -> Cursor:
    return binding.after_group, binding.after_case


def _what(engine: Engine, binding_id: int) -> str:
    with reading(engine) as session:
        return session.get_one(Binding, binding_id).what


def _days(installation: Installation) -> int:
    days = installation.definitions.campaign.parameters["file.kept_days"]
    assert isinstance(days, int)  # noqa: S101 - `chuangyou check` holds definitions to their types
    return days
