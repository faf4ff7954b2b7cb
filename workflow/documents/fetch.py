"""What a document may load: pictures of the letterhead folder, its fonts, and data in the page itself. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class ForbiddenAddress(FatalURLFetchingError):  # type: ignore[misc]
    """公文不能引用外部资源。"""


class LetterheadFetcher(URLFetcher):  # type: ignore[misc]
    """Refuses every address but files of one folder, named font files, and `data:`."""

    def __init__(self, folder: Path, files: frozenset[Path]) -> None:
        super().__init__(allowed_protocols=("data", "file"), allow_redirects=False)
        self._folder = folder.resolve()
        self._files = frozenset(path.resolve() for path in files)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The resource, or ForbiddenAddress, which ends the rendering."""
        scheme = url.partition(":")[0].lower()
        if scheme == "data" or (scheme == "file" and self._is_ours(url)):
            return super().fetch(url, headers)
        raise ForbiddenAddress(url)

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        path = Path(unquote(parts.path)).resolve()
        return not parts.netloc and (path in self._files or path.is_relative_to(self._folder))
