"""Headers of every answer, cookies, CSRF and the installation's secret.

The content security policy knows no `unsafe-*` and no other host; photos carry a stricter one of their own.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from app.foundation.paging import LARGEST_NUMBER

csrf = CSRFProtect()
MOST_TOKENS = 4096

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
FORM_BYTES = 1024 * 1024
"""The longest form takes some 33,000 characters, nine bytes each in transit."""
YEAR_SECONDS = 365 * 24 * 3600
ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    # Pages name people: nothing is kept by the browser or a proxy unless a view said so.
    ("Cache-Control", "no-store"),
)
"""What every answer carries unless its view said otherwise."""


def secret_key(data_dir: Path) -> str:
    """The installation's secret, made once; two processes that start together agree on one.

    The file is written whole under another name and then linked, so nobody ever reads half a secret.
    """
    path = data_dir / "secret_key"
    if not path.exists():
        draft = data_dir / f"secret_key.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first: its secret holds
        finally:
            draft.unlink()
    return path.read_text().strip()


class NumberConverter(IntegerConverter):
    """A number in an address that no row can have is no page at all; a database would fail on it."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_NUMBER, **options})


def _limit_form() -> None:
    """The room of a request is for photos. A form of text is parsed at once, and as many empty fields as fit into thirty
    megabytes would keep a worker busy for most of a minute, before anybody has signed in."""
    if "CONTENT_TYPE" in request.environ and request.mimetype != "multipart/form-data":
        request.max_content_length = FORM_BYTES


def _refuse_null() -> None:
    """No keyboard types a NUL, and PostgreSQL's texts cannot hold one."""
    refused = b"\0" in request.query_string or b"%00" in request.query_string
    if not refused and request.method not in ("GET", "HEAD"):
        texts = [text for pair in request.form.items(multi=True) for text in pair]
        texts += [file.filename or "" for file in request.files.values()]
        refused = any("\0" in text for text in texts)
    if refused:
        abort(400)


def static_headers(*, https: bool) -> dict[str, str]:
    """What a static file carries: it loads nothing, is embedded by nobody else, and is what its type says."""
    headers = {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return headers | ({"Strict-Transport-Security": f"max-age={YEAR_SECONDS}"} if https else {})


def _protect(response: Response) -> Response:
    headers = response.headers
    already = {name.lower() for name, _value in headers}
    for name, value in ALWAYS:
        if name.lower() not in already:
            headers.add(name, value)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_SECONDS}")
    return response


@lru_cache(MOST_TOKENS)
def _signed(secret: str, token: str) -> str:
    return str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(token))


def csrf_token() -> str:
    """Flask-WTF signs a session's token anew for each page. As it never grows old here, once is enough for a session."""
    token, secret = session.get("csrf_token"), current_app.secret_key
    if not isinstance(token, str) or not isinstance(secret, str):
        return str(generate_csrf())
    return _signed(secret, token)


def init_app(app: Flask) -> None:
    settings = app.config
    app.secret_key = settings["SECRET_KEY"] or secret_key(settings["DATA_DIR"])
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings["HTTPS"],
        SESSION_COOKIE_NAME="brand_session",
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over a shift must still be accepted
        WTF_I18N_ENABLED=False,
        TRUSTED_HOSTS=[host.strip() for host in settings["TRUSTED_HOSTS"].split(",") if host.strip()],
        MAX_CONTENT_LENGTH=settings["PHOTO_MAX_BYTES"] + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
    )
    app.url_map.converters["int"] = NumberConverter
    app.before_request(_limit_form)  # before the token is looked for in the form
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = csrf_token  # for macros
    app.context_processor(lambda: {"csrf_token": csrf_token})
    app.before_request(_refuse_null)
    app.after_request(_protect)
    if proxies := settings["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
