"""Every module that defines tables: importing this one makes the metadata whole."""

from app.accounts import models as accounts
from app.activities import models as activities
from app.audit import models as audit
from app.board import models as board
from app.brands import models as brands
from app.checks import models as checks
from app.indicators import models as indicators
from app.inspections import hearing_models as hearings
from app.inspections import models as inspections
from app.inspections import result_models as results
from app.inspections import slip_models as slips
from app.nominations import models as nominations
from app.organisation import models as organisation
from app.photos import hint_models as hints
from app.photos import models as photos
from app.photos import site_photo_models as site_photos
from app.rubrics import models as rubrics

__all__ = [
    "accounts", "activities", "audit", "board", "brands", "checks", "hearings", "hints", "indicators", "inspections", "nominations",
    "organisation", "photos", "results", "rubrics", "site_photos", "slips",
]  # fmt: skip
