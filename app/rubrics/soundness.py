"""What is wrong with a rubric, and what gives pause.

`problems` make scoring impossible or a mark ambiguous: such a rubric may be saved, but no round can use it. `warnings`
never stop anybody: the committee decides.
"""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from app.rubrics.measures import MEASURES
from app.rubrics.rubric import BONUS_CEILING, Criterion, CriterionKind, Rubric, Scorer, points_text

FULL_MARKS = Fraction(100)
BUSINESS_FLOOR, BUSINESS_CEILING = Fraction(20), Fraction(60)

# The 2024 rules against formalism forbid judging work by its traces.
TRACES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:照片|图片|视频|截图)(?:张数|数量|个数|多少|不少于)",
        r"上传数量",
        r"(?:学习)?笔记(?:本数|篇数|数量|字数|多少|不少于)?",
        r"(?:心得|体会|简报|信息|稿件)(?:篇数|数量|字数|多少|不少于)",
        r"(?:媒体|宣传|新闻)报道",
        r"信息稿|上稿",
        r"领导(?:批示|肯定|表扬|点评)",
        r"(?:学习|培训|服务)时长|学时",
        r"点赞|转发|阅读量|浏览量|投票|打卡|积分",
    )
)
TRACE_UNITS = frozenset({"张", "篇", "字", "小时", "学时", "赞", "条信息"})


def problems(rubric: Rubric) -> list[str]:
    """Why this rubric cannot be used for a round; empty when it can. Each says what to change."""
    return [*_whole_problems(rubric), *(words for c in rubric.criteria for words in _criterion_problems(c))]


def _whole_problems(rubric: Rubric) -> Iterator[str]:
    if not rubric.criteria:
        yield "还没有指标，请至少加一项。"
    codes = Counter([c.code for c in rubric.criteria] + [c.code for c in rubric.conditions])
    for code in sorted(code for code, count in codes.items() if count > 1):
        yield f"编号 {code} 用了不止一次，请改成不同的编号。"
    for code in sorted(c for c, n in Counter(d.code for d in rubric.dimensions).items() if n > 1):
        yield f"维度编号 {code} 用了不止一次，请改成不同的编号。"
    for dimension in rubric.dimensions:
        if not dimension.criteria:
            yield f"维度“{dimension.title}”里没有指标，请加一项，或删去这个维度。"
        if dimension.cap is not None and dimension.cap <= 0:
            yield f"维度“{dimension.title}”的封顶分应大于 0。"
    if rubric.bonus_cap < 0:
        yield "加分上限不能小于 0。"


def _criterion_problems(criterion: Criterion) -> Iterator[str]:
    code, maximum = criterion.code, criterion.maximum
    if maximum <= 0:
        yield f"{code} 的满分应大于 0。"
    if any(step.points > maximum for step in criterion.steps):
        yield f"{code} 有一档高于满分 {points_text(maximum)} 分，评不到，请改低这一档或调高满分。"
    if any(step.points < 0 for step in criterion.steps):
        yield f"{code} 有一档低于 0 分，请改成 0 分及以上。"
    if any(deduction.points <= 0 for deduction in criterion.deductions):
        yield f"{code} 的每项扣分应大于 0。"
    if criterion.kind is CriterionKind.SCALE and not criterion.steps:
        yield f"{code} 是量表制，却没有档次，没有人评得了。请加上档次。"
    if criterion.scored_by is Scorer.SYSTEM and criterion.kind is not CriterionKind.MEASURED:
        yield f"{code} 写着由系统评，却不是系统测算，没有人评得了。请选谁来评。"
    if criterion.kind is CriterionKind.MEASURED and criterion.measure not in MEASURES:
        yield f"{code} 由系统测算，却没有选测算什么，没有人评得了。请选一种。"


def warnings(rubric: Rubric) -> list[str]:
    return [*_weight_warnings(rubric), *trace_warnings(rubric), *_step_warnings(rubric)]


def _weight_warnings(rubric: Rubric) -> Iterator[str]:
    if rubric.maximum != FULL_MARKS:
        yield f"各维度满分合计为 {points_text(rubric.maximum)} 分，不是 100 分。总分会折算成百分，讲解起来不直观。"
    business = sum((d.maximum for d in rubric.dimensions if d.business), Fraction(0))
    if not BUSINESS_FLOOR <= business <= BUSINESS_CEILING:
        yield f"业务维度合计 {points_text(business)} 分，建议在 20 到 60 分之间：业务质量是检验品牌的标准。"
    if rubric.bonus_cap > BONUS_CEILING:
        yield f"加分上限 {points_text(rubric.bonus_cap)} 分，建议不超过 5 分，免得加分盖过日常工作。"
    for level in rubric.bonus_levels:
        if level.points > rubric.bonus_cap:
            yield f"加分“{level.label}”{points_text(level.points)} 分，高于加分上限，超出的不会计入。"
    if not any(criterion.kind is not CriterionKind.MEASURED for criterion in rubric.criteria):
        yield "各项都由系统测算，没有一项由人来看。品牌好不好，还是要到现场看。"


def _step_warnings(rubric: Rubric) -> Iterator[str]:
    for criterion in rubric.criteria:
        points = [step.points for step in criterion.steps]
        if points and max(points) < criterion.maximum:
            yield (
                f"{criterion.code} 最高一档 {points_text(max(points))} 分，没有人能得满分 {points_text(criterion.maximum)} 分。"
            )
        if len(set(points)) < len(points):
            yield f"{criterion.code} 有两档同分，选哪一档都一样，建议合成一档。"
        if any(deduction.points > criterion.maximum for deduction in criterion.deductions):
            yield f"{criterion.code} 有一项扣分比满分还多，扣一次就到 0 分。"


def trace_warnings(rubric: Rubric) -> list[str]:
    """Criteria whose *title, deductions or steps* weigh traces. Guidance may name them in order to exclude them."""
    found = []
    for criterion in rubric.criteria:
        words = traces(criterion)
        if words:
            found.append(f"{criterion.code} 提到“{'、'.join(words)}”：减负规定不允许以留痕多少评判工作，请改为看结果。")
    return found


def traces(criterion: Criterion) -> list[str]:
    labels = [criterion.title, *(d.label for d in criterion.deductions), *(s.label for s in criterion.steps)]
    text = "\n".join(labels)
    words = [found.group() for pattern in TRACES for found in pattern.finditer(text)]
    words += [f"每{d.unit}" for d in criterion.deductions if d.unit in TRACE_UNITS]
    return list(dict.fromkeys(words))
