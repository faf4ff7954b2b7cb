"""Official papers: list, page, PDF, and the registers in which they stand."""

from web.documents import registers, seals
from web.documents.views import blueprint

__all__ = ["blueprint", "registers", "seals"]
