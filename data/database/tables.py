"""The tables: events, originals, uploads; of each kind its lines and summed lines, made of data/schemas.py; the views.

Rows are only ever added. What is in force follows from `group_states`: the lines of an upload that count together are a
group, and each event says which groups it makes count, and which no more.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    exists,
    func,
    select,
)

from data import schemas

TYPES = {
    schemas.TEXT: Text,
    schemas.WHOLE: BigInteger,
    schemas.NUMBER: Double,
    schemas.DATE: Date,
    schemas.FLAG: Boolean,
}
ROW_KINDS = (*schemas.KINDS, "remarks", "waiting")
SEARCHED = {  # kind -> the columns in which words are looked for, beside the names of the good
    "donations": ("donor_name", "note", "source_text"),
    "purchases": ("supplier", "source_text"),
    "distributions": ("recipient_group", "source_text"),
    "frontline_support": ("giver", "source_text"),
    "remarks": ("text",),
}
ID = BigInteger().with_variant(Integer, "sqlite")  # of SQLite only an INTEGER key is the row's own number

metadata = MetaData()

# every act of every person: an act of a journal has its number there, and a hash over itself and the one before
events = Table(
    "events",
    metadata,
    Column("journal", Text, primary_key=True),
    Column("event_no", BigInteger, primary_key=True, autoincrement=False),
    Column("time", DateTime(timezone=True), nullable=False),  # the server's own, in UTC
    Column("who", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("record", Text, nullable=False),  # all of it as JSON, exactly as it was hashed
    Column("hash", Text),  # missing in records of a release before the hashes
)
originals = Table(
    "originals",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
uploads = Table(
    "uploads",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("event_no", BigInteger, nullable=False, unique=True),
    Column("file", Text, nullable=False),
    Column("sha256", Text, ForeignKey("originals.sha256"), nullable=False),
    Column("who", Text, nullable=False),
    Column("accepted_at", DateTime(timezone=True), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("is_demo", Boolean, nullable=False),
    Column("item", BigInteger),  # of the inbox
    Column("search_text", Text, nullable=False),
)
groups = Table(
    "line_groups",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("upload_number", BigInteger, ForeignKey("uploads.number"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("counts_when", Text, nullable=False),  # JSON (data/uploads/groups.py)
    Column("lines", BigInteger, nullable=False),
)
group_states = Table(
    "group_states",
    metadata,
    Column("group_id", BigInteger, ForeignKey("line_groups.id"), primary_key=True, autoincrement=False),
    Column("event_no", BigInteger, primary_key=True, autoincrement=False),
    Column("is_in_force", Boolean, nullable=False),
)
# receipt codes by which donors find their gift; made of the lines with the office's key (data/uploads/receipt_codes.py)
receipts = Table(
    "receipts",
    metadata,
    Column("key_name", Text, primary_key=True),
    Column("code", BigInteger, primary_key=True, autoincrement=False),
    Column("row_key", BigInteger, nullable=False),
    Column("row_occurrence", BigInteger, nullable=False),
)
receipt_uploads = Table(
    "receipt_uploads",
    metadata,
    Column("key_name", Text, primary_key=True),
    Column("upload_number", BigInteger, primary_key=True, autoincrement=False),
)


def _lines(kind: str) -> Table:
    """One row a line of a sheet. line: its place in the upload; row_key: equal for equal lines (data/uploads/keys.py);
    row_occurrence: which of several equal ones of one upload it is."""
    table = Table(
        kind,
        metadata,
        Column("id", ID, primary_key=True, autoincrement=False),
        Column("group_id", BigInteger, ForeignKey("line_groups.id"), nullable=False),
        Column("upload_number", BigInteger, nullable=False),
        Column("reading_no", BigInteger, nullable=False),
        Column("line", BigInteger, nullable=False),
        Column("row_key", BigInteger, nullable=False),
        Column("row_occurrence", BigInteger, nullable=False),
        *(Column(c.name, TYPES[c.dtype], nullable=not c.required) for c in schemas.columns(kind)),
        *([Column("search_text", Text, nullable=False)] if kind in SEARCHED else []),
    )
    Index(f"{kind}_of_group", table.c.group_id)
    if kind in schemas.KINDS:
        Index(f"{kind}_with_key", table.c.row_key, table.c.group_id)
    return table


def _summed(kind: str) -> Table:
    """What no filter tells apart, added up, of each group by itself (data/summing.py)."""
    types = {c.name: TYPES[c.dtype] for c in schemas.columns(kind)}
    keys, fields = schemas.SUMMED[kind]
    table = Table(
        f"summed_{kind}",
        metadata,
        Column("id", ID, primary_key=True, autoincrement=False),
        Column("group_id", BigInteger, ForeignKey("line_groups.id"), nullable=False),
        *(Column(name, types[name]) for name in (*keys, *fields)),
        Column("lines", BigInteger, nullable=False),
    )
    Index(f"summed_{kind}_of_group", table.c.group_id)
    return table


lines = {kind: _lines(kind) for kind in ROW_KINDS}
summed = {kind: _summed(kind) for kind in schemas.KINDS}


def in_force(event_no: int | None = None) -> Select:
    """The ids of the groups that count after an event, or now."""
    later = group_states.alias()
    is_later = [later.c.group_id == group_states.c.group_id, later.c.event_no > group_states.c.event_no]
    wanted = [group_states.c.is_in_force]
    if event_no is not None:
        is_later.append(later.c.event_no <= event_no)
        wanted.append(group_states.c.event_no <= event_no)
    return select(group_states.c.group_id).where(*wanted, ~exists().where(and_(*is_later)))


def view_of(kind: str) -> Select:
    """What is in force of a kind, with the columns of its tidy frame: what outside tools read."""
    table = lines[kind]
    own = [table.c[column.name] for column in schemas.columns(kind)]
    return (
        select(*own, table.c.upload_number, table.c.reading_no, uploads.c.file)
        .join_from(table, uploads, uploads.c.number == table.c.upload_number)
        .where(table.c.group_id.in_(in_force()))
    )


VIEWS = {f"in_force_{kind}": kind for kind in ROW_KINDS}


def words_vector(column: Column):
    """The words of a search text as PostgreSQL looks them up: ours, never taken apart by a parser of its own."""
    return func.array_to_tsvector(func.string_to_array(column, " "))
