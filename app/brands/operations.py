"""Acts on brands: register, write, submit, return, resolve, file, and open a new version."""

from datetime import date
from typing import Any, Protocol

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm.exc import StaleDataError

from app.audit.operations import Doer, record
from app.brands import course, glyphs, seal
from app.brands.content import COLUMNS, FACE, HUES, LISTS, UPKEEP, Content, differing, missing, values
from app.brands.course import OPEN, WRITABLE, BrandState, Step
from app.brands.models import Brand, BrandGoal, BrandTeam, BrandVersion, Goal
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, IllegalTransition, Refused
from app.foundation.places import Place
from app.organisation.models import WorkTeam


class StaleText(Conflict):
    """Somebody saved another text meanwhile; carries the version as it now stands."""

    def __init__(self, version: BrandVersion) -> None:
        super().__init__(f"{version.written_by or '别人'}刚改过同一个品牌。两份都在，什么也没有丢。")
        self.version = version


class BrandExists(Refused):
    """A branch bears one brand of its own, a group one in its branch's tree."""


class VersionOpen(Conflict):
    """The next version may start only when the one on its way has come through."""


class NotWritable(Conflict):
    """The version has left the hands of its writers."""


class Incomplete(Refused):
    """The branch can discuss a brand only when its words are there."""


class ForeignTie(Refused):
    """A goal or a team of another branch."""


def register(place: Place, content: Content, *, by: Doer, parent: Brand | None = None) -> BrandVersion:
    """The first version of a new brand, as a draft. Without a parent it is the branch's own brand."""
    _check_room_in_tree(place, parent)
    brand = Brand(
        committee_id=place.committee_id,
        branch_id=place.branch_id,
        group_id=place.group_id,
        parent_id=parent.id if parent else None,
        sort_order=_next_order(place),
        created_at=clock.now(),
    )
    db.session.add(brand)
    version = _new_version(brand, 1, by)
    _put(version, content, list(COLUMNS))
    db.session.flush()
    _tie(version, content)
    record(by, "brand.register", version, after=values(content, ["name", "slogan", "connotation"]))
    return version


def _check_room_in_tree(place: Place, parent: Brand | None) -> None:
    living = select(Brand).where(Brand.branch_id == place.branch_id, Brand.ended_on.is_(None))
    if parent is not None:
        if parent.branch_id != place.branch_id or parent.ended_on is not None:
            raise ForeignTie("上级品牌不在本支部，请重新选择。")
        if place.group_id is not None and parent.group_id != place.group_id:
            mine = living.where(Brand.group_id == place.group_id)
            if db.session.scalars(mine.limit(1)).first() is not None:
                raise BrandExists("本组已有品牌。要改名称或内涵，请在原品牌上开新版本。")
        return
    if place.group_id is not None:
        raise Refused("请先登记支部品牌，再登记党小组的微品牌。")
    if db.session.scalars(living.where(Brand.parent_id.is_(None)).limit(1)).first() is not None:
        raise BrandExists("本支部已有支部品牌。要改名称或内涵，请在原品牌上开新版本。")


def _next_order(place: Place) -> int:
    last = db.session.scalar(select(func.max(Brand.sort_order)).where(Brand.branch_id == place.branch_id))
    return 0 if last is None else last + 1


def _new_version(brand: Brand, number: int, by: Doer) -> BrandVersion:
    now = clock.now()
    version = BrandVersion(
        committee_id=brand.committee_id,
        number=number,
        state=BrandState.DRAFT,
        written_by=by.name[:40],
        created_at=now,
        updated_at=now,
    )
    brand.versions.append(version)
    return version


def _put(version: BrandVersion, content: Content, names: list[str]) -> None:
    for name in names:
        value = getattr(content, name)
        setattr(version, name, list(value) if name in LISTS else value)
    if not version.outlines or {"name", "seal_shape", "seal_reads_across"} & set(names):
        shape = seal.Shape(content.seal_shape) if content.seal_shape else None
        drawing = seal.draw(version.name, glyphs.outline, shape, across=content.seal_reads_across)
        version.outlines = drawing.as_dict()
    if not version.hue and version.brand.parent_id is not None:
        version.hue = _free_hue(version.brand)


