"""What was done and what is asked: a month's days, duties met, kinds of meeting by months."""

from calendar import monthrange
from collections.abc import Sequence
from enum import StrEnum

from markupsafe import Markup, escape

from app.foundation.charts.pieces import line, markup, percent, pixels, svg, text


class Cadence(StrEnum):
    MET = "met"
    OPEN = "open"
    MISSED = "missed"
    NONE = "none"


CADENCE_WORDS = {Cadence.MET: "已办", Cadence.OPEN: "待办", Cadence.MISSED: "未办", Cadence.NONE: "不要求"}


def month_strip(
    year: int,
    month: int,
    *,
    done: Sequence[int],
    planned: Sequence[int] = (),
    today: int | None = None,
    title: str = "本月活动",
    hue: str = "",
) -> Markup:
    """A tick per day, a block for what was done, a frame for what is planned, a triangle for today.

    Two on one day stand beside each other, at half the width.
    """
    days = monthrange(year, month)[1]
    width = 100 / days
    base = 22.0
    parts = [line(0, base, 100, base, "axis")]
    parts += [line((d - 0.5) * width, base - 4, (d - 0.5) * width, base, "tick") for d in range(1, days + 1)]
    for day in range(1, days + 1):
        kinds = ["block"] * done.count(day) + ["frame"] * planned.count(day)
        each = width * 0.78 / max(len(kinds), 1)
        for i, kind in enumerate(kinds):
            x = (day - 1) * width + width * 0.11 + i * each
            gap = 0.15 * each if len(kinds) > 1 else 0.0
            parts.append(
                f'<rect class="chart-{kind}" x="{percent(x)}" y="3" width="{percent(each - gap)}" height="19"/>'
            )
    parts += _day_labels(days, width, today, base)
    words = [f"已办 {_days(done)}"] if done else ["还没有活动"]
    words += [f"计划 {_days(planned)}"] if planned else []
    return svg("month", 42, f"{title}：{'，'.join(words)}", parts, hue)


def _day_labels(days: int, width: float, today: int | None, base: float) -> list[str]:
    if today is None:
        return [text(0, 40, "1日"), text(100, 40, f"{days}日", "end")]
    x = (today - 0.5) * width
    triangle = (
        f'<svg class="chart-today" x="{percent(x)}" y="{pixels(base + 2)}" width="1" height="1">'
        '<path d="M0 0l5 8h-10z"/></svg>'
    )
    beside = text(x - 2.2, 40, "今天", "end") if today > 6 else text(x + 2.2, 40, "今天")
    first = [text(0, 40, "1日")] if today > 9 else []
    last = [text(100, 40, f"{days}日", "end")] if today < days - 4 else []
    return [triangle, beside, *first, *last]


def _days(days: Sequence[int]) -> str:
    return "、".join(f"{d}日" for d in sorted(days))


def dots(met: Sequence[bool], *, title: str = "业务质量", hue: str = "", size: int = 16) -> Markup:
    """A disc per indicator, in the tree's order; the words beside say which is which."""
    step = size + 4
    r = size / 2 - 1.25
    parts = [
        f'<circle class="{"chart-solid" if ok else "chart-ring"}" cx="{pixels(step * i + size / 2)}" '
        f'cy="{pixels(size / 2)}" r="{pixels(r)}"/>'
        for i, ok in enumerate(met)
    ]
    label = f"{title}：{sum(met)} 项达标，{len(met) - sum(met)} 项未达"
    width = max(step * len(met) - 4, 1)
    classes = escape(" ".join(filter(None, ("chart-dots", hue))))
    return markup(
        f'<svg class="{classes}" role="img" aria-label="{escape(label)}" width="{width}" height="{size}" '
        f'viewBox="0 0 {width} {size}">{"".join(parts)}</svg>'
    )


def cadence_grid(
    rows: Sequence[tuple[str, Sequence[Cadence]]], columns: Sequence[str], *, title: str, hue: str = ""
) -> Markup:
    """Kinds of meeting by months: solid met, frame still open, a cross missed, nothing where nothing is asked."""
    left, right, step = 34.0, 100.0, 28
    width = (right - left) / max(len(columns), 1)
    every = 1 if len(columns) <= 8 else 2  # labels of 13 px would touch
    parts = [text(left + (i + 0.5) * width, 14, column, "middle") for i, column in enumerate(columns) if i % every == 0]
    for r, (label, cells) in enumerate(rows):
        y = 24 + r * step
        parts.append(line(0, y, 100, y, "grid"))
        parts.append(text(0, y + 19, label, kind="words"))
        parts += [_cell(left + (i + 0.5) * width, y + 14, cell) for i, cell in enumerate(cells)]
    words = "；".join(f"{label} {_cells_in_words(columns, cells)}" for label, cells in rows)
    return svg("cadence", 24 + len(rows) * step + 2, f"{title}：{words}", parts, hue)


def _cell(x: float, y: float, cell: Cadence) -> str:
    shapes = {
        Cadence.MET: '<rect class="chart-block" x="-6" y="-6" width="12" height="12"/>',
        Cadence.OPEN: '<rect class="chart-frame" x="-5" y="-5" width="10" height="10"/>',
        Cadence.MISSED: '<path class="chart-cross" d="M-5-5L5 5M5-5L-5 5"/>',
        Cadence.NONE: '<path class="chart-nothing" d="M-3 0h6"/>',
    }
    return f'<svg class="chart-mark" x="{percent(x)}" y="{pixels(y)}" width="1" height="1">{shapes[cell]}</svg>'


def _cells_in_words(columns: Sequence[str], cells: Sequence[Cadence]) -> str:
    return "、".join(f"{column}{CADENCE_WORDS[cell]}" for column, cell in zip(columns, cells, strict=False))
