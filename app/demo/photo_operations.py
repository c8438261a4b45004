"""The months' photos: drawn, stored, put to their activities and on the board pages; past months' pages are printed."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from app.activities.models import Activity
from app.audit.operations import record
from app.board import operations as board_operations
from app.demo import programme
from app.demo.activity_operations import Programme
from app.demo.calendar import Calendar, chance
from app.demo.drawing import THUMB, Drawn, Wanted, forwarded
from app.demo.house import Group, House
from app.demo.programme import Planned
from app.demo.timeline import Timeline
from app.foundation import clock
from app.foundation.db import db
from app.foundation.images import prepare
from app.foundation.periods import Month
from app.foundation.storage import Storage
from app.photos import likeness_operations
from app.photos.hint_models import PhotoFingerprint, PhotoHint
from app.photos.likeness import verdict
from app.photos.models import MonthIssue, Photo
from app.photos.photo_signs import Fingerprint, Question

A_MONTH = 4
RECENT = 7  # months; older ones have a photo less
COMPARED = 3  # months whose photos new ones are compared with; the others wait for `flask photos rebuild`
PRINTED_FROM = 20  # the day of the month
# What makes a good lead comes first.
ORDER = ("tackling_project", "practical_item", "theme_day", "volunteer_service", "joint_study", "lecture", "discussion")
Progress = Callable[[str], None]
Draw = Callable[[Iterable[Wanted]], Iterator[Drawn]]


@dataclass(frozen=True)
class Shot:
    """A photo to be taken; `slot` as on the board, `filed` False leaves it in the month's inbox."""

    group: Group
    month: Month
    planned: Planned
    activity: Activity
    wanted: Wanted
    position: int
    slot: int | None
    filed: bool = True


def take(house: House, held: Programme, calendar: Calendar, *, to: Storage, draw: Draw, say: Progress) -> list[Photo]:
    shots = [
        shot
        for month in calendar.months
        for group in house.groups
        for shot in _shots(house, held, group, month, calendar)
    ]
    rows: list[Photo] = []
    greys: list[bytes | None] = []
    for number, (shot, drawn) in enumerate(zip(shots, draw(shot.wanted for shot in shots), strict=True), start=1):
        rows.append(_photo(house, shot, drawn, calendar, to))
        greys.append(drawn.grey)
        if number % 100 == 0 or number == len(shots):
            say(f"已画照片 {number}/{len(shots)}")
    db.session.add_all(rows)
    db.session.flush()
    for row, grey in zip(rows, greys, strict=True):
        if grey and row.month in calendar.months[-COMPARED:]:
            likeness_operations.remember(row, Fingerprint.of(grey))
    return rows + _sent_twice(house, rows, calendar, to)


def _shots(house: House, held: Programme, group: Group, month: Month, calendar: Calendar) -> list[Shot]:
    done = sorted(
        (entry for entry in held.of(group, month) if entry[0].kind in ORDER),
        key=lambda entry: (ORDER.index(entry[0].kind), entry[1].id),
    )
    count = A_MONTH if month in calendar.months[-RECENT:] else A_MONTH - 1
    entries = [done[n % len(done)] for n in range(count)]
    slots: list[int | None] = [1, 2, 3, 4]
    if month == calendar.months[-1]:
        slots = _this_month(house, group)
        entries = entries[: len(slots)]
    shots: list[Shot] = []
    for n, (planned, row) in enumerate(entries):
        scene = _fresh(planned, {shot.wanted.scene for shot in shots}, n)
        wanted = Wanted(scene, group.id * 10_000 + (month.year % 100) * 100 + month.month * 7 + n, month.month)
        shots.append(Shot(group, month, planned, row, wanted, n + 1, slots[n], filed=slots[n] != 0))
    return shots


def _fresh(planned: Planned, seen: set[str], turn: int) -> str:
    """A scene that the month does not show yet. The lead shows the work itself, which stands last."""
    scenes = planned.scenes[::-1] if turn == 0 else planned.scenes
    return next((scene for scene in scenes if scene not in seen), scenes[turn % len(scenes)])


def _this_month(house: House, group: Group) -> list[int | None]:
    """The first group lacks its lead photo, the second is ready to print, the third has chosen none yet (one photo is
    in the inbox), the fourth has sent none."""
    first = house.branches[0].groups
    special: dict[int, list[int | None]] = {
        first[0].id: [2, 3, None],
        first[2].id: [None, None, 0],
        first[3].id: [],
    }
    return special.get(group.id, [1, 2, 3, 4])


