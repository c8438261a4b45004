"""What every chart is drawn of. Words are escaped here and nowhere else."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup, escape

Number = int | float | Decimal | Fraction


def percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def pixels(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def plain(value: Number) -> str:
    """A value as people write it: no needless zeros, a true minus sign."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−") if text != "-0" else "0"


def dot(x: float, y: float, r: float, *, solid: bool) -> str:
    kind = "chart-solid" if solid else "chart-ring"
    return f'<circle class="{kind}" cx="{percent(x)}" cy="{pixels(y)}" r="{pixels(r)}"/>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="chart-{kind}" x1="{percent(x1)}" y1="{pixels(y1)}" x2="{percent(x2)}" y2="{pixels(y2)}"/>'


def text(x: float, y: float, text: str, anchor: str = "start", kind: str = "label") -> str:
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="chart-{kind}" x="{percent(x)}" y="{pixels(y)}"{at}>{escape(text)}</text>'


def markup(svg: str) -> Markup:
    """Every piece above escapes its words."""
    return Markup(svg)  # noqa: S704


def svg(kind: str, height: float, title: str, parts: Iterable[str], hue: str = "") -> Markup:
    classes = escape(" ".join(filter(None, ("chart", f"chart-{kind}", hue))))
    return markup(
        f'<svg class="{classes}" role="img" aria-label="{escape(title)}" width="100%" height="{pixels(height)}">'
        f"{''.join(parts)}</svg>"
    )


def scale(low: float, high: float, start: float, end: float) -> Callable[[Number], float]:
    """Values outside the range stay at its edge."""
    span = (high - low) or 1.0

    def place(value: Number) -> float:
        share = (float(value) - low) / span
        return start + (end - start) * min(max(share, 0.0), 1.0)

    return place
