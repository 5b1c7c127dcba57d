"""Text tables in any encoding: read as they were written, or refused with the encodings that fit. Never mojibake."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from kesu.workbook.reading.encodings import decoded
from kesu.workbook.reading.inspect import kind_of
from kesu.workbook.reading.refusals import Refused

ENGLISH = "Complaint no.,Kind,Tier,Received at,Channel,Customer name,Verbatim\n"
CHINESE = "投诉编号,类别,客户等级,受理时间,投诉渠道,客户姓名,客户原话\n"
ROW = "C1,Complaint,VIP,2026-10-01 09:00,Phone,{},{}\n"

WRITTEN = [
    ("gb18030", ENGLISH, "李娜", "快递一直没有送到，客服态度也不好，要求退款并道歉"),
    ("gb18030", CHINESE, "李娜", "late"),  # kesu's own headings tell it
    ("gbk", CHINESE, "王芳", "手机屏幕碎了"),
    ("big5", ENGLISH, "陳大文", "包裹一直沒有送到，客服態度不好"),
    ("shift_jis", ENGLISH, "田中さくら", "注文した商品がまだ届きません"),
    ("euc_kr", ENGLISH, "김철수", "주문한 상품이 아직 도착하지 않았습니다"),
    ("cp1252", ENGLISH, "Max Müller", "Gerät defekt, schöne Grüße"),
    ("cp1252", ENGLISH, "Zoé", "paid £50 – café"),
    ("cp1251", ENGLISH, "Иван Петров", "заказ не пришёл"),
    ("utf-16-le", ENGLISH, "Ann", "late"),
    ("utf-16-be", CHINESE, "一二三", "一二三四五六七八九十，一直没有人回电话"),
    ("utf-16", CHINESE, "李娜", "late"),
    ("utf-8-sig", CHINESE, "Zoé", "一"),
    ("utf-8", ENGLISH, "Zoé", "Иван 김철수"),
]


@pytest.mark.parametrize(("encoding", "head", "name", "words"), WRITTEN)
def test_a_table_reads_as_it_was_written(encoding: str, head: str, name: str, words: str) -> None:
    text = head + ROW.format(name, f'"{words}"')
    assert decoded("a.csv", text.encode(encoding), None) == text


DOUBTFUL = [
    ("gb18030", "李娜", "late", {"gb18030", "big5", "euc_kr"}),  # two letters are too few to tell
    ("euc_kr", "김철수", "late", {"gb18030", "euc_kr"}),
    ("cp1252", "Hélène", "crème", {"cp1252", "cp1250"}),
    ("cp1250", "Dvořák", "pěkný den", {"cp1250"}),
    ("cp1254", "Işık", "şikayet", {"cp1254", "cp1250"}),
    ("cp932", "高橋", "ｺﾝﾆﾁﾊ", {"shift_jis"}),
]


@pytest.mark.parametrize(("encoding", "name", "words", "fitting"), DOUBTFUL)
def test_where_several_fit_all_of_them_are_named_and_none_is_taken(
    encoding: str, name: str, words: str, fitting: set[str]
) -> None:
    data = (ENGLISH + ROW.format(name, words)).encode(encoding)
    with pytest.raises(Refused) as caught:
        decoded("a.csv", data, None)
    text = caught.value.text
    for one in fitting:
        assert f"{one} (“" in text.en
        assert f"{one}（“" in text.zh
    assert "--encoding" in text.en
    assert "--encoding" in text.zh
    assert name[1:] in text.en  # the right reading is among those shown
    assert decoded("a.csv", data, encoding) == data.decode(encoding)


def test_what_no_encoding_makes_sense_of_is_refused() -> None:
    with pytest.raises(Refused):
        decoded("a.csv", ENGLISH.encode() + bytes(range(128, 256)) * 3, None)
    with pytest.raises(Refused) as caught:
        decoded("a.csv", ENGLISH.encode() + b"\xff\xfe\xfa", "utf-8")
    assert "not written in utf-8" in caught.value.text.en
    with pytest.raises(Refused):
        decoded("a.csv", b"\xff\xfea", None)  # half a character


def test_the_option_decides_but_for_a_mark() -> None:
    assert decoded("a.csv", "é".encode("cp1250"), "cp1250") == "é"
    assert decoded("a.csv", "é".encode("utf-8-sig"), "gb18030") == "é"
    assert decoded("a.csv", "①".encode("cp932"), "shift_jis") == "①"  # as Windows writes it


def test_rare_characters_deep_in_a_long_file_are_seen() -> None:
    text = ENGLISH + ROW.format("Ann", "late") * 20_000 + ROW.format("Max Müller", "Gerät")
    assert decoded("a.csv", text.encode("cp1252"), None) == text


# ---- as a user meets it -------------------------------------------------------------------------------------


def kesu(*words: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words], env={"LC_ALL": None, "LANG": "en"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_command_line_takes_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes((ENGLISH + ROW.format("Hélène", "crème")).encode("cp1252"))
    refused = kesu("followups", path, "--as-of", "2026-10-02")
    assert refused.exit_code == 3
    assert "cp1252 (“Hélène" in refused.stderr
    assert kesu("followups", path, "--as-of", "2026-10-02", "--encoding", "cp1252").exit_code == 0
    for wrong in ("cp99999", "hex", "rot13"):
        assert kesu("followups", path, "--encoding", wrong).exit_code == 2


def test_a_table_separated_by_tabs_is_read_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "r.tsv"
    path.write_text((ENGLISH + ROW.format("Ann", "late")).replace(",", "\t"))
    assert kesu("deadlines", path, "--as-of", "2026-10-02").stdout.count("C1") == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_text_under_the_name_of_a_workbook_is_said_to_be_that(encoding: str, suffix: str) -> None:
    data = (CHINESE + ROW.format("李娜", "late")).replace(",", "\t").encode(encoding)
    with pytest.raises(Refused) as caught:
        kind_of(f"export{suffix}", io.BytesIO(data), suffix)
    assert "a text table under the name of a workbook" in caught.value.text.en
    assert ".csv" in caught.value.text.zh


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html><table>", "a web page"),
        ("<html>".encode("utf-16"), "a web page"),
        (bytes(range(256)) * 40, "broken"),
        (b"", "broken"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(600), "broken"),  # a bare BIFF stream
        (b"hello", "broken"),
    ],
)
def test_other_content_is_what_it_was(data: bytes, said: str) -> None:
    with pytest.raises(Refused) as caught:
        kind_of("export.xls", io.BytesIO(data), ".xls")
    assert said in caught.value.text.en
