"""The steps of a version: submitted by the group, resolved by the branch, filed by the committee."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.brands import operations
from app.brands import version_queries as versions
from app.brands.forms import FilingForm, ReasonForm, ResolutionForm
from app.brands.models import Brand
from app.brands.tree_views import blueprint, refused_page
from app.foundation.errors import Conflict, Refused


def _back(brand: Brand, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("brands.version_page", brand_id=brand.id, number=brand.versions[-1].number))


@blueprint.post("/brands/<int:brand_id>/submit")
@allow(Permission.BRAND_WRITE, versions.brand)
def submit(brand: Brand) -> ResponseReturnValue:
    try:
        operations.submit(brand.versions[-1], by=current())
    except Conflict:
        raise
    except Refused as refusal:
        return refused_page(brand.versions[-1], refused=refusal.message)
    return _back(brand, "已提交，等支部研究。")


@blueprint.post("/brands/<int:brand_id>/approve")
@allow(Permission.BRAND_APPROVE, versions.brand)
def approve(brand: Brand) -> ResponseReturnValue:
    version = brand.versions[-1]
    form = ResolutionForm(request.form)
    if not form.validate():
        return refused_page(version, resolution=form)
    first = version.number == 1
    try:
        operations.approve(
            version, by=current(), decision=form.decision.data or "", on=form.begins_on.data if first else None
        )
    except Conflict:
        raise
    except Refused as refusal:
        form.refuse(refusal.message, form.begins_on)
        return refused_page(version, resolution=form)
    return _back(brand, f"支部已确定，自{version.in_force_from}起使用，并报党委备案。")


@blueprint.post("/brands/<int:brand_id>/return")
@allow(Permission.BRAND_APPROVE, versions.brand)
def send_back(brand: Brand) -> ResponseReturnValue:
    return _return(brand, operations.return_to_writers)


@blueprint.post("/brands/<int:brand_id>/committee-return")
@allow(Permission.BRAND_FILE, versions.brand)
def committee_return(brand: Brand) -> ResponseReturnValue:
    return _return(brand, operations.return_to_branch)


def _return(brand: Brand, act: "operations.Return") -> ResponseReturnValue:
    version = brand.versions[-1]
    form = ReasonForm(request.form)
    if not form.validate():
        return refused_page(version, return_form=form)
    act(version, form.reason.data or "", by=current())
    return _back(brand, "已退回，理由写在这一版上。")


@blueprint.post("/brands/<int:brand_id>/file")
@allow(Permission.BRAND_FILE, versions.brand)
def file(brand: Brand) -> ResponseReturnValue:
    form = FilingForm(request.form)
    if not form.validate():
        return refused_page(brand.versions[-1], filing=form)
    operations.file(brand.versions[-1], by=current(), note=form.note.data or "")
    return _back(brand, "已备案。")
