"""Campaigns as task lists, over the tree, and the forms that open a case, or one for everything below."""

from web.campaigns import files, launches
from web.campaigns.views import blueprint

__all__ = ["blueprint", "files", "launches"]
