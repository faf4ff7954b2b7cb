"""One heap for all threads: what many threads free does not stay with each of them."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = Path(__file__).parents[1] / "workflow" / "allocation.py"
SCRIPT = """
import ctypes, runpy, sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
share_one_heap = runpy.run_path(sys.argv[2])["share_one_heap"]
assert sys.argv[1] == "as it is" or share_one_heap()
together = Barrier(4)
def work(_):
    together.wait()
    return bytes(60_000)
with ThreadPoolExecutor(4) as pool:
    kept = list(pool.map(work, range(4)))
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_all_threads_share_one_heap() -> None:
    def heaps(how: str) -> int:
        command = [sys.executable, "-c", SCRIPT, how, str(MODULE)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stderr.count("Arena ")

    assert heaps("told") == 1 < heaps("as it is")
