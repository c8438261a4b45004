"""How people write deductions and steps in one cell of a sheet, and how this product writes them there."""

import re
import unicodedata
from fractions import Fraction

from app.rubrics.draft import Draft
from app.rubrics.rubric import points_text

_EXPORTED_DEDUCTION = re.compile(r"(?P<label>.+)｜每(?P<unit>.+)｜扣(?P<points>\d+(?:\.\d+)?(?:/\d+)?)分")
_EXPORTED_STEP = re.compile(r"(?P<points>\d+(?:\.\d+)?(?:/\d+)?)分｜(?P<label>.+)")
_AMOUNT = r"(?P<points>\d+(?:\.\d+)?)\s*分"
_DEDUCTIONS = (
    re.compile(rf"(?:\d+[.、)）]\s*)?(?P<label>.+?)[，,、:：]?\s*每(?:(?P<times>[一1])?(?P<unit>人次|[次项月件人个份天篇起处条])|(?P<verb>[缺少出现]+[一1]?(?P<unit2>人次|[次项月件人个份天起处条])))[^\d]*?扣\s*{_AMOUNT}$"),
    re.compile(rf"(?:\d+[.、)）]\s*)?(?P<label>每.+?)[，,]?\s*扣\s*{_AMOUNT}$"),
    re.compile(rf"(?:\d+[.、)）]\s*)?(?P<label>.+?)[，,]?\s*的?[，,]?\s*扣\s*{_AMOUNT}(?:\s*[/／](?P<unit>人次|[次项月件人个份天起处条]))?$"),
    re.compile(rf"(?:\d+[.、)）]\s*)?(?P<label>.+?)\s*[-−－—]\s*{_AMOUNT}?(?:\s*[/／](?P<unit>人次|[次项月件人个份天起处条]))?$"),
)  # fmt: skip
_DOWN_TO_NOTHING = re.compile(
    r"[，,、]?\s*(?:直[到至])?扣[完光](?:本项|该项)?(?:分数|分)?为止$"
)  # every deduction ends at 0 here
_UNIT_INSIDE = re.compile(r"(?:每|[一1])(?P<unit>人次|[次项月件人个份天起处条])")


def deduction_of(sentence: str) -> Draft | None:
    """ "每缺一次扣 2 分，扣完为止", "迟交的扣1分", "无记录，每次扣0.5分", and the way this product writes it."""
    exported = _EXPORTED_DEDUCTION.fullmatch(sentence)
    if exported:
        return {"label": exported["label"], "unit": exported["unit"], "points": exported["points"]}
    plain = unicodedata.normalize("NFKC", sentence).replace("−", "-").strip()
    plain = _DOWN_TO_NOTHING.sub("", plain)
    for pattern in _DEDUCTIONS:
        found = pattern.fullmatch(plain)
        if found and found["points"]:
            groups = found.groupdict()
            label = (found["label"] + (groups.get("verb") or "")).strip(" ,，、:：的")
            inside = _UNIT_INSIDE.search(found["label"])
            unit = groups.get("unit") or groups.get("unit2") or (inside["unit"] if inside else "项")
            return {
                "label": re.sub("^每", "", label) or label,
                "unit": unit,
                "points": points_text(Fraction(found["points"])),
            }
    return None


def step_of(sentence: str) -> Draft | None:
    """ "优秀 5 分", "5分：三个月都写清", and the way this product writes it."""
    exported = _EXPORTED_STEP.fullmatch(sentence)
    if exported:
        return {"points": exported["points"], "label": exported["label"]}
    plain = unicodedata.normalize("NFKC", sentence).strip()
    found = re.fullmatch(rf"{_AMOUNT}\s*[:，,、—-]*\s*(?P<label>.+)", plain) or re.fullmatch(
        rf"(?P<label>.+?)[\s:，,得为]*{_AMOUNT}", plain
    )
    return {"points": points_text(Fraction(found["points"])), "label": found["label"].strip()} if found else None
