"""The page of a case, and acting on it."""

from web.cases.views import blueprint

__all__ = ["blueprint"]
