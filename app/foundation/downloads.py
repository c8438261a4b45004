"""A file handed over for keeping."""

from urllib.parse import quote

from flask import Response


def attachment(data: bytes, name: str, kind: str) -> Response:
    """`name` may be Chinese: RFC 6266 with a plain name for old programs. Never opened inside the browser."""
    answer = Response(data, mimetype=kind)
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "" for one in name).strip("-_.")
    ending = name.rpartition(".")[2]
    fallback = plain if "." in plain else f"download.{ending if ending.isascii() and ending.isalnum() else 'bin'}"
    quoted = quote(name, safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quoted}"
    return answer
