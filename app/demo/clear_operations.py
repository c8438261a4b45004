"""Clearing the demo factory: what is left is an empty house that `create-admin` can open for a real committee."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Delete, Table, delete, event, func, null, select

from app.accounts.models import Account, SignIn, SignInTry
from app.audit.models import AuditLine
from app.audit.operations import Doer, record
from app.foundation.db import Model, db
from app.foundation.errors import Refused
from app.foundation.places import Place
from app.foundation.storage import Storage
from app.organisation.models import Committee
from app.photos.models import Photo
from app.photos.site_photo_models import SitePhoto

# What has to be typed before everything goes.
WORDS = "清空示例数据"


class WordsDiffer(Refused):
    def __init__(self) -> None:
        super().__init__(f"请一字不差地输入“{WORDS}”，再点清空。")


class NoDemoData(Refused):
    """Nothing here is demo data: nothing is cleared."""

    status = 404

    def __init__(self) -> None:
        super().__init__("这里没有示例数据，没有清空任何内容。")


@dataclass(frozen=True)
class _House:
    """The installation itself as the subject of the one audit line that stays."""

    id: int
    place: Place
    label: str = "示例数据"
    __tablename__ = "committee"


def clear(typed: str, *, by: Doer, to: Storage, list_of_accounts: Path) -> int:
    """Remove every row of the demo committees and, once that is committed, their photos' files; answers how many
    photos there were. Where nothing else is left, the audit trail of invented people begins anew with this act;
    beside a real committee it stays whole."""
    demo = list(db.session.scalars(select(Committee.id).where(Committee.is_demo.is_(True)).order_by(Committee.id)))
    if not demo:
        raise NoDemoData
    if typed.strip() != WORDS:
        raise WordsDiffer
    alone = db.session.scalar(select(func.count()).select_from(Committee).where(Committee.id.not_in(demo))) == 0
    photos = db.session.scalar(select(func.count()).select_from(Photo).where(Photo.committee_id.in_(demo))) or 0
    keys = _files(demo)
    _remove_rows(demo)
    if alone:
        db.session.execute(delete(AuditLine))
        db.session.execute(delete(SignInTry))
    keys -= _still_named(keys)
    for committee in demo:
        record(by, "demo.clear", _House(committee, Place(committee)), before={"photos": photos})
    _after_commit(keys, to, list_of_accounts)
    return photos


_NAMED = (
    select(Photo.committee_id, Photo.original_key, Photo.display_key, Photo.thumb_key),
    select(SitePhoto.committee_id, null(), SitePhoto.display_key, SitePhoto.thumb_key),
)


def _files(demo: Sequence[int]) -> set[str]:
    return _keys_of(lambda committee: committee.in_(demo))


def _still_named(keys: set[str]) -> set[str]:
    """Files that a photo of a real committee shares by its bytes."""
    return _keys_of(lambda committee: committee.is_not(None)) & keys


def _keys_of(condition: Callable[[Any], ColumnElement[bool]]) -> set[str]:
    rows = [
        row
        for named in _NAMED
        for row in db.session.execute(named.where(condition(named.selected_columns["committee_id"])))
    ]
    return {key for row in rows for key in row[1:] if key}


def _remove_rows(demo: Sequence[int]) -> None:
    """Children before parents; a table without a committee hangs on one that has it and goes by its cascade."""
    accounts = select(Account.id).where(Account.committee_id.in_(demo))
    db.session.execute(delete(SignIn).where(SignIn.account_id.in_(accounts)))
    for table in reversed(Model.metadata.sorted_tables):
        if table.name == AuditLine.__tablename__:
            continue
        if table.name == Committee.__tablename__:
            db.session.execute(delete(table).where(table.c.id.in_(demo)))
        elif "committee_id" in table.c:
            db.session.execute(_of(table, demo))
    db.session.expire_all()


def _of(table: Table, demo: Sequence[int]) -> Delete:
    return delete(table).where(table.c.committee_id.in_(demo))


def _after_commit(keys: set[str], to: Storage, list_of_accounts: Path) -> None:
    """Files go only when their rows are gone for good."""

    def remove(_session: object) -> None:
        for key in sorted(keys):
            to.delete(key)
        list_of_accounts.unlink(missing_ok=True)

    event.listen(db.session(), "after_commit", remove, once=True)
