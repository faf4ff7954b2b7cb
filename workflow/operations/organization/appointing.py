"""Who holds which post from which day, and who may sign in (domain.md §2.4, R66–R70)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, literal, or_, select, update
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.campaign import OrganizationVocabulary
from workflow.engine.forms import FieldFault
from workflow.engine.organization import FULL_MEMBER, SAME_LEVEL, followed_post, post_refusal, seat_title
from workflow.errors import InvalidInput, NotFound, NotUnique, Refused
from workflow.operations.identity import hash_password
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import DAY
from workflow.operations.organization.trees import active
from workflow.store.fetching import Entities, found_rows, get_one, insert
from workflow.store.organization import Organization, Relation
from workflow.store.people import Account, Person, Post, SignIn, Substitution
from workflow.store.prepared import Prepared

UNSET = "!"  #: the hash of no password: the account waits for its first password
SHORTEST_PASSWORD = 12

NUMBERED = Entities(Person, Person.number == bindparam("number"))
TAKEN = Entities(Account, or_(Account.username == bindparam("username"), Account.person_id == bindparam("person")))
HELD = Entities(
    Post, Post.organization_id == bindparam("body"), Post.code == bindparam("code"),
    or_(Post.valid_to.is_(None), Post.valid_to > DAY), order=Post.id,
)  # fmt: skip
_BELOW = select(Relation.subordinate_id).where(
    Relation.superior_id == bindparam("body"), Relation.kind == literal(SAME_LEVEL), active(Relation, DAY)
)
ORGANS = Entities(Organization, Organization.id.in_(_BELOW), order=Organization.id)
OUTSIDE = Prepared(
    select(Person.name)
    .join(Substitution, Substitution.substitute_id == Person.id)
    .where(Substitution.principal_id == bindparam("principal"), Substitution.valid_to > DAY,
           Substitution.organization_id.is_(None) | (Substitution.organization_id == bindparam("body")),
           Person.party_status != literal(FULL_MEMBER))
    .limit(1)
)  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """A post in a body."""

    organization: Organization
    code: str

    def title(self, words: OrganizationVocabulary) -> str:
        """What the post is called there; its code when there is no such post."""
        known = words.posts.get(self.code)
        return seat_title(self.organization.short_name, known.title if known else self.code)


def person(session: Session, number: str) -> Person:
    """The person with that 工号."""
    found = session.scalar(select(Person).where(Person.number == number))
    if found is None:
        raise NotFound(what=f"工号为“{number}”的人员")
    return found


def add_person(session: Session, *, number: str, name: str, party_status: str = "none", job: str = "") -> Person:
    """Register a person."""
    if NUMBERED.seen(session, number=number):
        raise NotUnique(what=f"工号为“{number}”的人员")
    found = Person(number=number, name=name, party_status=party_status, job=job)
    insert(session, found)
    return found


def appoint(session: Session, installation: Installation, who: Person, seat: Seat, since: date) -> Post:
    """Give somebody a post. Raises Refused with the reason, NotUnique when they hold it already."""
    words = installation.definitions.organization
    if seat.code not in words.posts:
        raise Refused(title="登记任职", guard="known_post", reason=f"没有“{seat.code}”这种任职，请从现有的任职中选择")
    title = f"登记{who.name}任{seat.title(words)}"
    if reason := post_refusal(words, seat.organization.kind, seat.code, who.party_status):
        raise Refused(title=title, guard="post_fits", reason=reason)
    if reason := _not_followed(session, words, seat, who, since):
        raise Refused(title=title, guard="head_is_secretary", reason=reason)
    if reason := _occupied(session, words, seat, who, since):
        raise Refused(title=title, guard="one_holder", reason=reason)
    if reason := _substituted(session, words, seat, who, since):
        raise Refused(title=title, guard="party_post", reason=reason)
    post = Post(person_id=who.id, organization_id=seat.organization.id, code=seat.code, valid_from=since)
    insert(session, post)
    for following in followers(session, words, seat, since):
        appoint(session, installation, who, following, since)
    return post


def end_post(session: Session, installation: Installation, post: Post, day: date) -> None:
    """End a post: `day` is the first on which it is no longer held. Posts that follow it end with it (R70)."""
    post.valid_to = max(day, post.valid_from)
    session.flush()
    seat = Seat(get_one(session, Organization, post.organization_id), post.code)
    for following in followers(session, installation.definitions.organization, seat, day):
        for each in _held(session, following, day):
            if each.person_id == post.person_id:
                end_post(session, installation, each, day)


def followers(session: Session, words: OrganizationVocabulary, seat: Seat, day: date) -> list[Seat]:
    """Posts in the body's organs that go with this post."""
    return [
        Seat(organ, following)
        for organ in ORGANS.of(session, body=seat.organization.id, day=day)
        for following, followed in words.kinds[organ.kind].follows.items()
        if followed == seat.code
    ]


