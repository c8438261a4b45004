"""Making, copying and editing rubrics. A rubric that a round uses is locked for good; what changes is a new version.

Saving asks only that the rubric can be read. What is unsound or doubtful is said beside it; a round refuses the unsound.
"""

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.organisation.models import Committee
from app.rubrics import adaptation, queries
from app.rubrics.default_rubric import DEFAULT_RUBRIC, MEASURED_RUBRIC
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Rubric, as_data
from app.rubrics.soundness import problems


class RubricLocked(Conflict):
    def __init__(self) -> None:
        super().__init__("这一版细则已有督查轮次在用，不能再改。请先“复制成新版”，在新版上修改。")


class RubricUnsound(Refused):
    """`problems` are sentences that each say what to change."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("这一版细则还不能用：" + "".join(found) + "请先到评分细则里改好。")
        self.problems = found


class AdaptationRefused(Refused):
    """`problems` by the code of a criterion, or `dimension-` and that of a dimension."""

    def __init__(self, found: dict[str, str]) -> None:
        super().__init__("".join(found.values()))
        self.problems = found


class RubricOvertaken(Conflict):
    def __init__(self) -> None:
        super().__init__("这一版细则刚被别人改过。您填的都还在页面上，请核对后再保存一次。")


def start_rubric(committee: Committee, *, by: Doer, measured: bool = False) -> RubricVersion:
    """A committee's first rubric, or its next version, from the default; `measured`: from the one in which the system
    measures what the records show."""
    return add_rubric(committee.id, MEASURED_RUBRIC if measured else DEFAULT_RUBRIC, by=by)


def add_rubric(committee_id: int, rubric: Rubric, *, by: Doer, source: str = "") -> RubricVersion:
    """`source` names the file that it was read from."""
    return _add(committee_id, rubric.title, as_data(rubric), by, **({"file": source} if source else {}))


def copy_rubric(source: RubricVersion, *, by: Doer) -> RubricVersion:
    return _add(source.committee_id, source.title, source.content, by, copied_from=source.number)


def _add(committee_id: int, title: str, content: dict[str, object], by: Doer, **origin: int | str) -> RubricVersion:
    row = RubricVersion(
        committee_id=committee_id,
        number=queries.last_rubric_number(committee_id) + 1,
        title=title,
        content=content,
        created_by=by.name,
        created_at=clock.now(),
    )
    db.session.add(row)
    record(by, "rubric.add", row, after={"number": row.number, "title": title, **origin})
    return row


def edit_rubric(row: RubricVersion, rubric: Rubric, *, seen: int, by: Doer) -> None:
    """`seen` is the version number of the row that the editor looked at."""
    if row.locked_at is not None:
        raise RubricLocked
    if row.version != seen:
        raise RubricOvertaken
    before, content = row.content, as_data(rubric)
    if "adaptations" in before:
        content["adaptations"] = before["adaptations"]
    row.title, row.content = rubric.title, content
    record(
        by,
        "rubric.edit",
        row,
        before={key: before[key] for key in before if before[key] != content.get(key)},
        after={key: content[key] for key in content if before.get(key) != content[key]},
    )


def adapt_rubric(row: RubricVersion, branch_id: int, changes: adaptation.Changes, *, seen: str, by: Doer) -> None:
    """The branch's changes as a whole; none at all means the committee's own words and weights."""
    if row.locked_at is not None:
        raise RubricLocked
    if str(row.version) != seen:
        raise RubricOvertaken
    if found := adaptation.problems(row.rubric, changes):
        raise AdaptationRefused(found)
    others = {key: value for key, value in row.content.get("adaptations", {}).items() if key != str(branch_id)}
    before = row.content.get("adaptations", {}).get(str(branch_id), {})
    after = adaptation.as_data(changes)
    row.content = {**row.content, "adaptations": {**others, **({str(branch_id): after} if after else {})}}
    record(by, "rubric.adapt", row, before=before, after=after)


def lock_rubric(row: RubricVersion, *, by: Doer) -> None:
    """Called by the round that begins to use it."""
    if row.locked_at is None:
        if found := problems(row.rubric):
            raise RubricUnsound(found)
        row.locked_at = clock.now()
        record(by, "rubric.lock", row)
