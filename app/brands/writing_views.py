"""Pages to write: a new brand, its drafts, its next version; the live preview of the seal."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.brands import glyphs, operations, seal
from app.brands import tree_queries as trees
from app.brands import version_queries as versions
from app.brands.content import HUES, LABELS, UPKEEP, Content, differing
from app.brands.course import WRITABLE
from app.brands.forms import BrandForm, ReasonForm
from app.brands.models import Brand, BrandVersion
from app.brands.queries import BrandFace
from app.brands.tree_queries import BranchHead
from app.brands.tree_views import blueprint, in_force
from app.brands.version_queries import Surroundings, Tie
from app.brands.wording import Hint, Words, hints
from app.foundation import clock, differences
from app.foundation.errors import Refused
from app.foundation.places import Place
from app.organisation.models import Branch, PartyGroup

LONGEST_PREVIEW = 600
SHORT_TEXT = 24  # up to here two wordings exclude each other; joining them would make nonsense


def _words(content: Content) -> Words:
    return Words(content.name, content.slogan, content.connotation, content.carriers, content.indicators)


def _choices(content: Content) -> list[tuple[str, BrandFace]]:
    """The name in every shape, for choosing by eye."""
    return [(shape.label, _face(replace(content, seal_shape=shape.value))) for shape in seal.Shape]


def _face(content: Content) -> BrandFace:
    shape = seal.Shape(content.seal_shape) if content.seal_shape in set(seal.Shape) else None
    drawing = seal.draw(content.name, glyphs.outline, shape, across=content.seal_reads_across)
    hue = content.hue if content.hue in HUES else ""
    return BrandFace(0, None, content.name, content.slogan, content.connotation, hue, drawing.as_dict())


def _page(
    form: BrandForm, content: Content, around: Surroundings, place: Place, *, brand: Brand | None = None,
    version: BrandVersion | None = None, refused: str = "", status: int = 200,
) -> ResponseReturnValue:  # fmt: skip
    page = render_template(
        "brands/form.html",
        form=form,
        brand=brand,
        version=version,
        face=_face(content) if content.name.strip() else None,
        choices=_choices(content) if content.name.strip() and "name" in form else [],
        hints=hints(_words(content), around.siblings_of(brand.id if brand else None)),
        around=around,
        place=place,
        keeps_face="name" not in form,
        refused=refused,
    )
    return page, status


# ---------------------------------------------------------------- new


@blueprint.route("/branches/<int:branch_id>/brands/new", methods=["GET", "POST"])
@allow(Permission.BRAND_WRITE, versions.branch)
def new_branch_brand(branch: Branch) -> ResponseReturnValue:
    return _new(branch.place)


@blueprint.route("/groups/<int:group_id>/brands/new", methods=["GET", "POST"])
@allow(Permission.BRAND_WRITE, versions.group)
def new_group_brand(group: PartyGroup) -> ResponseReturnValue:
    return _new(group.place)


def _new(place: Place) -> ResponseReturnValue:
    around = versions.surroundings(place)
    form = BrandForm(request.form if request.method == "POST" else None)
    form.offer(versions.ties(place, None, clock.today().year, clock.today()))
    _offer_parents(form, place, around)
    if request.method != "POST":
        start = Content("", owner=around.group_name or around.branch_name, responsible=current().name)
        form.fill(start)
        return _page(form, start, around, place)
    content = form.content(Content(""))
    if "preview" in request.form:
        return _page(form, content, around, place)
    if not form.validate():
        return _page(form, content, around, place, status=422)
    parent = versions.brand(form.parent.data) if "parent" in form else None
    try:
        version = operations.register(place, content, by=current(), parent=parent)
    except Refused as refusal:
        return _page(form, content, around, place, refused=refusal.message, status=refusal.status)
    flash("已存为草稿。补齐内涵、特色和负责人后可提交支部研究。")
    return redirect(url_for("brands.version_page", brand_id=version.brand_id, number=1))


def _offer_parents(form: BrandForm, place: Place, around: Surroundings) -> None:
    """A branch's first brand has no parent; later ones hang below the branch brand unless another is chosen."""
    parents = [n for n in around.neighbours if n.group_id is None or n.group_id == place.group_id]
    if parents:
        form.parent.choices = [SelectChoice(n.id, n.name) for n in parents]
    else:
        del form.parent


# ---------------------------------------------------------------- drafts, and keeping up


@blueprint.route("/brands/<int:brand_id>/edit", methods=["GET", "POST"])
@allow(Permission.BRAND_WRITE, versions.brand)
def edit(brand: Brand) -> ResponseReturnValue:
    """The draft on its way with all fields; otherwise what may be kept up of the version in force."""
    version = _edited(brand)
    around = versions.surroundings(brand.place)
    tied = versions.ties(brand.place, version.id, clock.today().year, clock.today())
    saved = versions.content_of(version, tied)
    form = BrandForm(request.form if request.method == "POST" else None)
    del form.parent
    if version.state not in WRITABLE:
        form.keep_face()
    form.offer(tied)
    if request.method != "POST":
        form.fill(saved)
        form.version.data = str(version.version)
        return _page(form, saved, around, brand.place, brand=brand, version=version)
    content = form.content(saved)
    if "preview" in request.form:
        return _page(form, content, around, brand.place, brand=brand, version=version)
    if not form.validate():
        return _page(form, content, around, brand.place, brand=brand, version=version, status=422)
    return _save(version, content, form, tied, around)


