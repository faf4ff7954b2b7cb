"""How the process keeps freed memory: one heap for all threads, and large blocks given back at once.

The C library gives each thread a heap of its own and keeps what it frees. Papers are printed by changing threads, and
each takes megabytes of fonts: after some hundred, the heaps would hold twice what is needed.
"""

from __future__ import annotations

import gc
from ctypes import CDLL

ARENAS, MAPPED_FROM, TRIMMED_FROM = 1, 128 * 1024, 256 * 1024  #: the last two in bytes
#: Parameters of mallopt(3): M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD.
ONE_HEAP = ((-8, ARENAS), (-3, MAPPED_FROM), (-1, TRIMMED_FROM))
#: The same for a process that is about to begin.
VARIABLES = {
    "MALLOC_ARENA_MAX": str(ARENAS), "MALLOC_MMAP_THRESHOLD_": str(MAPPED_FROM),
    "MALLOC_TRIM_THRESHOLD_": str(TRIMMED_FROM),
}  # fmt: skip


def share_one_heap() -> bool:
    """Tell the C library; before the first thread starts. Whether it took it: another library than glibc may not."""
    try:
        told = CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return all(told(parameter, value) == 1 for parameter, value in ONE_HEAP)


def settle() -> None:
    """What was loaded so far stays: the collector looks at what comes after it, a tenth, and so looks often."""
    gc.collect()
    gc.freeze()
