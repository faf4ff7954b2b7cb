"""Official papers: list, page, PDF."""

from web.documents.views import blueprint

__all__ = ["blueprint"]