def holds_seat(session: Session, who: Person, seat: Seat, day: date) -> bool:
    """Whether somebody holds the post on a day."""
    return any(each.person_id == who.id and each.valid_from <= day for each in _held(session, seat, day))


def find_post(session: Session, who: Person, seat: Seat, day: date) -> Post:
    """The post that somebody holds on a day."""
    for each in _held(session, seat, day):
        if each.person_id == who.id:
            return each
    raise NotFound(what=f"{who.name}在{seat.organization.short_name}的这项任职")


def add_account(session: Session, who: Person, username: str, password: str | None = None) -> Account:
    """Let somebody sign in; without a password the account waits for its first one."""
    if TAKEN.seen(session, username=username, person=who.id):
        raise NotUnique(what=f"账号“{username}”或{who.name}的账号")
    account = Account(person_id=who.id, username=username, password_hash=UNSET)
    insert(session, account)
    if password is not None:
        set_password(session, username, password)
    return account


def set_password(session: Session, username: str, password: str) -> None:
    """Give an account a new password; whoever is signed in with the old one is signed out."""
    if len(password) < SHORTEST_PASSWORD:
        message = f"口令至少{SHORTEST_PASSWORD}个字符，现有{len(password)}个"
        raise InvalidInput(message, errors=(FieldFault("password", "口令", message),))
    account = _account(session, username)
    account.password_hash, account.failures, account.locked_until = hash_password(password), 0, None
    _sign_out(session, account)


def disable_account(session: Session, username: str) -> None:
    """Nobody signs in with this account any more, and whoever is signed in is signed out at once."""
    account = _account(session, username)
    account.disabled_at = account.disabled_at or clock.now()
    _sign_out(session, account)


def _account(session: Session, username: str) -> Account:
    account = session.scalar(select(Account).where(Account.username == username))
    if account is None:
        raise NotFound(what=f"账号“{username}”")
    return account


def _sign_out(session: Session, account: Account) -> None:
    running = (SignIn.account_id == account.id, SignIn.ended_at.is_(None))
    session.execute(update(SignIn).where(*running).values(ended_at=clock.now()))
    session.flush()


def _held(session: Session, seat: Seat, day: date) -> list[Post]:
    """Who holds the post on a day or later."""
    return HELD.of(session, body=seat.organization.id, code=seat.code, day=day)


def _occupied(session: Session, words: OrganizationVocabulary, seat: Seat, who: Person, since: date) -> str | None:
    for each in _held(session, seat, since):
        if each.person_id == who.id:
            raise NotUnique(what=f"{who.name}任{seat.title(words)}的记录")
        if words.posts[seat.code].single:
            return f"现由{get_one(session, Person, each.person_id).name}担任，请先免去其职务"
    return None


def _substituted(session: Session, words: OrganizationVocabulary, seat: Seat, who: Person, since: date) -> str | None:
    """A post of the Party is not passed on to somebody outside it by a substitution made for other posts."""
    if not words.posts[seat.code].party:
        return None
    found = found_rows(session, OUTSIDE, {"principal": who.id, "body": seat.organization.id, "day": since})
    return f"{who.name}现由{found[0][0]}代理，后者不是正式党员，请先结束这项代理" if found else None


def _not_followed(session: Session, words: OrganizationVocabulary, seat: Seat, who: Person, since: date) -> str | None:
    """R70: the head of the leading group is the Party secretary of its committee."""
    followed = followed_post(words, seat.organization.kind, seat.code)
    if followed is None:
        return None
    above = (Relation.subordinate_id == seat.organization.id, Relation.kind == SAME_LEVEL, active(Relation, since))
    relation = session.scalar(select(Relation).where(*above))
    if relation is None:
        return f"请先登记{seat.organization.short_name}所在的党组织"
    host = Seat(get_one(session, Organization, relation.superior_id), followed)
    if any(each.person_id == who.id and each.valid_from <= since for each in _held(session, host, since)):
        return None
    wanted = host.title(words)
    return f"{words.posts[seat.code].title}由现任{wanted}担任，{who.name}不是现任{wanted}"
