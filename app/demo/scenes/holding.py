"""Things in people's hands."""

from app.demo.scenes.canvas import Colour, darker, mix, rgb
from app.demo.scenes.light import INK, PAPER, TEAL
from app.demo.scenes.people import Figure

CARTON = rgb("#c08a57")


def clipboard(figure: Figure, dx: float = -2, dy: float = -56, *, tilt: float = 1.2) -> None:
    unit = figure.unit
    corners = [
        figure.at(dx - 6, dy - 7 + tilt),
        figure.at(dx + 6, dy - 7 - tilt),
        figure.at(dx + 6, dy + 8 - tilt),
        figure.at(dx - 6, dy + 8 + tilt),
    ]
    figure.canvas.poly(corners, PAPER)
    for step in (-2.5, 0.5, 3.5):
        figure.canvas.line(
            [figure.at(dx - 3.6, dy + step), figure.at(dx + 3.2, dy + step - tilt * 0.4)], rgb("#9a9384"), 0.9 * unit
        )
    figure.canvas.line([figure.at(dx - 2, dy - 7), figure.at(dx + 2, dy - 7.4)], rgb("#6b665c"), 2 * unit)


def tablet(figure: Figure, dx: float = 0, dy: float = -57) -> None:
    unit = figure.unit
    figure.canvas.poly(
        [
            figure.at(dx - 9, dy - 5),
            figure.at(dx + 9, dy - 7),
            figure.at(dx + 9.6, dy + 5.4),
            figure.at(dx - 8.4, dy + 7.4),
        ],
        INK,
    )
    figure.canvas.poly(
        [
            figure.at(dx - 7.6, dy - 3.6),
            figure.at(dx + 7.8, dy - 5.3),
            figure.at(dx + 8.2, dy + 4),
            figure.at(dx - 7.2, dy + 5.8),
        ],
        rgb("#dcebe4"),
    )
    figure.canvas.line(
        [
            figure.at(dx - 5, dy + 3),
            figure.at(dx - 1.6, dy - 0.6),
            figure.at(dx + 1.4, dy + 1.6),
            figure.at(dx + 5.6, dy - 2.6),
        ],
        TEAL,
        1.3 * unit,
    )


def broom(figure: Figure, hand: tuple[float, float], *, lean: float = 10) -> None:
    unit = figure.unit
    head = figure.x + lean * unit * 2.4
    top = (hand[0] - lean * 0.35 * unit, hand[1] - 18 * unit)
    figure.canvas.line([top, (head, figure.y - 8 * unit)], rgb("#8f6a3f"), 1.8 * unit)
    figure.canvas.poly(
        [
            (head - 2.5 * unit, figure.y - 9 * unit),
            (head + 2.5 * unit, figure.y - 9 * unit),
            (head + 7.5 * unit, figure.y),
            (head - 6.5 * unit, figure.y),
        ],
        rgb("#c99b45"),
    )
    figure.canvas.line(
        [(head - 3 * unit, figure.y - 7.6 * unit), (head + 3.4 * unit, figure.y - 7.6 * unit)],
        rgb("#9c6f2d"),
        1.6 * unit,
    )


def box(figure: Figure, colour: Colour = CARTON) -> None:
    x0, y0 = figure.at(-13, -61)
    x1, y1 = figure.at(13, -44)
    figure.canvas.rect(x0, y0, x1, y1, colour)
    figure.canvas.rect(x0, y0, x1, y0 + 3.4 * figure.unit, mix(colour, PAPER, 0.25))
    figure.canvas.rect(figure.x - 1.6 * figure.unit, y0, figure.x + 1.6 * figure.unit, y1, darker(colour, 0.15))
    for side in (-1, 1):
        figure.canvas.disc(*figure.at(side * 12.4, -49), 3.4 * figure.unit, figure.who.skin)
