"""Flask itself, less three things that it works out anew at every call and whose answer never changes here."""

from typing import Any

from flask import Flask, has_request_context, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class Cookies(SecureCookieSessionInterface):
    """One signer for each secret, instead of one for each request."""

    def __init__(self) -> None:
        self._signers: dict[str | bytes | None, URLSafeTimedSerializer | None] = {}

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
