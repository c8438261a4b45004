"""Brands through their real course: registered, submitted, resolved by the branch, filed with the committee."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from app.audit.operations import Doer
from app.brands import goal_operations, version_queries
from app.brands import operations as brands
from app.brands.content import Content
from app.brands.goal_operations import GoalLine
from app.brands.models import Brand, BrandVersion, Goal
from app.demo.calendar import Calendar, at
from app.demo.factory import BrandWords
from app.demo.house import Branch, Group, House
from app.demo.timeline import Timeline
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation import models

DAY = timedelta(days=1)


def set_goals(house: House, calendar: Calendar) -> None:
    """The same goals for every year shown; brands and activities of a year serve that year's."""
    years = sorted({month.year for month in calendar.months} | {calendar.founded.year})
    for branch in house.branches:
        row = db.session.get_one(models.Branch, branch.id)
        for year in years:
            lines = [GoalLine(title) for title in branch.data.goals]
            goal_operations.set_goals(row, year, lines, by=branch.secretary)
            db.session.flush()
            wanted = select(Goal.id).where(Goal.branch_id == branch.id, Goal.year == year).order_by(Goal.sort_order)
            branch.goal_ids[year] = list(db.session.scalars(wanted))


def register_all(house: House, calendar: Calendar, founding: Timeline, timeline: Timeline) -> None:
    day = calendar.founded + 30 * DAY
    for branch in house.branches:
        _founding_of(house, calendar, branch, founding, at(day, 9))
    revised = Month.of(calendar.today).shift(-5).first + 9 * DAY
    group = house.branches[0].groups[1]
    timeline.add(at(revised, 15), lambda: _revise(house, group))
    young = house.branches[0].groups[2]
    waiting = max(calendar.today - 6 * DAY, calendar.months[-1].previous().first)
    timeline.add(at(waiting, 16), lambda: _propose(young))


def _founding_of(house: House, calendar: Calendar, branch: Branch, founding: Timeline, moment: datetime) -> None:
    founding.add(moment, lambda: _register_branch(house, calendar, branch))


def _register_branch(house: House, calendar: Calendar, branch: Branch) -> None:
    year = calendar.founded.year
    root = _through(house, branch, branch.data.brand, branch.place, None, year, by=branch.secretary)
    for group in branch.groups:
        leader = group.leaders[0][0]
        brand = _through(house, branch, group.data.brand, group.place, root, year, by=leader, group=group)
        group.brand_id = brand.id
        for words in group.data.sub_brands:
            # A brand below the group's own stands in the branch's tree: the group keeps one face.
            _through(house, branch, words, branch.place, brand, year, by=leader, group=group)


def _through(
    house: House, branch: Branch, words: BrandWords, place: Place, parent: Brand | None, year: int,
    *, by: Doer, group: Group | None = None,
) -> Brand:  # fmt: skip
    content = Content(
        name=words.name, slogan=words.slogan, connotation=words.connotation, trait=words.trait,
        carriers=words.carriers, measures=words.measures, mechanism=words.mechanism, results=words.results,
        influence=words.influence, indicators=words.indicators,
        owner=group.data.name if group else branch.data.name, responsible=by.name,
        hue=words.hue if parent is not None else "",
        seal_shape=words.seal_shape,
        goal_ids=tuple(branch.goal_ids[year][: 2 if group else 4]),
        team_ids=group.team_ids if group else (),
    )  # fmt: skip
    version = brands.register(place, content, by=by, parent=parent)
    brands.submit(version, by=by)
    brands.approve(version, by=branch.secretary, decision="党员大会讨论确定")
    brands.file(version, by=house.committee, note="示例备案")
    db.session.flush()
    return version.brand


def _revise(house: House, group: Group) -> None:
    """A second version with its reason: the first one stays what past months show."""
    brand = db.session.get_one(Brand, group.brand_id)
    leader, branch = group.leaders[-1][0], house.branches[0]
    version = brands.revise(brand, "乙班来了四名新人，内涵补上接手艺这一层，口号随之调整。", by=leader)
    _reword(version, "青出于蓝，锋在工序", group.data.brand.connotation + "接得住，还要传得下去。", by=leader)
    brands.submit(version, by=leader)
    brands.approve(version, by=branch.secretary, decision="党员大会讨论确定")
    brands.file(version, by=house.committee, note="示例备案")


def _propose(group: Group) -> None:
    """A new wording that waits for the branch."""
    leader = group.leaders[-1][0]
    version = brands.revise(
        db.session.get_one(Brand, group.brand_id), "三个班组提了十一条意见，口号改得更实。", by=leader
    )
    _reword(version, "众人一条心，有障当班清", group.data.brand.connotation, by=leader)
    brands.submit(version, by=leader)


def _reword(version: BrandVersion, slogan: str, connotation: str, *, by: Doer) -> None:
    db.session.flush()
    today = clock.today()
    tied = version_queries.ties(version.place, version.id, today.year, today)
    content = replace(version_queries.content_of(version, tied), slogan=slogan, connotation=connotation)
    brands.write(version, content, expected=version.version, by=by)
