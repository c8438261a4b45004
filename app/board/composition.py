"""How a month is set as one sheet: what goes where, what is cut, and how much was left out.

One A3 sheet holds what can be read from a wall; the rest stays on the screen under 余见系统. Text is never shrunk to fit: it is
picked and cut by the limits below, and every cut keeps its remainder, so that nothing entered is lost on the screen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LEAD_LIMIT = 200
SHORT_LEAD = 160
HEADLINE_LIMIT = 20
DECK_LIMIT = 48
SUMMARY_LIMIT = 44
ACTIVITY_LIMIT = 6
SHEET_COLUMNS = 4
PHOTO_LIMIT = 4
GALLERY_LIMIT = 2
ITEMS_BESIDE_PHOTO = 2
ITEMS_WITHOUT_PHOTO = 3
PLAN_LIMIT = 3
SENTENCE_ENDS = "。！？；"
TITLE_BREAKS = "，：；、"


HEAD = 1


class Section(StrEnum):
    """The topical columns, in the order in which they stand on the sheet."""

    TACKLING = "党建+攻关"
    STUDY = "学习园地"
    SERVICE = "办实事"


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo chosen for the board; slot 1 is 头条."""

    id: int
    slot: int
    activity_id: int | None
    caption: str
    width: int
    height: int
    author: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """A confirmed activity of the month, or a planned one of the next. `section` is None for meetings, checks and the rest."""

    id: int
    day: date
    title: str
    kind: str
    section: Section | None = None
    outcome: str = ""
    content: str = ""
    place: str = ""
    host: str = ""
    times: tuple[str, ...] = ()
    expected: int = 0
    present: int = 0
    on_leave: int = 0
    partners: tuple[str, ...] = ()
    is_theme_day: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What is printed, and what follows it on the screen only."""

    kept: str
    rest: str = ""

    @property
    def breaks_off(self) -> bool:
        """Cut inside a sentence, so that the print needs an ellipsis."""
        return bool(self.kept and self.rest) and self.kept[-1] not in SENTENCE_ENDS


@dataclass(frozen=True, slots=True)
class Lead:
    headline: tuple[str, ...]
    kind: str
    details: tuple[tuple[str, str], ...]
    day: date
    deck: str
    text: tuple[Paragraph, ...]
    photo: Photo | None
    activity_id: int

    @property
    def is_long(self) -> bool:
        """More than two lines of the large headline over the printed photo."""
        return sum(map(len, self.headline)) > HEADLINE_LIMIT

    @property
    def is_cut(self) -> bool:
        return any(paragraph.rest for paragraph in self.text)

    @property
    def is_short(self) -> bool:
        """Leaves room under the printed text for the details."""
        return not self.is_cut and sum(len(paragraph.kept) for paragraph in self.text) <= SHORT_LEAD


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a topical column: title, a line of facts, a sentence on what came of it."""

    activity_id: int
    day: date
    title: str
    facts: str
    summary: str


