"""The indicators that a brand is tied to, in months.

The brands know nothing of indicators, which stand above them: those hand their courses in, as a function under
`COURSE_SOURCE` among the application's extensions, called with the group's place, the names that the brand gives, the last
month and the class of the brand's hue.
"""

from dataclasses import dataclass

COURSE_SOURCE = "indicator-courses"


@dataclass(frozen=True, slots=True)
class IndicatorCourse:
    """`words` say of which month the value is, whether it is met, and the target; `chart` is markup."""

    name: str
    value: str
    unit: str
    words: str
    met: bool
    chart: str
