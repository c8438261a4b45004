"""All pages of the inspections, gathered for the application."""

from app.inspections import (  # noqa: F401 - each adds its routes
    compare_views,
    condition_views,
    desk_views,
    hearing_views,
    measure_views,
    plan_views,
    preview_views,
    result_sheet_views,
    result_views,
    review_views,
    round_views,
    self_check_views,
    whole_views,
    year_views,
)
from app.inspections.index_views import blueprint as blueprint
