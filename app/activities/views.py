"""All pages of activities, gathered for the application."""

from app.activities import entry_views, list_views  # noqa: F401 - each adds its routes
from app.activities.record_views import blueprint as blueprint
