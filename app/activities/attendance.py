"""Reading a roll call as people paste it from a chat (接龙).

A text names people, each perhaps with a word on why somebody stays away. Nobody is guessed: a full name that one
person of the branch bears is taken, anything else that looks like a name is asked about and the typed text stays.
Of leave only the category is kept, never the cause that was typed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Presence(StrEnum):
    """How a member stood to an activity. Leave is kept as a category only, never with its cause."""

    PRESENT = "present"
    DUTY = "duty"  # 公务、当班
    LEAVE = "leave"  # 休假
    SICK = "sick"  # 病假
    OTHER = "other"  # 其他请假
    ABSENT = "absent"  # 未到

    @property
    def label(self) -> str:
        return PRESENCE_LABELS[self]


PRESENCE_LABELS = {
    Presence.PRESENT: "实到",
    Presence.DUTY: "公务或当班",
    Presence.LEAVE: "休假",
    Presence.SICK: "病假",
    Presence.OTHER: "其他请假",
    Presence.ABSENT: "未到",
}
# The answer to "who is that?" for somebody who is no member here.
GUEST = 0

# The first that matches wins: "病假在家休息" is sick leave, "没请假" is absence.
REMARKS: tuple[tuple[Presence, re.Pattern[str]], ...] = (
    (Presence.ABSENT, re.compile("未到|没到|没来|缺席|缺勤|旷|未请假|没请假|未参加|没参加")),
    (Presence.SICK, re.compile("病|住院|就医|看医生|不舒服|不适|手术|发烧|感冒|体检|复查")),
    (Presence.LEAVE, re.compile("年休|休假|婚假|产假|陪产|探亲|育儿|护理假|丧假|公休|调休|轮休|补休|休息")),
    (Presence.DUTY, re.compile("公务|公差|公出|出差|当班|值班|上班|夜班|中班|早班|白班|在岗|顶岗|加班|培训|借调|外出|开会|会议")),
    (Presence.OTHER, re.compile("请假|事假|有事|不能参加|不参加|来不了|缺")),
    (Presence.PRESENT, re.compile("已?到|参加|出席|收到|签到|迟到")),
)  # fmt: skip

_NUMBERING = re.compile(
    r"(?<![\d.:])\(?\d{1,3}\)?\s*[.、)](?!\d)\s*|(?:^|(?<=[\s,;、]))\d{1,3}[:,](?!\d)\s*|^\d{1,3}\s+"
)
_SITTING = re.compile(r"第\s*([一二三四五六七八九123456789])\s*场")
_SITTING_NUMBERS = {digit: number for number, pair in enumerate(zip("一二三四五六七八九", "123456789", strict=True), 1)
                    for digit in pair}  # fmt: skip
_BRACKETED = re.compile(r"\(([^()]*)\)")
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_SURNAMED = re.compile(
    r"(?:小|老|大|阿)([\u4e00-\u9fff])|([\u4e00-\u9fff])(?:工|哥|姐|师傅|书记|主任|班长|组长|老师|总)"
)
_CHATTER = re.compile(r"接龙|活动|通知|报名|名单|人员|主题党日|党小组|支部|会议|@|http|\d{4}年|月|例\s*[:：.]?")
_SEPARATORS = re.compile(r"[、,;/\s]+")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the text may name; `unit` tells two of the same name apart."""

    id: int
    name: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A person found in the text. `sitting` is None where the text does not speak of sittings."""

    person_id: int
    presence: Presence
    sitting: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A word that may be a name; `candidates` are person ids, the likeliest first, perhaps none."""

    word: str
    presence: Presence
    candidates: tuple[int, ...]
    sitting: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """`guests` are words that were answered with "no member here"; `twice` names people the text names again."""

    seen: tuple[Seen, ...]
    questions: tuple[Question, ...]
    guests: tuple[str, ...]
    twice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[str, ...]
    remark: str
    hint: str
    sitting: int | None


def read(text: str, people: Sequence[Person], answers: Mapping[str, int] | None = None) -> Reading:
    """Match the text with people; `answers` says for a word asked about before who it is, or GUEST.

    A person named twice keeps the first mention, unless only a later one says why they stayed away.
    """
    answers = answers or {}
    known = {person.id: person for person in people}
    seen: dict[int, Seen] = {}
    questions: dict[str, Question] = {}
    guests: list[str] = []
    twice: list[str] = []
    for entry in _entries(text, people):
        presence = _presence(entry.remark)
        for word in entry.words:
            answer = answers.get(word)
            if answer == GUEST:
                guests.append(word)
                continue
            matches = (answer,) if answer in known else _bearers(word, entry.hint, people)
            if len(matches) != 1:
                candidates = matches or _likely(word, people)
                questions.setdefault(word, Question(word, presence, candidates, entry.sitting))
                continue
            found = Seen(matches[0], presence, entry.sitting)
            before = seen.setdefault(found.person_id, found)
            if before is not found:
                twice.append(known[found.person_id].name)
                if before.presence is Presence.PRESENT and presence is not Presence.PRESENT:
                    seen[found.person_id] = found
    return Reading(tuple(seen.values()), tuple(questions.values()), tuple(guests), tuple(dict.fromkeys(twice)))


