"""All pages of the checks, gathered for the application."""

from app.checks import mutual_views, step_views  # noqa: F401 - each adds its routes
from app.checks.finding_views import blueprint as blueprint
