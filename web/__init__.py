"""HTTP only: parse, call an operation or a query, show. `create_app` is the one composition root."""

from __future__ import annotations

from flask_compress import Compress

from web import (
    administration,
    api,
    auth,
    campaigns,
    cases,
    display,
    documents,
    errors,
    inbox,
    monitoring,
    organizations,
    public,
    reminders,
    security,
    static_files,
    tracing,
)
from web.application import Application
from web.transaction import EXTENSION
from web.visitor import login_manager
from workflow import logs
from workflow.allocation import share_one_heap
from workflow.definition.loader import load
from workflow.documents.rooms import open_rooms
from workflow.operations.installation import Installation
from workflow.settings import Settings, load_settings
from workflow.store.jobs import DurableJobs
from workflow.store.session import create_engine

SHORTEST_COMPRESSED = 500  #: bytes; below, compression costs more than it saves
BLUEPRINTS = (
    api, auth, inbox, cases, campaigns, organizations, documents, public, administration, reminders, monitoring,
)  # fmt: skip


def create_app(settings: Settings | None = None, installation: Installation | None = None) -> Application:
    """The web application of one installation; without one it is made from the settings."""
    installation = installation or _install(settings or load_settings())
    app = Application("web", static_folder=None)
    app.extensions[EXTENSION] = installation
    app.config["COMPRESS_MIN_SIZE"] = SHORTEST_COMPRESSED
    tracing.trace(app)
    security.protect(app, installation.settings)
    static_files.serve(app)
    display.register(app)
    errors.register(app)
    login_manager.init_app(app, add_context_processor=False)  # a page must not look up who voted
    Compress(app)
    for each in BLUEPRINTS:
        app.register_blueprint(each.blueprint)
    return app


def _install(settings: Settings) -> Installation:
    """For whoever serves the application by its name alone: what the commands do before they make theirs."""
    share_one_heap()
    form = settings.log_format or logs.FORMS[settings.mode]
    logs.configure(form)
    open_rooms(form)
    engine = create_engine(settings.database_url)
    return Installation(settings, load(settings.definitions_dir).for_service, engine, DurableJobs(engine))
