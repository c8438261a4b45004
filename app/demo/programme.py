"""What each group and branch does in which month: the plan that the activities' rows are made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from app.demo.calendar import Calendar, chance
from app.demo.house import Branch, Group, Person
from app.demo.texts.captions import CAPTIONS
from app.demo.texts.projects import PROJECTS, STAGES, Project
from app.demo.texts.stories import STORIES, Story
from app.foundation.periods import Month

EXTRAS = ("practical_item", "discussion", "volunteer_service", "mutual_check", "joint_study")
# Month (0 is the oldest of thirteen) -> stage of the first and of the second project.
FIRST_PROJECT = {0: 0, 1: 1, 2: 2, 3: 3, 5: 4}
SECOND_PROJECT = {6: 0, 7: 1, 9: 2, 12: 3}
# Neighbours are not at the same stage.
ONLY_PROJECT = ({1: 0, 4: 1, 7: 2, 10: 3, 12: 4}, {2: 0, 5: 1, 8: 2, 12: 3})
# How many of a group take part, by kind; all where none is given.
CIRCLE = {"practical_item": 3, "tackling_project": 5, "volunteer_service": 5, "mutual_check": 3, "self_check": 3}


@dataclass(frozen=True)
class Planned:
    """An activity as it will be written. `group` None is the branch's own; `partners` take part besides."""

    kind: str
    title: str
    content: str
    outcome: str
    scenes: tuple[str, ...]
    held_on: date
    host: Person
    group: Group | None
    partners: tuple[Group, ...] = ()
    people: tuple[tuple[Group, Person], ...] = ()
    room: str = ""
    times: tuple[str, ...] = ("14:30",)


class Storyteller:
    """Picks stories so that no group tells the same one twice, nor two groups of a branch the same in a month."""

    def __init__(self) -> None:
        self._told: dict[int, set[str]] = {}
        self._this_month: dict[tuple[int, Month], set[str]] = {}

    def pick(self, kind: str, teller: int, branch_id: int, month: Month, trade: str) -> Story:
        told = self._told.setdefault(teller, set())
        heard = self._this_month.setdefault((branch_id, month), set())
        stories = [story for story in STORIES[kind] if story.suits(month.month, trade)]
        chance(kind, teller, "order").shuffle(stories)
        # A story bound to the season comes first: it fits in few months.
        stories.sort(key=lambda story: (story.title in told, story.title in heard, not story.months))
        story = stories[0]
        told.add(story.title)
        heard.add(story.title)
        return story


def group_month(group: Group, branch: Branch, month: Month, calendar: Calendar, tell: Storyteller) -> Iterator[Planned]:
    """A group's own month: its meeting, the project's stage, the quarter's lecture, two of what takes turns."""
    index = calendar.months.index(month) + 13 - len(calendar.months)
    random = chance("month", group.id, month)
    kinds = [("group_meeting", 4 + group.sort_order % 3)]
    if (index + group.sort_order) % 3 == 0:
        kinds.append(("lecture", 8 + random.randint(0, 3)))
    turn = (index * 2 + group.sort_order) % 5
    kinds += [(EXTRAS[turn], 12 + random.randint(0, 3)), (EXTRAS[(turn + 1) % 5], 22 + random.randint(0, 5))]
    if month.month % 3 == 0:
        kinds.append(("self_check", 25))
    for kind, day in kinds:
        yield _told(kind, day, group, branch, month, calendar, tell)
    stage = _stage(group, index)
    if stage is not None:
        yield _staged(*stage, group, branch, calendar.workday(month, 16 + random.randint(0, 4)))


def _told(
    kind: str, day: int, group: Group, branch: Branch, month: Month, calendar: Calendar, tell: Storyteller
) -> Planned:
    held_on = calendar.workday(month, day)
    story = tell.pick(kind, group.id, branch.id, month, group.data.trade)
    sisters = [other for other in branch.groups if other is not group]
    sister = sisters[(group.sort_order + month.month) % len(sisters)]
    random = chance(kind, group.id, held_on)
    people = _people(group, held_on, random)
    words = _words(people, group, sister, held_on, random)
    partners = (sister,) if kind == "joint_study" else ()
    circle = CIRCLE.get(kind)
    part = tuple((group, who) for who in people[: circle or len(people)])
    part += tuple((other, who) for other in partners for who in other.members(held_on))
    return Planned(
        kind, story.title.format(**words), story.content.format(**words), story.outcome.format(**words), story.scenes,
        held_on, people[0] if kind == "lecture" else group.leader(held_on), group, partners, part,
        room=_room(story.scenes[0], group), times=("14:30",) if random.random() < 0.7 else ("14:30", "19:40"),
    )  # fmt: skip


def _people(group: Group, day: date, random: Random) -> list[Person]:
    """The group's members in an order that changes from time to time, so that each comes to the fore."""
    people = group.members(day)
    start = random.randrange(len(people))
    return people[start:] + people[:start]


def _words(people: list[Person], group: Group, sister: Group, day: date, random: Random) -> dict[str, str]:
    old = min(people, key=lambda who: who.joined_on)
    young = [who.name for who in people if who is not old] or [old.name]
    three = [young[n % len(young)] for n in range(3)]
    team = group.data.teams[random.randrange(len(group.data.teams))]
    return {"a": three[0], "b": three[1], "c": three[2], "old": old.name, "team": team, "sister": sister.name_on(day)}


