"""The table that is printed, and the same figures as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from tests.bench.driving import LOCK
from tests.bench.ratios import Row

HEAD = f"{'':44} {'ratio':>8} {'':>14}  target"


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    for (measure, database), group in groupby(rows, key=lambda row: (row.measure, row.database)):
        print(f"\n{', '.join(filter(None, (measure, database)))}\n{HEAD}")
        for row in group:
            value = f"{row.value:,.0f} B" if row.unit == "bytes" else f"{row.value:,.2f} ms"
            limit = "" if row.target is None else f"≤ {row.target:g} {'✔' if row.met else '✘'}"
            print(f"  {row.name:42} {row.ratio:8.2f} {value:>14}  {limit}")


def save(rows: Sequence[Row], path: Path, *, quick: bool) -> None:
    """Write the figures with what they were measured on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "quick": quick, "machine": machine(),
        "versions": versions(), "rows": [asdict(row) | {"met": row.met} for row in rows],
    }  # fmt: skip
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def machine() -> dict[str, object]:
    """What it ran on."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.is_file() else []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """The peers as locked."""
    pinned = (line.split(" ")[0].partition("==") for line in LOCK.read_text().splitlines() if "==" in line)
    return {name: version for name, _, version in pinned}
