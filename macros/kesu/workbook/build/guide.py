"""The Guide sheet: what the workbook is for and how to begin."""

from __future__ import annotations

from typing import Any, Final

from kesu import __version__
from kesu.register.text import Text
from kesu.workbook.build.style import BLUE, Book

START: Final = (
    Text("在“设置”填写单位名称、工作时间，核对时限规则和指标目标。", "On Settings, enter your organisation and working hours; check the deadline rules and KPI targets."),
    Text("在“投诉登记”逐件登记：一行一件，前五段在登记时填完，带 * 的列必填。", "On Register, log each complaint in one row; complete the first five sections at logging, columns marked * always."),
    Text("客户的每个诉求、我方的每个承诺，都在“事项”里各记一行，写明时间。", "Enter every demand of the customer and every promise of ours as a row of its own on Items, with its time."),
    Text("全部诉求办妥、客户确认之后才结案。", "Close only when every demand is settled and the customer has confirmed."),
    Text("用 kesu 刷新“跟进清单”“指标”“检查结果”。", "Let kesu refresh Follow-ups, KPIs and Findings."),
)  # fmt: skip


def write_guide(book: Book) -> Any:
    """Adds the sheet."""
    sheet = book.sheet("guide", BLUE)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 110)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, book.of("客户投诉登记簿", "Customer complaint register"), book.title())
    sheet.write_string(1, 0, book.of("五分钟上手", "Five-minute start"), book.format(bold=True, font_size=12))
    for number, step in enumerate(START, start=1):
        sheet.set_row(1 + number, 22)
        sheet.write_number(1 + number, 0, number, book.format(bold=True, align="center"))
        sheet.write_string(1 + number, 1, step.of(book.lang), book.format(text_wrap=True))
    sheet.write_string(len(START) + 3, 1, f"kesu {__version__}", book.note())
    return sheet
