"""Pages to read: the committee's list, a branch's face, a brand and its versions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.actor import Actor
from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.brands import radiation, seal
from app.brands import tree_queries as trees
from app.brands import version_queries as versions
from app.brands.content import LABELS
from app.brands.course import OPEN, WRITABLE, BrandState, Step
from app.brands.diagram import Note, Radiation, Ray, SealImage, Tie, TieKind
from app.brands.forms import FilingForm, ReasonForm, ResolutionForm
from app.brands.indicator_courses import COURSE_SOURCE, IndicatorCourse
from app.brands.models import Brand, BrandVersion
from app.brands.month_column import MONTH_SOURCE, GroupMonth
from app.brands.queries import BrandFace, sprite
from app.brands.tree_queries import BranchHead, TreeLine
from app.brands.wording import Hint, Words, hints
from app.foundation import charts, clock, differences
from app.foundation.paging import page_of, requested_key
from app.foundation.periods import Month
from app.foundation.places import Place

blueprint = Blueprint("brands", __name__)

LONGEST_NOTE = 12


# ---------------------------------------------------------------- the list


@blueprint.get("/brands")
@allow(Permission.BRAND_READ)
def index() -> ResponseReturnValue:
    """The branches in reach; whoever has but one goes straight to its face."""
    actor = current()
    places = _places(actor)
    if len(places) == 1 and places[0].branch_id is not None:
        return redirect(url_for("brands.branch_page", branch_id=places[0].branch_id))
    day = clock.today()
    page = page_of(trees.branch_lines(places, day, _key()), trees.BRANCHES_A_PAGE, lambda b: f"{b.sort_order}.{b.id}")
    waiting = trees.waiting({place.committee_id for place in places}, [BrandState.APPROVED])
    return render_template(
        "brands/index.html",
        page=page,
        waiting=[line for line in waiting if actor.may(Permission.BRAND_FILE, line)],
        sprite=sprite(line.face for line in page.rows if line.face),
        day=day,
    )


def _places(actor: Actor) -> list[Place]:
    """Whole committees (nested ones too) and single branches that the reader's grants reach, each once."""
    places: dict[Place, None] = {}
    for grant in actor.grants:
        if grant.role in {Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR}:
            continue
        if grant.place.branch_id is None:
            places.update({Place(number): None for number in sorted(grant.committees)})
        else:
            places[Place(grant.place.committee_id, grant.place.branch_id)] = None
    return list(places)


def _key() -> tuple[int, int] | None:
    order, _, number = (requested_key() or "").partition(".")
    try:
        return int(order), int(number)
    except ValueError:
        return None


# ---------------------------------------------------------------- a branch's face


@blueprint.get("/branches/<int:branch_id>")
@allow(Permission.BRAND_READ, trees.branch_head)
def branch_page(branch: BranchHead) -> ResponseReturnValue:
    actor = current()
    lines = trees.tree(branch.id, branch.day)
    top = next((line for line in lines if line.parent_id is None), None)
    faces = {line.id: line.face for line in lines if line.face is not None}
    rays = _rays(lines, top.id if top else None)
    month = Month.of(branch.day)
    return render_template(
        "brands/branch.html",
        branch=branch,
        top=top,
        rays=rays,
        micro_count=sum(1 for line in lines if line.face is not None and line.parent_id is not None),
        diagram=_diagram(branch, top, rays),
        goals_are_drawn=len(rays) == 4 and _goals_note(branch.goals) is not None,
        sprite=sprite(faces.values()),
        faces_by_group={line.group_id: line.face for line in reversed(lines) if line.group_id and line.face},
        group_ids_with_brand={line.group_id for line in lines if line.group_id},
        under_way=[line for line in lines if _shows_way(actor, branch, line)],
        months=_months(branch, month, actor),
        charts=charts,
        month=month,
        may_write=actor.may(Permission.BRAND_WRITE, branch),
        may_write_group={
            line.id: actor.may(Permission.BRAND_WRITE, Place(branch.committee_id, branch.id, line.id))
            for line in branch.groups
        },
        may_set_goals=actor.may(Permission.GOAL_WRITE, branch),
    )