def written(rows: Iterable[tuple[Person, Presence, int | None]], people: Sequence[Person]) -> str:
    """The text that `read` turns into these rows again: for the form of an activity that is edited."""
    rows = list(rows)
    several = len({sitting for _, _, sitting in rows if sitting is not None}) > 1
    names = [person.name for person in people]
    lines: list[str] = []
    current: int | None = None
    for number, (person, presence, sitting) in enumerate(sorted(rows, key=lambda row: row[2] or 0), 1):
        if several and sitting != current:
            lines.append(f"第{sitting}场")
            current = sitting
        unit = f"（{person.unit}）" if names.count(person.name) > 1 and person.unit else ""
        remark = "" if presence is Presence.PRESENT else f" {_WORDS[presence]}"
        lines.append(f"{number}. {person.name}{unit}{remark}")
    return "\n".join(lines)


_WORDS = {
    Presence.DUTY: "公务",
    Presence.LEAVE: "休假",
    Presence.SICK: "病假",
    Presence.OTHER: "请假",
    Presence.ABSENT: "未到",
}


# ------------------------------------------------------------------ taking the text apart


def _entries(text: str, people: Sequence[Person]) -> Iterable[_Entry]:
    names = sorted({person.name for person in people}, key=len, reverse=True)
    sitting: int | None = None
    heading = ""
    for line in unicodedata.normalize("NFKC", text).splitlines():
        rest = line.strip().lstrip("#*-•> ")
        if match := _SITTING.search(rest):
            sitting = _SITTING_NUMBERS[match[1]]
            rest = (rest[: match.start()] + rest[match.end() :]).strip(" ：:,、")
        label, colon, after = rest.partition(":")
        if colon and not _NUMBERING.match(rest) and _stated(label) is not None and not _starts_with(label, names):
            heading, rest = label, after
        elif not colon and not rest:
            heading = ""
        for part in _NUMBERING.split(rest):
            yield from _people_of(part, heading, sitting, names)


def _people_of(part: str, heading: str, sitting: int | None, names: Sequence[str]) -> Iterable[_Entry]:
    """One numbered piece: names, each followed by what is said about it; a remark belongs to the last name."""
    hints = " ".join(_BRACKETED.findall(part))
    pieces = _words(_BRACKETED.sub(" ", part), names)
    named = [word for word, is_name in pieces if is_name]
    if not named:
        return
    remarks = " ".join(word for word, is_name in pieces if not is_name)
    said = f"{remarks} {hints}"
    if len(named) == 1:
        yield _Entry((named[0],), said if _stated(said) is not None else heading, hints, sitting)
        return
    for index, (word, is_name) in enumerate(pieces):
        if is_name:
            following = pieces[index + 1][0] if index + 1 < len(pieces) and not pieces[index + 1][1] else ""
            last = index + 1 >= len(pieces) or not any(name for _, name in pieces[index + 1 :])
            own = f"{following} {hints}" if last else following
            yield _Entry((word,), own if _stated(own) is not None else heading, hints if last else "", sitting)


def _words(text: str, names: Sequence[str]) -> list[tuple[str, bool]]:
    """The words of a piece and whether each is a name: known names first, even run together with a remark."""
    words: list[tuple[str, bool]] = []
    for token in filter(None, _SEPARATORS.split(text)):
        rest = token.strip("。.!?~ ")
        while rest:
            known = _starts_with(rest, names)
            if known:
                words.append((known, True))
                rest = rest[len(known) :]
                continue
            words.append((rest, _may_be_a_name(rest)))
            break
    return words


def _starts_with(text: str, names: Sequence[str]) -> str:
    return next((name for name in names if text.startswith(name)), "")


def _may_be_a_name(word: str) -> bool:
    if _stated(word) is not None or _CHATTER.search(word):
        return False
    return bool(_NAME.fullmatch(word) or _SURNAMED.fullmatch(word))


def _stated(remark: str) -> Presence | None:
    return next((presence for presence, pattern in REMARKS if pattern.search(remark)), None)


def _presence(remark: str) -> Presence:
    return _stated(remark) or Presence.PRESENT


# ------------------------------------------------------------------ who is meant


def _bearers(word: str, hint: str, people: Sequence[Person]) -> tuple[int, ...]:
    """Those who bear the name; a unit in brackets behind it decides between them."""
    bearers = [person for person in people if person.name == word]
    if len(bearers) > 1 and hint:
        bearers = [person for person in bearers if person.unit and person.unit in hint] or bearers
    return tuple(person.id for person in bearers)


def _likely(word: str, people: Sequence[Person]) -> tuple[int, ...]:
    """The likeliest first: given name alone, one character off, then the surname of "小高" or "高师傅"."""
    surname = "".join(filter(None, match.groups())) if (match := _SURNAMED.fullmatch(word)) else ""

    def distance(person: Person) -> int | None:
        if len(word) >= 2 and person.name.endswith(word):
            return 0
        if len(person.name) == len(word) and sum(a != b for a, b in zip(person.name, word, strict=True)) == 1:
            return 1
        return 2 if surname and person.name.startswith(surname) else None

    ranked = [(found, index) for index, person in enumerate(people) if (found := distance(person)) is not None]
    return tuple(people[index].id for _, index in sorted(ranked))


def with_absent(reading: Reading, expected: Iterable[int]) -> tuple[Seen, ...]:
    """Those who were expected and are not named did not come. A text that names nobody says nothing of anybody."""
    if not reading.seen and not reading.guests:
        return ()
    named = {seen.person_id for seen in reading.seen}
    missing = [Seen(person_id, Presence.ABSENT) for person_id in expected if person_id not in named]
    return (*reading.seen, *missing)


def on_sittings(seen: Sequence[Seen], sittings: int) -> tuple[Seen, ...]:
    """Drop sitting numbers that do not exist, and all of them where only one sitting was held."""
    return tuple(
        replace(one, sitting=one.sitting if sittings > 1 and one.sitting and one.sitting <= sittings else None)
        for one in seen
    )
