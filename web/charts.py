"""Options of the few charts, as plain values for ECharts; the words and the table beside them say the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workflow.operations.reading.grid import Bar

DONE, RUNNING, LATE = "#1b4f8f", "#8fb0d8", "#b42318"
INK, LINE = "#1f2328", "#dcd9d0"


def stage_chart(bars: Sequence[Bar]) -> dict[str, Any]:
    """Progress of the stages as stacked bars, with patterns and a description for those who do not see it."""
    parts = (("已办结", DONE, [each.done for each in bars]), ("办理中", RUNNING, [each.running for each in bars]),
             ("逾期", LATE, [each.late for each in bars]))  # fmt: skip
    return {
        "animation": False,
        "aria": {"enabled": True, "decal": {"show": True}, "label": {"description": conclusion(bars)}},
        "grid": {"left": 84, "right": 24, "top": 36, "bottom": 28},
        "legend": {"top": 0, "textStyle": {"color": INK, "fontSize": 14}},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "minInterval": 1, "splitLine": {"lineStyle": {"color": LINE}},
                  "axisLabel": {"color": INK, "fontSize": 13}},
        "yAxis": {"type": "category", "inverse": True, "data": [each.title for each in bars],
                  "axisLabel": {"color": INK, "fontSize": 14}, "axisTick": {"show": False}},
        "series": [
            {"name": name, "type": "bar", "stack": "all", "barMaxWidth": 22, "itemStyle": {"color": colour},
             "data": data}
            for name, colour, data in parts
        ],
    }  # fmt: skip


def conclusion(bars: Sequence[Bar]) -> str:
    """What the chart shows, in a sentence: its title."""
    total, done, late = (sum(getattr(each, part) for each in bars) for part in ("total", "done", "late"))
    if not total:
        return "各环节都还没有开始"
    said = f"共{total}件，已办结{done}件"
    worst = max(bars, key=lambda each: each.late)
    return f"{said}，逾期{late}件，{worst.title}最多" if late else f"{said}，没有逾期"
