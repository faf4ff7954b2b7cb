"""What the models refuse, said in Chinese with the place and the fix."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from workflow.definition import campaign, field, model
from workflow.definition.fault import Fault, Path, Source, listed

_MODELS = tuple(
    each
    for module in (campaign, field, model)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, field.Frozen)
)
KNOWN_KEYS = frozenset(info.alias or name for each in _MODELS for name, info in each.model_fields.items())

#: Kind of error as pydantic names it → what is wrong, and what to do.
SENTENCES: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少“{key}”", "请补上这一项"),
    "string_type": ("应为文字", "请写成文字；数字、是否等须加引号"),
    "int_type": ("应为整数", "请写成不带引号的整数"),
    "int_parsing": ("应为整数", "请写成不带引号的整数"),
    "bool_type": ("应为 true 或 false", "请写 true（是）或 false（否）"),
    "bool_parsing": ("应为 true 或 false", "请写 true（是）或 false（否）"),
    "tuple_type": ("应为列表", "请写成 [甲, 乙]，或者每行一项、前面加“- ”"),
    "dict_type": ("应为“键: 值”", "请写成“键: 值”，每行一项"),
    "model_type": ("应为“键: 值”", "请写成“键: 值”，每行一项"),
    "string_pattern_mismatch": ("“{input}”不合命名规则", "只用小写英文字母、数字和下划线，以字母开头"),
    "too_short": ("项数不够", "请补足"),
    "too_long": ("项数过多", "请删去多余的"),
}


def faults_of(error: ValidationError, source: Source) -> list[Fault]:
    """Every error of a validation, one fault a place."""
    found: dict[tuple[int, str], Fault] = {}
    for each in error.errors():
        fault = _fault(each, source)
        found.setdefault((fault.line, fault.key), fault)
    return list(found.values())


def _fault(error: ErrorDetails, source: Source) -> Fault:
    path = _written(error["loc"], source)
    kind = error["type"]
    if kind == "extra_forbidden":
        return source.fault(path, f"不认识的键“{error['loc'][-1]}”", _suggestion(str(error["loc"][-1])))
    if kind in ("literal_error", "enum"):
        allowed = error.get("ctx", {}).get("expected", "").replace(" or ", "、").replace(", ", "、").replace("'", "")
        return source.fault(path, f"“{error['input']}”不在可用的值之内", f"可用的值：{allowed}")
    if kind == "value_error":
        return source.fault(path, str(error.get("ctx", {}).get("error", error["msg"])), "请按提示改正")
    message, fix = SENTENCES.get(kind, ("内容不符合要求", "请对照其他环节的写法改正"))
    return source.fault(path, message.format(key=error["loc"][-1], input=error["input"]), fix)


def _written(loc: Path, source: Source) -> Path:
    """The part of pydantic's location that stands in the file: names of union branches are left out."""
    path: Path = ()
    for step in loc:
        if (*path, step) in source.lines:
            path = (*path, step)
    last = loc[-1] if loc else ""
    return path if not isinstance(last, str) or last not in KNOWN_KEYS or path[-1:] == (last,) else (*path, last)


def _suggestion(key: str) -> str:
    close = get_close_matches(key, sorted(KNOWN_KEYS), n=2)
    return f"是不是想写：{listed(close)}" if close else "请删去，或者核对拼写"
