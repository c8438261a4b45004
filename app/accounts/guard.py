"""The guard at the door of every route: closed unless the view says who may enter.

A view is marked by exactly one of `@public`, `@signed_in` or `@allow`. `allow` loads the object that the route is
about and hands it to the view, so an object that was not judged cannot be reached: the getter is the guard.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.accounts import sessions
from app.accounts.actor import Actor
from app.accounts.permissions import Permission
from app.foundation import unit_of_work
from app.foundation.places import Placed

View = Callable[..., ResponseReturnValue]
Getter = Callable[..., Placed | None]


@dataclass(frozen=True)
class Access:
    """What a view declares: who may enter, and how its write transaction starts."""

    word: str  # "public", "signed-in" or a permission: the golden table's column
    permission: Permission | None = None
    getter: Getter | None = None
    # The view opens the write transaction itself, after slow work (decoding a photo, hashing a password).
    slow: bool = False
    # Open to somebody who has still to change a one-time password or to read the notice.
    unsettled: bool = False


def public(*, slow: bool = False) -> Callable[[View], View]:
    """Anybody, signed in or not."""
    return lambda view: _mark(view, Access("public", slow=slow))


def signed_in(*, slow: bool = False, unsettled: bool = False) -> Callable[[View], View]:
    """Anybody signed in, whatever the role: only for a person's own things."""
    return lambda view: _mark(view, Access("signed-in", slow=slow, unsettled=unsettled))


def allow(permission: Permission, getter: Getter | None = None, *, slow: bool = False) -> Callable[[View], View]:
    """Those who hold `permission` at the place of the object that `getter` loads.

    The getter is called with the URL arguments it names; they are consumed, the object becomes the view's first
    argument, the rest follow by name. Without a getter the permission must be held anywhere at all, and the view
    lists only what the reader's places reach. No object: 404. Not allowed: 403 where the reader may know of the
    object, else 404, as if it were absent.
    """

    def mark(view: View) -> View:
        access = Access(permission.value, permission, getter, slow)
        if getter is None:
            return _mark(view, access)
        names = list(inspect.signature(getter).parameters)

        @wraps(view)
        def entered(**arguments: Any) -> Any:
            thing = getter(**{name: arguments.pop(name) for name in names})
            if thing is None:
                abort(404)
            actor = current()
            if not actor.may(permission, thing):
                abort(403 if actor.may_see(thing) else 404)
            return view(thing, **arguments)

        return _mark(entered, access)

    return mark


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def current() -> Actor:
    """Whoever is signed in; 401 (the sign-in page) when nobody is."""
    reader = sessions.reader()
    if reader is None:
        abort(401)
    return reader


def judge_again(permission: Permission | None = None, thing: Placed | None = None) -> None:
    """Inside the write transaction of a `slow` view: a session may end and a right may be taken while a request waits
    for a slow phone, for a decoder or a hash, or for its turn."""
    sessions.look_again()
    actor = current()
    if permission is not None and thing is not None and not actor.may(permission, thing):
        abort(403 if actor.may_see(thing) else 404)


def access_of(endpoint: str) -> Access | None:
    return getattr(current_app.view_functions[endpoint], "access", None)


def _watch() -> Response | None:
    if request.endpoint is None:
        return None  # no such route: the 404 (or 405) page follows
    access = access_of(request.endpoint)
    if access is None:
        current_app.logger.error("route %s declares no permission: closed", request.endpoint)
        abort(403)
    if (answer := _judged(access)) is not None:
        return answer
    if request.method in unit_of_work.SAFE_METHODS or access.slow:
        return None
    unit_of_work.begin_write()
    if access.word != "public":
        sessions.look_again()  # the turn to write may have been long in coming
    return _judged(access)


def _judged(access: Access) -> Response | None:
    if access.word == "public":
        return None
    actor = current()
    if access.permission is not None and not actor.may_somewhere(access.permission):
        # A role that never holds this permission learns nothing of the object behind the address.
        abort(404 if request.view_args else 403)
    if not access.unsettled and (actor.must_change_password or not actor.notice_read):
        return redirect(url_for("accounts.settle", next=request.full_path.rstrip("?")))
    return None


def init_app(app: Flask) -> None:
    app.before_request(_watch)
    _mark(cast("View", app.view_functions["static"]), Access("public"))
