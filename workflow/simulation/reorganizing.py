"""What changes around the cases: people leave, are ill, are stood in for; bodies move, merge and are renamed.

Also the office that publishes next year's working calendar, later than anybody would like.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.errors import WorkflowError
from workflow.operations.due.calendar_years import change_of, import_year
from workflow.operations.organization import reorganizing
from workflow.operations.organization.appointing import Seat, appoint, end_post
from workflow.operations.organization.handing_over import Handing, hand_over
from workflow.operations.organization.posts import MEMBERSHIPS, actor, in_force
from workflow.operations.organization.reorganizing import Merger, NewName
from workflow.operations.organization.substituting import Terms, substitute
from workflow.simulation.chance import Chance
from workflow.simulation.sending import Command, note, submit
from workflow.simulation.world import World
from workflow.store.organization import Organization
from workflow.store.people import Account, Person, Post

KEY_BYTES = 12
LONGEST = 30  #: days of a substitution
MIN_AHEAD, MAX_AHEAD = 20, 60  #: days until a holiday that is added later
KEEPERS = ("lg_office_director", "party_dept_head")  #: who keep the organisation's records


def hand_work_over(world: World, chance: Chance) -> None:
    """Somebody leaves, and a successor takes over posts and work."""

    def command(session: Session) -> None:
        leaver, successor = _two(session, chance)
        held = _offices(session, world, leaver)
        seats = tuple(Seat(session.get_one(Organization, each.organization_id), each.code) for each in held)
        handing = Handing(leaver, successor, tuple(chance.some(seats, chance.between(1, 4))), world.today, "工作调动")
        hand_over(session, world.installation, actor(session, keeper_of(session, world, chance), world.today), handing)

    _submit(world, chance, command, "办理交接")


def stand_in(world: World, chance: Chance) -> None:
    """Somebody is away for a while, and another acts in their stead."""

    def command(session: Session) -> None:
        principal, deputy = _two(session, chance)
        until = world.today + timedelta(days=chance.between(1, LONGEST))
        terms = Terms(principal, deputy, world.today, until, "外出学习")
        substitute(session, world.installation, actor(session, principal.id, world.today), terms)

    _submit(world, chance, command, "设定代理")


def disable(world: World, chance: Chance) -> None:
    """An account is disabled; the next time the same draw comes, all are let in again."""

    def command(session: Session) -> None:
        disabled = select(Account.id).where(Account.disabled_at.is_not(None))
        if len(session.scalars(disabled).all()) > 1:
            session.execute(update(Account).values(disabled_at=None))
            return
        ids = session.scalars(select(Account.id).order_by(Account.id)).all()
        session.execute(update(Account).where(Account.id == chance.pick(ids)).values(disabled_at=world.now))

    _submit(world, chance, command, "停用或者恢复账号")


def change_post(world: World, chance: Chance) -> None:
    """Somebody is appointed, or leaves an office that is then vacant."""

    def command(session: Session) -> None:
        held = session.scalars(select(Post).where(in_force(world.today)).order_by(Post.id)).all()
        post = chance.pick([each for each in held if each.code not in MEMBERSHIPS])
        if chance.happens(40):
            end_post(session, world.installation, post, world.today)
            return
        body = session.get_one(Organization, post.organization_id)
        codes = world.definitions.organization.kinds[body.kind].posts
        who = _two(session, chance)[0]
        appoint(session, world.installation, who, Seat(body, chance.pick(list(codes))), world.today)

    _submit(world, chance, command, "任免职务")


def reorganize(world: World, chance: Chance) -> None:
    """A body moves under another, is merged into another, or is renamed."""
    kind = chance.weighted({"move": 3, "rename": 4, "merge": 1})

    def command(session: Session) -> None:
        living = select(Organization).where(Organization.valid_to.is_(None), Organization.path.startswith("/1/"))
        bodies = session.scalars(living.order_by(Organization.id)).all()
        one, other = chance.some(bodies, 2)
        keeper = actor(session, keeper_of(session, world, chance), world.today)
        if kind == "rename":
            name = f"{one.name[:8]}改{chance.between(1, 99)}"
            new = NewName(name, name, world.today, "机构更名")
            reorganizing.rename(session, world.installation, keeper, one, new)
        elif kind == "move":
            reorganizing.move(session, world.installation, keeper, one, other, world.today)
        else:
            reorganizing.merge(session, world.installation, keeper, Merger(one, other, world.today, "机构合并"))
        world.seen[f"reorganised: {kind}"] += 1

    _submit(world, chance, command, {"move": "调整隶属", "rename": "更名", "merge": "合并组织"}[kind])


def publish_calendar(world: World, chance: Chance) -> None:
    """The office publishes the calendar of a year, perhaps when it has begun already; then corrects it."""

    def command(session: Session) -> None:
        years = [each for each in (world.today.year, world.today.year + 1) if each in world.calendars]
        year = chance.pick(years)
        table = dict(world.calendars[year])
        if chance.happens(30):  # a holiday that is added later
            extra = world.today + timedelta(days=chance.between(MIN_AHEAD, MAX_AHEAD))
            table["holidays"] = [*_listed(table), *([extra] if extra.year == year else [])]
        import_year(session, world.installation, change_of(session, world.installation, table))

    _submit(world, chance, command, "公布工作日历")


def _submit(world: World, chance: Chance, command: Command, told: str) -> None:
    with world.reading() as session:
        keeper = keeper_of(session, world, chance)

    def within(session: Session) -> None:
        try:
            with session.begin_nested():
                command(session)
        except WorkflowError as refusal:
            note(world, refusal, told)

    submit(world, chance, keeper, chance.source.token_bytes(KEY_BYTES), within, told)


def _listed(table: dict[str, object]) -> list[object]:
    days = table["holidays"]
    return list(days) if isinstance(days, Iterable) else []


def _two(session: Session, chance: Chance) -> list[Person]:
    return chance.some(session.scalars(select(Person).order_by(Person.id)), 2)


def _offices(session: Session, world: World, who: Person) -> list[Post]:
    mine = (Post.person_id == who.id, in_force(world.today), Post.code.not_in(MEMBERSHIPS))
    return list(session.scalars(select(Post).where(*mine).order_by(Post.id)))


def keeper_of(session: Session, world: World, chance: Chance) -> int:
    """Somebody who keeps the organisation's records, as far as there is anybody."""
    held = (Post.code.in_(KEEPERS), in_force(world.today))
    people = session.scalars(select(Post.person_id).where(*held).distinct().order_by(Post.person_id)).all()
    return chance.pick(people or session.scalars(select(Person.id).order_by(Person.id)).all())