def _shows_way(actor: Actor, branch: BranchHead, line: TreeLine) -> bool:
    """Versions on their way are shown to those who write, resolve or file them."""
    place = Place(branch.committee_id, branch.id, line.group_id)
    return line.newest_state is not BrandState.FILED and may_see_drafts(actor, place)


def may_see_drafts(actor: Actor, place: Place) -> bool:
    return any(
        actor.may(permission, place)
        for permission in (Permission.BRAND_WRITE, Permission.BRAND_APPROVE, Permission.BRAND_FILE)
    )


def _image(face: BrandFace) -> SealImage:
    drawing = face.drawing or seal.Drawing("", seal.CELL, seal.CELL, "", "")
    body = f'<use href="#{face.symbol_id}"/>'
    return SealImage(drawing.width, drawing.height, seal.view_box(drawing), body)


def _rays(lines: Sequence[TreeLine], parent_id: int | None) -> tuple[Ray, ...]:
    """The brands in force below `parent_id`; a brand whose parent is not in force stands with its grandparent."""
    in_force = {line.id for line in lines if line.face is not None}
    parents = {line.id: line.parent_id for line in lines}

    def stands_under(line: TreeLine) -> int | None:
        above = line.parent_id
        while above is not None and above != parent_id and above not in in_force:
            above = parents.get(above)
        return above

    found = []
    for line in lines:
        if line.face is None or line.id == parent_id or stands_under(line) != parent_id:
            continue
        found.append(_ray(line, line.face, _rays_below(lines, line.id)))
    return tuple(found)


def _rays_below(lines: Sequence[TreeLine], parent_id: int) -> tuple[Ray, ...]:
    return _rays(lines, parent_id) if any(line.parent_id == parent_id for line in lines) else ()


def _ray(line: TreeLine, face: BrandFace, below: tuple[Ray, ...]) -> Ray:
    ties = [Tie(TieKind.INDICATOR, text) for text in line.indicators]
    ties += [Tie(TieKind.CARRIER, text) for text in line.carriers]
    href = url_for("brands.brand_page", brand_id=line.id)
    return Ray(face.name, line.group_name, face.hue_class, _image(face), tuple(ties), below, href=href)


def _diagram(branch: BranchHead, top: TreeLine | None, rays: tuple[Ray, ...]) -> Markup:
    if top is None or top.face is None:
        return Markup()
    goals, safeguard = _goals_note(branch.goals), _first_clause(top.mechanism)
    right = Note("保障机制", (safeguard,)) if 0 < len(safeguard) <= LONGEST_NOTE else None
    picture = Radiation(top.face.name, _image(top.face), rays, goals, right)
    return Markup(radiation.draw(picture))  # noqa: S704 - every word of it is escaped there


def _goals_note(goals: tuple[str, ...]) -> Note | None:
    """Short goals on one line; longer ones on up to four, as far as the room beside the rays goes."""
    if not goals or len(goals) > 4 or max(map(len, goals)) > LONGEST_NOTE:
        return None
    joined = "、".join(goals)
    return Note("支部年度目标", (joined,) if len(joined) <= LONGEST_NOTE else goals)


def _first_clause(text: str) -> str:
    return re.split(r"[：，；。\n]", text, maxsplit=1)[0].strip()


def _months(branch: BranchHead, month: Month, actor: Actor) -> Mapping[int, GroupMonth]:
    """What the features above tell of the groups' month; nothing when none is installed."""
    source = current_app.extensions.get(MONTH_SOURCE)
    return source(branch.place, month, actor) if source else {}


# ---------------------------------------------------------------- a brand


@dataclass(frozen=True)
class TimelineEntry:
    """A version in the timeline, newest first."""

    version: BrandVersion
    in_force: bool


@blueprint.get("/brands/<int:brand_id>")
@allow(Permission.BRAND_READ, versions.brand)
def brand_page(brand: Brand) -> ResponseReturnValue:
    """The version in force; before the first, the one on its way for those who work on it."""
    shown = in_force(brand) or brand.versions[-1]
    return _brand_page(brand, shown)


