"""Names, telephone numbers, accounts and addresses, typed anywhere in any spelling, stand in no file that leaves the team."""
# ruff: noqa: S311 - dice, not secrets

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import io
import random
import re
import time
import zipfile
from pathlib import Path
from typing import Final

import pandas as pd
import pytest

from kesu.jobs.assessment import Assessment
from kesu.jobs.form import write_case_file
from kesu.jobs.load import Loaded
from kesu.jobs.report import build_report
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, SHEETS, Column
from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet
from kesu.reports.chapters.document import document
from kesu.reports.formats import html as page
from kesu.reports.formats import xlsx
from kesu.reports.masking import mask_cell, mask_text
from kesu.reports.masking.spelling import bare_letters
from tests.depth import turns

AS_OF: Final = dt.datetime(2026, 10, 31, 18)
NAMES: Final = (
    "欧阳澜汐", "慕容雪莹", "司徒岚", "令狐骁", "Zdenka Vopravilova", "Quillon Brathwaite", "Maeve O'Shaughnessy",
    "José Ñandúbar", "Иван Перегрудов", "东方霁月",
)  # fmt: skip
HARMLESS: Final = (
    "云宽带 2.0", "iPhone 15 Pro 256 GB", "Router X1-2000", "机顶盒 HG680-KA", "套餐 199 元", "Galaxy S24+", "订单 4500012345",
    "KS20261000131", "SO-2026-00123", "ORD-20261008-0012", "order no. 20260001234", "2026-10-08 09:30", "2026年10月8日", "2026/10/08",
    "08/10/2026", "20261008", "2026-10 2026-11", "1,299.00 元", "¥ 1,299,000.00", "退 12500000 元", "2000-3000 元", "1000 - 2000", "3.14 2.50 100.00",
    "10 20 30 40", "128 256 512", "09:00-18:00", "第 3 章第 12 条", "A1:B20", "24/7 service", "100%", "wait 45 minutes", "3@5 元",
    "仓库漏发", "系统计费错误", "客户满意", "无线路由器", "售后部", "Gold card", "price plan", "May bonus", "the bill was wrong", "delivery late",
    "他说会回电", "保修期 2025-2027", "Windows 11 23H2", "HTTP 404", "v1.2.3.4", "192.168.1.1", "ISO 10002:2018", "GB/T 19012-2019",
    "2.5 GHz / 5 GHz", "12 x 24 x 36 mm", "page 1234", "Q4 2026", "7 × 24", "0.5 kg", "1:30", "-20 ℃", "B2B", "5G", "尽快处理",
)  # fmt: skip
TEXTS: Final = [key for key, column in BY_KEY.items() if column.kind in {"text", "long_text", "phone"}]
ITEM_TEXTS: Final = [key for key, column in ITEM_BY_KEY.items() if column.kind in {"text", "long_text"}]


def spelt(word: str, dice: random.Random) -> str:
    """``word`` as somebody might write it."""
    between = dice.choice(
        ["-", " ", ".", "/", "_", "\u200b", "\n", "\u00a0", "·", "\u2060", " - ", "－", "\ue000"]
    )
    wide = word.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    every = between.join(word) if len(word) < 30 and "@" not in word else word.replace("@", "\u200b@")
    three = (
        between.join(word[at : at + 3] for at in range(0, len(word), 3))
        if "@" not in word
        else word.replace(".", "．")
    )
    return dice.choice([word, word.upper(), word.lower(), word.title(), wide, every, three])


def customer(dice: random.Random, number: int) -> dict[str, str]:
    phone = f"1{dice.choice('3456789')}{dice.randrange(10**8, 10**9)}"
    mail = f"{dice.choice(['vq', 'zz.k', 'xq_'])}{dice.randrange(1000, 9999)}@{dice.choice(['mailhost', 'corp.example.cn', 'x-y.com'])}"
    return {
        "customer_name": NAMES[number % len(NAMES)],
        "customer_contact": dice.choice(
            [
                phone,
                f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}",
                mail,
                f"010-{dice.randrange(6 * 10**7, 9 * 10**7)}",
            ]
        ),
        "customer_account": dice.choice(
            [
                f"QX{dice.randrange(10**7, 10**8)}",
                f"vip-{dice.randrange(10**5, 10**6)}",
                f"{dice.randrange(10**8, 10**9)}",
            ]
        ),
    }


def planted(dice: random.Random, who: dict[str, str]) -> str:
    word = spelt(dice.choice(list(who.values())), dice)
    if dice.random() < 0.2:  # somebody else's, known nowhere
        word = spelt(f"1{dice.choice('3456789')}{dice.randrange(10**8, 10**9)}", random.Random(3))
    return dice.choice(["", "请找 ", "for ", "（"]) + word + dice.choice(["", " 先生", "）的", ", urgent"])


