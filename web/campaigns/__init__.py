"""Campaigns as task lists, over the tree, and the forms that open a case."""

from web.campaigns.views import blueprint

__all__ = ["blueprint"]
