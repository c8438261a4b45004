from flask import Blueprint, flash, render_template

from app.accounts.guard import public
from app.foundation.differences import Both
from app.gallery.forms import filled, refused

blueprint = Blueprint("gallery", __name__, url_prefix="/gallery")

ERROR_PAGES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


@blueprint.get("/")
@public()
def components() -> str:
    flash("11月版面已存好。")
    flash("有 1 张照片没有收下，原因写在照片下面。", "warning")
    return render_template(
        "gallery/components.html", form=filled(), filters=filled("filter-"), refused=refused(), error_pages=ERROR_PAGES
    )


@blueprint.get("/conflict")
@public()
def conflict() -> str:
    start = [("same", "青，是年轻的班组")]
    mine = [*start, ("ins", "，平均年龄 31 岁"), ("same", "；锋，是"), ("ins", "切丝刀口上的"), ("same", "精度。以"),
            ("del", "攻关"), ("ins", "一页纸操作法"), ("same", "带动全班。")]  # fmt: skip
    theirs = [*start, ("same", "；锋，是"), ("ins", "刀口上的"), ("same", "精度。以攻关带动全班，"), ("ins", "以品质说话"),
              ("same", "。")]  # fmt: skip
    merged = "青，是年轻的班组，平均年龄31岁；锋，是刀口上的精度。以一页纸操作法带动全班，以品质说话。"
    return render_template("gallery/conflict.html", both=Both(mine, theirs, merged))


@blueprint.get("/empty")
@public()
def empty() -> str:
    return render_template("gallery/empty.html")


@blueprint.get("/print")
@public()
def sheet() -> str:
    return render_template("gallery/print.html")


@blueprint.get("/errors/<int:code>")
@public()
def error_page(code: int) -> str:
    return render_template(f"errors/{code if code in ERROR_PAGES else 404}.html")
