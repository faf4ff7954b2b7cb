"""The tree and who holds which post; people are Django's users."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Organization(models.Model):
    """A body."""

    superior = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)


class Post(models.Model):
    """Who holds what."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    code = models.CharField(max_length=40)
    valid_to = models.DateField(null=True)

    class Meta:
        """Looked up by body and post."""

        indexes = [models.Index(fields=["organization", "code"])]  # noqa: RUF012