def _free_hue(brand: Brand) -> str:
    """The first hue that no sister bears; the branch brand bears none, it prints in ink."""
    taken = set(
        db.session.scalars(
            select(BrandVersion.hue)
            .join(Brand, Brand.id == BrandVersion.brand_id)
            .where(Brand.branch_id == brand.branch_id, Brand.id != brand.id)
        )
    )
    free = [hue for hue in HUES if hue not in taken]
    return free[0] if free else list(HUES)[brand.sort_order % len(HUES)]


def _tie(version: BrandVersion, content: Content) -> None:
    """Bind the version to its goals and teams, which must be the branch's own."""
    branch_id = version.brand.branch_id
    goals = _own(select(Goal.id).where(Goal.branch_id == branch_id, Goal.id.in_(content.goal_ids)), content.goal_ids)
    teams = _own(
        select(WorkTeam.id).where(WorkTeam.branch_id == branch_id, WorkTeam.id.in_(content.team_ids)), content.team_ids
    )
    db.session.execute(delete(BrandGoal).where(BrandGoal.brand_version_id == version.id))
    db.session.execute(delete(BrandTeam).where(BrandTeam.brand_version_id == version.id))
    key = {"brand_version_id": version.id, "committee_id": version.committee_id}
    db.session.add_all([BrandGoal(goal_id=goal, **key) for goal in goals])
    db.session.add_all([BrandTeam(team_id=team, **key) for team in teams])
    db.session.flush()


def _own(statement: Select[int], asked: tuple[int, ...]) -> list[int]:
    if not asked:
        return []
    found = sorted(db.session.scalars(statement))
    if len(found) != len(set(asked)):
        raise ForeignTie("所选的目标或班组不属于本支部，请重新选择。")
    return found


# ---------------------------------------------------------------- writing


def write(version: BrandVersion, content: Content, *, expected: int, by: Doer) -> list[str]:
    """Change a draft, all fields; answers the names of the changed ones. `expected` is the version the writer saw."""
    _check_unchanged(version, expected)
    if version.state not in WRITABLE:
        raise NotWritable("这一版已提交，内容不能再改。请等研究结果，或请支部退回。")
    return _change(version, content, list(COLUMNS), "brand.write", by)


def keep_up(version: BrandVersion, content: Content, *, expected: int, by: Doer) -> list[str]:
    """Bring a version in force up to date: carriers, results and so on, never its face."""
    _check_unchanged(version, expected)
    if version.state in OPEN:
        raise NotWritable("这一版还没有确定，请在起草页面修改。")
    return _change(version, content, list(UPKEEP), "brand.keep-up", by)


def _check_unchanged(version: BrandVersion, expected: int) -> None:
    if version.version != expected:
        raise StaleText(version)


def _change(version: BrandVersion, content: Content, allowed: list[str], act: str, by: Doer) -> list[str]:
    before = _now(version)
    ties = ["goal_ids", "team_ids"]
    changed = [name for name in differing(before, content) if name in (*allowed, *ties)]
    if not changed:
        return []
    try:
        _put(version, content, [name for name in changed if name in allowed])
        if set(changed) & set(ties):
            _tie(version, content)
        version.written_by = by.name[:40]
        version.updated_at = clock.now()
        record(by, act, version, before=values(before, changed), after=values(content, changed))
    except StaleDataError as error:  # PostgreSQL lets two writers read the same version; the second to write is here
        db.session.rollback()
        raise StaleText(version) from error
    return changed


def _now(version: BrandVersion) -> Content:
    plain: dict[str, Any] = {name: getattr(version, name) for name in COLUMNS}
    plain.update({name: tuple(plain[name]) for name in LISTS})
    goals = select(BrandGoal.goal_id).where(BrandGoal.brand_version_id == version.id).order_by(BrandGoal.goal_id)
    teams = select(BrandTeam.team_id).where(BrandTeam.brand_version_id == version.id).order_by(BrandTeam.team_id)
    return Content(**plain, goal_ids=tuple(db.session.scalars(goals)), team_ids=tuple(db.session.scalars(teams)))


