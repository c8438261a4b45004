"""All pages of the brands, gathered for the application."""

from app.brands import course_views, goal_views, writing_views  # noqa: F401 - each adds its routes
from app.brands.tree_views import blueprint as blueprint
