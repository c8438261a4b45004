"""All pages of the rubrics, gathered for the application."""

from app.rubrics import adaptation_views, editor_views, workbook_views  # noqa: F401 - each adds its routes
from app.rubrics.index_views import blueprint as blueprint
