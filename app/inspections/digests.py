"""How what is published is spelled for its digests: SHA-256 over one spelling of one content.

Form 2: a slip by its own words; a result by its slip's digest, its place, what the whole round gives it and its indicator
values; a publication by its head and the digests of its results in order of position. So one changed digit anywhere shows,
and a row added or taken away too.

Form 1, of publications by older releases: a result by all of its words at once. They keep it for good, since the audit
chain has their digests.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

FORM = 2

HEAD = (
    "committee_id", "round_id", "quarter", "number", "title", "committee_name", "reason", "rubric_title", "rubric",
    "panel", "shows_rank", "appeals_until", "groups", "bands", "published_by", "published_at",
)  # fmt: skip
WORDS = (
    "branch_name", "group_name", "leader_name", "brand_name", "total", "exact_total", "self_total", "previous_total",
    "previous_quarter", "band", "vetoed", "gates_met", "unmet_gates", "veto_reason", "strength", "next_step",
)  # fmt: skip
LONG_WORDS = ("dimensions", "face", "slip")
"""Spelled after the others as the JSON that is stored: composing has them as text already."""

RESULT = (
    "committee_id", "branch_id", "group_id", "quarter", "position", "branch_position", "total", "band", "vetoed",
    "gates_met", "rank_in_branch", "rank_in_committee", "rank_in_all",
)  # fmt: skip
RESULT_OF_FORM_1 = (
    "committee_id", "branch_id", "group_id", "quarter", "position", "branch_position", *WORDS, "rank_in_branch",
    "rank_in_committee", "rank_in_all", *LONG_WORDS,
)  # fmt: skip

_ONE_SPELLING = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(data: Any) -> bytes:
    """One spelling for one content: sorted keys, no blanks, UTF-8."""
    return _ONE_SPELLING.encode(data).encode()


@lru_cache(maxsize=4_096)
def same(text: str) -> str:
    """JSON text in the one spelling."""
    return canonical(json.loads(text)).decode()


def digest(data: Any) -> str:
    return hashlib.sha256(canonical(data)).hexdigest()


def plain(value: Any) -> Any:
    """As JSON knows it."""
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def named(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in names}


def slip_digest(words: dict[str, Any], dimensions: str, face: str, slip: str) -> str:
    """`words`: those of `WORDS` and nothing else; the others are canonical JSON."""
    spelled = "\n".join((canonical(words).decode(), dimensions, face, slip))
    return hashlib.sha256(spelled.encode()).hexdigest()


def slip_digest_of(row: Any) -> str:
    """Of a row as it is read."""
    return slip_digest(named(row, WORDS), *(canonical(getattr(row, name)).decode() for name in LONG_WORDS))


def result_digest(values: Iterable[Any], slip: str, indicators: str) -> str:
    """`values`: those of `RESULT`, in that order; `indicators` is canonical JSON, or nothing."""
    spelled = "|".join((*map(str, values), slip, indicators))
    return hashlib.sha256(spelled.encode()).hexdigest()


def result_digest_of(row: Any, form: int) -> str:
    """Of a result with its slip as they are read."""
    if form == 1:
        return digest(named(row, RESULT_OF_FORM_1))
    indicators = "" if row.indicators is None else canonical(row.indicators).decode()
    return result_digest((getattr(row, name) for name in RESULT), row.slip_digest, indicators)


def publication_digest(head: Any, result_digests: Iterable[str]) -> str:
    names = HEAD if head.form == 1 else (*HEAD, "form")
    return digest({"head": named(head, names), "results": list(result_digests)})
