"""What photos are compared by, and the hints 疑似重复. A hint is for a person; nothing is scored by it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Model
from app.foundation.places import Place
from app.photos.models import Photo


class PhotoFingerprint(Model):
    """The fingerprint of a photo that is shown; it goes when the photo is withdrawn. A photo without detail has none."""

    __tablename__ = "photo_fingerprint"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    signs: Mapped[str] = mapped_column(String(240))  # Fingerprint.text
    grey: Mapped[bytes] = mapped_column(LargeBinary(2304))  # Fingerprint.grey


class PhotoSign(Model):
    """The library: some sixty rows a photo. The table is its own index, so that 100,000 photos take some 150 MB.

    The word comes first and the place behind it: each scope is then a condition on that index. A photo's rows are
    found from its fingerprint, so there is no index by photo and no foreign key, which would need one.
    """

    __tablename__ = "photo_sign"

    word: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    committee_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    branch_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    photo_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signs: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)

    __table_args__ = ({"sqlite_with_rowid": False},)


class Answer(StrEnum):
    """What a person says of two photos that look alike."""

    NONE = ""
    SAME_EVENT = "same-event"
    WRONG_UPLOAD = "wrong-upload"
    WITHDRAWN = "withdrawn"
    NOTE = "note"

    @property
    def label(self) -> str:
        return ANSWERS[self]


ANSWERS = {
    Answer.NONE: "还没有答复",
    Answer.SAME_EVENT: "同一次活动，两张都留",
    Answer.WRONG_UPLOAD: "传错了，已撤下",
    Answer.WITHDRAWN: "已撤下",
    Answer.NOTE: "另有说明",
}


class PhotoHint(Model):
    """A photo looks like one that was used before (`other`). `words` say what is alike.

    It is shown while both photos are, and are not put to one activity. Its place is that of the newer photo.
    """

    __tablename__ = "photo_hint"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("photo.id"))
    words: Mapped[str] = mapped_column(String(80))
    found_at: Mapped[datetime]
    answer: Mapped[Answer] = mapped_column(default=Answer.NONE)
    note: Mapped[str] = mapped_column(String(200), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_by: Mapped[str] = mapped_column(String(40), default="")
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    photo: Mapped[Photo] = relationship(foreign_keys=[photo_id], lazy="joined", innerjoin=True)
    other: Mapped[Photo] = relationship(foreign_keys=[other_id], lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("photo_id", "other_id"),
        Index(None, "other_id"),
        Index(None, "group_id", "answer", "id"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return f"{self.photo.month.label}照片的疑似重复"
