"""What the visitor must do, has opened, has dealt with; and many of them dealt with at once."""

from web.inbox import batches
from web.inbox.views import blueprint

__all__ = ["batches", "blueprint"]