def register(dice: random.Random, number: int, lang: str, size: int = 4) -> tuple[Assessment, list[str]]:
    """A register of ``size`` complaints (20 at most), and every word that must not be found."""
    rows, items, secret = [], [], []
    for at in range(size):
        who = customer(dice, number * size + at)
        row = {
            "complaint_id": f"K{number}-{at}", "kind": dice.choice(["投诉", "反馈", "表扬"] if at else ["投诉"]), "received_at": f"2026-10-{8 + at:02d} 09:30:00",
            "channel": "电话", "category": "质量", "severity": dice.choice(["严重", "紧急"]), "customer_tier": "VIP", "status": "处理中",
            "product": "云宽带", "involved_departments": "售后部", "root_cause": "漏发", "owner": "孙莉", "first_responsible": "孙莉", "verbatim": "坏了",
            "lessons": "核对", **who,
        }  # fmt: skip
        item = {"complaint_id": row["complaint_id"], "item_kind": dice.choice(["措施", "承诺"]), "what": "检修", "department": "售后部",
                "owner": "孙莉", "noted_at": "2026-10-08 10:00:00", "due_at": "2026-10-09 10:00:00"}  # fmt: skip
        for _ in range(4):
            row[
                dice.choice(
                    [key for key in TEXTS if key not in who] + ["complaint_id", "channel", "resolved_at"]
                )
            ] = planted(dice, who)
            item[dice.choice(ITEM_TEXTS)] = planted(dice, who)
        item["complaint_id"] = row["complaint_id"]
        rows.append(row)
        items.append(item)
        secret += secrets(who)
    sheets = [
        _sheet(SHEETS["register"].of(lang), rows, BY_KEY, lang),
        _sheet(SHEETS["items"].of(lang), items, ITEM_BY_KEY, lang),
    ]
    return Assessment(normalise(f"branch {number}.xlsx", sheets), AS_OF), secret


def secrets(who: dict[str, str]) -> list[str]:
    """What nobody must be able to read: whole words and what is long enough of their parts."""
    name = [part for part in re.split(r"[ ']", who["customer_name"]) if len(part) > 3]
    contact = who["customer_contact"].partition("@")[0].removeprefix("+86 ")
    return [bare_letters(word) for word in (who["customer_name"], *name, contact, who["customer_account"])]


def _sheet(title: str, rows: list[dict[str, str]], declared: dict[str, Column], lang: str) -> RawSheet:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    lines = [
        [declared[key].label.of(lang) for key in keys],
        *([row.get(key) for key in keys] for row in rows),
    ]
    return RawSheet(title, pd.DataFrame(lines, dtype="str"))