def _photo(house: House, shot: Shot, drawn: Drawn, calendar: Calendar, to: Storage) -> Photo:
    day = shot.planned.held_on
    leader = shot.group.leader(day)
    random = chance("taken", shot.wanted.seed)
    wall_clock = clock.local(calendar.moment(day, 14 + random.randint(0, 2), random.randint(0, 59)))
    display = to.put(drawn.display)
    return Photo(
        committee_id=house.committee_id, branch_id=shot.group.place.branch_id, group_id=shot.group.id,
        month=shot.month, activity_id=shot.activity.id if shot.filed else None,
        upload_id=f"demo-{shot.month}-{shot.position}", content_hash=hashlib.sha256(drawn.display).hexdigest(),
        original_key=display, original_type="image/jpeg", original_bytes=len(drawn.display), display_key=display,
        width=drawn.size[0], height=drawn.size[1],
        thumb_key=to.put(drawn.thumb), thumb_width=THUMB[0], thumb_height=THUMB[1],
        # Chat programs strip the date: no date at all is neutral.
        taken_at=wall_clock.strftime("%Y-%m-%dT%H:%M:%S") if random.random() < 0.7 else None,
        caption=programme.caption(shot.wanted.scene, shot.planned, shot.group, shot.position) if shot.filed else "",
        position=shot.position, is_cover=shot.slot == 1, board_slot=shot.slot or None,
        uploaded_by_id=leader.account_id, uploaded_by=leader.name, uploaded_at=calendar.moment(day, 18, 5),
    )  # fmt: skip


def _sent_twice(house: House, rows: list[Photo], calendar: Calendar, to: Storage) -> list[Photo]:
    """One photo of last month came back from a chat and was sent again this month, as happens; a person will say what it
    is."""
    if len(calendar.months) == 1:
        return []
    group, months = house.branches[0].groups[2], calendar.months
    old = next(row for row in rows if row.group_id == group.id and row.month == months[-2])
    with to.open(old.display_key) as file:
        copy = prepare(io.BytesIO(forwarded(file.read())))
    key = to.put(copy.original)
    copied = {c.key: getattr(old, c.key) for c in Photo.__table__.columns if c.key not in {"id", "version"}}
    again = {
        "month": months[-1], "activity_id": None, "upload_id": f"demo-{months[-1]}-again", "board_slot": None,
        "is_cover": False, "position": A_MONTH + 1, "caption": "", "taken_at": None, "uploaded_at": calendar.now,
        "content_hash": copy.sha256, "original_key": key, "original_bytes": len(copy.original),
        "display_key": to.put(copy.display.content), "width": copy.display.width, "height": copy.display.height,
        "thumb_key": to.put(copy.thumb.content), "thumb_width": copy.thumb.width, "thumb_height": copy.thumb.height,
    }  # fmt: skip
    new = Photo(**{**copied, **again})
    db.session.add(new)
    db.session.flush()
    _point_out(new, old, copy.grey, calendar)
    return [new]


def _point_out(new: Photo, old: Photo, grey: bytes | None, calendar: Calendar) -> None:
    known = db.session.get(PhotoFingerprint, old.id)
    if grey is None or known is None:  # pictures of one colour
        return
    one = Fingerprint.of(grey)
    likeness_operations.remember(new, one)
    if alike := verdict(Question(one), Fingerprint.stored(known.signs, known.grey)):
        db.session.add(
            PhotoHint(
                committee_id=new.committee_id, branch_id=new.branch_id, group_id=new.group_id, photo_id=new.id,
                other_id=old.id, words=alike.words, found_at=calendar.now,
            )
        )  # fmt: skip


def print_issues(house: House, photos: list[Photo], calendar: Calendar, timeline: Timeline) -> None:
    """Every past month is printed but one: the last group of the first branch has not got round to last month's."""
    late = (house.branches[0].groups[-1].id, calendar.months[-2] if len(calendar.months) > 1 else None)
    counts: dict[tuple[int, Month], list[Photo]] = {}
    for photo in photos:
        counts.setdefault((photo.group_id, photo.month), []).append(photo)
    for group in house.groups:
        for month in calendar.months:
            sent = counts.get((group.id, month), [])
            if sent:
                _tell_photos(group, month, sent, calendar, timeline)
            early = month == calendar.months[-1] and group.id in _already(house, calendar)
            if early or (month < calendar.months[-1] and (group.id, month) != late):
                _print(house, group, month, len(sent), calendar, timeline)


def _already(house: House, calendar: Calendar) -> set[int]:
    """Groups of the other branches that print before the month is over."""
    if calendar.latest.day < PRINTED_FROM:
        return set()
    return {house.branches[1].groups[1].id, house.branches[1].groups[2].id, house.branches[2].groups[0].id}


def _tell_photos(group: Group, month: Month, sent: list[Photo], calendar: Calendar, timeline: Timeline) -> None:
    """One line a month: the demo needs no line for each photo."""
    leader = group.leader(min(month.last, calendar.today))
    moment = max(photo.uploaded_at for photo in sent)
    timeline.add(moment, lambda: record(leader, "photo.add", sent[0], after={"month": month, "photos": len(sent)}))


def _print(house: House, group: Group, month: Month, photos: int, calendar: Calendar, timeline: Timeline) -> None:
    day = calendar.workday(month, month.last.day)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    moment, leader = calendar.moment(day, 20, 30), group.leader(day)
    issue = MonthIssue(
        committee_id=house.committee_id, branch_id=group.place.branch_id, group_id=group.id, month=month,
        printed_at=moment, printed_by=leader.name,
    )  # fmt: skip
    db.session.add(issue)

    def tell() -> None:
        record(leader, "month-issue.print", issue, after={"month": month, "photos": photos})
        board_operations.keep(issue, by=leader)

    timeline.add(moment, tell)
