"""Who asks again for a page that they have is told so before Flask is reached, as long as nothing has happened.

At one head of the audit chain the same request gets the same answer. So a 304 that was judged and sent once is sent once
more to just that request (cookie, address, validator), until the next act, the next day or the moment at which the session
has to be looked at: see `Judged`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.audit import queries as audit_queries
from app.foundation import clock
from app.foundation.db import db

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_ANSWERS = 4096
LONGEST_QUESTION = 4096
"""Characters of what is asked; no browser's own question is longer, and kept it would fill the memory."""
JUDGED = "brand.judged"
"""Under this name the request's environment holds what `sessions.load_actor` found."""

ASKED = (
    "REQUEST_METHOD", "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_COOKIE",
    "HTTP_IF_NONE_MATCH",
)  # fmt: skip


class Judged(NamedTuple):
    """The head of the chain at which somebody was let in, and until when that holds if no act follows."""

    head: str
    until: datetime


class AskedAgain:
    def __init__(self, app: Flask) -> None:
        self.site: WSGIApplication = app.wsgi_app
        self.answers: dict[tuple[Any, ...], tuple[Judged, list[tuple[str, str]]]] = {}
        with app.app_context():
            self.engine = db.engine

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if "HTTP_IF_NONE_MATCH" not in environ:
            return self.site(environ, start_response)
        key = tuple(environ.get(name) for name in ASKED)
        if sum(len(word or "") for word in key) > LONGEST_QUESTION:
            return self.site(environ, start_response)
        if (known := self.answers.get(key)) is not None:
            judged, headers = known
            if judged.until > clock.now() and judged.head == self._head():
                start_response("304 NOT MODIFIED", [*headers])
                return ()
            self.answers.pop(key, None)

        def note(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            if status.startswith("304") and JUDGED in environ and all(name != "Set-Cookie" for name, _ in headers):
                if len(self.answers) >= MOST_ANSWERS:
                    self.answers.clear()
                self.answers[key] = (environ[JUDGED], [*headers])
            return start_response(status, headers, *error)

        return self.site(environ, note)

    def _head(self) -> str | None:
        """None where the database fails: that is told by a page, and pages are Flask's."""
        try:
            head = audit_queries.head(self.engine)
        except SQLAlchemyError:
            return None
        return None if head is None else head.hash


def init_app(app: Flask) -> None:
    app.wsgi_app = AskedAgain(app)  # type: ignore[method-assign]
