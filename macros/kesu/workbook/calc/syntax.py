"""Formulas as they stand in a workbook, read into trees.

A tree is a tuple whose first field says what it is:
``("num", 1.0)``, ``("text", "a")``, ``("bool", 1.0)``, ``("cell", sheet, column, row)``, ``("table", name, part, header)``,
``("name", "Now_At")``, ``("range", from, to)``, ``("call", "IF", arguments)``, ``("+", left, right)``, ``("neg", of)``.
Column and row of a cell are ``(number, relative)``; relative ones count from the formula's own cell.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from kesu.xlsx.address import column_number

Tree = tuple[Any, ...]

DEEPEST: Final = 80
"""Levels of brackets; Excel allows 64."""

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<num>\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?)(?![A-Za-z_(!:.])
    | "(?P<text>(?:[^"]|"")*+)"
    | (?:'(?P<quoted>(?:[^']|'')++)'!|(?P<sheet>[^\W\d][\w.]*+)!)?(?P<column>\$?[A-Z]{1,3})(?P<row>\$?\d{1,7})(?![\w(.])
    | (?P<table>[^\W\d][\w.]*+)\[(?:\[\#(?P<part>This[ ]Row|Headers)\],\[(?P<own>[^\[\]'@]++)\]|(?P<header>[^\[\]'#@]++))\]
    | (?P<call>[A-Za-z][A-Za-z0-9.]*+)\(
    | (?P<name>[^\W\d][\w.]*+)(?![(!\[])
    | (?P<op><=|>=|<>|[-+*/^&=<>:,()])
    )""",
    re.VERBOSE,
)
_BINDS: Final = {
    "=": 1,
    "<": 1,
    ">": 1,
    "<=": 1,
    ">=": 1,
    "<>": 1,
    "&": 2,
    "+": 3,
    "-": 3,
    "*": 4,
    "/": 4,
    ":": 9,
}
_NEGATION: Final = 6


class UnprovenError(Exception):
    """A formula, or something that it needs, is more than is understood here."""


@lru_cache(4096)
def parse(text: str, row: int, column: int) -> Tree:
    """The tree of the formula ``text`` (without "=") that stands in this cell (from 1). Raises `UnprovenError`."""
    return _Reader(text, row, column).whole()


class _Reader:
    def __init__(self, text: str, row: int, column: int) -> None:
        self.text, self.row, self.column = text, row, column
        self.at = self.depth = 0
        self.next()

    def next(self) -> None:
        """Go to the next token; `kind` is None behind the last."""
        if not self.text[self.at :].strip():
            self.token, self.kind, self.value = None, None, ""
            return
        self.token = _TOKEN.match(self.text, self.at)
        if self.token is None:
            raise UnprovenError(self.text[self.at : self.at + 40])
        self.at = self.token.end()
        self.kind = str(self.token.lastgroup)
        self.value = self.token[self.kind]

    def whole(self) -> Tree:
        tree = self.expression(0)
        if self.kind is not None:
            raise UnprovenError(self.text)
        return tree

    def expression(self, least: int) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise UnprovenError("too deep")
        left = self.operand()
        while self.kind == "op" and _BINDS.get(self.value, 0) > least:
            sign = self.value
            self.next()
            right = self.expression(_BINDS[sign])
            left = ("range" if sign == ":" else sign, left, right)
        self.depth -= 1
        return left

    def operand(self) -> Tree:  # noqa: PLR0911 - one for each kind
        token, kind, value = self.token, self.kind, self.value
        if token is None:
            raise UnprovenError(self.text)
        self.next()
        match kind:
            case "num":
                return ("num", float(value))
            case "text":
                return ("text", value.replace('""', '"'))
            case "row":
                sheet = token["quoted"].replace("''", "'") if token["quoted"] else token["sheet"]
                return (
                    "cell",
                    sheet,
                    self.coordinate(token["column"], self.column),
                    self.coordinate(value, self.row),
                )
            case "own" | "header":
                return ("table", token["table"], token["part"] or "", value)
            case "name":
                logical = value.upper() in {"TRUE", "FALSE"}
                return ("bool", float(value.upper() == "TRUE")) if logical else ("name", value)
            case "call":
                return ("call", value.upper().removeprefix("_XLFN."), self.arguments())
        if value == "(":
            inner = self.expression(0)
            self.expect(")")
            return inner
        if value in {"-", "+"}:
            inner = self.expression(_NEGATION)
            return ("neg", inner) if value == "-" else inner
        raise UnprovenError(self.text)

    def arguments(self) -> tuple[Tree, ...]:
        found: list[Tree] = []
        while (self.kind, self.value) != ("op", ")"):
            if found:
                self.expect(",")
            found.append(self.expression(0))
        self.next()
        return tuple(found)

    def expect(self, sign: str) -> None:
        if (self.kind, self.value) != ("op", sign):
            raise UnprovenError(self.text)
        self.next()

    def coordinate(self, text: str, own: int) -> tuple[int, bool]:
        fixed = text.startswith("$")
        bare = text.lstrip("$")
        number = int(bare) if bare.isdecimal() else column_number(bare)
        return (number, False) if fixed else (number - own, True)
