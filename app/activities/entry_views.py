"""Logging an activity and changing its record: one form, whatever the record's state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.activities import attendance, form_queries, operations, queries, record_queries
from app.activities.attendance import Reading
from app.activities.course import ActivityState, ReasonMissing
from app.activities.details import Details
from app.activities.form_queries import Enrolled, Option
from app.activities.forms import MAX_SITTINGS, NOTHING, ActivityForm, values_of
from app.activities.models import Activity
from app.activities.operations import ActivityChanged
from app.activities.queries import Owner
from app.activities.record_views import blueprint, to_record
from app.foundation import clock
from app.foundation.differences import both, merged
from app.foundation.errors import Refused
from app.foundation.forms import text
from app.foundation.paging import row_id
from app.foundation.periods import Month
from app.foundation.places import Place


def owner_group(group_id: int) -> Owner | None:
    return queries.owner_group(group_id, clock.today())


def owner_branch(branch_id: int) -> Owner | None:
    return queries.owner_branch(branch_id, clock.today())


@blueprint.route("/groups/<int:group_id>/activities/new", methods=["GET", "POST"])
@allow(Permission.ACTIVITY_WRITE, owner_group)
def new_activity(owner: Owner) -> ResponseReturnValue:
    return _log(owner)


@blueprint.route("/branches/<int:branch_id>/activities/new", methods=["GET", "POST"])
@allow(Permission.ACTIVITY_WRITE, owner_branch)
def new_branch_activity(owner: Owner) -> ResponseReturnValue:
    return _log(owner)


@dataclass
class Desk:
    """What stands around the form: the options, the roster of the day, and how the roll call was read."""

    place: Place
    form: ActivityForm
    options: Sequence[Option]
    roster: Sequence[Enrolled]
    reading: Reading
    answers: dict[str, int]

    @property
    def people(self) -> tuple[attendance.Person, ...]:
        return tuple(one.person for one in self.roster)

    @property
    def expected(self) -> list[int]:
        """Who should come: at kinds that expect everybody, the members of the groups that take part, on that day."""
        if not any(option.own for option in self.options if (option.kind, option.id) == ("kind", self.form.kind.data)):
            return []
        groups = set(self.form.groups.data or ())
        if self.place.group_id is not None:
            groups.add(self.place.group_id)
        return [one.member_id for one in self.roster if one.group_id in groups]

    def attendance(self, sittings: int) -> tuple[attendance.Seen, ...]:
        return attendance.on_sittings(attendance.with_absent(self.reading, self.expected), sittings)


def _desk(place: Place, form: ActivityForm, day: date, activity: Activity | None = None) -> Desk:
    options = form_queries.options(place, day, activity)
    form.offer(options, place.group_id)
    roster = form_queries.roster(place.branch_id or 0, day)
    answers = _answers(request.form)
    reading = attendance.read(form.roll_call.data or "", [one.person for one in roster], answers)
    return Desk(place, form, options, roster, reading, answers)


def _answers(typed: Mapping[str, str]) -> dict[str, int]:
    """Who the words of the roll call are, as chosen in the form: fields `who-<word>`, empty while not chosen."""
    return {
        name.removeprefix("who-"): int(value)
        for name, value in typed.items()
        if name.startswith("who-") and value.isascii() and value.isdigit() and len(value) < 10
    }


def _log(owner: Owner) -> ResponseReturnValue:
    form = ActivityForm(request.form)
    day = form.first_day or _proposed_day()
    desk = _desk(owner.place, form, day)
    if request.method != "POST":
        _propose(desk, day)
        return _form_page(owner, desk)
    if _rearranged(form):
        return _form_page(owner, desk)
    details = _checked(desk)
    if details is not None:
        try:
            activity = operations.log_activity(owner.place, details, by=current(), submit=_submits())
        except Refused as refusal:
            form.refuse(refusal.message)
        else:
            flash("已提交，等书记确认。" if _submits() else "草稿已存。")
            return to_record(activity)
    return _form_page(owner, desk), 422


def _proposed_day() -> date:
    """Today, or the last day of the month that the link came from."""
    try:
        month = Month.parse(request.args.get("month", ""))
    except ValueError:
        return clock.today()
    return clock.today() if month == Month.of(clock.today()) else month.last


def _propose(desk: Desk, day: date) -> None:
    form = desk.form
    form.sittings.entries[0].form.held_on.data = day
    if desk.place.group_id is None:
        form.groups.data = values_of(form.groups)
    own = [option.id for option in desk.options if option.kind == "brand" and option.own]
    form.brand.data = own[0] if own else NOTHING
    form.kind.data = request.args.get("kind", type=row_id)


def _rearranged(form: ActivityForm) -> bool:
    """A sitting more or less: the form comes back as it is typed, nothing is saved."""
    entries = form.sittings.entries
    if "add_sitting" in request.form:
        if len(entries) < MAX_SITTINGS:
            last = entries[-1].form if entries else None
            form.sittings.append_entry({"held_on": last.held_on.data, "room": last.room.data} if last else None)
        return True
    dropped = request.form.get("drop_sitting", type=int)
    if dropped is None:
        return False
    if 0 <= dropped < len(entries) and len(entries) > 1:
        kept = [entry.form.data for number, entry in enumerate(entries) if number != dropped]
        while form.sittings.entries:
            form.sittings.pop_entry()
        for values in kept:
            form.sittings.append_entry(values)
    return True


def _submits() -> bool:
    return request.form.get("then") == "submit"


def _checked(desk: Desk) -> Details | None:
    """The details, or None when a field is wrong or a name is unclear; the form then says so."""
    form = desk.form
    valid = form.validate()
    for question in desk.reading.questions:
        form.refuse(f"“{question.word}”没有对上，请选一位。", form.roll_call)
    if not valid or desk.reading.questions:
        return None
    details = form.details()
    return replace(details, attendance=desk.attendance(len(details.sittings)))


def _form_page(owner: Owner, desk: Desk, activity: Activity | None = None) -> str:
    return render_template("activities/form.html", owner=owner, desk=desk, form=desk.form, activity=activity)


@blueprint.route("/activities/<int:activity_id>/edit", methods=["GET", "POST"])
@allow(Permission.ACTIVITY_WRITE, record_queries.activity)
def edit_activity(activity: Activity) -> ResponseReturnValue:
    form = ActivityForm(request.form)
    desk = _desk(activity.place, form, form.first_day or activity.held_on, activity)
    owner = Owner(activity.place, _owner_name(desk), "")
    if request.method != "POST":
        _fill(desk, activity)
        return _form_page(owner, desk, activity)
    if _rearranged(form):
        return _form_page(owner, desk, activity)
    details = _checked(desk)
    if details is None:
        return _form_page(owner, desk, activity), 422
    try:
        _save(activity, details, form)
    except ActivityChanged:
        return _conflict(owner, desk, activity), 409
    except Refused as refusal:
        form.refuse(refusal.message, form.reason if isinstance(refusal, ReasonMissing) else None)
        return _form_page(owner, desk, activity), 422
    flash("已保存。" if activity.state is not ActivityState.SUBMITTED else "已保存，等书记确认。")
    return to_record(activity)


def _save(activity: Activity, details: Details, form: ActivityForm) -> None:
    version = form.version.data or 0
    if activity.state is ActivityState.CONFIRMED:
        operations.correct_activity(activity, details, reason=text(form.reason), version=version, by=current())
    else:
        operations.revise_activity(activity, details, version=version, by=current(), submit=_submits())


def _owner_name(desk: Desk) -> str:
    own = [option.name for option in desk.options if option.kind == "group" and option.own]
    return own[0] if own else "支部"


def _fill(desk: Desk, activity: Activity) -> None:
    form = desk.form
    form.sittings.pop_entry()
    for sitting in activity.sittings:
        form.sittings.append_entry({"held_on": sitting.held_on, "starts_at": sitting.starts_at, "room": sitting.room})
    form.kind.data, form.title.data, form.host.data = activity.kind_id, activity.title, activity.host
    form.content.data, form.outcome.data = activity.content, activity.outcome
    form.brand.data = activity.brand_id or NOTHING
    form.groups.data = _chosen(desk.options, "group")
    form.goals.data = _chosen(desk.options, "goal")
    form.teams.data = _chosen(desk.options, "team")
    form.version.data = activity.version
    form.roll_call.data = _roll_call(desk, activity)
    desk.reading = attendance.read(form.roll_call.data, desk.people)


def _chosen(options: Sequence[Option], kind: str) -> list[int]:
    return [option.id for option in options if option.kind == kind and option.chosen]


def _roll_call(desk: Desk, activity: Activity) -> str:
    """The attendance as text again; whoever the branch no longer knows on that day keeps the name written then."""
    known = {one.member_id: one.person for one in desk.roster}
    rows = [
        (known.get(row.member_id, attendance.Person(row.member_id, row.name)), row.presence, row.sitting)
        for row in record_queries.attendances(activity.id)
    ]
    return attendance.written(rows, desk.people)


def _conflict(owner: Owner, desk: Desk, activity: Activity) -> str:
    """Both texts of whatever differs, and the whole form with mine; the long texts are proposed with both additions."""
    form = desk.form
    texts = {
        "题目": (text(form.title), activity.title),
        "主持": (text(form.host), activity.host),
        "参加人员": (form.roll_call.data or "", _roll_call(desk, activity)),
        "做了什么": (text(form.content), activity.content),
        "定了什么": (text(form.outcome), activity.outcome),
    }
    differing = [
        (label, both(_lines(mine), _lines(theirs)))
        for label, (mine, theirs) in texts.items()
        if _lines(mine) != _lines(theirs)
    ]
    for field, theirs in ((form.content, activity.content), (form.outcome, activity.outcome)):
        field.data = merged(_lines(text(field)), _lines(theirs))
    form.version.data = activity.version
    form.version.raw_data = None
    return render_template(
        "activities/conflict.html", owner=owner, desk=desk, form=form, activity=activity, differing=differing
    )


def _lines(value: str) -> str:
    """Browsers send CR LF; a person sees no difference."""
    return value.replace("\r\n", "\n").strip()
