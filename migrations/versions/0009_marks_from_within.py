"""marks from within

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whether somebody of the group itself wrote a body's mark; of earlier marks nobody said so."""
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.add_column(sa.Column("from_within", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.alter_column("from_within", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.drop_column("from_within")
