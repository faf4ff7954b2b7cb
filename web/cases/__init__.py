"""The page of a case, and acting on it."""

from web.cases import actions as actions  # their views belong to the same blueprint
from web.cases import attachments as attachments
from web.cases import files as files
from web.cases import previewing as previewing
from web.cases import redline as redline
from web.cases.views import blueprint

__all__ = ["blueprint"]
