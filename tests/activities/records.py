"""Activities and photos for tests, made by the product's own operations."""

import io
from datetime import date

from PIL import Image, ImageDraw

from app.accounts.actor import Actor, Command
from app.activities import kind_operations, operations
from app.activities.attendance import Presence, Seen
from app.activities.details import Details, SittingDetails
from app.activities.models import Activity
from app.foundation.images import prepare
from app.foundation.periods import Month
from app.foundation.places import Place
from app.foundation.storage import storage
from app.photos import queries as photo_queries
from app.photos import upload_operations
from app.photos.models import Photo
from app.photos.upload_operations import KeptFiles
from tests.factories import Scene

NOVEMBER = Month(2026, 11)
THE_5TH = date(2026, 11, 5)
CLERK = Command("示例录入")


def group_place(scene: Scene) -> Place:
    return Place(scene.committee, scene.branch, scene.group)


def kinds(scene: Scene) -> dict[str, int]:
    return kind_operations.provide_kinds(Place(scene.committee), by=CLERK)


def details(kind_id: int, title: str = "定11月攻关分工", held_on: date = THE_5TH, **changes: object) -> Details:
    values = {"kind_id": kind_id, "title": title, "sittings": (SittingDetails(held_on, "14:30", "活动室"),), **changes}
    return Details(**values)  # type: ignore[arg-type]


def logged(
    scene: Scene,
    *,
    kind: str = "group_meeting",
    by: Actor | Command = CLERK,
    place: Place | None = None,
    submit: bool = False,
    confirm: bool = False,
    **changes: object,
) -> Activity:
    told = details(kinds(scene)[kind], **changes)  # type: ignore[arg-type]
    made = operations.log_activity(place or group_place(scene), told, by=by, submit=submit or confirm)
    if confirm:
        operations.confirm_activity(made, by=CLERK)
    return made


def present(*member_ids: int) -> tuple[Seen, ...]:
    return tuple(Seen(member_id, Presence.PRESENT) for member_id in member_ids)


def picture(number: int = 0, size: tuple[int, int] = (320, 240), form: str = "JPEG", **options: object) -> bytes:
    """Pictures of different numbers differ in every byte that matters."""
    image = Image.new("RGB", size, (40 + number * 37 % 200, 90, 160))
    ImageDraw.Draw(image).text((10, 10), f"示意图 {number}".encode("ascii", "replace").decode(), fill="white")
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def files(number: int = 0, **options: object) -> KeptFiles:
    prepared = prepare(io.BytesIO(picture(number, **options)))  # type: ignore[arg-type]
    return upload_operations.keep_files(prepared, to=storage(), originals=True)


def added(
    scene: Scene, number: int = 0, *, by: Actor | Command = CLERK, group_id: int | None = None, **options: object
) -> Photo:
    return sent_to(scene, NOVEMBER, number, by=by, group_id=group_id, **options)


def sent_to(
    scene: Scene,
    month: Month,
    number: int = 0,
    *,
    by: Actor | Command = CLERK,
    group_id: int | None = None,
    **options: object,
) -> Photo:
    """The same number is the same bytes, in any month."""
    to = photo_queries.group_month(group_id or scene.group, month)
    assert to is not None
    return upload_operations.add_photo(
        to,
        files(number),
        upload_id=f"upload-{number:08}" if month == NOVEMBER else f"upload-{month}-{number:08}",
        by=by,
        **options,  # type: ignore[arg-type]
    )
