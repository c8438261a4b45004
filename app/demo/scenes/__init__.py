"""Pictures of work drawn in code, so that the demo factory has photos nobody had to take.

Flat shapes, people without faces, a small label that says what it is. The same kind, seed and month give the same
picture, byte for byte.
"""

from random import Random

from PIL import Image

from app.demo.scenes import practical, process, quality, study, upkeep, volunteering
from app.demo.scenes.canvas import HEIGHT, WIDTH, Camera, Canvas
from app.demo.scenes.label import put_label
from app.demo.scenes.stage import Scene, Stage

SCENES: dict[str, Scene] = {
    name: scene
    for part in (process, upkeep, quality, study, practical, volunteering)
    for name, scene in part.SCENES.items()
}
KINDS = tuple(sorted(SCENES))


def draw(kind: str, seed: int, size: tuple[int, int] = (1600, 1200), *, month: int = 6) -> Image.Image:
    random = Random(f"{kind}:{seed}:{month}")  # noqa: S311 - pictures, not secrets
    zoom = random.choice((1.0, 1.0, 1.06, 1.12, 1.2))
    camera = Camera(zoom, WIDTH / 2 + random.randint(-80, 80), HEIGHT / 2 + random.randint(0, 90))
    canvas = Canvas(size, camera)
    light = SCENES[kind](Stage(canvas, random, month))
    picture = canvas.finish(light.lens)
    if random.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    put_label(picture)
    return picture
