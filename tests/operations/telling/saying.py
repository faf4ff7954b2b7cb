"""Short verbs for tests about notices."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from sqlalchemy import select

from tests.enterprise import MORNING, place, who
from workflow.operations.informing.envelopes import enclose
from workflow.operations.informing.preferences import Choice, choose, defaults
from workflow.operations.informing.telling import tell
from workflow.operations.installation import Installation
from workflow.store.jobs import MemoryJobs
from workflow.store.notices import Delivery, Hook, Notice
from workflow.store.session import reading, writing

SECRETARY = "HY020"  #: of branch HY-11


def say(installation: Installation, *addresses: str, key: str = "k", kind: str = "deadline", **more: Any) -> list[int]:
    """Tell whoever is at these addresses that something falls due."""
    with writing(installation.engine) as session:
        return tell(session, installation, addresses, kind=kind, key=key, title="还有3个工作日到期", **more)


def post(installation: Installation, code: str = "branch_secretary", body: str = "HY-11") -> str:
    """The address of a post."""
    with reading(installation.engine) as session:
        return f"o{place(session, body).id}:{code}"


def person(installation: Installation, number: str) -> int:
    """The id of somebody."""
    with reading(installation.engine) as session:
        found = who(session, number).person_id
    assert found is not None
    return found


def deliveries(installation: Installation) -> list[Delivery]:
    """What is on its way or was."""
    with reading(installation.engine) as session:
        found = list(session.scalars(select(Delivery).order_by(Delivery.id)))
        session.expunge_all()
        return found


def notices(installation: Installation, kind: str) -> list[Notice]:
    """What was told of a kind."""
    with reading(installation.engine) as session:
        found = list(session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))
        session.expunge_all()
        return found


def waiting(installation: Installation) -> list[str]:
    """Kinds of the jobs that wait."""
    assert isinstance(installation.jobs, MemoryJobs)
    return [each.kind for each in installation.jobs.waiting]


def wish(installation: Installation, number: str, **changed: Any) -> None:
    """Somebody chooses how to be told."""
    with writing(installation.engine) as session:
        usual = defaults(installation)
        values = {"address": f"{number.lower()}@hengyuan.example", "ways": usual.ways, "quiet_from": usual.quiet_from,
                  "quiet_to": usual.quiet_to, "digest_at": usual.digest_at, **changed}  # fmt: skip
        choose(session, who(session, number), Choice(**values))


def hook(installation: Installation, body: str, **more: Any) -> int:
    """A robot that is told what happens in a body and below."""
    values = {"format": "wecom", "url": "https://robots.example/x", "kinds": [], **more}
    values["host"] = urlsplit(values["url"]).hostname
    values |= {each: enclose(installation.settings, values.get(each, "")) for each in ("url", "secret")}
    with writing(installation.engine) as session:
        made = Hook(name="工作群", organization_id=place(session, body).id, made_at=MORNING, **values)
        session.add(made)
        session.flush()
        return made.id


def reaching(installation: Installation, address: str) -> Installation:
    """The same installation with this mail server."""
    settings = installation.settings.model_copy(update={"mail_url": SecretStr(address)})
    return Installation(settings, installation.definitions, installation.engine, MemoryJobs())
