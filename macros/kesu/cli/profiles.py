"""``kesu profiles``: the shipped deadline rules, their sources, and whether the text was read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kesu.cli import completing, options
from kesu.cli.saving import write_out
from kesu.cli.telling import ui, ui_lang
from kesu.words.text import Text, listed

if TYPE_CHECKING:
    from kesu.cli.tables import Screen
    from kesu.register.settings import Profile


@click.command(
    short_help=ui("列出随附的时限规则模板及来源。", "The shipped profiles of deadline rules, with sources."),
    help=ui(
        "列出随附的时限规则模板；给出名字则列出它的来源和全部规则。",
        "List the shipped profiles of deadline rules; with a name, its source and all its rules.",
    ),
)
@click.argument("name", required=False, shell_complete=completing.profiles)
@options.chosen(options.lang, options.formats, options.output)
def profiles(name: str | None, lang: str | None, output_format: str, output: Path | None) -> None:
    """All profiles, or one."""
    from kesu.cli.tables import screen
    from kesu.register.settings import load_about, profile_names
    from kesu.words.terminal import dumps

    lang, to = lang or ui_lang(), screen(output)
    if name is not None:
        options.profile_named(name)
        about = load_about(name)
        text = dumps(_record(about, lang)) if output_format == "json" else _text(about, lang, to)
    else:
        every = [load_about(one) for one in profile_names()]
        text = (
            dumps([_record(about, lang) for about in every])
            if output_format == "json"
            else _list(every, lang, to)
        )
    write_out(text, output)


MANY: Final = 99
"""Lines of a rule that is read whole."""
VERIFIED = {
    True: Text("已读原文", "text read"),
    False: Text("未能读到原文", "text NOT read"),
}


def _list(every: list[Profile], lang: str, to: Screen) -> str:
    from kesu.cli.tables import Column, table

    columns = [
        Column(Text("名称", "name").of(lang)),
        Column(Text("说明", "title").of(lang), least=20),
        Column(Text("规则数", "rules").of(lang), 1, right=True),
        Column(Text("核对日期", "checked").of(lang), 2),
        Column(Text("原文", "source").of(lang)),
    ]
    rows = (
        (one.name, one.title.of(lang), len(one.settings.rules), one.checked, VERIFIED[one.verified].of(lang))
        for one in every
    )
    return table(columns, rows, lang, to)


def _rules(about: Profile, lang: str) -> list[dict[str, Any]]:
    from kesu.register.codes import CODE_LISTS, label_of
    from kesu.register.settings import CONDITIONS, RULE_TARGETS, in_lang
    from kesu.rules.explain.rule_words import rule_words

    return [
        {
            "number": number,
            "target": RULE_TARGETS[rule.target].of(lang),
            "for": [
                label_of(CODE_LISTS[key], value, lang) if key in CODE_LISTS else value
                for key in CONDITIONS
                if (value := getattr(rule, key))
            ],
            "limit": rule_words(rule).of(lang),
            "note": in_lang(rule.note, lang),
        }
        for number, rule in enumerate(about.settings.rules, start=1)
    ]


def _record(about: Profile, lang: str) -> dict[str, Any]:
    return {
        "name": about.name,
        "title": about.title.of(lang),
        "source": about.source.of(lang),
        "checked": about.checked.isoformat(),
        "verified": about.verified,
        "region": about.settings.region,
        "subdivision": about.settings.subdivision,
        "rules": _rules(about, lang),
    }


def _text(about: Profile, lang: str, to: Screen) -> str:
    from kesu.cli.tables import Column, fitted, table

    columns = [
        Column(Text("序号", "no").of(lang), 2, right=True),
        Column(Text("时限", "target").of(lang)),
        Column(Text("适用", "for").of(lang), least=12, lines=MANY),
        Column(Text("期限", "limit").of(lang), least=20, lines=MANY),
        Column(Text("备注", "remark").of(lang), 1, 20, lines=MANY),
    ]
    rows = (
        (rule["number"], rule["target"], listed(rule["for"]).of(lang), rule["limit"], rule["note"])
        for rule in _rules(about, lang)
    )
    region = " ".join(word for word in (about.settings.region, about.settings.subdivision) if word)
    head = [
        f"{about.name}　{about.title.of(lang)}" if lang == "zh" else f"{about.name}: {about.title.of(lang)}",
        Text("来源：", "Source: ").of(lang) + about.source.of(lang),
        Text("核对日期：", "Checked: ").of(lang) + f"{about.checked} ({VERIFIED[about.verified].of(lang)})",
        Text("公共假日：", "Public holidays: ").of(lang) + (region or Text("无", "none").of(lang)),
        "",
    ]
    return "\n".join([*(fitted(line, to) for line in head), table(columns, rows, lang, to)])
