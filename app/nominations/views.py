"""Pages."""

from flask import Blueprint

blueprint = Blueprint("nominations", __name__)
