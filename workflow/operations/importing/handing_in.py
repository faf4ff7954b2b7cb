"""Hand in a file to be imported by a durable job: checked with progress, then stored together with its outcome."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault, is_storable
from workflow.errors import InvalidInput, NotAllowed, NotFound
from workflow.operations.attaching import LARGEST, LONGEST_NAME, File
from workflow.operations.importing import ImportRefused, RowFault, check_file, import_file
from workflow.operations.importing.reading import SPREADSHEETS
from workflow.operations.installation import Installation
from workflow.operations.organization.organizers import territories
from workflow.operations.organization.posts import actor as actor_of
from workflow.store.imports import Import, ImportFile
from workflow.store.jobs import Priority
from workflow.store.session import reading, writing

JOB = "import"  #: kind of the job
ENDINGS = (*SPREADSHEETS, ".yaml", ".yml")
LISTED = 200  #: faults that are kept
DONE, REFUSED = "done", "refused"
TITLE = "导入组织和人员"

log = logging.getLogger(__name__)


def hand_in(session: Session, installation: Installation, actor: Actor, file: File) -> Import:
    """Store the file and put its job into the same transaction. Raises NotAllowed or InvalidInput."""
    if not territories(session, installation, actor):
        raise NotAllowed(action=TITLE, reason="应由组织管理员（党建工作部负责人、领导小组办公室主任）办理")
    _check(file)
    assert actor.person_id is not None  # noqa: S101 - the system holds no post
    found = Import(name=PurePath(file.name).name, person_id=actor.person_id, made_at=clock.now())
    session.add(found)
    session.flush()
    session.add(ImportFile(import_id=found.id, data=file.data))
    session.flush()
    installation.jobs.enqueue(session, JOB, str(found.id), priority=Priority.BULK, import_id=found.id)
    return found


def work_import(engine: Engine, installation: Installation, import_id: int, *, is_told: bool = True) -> None:
    """Check, then store. A repeat after a crash begins anew; once there is an outcome nothing is done.

    Telling how far it has come takes a second connection meanwhile.
    """
    with reading(engine) as session:
        found = session.get_one(Import, import_id)
        file = session.get(ImportFile, import_id)
        name = found.name
        if file is None or found.outcome is not None:
            return
        data = file.data
    with TemporaryDirectory() as folder:
        path = Path(folder, f"import{PurePath(name).suffix.lower()}")
        path.write_bytes(data)
        try:
            if is_told:
                _look_through(engine, installation, import_id, path)
            _store(engine, installation, import_id, path)
        except ImportRefused as refused:
            _refuse(engine, import_id, name, refused)


def own_import(session: Session, actor: Actor, import_id: int) -> Import:
    """An import, for the person who handed it in alone."""
    found = session.get(Import, import_id)
    if found is None or found.person_id != actor.person_id:
        raise NotFound(what="这次导入")
    return found


def recent_imports(session: Session, actor: Actor, most: int = 5) -> Sequence[Import]:
    """The newest imports of a person."""
    mine = select(Import).where(Import.person_id == actor.person_id)
    return session.scalars(mine.order_by(Import.id.desc()).limit(most)).all()


def _look_through(engine: Engine, installation: Installation, import_id: int, path: Path) -> None:
    """Every fault of the file, without holding anybody up; how far it has come is seen meanwhile."""

    def told(done: int, total: int) -> None:
        with writing(engine) as session:
            session.execute(update(Import).where(Import.id == import_id).values(checked=done, total=total))

    with reading(engine) as session:
        check_file(session, installation, path, told)


def _store(engine: Engine, installation: Installation, import_id: int, path: Path) -> None:
    with writing(engine) as session:
        found = session.get_one(Import, import_id, with_for_update=True)
        if found.outcome is not None:
            return
        today = installation.today(clock.now())
        tops = territories(session, installation, actor_of(session, found.person_id, today))
        report = import_file(session, installation, path, within=tops)
        found = session.get_one(Import, import_id)
        found.outcome, found.counts, found.finished_at = DONE, dict(report.rows), clock.now()
        session.execute(delete(ImportFile).where(ImportFile.import_id == import_id))


def _refuse(engine: Engine, import_id: int, name: str, refused: ImportRefused) -> None:
    faults: Sequence[RowFault] = refused.facts["faults"]  # type: ignore[assignment]
    with writing(engine) as session:
        found = session.get_one(Import, import_id, with_for_update=True)
        if found.outcome is not None:
            return
        found.outcome, found.finished_at, found.fault_count = REFUSED, clock.now(), len(faults)
        found.faults = [_told(each, name) for each in faults[:LISTED]]
        session.execute(delete(ImportFile).where(ImportFile.import_id == import_id))


def _told(fault: RowFault, name: str) -> str:
    """The sentence, with the name that the person gave to the file."""
    return str(fault) if fault.row else f"{name}：{fault.message}"


def _check(file: File) -> None:
    ending, problem = PurePath(file.name).suffix.lower(), None
    if not file.name or not is_storable(file.name) or len(file.name) > LONGEST_NAME:
        problem = f"请选择一个文件，文件名不超过 {LONGEST_NAME} 个字"
    elif ending not in ENDINGS:
        problem = f"请选择电子表格（{'、'.join(SPREADSHEETS)}）或 YAML 文件"
    elif not file.data:
        problem = "文件是空的，请核对后重新选择"
    elif len(file.data) > LARGEST:
        problem = f"文件不超过 {LARGEST // 1024 // 1024} 兆；更大的请管理员用命令 chuangyou import 导入"
    if problem:
        raise InvalidInput(errors=(FieldFault("file", "文件", problem),))