def _edited(brand: Brand) -> BrandVersion:
    """A submitted version rests; meanwhile the one in force may be kept up."""
    newest = brand.versions[-1]
    return newest if newest.state in WRITABLE else in_force(brand) or newest


def _save(
    version: BrandVersion, content: Content, form: BrandForm, tied: list[Tie], around: Surroundings
) -> ResponseReturnValue:
    act = operations.write if version.state in WRITABLE else operations.keep_up
    try:
        changed = act(version, content, expected=form.seen_version, by=current())
    except operations.StaleText:
        return _conflict(version, content, form, tied)
    except Refused as refusal:
        return _page(
            form, content, around, version.place, brand=version.brand, version=version, refused=refusal.message,
            status=refusal.status,
        )  # fmt: skip
    flash("已保存。" if changed else "没有改动。")
    return redirect(url_for("brands.version_page", brand_id=version.brand_id, number=version.number))


def _conflict(version: BrandVersion, mine: Content, form: BrandForm, tied: list[Tie]) -> ResponseReturnValue:
    """Both texts, field by field; the second person chooses. Nothing is stored."""
    theirs = versions.content_of(version, tied)
    names = [name for name in differing(mine, theirs) if name in form]
    texts = [
        name
        for name in names
        if isinstance(_plain(getattr(mine, name)), str) and name in {*UPKEEP, "name", "slogan", "connotation"}
    ]
    page = render_template(
        "brands/conflict.html",
        version=version,
        form=form,
        texts=[_two_texts(name, _plain(getattr(mine, name)), _plain(getattr(theirs, name))) for name in texts],
        others=[LABELS[name] for name in names if name not in texts],
        fields=_typed_fields(form),
    )
    return page, 409


def _two_texts(name: str, mine: str, theirs: str) -> dict[str, object]:
    is_long, found = max(len(mine), len(theirs)) > SHORT_TEXT, differences.both(mine, theirs)
    return {
        "name": name,
        "label": LABELS[name],
        "both": found,
        "merged": found.merged if is_long else mine,
        "note": "两边新加的都留着，请删去不要的" if is_long else "先放了你的，可以改",
    }


def _plain(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)


def _typed_fields(form: BrandForm) -> list[tuple[str, str]]:
    """Everything typed, as hidden fields carry it."""
    return [
        (name, value) for name, values in request.form.lists() for value in values if name in form and name != "version"
    ]


# ---------------------------------------------------------------- the next version


@blueprint.route("/brands/<int:brand_id>/revise", methods=["GET", "POST"])
@allow(Permission.BRAND_WRITE, versions.brand)
def revise(brand: Brand) -> ResponseReturnValue:
    form = ReasonForm(request.form if request.method == "POST" else None)
    if request.method != "POST" or not form.validate():
        page = render_template("brands/revise.html", brand=brand, form=form, present=in_force(brand))
        return page, 200 if request.method != "POST" else 422
    version = operations.revise(brand, form.reason.data or "", by=current())
    flash(f"第{version.number}版已开，原版照常使用，直到支部确定新版。")
    return redirect(url_for("brands.edit", brand_id=brand.id))


@blueprint.post("/brands/<int:brand_id>/discard")
@allow(Permission.BRAND_WRITE, versions.brand)
def discard(brand: Brand) -> ResponseReturnValue:
    version, only = brand.versions[-1], len(brand.versions) == 1
    operations.discard(version, by=current())
    flash("草稿已撤掉。")
    if only:
        return redirect(url_for("brands.branch_page", branch_id=brand.branch_id))
    return redirect(url_for("brands.brand_page", brand_id=brand.id))


# ---------------------------------------------------------------- preview


@blueprint.get("/branches/<int:branch_id>/seal-preview")
@allow(Permission.BRAND_READ, trees.branch_head)
def preview(branch: BranchHead) -> ResponseReturnValue:
    """The seal and the hints for words that are still being typed: a piece of page for brands.js."""
    content = Content(
        request.args.get("name", "")[:20],
        slogan=request.args.get("slogan", "")[:60],
        connotation=request.args.get("connotation", "")[:LONGEST_PREVIEW],
        seal_shape=request.args.get("seal_shape", ""),
        seal_reads_across="seal_reads_across" in request.args,
        hue=request.args.get("hue", ""),
    )
    around = versions.surroundings(branch.place)
    own = request.args.get("brand", "")
    found: list[Hint] = hints(
        _words(content), around.siblings_of(int(own) if own.isdigit() and len(own) < 10 else None)
    )
    page = render_template(
        "brands/preview.html",
        face=_face(content) if content.name.strip() else None,
        choices=_choices(content) if content.name.strip() else [],
        hints=[hint for hint in found if hint.field in {"name", "slogan", "connotation"}],
    )
    return page, {"X-Fragment": "1"}
