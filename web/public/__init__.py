"""What is shown to many: notices, verification, ballots, help, health."""

from web.public import ballots, verifying
from web.public.views import blueprint

__all__ = ["ballots", "blueprint", "verifying"]
