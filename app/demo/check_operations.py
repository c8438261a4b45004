"""A year of mutual checks in each branch, and findings in every state: most closed, some that came up again, some open.

Everything goes through the real acts, at the moments at which it happened.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from app.audit.operations import Doer
from app.checks import mutual_operations, mutual_queries, operations, queries
from app.checks.checklist import ChecklistKind
from app.checks.course import Source, Standing
from app.checks.details import Answer, FindingDetails
from app.checks.kinds import usual_due
from app.checks.models import Finding, MutualCheck
from app.demo.calendar import Calendar, chance
from app.demo.house import Branch, Group, House
from app.demo.texts.findings import FINDINGS, REOPENED, SEEN, FindingWords
from app.demo.timeline import Timeline
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.photos.models import Photo
from app.photos.upload_operations import KeptFiles

DAY = timedelta(days=1)
QUARTERS = 4
# Of the groups, by their order in the house: those that have something open today, and in which state.
OPEN_TODAY = {0: "open", 1: "overdue", 2: "answered", 3: "reopened", 5: "open", 8: "answered", 11: "open"}


@dataclass
class Checks:
    house: House
    calendar: Calendar
    timeline: Timeline
    photos: list[Photo]

    def files(self, group: Group, number: int) -> tuple[KeptFiles, ...]:
        """The demo draws no pictures of faults: scenes of the group's own months stand for them."""
        own = [photo for photo in self.photos if photo.group_id == group.id]
        if not own:
            return ()
        photo = own[number % len(own)]
        return (
            KeptFiles(
                content_hash=photo.content_hash, original_key=None, original_type=photo.original_type,
                original_bytes=photo.original_bytes, display_key=photo.display_key, width=photo.width,
                height=photo.height, thumb_key=photo.thumb_key, thumb_width=photo.thumb_width,
                thumb_height=photo.thumb_height, taken_at=None,
            ),
        )  # fmt: skip


def check(house: House, photos: list[Photo], calendar: Calendar, timeline: Timeline) -> None:
    checks = Checks(house, calendar, timeline, photos)
    now = Quarter.of(calendar.today)
    for back in range(QUARTERS - 1, -1, -1):
        quarter = now.shift(-back)
        if quarter.first < calendar.months[0].first:
            continue
        for branch in house.branches:
            _quarter(checks, branch, quarter, last=back == 0)
    for number, group in enumerate(house.groups):
        _past_findings(checks, group, number)
        if number in OPEN_TODAY:
            _todays_finding(checks, group, number, OPEN_TODAY[number])


# ---------------------------------------------------------------- 互查


def _quarter(checks: Checks, branch: Branch, quarter: Quarter, *, last: bool) -> None:
    """In the running quarter some groups have been on their way, some have not."""
    arranged = quarter.first + 5 * DAY
    if arranged > checks.calendar.latest:
        return
    random = chance("visits", branch.id, str(quarter))

    def arrange() -> None:
        of = mutual_queries.mutual_quarter(branch.id, quarter)
        assert of is not None  # noqa: S101 - the house has it
        kind = ChecklistKind.MEETINGS if quarter.number == 2 else ChecklistKind.MUTUAL_CHECK
        rows = mutual_operations.arrange_quarter(of, kind, wishes=(), forbidden=(), by=branch.secretary)
        db.session.flush()
        for number, row in enumerate(rows):
            day = quarter.first + timedelta(days=20 + random.randint(0, 50))
            if day <= checks.calendar.latest and not (last and number < 2):
                _visit(checks, branch, row, day, number)

    checks.timeline.add(checks.calendar.moment(arranged, 10), arrange)


def _visit(checks: Checks, branch: Branch, row: MutualCheck, day: date, number: int) -> None:
    group = next(one for one in branch.groups if one.id == row.group_id)
    seen = next(one for one in branch.groups if one.id == row.seen_group_id)
    by = group.leader(day)

    def go() -> None:
        if (number + row.quarter.number) % 3 == 0:
            words = [one for one in FINDINGS if one.source is Source.MUTUAL_CHECK]
            chosen = words[(row.id + number) % len(words)]
            finding = _raise(checks, seen, chosen, by, number, mutual_check_id=row.id)
            _course(checks, seen, finding, chosen, day, by)
        mutual_operations.record_visit(
            row, visited_on=clock.today(), seen=SEEN[row.id % len(SEEN)], version=row.version, by=by
        )
        db.session.flush()

    checks.timeline.add(checks.calendar.moment(day, 14, 30), go)


