"""Which contacts can be dialled, against a library that knows the numbering plans and against hand-picked cases."""

import pandas as pd
import phonenumbers
import pytest

from kesu.rules.phones import are_contacts


def good(text: str, region: str = "CN") -> bool:
    return bool(are_contacts(pd.Series([text], dtype="str"), region)[0])


@pytest.mark.parametrize(
    "text",
    [
        "13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "+86-138-0013-8000", "008613800138000",
        "8613800138000", "010-88886666", "(010) 88886666", "（0755）26001234", "01088886666", "010-88886666-801",
        "010-88886666转801", "010-88886666 ext. 12", "+86 10 8888 6666", "0951-5012345", "400-810-1234", "4008101234",
        "10086", "12315", "95588", "+1 650-253-0000", "+44 20 7946 0958", "0085223456789", "zhang@example.com",
        "13800138000/010-88886666", "13800138000、zhang@example.com", "13800138000 或 13900139000", "电话：13800138000",
        "Tel: 010-88886666",
    ],
)  # fmt: skip
def test_whole_numbers_and_mail_addresses_are_contacts(text: str) -> None:
    assert good(text)


@pytest.mark.parametrize(
    "text",
    [
        "1380013800", "138001380000", "12800138000", "1.38E+10", "88886666", "010-8888666", "张三", "zhang@", "@example",
        "13800138000/1390013", "13800138000、", "+86 1380013800", "+86", "+1", "138****8000", "无", "13800138000a",
    ],
)  # fmt: skip
def test_fragments_are_not(text: str) -> None:
    assert not good(text)


def test_an_empty_cell_is_not_judged() -> None:
    assert are_contacts(pd.Series([None, "1"], dtype="str")).tolist() == [True, False]
    assert are_contacts(pd.Series([], dtype="str")).tolist() == []


def test_national_numbers_of_other_countries_count_where_they_are_dialled() -> None:
    assert not good("(650) 253-0000")
    assert good("(650) 253-0000", "US")
    assert not good("25300", "US")


@pytest.mark.parametrize("region", ["CN", "HK", "TW", "US", "GB", "DE", "JP", "AU", "FR", "SG"])
def test_example_numbers_of_the_numbering_plans_are_contacts_when_written_internationally(
    region: str,
) -> None:
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    numbers = [number for kind in kinds if (number := phonenumbers.example_number_for_type(region, kind))]
    shapes = (phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164)
    assert numbers
    for number in numbers:
        for shape in shapes:
            assert good(phonenumbers.format_number(number, shape))


def test_the_library_agrees_on_chinese_mobiles_of_every_prefix() -> None:
    texts = [f"1{prefix}{tail}" for prefix in range(30, 100) for tail in ("00138000", "9876543", "123456789")]
    ours = are_contacts(pd.Series(texts, dtype="str")).tolist()
    whole = [
        phonenumbers.is_possible_number(phonenumbers.parse(text, "CN")) and len(text) == 11 for text in texts
    ]
    assert ours == whole
