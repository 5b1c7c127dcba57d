# mypy: disable-error-code="no-any-return,no-untyped-call,attr-defined"
"""Every regular expression of the code base, where it stands and how it is used; and the texts that are worst for it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from re import _constants as sre
from re import _parser
from types import ModuleType
from typing import Any, Final, NamedTuple

import kesu
import xlwings_libreoffice

FUNCTIONS: Final = {"compile", "match", "search", "sub", "subn", "fullmatch", "split", "findall", "finditer"}
METHODS: Final = {
    "match", "contains", "replace", "fullmatch", "split", "rsplit", "extract", "extractall", "findall", "count"
}  # fmt: skip
SEARCH: Final = {"contains", "fullmatch", "replaced"}
"""Functions of `kesu.register.search`, whose second argument is a pattern."""
ANCHORED: Final = {"match", "fullmatch"}


class Found(NamedTuple):
    """A pattern, compiled; ``how`` it is used: by ``match`` or ``fullmatch`` alone, or anyhow (``search``)."""

    where: str
    pattern: re.Pattern[Any]
    how: str


@cache
def modules() -> list[ModuleType]:
    """All of kesu, imported."""
    names = [
        info.name
        for of in (kesu, xlwings_libreoffice)
        for info in pkgutil.walk_packages(of.__path__, f"{of.__name__}.")
    ]
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]


def compiled() -> Iterator[Found]:
    """Patterns that modules and their classes hold, with how they are used where they are known."""
    every = modules()
    held: dict[int, tuple[str, re.Pattern[Any]]] = {}
    ways: dict[int, set[str]] = {}
    for module in every:
        attributes = [
            (node.value.id if isinstance(node.value, ast.Name) else node.value.attr, node.attr)
            for node in ast.walk(_tree(module))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute)
        ]
        for holder in [module, *(value for value in vars(module).values() if isinstance(value, type))]:
            for name, value in vars(holder).items():
                for pattern in value if isinstance(value, tuple | list) else (value,):
                    if isinstance(pattern, re.Pattern):
                        held.setdefault(id(pattern), (f"{holder.__name__}.{name}", pattern))
                        used = {way for of, way in attributes if of == name} & FUNCTIONS
                        ways.setdefault(id(pattern), set()).update(used)
    for key, (where, pattern) in held.items():
        yield Found(
            where, pattern, ways[key].pop() if len(ways[key]) == 1 and ways[key] <= ANCHORED else "search"
        )


def written() -> Iterator[tuple[str, Found | None]]:
    """Calls that take a pattern: (module:function, what it is), None where it is put together at run time."""
    for module in modules():
        for place, how, argument, flags in _calls(_tree(module)):
            where = f"{module.__name__}:{place}"
            try:
                value = eval(compile(ast.Expression(argument), where, "eval"), vars(module))  # noqa: S307 - our own source
            except NameError:
                yield where, None
                continue
            if isinstance(value, re.Pattern):
                yield where, Found(where, value, how)
            elif isinstance(value, str | bytes):
                yield where, Found(where, re.compile(value, flags), how)


@cache
def _tree(module: ModuleType) -> ast.Module:
    assert module.__file__
    return ast.parse(Path(module.__file__).read_text(encoding="utf-8"))


def _calls(tree: ast.Module) -> Iterator[tuple[str, str, ast.expr, int]]:
    """Function that calls, how the pattern is used, the pattern, flags."""
    for function in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        for node in _outside_functions(function):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
                continue
            if isinstance(node.func, ast.Name):
                name, argument = node.func.id, node.args[1] if node.func.id in SEARCH else None
            elif function is tree and node.func.attr == "compile":
                continue  # `compiled` finds it
            else:
                name = node.func.attr
                argument = _pattern_of(node, name, node.func.value)
            if argument is not None:
                how = name if name in ANCHORED else "search"
                blind = "IGNORECASE" in ast.unparse(node) or "case" in {word.arg for word in node.keywords}
                yield getattr(function, "name", "<module>"), how, argument, re.IGNORECASE if blind else 0


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in ``node`` and in no function within it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _outside_functions(child)


def _pattern_of(node: ast.Call, name: str, on: ast.expr) -> ast.expr | None:
    words = {word.arg: word.value for word in node.keywords}
    if isinstance(on, ast.Name) and on.id == "re" and name in FUNCTIONS:
        return node.args[0]
    if isinstance(on, ast.Attribute) and on.attr == "str" and name in METHODS:
        plain = words.get("regex")
        literal = isinstance(plain, ast.Constant) and plain.value is False
        return None if literal else words.get("pat", node.args[0] if node.args else None)
    return node.args[1] if name == "contains" and len(node.args) > 1 else None  # Rows.contains(key, pattern)


LETTERS: Final = "a1 -.@中=<\"'_/:\n、A,(:x"
"""Of each kind that patterns tell apart one."""
ENDS: Final = ("", "\0")
NASTY: Final = (
    "1", " ", "a", "中", "1 ", "1-", "a.", "a@", "a@b.", "@", "1.", "1,", "(", "((1", "<", "<c ", '<c r="', '"', "'",
    "a'", "''", "\n", "、", "=", " a=", ' a="', "refund", "claim ", "退1", "退", "2026-", "2026-10-08 ", "+86 1", "09:", "[",
    "[[", "{", "{a", "$A", "A1:", "_x", "--", "/>", "<v>", "<a>", "1 a", "Ａ", "１", "é", "\u200b", "😀",
)  # fmt: skip


def worst(pattern: re.Pattern[Any]) -> Iterator[Callable[[int], Any]]:
    """Makers of texts of a given length: each repeat of the pattern pumped up behind what leads to it, failing at the end."""
    yield from _makers(pattern, _pumps(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), ""))


def nasty(pattern: re.Pattern[Any]) -> Iterator[Callable[[int], Any]]:
    """Makers of texts that hurt others."""
    yield from _makers(pattern, (("", text) for text in NASTY))


def _makers(pattern: re.Pattern[Any], pumps: Iterable[tuple[str, str]]) -> Iterator[Callable[[int], Any]]:
    for lead, pump in dict.fromkeys(pumps):
        if not pump:
            continue
        makers = [partial(_pumped, lead, pump, end) for end in ENDS]
        if lead:
            makers += [partial(_pumped, "", lead + pump, ""), partial(_pumped, "", lead, "")]
        yield from (
            (lambda size, make=make: make(size).encode("utf-8", "replace"))
            if isinstance(pattern.pattern, bytes)
            else make
            for make in makers
        )


def _pumped(lead: str, pump: str, end: str, size: int) -> str:
    return lead + pump * (size // len(pump)) + end


def _pumps(tree: Any, lead: str) -> Iterator[tuple[str, str]]:
    """(What leads to a repeat, what is repeated), for every repeat in ``tree``."""
    for (op, value), (after, _) in zip(tree, [*tree[1:], (None, None)], strict=False):
        match op:
            case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
                _, most, body = value
                if most > 1:
                    yield from ((lead, pump) for pump in _samples(body))
                    yield from (
                        (lead, one + two)
                        for one in _samples(body)[:3]
                        for two in _samples(body)[:3]
                        if one != two
                    )
                yield from _pumps(body, lead)
            case sre.SUBPATTERN:
                yield from _pumps(value[3], lead)
            case sre.ATOMIC_GROUP:
                yield from _pumps(value, lead)
            case sre.BRANCH:
                for branch in value[1]:
                    yield from _pumps(branch, lead)
            case sre.ASSERT | sre.ASSERT_NOT:
                yield from _pumps(value[1], lead)
        lead += _one(op, value)
        if (op, after) != (sre.LITERAL, sre.LITERAL):  # within a word nothing is repeated
            yield "", lead


def _samples(tree: Any) -> list[str]:
    """What may be repeated: for a class every letter of LETTERS in it, else one text that fits."""
    if len(tree) == 1:
        op, value = tree[0]
        if op in {sre.IN, sre.ANY, sre.NOT_LITERAL}:
            return [letter for letter in LETTERS if _holds(op, value, letter)] or [_one(op, value)]
        if op == sre.SUBPATTERN:
            return _samples(value[3])
        if op == sre.BRANCH:
            return [text for branch in value[1] for text in _samples(branch)[:3]]
    return ["".join(_one(op, value) for op, value in tree)]


def _one(op: Any, value: Any) -> str:  # noqa: PLR0911
    """A text that the part fits, as short as may be but for repeats, which stand once."""
    match op:
        case sre.LITERAL:
            return chr(value)
        case sre.IN | sre.ANY | sre.NOT_LITERAL:
            return next((letter for letter in "1a" + LETTERS if _holds(op, value, letter)), "") or _first(
                value
            )
        case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
            return "".join(_one(*part) for part in value[2]) * max(value[0], 1)
        case sre.SUBPATTERN:
            return "".join(_one(*part) for part in value[3])
        case sre.ATOMIC_GROUP:
            return "".join(_one(*part) for part in value)
        case sre.BRANCH:
            return "".join(_one(*part) for part in value[1][0])
    return ""


def _first(value: Any) -> str:
    """The first letter that a class names."""
    op, what = value[0]
    return chr(what if op == sre.LITERAL else what[0]) if op in {sre.LITERAL, sre.RANGE} else "a"


def _holds(op: Any, value: Any, letter: str) -> bool:
    if op == sre.ANY:
        return letter != "\n"
    if op == sre.NOT_LITERAL:
        return ord(letter) != value
    negated = value[0][0] == sre.NEGATE
    return any(_in(part, what, letter) for part, what in value[negated:]) != negated


def _in(op: Any, value: Any, letter: str) -> bool:
    match op:
        case sre.LITERAL:
            return ord(letter) == value
        case sre.RANGE:
            return value[0] <= ord(letter) <= value[1]
    kinds = {
        sre.CATEGORY_DIGIT: str.isdigit, sre.CATEGORY_SPACE: str.isspace, sre.CATEGORY_WORD: lambda ch: ch.isalnum() or ch == "_",
    }  # fmt: skip
    for kind, test in kinds.items():
        if value == kind:
            return bool(test(letter))
        if str(value) == str(kind).replace("CATEGORY_", "CATEGORY_NOT_"):
            return not test(letter)
    return False
