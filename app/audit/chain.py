"""The hash chain of the audit trail: pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

GENESIS = "0" * 64


def line_hash(previous_hash: str, fields: Mapping[str, Any]) -> str:
    """SHA-256 over the hash before and the line's fields as canonical JSON (sorted keys, UTF-8, no blanks)."""
    text = json.dumps([previous_hash, fields], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def faults(lines: Iterable[tuple[int, str, str, Mapping[str, Any]]]) -> list[str]:
    """What is off in `(number, previous_hash, hash, fields)` in order of number; an empty list when whole."""
    found: list[str] = []
    expected_number, expected_previous = 1, GENESIS
    for number, previous_hash, own_hash, fields in lines:
        if number != expected_number:
            found.append(f"audit line {expected_number} is missing")
        elif previous_hash != expected_previous:
            found.append(f"audit line {number} does not continue the line before it")
        if own_hash != line_hash(previous_hash, fields):
            found.append(f"audit line {number} was altered")
        expected_number, expected_previous = number + 1, own_hash
    return found
