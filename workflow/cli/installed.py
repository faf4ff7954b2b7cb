"""The installation that a command works on."""

from __future__ import annotations

from workflow.definition.loader import load
from workflow.errors import WorkflowError
from workflow.operations.installation import Installation
from workflow.settings import Settings, load_settings
from workflow.store import schema
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.reachable import reach
from workflow.store.session import create_engine


class SchemaBehind(WorkflowError):
    """数据库还没有升级到本版本。请先运行 chuangyou db upgrade，再重新执行。"""


def installed(settings: Settings | None = None) -> Installation:
    """The installation of the settings, with a database that answers. Nothing is migrated."""
    settings = settings or load_settings()
    engine = create_engine(settings.database_url)
    reach(engine)
    return Installation(settings, load(settings.definitions_dir).for_service, engine, DurableJobs(engine))


def migrated(settings: Settings | None = None) -> Installation:
    """The same with a database at the newest schema, its job queue included."""
    installation = installed(settings)
    upgrade(installation.settings)
    return installation


def upgrade(settings: Settings) -> None:
    """Bring the database and its job queue to the newest schema."""
    schema.upgrade(settings.database_url)
    install_queue(settings.database_url)


def current(settings: Settings | None = None) -> Installation:
    """The same, refused when the database stands at an older schema: several machines do not migrate at once."""
    installation = installed(settings)
    if not schema.is_current(installation.engine):
        raise SchemaBehind
    return installation
