"""The application: `create_app` is the only place that knows all features."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from whitenoise import WhiteNoise

from app import cli, navigation, tables  # noqa: F401 - tables: the metadata must be whole before any mapper is used
from app.accounts import asked_again, guard, sessions
from app.accounts.views import blueprint as accounts_pages
from app.activities.views import blueprint as activities_pages
from app.auditing.views import blueprint as audit_pages
from app.board.views import blueprint as board_pages
from app.brands.views import blueprint as brands_pages
from app.checks.views import blueprint as checks_pages
from app.demo.views import blueprint as demo_pages
from app.foundation import (
    compression,
    db,
    error_pages,
    periods,
    security,
    static_files,
    storage,
    typography,
    unit_of_work,
)
from app.foundation.site import Site
from app.gallery.views import blueprint as gallery_pages
from app.health import blueprint as health_pages
from app.indicators.views import blueprint as indicators_pages
from app.inspections.views import blueprint as inspections_pages
from app.nominations.views import blueprint as nominations_pages
from app.organisation.views import blueprint as organisation_pages
from app.photos.views import blueprint as photos_pages
from app.rubrics.views import blueprint as rubrics_pages
from app.today.views import blueprint as today_pages
from app.walls.views import blueprint as walls_pages
from config import Settings

ROOT = Path(__file__).resolve().parent
YEAR_SECONDS = 365 * 24 * 3600


def create_app(settings: Settings | None = None) -> Flask:
    app = Site(__name__, template_folder=ROOT.parent / "templates")
    app.config.from_object(settings or Settings())
    data_dir: Path = app.config["DATA_DIR"]
    data_dir.mkdir(parents=True, exist_ok=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = app.config["DATABASE_URL"] or f"sqlite:///{data_dir / 'database.sqlite3'}"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters.update(month=periods.MonthConverter, quarter=periods.QuarterConverter)

    for part in (
        db,
        asked_again,  # within what `security` makes of a proxy's words
        compression,
        security,
        storage,
        typography,
        error_pages,
        sessions,
        guard,
        unit_of_work,
        navigation,
    ):
        part.init_app(app)
    register_features(app)
    cli.init_app(app)
    serve_static(app)
    return app


def register_features(app: Flask) -> None:
    for blueprint in (
        today_pages, accounts_pages, audit_pages, organisation_pages, brands_pages, activities_pages, photos_pages, indicators_pages,
        checks_pages, rubrics_pages, inspections_pages, nominations_pages, board_pages, walls_pages, demo_pages, health_pages,
    ):  # fmt: skip
        app.register_blueprint(blueprint)
    if app.config["GALLERY"]:
        app.register_blueprint(gallery_pages)


def serve_static(app: Flask) -> None:
    """Static files: named with a hash of their bytes in the address, so that browsers may keep them for good."""
    folder = ROOT / "static"

    @cache
    def fingerprint(filename: str) -> str:
        path = folder / filename
        return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""

    @app.url_defaults
    def add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = fingerprint(values["filename"])

    always = security.static_headers(https=app.config["HTTPS"])
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=static_files.root_for(folder, app.config["DATA_DIR"]),
        prefix="static/",
        max_age=YEAR_SECONDS,
        allow_all_origins=False,
        add_headers_function=lambda headers, _path, _url: [headers.add_header(*item) for item in always.items()],
        autorefresh=app.config["GALLERY"],  # development: a changed sheet shows at once
    )
