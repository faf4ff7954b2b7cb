"""Styles and scripts under addresses that name their content, so that browsers may keep them for a year."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, send_from_directory, url_for

from web.policy import nameless

FOLDER = Path(__file__).parent / "static"
A_YEAR = timedelta(days=365)
DIGEST_LENGTH = 12


class StaticFiles:
    """Our own files and those that set-up built from packages, known by plain names."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._vendor: dict[str, str] = {}
        manifest = folder / "vendor" / "manifest.json"
        if manifest.exists():
            self._vendor = json.loads(manifest.read_text(encoding="utf-8"))
        self.digest = self._digest()

    def _own(self) -> Iterator[Path]:
        return (each for each in sorted(self.folder.iterdir()) if each.is_file())

    def _digest(self) -> str:
        content = sha256()
        for path in self._own():
            content.update(path.name.encode() + path.read_bytes())
        content.update(json.dumps(self._vendor, sort_keys=True).encode())
        return content.hexdigest()[:DIGEST_LENGTH]

    def path(self, name: str) -> str:
        """Where a file lies below the folder."""
        return f"vendor/{self._vendor[name]}" if name in self._vendor else name

    def address(self, name: str) -> str:
        """The address of a file, which changes when any file does."""
        return url_for("static", digest=self.digest, name=self.path(name))


def serve(app: Flask) -> None:
    """Answer `/static/<digest>/<name>`; the page helper is `asset("chuangyou.css")`."""
    files = StaticFiles()

    @nameless("样式与脚本不含任何数据")
    def static(digest: str, name: str) -> Response:
        response = send_from_directory(files.folder, name, max_age=int(A_YEAR.total_seconds()))
        response.cache_control.public = True
        response.cache_control.immutable = digest == files.digest
        response.direct_passthrough = False  # so that Flask-Compress may read it
        response.set_data(response.get_data())
        return response

    app.add_url_rule("/static/<digest>/<path:name>", "static", static)
    app.jinja_env.globals["asset"] = files.address
