"""All pages of the accounts, gathered for the application."""

from app.accounts import administration_views, own_views  # noqa: F401 - each adds its routes
from app.accounts.sign_in_views import blueprint as blueprint
