"""What the visitor was told, how many things wait, and how they want to be told by mail."""

from web.reminders import preferences, views
from web.reminders.place import blueprint

__all__ = ["blueprint", "preferences", "views"]
