"""Charts drawn on the server: they need no script, print, and read aloud.

Horizontal places are percentages and everything else pixels, so one drawing fits every width: dots stay round and
words stay at 13 px or more on a phone and in print. Solid means met or this quarter, a ring means not met or last
quarter, the dashed line is the own target; the hue says whose data it is and never good or bad. All values are also in
`aria-label`.
"""

from app.foundation.charts.indicators import Attained, Value, attained, sparkline, spread_of, target_scale
from app.foundation.charts.months import CADENCE_WORDS, Cadence, cadence_grid, dots, month_strip
from app.foundation.charts.pieces import Number, plain
from app.foundation.charts.results import Dimension, band_scale, dumbbell, profile, year_course

__all__ = [
    "CADENCE_WORDS", "Attained", "Cadence", "Dimension", "Number", "Value", "attained", "band_scale", "cadence_grid", "dots",
    "dumbbell", "month_strip", "plain", "profile", "sparkline", "spread_of", "target_scale", "year_course",
]  # fmt: skip
