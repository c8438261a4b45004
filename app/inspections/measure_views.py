"""What the system measures in a round, and what it still lacks, before anybody scores."""

from flask import render_template

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation.places import Place
from app.indicators import missing_queries
from app.inspections import round_queries
from app.inspections.index_views import blueprint
from app.inspections.round_queries import OpenRound
from app.rubrics.measures import MEASURES


@blueprint.get("/inspections/rounds/<int:round_id>/measures")
@allow(Permission.ROUND_READ, round_queries.open_round)
def measures(row: OpenRound) -> str:
    """Missing values are listed while they may still be entered in time; the reader enters those of their own places."""
    missing = missing_queries.missing_values(row.place.committee_id, row.quarter) if row.missing else []
    return render_template(
        "inspections/measures.html",
        row=row,
        criteria=[row.layout.criteria[code] for code in row.layout.codes if code in row.layout.measured_codes],
        measures=MEASURES,
        missing=missing,
        enters={
            one.branch_id
            for one in missing
            if current().may(Permission.INDICATOR_ENTER, Place(row.place.committee_id, one.branch_id))
        },
    )
