"""The organisation tree, its bodies and people, and how they change."""

from web.organizations import changes, hand_overs, imports, people, seal, substitutions, views
from web.organizations.place import blueprint

__all__ = ["blueprint", "changes", "hand_overs", "imports", "people", "seal", "substitutions", "views"]
