"""What a person sees when something cannot be done: calm, in Chinese, with a way on.

A script that asked for JSON gets the same sentence as `{"message": …}`.
"""

from typing import Any

from flask import Flask, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, SecurityError

from app.foundation.db import db
from app.foundation.errors import Refused

MESSAGES = {
    400: "这次提交不完整，或页面停留太久。请返回上一页刷新后再试，已填的内容会尽量保留。",
    403: "您的职务没有这项权限。如确需办理，请联系本支部书记或系统管理员。",
    404: "没有找到这一页。它可能已被移走，或不属于您所在的党组织。",
    405: "这个地址不能这样打开，请从页面上的按钮进入。",
    409: "内容刚被别人更新过，请刷新后核对再提交。",
    413: "文件太大，请压缩或换一张后再传。",
    422: "填写的内容有误，请按提示修改。",
    429: "尝试次数过多，请稍后再试。",
    500: "系统出了点问题，已记录下来。请稍后再试，或联系系统管理员。",
    503: "系统正忙，暂时存不进去。内容没有丢，请稍后再试。",
}
RETRY_SECONDS = "60"
PAGES = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def answer(status: int, message: str = "") -> ResponseReturnValue:
    again = {"Retry-After": RETRY_SECONDS} if status == 503 else {}
    if wants_json():
        return jsonify(message=message or MESSAGES.get(status, MESSAGES[500])), status, again
    page = status if status in PAGES else 400 if status < 500 else 500
    return render_template(f"errors/{page}.html", message=message, status=status), status, again


def _refused(error: Refused) -> ResponseReturnValue:
    return answer(error.status, error.message)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if isinstance(error, SecurityError):
        # A host that is not ours: no address can be built for it, so there is no page, only a word.
        return Response("请用本系统自己的网址打开。", 400, mimetype="text/plain")
    if status == 401:
        return _sign_in_again()
    if 300 <= status < 400:
        return error.get_response()
    answered = current_app.make_response(answer(status))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answered.headers["Allow"] = ", ".join(error.valid_methods)
    return answered


def _sign_in_again() -> ResponseReturnValue:
    if wants_json():
        return jsonify(message="登录已过期，请重新登录；已填的内容还在本机。"), 401
    # What was typed is kept by the browser (drafts.js); a form's own address may not be openable by GET.
    target = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else request.referrer or ""
    return redirect(url_for("accounts.sign_in", next=target) if target != "/" else url_for("accounts.sign_in"))


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return answer(400)


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    db.session.rollback()  # the page's own reads would fail in the transaction that broke off
    return answer(409)


def _unavailable(error: OperationalError) -> ResponseReturnValue:
    """Busy, locked, full or out of reach: 503. A table or column that is not there is our own fault, and no waiting
    helps."""
    current_app.logger.error("the database refused: %s", error.orig)
    return answer(500 if "no such" in str(error.orig) or "has no column" in str(error.orig) else 503)


def _broken(error: InternalServerError) -> ResponseReturnValue:
    # A commit that fails while the answer is being sent arrives here and not at the handler of its own class.
    original: Any = error.original_exception
    if isinstance(original, OperationalError):
        return _unavailable(original)
    if isinstance(original, OSError):
        return answer(503)
    return answer(500)


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(InternalServerError, _broken)
