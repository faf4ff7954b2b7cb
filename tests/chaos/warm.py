"""Read once by the process that all lives are forked from: everything imported, the definitions, fonts and styles."""

from tests.chaos import lives
from tests.documents.papers import OPINION, rendered
from tests.enterprise import definitions
from web import create_app
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.jobs import MemoryJobs
from workflow.store.session import create_engine

NOWHERE = "sqlite:////nowhere/never.sqlite"

rendered(OPINION)
_nothing = Installation(Settings(database_url=NOWHERE), definitions(), create_engine(NOWHERE), MemoryJobs())
create_app(installation=_nothing).test_client().post("/api/v1/cases/none/acts", json={})  # not let in

__all__ = ["lives"]
