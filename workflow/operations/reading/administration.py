"""What an administrator is shown: what stands still below, old versions, and what an intervention would mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.campaign import OrganizationVocabulary
from workflow.engine.actor import Actor
from workflow.errors import NotAllowed
from workflow.operations.administering import ROLE, check_administrator
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.many.migrating import Prospect, plan_migration
from workflow.operations.many.versions import OldVersion, new_stage, old_versions, running_cases
from workflow.operations.organization.trees import line_of
from workflow.operations.reading.batches import count_waiting
from workflow.operations.reading.loaded import find
from workflow.operations.reading.people import holders_at, in_words
from workflow.operations.relocating import Destination, destinations
from workflow.operations.upkeep import health
from workflow.operations.upkeep.failures import count_failures, failures
from workflow.operations.upkeep.health import Trouble
from workflow.operations.upkeep.stuck import StuckCase, count_stuck, stuck_cases
from workflow.store.cases import Case
from workflow.store.organization import Organization

SUSPEND, RESUME, TERMINATE, MOVE = "suspend", "resume", "terminate", "move"
MOST = 200  #: cases of a dry run that a page shows; the command shows all
NOTHING: Mapping[str, str] = MappingProxyType({})
TITLES = {SUSPEND: "中止办理", RESUME: "恢复办理", TERMINATE: "终止办理", MOVE: "管理调整"}


@dataclass(frozen=True)
class TroubleList:
    """Troubles of one kind, with what to do about them."""

    title: str
    advice: str
    found: Sequence[Trouble]


@dataclass(frozen=True)
class Overview:
    """The first page of the administration."""

    stuck: Sequence[StuckCase]
    troubles: Sequence[TroubleList]
    versions: Sequence[OldVersion]
    failures: int  #: of what is done in the background


@dataclass(frozen=True)
class DryRun:
    """What would happen to the running cases of a stage below."""

    total: int
    shown: Sequence[Prospect]
    missing: Mapping[str, str]  #: code → title of present states that the new version does not have
    places: Mapping[str, str]  #: code → title of the states of the new version that may take their place

    @property
    def ready(self) -> Sequence[Prospect]:
        """Those that can go over."""
        return [each for each in self.shown if not each.problem]


@dataclass(frozen=True)
class Place:
    """A state into which the case may be moved, with names."""

    destination: Destination
    who: str


@dataclass(frozen=True)
class Administered:
    """A case before somebody intervenes."""

    loaded: Loaded
    places: Sequence[Place]

    @property
    def verbs(self) -> dict[str, str]:
        """What may be done to it as it stands, with titles."""
        if self.loaded.row.closed_at is not None:
            return {}
        fitting = (RESUME, TERMINATE) if self.loaded.row.suspended_at else (SUSPEND, TERMINATE, MOVE)
        return {each: TITLES[each] for each in fitting if each != MOVE or self.places}


def is_administrator(vocabulary: OrganizationVocabulary, held: Iterable[tuple[str, str]]) -> bool:
    """Whether one of the posts held, as (kind of body, post), administers cases at all."""
    return any(post in vocabulary.roles[ROLE].posts.get(kind, ()) for kind, post in held)


def governed(session: Session, installation: Installation, actor: Actor) -> list[str]:
    """Paths of the bodies whose cases the person looks after. Raises NotAllowed for who looks after none."""
    vocabulary = installation.definitions.organization
    held = {body for body, _ in actor.posts}
    rows = session.execute(select(Organization.id, Organization.path).where(Organization.id.in_(held))).all()
    line = {each for row in rows for each in line_of(row.path)}
    found = session.execute(
        select(Organization.id, Organization.kind, Organization.path).where(Organization.id.in_(line))
    )
    known = {row.id: row for row in found}
    paths: dict[str, None] = {}
    for row in rows:
        posts = vocabulary.roles[ROLE].posts.get(known[row.id].kind, ())
        if any((row.id, post) in actor.posts for post in posts):
            bodies = [each for each in line_of(row.path) if not vocabulary.kinds[known[each].kind].organ]
            paths[known[bodies[-1]].path if bodies else row.path] = None
    if not paths:
        raise NotAllowed(action="查看管理页", reason=f"这一页只对各级{vocabulary.roles[ROLE].title}开放")
    return list(paths)


def overview(session: Session, installation: Installation, actor: Actor) -> Overview:
    """What stands still in the bodies below, and which running cases keep an old version."""
    paths, today = governed(session, installation, actor), installation.today(clock.now())
    lists = (TroubleList("待办无人办理", "请补任有关职务，或者作管理调整", health.vacant_tasks(session, today)),)
    mine = _numbers_below(session, paths, {each.number for one in lists for each in one.found})
    troubles = [
        TroubleList(one.title, one.advice, [each for each in one.found if each.number in mine]) for one in lists
    ]
    failed = len(failures(session, installation, paths))
    return Overview(stuck_cases(session, installation, paths), troubles, old_versions(session, installation), failed)


def dry_run(
    session: Session, installation: Installation, actor: Actor, stage: str, mapping: Mapping[str, str] = NOTHING
) -> DryRun:
    """What a migration of the stage would do to the running cases below."""
    mine, states = (
        old_cases(session, installation, actor, stage, mapping),
        installation.definitions.stages[stage].states,
    )
    shown = list(plan_migration(session, installation, stage, mapping, mine[:MOST]))
    missing = {each.code: each.state for each in shown if each.code not in states}
    places = {name: state.title for name, state in states.items() if not state.final}
    return DryRun(len(mine), shown, missing, places)


def old_cases(
    session: Session, installation: Installation, actor: Actor, stage: str, mapping: Mapping[str, str]
) -> list[int]:
    """The running cases of a stage that keep an older version, of the bodies that the person looks after."""
    paths = governed(session, installation, actor)
    return running_cases(session, new_stage(installation, stage, mapping), _below(paths))


def administered(session: Session, installation: Installation, actor: Actor, number: str) -> Administered:
    """A case with where it may be moved. Raises NotFound or NotAllowed."""
    loaded = find(session, installation, actor, number)
    check_administrator(loaded.snapshot, actor, "管理这件事项")
    found = [] if loaded.row.closed_at or loaded.row.suspended_at else list(destinations(loaded))
    everyone = {each for one in found for each in one.addresses}
    holders = holders_at(session, loaded.snapshot.vocabulary, everyone, loaded.today)
    return Administered(loaded, [Place(each, in_words(holders, each.addresses)) for each in found])


def consequences(session: Session, installation: Installation, case: Administered, verb: str) -> list[str]:
    """What suspending, resuming or terminating the case would mean, in sentences."""
    row = case.loaded.row
    children = [each.title for each in session.scalars(
        select(Case).where(Case.parent_id == row.id, Case.closed_at.is_(None)).order_by(Case.id))]  # fmt: skip
    below = "、".join(f"“{each}”" for each in children)
    if verb == SUSPEND:
        first = ["任何人不能办理，期限停止计算，到期也不催办", "待办留在办理人处，标明“已中止”"]
        return [*first, f"在办的子事项{below}一并中止"] if children else first
    if verb == RESUME and row.suspended_at is not None:
        since, now = (installation.today(at, case.loaded.snapshot.zone) for at in (row.suspended_at, case.loaded.at))
        days = installation.calendar.working_days_between(since, now)
        first = ["可以继续办理", f"期限顺延{days}个工作日" if days > 0 else "中止期间没有工作日，期限不变"]
        return [*first, f"一并中止的子事项{below}同时恢复"] if children else first
    first = ["不再办理，不能恢复；待办和期限全部取消", "已制发的公文仍然有效，尚未发出的作废"]
    first += [f"在办的子事项{below}一并终止"] if children else []
    parent = session.get(Case, row.parent_id) if row.parent_id else None
    waits = parent is not None and parent.closed_at is None
    return [*first, f"上级事项 {parent.number} 如在等待本事项，须对它作管理调整"] if waits and parent else first


def _numbers_below(session: Session, paths: Sequence[str], numbers: set[str]) -> set[str]:
    """Those of the cases that are about bodies on or below the paths."""
    query = select(Case.number).join(Organization, Organization.id == Case.organization_id)
    return set(session.scalars(query.where(Case.number.in_(numbers), _below(paths))))


def _below(paths: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(Organization.path.startswith(each, autoescape=True) for each in paths))


def stuck_below(session: Session, installation: Installation, actor: Actor) -> Sequence[StuckCase]:
    """The stuck cases of the bodies that the person looks after."""
    return stuck_cases(session, installation, governed(session, installation, actor))


@dataclass(frozen=True)
class ServiceStanding:
    """How much waits, and how much stands still, in the whole service."""

    stuck: int
    due: int
    papers: int
    failed_papers: int
    batch_items: int
    failures: int


def service_standing(session: Session, installation: Installation, actor: Actor) -> ServiceStanding:
    """Numbers for monitoring, without saying what is behind them; for administrators."""
    governed(session, installation, actor)
    backlog = health.backlog(session, clock.now())
    return ServiceStanding(
        count_stuck(session, installation),
        backlog.due,
        backlog.papers,
        backlog.failed,
        count_waiting(session),
        count_failures(session, installation),
    )
