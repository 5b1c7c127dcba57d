"""Why a file is not read, in words: what, why, what to do. Each begins with the file's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kesu.words.errors import KesuError
from kesu.words.text import Text, counted


class Refused(KesuError):  # noqa: N818  (a decision, not a defect)
    """The file is not read; ``text`` says why and what to do, in both languages."""


def missing(name: str, path: str, near: Sequence[str] = ()) -> Text:
    """There is no such file; ``near``: names there that are spelt nearly so."""
    said = _near(near)
    return Text(
        f"{name}：文件不存在。{said.zh}请核对路径：{path}",
        f"{name}: no such file. {said.en}Check the path: {path}",
    )


def unmatched(name: str, path: str, near: Sequence[str] = ()) -> Text:
    """No workbook has a name of this pattern."""
    said = _near(near)
    return Text(
        f"{name}：没有工作簿符合这个通配符。{said.zh}请核对路径：{path}",
        f"{name}: no workbook matches this pattern. {said.en}Check the path: {path}",
    )


def no_workbooks(name: str, path: str) -> Text:
    """A folder without workbooks."""
    return Text(
        f"{name}：这个文件夹里没有工作簿。请核对路径（{path}），或用 --recursive 连同下级文件夹一起找。",
        f"{name}: no such file: a folder without workbooks in it. Check the path ({path}), or look into the folders below it with --recursive.",
    )


def _near(names: Sequence[str]) -> Text:
    if not names:
        return Text("", "")
    return Text(f"是不是 {'、'.join(names)}？", f"Did you mean {', '.join(names)}? ")


def foreign(name: str) -> Text:
    """A kind of file that kesu does not read."""
    return Text(
        f"{name}：不支持这种文件。请在 Excel 中另存为 .xlsx。",
        f"{name}: not a workbook kesu reads. Save it as .xlsx in Excel.",
    )


def web_page(name: str) -> Text:
    """Markup under the name of a workbook, as many systems export it."""
    return Text(
        f"{name}：内容是网页或 XML，只是名字像工作簿。请在 Excel 中打开后另存为 .xlsx。",
        f"{name}: a web page or XML under the name of a workbook. Open it in Excel and save it as .xlsx.",
    )


def locked(name: str, reason: str) -> Text:
    """The system will not open it."""
    return Text(
        f"{name}：无法打开（{reason}）。请检查权限，以及是否有人占用。",
        f"{name}: cannot be opened ({reason}). Check its permissions and whether somebody has it open.",
    )


def broken(name: str, detail: str) -> Text:
    """Not a whole workbook."""
    return Text(
        f"{name}：文件已损坏，不是有效的工作簿（{detail}）。请从备份恢复，或在 Excel 中“打开并修复”后另存。",
        f"{name}: broken, not a valid workbook ({detail}). Restore a backup, or use Open and Repair in Excel and save it anew.",
    )


def bomb(name: str, size: int, limit: int) -> Text:
    """It would unpack to more than ``limit`` bytes."""
    return Text(
        f"{name}：解压后有 {size >> 20:,} MB，超过允许的 {limit >> 20:,} MB。请拆分；确认可信时用 --memory-limit-mb 放宽。",
        f"{name}: it unpacks to {size >> 20:,} MB, over the limit of {limit >> 20:,} MB. Split it; if you trust it, raise --memory-limit-mb.",
    )


def listless(name: str, part: str) -> Text:
    """An .xlsx of which the part that says where the others lie is of no use."""
    return Text(
        f"{name} ▸ {part}：文件内部的目录缺失、损坏或指向不存在的部分，工作表找不到。请从备份恢复，或在 Excel 中“打开并修复”后另存。",
        f"{name} ▸ {part}: this part says where the sheets are; it is missing, broken or leads nowhere. Restore a backup, or use Open and Repair in Excel and save it anew.",
    )


def one_part(name: str, part: str, first: str, second: str) -> Text:
    """Two sheets that are one part, as no program writes it."""
    return Text(
        f"{name} ▸ {part}：“{first[:31]}”和“{second[:31]}”指向同一部分，没有读取，以免同一行算两次。请在 Excel 中“打开并修复”后另存。",
        f"{name} ▸ {part}: “{first[:31]}” and “{second[:31]}” are this one part; it was not read, so that no row counts twice. Use Open and Repair in Excel and save it anew.",
    )


def puffed(name: str, part: str, size: int, packed: int) -> Text:
    """A part that is the same bytes over and over, as no program writes it."""
    return Text(
        f"{name} ▸ {part}：压缩时只有 {packed >> 10:,} KB，解压后有 {size >> 20:,} MB，可能是恶意文件，没有读取。请向提供者核实；确认可信时用 --memory-limit-mb 放宽。",
        f"{name} ▸ {part}: {packed >> 10:,} KB that unpack to {size >> 20:,} MB, as in hostile files; it was not read. Ask where it comes from; if you trust it, raise --memory-limit-mb.",
    )


def many_sheets(name: str, count: int, limit: int) -> Text:
    """More sheets than any team keeps."""
    return Text(
        f"{name}：有 {count:,} 张工作表，超过允许的 {limit:,} 张，没有读取。请把登记表单独另存为一个工作簿。",
        f"{name}: it has {count:,} sheets, over the limit of {limit:,}, and was not read. Save the register as a workbook of its own.",
    )


def wide(name: str, sheet: str, count: int, limit: int) -> Text:
    """More columns with content than any register has."""
    return Text(
        f"{name} ▸ {sheet}：有内容的列有 {count:,} 列，超过允许的 {limit:,} 列，没有读取。请删除多余的列，或把登记表单独另存为一个工作簿。",
        f"{name} ▸ {sheet}: {count:,} columns hold something, over the limit of {limit:,}; it was not read. Delete the columns that are not needed, or save the register as a workbook of its own.",
    )


def stray(name: str, sheet: str, cell: str) -> Text:
    """A cell so far out that the sheet would not fit into memory."""
    return Text(
        f"{name} ▸ {sheet}!{cell}：这个单元格离其他数据太远，整张表放不进内存。请删除多余的行和列，另存后再试。",
        f"{name} ▸ {sheet}!{cell}: this cell lies so far out that the sheet does not fit into memory. Delete the rows and columns that are not needed, and save.",
    )


def entities(name: str, part: str) -> Text:
    """A document type declaration, which no spreadsheet program writes."""
    return Text(
        f"{name} ▸ {part}：含有文档类型声明（DTD），可能是恶意文件，没有读取。请向提供者核实。",
        f"{name} ▸ {part}: it declares a document type (DTD), as hostile files do, and was not read. Ask where it comes from.",
    )


def undecodable(name: str, readings: Mapping[str, str] | None = None) -> Text:
    """A text table in an encoding that nothing tells; ``readings``: encodings that it may be in, and how a place reads."""
    zh = "，".join(f"{encoding}（“{sample}”）" for encoding, sample in (readings or {}).items())
    en = ", ".join(f"{encoding} (“{sample}”)" for encoding, sample in (readings or {}).items())
    return Text(
        f"{name}：不是 UTF-8，看不出是哪种编码{f'；可能是 {zh}' if zh else ''}。请用 --encoding 指定，或在 Excel 中另存为“CSV UTF-8”或 .xlsx。",
        f"{name}: not UTF-8, and nothing tells which encoding it is{f'; it may be {en}' if en else ''}. "
        "Say which with --encoding, or save it in Excel as “CSV UTF-8” or .xlsx.",
    )


def other_encoding(name: str, encoding: str) -> Text:
    """A text table that is not in the encoding that somebody said."""
    return Text(
        f"{name}：不是 {encoding} 编码。请改正或去掉 --encoding。",
        f"{name}: not written in {encoding}. Correct --encoding, or leave it out.",
    )


def plain_text(name: str) -> Text:
    """A text table under the name of a workbook, as many systems export it."""
    return Text(
        f"{name}：内容是文本表格，只是名字像工作簿。请在 Excel 中打开后另存为 .xlsx，或把扩展名改为 .csv。",
        f"{name}: a text table under the name of a workbook. Open it in Excel and save it as .xlsx, or name it .csv.",
    )


def bulky(name: str, size: int, limit: int) -> Text:
    """More cells and text than may be taken over."""
    return Text(
        f"{name}：读出的内容有 {size >> 20:,} MB，超过允许的 {limit >> 20:,} MB。请拆分；确认可信时用 --memory-limit-mb 放宽。",
        f"{name}: its cells come to {size >> 20:,} MB, over the limit of {limit >> 20:,} MB. Split it; if you trust it, raise --memory-limit-mb.",
    )


def broke_down(name: str, error: BaseException) -> Text:
    """Read, but a step of the work on it ended in an error nobody foresaw: a defect of kesu, or want of memory."""
    detail = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return Text(
        f"{name}：处理时出错（{detail}），没有算进去，其余文件不受影响。内容特别大就请拆分；否则请把这一行报告给 kesu 的维护者。",
        f"{name}: work on it broke down ({detail}); it is left out, other files are not affected. Split it if it is very large; "
        "otherwise please report this line to the makers of kesu.",
    )


def password_needed(name: str) -> Text:
    """Encrypted, and no password at hand."""
    return Text(
        f"{name}：有打开密码。请用 --password-file 指定存有密码的文件，或在 Excel 中去掉密码。",
        f"{name}: protected by a password. Name a file that holds it with --password-file, or remove the password in Excel.",
    )


def password_wrong(name: str) -> Text:
    """Encrypted, with another password."""
    return Text(
        f"{name}：密码不对。请核对 --password-file 里的密码。",
        f"{name}: the password is wrong. Check the one in --password-file.",
    )


def password_unsupported(name: str) -> Text:
    """Encrypted in a way that cannot be undone here."""
    return Text(
        f"{name}：有打开密码，这种加密方式 kesu 解不开。请去掉密码后另存。",
        f"{name}: protected by a password in a way kesu cannot undo. Remove the password and save it.",
    )


def too_slow(name: str, seconds: float) -> Text:
    """Not read within the time allowed."""
    return Text(
        f"{name}：{seconds:,.0f} 秒内没有读完，已放弃。请在 Excel 中另存为新文件；文件确实很大时用 --time-limit 放宽。",
        f"{name}: not read within {seconds:,.0f} seconds, given up. Save it as a new file in Excel; if it really is large, raise --time-limit.",
    )


def died(name: str, megabytes: int) -> Text:
    """The reader came to an abnormal end, most often for want of memory."""
    return Text(
        f"{name}：读取程序异常中止，多半是超出了 {megabytes:,} MB 的内存限制，已放弃。请在 Excel 中删除多余的行和列并另存；文件确实很大时用 --memory-limit-mb 放宽。",
        f"{name}: the reader broke down, most likely at the limit of {megabytes:,} MB of memory. Delete rows and columns that are not needed in Excel and save; if it really is large, raise --memory-limit-mb.",
    )


def uncached(name: str, cell: str, count: int) -> Text:
    """A remark: formulas that were never calculated, ``cell`` being the first of them."""
    return Text(
        f"{name} ▸ {cell}：有 {count:,} 格公式还没有程序算过，按空白读取。请在 Excel 或 LibreOffice 中打开并保存一次。",
        f"{name} ▸ {cell}: {counted(count, 'cell')} with formulas that no program has calculated yet, read as blank. "
        "Open the file in Excel or LibreOffice and save it once.",
    )


def left_aside(name: str, sheet: str, register: str) -> Text:
    """A remark: a second register under a title of the team's own."""
    return Text(
        f"{name} ▸ {sheet}：看起来也是投诉登记表，但没有读取，因为“{register}”才是登记表的标准标题。"
        f"要一起读取，请把“{register}”也改成别的标题（如“总部”），或把它放进单独的工作簿；是旧表或副本就不用管。",
        f"{name} ▸ {sheet}: it looks like a register too, but was not read, because “{register}” carries the title of a "
        f"register. To have both read, give “{register}” a title of its own as well (such as “Head office”), or move this "
        "sheet into a workbook of its own; if it is an archive or a copy, leave it.",
    )
