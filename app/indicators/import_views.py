"""A table of values in and out: template with what stands there, upload, look, confirm."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.accounts.guard import allow, current, judge_again
from app.accounts.permissions import Permission
from app.audit.export_views import hand_out
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.errors import Refused
from app.foundation.periods import Month
from app.foundation.spreadsheets import (
    Column,
    Limits,
    SpreadsheetError,
    Table,
    Value,
    read_spreadsheet,
    write_spreadsheet,
)
from app.indicators import figure_queries, import_operations, queries
from app.indicators.figures import figure_text
from app.indicators.forms import ValuesForm
from app.indicators.import_operations import EXPIRED, PreviewExpired
from app.indicators.index_views import blueprint
from app.indicators.models import ValuePreview
from app.indicators.queries import BranchYear
from app.indicators.value_operations import MOST_CELLS, MeasuredBranch, TooManyCells
from app.indicators.value_plan import Kind
from app.indicators.value_table import UnreadableTable, read_table

LIMITS = Limits(rows=1000, columns=60)


@blueprint.route("/indicators/branches/<int:branch_id>/import/<int:year>", methods=["GET", "POST"])
@allow(Permission.INDICATOR_ENTER, queries.branch_year, slow=True)
def upload_values(branch: BranchYear) -> ResponseReturnValue:
    form = ValuesForm(request.form)
    if request.method != "POST":
        return render_template("indicators/upload.html", form=form, branch=branch)
    try:
        return redirect(_preview_url(branch, request.files.get("file")))
    except (SpreadsheetError, UnreadableTable) as error:
        form.refuse(str(error), form.file)
    return render_template("indicators/upload.html", form=form, branch=branch), 422


def _preview_url(branch: BranchYear, upload: FileStorage | None) -> str:
    """Reads the file outside of any transaction, then keeps its cells."""
    if upload is None or not upload.filename:
        raise UnreadableTable("请选一个 .xlsx 或 .xls 文件。")
    content = upload.stream.read(LIMITS.file_bytes + 1)
    unit_of_work.pause()
    rows = read_table(read_spreadsheet(content, LIMITS), year=branch.year)
    with unit_of_work.transaction():
        judge_again(Permission.INDICATOR_ENTER, branch)
        preview = import_operations.keep_preview(
            branch, rows, by=current(), content=content, file_name=upload.filename
        )  # fmt: skip
        preview_id = preview.id
    return url_for("indicators.value_preview", import_id=preview_id)


def own_value_preview(import_id: int) -> ValuePreview | None:
    """The reader's own; to everybody else it does not exist."""
    preview = db.session.get(ValuePreview, import_id)
    return preview if preview is not None and preview.account_id == current().account_id else None


@blueprint.get("/indicators/imports/<int:import_id>")
@allow(Permission.INDICATOR_ENTER, own_value_preview)
def value_preview(preview: ValuePreview) -> ResponseReturnValue:
    return _expired(preview) if preview.expires_at < clock.now() else _preview_page(preview)


def _expired(preview: ValuePreview) -> ResponseReturnValue:
    """The form to upload again, with the reason."""
    form = ValuesForm()
    form.refuse(EXPIRED, form.file)
    return render_template("indicators/upload.html", form=form, branch=_branch_of(preview)), 409


def _branch_of(preview: ValuePreview) -> BranchYear:
    return queries.named_year(preview.place, preview.branch_name, preview.year)


def _preview_page(preview: ValuePreview, refusal: str = "") -> str:
    branch = _branch_of(preview)
    plan = import_operations.plan_of(preview, queries.all_group_names(branch))
    return render_template(
        "indicators/preview.html",
        preview=preview,
        branch=branch,
        plan=plan,
        counts=plan.counts,
        kinds=Kind,
        refusal=refusal or (TooManyCells(len(plan.writes)).message if len(plan.writes) > MOST_CELLS else ""),
        may_write=0 < len(plan.writes) <= MOST_CELLS,
        reason=request.form.get("reason", ""),
    )


@blueprint.post("/indicators/imports/<int:import_id>/confirm")
@allow(Permission.INDICATOR_ENTER, own_value_preview)
def confirm_values(preview: ValuePreview) -> ResponseReturnValue:
    branch = _branch_of(preview)
    shown, reason = request.form.get("shown", ""), request.form.get("reason", "")
    try:
        written = import_operations.import_values(preview, branch, by=current(), shown=shown, reason=reason)
    except PreviewExpired:
        return _expired(preview)
    except Refused as error:
        return _preview_page(preview, error.message), error.status
    flash(f"导入完成，写入 {written} 格。")
    return redirect(url_for("indicators.grid", branch_id=branch.branch_id, year=branch.year))


@blueprint.post("/indicators/imports/<int:import_id>/drop")
@allow(Permission.INDICATOR_ENTER, own_value_preview)
def drop_values(preview: ValuePreview) -> ResponseReturnValue:
    address = url_for("indicators.grid", branch_id=preview.branch_id, year=preview.year)
    import_operations.drop_preview(preview, by=current())
    flash("没有导入，值没有变。")
    return redirect(address)


@blueprint.post("/indicators/branches/<int:branch_id>/export/<int:year>")
@allow(Permission.INDICATOR_READ, queries.branch_year)
def export_values(branch: BranchYear) -> Response:
    """The template: every row of the year with what stands there, to be filled and imported unchanged."""
    return hand_out(
        lambda: workbook(branch), f"{branch.name}业务指标-{branch.year}", by=current(), act="indicator-table.export",
        on=MeasuredBranch(branch.branch_id, branch.place, branch.name), told={"year": branch.year},
    )  # fmt: skip


def workbook(branch: BranchYear) -> bytes:
    months = [Month(branch.year, number) for number in range(1, 13)]
    names = queries.all_group_names(branch)
    found = figure_queries.figures(branch.place, list(names), months[0], months[-1])
    columns = [Column("党小组", 22), Column("班组", 16), Column("指标", 20), Column("目标", 12), Column("单位", 10)]
    columns += [Column(f"{month.month}月", 9, "number") for month in months]
    rows: list[list[Value]] = [
        [
            names[group_id], row.team, row.definition.name, row.definition.asked, row.definition.unit,
            *(_number(figure_text(row.value(month))) for month in months),
        ]
        for group_id, own in found.items()
        for one in own.measured
        for row in one.rows
    ]  # fmt: skip
    title = f"{branch.name}{branch.year}年业务指标"
    notes = ["空着的格不会抹掉已有的值；百分数写 98.5，不要用百分比格式。"]
    return write_spreadsheet([Table("业务指标", columns, rows, title=title, notes=notes)])


def _number(text: str) -> Value:
    """Four places and twelve digits come through a sheet's own numbers unchanged."""
    return float(text) if text else None
