"""The auditor's desk: reading, checking and exporting the trail. Nothing here changes anything but by its own line."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from flask import Blueprint, Response, abort, render_template, request

from app.accounts import queries as accounts
from app.accounts import watch_queries
from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.audit.export_views import hand_out
from app.audit.models import AuditLine
from app.auditing import queries
from app.auditing.forms import FilterForm
from app.auditing.queries import Filter
from app.auditing.wording import act_words, changes, fault_words
from app.foundation import clock
from app.foundation.forms import options, text
from app.foundation.paging import page_of, requested_key
from app.foundation.spreadsheets import Column, Table, Value, write_spreadsheet

blueprint = Blueprint("audit", __name__)
blueprint.add_app_template_filter(act_words)

PAGE_ROWS = 50
RECENT = timedelta(days=30)
EXPORT_ROWS = 50_000
COLUMNS = (
    Column("编号", 9, "number"), Column("时间", 20), Column("谁", 18), Column("来自", 16), Column("做了什么", 20),
    Column("对什么", 30), Column("党支部", 20), Column("原来", 50), Column("改为", 50), Column("校验值", 20),
)  # fmt: skip


def _committees() -> frozenset[int]:
    return frozenset[int]().union(*(grant.committees for grant in current().grants if grant.role is Role.AUDITOR))


def _asked() -> tuple[FilterForm, Filter, dict[int, str]]:
    """The filters of the address; an impossible one narrows nothing and says so at its field."""
    committees = _committees()
    names = dict(queries.branches(committees))
    form = FilterForm(request.args)
    form.branch.choices = options([(0, "全部"), *names.items()])
    if not request.args.get("branch"):
        form.branch.data = 0
    valid = form.validate()
    return (
        form,
        Filter(
            committees,
            who=text(form.who) if valid else "",
            subject=form.subject.data or "" if valid else "",
            branch_id=form.branch.data or None if valid else None,
            first=form.first.data if valid else None,
            last=form.last.data if valid else None,
        ),
        names,
    )


@blueprint.get("/audit")
@allow(Permission.AUDIT_READ)
def index() -> str:
    form, wanted, names = _asked()
    key = requested_key()
    before = int(key) if key and key.isdecimal() and len(key) < 16 else None
    page = page_of(queries.lines(wanted, before=before, size=PAGE_ROWS), PAGE_ROWS, lambda line: str(line.id))
    return render_template(
        "auditing/index.html",
        form=form,
        page=page,
        branches=names,
        offices=[] if key else watch_queries.done_to_offices(wanted.committees, clock.now() - RECENT),
        groups=queries.group_names({line.group_id for line in page.rows if line.group_id is not None}),
        changes=changes,
        filters={key: request.args[key] for key in form.data if request.args.get(key)},
    )


@blueprint.get("/audit/chain")
@allow(Permission.AUDIT_READ)
def chain() -> str:
    """The whole chain walked; as long as there are lines, so it stands on a page of its own."""
    state = queries.chain_state()
    return render_template(
        "auditing/chain.html",
        state=state,
        told=[fault_words(fault) for fault in state.faults],
        last=queries.last_line(),
    )


@blueprint.post("/audit/export")
@allow(Permission.AUDIT_READ)
def export() -> Response:
    """The line that it leaves is in it."""
    _form, wanted, names = _asked()
    auditor = accounts.account(current().account_id)
    if auditor is None:
        abort(404)

    def workbook() -> bytes:
        rows = queries.lines(wanted, size=EXPORT_ROWS)
        table = Table("审计记录", COLUMNS, _rows(rows[:EXPORT_ROWS], names), notes=_notes(len(rows) > EXPORT_ROWS))
        return write_spreadsheet([table])

    filters = {key: value[:80] for key, value in request.args.items() if key in _form}
    name = f"审计记录-{clock.today():%Y%m%d}"
    return hand_out(workbook, name, by=current(), act="audit.export", on=auditor, told={"filters": filters})


def _notes(cut: bool) -> list[str]:  # noqa: FBT001 - the only thing there is to say
    return [f"只含最近 {EXPORT_ROWS} 条，请缩小日期范围分次导出。"] if cut else []


def _rows(lines: Sequence[AuditLine], names: dict[int, str]) -> Iterator[list[Value]]:
    for line in lines:
        told = changes(line.before, line.after)
        yield [
            line.id,
            f"{clock.local(line.at):%Y-%m-%d %H:%M:%S}",
            line.actor,
            line.address,
            act_words(line.act),
            line.subject,
            names.get(line.branch_id or 0, ""),
            "\n".join(f"{key}: {before}" for key, before, _ in told if before),
            "\n".join(f"{key}: {after}" for key, _, after in told if after),
            line.hash,
        ]
