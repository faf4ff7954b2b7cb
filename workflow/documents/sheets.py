"""Style sheets with their custom properties and sums of lengths worked out: lengths as the library likes them.

The letterhead writes its grid once (`--line`) and counts in it (`calc(2 * var(--line))`). WeasyPrint would work that
out for every box of every paper; here it is done once for each set of values, which a body's class may change.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

POINTS = {"pt": 1.0, "mm": 72 / 25.4}
DECIMALS = 9
_VAR = re.compile(r"var\((--[\w-]+)\)")
_CALC = re.compile(r"calc\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")
_LENGTH = re.compile(r"([\d.]+)(pt|mm)\b")
_BODY = re.compile(r"body((?:\.[\w-]+)*)")
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"(?P<selectors>[^{};]+)\{(?P<declarations>[^{}]*)\}")
_PROPERTY = re.compile(r"(?<![\w-])(--[\w-]+)\s*:\s*([^;]*)")
_INLINE = re.compile(r'style="[^"]*?(--[\w-]+)\s*:')
_SUMS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


@dataclass(frozen=True)
class Sheets:
    """The text of all style sheets of a letterhead, in their order; `fonts` names the font of each typeface."""

    text: str
    fonts: str = ""

    def constants(self, words: frozenset[str], html: str) -> tuple[tuple[str, str], ...]:
        """What the custom properties are on a page whose body has these classes.

        Those that an element sets in its style, or several rules set below the body, stay open.
        """
        found: dict[str, tuple[int, str]] = {}
        for name, value, classes in self._of_body:
            if classes <= words and len(classes) >= found.get(name, (0, ""))[0]:
                found[name] = len(classes), value
        below = [name for name, _ in self._below]
        found |= {name: (0, value) for name, value in self._below if below.count(name) == 1 and name not in found}
        is_open = {*_INLINE.findall(html), *(name for name in below if below.count(name) > 1)}
        return tuple(sorted((name, value) for name, (_, value) in found.items() if name not in is_open))

    def plain(self, constants: Mapping[str, str]) -> str:
        """The text with these values in the place of their names, and sums worked out where all is known."""
        text, before = self.text, ""
        while text != before:  # a value may name another
            before, text = text, _VAR.sub(lambda found: constants.get(found[1], found[0]), text)
        return _CALC.sub(lambda found: _worked_out(found[1]) or found[0], text)

    @cached_property
    def _set(self) -> tuple[tuple[str, str, str], ...]:
        """Name, value and selector of each custom property that is set."""
        return tuple(
            (name, value.strip(), selector.strip())
            for rule in _RULE.finditer(_REMARK.sub("", self.fonts + self.text))
            for name, value in _PROPERTY.findall(rule["declarations"])
            for selector in rule["selectors"].split(",")
        )

    @cached_property
    def _of_body(self) -> tuple[tuple[str, str, frozenset[str]], ...]:
        return tuple(
            (name, value, frozenset(found[1].split(".")[1:]) if found else frozenset())
            for name, value, selector in self._set
            if (found := _BODY.fullmatch(selector)) or selector == ":root"
        )

    @cached_property
    def _below(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, value) for name, value, selector in self._set if not _is_of_page(selector))


def _is_of_page(selector: str) -> bool:
    return selector == ":root" or _BODY.fullmatch(selector) is not None


def _worked_out(formula: str) -> str:
    """A sum of lengths as one length; nothing where it has anything else in it."""
    numbers = _LENGTH.sub(lambda found: repr(float(found[1]) * POINTS[found[2]]), formula)
    if not re.fullmatch(r"[\d.e\s()+*/-]+", numbers):
        return ""
    value = _value(ast.parse(numbers.strip(), mode="eval").body)
    return f"{value:.{DECIMALS}f}" + ("pt" if _LENGTH.search(formula) else "")


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp):
        return _SUMS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand)
    return float(ast.literal_eval(node))
