"""How a definition may be written: one name or a list of them, the same roles for every subject or for each its own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from workflow.definition.field import Field

Subject = Literal["organization", "member"]
SUBJECTS: tuple[Subject, ...] = ("organization", "member")


def as_list(value: object) -> object:
    """One name as a list of one."""
    return [value] if isinstance(value, str) else value


def _by_subject(value: object) -> object:
    """`by: own.staff` means the same roles whatever the subject."""
    value = as_list(value)
    return (
        dict.fromkeys(SUBJECTS, value)
        if isinstance(value, list | tuple)
        else {subject: as_list(roles) for subject, roles in value.items()}
        if isinstance(value, dict)
        else value
    )


Written = str | list[str]  #: one name, or a list of them
Names = Annotated[tuple[str, ...], BeforeValidator(as_list, json_schema_input_type=Written)]
Roles = Annotated[
    dict[Subject, tuple[str, ...]],
    BeforeValidator(_by_subject, json_schema_input_type=Written | dict[Subject, Written]),
]
Asked = Annotated[tuple[str | Field, ...], BeforeValidator(as_list, json_schema_input_type=str | list[str | Field])]
