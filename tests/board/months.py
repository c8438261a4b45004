"""A group's month for tests: activities of three kinds, photos on the board, printed or not."""

from datetime import date

from app.activities.models import Activity
from app.audit.operations import record
from app.board import operations
from app.foundation.db import db
from app.foundation.periods import Month
from app.organisation.models import Committee
from app.photos import operations as photo_operations
from app.photos import queries as photo_queries
from app.photos.board_choice import BoardChoice
from app.photos.models import Photo
from tests.activities import records
from tests.factories import Scene
from tests.nominations import calls

NOVEMBER = Month(2026, 11)
ADDRESS = "2026-11"


def shown(scene: Scene, number: int, activity: Activity, choice: BoardChoice, caption: str = "") -> Photo:
    """A photo of the activity, placed on the board."""
    photo = records.added(scene, number, activity_id=activity.id)
    photo.caption = caption or f"照片{number}"
    db.session.flush()
    photo_operations.choose_place(photo, choice, by=records.CLERK)
    return photo


def november(scene: Scene) -> Activity:
    """A brand, three confirmed activities, two photos, one activity that waits; answers the lead's activity."""
    calls.brand(scene, scene.group)
    here = records.present(scene.members["leader1"], scene.members["secretary"])
    records.logged(scene, title="定分工", confirm=True, attendance=here)
    lead = records.logged(
        scene, kind="tackling_project", title="烘丝含水率，稳住了", held_on=date(2026, 11, 12), confirm=True,
        outcome="标准偏差由 0.21 降到 0.14。", content="八月起波动。\n两周后找到主因。", attendance=here,
    )  # fmt: skip
    study = records.logged(
        scene, kind="lecture", title="一页纸写清要点", held_on=date(2026, 11, 13), confirm=True, outcome="夜班用得上。"
    )
    records.logged(scene, kind="volunteer_service", title="还没确认的一项", held_on=date(2026, 11, 14), submit=True)
    db.session.flush()
    shown(scene, 1, lead, BoardChoice.LEAD, "核对含水率")
    shown(scene, 2, study, BoardChoice.ON, "讲一页纸")
    return lead


def act() -> None:
    """Rows changed past the operations become visible with the next act, as every act leaves a line."""
    record(records.CLERK, "committee.change", db.session.query(Committee).order_by(Committee.id).first())  # type: ignore[arg-type]


def print_it(scene: Scene) -> None:
    month = photo_queries.group_month(scene.group, NOVEMBER)
    assert month is not None
    operations.print_issue(month, by=records.CLERK)
    db.session.flush()
