"""What the records tell: the history of uploads, the reception of reports, the cell of a field."""

import pandas as pd
from sqlalchemy import Connection, select

from data import reference
from data.database import tables
from data.database.errors import StoreError
from data.database.state import Event, State

RECEPTION_COLUMNS = {
    "commune": "str",
    "week_start_date": "datetime64[us]",
    "first_received_at": "time",
    "last_corrected_at": "time",
    "last_upload": "Int64",
    "is_nil": "boolean",
    "has_urgent": "boolean",
}
HISTORY_COLUMNS = {
    "event_no": "Int64",
    "time": "time",
    "who": "str",
    "act": "str",
    "number": "Int64",
    "file": "str",
    "kinds": "object",
    "communes": "object",
    "weeks": "object",
    "rows": "Int64",
    "waiting": "Int64",
    "problems": "Int64",
    "again": "str",
    "is_in_force": "boolean",
    "replaced_by": "object",
    "sha256": "str",
    "is_demo": "boolean",
    "why": "str",
    "received_at": "time",
}


def _frame(records: list[dict], columns: dict[str, str]) -> pd.DataFrame:
    zone, made = reference.load().campaign.zone, {}
    for name, dtype in columns.items():
        values = pd.Series([record.get(name) for record in records], dtype="object")
        if dtype == "time":
            values = pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]").dt.tz_convert(zone)
        made[name] = values if dtype == "time" else values.astype(dtype)
    return pd.DataFrame(made)


def receptions(state: State) -> pd.DataFrame:
    """One row per (commune, week) of which a report is in force.

    out:     first_received_at of the first upload not undone, whatever corrects it later; last_corrected_at is the
             server's time of the latest correction; is_nil when the report in force says that nothing happened;
             has_urgent when an urgent report of that week is in force
    missing: last_corrected_at without a correction; first_received_at and is_nil with an urgent report only
    """
    found: dict[tuple[str, str], dict] = {}
    for number in state.in_force:
        upload = state.uploads[number]
        for part in upload.parts("weekly_reports"):
            for commune, week, is_urgent in part["received"]:
                entry = found.setdefault((commune, week), {"has_urgent": False})
                if is_urgent:
                    entry["has_urgent"] = True
                else:
                    _receive(entry, upload, part)
    records = [{"commune": c, "week_start_date": week} | found[c, week] for c, week in sorted(found)]
    return _frame(records, RECEPTION_COLUMNS)


def _receive(entry: dict, upload: Event, part: dict) -> None:
    if entry.setdefault("last_upload", upload.number) != upload.number:
        entry |= {"last_upload": upload.number, "last_corrected_at": upload.time, "is_nil": True}
    elif upload.details.get("is_correction") and "last_corrected_at" not in entry:
        entry["last_corrected_at"] = upload.time
    entry.setdefault("first_received_at", upload.received_at)
    entry["is_nil"] = entry.get("is_nil", True) and part["is_nil"] and not part["rows"]


def history(state: State, *, with_demo: bool = True) -> pd.DataFrame:
    """One row per record, oldest first; kinds, communes, weeks and replaced_by hold tuples.

    is_in_force and replaced_by tell about the upload in this state, not at the time of the record.
    """
    events = [event for event in state.events if with_demo or not _is_demo(state, event)]
    return _frame([_record(state, event) for event in events], HISTORY_COLUMNS)


def _is_demo(state: State, event: Event) -> bool:
    return event.act == "clear_demo" or state.uploads[event.number].is_demo


def _record(state: State, event: Event) -> dict:
    record = {name: getattr(event, name) for name in ("event_no", "time", "who", "act", "number", "why")}
    numbers = event.details["numbers"] if event.act == "clear_demo" else [event.number]
    uploads = [state.uploads[number] for number in numbers]
    parts = [part for upload in uploads for part in upload.details["parts"]]
    record |= {
        "kinds": tuple(dict.fromkeys(part["kind"] for part in parts)),
        "communes": tuple(sorted({code for part in parts for code in part["communes"]})),
        "weeks": tuple(sorted({week for part in parts for week in part["weeks"]})),
        "rows": sum(part["rows"] for part in parts),
        "waiting": sum(part["waiting"] for part in parts),
        "problems": sum(sum(part["problems"].values()) for part in parts),
        "is_in_force": any(number in state.in_force for number in numbers),
        "is_demo": _is_demo(state, event),
        "replaced_by": (),
    }
    if event.number is not None:
        (upload,) = uploads
        record |= {name: getattr(upload, name) for name in ("file", "again", "sha256", "received_at")}
        record["replaced_by"] = state.replaced_by(event.number)
    return record


def where(
    connection: Connection, upload: Event, reading_no: int, row: int, field: str, source_column: str | None = None
) -> tuple[str, str, str | None]:
    """The cell of a field: the column of the field in that sheet, else the column in which the row's value stands."""
    part = next((p for p in upload.details["parts"] if p["reading_no"] == reading_no), None)
    if part is None:
        raise StoreError("upload_unknown", f"{upload.number}.{reading_no}")
    letter = part["columns"].get(field) or source_column or _value_column(connection, upload, part, row)
    return part["file"], part["sheet"], f"{letter}{row}" if letter else None


def _value_column(connection: Connection, upload: Event, part: dict, row: int) -> str | None:
    """Where goods or indicators stand side by side, one sheet row gave several rows: then no single column is meant."""
    table, groups = tables.lines[part["kind"]], tables.groups
    of_upload = select(groups.c.id).where(groups.c.upload_number == upload.number, groups.c.kind == part["kind"])
    of_row = (table.c.reading_no == part["reading_no"]) & (table.c.source_row == row)
    asked = select(table.c.source_column).where(table.c.group_id.in_(of_upload), of_row).distinct()
    letters = connection.execute(asked).scalars().all()
    return letters[0] if len(letters) == 1 else None
