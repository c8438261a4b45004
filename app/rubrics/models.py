"""Rubrics: what an inspection asks."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Model
from app.foundation.places import Place
from app.rubrics.adaptation import rubric_of_branch
from app.rubrics.rubric import Rubric, from_data


class RubricVersion(Model):
    """A version of a committee's rubric; locked for good once a round uses it. `content` is `rubric.as_data`."""

    __tablename__ = "rubric"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(60))
    content: Mapped[dict[str, Any]]
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("committee_id", "number"),)

    @property
    def place(self) -> Place:
        return Place(self.committee_id)

    @property
    def label(self) -> str:
        return f"{self.title}第{self.number}版"

    @property
    def rubric(self) -> Rubric:
        return from_data(self.content)

    @property
    def adapting(self) -> frozenset[int]:
        """The branches that fitted it to their own work."""
        return frozenset(map(int, self.content.get("adaptations", {})))

    def rubric_for(self, branch_id: int) -> Rubric:
        return rubric_of_branch(self.content, branch_id)
