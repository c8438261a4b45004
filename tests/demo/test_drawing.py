"""The demo's photos as files: as large as they say, in the order asked for, the same in processes of their own."""

import io

from PIL import Image

from app.demo.drawing import SIZE, THUMB, WORTH_A_PROCESS, Wanted, draw, draw_all
from app.demo.scenes import KINDS


def size_of(content: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        return picture.size


def test_a_photo_of_the_demo_is_as_large_as_it_says() -> None:
    drawn = draw(Wanted(KINDS[0], 7, 11))
    assert (size_of(drawn.display), size_of(drawn.thumb), drawn.size) == (SIZE, THUMB, SIZE)


def test_many_are_drawn_in_the_order_asked_for() -> None:
    small, wanted = (64, 48), [Wanted(KINDS[n % len(KINDS)], n, 11) for n in range(WORTH_A_PROCESS)]
    drawn = list(draw_all(wanted, small))
    assert drawn == [draw(one, small) for one in wanted]
    assert {size_of(one.display) for one in drawn} == {small}
