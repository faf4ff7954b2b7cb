"""Environments beside our own, for programs whose libraries have no place in it: made from a lock with hashes."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path


def locked_python(folder: Path, lock: Path, what: str) -> Path:
    """The interpreter of the environment in `folder`, made anew when the lock has changed. `what` tells who waits."""
    python, stamp = folder / "bin/python", folder / "lock"
    digest = sha256(lock.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != digest:
        print(f"Installing {what} into {folder} …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        subprocess.run([python, "-m", "pip", "install", *options, "-r", lock], check=True)
        stamp.write_text(digest)
    return python
