"""Why a Parquet file is not read, and what must be known of one that is; each is put after the file's name."""

from __future__ import annotations

from typing import Final

from kesu.words.text import Text

NO_PARQUET: Final = Text(
    "内容不是 Parquet，只是名字像。请核对文件；是工作簿就改回 .xlsx。",
    "not Parquet, only called so. Check the file; if it is a workbook, name it .xlsx.",
)
LOCKED: Final = Text(
    "Parquet 已加密，kesu 解不开。请提供没有加密的文件。",
    "encrypted Parquet, which kesu cannot undo. Provide it unencrypted.",
)
BROKEN: Final = Text(
    "Parquet 已损坏（{why}）。请重新生成，例如用 kesu convert 再转换一次。",
    "broken Parquet ({why}). Make it anew, e.g. with kesu convert.",
)
NEWER: Final = Text(
    "由另一版 kesu（{version}）写出，这一版读不了。请升级 kesu，或用这一版再 kesu convert 一次。",
    "written by another kesu ({version}) in a way that this one does not read. Update kesu, or convert anew with this one.",
)
NOT_THE_REGISTER: Final = Text(
    "只有事项或改进措施，不是登记表。请指定与它一起写出的那个投诉文件（名字里没有 .items、.improvements）。",
    "items or improvements alone, no register. Name the file of complaints written with it (without .items or .improvements in its name).",
)
WITHOUT: Final = Text(
    "缺少与它一起写出的 {other}，没有它，时限和指标都不对，所以没有读取。请放在同一个文件夹里，或再 kesu convert 一次。",
    "{other}, written together with it, is missing; without it deadlines and figures would be wrong, so it was not read. "
    "Put it into the same folder, or convert anew.",
)
OTHER_RUN: Final = Text(
    "旁边的 {other} 不是与它一起写出的那一份，两者对不上，没有读取。请放回同一次写出的文件，或再 kesu convert 一次。",
    "{other} beside it is not the one written together with it; the two do not fit, so it was not read. "
    "Put back the files of one run, or convert anew.",
)
CHANGED: Final = Text(
    "由 kesu 写出，之后又被别的程序存过：设置、读取说明和个人信息的替代都丢了，算出来的数字会不对，所以没有读取。请再 kesu convert 一次；只要一段时间的，用 --period。",
    "written by kesu and saved by another program since: its settings, remarks and what stands for personal data are gone, so that figures would be "
    "wrong; it was not read. Convert anew with kesu convert; for some months only, use --period.",
)
WITHHELD_NEEDED: Final = Text(
    "写出时没有带个人信息，这样用要看姓名、联系方式、经办人和原话。请用 kesu convert --unmasked 再转换一次，或指定工作簿。",
    "written without personal data; what is asked for goes by names, contacts, staff and words. Convert anew with --unmasked, or name the workbooks.",
)
NOT_SEARCHED: Final = Text(
    "{n} 件的姓名、联系方式、账号、经办人和原话写出时已遮去，在其中找不到谁；只找了编号、产品等其余各列。要找人，请用 kesu convert --unmasked 再转换一次，或指定工作簿。",
    "names, contacts, accounts, staff and words of {n} {n:complaint|complaints} were masked when it was written, so that nobody can be found there; only numbers, "
    "products and the like were searched. To find a person convert anew with --unmasked, or name the workbooks.",
)
IGNORED: Final = Text(
    "{n} 列的类型不是单元格能写的（列表、结构、字节……），没有读取：{columns}。",
    "{n} {n:column holds|columns hold} what no cell can (lists, structures, bytes …), not read: {columns}.",
)
LOCAL: Final = Text(
    "{columns}：带时区（{zone}），按那里的钟点读取；时限和工作时间按登记表所在地的钟点计，不是同一时区就请先换算。",
    "{columns}: times of {zone}, read by the clock there; deadlines and working hours go by the clock on the register's wall: "
    "if that is another zone, convert them first.",
)
ONE_REGISTER: Final = Text(
    "“register”一列里有 {n} 个登记表，当作一个登记表读取；编号相同的会被当作重号。",
    "the column “register” names {n} {n:register|registers}; they are read as one, and numbers used in several count as used twice.",
)
