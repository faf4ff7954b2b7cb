"""The organisation tree and its bodies."""

from web.organizations.views import blueprint

__all__ = ["blueprint"]
