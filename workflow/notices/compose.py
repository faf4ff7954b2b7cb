"""How a notice is put: plain text that means the same in a mail, in a group and on a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from workflow.notices.kinds import KINDS, URGE

LONGEST_TITLE = 120
ELLIPSIS = "…"
#: Categories of characters that a line of text does not need: control, format (bidi overrides among them), unassigned.
UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def one_line(text: str, longest: int = LONGEST_TITLE) -> str:
    """The text without line breaks, control characters and direction marks, shortened: fit for a subject."""
    spaced = " ".join(text.split())
    clean = "".join(each for each in spaced if unicodedata.category(each) not in UNWANTED)
    return clean if len(clean) <= longest else clean[: longest - 1] + ELLIPSIS


def turn(kind: str, do: str, title: str, *, urged_by: str = "") -> str:
    """Title of a notice about a task."""
    if kind == URGE:
        return one_line(f"{urged_by}催办：{do}《{title}》")
    return one_line(f"{KINDS[kind]}：{do}《{title}》")


def about(number: str, body: str, state: str, due_at: datetime | None, zone: ZoneInfo, note: str) -> str:
    """What a notice about a task says besides its title."""
    lines = [f"事项编号：{number}", f"所属组织：{body}", f"当前环节：{state}"]
    if due_at is not None:
        lines.append(f"办理期限：{due_at.astimezone(zone):%Y-%m-%d %H:%M}")
    if note:
        lines.append(f"说明：{one_line(note, len(note))}")
    return "\n".join(lines)


def in_group(kind: str, body: str, stage: str, number: str) -> str:
    """What a group is told: nothing that only those who may read the case should know."""
    return one_line(f"{KINDS[kind]}：{body}“{stage}”事项 {number}")


def digest(day: str, lines: Iterable[str], total: int) -> tuple[str, str]:
    """Title and text of the daily mail of what waits."""
    shown = list(lines)
    rest = [f"另有{total - len(shown)}件，请在待办中查看。"] if total > len(shown) else []
    return f"{day} 待办汇总：{total}件等您办理", "\n".join([*shown, *rest])


def letter(name: str, text: str, link: str, preferences: str) -> str:
    """The body of a mail."""
    parts = [f"{name}同志：", text, f"请打开：{link}" if link else "请登录创优查看和办理。"]
    change = f"要更改邮件提醒，请打开：{preferences}" if preferences else "要更改邮件提醒，请登录后打开“提醒设置”。"
    return "\n\n".join([*filter(None, parts), "——\n本邮件由创优自动发出，请勿回复。" + change]) + "\n"