def _room(scene: str, group: Group) -> str:
    if scene in {"sweep", "planting", "charging", "lake_walk", "handover", "group_photo"}:
        return "厂区"
    if scene in {"meeting", "circle", "fishbone", "lecture", "reading", "pair", "desk_check"}:
        return "党员活动室"
    return "现场" if scene in {"home_visit", "counter"} else f"{group.data.teams[0]}现场"


def _stage(group: Group, index: int) -> tuple[Project, int] | None:
    projects = PROJECTS[group.data.name]
    if len(projects) == 1:
        course = ONLY_PROJECT[group.sort_order % 2]
        return (projects[0], course[index]) if index in course else None
    if index in FIRST_PROJECT:
        return projects[0], FIRST_PROJECT[index]
    return (projects[1], SECOND_PROJECT[index]) if index in SECOND_PROJECT else None


def _staged(project: Project, number: int, group: Group, branch: Branch, day: date) -> Planned:
    wordings = STAGES[number]
    # In the current month the plainest wording, that of a result, leads the board.
    stage = wordings[(group.id + number) % len(wordings)] if number != 3 else wordings[0]
    random = chance(project.title, number)
    people = _people(group, day, random)
    sisters = [other for other in branch.groups if other is not group]
    words = {**vars(project), **_words(people, group, sisters[0], day, random)}
    return Planned(
        "tackling_project", stage.title.format(**words), stage.content.format(**words), stage.outcome.format(**words),
        (project.scene, stage.scene) if stage.scene else (project.scene,), day, people[0], group,
        people=tuple((group, who) for who in people[: CIRCLE["tackling_project"]]), room=f"{project.where}现场",
    )  # fmt: skip


def branch_month(branch: Branch, month: Month, calendar: Calendar, tell: Storyteller) -> Iterator[Planned]:
    """The branch's month: the theme day that one group plans in turn, the committee's meeting, the quarter's general
    meeting, and the yearly organisation life meeting with its appraisal."""
    index = calendar.months.index(month)
    host = branch.groups[(index + branch.id) % len(branch.groups)]
    yield _theme_day(branch, host, month, calendar, tell)
    officers = _officers(branch)
    yield _of_branch("committee_meeting", branch, calendar.workday(month, 6), tell, officers, month)
    everybody = tuple(branch.members(calendar.workday(month, 15)))
    if month.month in (1, 4, 7, 10):
        yield _of_branch("general_meeting", branch, calendar.workday(month, 15), tell, everybody, month)
    if month.month == 1:
        for kind, day in (("organisation_life", 20), ("appraisal", 21)):
            held = calendar.workday(month, day)
            yield _yearly(kind, branch, held, tuple(branch.members(held)))


def _officers(branch: Branch) -> tuple[tuple[Group, Person], ...]:
    last, groups = branch.groups[-1], branch.groups
    seats = ((last, 1), (groups[0], 2), (groups[1], 2), (groups[2], 2), (groups[0], 3))
    return tuple((group, group.stays[n][0]) for group, n in seats)


def _theme_day(branch: Branch, host: Group, month: Month, calendar: Calendar, tell: Storyteller) -> Planned:
    held_on = calendar.workday(month, 18)
    story = tell.pick("theme_day", branch.id + 100_000, branch.id, month, host.data.trade)
    partners = tuple(group for group in branch.groups if group is not host)
    random = chance("theme", branch.id, month)
    people = _people(host, held_on, random)
    words = _words(people, host, partners[0], held_on, random)
    return Planned(
        "theme_day", story.title.format(**words), story.content.format(**words), story.outcome.format(**words),
        story.scenes, held_on, host.leader(held_on), host, partners, tuple(branch.members(held_on)),
        room="党员活动室", times=("14:30", "20:00"),
    )  # fmt: skip


def _of_branch(
    kind: str, branch: Branch, day: date, tell: Storyteller, people: tuple[tuple[Group, Person], ...], month: Month
) -> Planned:
    story = tell.pick(kind, branch.id + 100_000, branch.id, month, "")
    partners = () if kind == "committee_meeting" else tuple(branch.groups)
    return Planned(
        kind, story.title, story.content, story.outcome, story.scenes, day, branch.secretary, None, partners, people,
        room="党员活动室",
    )  # fmt: skip


YEARLY = {
    "organisation_life": (
        "年度组织生活会",
        "会前征求意见四十一条，逐条归到人。会上先说自己，再说别人，说事不说套话。每人带着两条以上的意见离开。",
        "意见四十一条，整改三十三条已有日期。",
    ),
    "appraisal": (
        "民主评议党员",
        "按个人自评、党员互评、民主测评的次序进行，测评当场汇总。结果由支委会研究，报厂党委。",
        "应评全评，结果报厂党委。",
    ),
}


def _yearly(kind: str, branch: Branch, day: date, people: tuple[tuple[Group, Person], ...]) -> Planned:
    title, content, outcome = YEARLY[kind]
    return Planned(
        kind, title, content, outcome, ("lecture", "meeting"), day, branch.secretary, None, tuple(branch.groups),
        people, room="党员活动室",
    )  # fmt: skip


def caption(scene: str, planned: Planned, group: Group, number: int) -> str:
    day = planned.held_on
    random = chance(scene, group.id, day, number)
    photographer = group.leader(day)
    present = [who for of, who in planned.people if of is group and who is not photographer]
    names = [who.name for who in present] or [planned.host.name]
    random.shuffle(names)
    words = {"a": names[0], "b": names[1 % len(names)], "day": f"{day.month}月{day.day}日"}
    return CAPTIONS[scene][random.randrange(len(CAPTIONS[scene]))].format(**words)
