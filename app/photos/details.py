"""What a person says of a photo, as plain data on the way from a form to an act."""

from dataclasses import dataclass

from app.photos.board_choice import BoardChoice


@dataclass(frozen=True, slots=True)
class PhotoDetails:
    activity_id: int | None
    caption: str
    choice: BoardChoice
    is_cover: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The same said of several photos. `activity_id` 0 takes them back to the inbox; None, an empty caption and no
    choice leave what each photo has."""

    activity_id: int | None = None
    caption: str = ""
    choice: BoardChoice | None = None
    is_cover: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Arrangement()
