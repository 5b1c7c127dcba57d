"""``kesu profiles``: the shipped deadline rules, their sources, and whether the text was read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kesu.cli import options
from kesu.cli.saving import write_out
from kesu.cli.telling import ui, ui_lang
from kesu.words.text import Text, listed

if TYPE_CHECKING:
    from kesu.register.settings import Profile


@click.command(
    help=ui(
        "列出随附的时限规则模板；给出名字则列出它的来源和全部规则。",
        "List the shipped profiles of deadline rules; with a name, its source and all its rules.",
    )
)
@click.argument("name", required=False)
@options.chosen(options.lang, options.formats, options.output)
def profiles(name: str | None, lang: str | None, form: str, output: Path | None) -> None:
    """All profiles, or one."""
    from kesu.register.settings import load_about, profile_names
    from kesu.words.terminal import dumps

    lang = lang or ui_lang()
    if name is not None:
        options.profile_named(name)
        about = load_about(name)
        text = dumps(_record(about, lang)) if form == "json" else _text(about, lang)
    else:
        every = [load_about(one) for one in profile_names()]
        text = dumps([_record(about, lang) for about in every]) if form == "json" else _list(every, lang)
    write_out(text, output)


VERIFIED = {
    True: Text("已读原文", "text read"),
    False: Text("未能读到原文", "text NOT read"),
}


def _list(every: list[Profile], lang: str) -> str:
    from kesu.words.terminal import table

    header = Text("名称 说明 规则数 核对日期 是否读过原文", "name title rules checked verified").of(lang)
    rows = (
        (one.name, one.title.of(lang), len(one.settings.rules), one.checked, VERIFIED[one.verified].of(lang))
        for one in every
    )
    return table(header.split(), rows, limit=80)


def _rules(about: Profile, lang: str) -> list[dict[str, Any]]:
    from kesu.register.codes import CODE_LISTS, label_of
    from kesu.register.settings import CONDITIONS, RULE_TARGETS, in_lang
    from kesu.rules.explain.text import rule_words

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


def _text(about: Profile, lang: str) -> str:
    from kesu.words.terminal import table

    header = Text("序号 时限 适用 期限 备注", "no target for limit remark").of(lang)
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
    return "\n".join(head) + "\n" + table(header.split(), rows, limit=200)
