"""Handing a workbook out: the one way in which business data leaves as a file."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from app.audit.operations import Doer, Subject, record
from app.foundation.downloads import attachment
from app.foundation.spreadsheets import XLSX_TYPE


def hand_out(
    workbook: Callable[[], bytes], name: str, *, by: Doer, act: str, on: Subject, told: Mapping[str, Any]
) -> Response:
    """Every export leaves a line, so it is a POST; the line is written first, that an export of the trail has it in it."""
    record(by, act, on, after=told)
    return attachment(workbook(), f"{name}.xlsx", XLSX_TYPE)