@dataclass(frozen=True, slots=True)
class Column:
    section: Section
    photo: Photo | None
    items: tuple[Item, ...]
    more: tuple[Item, ...]

    @property
    def count(self) -> int:
        return len(self.items) + len(self.more)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of 本月活动: the day as a numeral, the title, the facts."""

    activity_id: int
    day: date
    title: str
    facts: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What comes next month: the theme day large, the other plans on one line each."""

    main: Activity
    others: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The composed month. `columns` and `gallery` together never exceed three beside 本月活动."""

    lead: Lead | None
    entries: tuple[Entry, ...]
    more_entries: tuple[Entry, ...]
    columns: tuple[Column, ...]
    gallery: tuple[Photo, ...]
    more_photos: tuple[Photo, ...]
    notice: Notice | None
    photo_count: int

    @property
    def is_empty(self) -> bool:
        return self.lead is None and not self.entries

    @property
    def width(self) -> int:
        """Columns that the sheet really has, 本月活动 included."""
        return 1 + len(self.columns) + (1 if self.gallery else 0)

    @property
    def photos(self) -> tuple[Photo, ...]:
        lead = self.lead.photo if self.lead is not None else None
        pictures = (lead, *(column.photo for column in self.columns), *self.gallery, *self.more_photos)
        return tuple(photo for photo in pictures if photo is not None)

    @property
    def is_airy(self) -> bool:
        """Beside its picture no column tells more than one item: the printed pictures may be taller."""
        return all(len(column.items) <= 1 for column in self.columns)

    @property
    def lacks_head(self) -> bool:
        """Photos stand on the page, and none was chosen as 头条: such a page is not printed."""
        return bool(self.photos) and all(photo.slot != HEAD for photo in self.photos)

    @property
    def left_out(self) -> int:
        """Pieces on the screen that the printed sheet leaves out; a cut lead counts as one."""
        cut_lead = 1 if self.lead is not None and self.lead.is_cut else 0
        column_rest = sum(len(column.more) for column in self.columns)
        return cut_lead + len(self.more_entries) + column_rest + len(self.more_photos)


def compose(photos: Sequence[Photo], activities: Sequence[Activity], planned: Sequence[Activity] = ()) -> Sheet:
    """Set the month. The lead is the activity of the first photo that has one; without, the first of those told most fully.

    A photo whose activity is not among `activities` (not confirmed yet, or none) goes among the others. While no photo
    is chosen as 头条, none stands in its place.
    """
    activities = sorted(activities, key=lambda activity: (activity.day, activity.id))
    photos = sorted(photos, key=lambda photo: (photo.slot, photo.id))
    top = _lead_activity(photos, activities)
    chosen = photos if photos and photos[0].slot == HEAD else []
    lead_photo = next((photo for photo in chosen if top is not None and photo.activity_id == top.id), None)
    free = [photo for photo in photos if photo is not lead_photo]
    columns = _columns([activity for activity in activities if activity is not top], free)
    placed = {column.photo.id for column in columns if column.photo is not None}
    loose = [photo for photo in free if photo.id not in placed]
    used = len(placed) + (lead_photo is not None)
    room = min(GALLERY_LIMIT, PHOTO_LIMIT - used) if 1 + len(columns) < SHEET_COLUMNS else 0
    entries = [Entry(activity.id, activity.day, activity.title, facts(activity)) for activity in activities]
    return Sheet(
        lead=None if top is None else _lead(top, lead_photo),
        entries=tuple(entries[:ACTIVITY_LIMIT]),
        more_entries=tuple(entries[ACTIVITY_LIMIT:]),
        columns=columns,
        gallery=tuple(loose[:room]),
        more_photos=tuple(loose[room:]),
        notice=announce(planned),
        photo_count=len(photos),
    )


def announce(planned: Iterable[Activity]) -> Notice | None:
    """The first theme day leads the notice; without one, the first plan does."""
    plans = sorted(planned, key=lambda activity: (activity.day, activity.id))
    if not plans:
        return None
    main = next((activity for activity in plans if activity.is_theme_day), plans[0])
    others = [activity for activity in plans if activity is not main]
    return Notice(main, tuple(others[:PLAN_LIMIT]))


def _lead_activity(photos: Sequence[Photo], activities: Sequence[Activity]) -> Activity | None:
    by_id = {activity.id: activity for activity in activities}
    shown = next((by_id[photo.activity_id] for photo in photos if photo.activity_id in by_id), None)
    if shown is not None:
        return shown
    return max(activities, key=lambda activity: (bool(activity.content), bool(activity.outcome)), default=None)


def _lead(activity: Activity, photo: Photo | None) -> Lead:
    return Lead(
        headline=break_title(activity.title),
        kind=activity.kind,
        details=_details(activity),
        day=activity.day,
        deck=shorten(activity.outcome, DECK_LIMIT),
        text=cut(activity.content, LEAD_LIMIT),
        photo=photo,
        activity_id=activity.id,
    )


def _details(activity: Activity) -> tuple[tuple[str, str], ...]:
    took_part = f"应到{activity.expected}，实到{activity.present}" if activity.expected else ""
    named = (
        ("参加", took_part),
        ("主持", activity.host),
        ("地点", activity.place),
        ("合办", "、".join(activity.partners)),
    )
    return tuple((term, words) for term, words in named if words)


def _columns(activities: Sequence[Activity], photos: Sequence[Photo]) -> tuple[Column, ...]:
    columns = []
    for section in Section:
        members = [activity for activity in activities if activity.section is section]
        if not members:
            continue
        ids = {activity.id for activity in members}
        photo = next((photo for photo in photos if photo.activity_id in ids), None)
        room = ITEMS_WITHOUT_PHOTO if photo is None else ITEMS_BESIDE_PHOTO
        items = [Item(a.id, a.day, a.title, _item_facts(a), _summary(a)) for a in members]
        columns.append(Column(section, photo, tuple(items[:room]), tuple(items[room:])))
    return tuple(columns)


def _summary(activity: Activity) -> str:
    text = activity.outcome or activity.content
    return shorten("".join(_lines(text)), SUMMARY_LIMIT)


def _item_facts(activity: Activity) -> str:
    """The column's head says the kind already where they are the same."""
    parts = [f"{activity.day.month}月{activity.day.day}日"]
    if activity.section is not None and activity.kind not in activity.section.value:
        parts.append(activity.kind)
    if activity.host:
        parts.append(f"主持 {activity.host}")
    return "，".join([*parts, *_together(activity)])