# ---------------------------------------------------------------- findings


def _raise(
    checks: Checks, group: Group, words: FindingWords, by: Doer, number: int, mutual_check_id: int | None = None
) -> Finding:
    at = queries.checked_group(group.id)
    assert at is not None  # noqa: S101 - the house has it
    details = FindingDetails(
        words.source, words.kind, words.text, usual_due(words.kind, clock.today()), mutual_check_id=mutual_check_id
    )
    photos = checks.files(group, number) if words.source is not Source.SELF_CHECK else ()
    name = f"demo-{group.id}-{clock.today()}-{number}"[:32]
    finding = operations.raise_finding(at, details, try_id=name, by=by, photos=photos)
    db.session.flush()
    return finding


def _course(checks: Checks, group: Group, finding: Finding, words: FindingWords, day: date, by: Doer) -> None:
    """Answered within some days and closed a few days later, by whoever raised it or else the secretary."""
    answered, closed = day + 5 * DAY, day + 9 * DAY
    if answered <= checks.calendar.latest:
        checks.timeline.add(checks.calendar.moment(answered, 16), lambda: _answer(checks, group, finding, words.answer))
    if closed <= checks.calendar.latest:
        checks.timeline.add(checks.calendar.moment(closed, 11), lambda: _close(finding, by))


def _answer(checks: Checks, group: Group, finding: Finding, text: str) -> None:
    by = group.leader(clock.today())
    photos = checks.files(group, finding.id + 1)
    operations.answer_finding(finding, Answer(text), version=finding.version, by=by, photos=photos)
    db.session.flush()


def _close(finding: Finding, by: Doer) -> None:
    standing = Standing(by.account_id, sits=True)
    operations.close_finding(finding, reason="到现场看过", version=finding.version, standing=standing, by=by)
    db.session.flush()


def _past_findings(checks: Checks, group: Group, number: int) -> None:
    """Some three a year. One group in three meets the same kind twice: that is marked by itself."""
    months = [month for month in checks.calendar.months[:-1] if (month.month + number) % 4 == 0]
    for turn, month in enumerate(months):
        own = [one for one in FINDINGS if one.source is not Source.MUTUAL_CHECK]
        words = own[(number + (0 if number % 3 == 0 else turn)) % len(own)]
        day = checks.calendar.workday(month, 12 + number % 9)
        checks.timeline.add(checks.calendar.moment(day, 10, 20), partial(_past, checks, group, words, day, turn))


def _past(checks: Checks, group: Group, words: FindingWords, day: date, turn: int) -> None:
    branch = next(one for one in checks.house.branches if group in one.groups)
    by = group.leader(day) if words.source is Source.SELF_CHECK else branch.secretary
    finding = _raise(checks, group, words, by, turn)
    _course(checks, group, finding, words, day, branch.secretary)


def _todays_finding(checks: Checks, group: Group, number: int, state: str) -> None:
    """What waits today: to be answered, to be rechecked, sent back, or past its day."""
    branch = next(one for one in checks.house.branches if group in one.groups)
    latest = checks.calendar.latest
    words = FINDINGS[0 if state == "overdue" else (number * 3 + 1) % len(FINDINGS)]
    words = FindingWords(words.kind, Source.INSPECTION, words.text, words.answer)
    ago = {"open": 3, "overdue": 12, "answered": 6, "reopened": 8}[state]
    found: list[Finding] = []
    checks.timeline.add(
        checks.calendar.moment(latest - ago * DAY, 9, 40),
        lambda: found.append(_raise(checks, group, words, branch.secretary, number)),
    )
    if state in ("answered", "reopened"):
        checks.timeline.add(
            checks.calendar.moment(latest - 3 * DAY, 16, 30), lambda: _answer(checks, group, found[0], words.answer)
        )
    if state == "reopened":
        checks.timeline.add(checks.calendar.moment(latest - DAY, 10), lambda: _reopen(found[0], branch))


def _reopen(finding: Finding, branch: Branch) -> None:
    by = branch.secretary
    operations.reopen_finding(
        finding, reason=REOPENED, due_on=clock.today() + 10 * DAY, version=finding.version,
        standing=Standing(by.account_id, sits=True), by=by,
    )  # fmt: skip
    db.session.flush()