def revise(brand: Brand, reason: str, *, by: Doer) -> BrandVersion:
    """Open the next version as a copy of the one in force; the reason is kept with it."""
    last = brand.versions[-1]
    if last.state in OPEN:
        raise VersionOpen(f"第{last.number}版还在办理（{last.state.label}），办完再开新版本。")
    content = _now(last)
    version = _new_version(brand, last.number + 1, by)
    version.reason = reason
    _put(version, content, list(COLUMNS))
    version.outlines = dict(last.outlines)
    db.session.flush()
    _tie(version, content)
    record(by, "brand.revise", version, after={"number": version.number, "reason": reason})
    return version


def discard(version: BrandVersion, *, by: Doer) -> None:
    """Throw a draft away; a brand that never had another version goes with it."""
    if version.state not in WRITABLE:
        raise NotWritable("只有起草中的版本可以撤掉。")
    brand = version.brand
    record(by, "brand.discard", version, before={"name": version.name, "connotation": version.connotation})
    if version.number == 1:
        db.session.delete(brand)
    else:
        brand.versions.remove(version)
    db.session.flush()


# ---------------------------------------------------------------- the course


def submit(version: BrandVersion, *, by: Doer) -> None:
    lacking = missing(_now(version))
    if lacking:
        raise Incomplete(f"还缺{'、'.join(lacking)}，补上再提交支部研究。")
    if version.number > 1 and not _face_changed(version):
        raise Incomplete("名称、口号、内涵和印章都没有变。只更新载体、成效等内容，不用开新版本。")
    _step(version, Step.SUBMIT, by)


def _face_changed(version: BrandVersion) -> bool:
    older = next(v for v in reversed(version.brand.versions) if v.number < version.number)
    return any(getattr(version, name) != getattr(older, name) for name in FACE)


class Return(Protocol):
    """Handing a version back with a reason, by the branch or by the committee."""

    def __call__(self, version: BrandVersion, reason: str, *, by: Doer) -> None: ...


def return_to_writers(version: BrandVersion, reason: str, *, by: Doer) -> None:
    """The branch hands back what was submitted."""
    _step(version, Step.RETURN, by, reason=reason)
    version.return_reason = reason


def return_to_branch(version: BrandVersion, reason: str, *, by: Doer) -> None:
    """The committee hands back what the branch resolved. The version then was never in force, for any day."""
    _step(version, Step.SEND_BACK, by, reason=reason)
    version.return_reason = reason
    version.in_force_from = None
    version.approved_at = None


def approve(version: BrandVersion, *, by: Doer, decision: str = "", on: date | None = None) -> None:
    """The branch has resolved: in force from `on` (today). Only the first version may begin in the past, as brands
    are older than their registration; a later one would change what past months show."""
    today = clock.today()
    begins = on or today
    before = [v.in_force_from for v in version.brand.versions if v.number < version.number and v.in_force_from]
    if begins > today:
        raise Refused("启用日期不能晚于今天。")
    if before and begins < max(before):
        raise Refused("启用日期不能早于上一版的启用日期。")
    _step(version, Step.APPROVE, by, decision=decision, in_force_from=begins)
    version.decision = decision
    version.return_reason = ""
    version.in_force_from = begins
    version.approved_at = clock.now()


def file(version: BrandVersion, *, by: Doer, note: str = "") -> None:
    _step(version, Step.FILE, by, note=note)
    version.filing_note = note
    version.filed_at = clock.now()


def _step(version: BrandVersion, step: Step, by: Doer, **told: object) -> None:
    to = course.after(version.state, step)
    if to is None:
        raise IllegalTransition(f"这一版现在是“{version.state.label}”，不能{step.label}。")
    before = version.state
    version.state = to
    version.updated_at = clock.now()
    record(by, f"brand.{step.value}", version, before={"state": before}, after={"state": to, **told})
