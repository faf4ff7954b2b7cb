"""Who somebody is: signing in and out, the posts held at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from workflow import clock, randomness
from workflow.engine.actor import Actor, Stand
from workflow.errors import NotAllowed
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import HELD_NOW, Held, stands_of
from workflow.store.changes import write_pending
from workflow.store.organization import Organization
from workflow.store.people import Account, ApiToken, Person, SignIn
from workflow.store.prepared import Prepared, connected

IDLE_LIMIT = timedelta(hours=8)
ABSOLUTE_LIMIT = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  #: a page view within this time of the last one writes nothing
FREE_FAILURES = 5  #: wrong passwords before the account pauses
PAUSE = timedelta(seconds=30)  #: times the failures beyond the free ones

_hasher = PasswordHasher()
#: Verified when the name is unknown, so that both answers take the same time.
_DECOY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$4qJ0vXQmJ1Z8lV1nG1m2kz2W0cUqI3Wf5s4Yc5qvE3o"


@dataclass(frozen=True)
class HeldPost:
    """A post with the names that a page shows."""

    organization_id: int
    organization: str
    kind: str
    post: str
    title: str


@dataclass(frozen=True)
class Identity:
    """Who is signed in, with the posts held at this moment."""

    person_id: int
    account_id: int
    name: str
    party_status: str
    posts: tuple[HeldPost, ...]
    stands: tuple[Stand, ...]

    @property
    def actor(self) -> Actor:
        """The same person as the engine sees it."""
        held = frozenset((each.organization_id, each.post) for each in self.posts)
        return Actor(self.person_id, self.name, held, self.stands)

    def has(self, *codes: str) -> bool:
        """Whether the person holds any of these posts anywhere."""
        return any(each.post in codes for each in self.posts)


def hash_of(secret: str) -> str:
    """What is stored instead of a session key or token."""
    return sha256(secret.encode()).hexdigest()


def hash_password(password: str) -> str:
    """Argon2id with the library's present parameters."""
    return _hasher.hash(password)


def sign_in(session: Session, username: str, password: str) -> str | None:
    """Check a password: the new session key, or None. The failure is counted, so let the transaction commit."""
    now = clock.now()
    account = session.scalar(select(Account).where(Account.username == username.strip()).with_for_update())
    good = _matches(account.password_hash if account else _DECOY, password)
    if account is None or account.disabled_at is not None or (account.locked_until and account.locked_until > now):
        return None
    if not good:
        account.failures += 1
        beyond = account.failures - FREE_FAILURES
        account.locked_until = now + PAUSE * beyond if beyond > 0 else None
        return None
    if _hasher.check_needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)
    account.failures, account.locked_until = 0, None
    key = randomness.token()
    session.add(SignIn(key_hash=hash_of(key), account_id=account.id, started_at=now, seen_at=now))
    return key


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def identity(session: Session, installation: Installation, key: str) -> Identity | None:
    """The person behind a session key; None once it is ended, idle too long, or the account is disabled."""
    now = clock.now()
    for seen_at, started_at, *known in _rows(session, BY_KEY, hash=hash_of(key)):
        if now - seen_at <= IDLE_LIMIT and now - started_at <= ABSOLUTE_LIMIT:
            return _identity(session, installation, *known)
    return None


def touch(session: Session, key: str) -> None:
    """Note that the session is in use, at most every few minutes; call it only where the transaction may write."""
    now = clock.now()
    stale = SignIn.seen_at < now - SEEN_EVERY
    session.execute(update(SignIn).where(SignIn.key_hash == hash_of(key), stale).values(seen_at=now))


def sign_out(session: Session, key: str) -> None:
    """End a session on the server; its cookie is worth nothing afterwards."""
    session.execute(update(SignIn).where(SignIn.key_hash == hash_of(key)).values(ended_at=clock.now()))


def identity_of_token(session: Session, installation: Installation, token: str) -> Identity | None:
    """The person behind a bearer token; None when it is unknown, expired or revoked."""
    for known in _rows(session, BY_TOKEN, hash=hash_of(token), now=clock.now()):
        return _identity(session, installation, *known)
    return None


def create_token(session: Session, username: str, name: str, lifetime: timedelta) -> str:
    """A new bearer token for an account, shown once. Raises NotAllowed when there is no such account."""
    account = session.scalar(select(Account).where(Account.username == username, Account.disabled_at.is_(None)))
    if account is None:
        raise NotAllowed(action="创建令牌", reason=f"没有名为“{username}”的可用账号，请核对账号名")
    token, now = randomness.token(), clock.now()
    session.add(ApiToken(account_id=account.id, name=name, token_hash=hash_of(token), created_at=now,
                         expires_at=now + lifetime))  # fmt: skip
    return token


def _identity(
    session: Session, installation: Installation, account: int, person: int, name: str, party_status: str
) -> Identity:
    today = installation.today(clock.now())
    titles = installation.definitions.organization.posts
    held, posts = [], []
    for *row, organization, kind in _rows(session, NAMED, person=person, day=today):
        held.append(each := Held(*row))
        if each.principal_id is None and each.code in titles:
            posts.append(HeldPost(each.organization_id, organization, kind, each.code, titles[each.code].title))
    posts.sort(key=lambda each: (titles[each.post].rank, each.organization_id))
    return Identity(person, account, name, party_status, tuple(posts), stands_of(held))


def _rows(session: Session, statement: Prepared, **values: object) -> list[list[Any]]:
    write_pending(session)
    return statement.rows(connected(session), values)


def _account(*first: Any) -> Select[Any]:
    """Whose account it is, if it is not disabled; whatever joins to the account is added."""
    columns = (*first, Account.id.label("account"), Person.id, Person.name, Person.party_status)
    return select(*columns).select_from(Account).join(Person).where(Account.disabled_at.is_(None))


# Built once: every request asks them.
BY_KEY = Prepared(
    _account(SignIn.seen_at, SignIn.started_at)
    .join(SignIn, SignIn.account_id == Account.id)
    .where(SignIn.key_hash == bindparam("hash"), SignIn.ended_at.is_(None))
)
BY_TOKEN = Prepared(
    _account()
    .join(ApiToken, ApiToken.account_id == Account.id)
    .where(
        ApiToken.token_hash == bindparam("hash"), ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > bindparam("now", type_=ApiToken.expires_at.type),
    )
)  # fmt: skip
_HELD = HELD_NOW.subquery()
NAMED = Prepared(
    select(_HELD, Organization.short_name, Organization.kind).join(
        Organization, Organization.id == _HELD.c.organization_id
    )
)