def _together(activity: Activity) -> list[str]:
    """One partner by name, several by number: a line holds no more."""
    if not activity.partners:
        return []
    who = activity.partners[0] if len(activity.partners) == 1 else f"{len(activity.partners)}个党小组"
    return [f"与{who}合办"]


def facts(activity: Activity) -> str:
    """Kind, attendance and partners in one line; full attendance is not repeated as leave 0."""
    parts = [activity.kind]
    if activity.expected:
        parts += [f"应到{activity.expected}", f"实到{activity.present}"]
    if activity.on_leave:
        parts.append(f"请假{activity.on_leave}")
    if len(activity.times) > 1:
        parts.append(f"{len(activity.times)}场")
    return "，".join([*parts, *_together(activity)])


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters: whole sentences when half of the room can be filled with them, else an ellipsis."""
    text = text.strip()
    if len(text) <= limit:
        return text
    end = _sentence_end(text, limit)
    if end * 2 >= limit:
        return text[:end]
    return text[: limit - 1].rstrip(SENTENCE_ENDS + TITLE_BREAKS) + "…"


def cut(text: str, limit: int) -> tuple[Paragraph, ...]:
    """Split what is printed from what is not: at the end of a sentence, or inside one when half of the room were lost otherwise."""
    paragraphs: list[Paragraph] = []
    room = limit
    for line in _lines(text):
        if len(line) <= room:
            paragraphs.append(Paragraph(line))
            room -= len(line)
            continue
        end = _sentence_end(line, room)
        if end == 0 and room * 2 > limit:
            end = room
        paragraphs.append(Paragraph(line[:end], line[end:]))
        room = 0
    return tuple(paragraphs)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _sentence_end(text: str, limit: int) -> int:
    return max(text.rfind(mark, 0, limit) for mark in SENTENCE_ENDS) + 1


def break_title(title: str) -> tuple[str, ...]:
    """Pieces that a headline may be broken between: after its punctuation, as a compositor breaks by hand."""
    pieces: list[str] = []
    start = 0
    for index, character in enumerate(title):
        if character in TITLE_BREAKS and index + 1 < len(title):
            pieces.append(title[start : index + 1])
            start = index + 1
    pieces.append(title[start:])
    return tuple(pieces)
