"""For administrators: what stands still, old versions, single cases, what is told outside, the background."""

from web.administration import background, calendar, migrations, outside
from web.administration.views import blueprint

__all__ = ["background", "blueprint", "calendar", "migrations", "outside"]
