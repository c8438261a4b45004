"""Pieces of pages that depend on nothing but the values they are given: the same values are drawn once."""

import json
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup

from app.accounts.kept import Kept, shelf
from app.brands.queries import stamp

MOST_PIECES = 2048


def piece(template: str, work_out: Callable[..., dict[str, Any]] | None = None, **state: Hashable) -> Markup:
    """`state` is both what the template is given and the key under which the drawing is kept, so nothing can be stale.
    `work_out` makes more of the same state where the template needs it, once."""

    def draw() -> Markup:
        more = work_out(**state) if work_out else {}
        drawn = current_app.jinja_env.get_template(f"inspections/{template}").render(**state, **more)
        return Markup(drawn)  # noqa: S704 - our own template, escaped by itself

    kept: Kept[Markup] = shelf("inspections.pieces", MOST_PIECES)
    return kept.get((template, *state.values()), draw)


@lru_cache(maxsize=512)
def drawn_face(face: str) -> tuple[str, Markup]:
    """The class of the hue and the seal of a sheet's face, from the text that is kept of it."""
    data = json.loads(face)
    return (f"hue-{data['hue']}" if data.get("hue") else ""), stamp(data.get("drawing"))


def unit_under(line: Any) -> str:
    """Branch and group, to stand under a sheet's name; a group without a brand is named by itself and stands once."""
    own: str = line.branch_name
    return own if line.name == line.group_name else f"{own}·{line.group_name}"
