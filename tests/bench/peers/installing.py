"""Our own service with the benchmark's stage, tree and people in a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import yaml
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.bench.job import KINDS, ROOT, Place, Scale
from workflow.definition.campaign import CampaignStage
from workflow.definition.loader import Definitions, load
from workflow.definition.model import Stage
from workflow.operations.campaigns import open_campaign
from workflow.operations.installation import Installation
from workflow.operations.organization.lines import bump
from workflow.settings import Settings
from workflow.store import schema
from workflow.store.jobs import DurableJobs, MemoryJobs, install_queue
from workflow.store.organization import Organization, Relation
from workflow.store.people import Account, Person, Post
from workflow.store.session import create_engine, writing

MORNING = datetime(2012, 3, 5, 1, 0, tzinfo=UTC)  #: nine o'clock of a Monday in Beijing, in a year with a calendar
SINCE = date(2010, 1, 1)


def definitions() -> Definitions:
    """The installed definitions and the benchmark's stage."""
    found = load(ROOT / "definitions")
    stage = Stage.model_validate(yaml.safe_load((ROOT / "tests/bench/approval.yaml").read_text("utf-8")))
    campaign = found.campaign.model_copy(update={"stages": (*found.campaign.stages, CampaignStage(stage=stage.stage))})
    return replace(found, stages={**found.stages, stage.stage: stage}, campaign=campaign)


def install(place: Place, scale: Scale, *, durable: bool) -> tuple[Installation, int]:
    """The service over a new database, and the id of its campaign."""
    schema.upgrade(place.url)
    if durable:
        install_queue(place.url)
    engine = create_engine(place.url)
    jobs = DurableJobs(engine) if durable else MemoryJobs()
    installation = Installation(Settings(database_url=place.url), definitions(), engine, jobs)
    with writing(engine) as session:
        _people(session, scale)
        _bodies(session, scale)
        campaign = open_campaign(session, installation, code="bench", title="测速")
        return installation, campaign.id


def _people(session: Session, scale: Scale) -> None:
    everybody = range(1, scale.people + 1)
    session.execute(
        insert(Person),
        [{"id": each, "number": f"B{each}", "name": f"人员{each}", "party_status": "full"} for each in everybody],
    )
    session.execute(
        insert(Account),
        [{"person_id": each, "username": f"b{each}", "password_hash": "!", "failures": 0} for each in everybody],
    )


def _bodies(session: Session, scale: Scale) -> None:
    paths: dict[int | None, str] = {None: "/"}
    bodies, relations = [], []
    for body, superior, level in scale.bodies():
        paths[body] = f"{paths[superior]}{body}/"
        bodies.append({"id": body, "code": f"B{body}", "name": f"组织{body}", "short_name": f"组织{body}",
                       "kind": KINDS[level], "path": paths[body], "valid_from": SINCE})  # fmt: skip
        if superior is not None:
            edge = {"kind": "lead", "superior_id": superior, "subordinate_id": body, "valid_from": SINCE}
            relations.append(edge)
    session.execute(insert(Organization), bodies)
    session.execute(insert(Relation), relations)
    bump(session)
    session.execute(
        insert(Post),
        [
            {"person_id": who, "organization_id": body, "code": code, "valid_from": SINCE}
            for who, body, code in scale.posts()
        ],
    )
