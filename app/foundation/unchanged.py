"""Pages that never change of themselves are answered 304 while the browser still has them, before they are built."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, current_app, request, session

from app.foundation.static_files import digest_of

FRAME = "frame"
"""Under this name the app's extensions hold a function that tells all that the head and the foot of a page depend on."""


RELEASE = "release"
TOKEN = "csrf_token"  # noqa: S105 - under this name the session holds what its forms carry


def release(app: Flask) -> str:
    """Changes with every template and static file, so that a new release is not answered by an old page."""
    if RELEASE not in app.extensions:
        root = Path(app.root_path)
        app.extensions[RELEASE] = digest_of(root / "static") + digest_of(root / str(app.template_folder))
    said: str = app.extensions[RELEASE]
    return said


def page(shown: object, build: Callable[[], str]) -> Response:
    """`build()`'s page with a strong validator made of `shown` (its `repr` must name all that the page's own part
    depends on), the frame, the address, the token that its forms carry and the release; or 304 where the browser has
    just that page.

    Kept by the reader's own browser alone, and asked for each time: rights are judged anew. A message that waits to
    be read is never skipped.
    """
    if "_flashes" in session:
        return Response(build(), mimetype="text/html")
    parts = (release(current_app), current_app.extensions[FRAME](), request.full_path, shown)
    token = session.get(TOKEN)
    tag = _tag(*parts, token)
    if tag in request.if_none_match:
        response = Response(status=304)
    else:
        response = Response(build(), mimetype="text/html")
        if session.get(TOKEN) != token:  # the first form of a session makes it
            tag = _tag(*parts, session[TOKEN])
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _tag(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
