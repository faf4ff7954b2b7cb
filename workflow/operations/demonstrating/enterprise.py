"""The demonstration enterprise: its organisations, people and accounts, from definitions/demo."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.engine.organization import seat_title
from workflow.operations.identity import hash_password
from workflow.operations.importing import import_file
from workflow.operations.installation import Installation
from workflow.operations.organization.appointing import UNSET
from workflow.store.organization import Organization
from workflow.store.people import Account, Person, Post

PASSWORD = "chuangyou2012"  # noqa: S105 - the demonstration's own, printed at every start
FILES = ("organizations.yaml", "people.yaml")

#: Whose accounts are shown when the demonstration starts: one of each part in it.
SHOWN = ("hy001", "hy006", "hy008", "hy010", "hy016", "hy019", "hy020", "hy021", "hy024", "hy059", "ce05", "jh05")


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demonstration as it is shown to whoever starts it."""

    username: str
    name: str
    part: str  #: posts in words


def is_empty(session: Session) -> bool:
    """Whether nothing has been registered yet."""
    return session.scalar(select(Organization.id).limit(1)) is None


def load_enterprise(session: Session, installation: Installation) -> None:
    """Register the demonstration's organisations and people; all accounts share one password."""
    for name in FILES:
        import_file(session, installation, installation.definitions.directory / "demo" / name)
    session.execute(update(Account).where(Account.password_hash == UNSET).values(password_hash=hash_password(PASSWORD)))


def demo_accounts(session: Session, installation: Installation) -> list[DemoAccount]:
    """The accounts to show, with what their holders are."""
    words = installation.definitions.organization.posts
    rows = session.execute(
        select(Account.username, Person.name, Post.code, Organization.short_name)
        .join(Person, Person.id == Account.person_id)
        .join(Post, Post.person_id == Person.id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(Account.username.in_(SHOWN))
        .order_by(Post.id)
    ).all()
    first: dict[str, DemoAccount] = {}
    for username, name, code, body in rows:
        first.setdefault(username, DemoAccount(username, name, seat_title(body, words[code].title)))
    return [first[each] for each in SHOWN if each in first]
