"""Every member that xlwings asks for and this engine lacks raises, and names itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from xlwings import base_classes

if TYPE_CHECKING:
    from collections.abc import Callable

_C = TypeVar("_C", bound=type[Any])


class NotInLibreOfficeError(NotImplementedError):
    """What was asked for exists in xlwings but not in this engine."""

    def __init__(self, what: str) -> None:
        super().__init__(f"xlwings on LibreOffice does not implement {what}")


def strict(cls: _C) -> _C:
    """Class decorator: fill what ``cls`` does not define with members that raise `NotInLibreOfficeError`.

    xlwings' own base classes raise too, but with an empty message; and a property of which ``cls`` defines
    only the getter would fail with an `AttributeError` that reads like a bug.
    """
    for base in cls.__mro__:
        if base.__module__ != base_classes.__name__:
            continue
        for name, theirs in vars(base).items():
            ours = getattr(cls, name)
            if ours is theirs:
                _replace_bare(cls, name, theirs)
            elif (
                isinstance(ours, property) and isinstance(theirs, property) and theirs.fset and not ours.fset
            ):
                setattr(cls, name, ours.setter(_raiser(f"setting {cls.__name__}.{name}")))
    return cls


def _replace_bare(cls: type, name: str, theirs: Any) -> None:
    if isinstance(theirs, property):
        if _is_bare(theirs.fget):
            raiser = _raiser(f"{cls.__name__}.{name}")
            setattr(cls, name, property(raiser, raiser if theirs.fset else None))
    elif _is_bare(getattr(theirs, "__func__", theirs)):
        setattr(cls, name, _raiser(f"{cls.__name__}.{name}"))


def _is_bare(member: Any) -> bool:
    code = getattr(member, "__code__", None)
    return code is not None and code.co_names == ("NotImplementedError",)


def _raiser(what: str) -> Callable[..., Any]:
    def raise_(*_: object, **__: object) -> Any:
        raise NotInLibreOfficeError(what)

    return raise_
