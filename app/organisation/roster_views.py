"""The roster in and out: upload, look, confirm; export."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.accounts.guard import allow, current, judge_again
from app.accounts.permissions import Permission
from app.audit.export_views import hand_out
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.errors import Refused
from app.foundation.spreadsheets import (
    Column,
    Limits,
    SpreadsheetError,
    Table,
    read_spreadsheet,
    write_spreadsheet,
)
from app.organisation import queries, roster_operations, roster_queries, sheet_queries
from app.organisation.forms import RosterForm
from app.organisation.member_views import note_reading
from app.organisation.models import Branch, RosterPreview
from app.organisation.roster import Roster, UnreadableRoster, read_roster
from app.organisation.roster_packing import fingerprint
from app.organisation.roster_plan import Change
from app.organisation.sheet_queries import BranchSheet
from app.organisation.sheet_views import asked_day, blueprint

LIMITS = Limits(rows=2000, columns=60)
COLUMNS = (
    Column("姓名"), Column("工号", 14), Column("党小组", 20), Column("班组", 16), Column("职务", 24), Column("性别", 6),
    Column("党员类别", 12), Column("入党日期", 14, "day"), Column("转正日期", 14, "day"), Column("手机", 16),
)  # fmt: skip


@blueprint.route("/branches/<int:branch_id>/roster", methods=["GET", "POST"])
@allow(Permission.ROSTER_IMPORT, queries.branch, slow=True)
def upload_roster(branch: Branch) -> ResponseReturnValue:
    form = RosterForm(request.form, data={"starts_on": clock.today()})
    if request.method != "POST":
        return render_template("organisation/upload_roster.html", form=form, branch=branch)
    if form.validate():
        upload = request.files.get("file")
        try:
            return redirect(_preview_url(form, branch, upload))
        except (SpreadsheetError, UnreadableRoster) as error:
            form.refuse(str(error), form.file)
        except Refused as error:
            form.refuse(error.message, form.starts_on)
    return render_template("organisation/upload_roster.html", form=form, branch=branch), 422


def _preview_url(form: RosterForm, branch: Branch, upload: FileStorage | None) -> str:
    """Reads the file outside of any transaction, then keeps its rows."""
    if upload is None or not upload.filename:
        raise UnreadableRoster("请选一个 .xlsx 或 .xls 文件。")
    content = upload.stream.read(LIMITS.file_bytes + 1)
    unit_of_work.pause()
    roster: Roster = read_roster(read_spreadsheet(content, LIMITS), branch=branch.name, today=clock.today())
    branch_id, name = branch.id, upload.filename
    with unit_of_work.transaction():
        again = queries.branch(branch_id)
        if again is None:
            abort(404)
        judge_again(Permission.ROSTER_IMPORT, again)
        preview = roster_operations.keep_preview(
            again,
            roster.rows,
            by=current(),
            content=content,
            file_name=name,
            starts_on=form.starts_on.day,
            may_found=form.may_found.data,
        )
        preview_id = preview.id
    if roster.of_other_branches:
        flash(f"另有 {roster.of_other_branches} 行写着别的党支部，没有读。", "warning")
    return url_for("organisation.roster_preview", preview_id=preview_id)


def own_preview(preview_id: int) -> RosterPreview | None:
    """The reader's own and not expired; to everybody else it does not exist."""
    preview = roster_queries.roster_preview(preview_id)
    if preview is None or preview.account_id != current().account_id or preview.expires_at < clock.now():
        return None
    return preview


@blueprint.get("/roster-previews/<int:preview_id>")
@allow(Permission.ROSTER_IMPORT, own_preview)
def roster_preview(preview: RosterPreview) -> str:
    return _preview_page(preview)


def _preview_page(preview: RosterPreview, refusal: str = "") -> str:
    plan = roster_operations.plan_of(preview, by=current())
    return render_template(
        "organisation/roster_preview.html",
        preview=preview,
        plan=plan,
        counts=plan.counts,
        changes=Change,
        shown=fingerprint(plan),
        refusal=refusal,
    )


@blueprint.post("/roster-previews/<int:preview_id>/confirm")
@allow(Permission.ROSTER_IMPORT, own_preview)
def confirm_roster(preview: RosterPreview) -> ResponseReturnValue:
    branch = queries.branch(preview.branch_id)
    if branch is None:
        abort(404)
    try:
        done = roster_operations.import_roster(preview, branch, by=current(), shown=request.form.get("shown", ""))
    except Refused as error:
        db.session.rollback()  # nothing half-written; what follows only reads
        again = own_preview(preview.id)
        if again is None:
            raise
        return _preview_page(again, error.message), error.status
    flash(
        f"导入完成：新增 {done.new} 人，调组 {done.moved} 人，更新 {done.updated} 人，不变 {done.same} 人"
        + (f"；有误未导入 {done.left_out} 行。" if done.left_out else "。")
    )
    return redirect(url_for("organisation.branch_page", branch_id=branch.id))


@blueprint.post("/roster-previews/<int:preview_id>/drop")
@allow(Permission.ROSTER_IMPORT, own_preview)
def drop_roster(preview: RosterPreview) -> ResponseReturnValue:
    branch_id = preview.branch_id
    roster_operations.drop_preview(preview, by=current())
    flash("没有导入，名册没有变。")
    return redirect(url_for("organisation.branch_page", branch_id=branch_id))


@blueprint.post("/branches/<int:branch_id>/roster/export")
@allow(Permission.ROSTER_EXPORT, queries.branch)
def export_roster(branch: Branch) -> Response:
    """As of a day, with the headers that the import understands."""
    day, _form = asked_day()
    sheet = sheet_queries.branch_sheet(branch.id, day)
    note_reading("roster-export", str(branch.id))
    return hand_out(
        lambda: roster_workbook(branch.name_on(day), sheet), f"{branch.name_on(day)}党员花名册-{day:%Y%m%d}",
        by=current(), act="roster.export", on=branch, told={"day": day, "members": sheet.member_count},
    )  # fmt: skip


def roster_workbook(branch: str, sheet: BranchSheet) -> bytes:
    rows = [
        (
            member.name, member.staff_no, group.name, member.team, "、".join(member.posts), member.sex,
            member.status, member.joined_on, member.full_on, member.masked_phone,
        )
        for group in sheet.groups
        for member in group.members
    ]  # fmt: skip
    title = f"{branch}党员花名册（{sheet.day.year}年{sheet.day.month}月{sheet.day.day}日）"
    return write_spreadsheet([Table("花名册", COLUMNS, rows, title=title)])
