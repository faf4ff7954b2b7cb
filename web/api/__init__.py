"""`/api/v1`: the same campaign for programs. Bearer tokens, JSON, problem+json, OpenAPI generated from the views."""

from __future__ import annotations

from web.api import (
    administration,
    attachments,
    background,
    ballots,
    batches,
    calendars,
    campaigns,
    cases,
    documents,
    files,
    imports,
    launches,
    migrations,
    organizations,
    people,
    registers,
    reminders,
    seals,
    tasks,
)
from web.api.specification import specification
from web.api.surroundings import blueprint
from web.security import csrf

__all__ = [
    "administration",
    "attachments",
    "background",
    "ballots",
    "batches",
    "blueprint",
    "calendars",
    "campaigns",
    "cases",
    "documents",
    "files",
    "imports",
    "launches",
    "migrations",
    "organizations",
    "people",
    "registers",
    "reminders",
    "seals",
    "specification",
    "tasks",
]

csrf.exempt(blueprint)  # no browser sends a bearer token by itself, so there is no request to forge
