"""How numbers, dates and Chinese text are set: Jinja filters, all pure."""

from datetime import date, datetime

from flask import Flask

from app.foundation import clock

WEEKDAYS = "一二三四五六日"


def points(hundredths: int) -> str:
    """Hundredths of a point with two places: 8884 is 88.84."""
    sign = "−" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


def short_points(hundredths: int) -> str:
    """Without trailing zeros: 800 is 8, 750 is 7.5."""
    return points(hundredths).rstrip("0").rstrip(".")


def change(hundredths: int) -> str:
    """A signed difference: +3.74, −0.90, 持平."""
    if hundredths == 0:
        return "持平"
    return points(hundredths) if hundredths < 0 else f"+{points(hundredths)}"


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def short_day(value: date) -> str:
    return f"{value.month}月{value.day}日"


def weekday(value: date) -> str:
    return f"星期{WEEKDAYS[value.weekday()]}"


def moment(value: datetime) -> str:
    """A stored instant as wall-clock time of the house."""
    return f"{clock.local(value):%Y-%m-%d %H:%M}"


def init_app(app: Flask) -> None:
    for rule in (points, short_points, change, day, short_day, weekday, moment):
        app.template_filter(rule.__name__)(rule)
