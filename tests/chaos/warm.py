"""Read once by the process that all lives are forked from: everything imported, the definitions, fonts and styles."""

import gc

from tests import pages, statements
from tests.chaos import lives
from tests.documents.papers import OPINION, rendered
from tests.enterprise import definitions
from web import create_app
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.jobs import MemoryJobs
from workflow.store.session import create_engine

NOWHERE = "sqlite:////nowhere/never.sqlite"

pages.share()
statements.share()
rendered(OPINION)
_nothing = Installation(Settings(database_url=NOWHERE), definitions(), create_engine(NOWHERE), MemoryJobs())
create_app(installation=_nothing).test_client().post("/api/v1/cases/none/acts", json={})  # not let in

gc.collect()
gc.freeze()

__all__ = ["lives"]
