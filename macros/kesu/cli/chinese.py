"""What click itself says, in Chinese: usage, headings, errors of options and arguments."""

from __future__ import annotations

from typing import Final

import click

from kesu.cli.telling import ui_lang

WRAP: Final = click.formatting.wrap_text
MESSAGES: Final = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示本说明。",
    "Show the version and exit.": "显示版本。",
    "default: {default}": "默认：{default}",
    "Aborted!": "已中止。",
    "Error: {message}": "错误：{message}",
    "Error: invalid input": "错误：看不懂",
    "Try '{command} {option}' for help.": "用 {command} {option} 查看说明。",
    "Invalid value: {message}": "值不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不对：{message}",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing command.": "缺少命令。",
    "No such option {name!r}.": "没有选项 {name}。",
    "No such command {name!r}.": "没有命令 {name}。",
    "Option {name!r} does not take a value.": "选项 {name} 不带值。",
    "Option {name!r} requires an argument.": "选项 {name} 后面要有值。",
    "Got unexpected extra argument ({args})": "多了参数（{args}）",
    "Did you mean {possibility}?": "是不是 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（是不是其中之一：{possibilities}？）",
    "Choose from:\n\t{choices}": "可选：\n\t{choices}",
    "{value!r} is not {choice}.": "“{value}”不是 {choice}。",
    "{value!r} is not one of {choices}.": "“{value}”不在 {choices} 之中。",
    "{value!r} is not a valid {number_type}.": "“{value}”不是数。",
    "{value} is not in the range {range}.": "{value} 不在范围 {range} 之内。",
    "file": "文件",
    "directory": "文件夹",
    "path": "路径",
    "{name} {filename!r} does not exist.": "{name} {filename!r} 不存在。",
    "{name} {filename!r} is a file.": "{name} {filename!r} 是文件。",
    "{name} {filename!r} is a directory.": "{name} {filename!r} 是文件夹。",
    "{name} {filename!r} is not readable.": "{name} {filename!r} 读不了。",
    "{name} {filename!r} is not writable.": "{name} {filename!r} 写不了。",
    "Could not open file {filename!r}: {message}": "打不开文件 {filename!r}：{message}",
}
"""By click's own English words; of several numbers by those of one."""


def speak() -> None:
    """Have click say these words wherever the user's language is Chinese."""
    for module in (
        click.core,
        click.decorators,
        click.exceptions,
        click.formatting,
        click.parser,
        click.termui,
        click.types,
    ):
        for name, spoken in (("_", _said), ("ngettext", _counted)):
            if hasattr(module, name):
                setattr(module, name, spoken)
    for name, measured in (("wrap_text", _wrapped), ("term_len", _wide)):
        setattr(click.formatting, name, measured)  # by columns of the terminal: click counts characters


def _wide(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _wrapped(
    text: str,
    width: int = 78,
    initial_indent: str = "",
    subsequent_indent: str = "",
    preserve_paragraphs: bool = False,
) -> str:
    if text.isascii():
        return WRAP(text, width, initial_indent, subsequent_indent, preserve_paragraphs)
    from kesu.cli.tables import wrapped

    first, *more = wrapped(" ".join(text.split()), width - len(subsequent_indent))
    return "\n".join([initial_indent + first, *(subsequent_indent + line for line in more)])


def _said(words: str) -> str:
    return MESSAGES.get(words, words) if ui_lang() == "zh" else words


def _counted(one: str, many: str, number: int) -> str:
    if ui_lang() == "zh":
        return MESSAGES.get(
            one if number == 1 or many not in MESSAGES else many, one if number == 1 else many
        )
    return one if number == 1 else many
