"""Hints on a brand's words. They never block: the group opines, the branch resolves.

The length (4 to 8 characters) is the unit's custom. Names of internal honours and brands may not claim the country or
the world (全国, 中国, …). 一小组一特色: a brand should not sound like its siblings. The rest answers ways in which brands
go wrong: slogans that fit every group, over-packaging, effort spent on display boards, no tie to the business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SHORTEST, LONGEST = 4, 8
CARRIERS_AT_MOST = 6
ALIKE_NAME = 0.6
ALIKE_TEXT = 0.45

TOO_LARGE = ("全国", "中国", "中华", "国家", "全球", "世界", "国际", "亚洲", "华夏", "寰宇")
COMMON_WORDS = ("先锋", "堡垒", "卫士", "党员", "小组", "品牌", "团队", "之家", "旗帜", "标杆")
"""Words that very many brands share: by themselves they make no likeness."""
FITS_EVERYBODY = (
    "争创一流", "再创辉煌", "勇攀高峰", "追求卓越", "永争第一", "走在前列", "锐意进取", "开拓创新", "砥砺前行", "凝心聚力",
    "乘风破浪", "奋勇争先", "敢为人先", "再上新台阶", "迈上新台阶", "全面提升", "全面加强", "不断提高", "大力推进",
)  # fmt: skip
DISPLAY = ("展板", "宣传栏", "文化墙", "宣传册", "宣传片", "美篇", "横幅", "展厅", "形象墙")
NOT_WORDS = re.compile(r"[^\w\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Words:
    """What is compared and commented on."""

    name: str
    slogan: str = ""
    connotation: str = ""
    carriers: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    field: str
    text: str


def hints(words: Words, siblings: Iterable[Words] = ()) -> list[Hint]:
    return [
        *_length(words.name),
        *_too_large(words.name),
        *_alike(words, list(siblings)),
        *_slogans(words),
        *_connotation(words),
        *_effort(words),
    ]


def bare(text: str) -> str:
    """Without punctuation, dots and blanks."""
    return NOT_WORDS.sub("", text)


def _length(name: str) -> list[Hint]:
    count = len(bare(name))
    if count == 0 or SHORTEST <= count <= LONGEST:
        return []
    return [Hint("name", f"名称一般为{SHORTEST}至{LONGEST}个字，现在是{count}个字。觉得合适可以保留。")]


def _too_large(name: str) -> list[Hint]:
    found = [word for word in TOO_LARGE if word in name]
    if not found:
        return []
    return [Hint("name", f"名称里有“{'”“'.join(found)}”。单位自己定的名称不宜用这类字样，建议换掉。")]


def _alike(words: Words, siblings: Sequence[Words]) -> list[Hint]:
    out = []
    for other in siblings:
        if names_alike(words.name, other.name):
            out.append(Hint("name", f"名称和“{other.name}”相近。一小组一特色，看看能否再拉开一些。"))
        if likeness(words.connotation, other.connotation) >= ALIKE_TEXT:
            out.append(Hint("connotation", f"内涵和“{other.name}”有较多相同的话，写写只有本组才有的。"))
    return out


def names_alike(one: str, other: str) -> bool:
    """By the characters in order, common words such as 先锋 left out; one core inside the other counts too."""
    a, b = _core(one), _core(other)
    if not a or not b:
        return bool(bare(one)) and bare(one) == bare(other)
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) >= 2 and shorter in longer:
        return True
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE_NAME


def _core(name: str) -> str:
    text = bare(name)
    for word in COMMON_WORDS:
        text = text.replace(word, "")
    return text


def likeness(one: str, other: str) -> float:
    """Share of the shorter text's pairs of neighbouring characters that the other text has too; 0 below ten pairs."""
    a, b = _pairs(one), _pairs(other)
    if min(len(a), len(b)) < 10:
        return 0.0
    return len(a & b) / min(len(a), len(b))


def _pairs(text: str) -> frozenset[str]:
    plain = bare(text)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def _slogans(words: Words) -> list[Hint]:
    out = []
    for field, text in (("slogan", words.slogan), ("connotation", words.connotation)):
        found = [phrase for phrase in FITS_EVERYBODY if phrase in text]
        if found:
            out.append(Hint(field, f"“{found[0]}”放在哪个小组都成立。写一件本组正在做的事会更有力。"))
    return out


def _connotation(words: Words) -> list[Hint]:
    text = bare(words.connotation)
    if not text:
        return []
    if not set(_core(words.name)) & set(text):
        return [Hint("connotation", "内涵还没有解释名称里的字。可以逐字说明，再落到岗位上。")]
    if len(text) > 300:
        return [Hint("connotation", f"内涵写了{len(text)}个字。版面上只放得下前两句，不妨收短。")]
    return []


def _effort(words: Words) -> list[Hint]:
    out = []
    if len(words.carriers) > CARRIERS_AT_MOST:
        out.append(Hint("carriers", f"载体有{len(words.carriers)}个，宜少而实，留下真正在做的。"))
    shown = [carrier for carrier in words.carriers if any(word in carrier for word in DISPLAY)]
    if shown:
        out.append(Hint("carriers", f"“{shown[0]}”是展示，不是做法。品牌看的是业务上做成了什么。"))
    if words.connotation and not words.indicators:
        out.append(Hint("indicators", "还没有写对应的业务指标。业务质量是微品牌的试金石，至少写一项。"))
    return out
