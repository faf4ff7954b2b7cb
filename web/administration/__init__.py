"""For administrators: what stands still, old versions, intervening in single cases, what is told outside."""

from web.administration import migrations, outside
from web.administration.views import blueprint

__all__ = ["blueprint", "migrations", "outside"]
