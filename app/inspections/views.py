"""Pages."""

from flask import Blueprint

blueprint = Blueprint("inspections", __name__)
