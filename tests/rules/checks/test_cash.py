"""A refund goes to the account that paid, and in cash where that does not serve."""

from __future__ import annotations

import datetime as dt

import pytest

from kesu.rules.checks import run_checks
from kesu.rules.checks.registry import Example
from tests.rules.checks.registers import register

AS_OF = dt.datetime(2026, 10, 12, 12)


def found(**cells: str) -> list[str]:
    findings = run_checks(register(Example(({"remedy": "refund"} | cells,), (), ()), "zh"), AS_OF)
    return [str(row.column) for row in findings.itertuples() if row.rule == "cash_before_account"]


@pytest.mark.parametrize(
    "solution",
    [
        "明天退客户现金 200 元",
        "用现金退还 200 元",
        "现金退款",
        "请客户来店，现金返还",
        "Refund 200 in cash tomorrow",
        "Cash refund at the counter",
        "Give her the money back in cash",
        "REFUNDED IN CASH",
    ],
)
def test_a_refund_in_cash_is_pointed_out(solution: str) -> None:
    assert len(found(solution=solution)) == 1
    assert found(solution=solution, remedy="apology") == []
    assert found(solution=solution, kind="feedback") == []


@pytest.mark.parametrize(
    "solution",
    [
        "退到客户账户，不退现金",
        "客户要求退现金，已说明退回原支付账户",
        "账户已注销，退现金 200 元",
        "客户当时现金支付，退现金 200 元",
        "客户到账不便，退现金",
        "不能退现金",
        "退货，另付现金券",
        "现金支付改为扫码",
        "Refund to her account, not in cash",
        "She had paid in cash, so refund in cash",
        "No cash refund; bank transfer on Monday",
        "We cannot refund in cash",
        "Exchange; cashier told",
        "退款 200 元",
    ],
)
def test_a_reason_the_account_or_a_refusal_is_let_pass(solution: str) -> None:
    assert found(solution=solution) == []
