"""What a day asks of a person, in words: the month's issue, the cadences, the order of what waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.activities.cadence import NOW_WORDS, Due
from app.inspections.course import STATE_NAMES, RoundState

NEVER = date.max


@dataclass(frozen=True)
class Waiting:
    """One thing that waits. `word` is two characters that name the kind of work; `due` None has no date."""

    word: str
    title: str
    detail: str
    url: str
    due: date | None = None


def in_order(things: Iterable[Waiting]) -> list[Waiting]:
    """What is due first stands first; things without a date follow in the order they came."""
    return sorted(things, key=lambda thing: thing.due or NEVER)


def due_words(due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return f"已过 {-days} 天"
    if days == 0:
        return "今天截止"
    return f"还有 {days} 天" if days <= 14 else f"{due.month}月{due.day}日前"


class NextStep(StrEnum):
    """What brings the month's issue forward: one step at a time."""

    UPLOAD = "upload"
    CHOOSE_LEAD = "choose-lead"
    RECORD = "record"
    PRINT = "print"
    READ = "read"


@dataclass(frozen=True)
class Issue:
    """How far a group's board page of a month has come."""

    activities: int
    photos: int
    on_board: int
    has_lead: bool
    printed_on: date | None
    unsorted: int  # in the month's inbox: of no activity yet

    @property
    def next_step(self) -> NextStep:
        if self.printed_on:
            return NextStep.READ
        if not self.photos:
            return NextStep.UPLOAD
        if not self.has_lead:
            return NextStep.CHOOSE_LEAD
        return NextStep.PRINT if self.activities else NextStep.RECORD

    def headline(self, month: int) -> tuple[str, str]:
        """Two lines, broken by hand at the comma."""
        return {
            NextStep.UPLOAD: (f"{month}月还没有照片，", "先传几张"),
            NextStep.CHOOSE_LEAD: ("再挑一张头条照片，", "本期就能付印"),
            NextStep.RECORD: ("照片有了，", "再记一次活动"),
            NextStep.PRINT: ("头条已定，", "看一遍就能付印"),
            NextStep.READ: (f"{month}月版面，", "已经付印"),
        }[self.next_step]

    @property
    def state(self) -> str:
        if self.printed_on:
            return f"{self.printed_on.month}月{self.printed_on.day}日付印"
        if not self.photos and not self.activities:
            return "还空着"
        return "编辑中" if self.has_lead else "差头条照片"

    @property
    def photo_words(self) -> str:
        if not self.photos:
            return "照片只作佐证，不计分；拍清人和事就好。"
        rest = self.photos - self.on_board
        said = f"{self.photos} 张照片：{self.on_board} 张上版" + (f"，{rest} 张备用。" if rest else "。")
        return f"{said}{self.unsorted} 张在收件箱，有空再归。" if self.unsorted else said


def round_words(state: RoundState, self_check: date, scoring: date, appeals: date, today: date) -> str:
    """Where a round stands and until when."""
    due = {
        RoundState.SELF_CHECK: (self_check, "自查"),
        RoundState.SCORING: (scoring, "评分"),
        RoundState.REVIEW: (scoring, "评分"),
        RoundState.APPEAL: (appeals, "申诉"),
    }.get(state)
    now = f"现在是“{STATE_NAMES[state]}”"
    return f"{now}，{due[1]}{due_words(due[0], today)}" if due else now


def days_left(today: date, last: date) -> str:
    """To the month's last day, on which an issue is printed at the latest."""
    days = (last - today).days
    return f"还有 {days} 天付印" if days else "今天付印"


def cadence_words(dues: Sequence[Due]) -> tuple[str, list[str]]:
    """One sentence for all that is met, and a line for each that is still asked."""
    met = [f"{due.kind}{NOW_WORDS[due.period]} {due.done} 次" for due in dues if not due.missing]
    sentence = f"{'，'.join(met)}，{'均' if len(met) > 1 else ''}已达频次。" if met else ""
    asked = [f"{due.kind}{due.words}" for due in dues if due.missing]
    return sentence, asked
