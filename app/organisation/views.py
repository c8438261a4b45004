"""All pages of the organisation, gathered for the application."""

from app.organisation import member_views, post_views, roster_views, unit_views  # noqa: F401 - each adds its routes
from app.organisation.sheet_views import blueprint as blueprint
