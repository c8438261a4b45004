"""Pages."""

from flask import Blueprint

blueprint = Blueprint("brands", __name__)
