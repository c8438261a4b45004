"""When a photo was taken, by its own word: the factory's wall clock without a zone."""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from PIL import Image

FACTORY_ZONE = ZoneInfo("Asia/Shanghai")
EXIF_IFD = 0x8769
DATES = ((0x9003, 0x9011), (0x9004, 0x9012))  # (original, its offset), then (digitised, its offset)


def taken_at(image: Image.Image) -> datetime | None:
    """The date of the shutter only: the date of the last change says nothing about the activity."""
    try:
        fields = image.getexif().get_ifd(EXIF_IFD)
    except Exception:  # noqa: BLE001 - a picture with broken EXIF is still a picture
        return None
    for date_tag, offset_tag in DATES:
        if moment := _moment(fields.get(date_tag), fields.get(offset_tag)):
            return moment
    return None


def _moment(text: object, offset: object) -> datetime | None:
    try:
        local = datetime.strptime(str(text).strip("\0 ")[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - zone follows
    except ValueError:
        return None
    zone = _zone(str(offset))
    try:
        moment = local if zone is None else local.replace(tzinfo=zone).astimezone(FACTORY_ZONE).replace(tzinfo=None)
    except OverflowError:
        return None
    return moment if moment.year >= 1990 else None  # a camera whose clock was never set


def _zone(offset: str) -> timezone | None:
    match = re.fullmatch(r"([+-])(\d\d):([0-5]\d)\0*", offset.strip())
    if not match or int(match[2]) > 14:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
