"""Errors of the service: the docstring is the message, the attributes are the facts."""

from __future__ import annotations


class WorkflowError(Exception):
    """操作未能完成。"""

    def __init__(self, message: str = "", **facts: object) -> None:
        self.message = message or (type(self).__doc__ or "").strip().format_map(_Facts(facts))
        self.facts = facts
        super().__init__(self.message)

    def __getattr__(self, name: str) -> object:
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __reduce__(self) -> tuple[object, ...]:
        """The same from another process, whatever its class asks to be made of."""
        return _again, (type(self), self.message, self.facts)


def _again(kind: type[WorkflowError], message: str, facts: dict[str, object]) -> WorkflowError:
    made = kind.__new__(kind)
    WorkflowError.__init__(made, message, **facts)
    return made


class _Facts(dict[str, object]):
    """Leaves an unknown placeholder readable instead of failing while an error is reported."""

    def __missing__(self, key: str) -> str:
        return f"〔{key}〕"


class SettingsError(WorkflowError):
    """配置有误：{variable}。"""


class DefinitionError(WorkflowError):
    """流程定义有误：{faults}"""


class NotFound(WorkflowError):
    """没有找到{what}。请核对地址或编号；也可能已被撤销。"""


class NotAllowed(WorkflowError):
    """您不能{action}：{reason}"""


class Refused(WorkflowError):
    """不能{title}：{reason}"""


class InvalidInput(WorkflowError):
    """填写有误，请按提示修改后再提交。"""


class Conflict(WorkflowError):
    """{who}已于{when}{what}，您的操作未生效。"""


class NotUnique(WorkflowError):
    """{what}已经存在，不能重复登记。"""


class CorruptJournal(WorkflowError):
    """留痕校验未通过：{where}"""
