"""slips composed by the acts, and lean results

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WORDS = (
    "branch_name", "group_name", "leader_name", "brand_name", "exact_total", "self_total", "previous_total",
    "previous_quarter", "strength", "next_step", "veto_reason", "unmet_gates", "face", "dimensions", "slip",
)  # fmt: skip
BOTH = ("total", "band", "vetoed", "gates_met")
SLIP_OF_RESULT = """
    FROM sheet_slip JOIN sheet ON sheet.id = sheet_slip.sheet_id
    JOIN publication ON publication.round_id = sheet.round_id AND publication.number = sheet_slip.edition
    WHERE publication.id = group_result.publication_id AND sheet.group_id = group_result.group_id
"""


def upgrade() -> None:
    """What was published keeps every word and its digests, which are spelled as before (form 1): its words move from the
    result to the slip of that edition. Every sheet counts as not yet composed."""
    _sheet_slip()
    names = ", ".join((*WORDS, *BOTH))
    op.execute(
        f"INSERT INTO sheet_slip (committee_id, sheet_id, edition, digest, {names}) "
        f"SELECT group_result.committee_id, sheet.id, publication.number, '', "
        f"{', '.join(f'group_result.{name}' for name in (*WORDS, *BOTH))} "
        "FROM group_result JOIN publication ON publication.id = group_result.publication_id "
        "JOIN sheet ON sheet.round_id = publication.round_id AND sheet.group_id = group_result.group_id "
        "ORDER BY group_result.id"
    )
    with op.batch_alter_table("group_result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slip_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("indicators", sa.JSON(), nullable=True))
    op.execute(f"UPDATE group_result SET slip_id = (SELECT sheet_slip.id {SLIP_OF_RESULT})")
    with op.batch_alter_table("group_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_result_committee_id_publication_id_position"))
        batch_op.drop_index(batch_op.f("ix_group_result_group_id_quarter_publication_id"))
        batch_op.drop_constraint(batch_op.f("uq_group_result_publication_id_group_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_group_result_group_id_quarter_publication_id"), ["group_id", "quarter", "publication_id"]
        )
        batch_op.alter_column("slip_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_group_result_slip_id_sheet_slip"), "sheet_slip", ["slip_id"], ["id"])
        for name in WORDS:
            batch_op.drop_column(name)
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.alter_column("form", server_default=None)
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("stale", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.alter_column("edition", server_default=None)
        batch_op.alter_column("stale", server_default=None)
    op.execute(
        "UPDATE sheet SET edition = "
        "(SELECT coalesce(max(sheet_slip.edition), 0) FROM sheet_slip WHERE sheet_slip.sheet_id = sheet.id)"
    )


def _sheet_slip() -> None:
    op.create_table(
        "sheet_slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("branch_name", sa.String(length=60), nullable=False),
        sa.Column("group_name", sa.String(length=60), nullable=False),
        sa.Column("leader_name", sa.String(length=40), nullable=False),
        sa.Column("brand_name", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("exact_total", sa.String(length=200), nullable=False),
        sa.Column("self_total", sa.Integer(), nullable=True),
        sa.Column("previous_total", sa.Integer(), nullable=True),
        sa.Column("previous_quarter", sa.String(length=7), nullable=True),
        sa.Column("band", sa.String(length=10), nullable=False),
        sa.Column("vetoed", sa.Boolean(), nullable=False),
        sa.Column("gates_met", sa.Boolean(), nullable=False),
        sa.Column("strength", sa.String(length=120), nullable=False),
        sa.Column("next_step", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("veto_reason", sa.String(length=600), nullable=False),
        sa.Column("unmet_gates", sa.JSON(), nullable=False),
        sa.Column("face", sa.JSON(), nullable=False),
        sa.Column("dimensions", sa.JSON(), nullable=False),
        sa.Column("slip", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_sheet_slip_committee_id_committee")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_slip_sheet_id_sheet"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_slip")),
        sa.UniqueConstraint("sheet_id", "edition", name=op.f("uq_sheet_slip_sheet_id_edition")),
    )


TYPES = {
    "branch_name": sa.String(length=60), "group_name": sa.String(length=60), "leader_name": sa.String(length=40),
    "brand_name": sa.String(length=20), "exact_total": sa.String(length=200), "self_total": sa.Integer(),
    "previous_total": sa.Integer(), "previous_quarter": sa.String(length=7), "strength": sa.String(length=120),
    "next_step": sa.String(length=120), "veto_reason": sa.String(length=600), "unmet_gates": sa.JSON(),
    "face": sa.JSON(), "dimensions": sa.JSON(), "slip": sa.JSON(),
}  # fmt: skip
MAY_LACK = frozenset({"self_total", "previous_total", "previous_quarter"})


def downgrade() -> None:
    """The words go back to the results. The older release does not know the digests of what was published since, and
    its `verify` names those publications; their indicator values are lost."""
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.drop_column("stale")
        batch_op.drop_column("edition")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_column("form")
    with op.batch_alter_table("group_result", schema=None) as batch_op:
        for name in WORDS:
            batch_op.add_column(sa.Column(name, TYPES[name], nullable=True))
    op.execute(
        f"UPDATE group_result SET ({', '.join(WORDS)}) = "
        f"(SELECT {', '.join(WORDS)} FROM sheet_slip WHERE sheet_slip.id = group_result.slip_id)"
    )
    with op.batch_alter_table("group_result", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_group_result_slip_id_sheet_slip"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_group_result_group_id_quarter_publication_id"), type_="unique")
        batch_op.drop_column("slip_id")
        batch_op.drop_column("indicators")
        for name in WORDS:
            if name not in MAY_LACK:
                batch_op.alter_column(name, existing_type=TYPES[name], nullable=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_group_result_publication_id_group_id"), ["publication_id", "group_id"]
        )
        batch_op.create_index(
            batch_op.f("ix_group_result_committee_id_publication_id_position"),
            ["committee_id", "publication_id", "position"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_group_result_group_id_quarter_publication_id"),
            ["group_id", "quarter", "publication_id"],
            unique=False,
        )
    op.drop_table("sheet_slip")
