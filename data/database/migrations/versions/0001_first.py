"""The first schema: written down as it was, so that later releases change it and do not rewrite it."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT, WHOLE, NUMBER, DATE, FLAG = sa.Text, sa.BigInteger, sa.Double, sa.Date, sa.Boolean
AMOUNT = "good:TEXT! quantity:NUMBER! unit:TEXT! base_quantity:NUMBER base_unit:TEXT"
PROVENANCE = "source_sheet:TEXT! source_row:WHOLE! source_column:TEXT! source_text:TEXT"
LINES = {
    "donations": f"date:DATE donor_name:TEXT donor_category:TEXT commune:TEXT {AMOUNT} cash_vnd:WHOLE value_vnd:WHOLE"
    " note:TEXT may_publish:FLAG",
    "purchases": f"date:DATE {AMOUNT} cost_vnd:WHOLE supplier:TEXT",
    "distributions": f"date:DATE commune:TEXT recipient_group:TEXT households:WHOLE people:WHOLE {AMOUNT}"
    " cash_vnd:WHOLE value_vnd:WHOLE",
    "frontline_support": f"date:DATE site:TEXT! commune:TEXT {AMOUNT} cash_vnd:WHOLE value_vnd:WHOLE giver:TEXT",
    "weekly_reports": "commune:TEXT! week_start_date:DATE! indicator:TEXT! value:NUMBER cumulative:NUMBER"
    " is_urgent:FLAG",
    "targets": "commune:TEXT! indicator:TEXT! target:NUMBER!",
    "remarks": "commune:TEXT week_start_date:DATE topic:TEXT! text:TEXT!",
    "waiting": "kind:TEXT! codes:TEXT!",
}
SUMMED = {
    "donations": "date:DATE commune:TEXT good:TEXT base_unit:TEXT donor_category:TEXT base_quantity:NUMBER"
    " cash_vnd:WHOLE value_vnd:WHOLE",
    "purchases": "date:DATE good:TEXT base_unit:TEXT base_quantity:NUMBER cost_vnd:WHOLE",
    "distributions": "date:DATE commune:TEXT good:TEXT base_unit:TEXT base_quantity:NUMBER cash_vnd:WHOLE"
    " value_vnd:WHOLE households:WHOLE people:WHOLE",
    "frontline_support": "date:DATE site:TEXT commune:TEXT good:TEXT base_unit:TEXT base_quantity:NUMBER"
    " cash_vnd:WHOLE value_vnd:WHOLE",
    "weekly_reports": "commune:TEXT week_start_date:DATE indicator:TEXT is_urgent:FLAG value:NUMBER cumulative:NUMBER",
    "targets": "commune:TEXT indicator:TEXT target:NUMBER",
}
SEARCHED = ("donations", "purchases", "distributions", "frontline_support", "remarks", "uploads")
LISTS = ("donations", "purchases", "distributions", "frontline_support")
OF_GROUP = "group_id:WHOLE!>line_groups.id"
OF_LINE = f"{OF_GROUP} upload_number:WHOLE! reading_no:WHOLE! line:WHOLE! row_key:WHOLE! row_occurrence:WHOLE!"
TABLES = {
    "events": "*journal:TEXT *event_no:WHOLE time:MOMENT! who:TEXT! act:TEXT! subject:TEXT! record:TEXT! hash:TEXT",
    "originals": "*sha256:TEXT content:BYTES!",
    "uploads": "*number:WHOLE event_no:WHOLE!= file:TEXT! sha256:TEXT!>originals.sha256 who:TEXT! accepted_at:MOMENT!"
    " received_at:MOMENT! is_demo:FLAG! item:WHOLE search_text:TEXT!",
    "line_groups": "*id:ID upload_number:WHOLE!>uploads.number kind:TEXT! counts_when:TEXT! lines:WHOLE!",
    "group_states": "*group_id:WHOLE>line_groups.id *event_no:WHOLE is_in_force:FLAG!",
    "receipts": "*key_name:TEXT *code:WHOLE row_key:WHOLE! row_occurrence:WHOLE!",
    "receipt_uploads": "*key_name:TEXT *upload_number:WHOLE",
}
TYPES = {"TEXT": TEXT, "WHOLE": WHOLE, "NUMBER": NUMBER, "DATE": DATE, "FLAG": FLAG, "BYTES": sa.LargeBinary}


def _columns(told: str) -> list[sa.Column]:
    """ "*id:ID name:TEXT! other:WHOLE>table.id": * of the key, ! never missing, = never twice, > of another table."""
    made = []
    for one in told.split():
        name, _, rest = one.partition(":")
        rest, _, reference = rest.partition(">")
        kind = {"ID": sa.BigInteger().with_variant(sa.Integer(), "sqlite"), "MOMENT": sa.DateTime(timezone=True)}
        plain = rest.rstrip("!=")
        made.append(
            sa.Column(
                name.lstrip("*"),
                kind.get(plain) or TYPES[plain](),
                *([sa.ForeignKey(reference)] if reference else []),
                primary_key=name.startswith("*"),
                autoincrement=False,
                nullable="!" not in rest and not name.startswith("*"),
                unique="=" in rest or None,
            )
        )
    return made


def upgrade() -> None:
    is_server = op.get_bind().dialect.name == "postgresql"
    for name, told in TABLES.items():
        op.create_table(name, *_columns(told))
    for kind, told in LINES.items():
        words = " search_text:TEXT!" if kind in SEARCHED else ""
        op.create_table(kind, *_columns(f"*id:ID {OF_LINE} {told} {PROVENANCE}{words}"))
        op.create_index(f"{kind}_of_group", kind, ["group_id"])
        if kind in SUMMED:
            op.create_index(f"{kind}_with_key", kind, ["row_key", "group_id"])
    for kind, told in SUMMED.items():
        op.create_table(f"summed_{kind}", *_columns(f"*id:ID {OF_GROUP} {told} lines:WHOLE!"))
        op.create_index(f"summed_{kind}_of_group", f"summed_{kind}", ["group_id"])
    for kind in LISTS:  # as they are shown, the newest first; on SQLite missing days are the smallest anyway
        newest = "date DESC NULLS LAST" if is_server else "date DESC"
        op.execute(f"CREATE INDEX {kind}_newest ON {kind} ({newest}, upload_number DESC, line)")
    for name in SEARCHED:
        if is_server:
            words = "array_to_tsvector(string_to_array(search_text, ' '))"
            op.execute(f"CREATE INDEX {name}_search ON {name} USING gin ({words})")
        else:
            key = "number" if name == "uploads" else "id"
            told = f"search_text, content='{name}', content_rowid='{key}', detail=none, tokenize='ascii'"
            op.execute(f"CREATE VIRTUAL TABLE {name}_search USING fts5({told})")
