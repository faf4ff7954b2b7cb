"""For administrators: what stands still, old versions, and intervening in single cases."""

from web.administration import migrations
from web.administration.views import blueprint

__all__ = ["blueprint", "migrations"]
