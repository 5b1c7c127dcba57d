"""The registers in a Parquet file that `kesu convert` made: as they were, with nothing worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kesu.register.kept import registers_of
from kesu.register.raw import RegisterError
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.register.sheets import Register
    from kesu.workbook.reading.kept import Kept

UNFIT: Final = Text(
    "文件里的设置、行数与数据对不上（{why}），没有读取。请再 kesu convert 一次。",
    "what it says of settings and rows does not fit its columns ({why}); it was not read. Convert anew.",
)
WITHHELD: Final = Text(
    "写出时没有带个人信息（没有用 --unmasked）：姓名、联系方式、账号、经办人和文字只知道填没填，显示为“***”；不检查其中写了什么，也不据此提醒升级；客户只在这个文件里以号码相认。",
    "written without personal data (no --unmasked): of names, contacts, accounts, staff and texts it is known only whether something "
    "stands there, shown as “***”; what it says is not checked and warns of no escalation; customers are known again by number, within "
    "this file only.",
)


def registers_in(kept: Kept, file: str, taken: set[str]) -> list[tuple[Register, tuple[Text, ...]]]:
    """The registers of the file called ``file``, each with the remarks on it, by the names that they had when converted.

    A name that is ``taken`` already comes after that of the file; all are taken afterwards. Raises `RegisterError`.
    """

    def called(name: str) -> str:
        return f"{file}#{name}" if name in taken else name

    try:
        found = registers_of(kept.said, kept.frames, called)
    except Exception as error:  # whatever a file says of itself
        why = f"{type(error).__name__}: {error}"[:80]
        raise RegisterError(UNFIT.fill(why=why)) from error
    taken.update(register.name for register, _ in found)
    if not kept.said["unmasked"]:
        (first, notes), *others = found
        found = [(first, (WITHHELD.at(file), *notes)), *others]
    return found
