"""Reads of accounts."""

from sqlalchemy import select

from app.accounts.models import Account
from app.foundation.db import db


def any_account() -> bool:
    """Whether the installation is in use at all."""
    return db.session.scalar(select(Account.id).limit(1)) is not None