def read_out(content: bytes, name: str) -> str:
    """Every text and attribute in a file, on a line each, as `bare_letters` compares them."""
    parts = [content]
    if name.endswith("xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = [part for info in book.infolist() for part in (info.filename.encode(), book.read(info))]
    texts = [
        text for part in parts for text in re.split(r"[<>\"]", html.unescape(part.decode("utf-8", "replace")))
    ]
    return "\n".join(bare_letters(text) for text in texts)


def leaks(made: list[tuple[Assessment, list[str]]], lang: str) -> list[tuple[str, str]]:
    """Words that stand in a report of the registers, as page or as workbook."""
    loaded = [Loaded(Path(case.register.name), case.register.name, case) for case, _ in made]
    doc = document(build_report(loaded, None, AS_OF, lang))
    files = {"r.html": page.render(doc), "r.xlsx": xlsx.render(doc)}
    return [
        (name, word)
        for name, content in files.items()
        for found in [read_out(content, name)]
        for _, secret in made
        for word in secret
        if word in found
    ]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_report_shows_a_customer_however_they_are_spelt(lang: str) -> None:
    dice = random.Random(f"reports {lang}")
    made = [register(dice, number, lang) for number in range(2)]
    for one in made:
        assert leaks([one], lang) == []
    assert leaks(made, lang) == []


@pytest.mark.slow
def test_no_report_of_hundreds_of_customers_shows_one() -> None:
    dice = random.Random("hundreds")
    for batch in range(turns(2, 10)):
        lang = ("zh", "en")[batch % 2]
        assert leaks([register(dice, batch * 8 + number, lang, 20) for number in range(8)], lang) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_masked_form_shows_a_customer_however_they_are_spelt(tmp_path: Path, lang: str) -> None:
    dice = random.Random(f"forms {lang}")
    case, secret = register(dice, 7, lang)
    for place in range(4):
        out = tmp_path / f"{place}.xlsx"
        write_case_file(case, place, out, lang, masked=True)
        found = read_out(out.read_bytes(), out.name)
        assert not [word for word in secret if word in found]
    write_case_file(case, 0, tmp_path / "open.xlsx", lang)
    assert secret[0] in read_out((tmp_path / "open.xlsx").read_bytes(), "open.xlsx")


def test_harmless_words_stay() -> None:
    own = ["欧阳澜汐", "王建国", "John Smith", "13812345678", "AC203911", "anna.lee@example.com"]
    assert [word for word in HARMLESS if mask_text(word, own) != word] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_column_declared_personal_is_masked_everywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lang: str
) -> None:
    """Nothing else knows which columns are personal: the declaration alone is changed."""
    declared = dataclasses.replace(BY_KEY["product"], personal="name")
    monkeypatch.setitem(BY_KEY, "product", declared)
    row = {
        "complaint_id": "K1", "kind": "投诉", "received_at": "2026-10-08 09:30:00", "channel": "电话", "category": "质量", "severity": "紧急",
        "customer_tier": "VIP", "status": "处理中", "product": "Zdenka Vopravilova", "verbatim": "vopravilova called", "root_cause": "Zdenka-Vopravilova",
        "owner": "zdenkavopravilova", "commitments": "call Vopravilova as soon as possible",
    }  # fmt: skip
    item = {
        "complaint_id": "K1",
        "item_kind": "措施",
        "what": "for VOPRAVILOVA",
        "department": "Vopravilova's",
        "due_at": "2026-10-09 10:00:00",
    }
    sheets = [
        _sheet(SHEETS["register"].of(lang), [row], BY_KEY, lang),
        _sheet(SHEETS["items"].of(lang), [item], ITEM_BY_KEY, lang),
    ]
    case = Assessment(normalise("r.xlsx", sheets), AS_OF)
    assert leaks([(case, ["vopravilova"])], lang) == []
    write_case_file(case, 0, tmp_path / "f.xlsx", lang, masked=True)
    assert "vopravilova" not in read_out((tmp_path / "f.xlsx").read_bytes(), "f.xlsx")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mr smith, SMITH and the Smiths", "mr s**, S** and the S**s"),
        ("blacksmith smithereens", "blacksmith smithereens"),
        ("J-o-h-n S_m_i_t_h", "J**"),
        ("joHN\u200bsmITH@home", "j**@home"),
        ("qx 20-39-11", "qx***11"),
        ("ＱＸ２０３９１１", "ＱＸ***１１"),
        ("138/1234/5678", "138****5678"),
        ("138\n1234\n5678", "138****5678"),
        ("1.3.8.1.2.3.4.5.6.7.8", "138****5678"),
        ("138\ue0001234\ue0005678", "138****5678"),
        ("①③⑧①②③④⑤⑥⑦⑧", "138****5678"),
        ("13999990000 and 2026-10-08", "139****0000 and 2026-10-08"),
    ],
)
def test_own_words_in_whatever_spelling(text: str, shown: str) -> None:
    assert mask_text(text, ["John Smith", "QX203911", "13812345678"]) == shown


def test_a_given_name_alone_is_masked() -> None:
    assert mask_text("建国又来电话，张先生很急", ["张建国"]) == "**又来电话，张先生很急"


def test_a_column_of_the_team_shows_its_own_people_only() -> None:
    own = ["张三丰", "13812345678"]
    assert mask_cell("owner", "李四", own, ["李四"]) == "李四"
    assert mask_cell("owner", "张三丰", own, ["李四"]) == "张**"
    assert mask_cell("product", "李四专用", own, ["李四"]) == "李**专用"


def test_the_number_of_a_case_keeps_all_but_the_customer() -> None:
    assert mask_cell("complaint_id", "2026100800012", ["13812345678"]) == "2026100800012"
    assert mask_cell("complaint_id", "13812345678-1", ["13812345678"]) == "138****5678-1"


def test_a_name_spelt_a_letter_a_line_does_not_show_whole() -> None:
    assert mask_cell("customer_name", "J\no\n1\n3") == "**, **, **, **"


def test_several_contacts_in_a_cell_are_all_masked() -> None:
    assert mask_cell("customer_contact", "anna@x.com / 13812345678") == "a***@x.com, 138****5678"


@pytest.mark.parametrize(
    "unit",
    [
        "1 ",
        "1-",
        "a@",
        "138 ",
        "138",
        "a.b@c.",
        "张 三",
        "J.",
        "smith",
        "+86 ",
        "(1",
        "2026-10-08 ",
        "@ ",
        "Will ",
    ],
)
def test_masking_a_long_text_takes_no_longer_than_it_is(unit: str) -> None:
    own = ["张三丰", "John Smith", "Ann Will", "13812345678", "QX203911"]

    def seconds(size: int) -> float:
        text, begin = unit * (size // len(unit)), time.process_time()
        mask_text(text, own)
        return time.process_time() - begin

    short, long = (min(seconds(size) for _ in range(2)) for size in (2_048, 16_384))
    assert long <= 20 * max(short, 0.005)
