"""All pages of photos, gathered for the application."""

from app.photos import arrange_views, hint_views, photo_views, upload_views  # noqa: F401 - each adds its routes
from app.photos.month_views import blueprint as blueprint
