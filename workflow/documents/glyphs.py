"""What the fonts could and could not draw: the record of fonts used, and the refusal of a missing character."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.errors import WorkflowError


class MissingGlyph(WorkflowError):
    """公文“{document}”中的“{character}”（{codepoint}）没有可用字形，未生成文件。请安装含有该字的字体，或改用规范汉字后重试。"""

    def __init__(self, character: str, document: str) -> None:
        super().__init__(character=character, document=document, codepoint=f"U+{ord(character):04X}")


class TemplateFault(WorkflowError):
    """公文模板“{template}”不能生成：{reason}。请核对模板和所需内容。"""


@dataclass(frozen=True, slots=True)
class FontUse:
    """One font embedded in a document; a fallback lists the characters it had to supply."""

    font: str
    characters: int
    is_fallback: bool
    supplied: str = ""
