"""``kesu doubles``."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kesu.cli import options
from kesu.cli.named import the_complaint
from kesu.cli.reading import finish, language, need_personal, new_reader, read_of, reading, worked
from kesu.cli.saving import say_linked, write_out
from kesu.cli.telling import say, ui
from kesu.words.text import Text, counted

if TYPE_CHECKING:
    from kesu.cli.tables import Screen
    from kesu.jobs.load import Loaded

VERDICTS: Final = ("same", "repeat", "different")
BOTH_COUNT: Final = Text(
    "数字里两行都还在算；请把内容并到一行，删去另一行。",
    "Figures still count both rows: bring what they say into one and delete the other.",
)
LONGEST: Final = 156
"""Characters of what a customer said that a terminal is given."""


@click.command(
    short_help=ui("找出可能登记了两次的同一件事。", "Find what may be one matter logged twice."),
    help=ui(
        "找出可能登记了两次的同一件事：同一客户、相似的原话、时间相近；判定后不再问。",
        "Find what may be one matter logged twice: same customer, alike words, close in time; what is decided is not asked again.",
    ),
)
@options.registers
@options.chosen(options.lang, options.as_of, options.formats, options.output)
@click.option(
    "--days",
    type=click.FloatRange(min=0),
    metavar="N",
    help=ui(
        "相隔不超过多少天；默认用设置里的重复投诉窗口",
        "Most days between the two; by default Settings' repeat window",
    ),
)
@click.option(
    "--least",
    type=click.IntRange(0, 100),
    default=75,
    show_default=True,
    metavar="SCORE",
    help=ui("至少多少分才列出", "Least score that is listed"),
)
@click.option("--all", "everything", is_flag=True, help=ui("也列出已有判定的", "List decided pairs, too"))
@click.option(
    "--unmasked",
    is_flag=True,
    help=ui("不遮盖个人信息（只供内部使用）", "Do not mask personal data (internal use only)"),
)
@click.option(
    "--decide",
    nargs=3,
    type=(str, str, click.Choice(VERDICTS)),
    metavar="ID ID VERDICT",
    help=ui(
        "判定两件：same 同一件、repeat 再次投诉、different 不是同一件；记入第一件所在的登记表",
        "Decide on two: same, repeat or different; kept in the register of the first",
    ),
)
@click.option("--by", metavar="NAME", help=ui("谁判定的", "Who decides"))
def doubles(
    registers: tuple[Path | str, ...],
    lang: str | None,
    as_of: dt.datetime | None,
    output_format: str,
    output: Path | None,
    days: float | None,
    least: int,
    everything: bool,
    unmasked: bool,
    decide: tuple[str, str, str] | None,
    by: str | None,
) -> None:
    """List the pairs, or keep a decision on one."""
    if decide is not None and not by:
        raise click.UsageError(ui("--decide 要同时写明 --by 姓名", "--decide needs --by NAME"))
    if decide is not None and any(isinstance(one, str) for one in registers):
        raise click.UsageError(
            ui("--decide 要写进登记表，不能用网址", "--decide writes into the register, which may be no URL")
        )
    with reading(registers, as_of) as (loaded, moment):
        need_personal(loaded)
        if decide is not None and by:
            _decide(loaded, decide, by, moment)
        from kesu.cli.tables import screen
        from kesu.jobs.doubles import DECIDED, find, told
        from kesu.words.terminal import dumps

        def work(some: Sequence[Loaded]) -> tuple[list[dict[str, Any]], list[Text]]:
            assessments = [one.assessment for one in some if one.assessment is not None]
            found, said = find(assessments, days=days, least=least)
            done = int(found.pairs["verdict"].ne("").sum())
            if done and not everything:
                said.append(DECIDED.fill(n=done))
            words = language(lang, assessments)
            return list(told(found, assessments, words, decided=everything, unmasked=unmasked)), said

        pairs, said = worked(loaded, work)
        words = language(lang, read_of(loaded))
        write_out(dumps(pairs) if output_format == "json" else _text(pairs, words, screen(output)), output)
        for text in said:
            say(text)
        asked = sum(pair["verdict"] is None for pair in pairs)
        say(Text(f"可能重复而未判定：{asked} 对", f"{counted(asked, 'pair')} to be decided"))
    finish(loaded, 1 if asked else 0)


def _text(pairs: Sequence[dict[str, Any]], lang: str, to: Screen) -> str:
    return "\n\n".join("\n".join(_lines(pair, lang, to)) for pair in pairs)


def _lines(pair: dict[str, Any], lang: str, to: Screen) -> list[str]:
    """A pair as it is read: score and reasons, then a row each with the customer and what was said."""
    from kesu.cli.tables import hung
    from kesu.register.codes import CODE_LISTS, label_of
    from kesu.words.typeset import cut

    between = "；" if lang == "zh" else "; "
    verdict = f"[{label_of(CODE_LISTS['item_result'], pair['verdict'], lang)}] " if pair["verdict"] else ""
    shown = hung(f"{pair['score']:>3}  ", f"{verdict}{between.join(pair['reasons'])}", to)
    for one in pair["complaints"]:
        customer = " ".join(
            one[key] for key in ("customer_name", "customer_contact", "customer_account") if one[key]
        )
        where = Text(f"{one['register']} 第 {one['row']} 行", f"{one['register']} row {one['row']}").of(lang)
        received = one["received_at"][:16].replace("T", " ")
        shown += hung("     ", f"{one['complaint_id'] or '–'} · {received} · {where} · {customer}", to)
        if one["verbatim"]:
            shown += hung("       ", f"“{cut(one['verbatim'], LONGEST if to.width else sys.maxsize)}”", to)
    return shown


def _decide(loaded: Sequence[Loaded], given: tuple[str, str, str], by: str, moment: dt.datetime) -> None:
    """Keep the decision and say so; ends the command."""
    from kesu.jobs.collect import Writing, open_target
    from kesu.jobs.doubles import decide
    from kesu.words.errors import KesuError

    assessments = read_of(loaded)
    (first, position), (second, other) = (the_complaint(assessments, number) for number in given[:2])
    if first is second and position == other:
        raise click.UsageError(ui("两个编号是同一行", "both numbers are the same row"))
    ids = tuple(
        str(one.counted.complaints.data["complaint_id"].iloc[at])
        for one, at in ((first, position), (second, other))
    )
    path = next(one.path for one in loaded if one.assessment is first)
    say_linked(path)
    try:
        with new_reader() as reader:
            done = decide(open_target(reader, path), (ids[0], ids[1]), given[2], by, Writing(moment))
    except KesuError as error:
        say(error.text)
        sys.exit(options.UNREADABLE)
    if done is None:
        say(Text(f"{ids[0]} 与 {ids[1]} 已经这样判定过。", f"{ids[0]} and {ids[1]}: decided so before."))
    else:
        kept = done.backup.name if done.backup else "–"
        say(
            Text(
                f"已记入 {path.name}（原文件备份为 {kept}）。",
                f"Kept in {path.name}; the workbook as it was: {kept}.",
            )
        )
    if given[2] == "same":
        say(BOTH_COUNT)
    sys.exit(0)
