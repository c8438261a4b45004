"""the course of a round

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rounds planned before go the way they went: self check, scoring, review, published. Whom the panel did not score
    was their own group."""
    with op.batch_alter_table("inspection_round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stages", sa.JSON(), nullable=False, server_default='["self_check"]'))
        batch_op.add_column(sa.Column("visits_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("feedback_until", sa.Date(), nullable=True))
    with op.batch_alter_table("inspection_round", schema=None) as batch_op:
        batch_op.alter_column("stages", server_default=None)
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.alter_column("own", server_default=None)
    op.execute("UPDATE panel_member SET own = conflicts")
    _review_decision()
    _feedback()
    _appeal()


def _review_decision() -> None:
    op.create_table(
        "review_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_review_decision_account_id_account")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_review_decision_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["sheet.id"], name=op.f("fk_review_decision_sheet_id_sheet"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_decision")),
    )
    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.create_index(
            "uq_review_decision_current",
            ["sheet_id", "code"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_feedback_account_id_account")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_feedback_committee_id_committee")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["sheet.id"], name=op.f("fk_feedback_sheet_id_sheet"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(
            "uq_feedback_current",
            ["sheet_id"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )


def _appeal() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("appealed_at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=True),
        sa.Column("decision", sa.String(length=500), nullable=False),
        sa.Column("decider", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_appeal_account_id_account")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_appeal_committee_id_committee")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_appeal_sheet_id_sheet"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("sheet_id", "code", name=op.f("uq_appeal_sheet_id_code")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_committee_id_outcome"), ["committee_id", "outcome"], unique=False)


def downgrade() -> None:
    """A round that stands at a step which the older release does not know goes to the step before that it knows."""
    op.execute("UPDATE inspection_round SET state = 'scoring' WHERE state = 'visit'")
    op.execute("UPDATE inspection_round SET state = 'review' WHERE state IN ('feedback', 'appeal', 'approval')")
    op.drop_table("appeal")
    op.drop_table("feedback")
    op.drop_table("review_decision")
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.drop_column("own")
    with op.batch_alter_table("inspection_round", schema=None) as batch_op:
        batch_op.drop_column("feedback_until")
        batch_op.drop_column("visits_until")
        batch_op.drop_column("stages")
