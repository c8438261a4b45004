"""business indicators

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_indicator_branch_id_branch")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_indicator_committee_id_committee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_committee_id_branch_id_sort_order_id"),
            ["committee_id", "branch_id", "sort_order", "id"],
            unique=False,
        )

    op.create_table(
        "value_preview",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_value_preview_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_value_preview_branch_id_branch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_value_preview_committee_id_committee"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_preview")),
    )
    with op.batch_alter_table("value_preview", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_value_preview_account_id_id"), ["account_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_value_preview_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "indicator_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_indicator_value_account_id_account")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_indicator_value_branch_id_branch")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_indicator_value_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["party_group.id"], name=op.f("fk_indicator_value_group_id_party_group")),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_value_indicator_id_indicator")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["work_team.id"], name=op.f("fk_indicator_value_team_id_work_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_value")),
    )
    with op.batch_alter_table("indicator_value", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_value_committee_id_branch_id_month_group_id"),
            ["committee_id", "branch_id", "month", "group_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_indicator_value_group_id_month"), ["group_id", "month"], unique=False)
        batch_op.create_index(
            "uq_indicator_value_group",
            ["indicator_id", "group_id", "month"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL AND team_id IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL AND team_id IS NULL"),
        )
        batch_op.create_index(
            "uq_indicator_value_team",
            ["indicator_id", "group_id", "team_id", "month"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL AND team_id IS NOT NULL"),
            postgresql_where=sa.text("replaced_at IS NULL AND team_id IS NOT NULL"),
        )

    op.create_table(
        "indicator_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_month", sa.String(length=7), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("direction", sa.String(length=30), nullable=False),
        sa.Column("bound", sa.String(length=40), nullable=False),
        sa.Column("upper", sa.String(length=40), nullable=True),
        sa.Column("baseline", sa.String(length=40), nullable=True),
        sa.Column("weight", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("responsible", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("(direction = 'range') = (upper IS NOT NULL)", name=op.f("ck_indicator_version_bounds")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_indicator_version_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"],
            ["indicator.id"],
            name=op.f("fk_indicator_version_indicator_id_indicator"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_version")),
        sa.UniqueConstraint("indicator_id", "number", name=op.f("uq_indicator_version_indicator_id_number")),
    )
    with op.batch_alter_table("indicator_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_version_committee_id_from_month"), ["committee_id", "from_month"], unique=False
        )

    op.create_table(
        "indicator_scope",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_indicator_scope_branch_id_branch")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_indicator_scope_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["party_group.id"], name=op.f("fk_indicator_scope_group_id_party_group")),
        sa.ForeignKeyConstraint(["team_id"], ["work_team.id"], name=op.f("fk_indicator_scope_team_id_work_team")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["indicator_version.id"],
            name=op.f("fk_indicator_scope_version_id_indicator_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_scope")),
    )
    with op.batch_alter_table("indicator_scope", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_scope_committee_id_branch_id_group_id"),
            ["committee_id", "branch_id", "group_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_indicator_scope_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_indicator_scope_version_id"), ["version_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("indicator_scope", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_scope_version_id"))
        batch_op.drop_index(batch_op.f("ix_indicator_scope_group_id"))
        batch_op.drop_index(batch_op.f("ix_indicator_scope_committee_id_branch_id_group_id"))

    op.drop_table("indicator_scope")
    with op.batch_alter_table("indicator_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_version_committee_id_from_month"))

    op.drop_table("indicator_version")
    with op.batch_alter_table("indicator_value", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_indicator_value_team",
            sqlite_where=sa.text("replaced_at IS NULL AND team_id IS NOT NULL"),
            postgresql_where=sa.text("replaced_at IS NULL AND team_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_indicator_value_group",
            sqlite_where=sa.text("replaced_at IS NULL AND team_id IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL AND team_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_indicator_value_group_id_month"))
        batch_op.drop_index(batch_op.f("ix_indicator_value_committee_id_branch_id_month_group_id"))

    op.drop_table("indicator_value")
    with op.batch_alter_table("value_preview", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_value_preview_expires_at"))
        batch_op.drop_index(batch_op.f("ix_value_preview_account_id_id"))

    op.drop_table("value_preview")
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_committee_id_branch_id_sort_order_id"))

    op.drop_table("indicator")
