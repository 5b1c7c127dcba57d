"""An explanation in words, for an agent and an auditor to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kesu.register.columns import BY_KEY
from kesu.register.settings import REOPEN_MODES, TARGETS, Rule, in_lang
from kesu.rules.deadlines.clocks import SECONDS
from kesu.rules.deadlines.model import RUNNING, STATES
from kesu.rules.explain.model import EVENTS, Explanation, Replacement, Working
from kesu.rules.explain.rule_words import rule_words
from kesu.rules.explain.stretches import KINDS, Stretch, as_date
from kesu.rules.instants import DAY, NAT
from kesu.words.text import Text
from kesu.words.text import counted as number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKDAYS: Final = ("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
REPLACED: Final = {
    "contact": Text("与客户约定", "agreed with the customer"),
    "due_change": Text("人工改期", "changed by hand"),
}


def text_of(told: Explanation, lang: str) -> str:
    """The explanation as lines of text, for an agent and an auditor to read."""
    return "\n".join(_Words(told, lang).lines())


class _Words:
    def __init__(self, told: Explanation, lang: str) -> None:
        self.told = told
        self.lang = lang

    def of(self, zh: str, en: str) -> str:
        return Text(zh, en).of(self.lang)

    def lines(self) -> Iterator[str]:
        told = self.told
        yield self.of(
            f"投诉 {told.complaint_id}　{told.register} 第 {told.excel_row} 行　截至 {self.when(told.as_of)}",
            f"Complaint {told.complaint_id} · {told.register} row {told.excel_row} · as of {self.when(told.as_of)}",
        )
        if told.about:
            yield self.of("　", " · ").join(
                f"{label.of(self.lang)}{self.of('：', ': ')}{value.of(self.lang)}"
                for label, value in told.about
            )
        if told.reopened != NAT:
            mode = REOPEN_MODES[told.reopen_mode].of(self.lang)
            yield self.of(
                f"{self.when(told.reopened)} 重开，方式：{mode}",
                f"Reopened {self.when(told.reopened)}, mode: {mode}",
            )
        yield from (remark.of(self.lang) for remark in told.remarks)
        for working in told.workings:
            yield ""
            yield from self.working(working)
        if told.settings_notes:
            yield ""
            yield self.of("设置中看不懂或没有的：", "Settings that could not be read or are not there:")
            yield from (f"  {note.of(self.lang)}" for note in told.settings_notes)

    def working(self, w: Working) -> Iterator[str]:
        title = TARGETS[w.target].of(self.lang)
        if w.cycles > 1:
            title += self.of(f"（第 {w.cycle} 轮）", f" (cycle {w.cycle})")
        yield f"{title}{self.of('：', ': ')}{self.summary(w)}"
        yield from (f"  {line}" for line in self.details(w))

    def summary(self, w: Working) -> str:
        state = STATES[w.state].of(self.lang)
        if w.due == NAT:
            return state
        words = [state, self.of(f"{self.when(w.due)} 到期", f"due {self.when(w.due)}")]
        if w.remaining != NAT:
            left = self.span(abs(w.remaining))
            words.append(
                self.of(f"还剩 {left}", f"{left} left")
                if w.remaining >= 0
                else self.of(f"已过 {left}", f"{left} past")
            )
        return self.of("，", ", ").join(words)

    def details(self, w: Working) -> Iterator[str]:
        rule = self.told.rules[w.rule] if w.rule >= 0 else None
        for number, why in w.passed_over:
            yield self.of(f"不用规则 {number + 1}：{why.zh}", f"Not rule {number + 1}: {why.en}")
        if w.untold:
            yield self.of(
                "登记表里没有写它何时完成的列，所以没有时限",
                "The register has no column that would say when it is done, so it has no deadline",
            )
        elif rule is None:
            yield self.of("没有适用的规则", "No rule fits")
        else:
            yield f"{self.of('规则', 'Rule')} {w.rule + 1}{self.of('：', ': ')}{rule_words(rule).of(self.lang)}"
            if w.fits:
                yield self.of("适用：", "Fits: ") + self.of("，", ", ").join(
                    fit.of(self.lang) for fit in w.fits
                )
            if rule.note:
                yield self.of("备注：", "Remark: ") + in_lang(rule.note, self.lang)
        if w.start == NAT and self.told.received_later != NAT and w.event == "received":
            at = self.when(self.told.received_later)
            yield self.of(
                f"起算：{at} 才受理，此刻还没有",
                f"Start: received only {at}, later than the instant looked at",
            )
        elif w.start == NAT:
            yield self.of(f"起算：“{EVENTS[w.event].zh}”未填", f"Start: “{EVENTS[w.event].en}” is empty")
        else:
            yield f"{self.of('起算：', 'Start: ')}{self.when(w.start)}{self.of('（', ' (')}{EVENTS[w.event].of(self.lang)}{self.of('）', ')')}"
            if w.sent_missing:
                yield self.of(
                    "“客户发出时间”未填，以受理时间代替", "“Sent at” is empty; the receipt stands in for it"
                )
        if rule is not None:
            yield from self.account(w, rule)
        yield from self.outcome(w)

    def account(self, w: Working, rule: Rule) -> Iterator[str]:
        counted = [one for one in w.stretches if one.kind == "counted"]
        if rule.unit in SECONDS and rule.clock == "business":
            by_day: dict[int, list[Stretch]] = {}
            for one in counted:
                by_day.setdefault(one.begin // DAY, []).append(one)
            for day, parts in by_day.items():
                spans = self.of("、", ", ").join(f"{_clock(p.begin)}–{_clock(p.end, day)}" for p in parts)
                special = "".join(self.of(f"；{why.zh}", f"; {why.en}") for _, _, why in parts[0].days)
                yield self.of(
                    f"计入：{self.day(day)} {spans}（{self.span(sum(p.amount for p in parts))}{special}）",
                    f"Counted: {self.day(day)} {spans} ({self.span(sum(p.amount for p in parts))}{special})",
                )
        elif rule.clock == "business" and counted:
            days = self.of("、", ", ").join(
                f"{self.day(one.begin // DAY)}" + "".join(f" ({why.of(self.lang)})" for _, _, why in one.days)
                for one in counted
            )
            yield self.of(
                f"计入 {len(counted)} 个工作日：{days}",
                f"Counted {number_of(len(counted), 'working day')}: {days}",
            )
        for one in w.stretches:
            if one.kind != "counted":
                yield self.of("不计：", "Not counted: ") + self.skipped(one, rule)

    def skipped(self, one: Stretch, rule: Rule) -> str:
        if one.kind in {"days_off", "moved"} and rule.unit not in SECONDS:
            named = self.days(one)
            return (
                f"{KINDS[one.kind].of(self.lang)}{self.of('：', ': ')}{named}"
                if one.kind == "moved"
                else named
            )
        words = f"{self.when(one.begin)} – {self.when(one.end)} {KINDS[one.kind].of(self.lang)}"
        if one.days:
            words += f"{self.of('：', ': ')}{self.days(one)}"
        if one.kind in {"hold", "answered"}:
            taken = self.span(one.amount)
            words += self.of(f"，停 {taken}", f", {taken}")
            if one.why:
                words += self.of(f"：{one.why}", f": {one.why}")
            if one.end == self.told.as_of and one.kind == "hold":
                words += self.of("（仍在暂停）", " (still on hold)")
        return words

    def days(self, one: Stretch) -> str:
        parts = []
        for first, last, why in one.days:
            if first == last:
                parts.append(f"{self.day(first)} {why.of(self.lang)}")
            else:
                parts.append(f"{self.day(first)} {self.of('至', 'to')} {self.day(last)} {why.of(self.lang)}")
        return self.of("、", ", ").join(parts)

    def outcome(self, w: Working) -> Iterator[str]:
        if w.replaced is not None:
            if w.by_rule != NAT:
                yield self.of(
                    f"按规则应于 {self.when(w.by_rule)} 到期",
                    f"By the rule it would be due {self.when(w.by_rule)}",
                )
            yield self.of("替代：", "Replaced: ") + self.replacement(w.replaced)
        for one in w.refused:
            assert one.refused is not None  # noqa: S101 - that is what makes it refused
            yield (
                self.of("未采用：", "Ignored: ")
                + self.replacement(one)
                + self.of(f"；{one.refused.zh}", f"; {one.refused.en}")
            )
        if w.due != NAT:
            yield self.of("到期：", "Due: ") + self.when(w.due)
        if w.due != NAT and not w.confirmed:
            known = self.told.confirmed_until
            yield self.of(
                f"注意：{known} 之后的公共假日和调休尚未正式公布，此到期时间可能变动",
                f"Mind: public holidays and make-up days after {known} are not official yet; this due time may change",
            )
        yield from self.calls(w)
        if w.done != NAT:
            column = self.done_by(w)
            yield self.of(f"完成：{self.when(w.done)}（{column}）", f"Done: {self.when(w.done)} ({column})")
            if w.due != NAT and w.state == "none":
                yield self.of(
                    "不能判断是否按时：完成早于受理，或有时间只写了日期。请核对、补上时间",
                    "Not proven whether in time: done before receipt, or a time without time of day. Check, add the time",
                )
        elif w.cycle < w.cycles:
            yield self.of("完成：没有留下记录", "Done: no record was kept")
        elif w.state == "unproven":
            yield self.of(
                "已办结，但没写何时完成：到期后算没有按时。请补上时间",
                "Finished, but nobody says when: past due it counts as missed. Add the time",
            )
        if w.state in RUNNING and w.used == w.used:
            told = self.of("、", ", ").join(f"{share:.0%} {in_lang(who, self.lang)}" for share, who in w.tell)
            used = f"{int(w.used * 100)}%" if self.lang == "zh" else f"{int(w.used * 100)} %"
            yield self.of(f"已用工作时间 {used}", f"Working time used: {used}") + (
                self.of(f"，应已告知：{told}", f"; to be told by now: {told}") if told else ""
            )

    def calls(self, w: Working) -> Iterator[str]:
        for at, reached in w.calls:
            yield self.of(
                f"{self.when(at)} 回访，{'联系上了' if reached else '没有联系上'}",
                f"Called {self.when(at)}: {'reached' if reached else 'not reached'}",
            )
        if w.given_up:
            yield self.of(
                f"试过 {len(w.calls)} 次，没有联系上，不再等待：既不算按时，也不算逾期",
                f"Tried {number_of(len(w.calls), 'time')}, not reached; nothing more is awaited: neither met nor missed",
            )

    def done_by(self, w: Working) -> str:
        """Where it stands when a deadline was done."""
        if w.done_by:
            return BY_KEY[w.done_by].label.of(self.lang)
        if (w.done, True) in w.calls:
            return self.of("事项“联系”", "item “Contact”")
        return self.of("事项“前轮”", "item “Earlier cycle”")

    def replacement(self, one: Replacement) -> str:
        words = [REPLACED[one.kind].of(self.lang)]
        if one.due != NAT:
            words.append(self.of(f"{self.when(one.due)} 到期", f"due {self.when(one.due)}"))
        if one.noted_by:
            words.append(self.of(f"记录人 {one.noted_by}", f"by {one.noted_by}"))
        if one.noted != NAT:
            words.append(self.of(f"记于 {self.when(one.noted)}", f"noted {self.when(one.noted)}"))
        if one.what:
            words.append(self.of(f"原因“{one.what}”", f"because “{one.what}”"))
        words.append(self.of(f"事项第 {one.excel_row} 行", f"Items row {one.excel_row}"))
        return self.of("，", ", ").join(words)

    def when(self, second: int) -> str:
        day = second // DAY
        return f"{self.day(day)} {_clock(second)}"

    def day(self, day: int) -> str:
        date = as_date(day)
        if self.lang == "zh":
            return f"{date} 周{WEEKDAYS[0][date.weekday()]}"
        return f"{WEEKDAYS[1][date.weekday()]} {date}"

    def span(self, seconds: int) -> str:
        hours, rest = divmod(seconds, 3600)
        minutes, left = divmod(rest, 60)
        parts = [
            self.of(f"{number} {zh}", f"{number} {en}")
            for number, zh, en in ((hours, "小时", "h"), (minutes, "分", "min"), (left, "秒", "s"))
            if number
        ]
        return " ".join(parts) or self.of("0 分", "0 min")


def _clock(second: int, day: int | None = None) -> str:
    within = second - (second // DAY if day is None else day) * DAY
    shown = f"{within // 3600:02d}:{within % 3600 // 60:02d}"
    return f"{shown}:{within % 60:02d}" if within % 60 else shown
