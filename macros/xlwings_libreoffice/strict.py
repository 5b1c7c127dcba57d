"""What the engine's classes have in common: nothing missing goes unnamed, no exception of LibreOffice's leaks out."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from xlwings import base_classes

from xlwings_libreoffice.bridge import Message, OfficeError

if TYPE_CHECKING:
    from collections.abc import Callable

_C = TypeVar("_C", bound=type[Any])

_REFUSED = Message(zh="LibreOffice 拒绝了 {what}：{said}", en="LibreOffice refused {what}: {said}")


class NotInLibreOfficeError(NotImplementedError):
    """What was asked for exists in xlwings but not in this engine."""

    def __init__(self, what: str) -> None:
        super().__init__(f"xlwings on LibreOffice does not implement {what}")


def strict(cls: _C) -> _C:
    """Class decorator: fill what ``cls`` does not define with members that raise `NotInLibreOfficeError`.

    xlwings' own base classes raise too, but with an empty message; and a property of which ``cls`` defines
    only the getter would fail with an `AttributeError` that reads like a bug. Exceptions of LibreOffice's become
    `OfficeError`: contextlib, on which xlwings builds, cannot handle them.
    """
    for part in reversed(cls.__mro__):
        if part.__module__ == base_classes.__name__:
            for name, theirs in vars(part).items():
                _fill(cls, name, theirs)
        elif part is not object:
            for name, ours in list(vars(part).items()):
                if part is cls or name not in vars(cls):
                    _guard(cls, name, ours)
    return cls


def _fill(cls: type, name: str, theirs: Any) -> None:
    ours = getattr(cls, name)
    if isinstance(theirs, property):
        if ours is theirs and _is_bare(theirs.fget):
            missing = _raiser(f"{cls.__name__}.{name}")
            setattr(cls, name, property(missing, missing if theirs.fset else None))
        elif isinstance(ours, property) and theirs.fset and not ours.fset:
            setattr(cls, name, ours.setter(_raiser(f"setting {cls.__name__}.{name}")))
    elif ours is getattr(theirs, "__func__", theirs) and _is_bare(ours):
        setattr(cls, name, _raiser(f"{cls.__name__}.{name}"))


def _is_bare(member: Any) -> bool:
    code = getattr(member, "__code__", None)
    return code is not None and code.co_names == ("NotImplementedError",)


def _raiser(what: str) -> Callable[..., Any]:
    def raise_(*_: object, **__: object) -> Any:
        raise NotInLibreOfficeError(what)

    return raise_


def _guard(cls: type, name: str, ours: Any) -> None:
    what = f"{cls.__name__}.{name}"
    if isinstance(ours, property):
        current = getattr(cls, name)
        setattr(cls, name, property(*(_guarded(part, what) for part in (current.fget, current.fset))))
    elif hasattr(ours, "__code__") and name not in {"__init__", "__bool__"}:
        setattr(cls, name, _guarded(ours, what))


def _guarded(member: Any, what: str) -> Any:
    if member is None:
        return None

    @wraps(member)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return member(*args, **kwargs)
        except Exception as error:
            if not type(error).__name__.startswith("com.sun.star."):
                raise
            said = f"{type(error).__name__.rpartition('.')[2]} {getattr(error, 'Message', '')}".strip()
            raise OfficeError(_REFUSED.fill(what=what, said=said)) from None

    return call
