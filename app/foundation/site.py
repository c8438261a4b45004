"""Flask itself, less four things that it works out anew at every call and whose answer never changes here."""

from copy import deepcopy
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, Request, has_request_context, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

MOST_COOKIES = 4096


class Cookies(SecureCookieSessionInterface):
    """One signer for each secret, instead of one for each request; a cookie that comes again is not verified again.

    Its age is judged each time. A forged cookie is not kept: it would push out the good ones.
    """

    def __init__(self) -> None:
        self._signers: dict[str | bytes | None, URLSafeTimedSerializer | None] = {}
        self._verified = lru_cache(MOST_COOKIES)(self._verify)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_signing_serializer(app) is None:
            return None
        try:
            held, signed_at = self._verified(app, request.cookies.get(self.get_cookie_name(app), ""))
        except BadSignature:
            return self.session_class()
        if datetime.now(UTC) - signed_at > app.permanent_session_lifetime:
            return self.session_class()
        # Seldom anything but words and numbers, such as messages that wait to be read: only those are changed in place.
        plain = all(isinstance(value, str | int) for value in held.values())
        return self.session_class(held if plain else deepcopy(held))

    def _verify(self, app: Flask, cookie: str) -> tuple[dict[str, Any], datetime]:
        signer = self.get_signing_serializer(app)
        assert signer is not None  # noqa: S101 - asked for by `open_session`
        held, signed_at = signer.loads(cookie, return_timestamp=True)
        return held, signed_at

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if app.secret_key not in self._signers:
            self._signers[app.secret_key] = super().get_signing_serializer(app)
        return self._signers[app.secret_key]


class Site(Flask):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.session_interface = Cookies()
        self._static_addresses: dict[tuple[str, str], str] = {}

    def ensure_sync(self, func: Any) -> Any:
        """No view is a coroutine; Flask looks at some fourteen functions of a request to find that out."""
        return func

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """A static file's address changes with its bytes alone: it is built once for each place the site is mounted at."""
        if endpoint != "static" or values.keys() != {"filename"} or not has_request_context():
            return super().url_for(endpoint, **values)
        key = (request.root_path, values["filename"])
        found = self._static_addresses.get(key)
        if found is None:
            found = super().url_for(endpoint, **values)
            if not self.config["GALLERY"]:  # development: files change while the site runs
                self._static_addresses[key] = found
        return found
