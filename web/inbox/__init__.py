"""What the visitor must do, has opened, has dealt with."""

from web.inbox.views import blueprint

__all__ = ["blueprint"]
