"""Gathers the pages of this feature."""

from app.indicators import definition_views, figure_views, grid_views, import_views  # noqa: F401 - each adds its routes
from app.indicators.index_views import blueprint

__all__ = ["blueprint"]
