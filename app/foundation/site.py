"""Flask itself, less four things that it works out anew at every call and whose answer never changes here."""

from copy import deepcopy
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, Request, has_request_context, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

MOST_COOKIES = 4096
MOST_ADDRESSES = 16384
LONGEST_ADDRESS = 240
"""Longer ones are a visitor's own words (`next`, a search): kept, they would fill the memory before anybody has signed in."""


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
        self._addresses: dict[tuple[Any, ...], str] = {}

    def ensure_sync(self, func: Any) -> Any:
        """No view is a coroutine; Flask looks at some fourteen functions of a request to find that out."""
        return func

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """An address depends on its words and on the place the site is mounted at alone: it is built once. (A static file's
        carries a digest of its bytes, and in development those change while the site runs.)"""
        if self.config.get("GALLERY") or "_external" in values or not has_request_context():
            return super().url_for(endpoint, **values)
        at = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - a listing asks for hundreds
        words = [(name, None if value is None else str(value)) for name, value in values.items()]
        key = (at.root_path, at.blueprint if endpoint.startswith(".") else "", endpoint, *words)
        found = self._addresses.get(key)
        if found is None:
            found = super().url_for(endpoint, **values)
            if len(found) <= LONGEST_ADDRESS:
                if len(self._addresses) >= MOST_ADDRESSES:
                    self._addresses.clear()
                self._addresses[key] = found
        return found
