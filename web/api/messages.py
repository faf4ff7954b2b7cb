"""What pydantic finds wrong with a request, as a fault with a Chinese sentence and the path of the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from workflow.engine.forms import FieldFault

BODY = "body"  #: the path of a fault of the whole body
OTHER = "格式不正确，请对照接口说明修改"

#: Error type → sentence; names in braces are the facts of the error.
SENTENCES: Mapping[str, str] = {
    "missing": "缺少这一项，请补上",
    "extra_forbidden": "没有“{field}”这一项，请删去或核对名称",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字",
    "string_too_long": "最多{max_length}个字符",
    "string_too_short": "至少{min_length}个字符",
    "string_pattern_mismatch": "含有不允许的字符",
    "string_unicode": "含有无法存储的字符",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "date_type": "应为日期，如 2012-07-01",
    "date_parsing": "应为日期，如 2012-07-01",
    "date_from_datetime_parsing": "应为日期，如 2012-07-01",
    "date_from_datetime_inexact": "应为日期，如 2012-07-01",
    "dict_type": "应为对象（{{…}}）",
    "list_type": "应为数组（[…]）",
    "too_long": "最多{max_length}项",
    "model_type": "请求体应为 JSON 对象",
    "model_attributes_type": "请求体应为 JSON 对象",
    "literal_error": "只能是{expected}",
    "recursion_loop": "嵌套过深",
}


def fault_of(error: ErrorDetails) -> FieldFault:
    """One fault of a request."""
    path = ".".join(str(each) for each in error["loc"]) or BODY
    facts: dict[str, Any] = {"field": path, **error.get("ctx", {})}
    return FieldFault(path, path, SENTENCES.get(error["type"], OTHER).format_map(facts))
