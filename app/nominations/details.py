"""What a call and a branch's statement say, as forms hand it to the acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.nominations.course import Origin


@dataclass(frozen=True)
class CallDetails:
    title: str
    year: int
    last_quarter: str  # as text, 2026-Q3
    rules: Mapping[str, Any]
    quota_percent: int
    opens_on: date
    closes_on: date


@dataclass(frozen=True)
class Statement:
    origin: Origin
    studied_on: date | None
    text: str
