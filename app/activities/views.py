"""All pages of activities and photos, gathered for the application."""

from app.activities import (  # noqa: F401 - each adds its routes
    arrange_views,
    entry_views,
    hint_views,
    list_views,
    month_views,
    photo_views,
    upload_views,
)
from app.activities.record_views import blueprint as blueprint