@blueprint.get("/brands/<int:brand_id>/versions/<int:number>")
@allow(Permission.BRAND_READ, versions.brand)
def version_page(brand: Brand, number: int) -> ResponseReturnValue:
    shown = next((version for version in brand.versions if version.number == number), None)
    if shown is None:
        abort(404)
    return _brand_page(brand, shown)


def in_force(brand: Brand) -> BrandVersion | None:
    """The version in force today."""
    today = clock.today()
    return next((v for v in reversed(brand.versions) if v.in_force_from is not None and v.in_force_from <= today), None)


def _brand_page(brand: Brand, shown: BrandVersion, status: int = 200, **forms: object) -> ResponseReturnValue:
    actor = current()
    insider = may_see_drafts(actor, brand.place)
    if shown.in_force_from is None and not insider:
        abort(404)
    around = versions.surroundings(brand.place)
    tied = [tie for tie in versions.ties(brand.place, shown.id, clock.today().year, clock.today()) if tie.tied]
    present = in_force(brand)
    older = next((v for v in reversed(brand.versions) if v.number < shown.number and v.in_force_from), None)
    page = render_template(
        "brands/brand.html",
        brand=brand,
        shown=shown,
        face=versions.face_of(shown),
        present=present,
        open_version=brand.versions[-1] if insider and brand.versions[-1].state in OPEN else None,
        timeline=[
            TimelineEntry(version, version is present)
            for version in reversed(brand.versions)
            if insider or version.in_force_from is not None
        ],
        changes=_face_changes(older, shown) if older is not None else [],
        older=older,
        around=around,
        tied=tied,
        courses=_courses(brand, shown),
        hints=_hints(shown, around, brand.id) if insider and shown.state in OPEN else [],
        acts=_acts(actor, shown),
        labels=LABELS,
        today=clock.today(),
        **{"return_form": ReasonForm(), "resolution": ResolutionForm(), "filing": FilingForm(), **forms},
    )
    return page, status


def _courses(brand: Brand, shown: BrandVersion) -> list[IndicatorCourse]:
    """Of what the version names, as far as its group is measured by it; nothing when no feature above tells."""
    source = current_app.extensions.get(COURSE_SOURCE)
    if source is None or brand.group_id is None or not shown.indicators:
        return []
    found: list[IndicatorCourse] = source(
        brand.place, tuple(shown.indicators), Month.of(clock.today()), versions.face_of(shown).hue_class
    )
    return found


def refused_page(version: BrandVersion, **forms: object) -> ResponseReturnValue:
    """The page again, with what was typed and what is wrong with it."""
    return _brand_page(version.brand, version, 422, **forms)


def _face_changes(older: BrandVersion, newer: BrandVersion) -> list[tuple[str, list[differences.Piece]]]:
    return [
        (LABELS[name], differences.changes(getattr(older, name), getattr(newer, name)))
        for name in ("name", "slogan", "connotation")
        if getattr(older, name) != getattr(newer, name)
    ]


def _hints(version: BrandVersion, around: versions.Surroundings, brand_id: int) -> list[Hint]:
    words = Words(version.name, version.slogan, version.connotation, tuple(version.carriers), tuple(version.indicators))
    return hints(words, around.siblings_of(brand_id))


def _acts(actor: Actor, version: BrandVersion) -> set[str]:
    """What this reader may do with the version as it stands; only the newest one moves."""
    if version is not version.brand.versions[-1]:
        return set()
    place, state = version.place, version.state
    acts: set[str] = set()
    if actor.may(Permission.BRAND_WRITE, place):
        acts |= {"edit", Step.SUBMIT, "discard"} if state in WRITABLE else set()
        acts |= {"keep-up"} if state not in OPEN else set()
        acts |= {"revise"} if state not in OPEN else set()
    if actor.may(Permission.BRAND_APPROVE, place) and state is BrandState.SUBMITTED:
        acts |= {Step.APPROVE, Step.RETURN}
    if actor.may(Permission.BRAND_FILE, place) and state is BrandState.APPROVED:
        acts |= {Step.FILE, Step.SEND_BACK}
    return {str(act) for act in acts}
