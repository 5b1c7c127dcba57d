"""``kesu convert``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import kinds, options
from kesu.cli.reading import finish, need_personal, read_of, reading, say_account, worked
from kesu.cli.saving import save, save_rules
from kesu.cli.telling import say, ui
from kesu.words.text import Text, counted
from kesu.workbook.own import BESIDE, beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.jobs.load import Loaded


@click.command(
    short_help=ui(
        "把登记表写成 Parquet，供别的工具分析。", "Write registers as Parquet for DuckDB, Power BI, pandas."
    ),
    help=ui(
        "把登记表写成 Parquet（带类型的列、代码键、时限状态），供 DuckDB、Power BI、pandas 使用，也可代替工作簿交给 kesu report、check 等；事项另成一个 .items.parquet，改进措施（如有）另成 .improvements.parquet。",
        "Write registers as Parquet (typed columns, code keys, states of deadlines) for DuckDB, Power BI or pandas, and for kesu report, check and so on in place of the workbooks; items go to an .items.parquet beside it, improvements (if any) to .improvements.parquet.",
    ),
)
@options.registers
@options.chosen(options.lang, options.as_of)
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    type=kinds.OutPath(),
    metavar="OUT.parquet",
    help=ui("写到哪里", "Where to"),
)
@options.force
@click.option(
    "--unmasked",
    is_flag=True,
    help=ui(
        "也写出个人信息（只供内部使用）",
        "Write personal data, too (internal use only)",
    ),
)
def convert(
    registers: tuple[Path | str, ...],
    lang: str | None,  # noqa: ARG001 - messages follow it by themselves
    as_of: dt.datetime | None,
    out: Path,
    unmasked: bool,
) -> None:
    """Write both files and say what is in them."""
    if out.suffix.lower() != ".parquet":
        raise click.BadParameter(
            ui(f"“{out.name}”不以 .parquet 结尾", f"“{out.name}” does not end in .parquet")
        )
    paths = {"register": out, **{key: beside(out, key) for key in BESIDE}}
    with reading(registers, as_of, target=_made_before(out)) as (loaded, _):
        from kesu.jobs.convert import contents, tables
        from kesu.workbook.save import check

        if unmasked:
            need_personal(loaded)
        for key in BESIDE:
            check(paths[key], save_rules())

        def work(some: Sequence[Loaded]) -> tuple[list[Text], dict[str, tuple[int, int, bytes]]]:
            made = tables(some, unmasked=unmasked)
            return made.remarks, {
                key: (*made.frames[key].shape, content) for key, content in contents(made).items()
            }

        remarks, made = worked(loaded, work)
        for key, (rows, columns, content) in made.items():
            path = paths[key]
            save(path, content)
            say(
                Text(
                    f"已写入 {path}：{rows:,} 行、{columns} 列",
                    f"Wrote {path}: {counted(rows, 'row')}, {counted(columns, 'column')}",
                )
            )
        for text in remarks:
            say(text)
        say_account(read_of(loaded), None)
    finish(loaded)


def _made_before(out: Path) -> Path | None:
    """Where to, if that is what was written there the last time: in a folder of registers it is none of them."""
    from kesu.workbook.seal import is_ours

    return out if out.is_file() and is_ours(out) else None
