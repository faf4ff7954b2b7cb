"""django-viewflow: its process and task rows, its activations, its lock. Its finished tasks are its journal."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from tests.bench.job import FORM, STEPS, Place, Scale

SITE = "tests.bench.peers.viewflow_site"
DURABLE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


class Viewflow:
    """One transaction an action."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._flow: Any = import_module(f"{SITE}.flows").ApprovalFlow
        self._post: Any = import_module(f"{SITE}.models").Post
        auth = import_module("django.contrib.auth.models")
        self._user, self._task = auth.User, self._flow.task_class
        organization = import_module(f"{SITE}.models").Organization
        call_command("migrate", verbosity=0)
        with connection.schema_editor() as editor:
            editor.create_model(organization)
            editor.create_model(self._post)
        self._fill(organization)

    def _fill(self, organization: Any) -> None:
        with transaction.atomic():
            organization.objects.bulk_create(
                organization(id=body, superior_id=above, name=f"组织{body}") for body, above, _ in self._scale.bodies()
            )
            people = range(1, self._scale.people + 1)
            self._user.objects.bulk_create(self._user(id=each, username=f"u{each}") for each in people)
            self._post.objects.bulk_create(
                self._post(person_id=who, organization_id=body, code=code) for who, body, code in self._scale.posts()
            )

    def start(self, branch: int) -> int:
        """A process with its first task."""
        with transaction.atomic():
            activation = self._flow.start.activation_class.create(self._flow.start, None, None)
            activation.process.data = {**FORM, "body": branch}
            activation.task.owner_id = self._scale.member(branch)
            activation.execute()
        return int(activation.process.pk)

    def approve(self, case: int, step: int, person: int) -> None:
        """One approval; whoever acts must hold the post now, not only when the task was created."""
        with transaction.atomic():
            user = self._user.objects.get(pk=person)
            task = self._task.objects.get(process_id=case, finished=None)
            with task.activation() as activation:
                body, code = activation.process.data["body"], STEPS[step][1]
                held = self._post.objects.filter(person=user, organization_id=body, code=code, valid_to=None)
                assert held.exists()
                assert activation.start.has_perm(user)
                activation.start(SimpleNamespace(user=user))
                activation.execute()


def configure(place: Place) -> None:
    """Django without a project around it."""
    database: dict[str, Any] = {"ENGINE": f"django.db.backends.{place.kind}", "CONN_MAX_AGE": None}
    if place.kind == "sqlite":
        database["ENGINE"] += "3"
        options = {"init_command": DURABLE, "transaction_mode": "IMMEDIATE"}
        database |= {"NAME": place.where, "OPTIONS": options}
    else:
        database |= {"NAME": place.name, "HOST": place.where, "USER": "postgres"}
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "viewflow", "viewflow.workflow", SITE]
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=apps,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    connection.ensure_connection()


def make(place: Place, scale: Scale, _variant: str) -> Viewflow:
    """The peer."""
    configure(place)
    return Viewflow(scale)
