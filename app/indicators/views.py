"""Gathers the pages of this feature."""

from app.indicators import (  # noqa: F401 - each adds its routes
    brand_views,
    definition_views,
    figure_views,
    grid_views,
    import_views,
)
from app.indicators.index_views import blueprint

__all__ = ["blueprint"]
