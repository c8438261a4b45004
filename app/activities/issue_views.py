"""付印: printing a group's month, and taking it back."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.activities import issue_operations, photo_queries
from app.activities.forms import ReasonForm
from app.activities.month_views import month_address, month_with
from app.activities.photo_queries import GroupMonth
from app.activities.record_views import blueprint
from app.foundation.forms import text


@blueprint.post("/groups/<int:group_id>/months/<month:month>/reopen")
@allow(Permission.MONTH_ISSUE_PRINT, photo_queries.group_month)
def reopen_issue(month: GroupMonth) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if not form.validate():
        return month_with(month, form), 422
    issue_operations.reopen_issue(month, reason=text(form.reason), by=current())
    flash("已撤回付印。改好后请再付印一次，墙上的也要换。")
    return redirect(month_address(month))
