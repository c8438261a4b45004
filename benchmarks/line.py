"""One measured figure and its goal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """`must` and `aim` are upper bounds in the figure's own unit; None where the goal is a plain yes."""

    what: str
    figure: float
    unit: str
    must: float | None = None
    aim: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.must is None or self.figure <= self.must

    def __str__(self) -> str:
        goal = f"must {self.must:g}, aim {self.aim:g}" if self.must is not None and self.aim is not None else ""
        verdict = "" if self.must is None else ("ok  " if self.holds else "MISS")
        if self.aim is not None and self.figure <= self.aim:
            verdict = "aim "
        return f"{verdict:<4} {self.what:<66} {self.figure:>9.2f} {self.unit:<6} {goal:<22} {self.note}".rstrip()
