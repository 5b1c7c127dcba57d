"""What a hand-over says: whose complaint it is, what is wrong, what was done so far. Judged by what it says, not by its length.

A text names the customer, the problem or the measures in the complaint's own words, or in words that people use for them.
What it asks the next one to do ("请…", "please …") tells nothing of what was done.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.words.text import Text, folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kesu.rules.instants import Bools

PARTS: Final = {
    "customer": Text("客户", "the customer"),
    "problem": Text("问题", "the problem"),
    "measures": Text("已做的措施", "the measures taken"),
}
OWN: Final = {
    "customer": ("customer_name", "customer_account", "customer_contact", "complaint_id"),
    "problem": ("verbatim", "details", "product"),
    "measures": ("measures_taken",),
}
"""Columns of the complaint with its own words for each part."""

_DONE_ZH: Final = (
    "安排|联系|检测|检查|重启|更换|换|退|道歉|致歉|解释|说明|登记|上报|派|核实|核对|查|测试|远程|指导|尝试|试|提交|寄|补|发|答应|承诺|告知|通知|安抚|记录|修|维修|处理"
    "|申请|协调|沟通|催|回电|打|电话|采取|做|建议|调|报|开|约|赔|减免|暂停|冻结|致电|上门|排查|报修|下单|反馈|请"
)
_DONE_EN: Final = (
    "reset|restarted|rebooted|checked|tested|inspected|replaced|refunded|apologi[sz]ed|explained|arranged|contacted|called|rang|phoned|sent|offered|promised|logged|"
    "ordered|credited|verified|confirmed|asked|tried|traced|swapped|ran|spoke|informed|told|booked|visited|repaired|fixed|opened|raised|chased|emailed|e-mailed|texted|"
    "changed|cleaned|adjusted|suspended|stopped|pulled|reviewed|measured|moved|reported|examined|requested|guided|walked|advised|agreed|rung|cleared|rebooked|resent|reissued|left (?:a )?messages?|waived|blocked|spoken|given|done"
)
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧司诸上"
CUES: Final = {
    "customer": (
        f"(?:客户|用户|顾客|机主|投诉人|来电人|姓名)(?:姓名|叫|是|为)?[:： ]{{0,2}}[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|"
        "[\u4e00-\u9fff](?:先生|女士|小姐|老师|阿姨|大爷|总)"
        "|(?:账号|帐号|卡号|单号|订单号?|电话|手机号?|号码)(?:为|是)?[:： ]{0,2}[a-z0-9]{4,}|1[3-9][0-9]{9}"
        r"|\b(?:mrs?|ms|miss|dr)\b\.? ?[a-z]{2,}|\b(?:account|acct|order|contract|policy)(?: no\.?| number)?[:# ]{1,2}[a-z-]{0,4}[0-9]{3,}|\+?[0-9][0-9 ()-]{7,}[0-9]"
    ),
    "problem": (
        "(?:问题|现象|故障|情况|起因|诉求|事由|缘由)(?:是|为|描述)?[:：]|(?:反映|反馈|投诉|称|抱怨|来电说|表示)(?:说|称)?[:：，]?[^，。；,;、 处部科请]{3,}"
        "|故障|无法|不能|不了|打不开|坏|断网|断线|掉线|没信号|无信号|没(?:有)?(?:收到|送到|到账|人)|未(?:收到|送达|到账|发货)|多(?:扣|收)|乱扣|重复扣|误扣|延误|延迟|迟到|晚到|漏|[送发写收扣算录寄装]错|没(?:有)?(?:给|兑现|开通|取消|解决|修|装)|(?:登|连|打|上)[^，。；]{0,3}不[上通]|太慢|很慢|出错|错(?:误|了)|破损|裂|划痕|失败|黑屏|死机|卡顿|失灵|异常|态度(?:差|恶劣|不好)|不耐烦|辱骂|噪音|发热|不(?:制冷|通|亮|响|转|充电|[进上起动开出热])"
        r"|\b(?:problems?|issues?|faults?|complaint|reason)(?: is|:| -)|\b(?:complains?|complained|reports?|reported|says|said|states|claims) (?:that|of|about|the|his|her|their|it|no|a)\b"
        r"|\b(?:broken|faulty|cannot|can't|(?:is|are|was|were|does|did|has)(?: not|n't)|not [a-z]{3,}ing|could not|couldn't|doesn't|does not|didn't|did not|isn't|won't|will not|not (?:working|delivered|received|arrived|charging|connecting)|never (?:came|arrived|received)|fails?|failed|failing|drops?|dropping|dropped|outage|no (?:signal|connection|dial|internet|power|refund|answer|reply)|delayed|late|missing|wrong|overcharged|charged twice|double charged|leaks?|leaking|cracked|slow|still|keeps|torn|scratched|damaged?|billed|charged|lost|stuck|dead|rejected|refused|expired|unable|dirty|rude|noise|noisy|overheats?|crashes|error)\b"
    ),
    "measures": (
        f"(?:已经?|先后|均已|都已|曾)(?:为|向|给|把|将|对|由|让|与|和|跟|在|按|帮)?[^，。；,;！!客用]{{0,8}}(?:{_DONE_ZH})|已为|(?:我方|我们|本组|前台|客服|师傅|工程师|一线|营业员)[^，。；,;]{{0,6}}(?:{_DONE_ZH})"
        f"|(?:{_DONE_ZH})(?:过|完)|(?:重启|检查|检测|解释|道歉|致歉|安抚|核对|核实|测试|更换|排查|联系|派|回电|登记)了|(?:措施|处理情况|处理过程|目前进展|前期处理)(?:是|为)?[:：]|措施(?:为|是)"
        "|(?:尚|还|暂|目前|至今)?(?:未|没有?)(?:采取|做|作)(?:任何|过)?(?:措施|处理)|(?:尚|还|暂)(?:未|没有?)(?:处理|办理)|措施[:：]?无|无措施"
        rf"|\b(?:we|i|agent|desk|front ?line|team|engineer|staff|carrier|supplier|store|branch|colleague|already|have|has|was|were|been|so far|and|then)(?: have| has| had| been| already| was| were)? (?:\w+ly )?(?:{_DONE_EN})\b"
        rf"|(?:^|[.;,:–-] ?)(?:\w+ ){{0,2}}(?:{_DONE_EN})\b|\b(?:{_DONE_EN}),? (?:but|without|twice|again|already|by|on|with|and|remotely)\b|\b(?:measures?|steps|actions?)(?: taken| so far)?(?: is| are)?:|\bdone so far|\bso far:|\btaken so far|\bnothing (?:has been |was )?(?:done|tried)|\bno (?:measures?|steps|action) (?:yet|so far|taken)|\bnot (?:yet )?(?:been )?(?:handled|looked at)"
    ),
}  # fmt: skip
"""Words for each part. The measures are looked for where nobody is asked to do anything."""
_ASKED: Final = r"请[^，。；,;！!]{0,80}|\bas (?:agreed|discussed|told|asked|requested)\b|(?:处理|办)(?:完|好)[^，。；,;]{0,20}(?:告知|通知|回复|反馈)|(?:尽快|马上|立即|速)[^，。；,;！!]{0,40}|需(?:要)?[^，。；,;！!]{0,40}|\b(?:please|pls|kindly|to be|must|should|needs?(?: to)?|wants?(?: to)?|asks?(?: for| to)?|can you|could you|will you|has to|have to)\b[^.;,!?]{0,120}"
_ASKED_US: Final = re.compile("(已经?|曾|先后)请")
"""Whom we have asked was asked."""
SHARED: Final = 2
"""So many pairs of characters or words in common with what the complaint says; of the problem one word will do."""
QUOTED: Final = 6
"""So many first characters of what the complaint says are a quotation of it."""
LONG: Final = 4
"""Letters of a part of a name that names its bearer by itself."""
_PAIRS: Final = re.compile("[\u4e00-\u9fff]{2,}")
_WORDS: Final = re.compile("[a-z]{4,}|[a-z]*[0-9]+[a-z0-9-]*")
_COMMON: Final = frozenset(re.split(" ", "客户 用户 顾客 投诉 处理 请尽 尽快 快处 联系 系客 回复 复客 户的 的投 问题 跟进 解决 谢谢 麻烦 一下 马上 部门 我们 你们 他们 这个 那个 已经 没有 可以 需要 要求 进行 情况 人员 转办 转给 转交 please customer client handle deal with this that asap soon contact call back reply answer complaint take over thanks thank case from have been they them their your would will here there what when about which were want wants need needs should could into just very much more some then than also again after before team department follow"))  # fmt: skip


def lacking(texts: pd.Series, complaints: pd.DataFrame) -> dict[str, Bools]:
    """Which of the hand-overs ``texts`` lack each of `PARTS`; ``complaints``: the row of each, columns of `OWN`.

    Text by text: transfers are few, and patterns made once a process are three times as fast here as the engine over columns.
    """
    said = texts.fillna("").str.lower().tolist()
    asked = _pattern(_ASKED)
    left = [asked.sub(" ", _ASKED_US.sub(r"\1派", text)) for text in said]
    found = {}
    for part, cues in CUES.items():
        search = _pattern(cues).search
        looked = left if part == "measures" else said
        lacks = np.array([search(text) is None for text in looked], bool)
        rest = np.flatnonzero(lacks)
        own = complaints[list(OWN[part])].iloc[rest]
        lacks[rest] = [not shares for shares in _shares(part, [looked[at] for at in rest], own)]
        found[part] = lacks
    return found


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """For texts in lower case."""
    return re.compile(words)


def _shares(part: str, texts: Sequence[str], complaints: pd.DataFrame) -> Iterator[bool]:
    """Whether each text says something of its complaint's own columns for ``part``."""
    own = [complaints[key].fillna("").tolist() for key in OWN[part]]
    for text, *cells in zip(texts, *own, strict=True):
        if part == "customer":
            names = [*cells, *(word for word in cells[0].split() if len(word) >= LONG)]
            yield any(
                len(name) > 1 and (name.lower() in text or folded(name) in folded(text)) for name in names
            )
        elif any(len(cell) >= QUOTED and cell[:QUOTED].lower() in text for cell in cells):
            yield True
        else:
            shared = _grams(text) & _grams(" ".join(cells).lower())
            latin = sum(gram.isascii() for gram in shared)
            yield len(shared) >= SHARED or (part == "problem" and latin > 0)


def _grams(text: str) -> set[str]:
    """Pairs of Chinese characters and words of other letters, but those that stand in any hand-over."""
    grams = {run[at : at + 2] for run in _PAIRS.findall(text) for at in range(len(run) - 1)}
    return (grams | {word[:6] for word in _WORDS.findall(text) if word not in _COMMON}) - _COMMON
