"""The unit F: CPU of a Flask and Jinja page of 50 rows with no database and no sign-in, in the same process and run."""

import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder

ROUNDS = 7
PAGE = """<!doctype html><html lang="zh-CN"><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
<table><thead><tr><th>次序</th><th>党小组</th><th>党支部</th><th>得分</th><th>等次</th></tr></thead><tbody>
{% for row in rows %}<tr><td>{{ row[0] }}</td><td><a href="/groups/{{ row[0] }}">{{ row[1] }}</a></td><td>{{ row[2] }}</td>
<td>{{ row[3] }}</td><td>{{ row[4] }}</td></tr>{% endfor %}</tbody></table></body></html>"""
ROWS = [(number, f"第{number}党小组", "制丝车间党支部", "92.50", "优秀") for number in range(1, 51)]

Call = Callable[[], int]


def caller(app: Flask, path: str, headers: dict[str, str] | None = None) -> Call:
    """Opens a page by WSGI alone, so that no client's own work is measured; returns the status."""
    builder = EnvironBuilder(path=path, headers=list((headers or {}).items()), base_url="http://localhost")
    environ = builder.get_environ()
    builder.close()

    def call() -> int:
        status = 0

        def start(line: str, _headers: Any, _error: Any = None) -> Callable[[bytes], None]:
            nonlocal status
            status = int(line[:3])
            return lambda _chunk: None

        answer = app.wsgi_app(dict(environ), start)
        try:
            for _chunk in answer:
                pass
        finally:
            close = getattr(answer, "close", None)
            if close:
                close()
        return status

    return call


def plain_page() -> Call:
    app = Flask("unit")
    template = app.jinja_env.from_string(PAGE)
    app.add_url_rule("/", "page", lambda: template.render(title="榜", rows=ROWS))
    return caller(app, "/")


def cpu(call: Call, times: int, before: Call | None = None) -> float:
    """What `before` does ahead of each call is not counted."""
    spent = 0.0
    for _ in range(times):
        if before is not None:
            before()
        begun = time.process_time()
        call()
        spent += time.process_time() - begun
    return spent / times


def in_units(calls: dict[str, Call], times: int = 60, before: dict[str, Call] | None = None) -> dict[str, float]:
    """CPU of each call in F. Rounds alternate with the unit's own, and the best of each counts: noise only adds."""
    unit, ahead = plain_page(), before or {}
    cpu(unit, 10)
    for name, call in calls.items():
        cpu(call, 10, ahead.get(name))
    best: dict[str, float] = dict.fromkeys(calls, float("inf"))
    best_unit = float("inf")
    for _ in range(ROUNDS):
        best_unit = min(best_unit, cpu(unit, times * 3))
        for name, call in calls.items():
            best[name] = min(best[name], cpu(call, times, ahead.get(name)))
    return {name: value / best_unit for name, value in best.items()}
