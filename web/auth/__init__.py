"""Signing in and out, and how the pages look."""

from web.auth.views import blueprint

__all__ = ["blueprint"]
