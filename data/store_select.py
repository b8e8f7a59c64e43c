"""The rows in force: out of all stored rows those that a state of the store counts."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data import schemas
from data.store_files import Place
from data.store_rows import OWN_COLUMNS, read, to_pandas
from data.store_state import Event, State

ORIGIN = ["batch_id", "upload_number", "reading_no"]
RUN_ROWS = 1000  # runs shorter than this are sorted row by row
LINE_BITS = 32  # an upload has fewer rows than this many bits can number


def rows_in_force(place: Place, kind: str, state: State) -> pd.DataFrame:
    """The counted rows, ordered by upload and line, with OWN_COLUMNS and upload_number."""
    return to_pandas(kind, select(place, kind, state))


def select(place: Place, kind: str, state: State, columns: list[str] | None = None) -> pa.Table:
    """The same as Arrow; `columns` of the kind (none: all), always with OWN_COLUMNS and upload_number."""
    uploads = _uploads(kind, state)
    names = None if columns is None else [*columns, *OWN_COLUMNS]
    data = ordered(read(place, kind, [u.batch_id for u in uploads], names), uploads)
    if kind in schemas.LINE_KINDS:
        return _without_repeated(data, state, state.repeating(kind))
    keep = _keep_reported if kind in state.owners else _keep_unsettled
    return data.filter(pa.array(keep(data, kind, state))) if len(data) else data


def _uploads(kind: str, state: State) -> list[Event]:
    if kind in schemas.KINDS:
        return state.counting(kind)
    uploads = [state.uploads[number] for number in state.in_force]
    return [upload for upload in uploads if any(part[kind] for part in upload.details["parts"])]


def ordered(data: pa.Table, uploads: list[Event]) -> pa.Table:
    """With upload_number, ordered by it and by line: files may have been joined in any order."""
    batch_ids = pa.array([upload.batch_id for upload in uploads], pa.string())
    numbers = pa.array([upload.number for upload in uploads], pa.int64())
    data = data.append_column("upload_number", numbers.take(pc.index_in(data["batch_id"], batch_ids)))
    place = (data["upload_number"].to_numpy() << LINE_BITS) + data["line"].to_numpy()
    starts = np.flatnonzero(np.diff(place, prepend=-1) != 1)
    if len(starts) < len(place) / RUN_ROWS + 2 * len(uploads) + 2:
        data, place = _runs_in_order(data, place, starts)
    if np.all(place[1:] > place[:-1]):
        return data
    return data.take(pa.array(np.argsort(place, kind="stable")))


def _runs_in_order(data: pa.Table, place: np.ndarray, starts: np.ndarray) -> tuple[pa.Table, np.ndarray]:
    """Rows of an upload mostly lie together: whole runs are put in order without copying a row."""
    if not len(starts):
        return data, place
    ends = np.append(starts[1:], len(place))
    runs = sorted(zip(place[starts].tolist(), starts.tolist(), ends.tolist(), strict=True))
    tables = [data.slice(start, end - start) for _, start, end in runs]
    return pa.concat_tables(tables), np.concatenate([place[start:end] for _, start, end in runs])


def _without_repeated(data: pa.Table, state: State, repeating: set[int]) -> pa.Table:
    """A list sent again with more rows: of equal lines, as many count as the upload with the most of them has.

    Lines of an upload accepted with again="all" are added to those before; they count as further ones.
    """
    may_repeat = np.isin(data["upload_number"].to_numpy(), list(repeating))
    if not may_repeat.any():
        return data
    part = pd.DataFrame({n: data[n].to_numpy() for n in ("upload_number", "row_key", "row_occurrence")})[may_repeat]
    for number in sorted(repeating):
        if state.uploads[number].again == "all":
            earlier = part[part["upload_number"] < number].drop_duplicates(["row_key", "row_occurrence"])
            own = part["upload_number"] == number
            counted = part.loc[own, "row_key"].map(earlier["row_key"].value_counts()).fillna(0).astype("int64")
            part.loc[own, "row_occurrence"] += counted
    keep = ~may_repeat
    keep[may_repeat] = ~part.duplicated(["row_key", "row_occurrence"]).to_numpy()
    return data.filter(pa.array(keep))


def report_keys(kind: str, frame: pd.DataFrame) -> list[tuple]:
    """For each row of a weekly report or of targets, what it reports on (see Event.keys)."""
    if kind == "targets":
        return list(zip(frame["commune"], frame["indicator"], strict=True))
    weeks = frame["week_start_date"].dt.strftime("%Y-%m-%d")
    return list(zip(frame["commune"], weeks, frame["is_urgent"].fillna(False).astype(bool), strict=True))


def _keep_reported(data: pa.Table, kind: str, state: State) -> np.ndarray:
    names = ["commune", "indicator"] if kind == "targets" else ["commune", "week_start_date", "is_urgent"]
    keys = report_keys(kind, to_pandas_some(kind, data, names))
    numbers = data["upload_number"].to_pylist()
    owners = state.owners[kind]
    return np.array([owners.get(key) == number for key, number in zip(keys, numbers, strict=True)], dtype=bool)


def _keep_unsettled(data: pa.Table, kind: str, state: State) -> np.ndarray:
    settled = {
        (number, part["reading_no"])
        for number in state.in_force
        for part in state.uploads[number].details["parts"]
        if part[kind] and state.is_settled(number, part)
    }
    places = zip(data["upload_number"].to_pylist(), data["reading_no"].to_pylist(), strict=True)
    return np.array([place not in settled for place in places], dtype=bool)


def to_pandas_some(kind: str, data: pa.Table, names: list[str]) -> pd.DataFrame:
    dtypes = {c.name: c.dtype for c in schemas.columns(kind)}
    return data.select(names).to_pandas().astype({name: dtypes[name] for name in names})


def known_rows(counted: pa.Table, rows: pd.DataFrame) -> np.ndarray:
    """For each new row (with OWN_COLUMNS), whether as many equal ones are in force already."""
    keys = pd.Series(counted["row_key"].to_numpy())
    counts = keys[keys.isin(rows["row_key"])].value_counts()
    return (rows["row_occurrence"] < rows["row_key"].map(counts).fillna(0)).to_numpy(dtype=bool)
