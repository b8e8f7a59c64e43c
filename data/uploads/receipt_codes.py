"""Receipt codes: by the code in the thank-you letter a donor finds the own gift, and nobody anyone else's.

A code is an HMAC of the gift line's identity with the office's key: it can neither be guessed nor made from a list that
somebody else has. The identity is what makes two lines the same (data/schemas.py), and which of several equal ones it
is: so a list that is sent again with more rows keeps its codes.
"""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from data.database import tables
from data.database.errors import StoreError
from data.database.state import State
from data.uploads.store import Store

KIND = "donations"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I: read aloud, copied by hand
LENGTH, GROUP, BITS = 12, 4, 5
TOLD = ["date", "commune", "good", "quantity", "unit", "cash_vnd", "value_vnd"]  # never who it was
KEYS_AT_ONCE = 5000
LINES_AT_ONCE = 50_000
# a store that takes nothing in, for now or for ever, still answers
NOT_TAKEN_IN = ("store_not_writable", "store_full", "store_busy")
LINES, GROUPS, RECEIPTS, UPLOADS = tables.lines[KIND], tables.groups, tables.receipts, tables.receipt_uploads


def receipt_code(secret: str, line: str) -> str:
    """The code of a gift line (of `line_ids`): "ABCD-EFGH-JKLM"."""
    return _spelled(_number(secret.encode(), line))


def line_ids(store: Store, lines: pd.DataFrame, *, as_of: datetime | None = None) -> pd.Series:
    """The identity of each gift line, the same in every version of its list: "key:number".

    in:   lines: some that are in force at that moment, with row_key, row_occurrence and upload_number (LineReader)
    out:  the same index; of equal lines in force, in the order of their uploads, each has the next number
    """
    numbers, keys = lines["row_occurrence"].to_numpy("int64", copy=True), lines["row_key"].to_numpy("int64")
    uploads, of_line = store.log.state().uploads, lines["upload_number"].to_numpy("int64")
    # a line counts only where fewer equal ones stand before it than its own number says (data/uploads/groups.py), so
    # that is its number among all; but of an upload that counts beside the others every line counts, after all of them
    is_beside = np.isin(of_line, [number for number, upload in uploads.items() if upload.again == "all"])
    if is_beside.any():
        with store.lines(as_of=as_of) as reader:
            in_force = tables.in_force(reader.event_no)
            met = _equal_lines(reader.connection, np.unique(keys[is_beside]), LINES.c.group_id.in_(in_force))
        for place in np.flatnonzero(is_beside).tolist():
            found = met.get(int(keys[place]), {})
            numbers[place] += sum(count for upload, count in found.items() if upload < of_line[place])
    made = [_line(*pair) for pair in zip(keys.tolist(), numbers.tolist(), strict=True)]
    return pd.Series(made, index=lines.index, dtype="str")


def _equal_lines(connection: Connection, keys: np.ndarray, *where) -> dict[int, dict[int, int]]:
    """Row key -> upload -> how many lines it has of it."""
    found: dict[int, dict[int, int]] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = LINES.c.row_key.in_(keys[start : start + KEYS_AT_ONCE].tolist())
        asked = select(LINES.c.row_key, LINES.c.upload_number, func.count()).where(some, *where)
        for key, upload, count in connection.execute(asked.group_by(LINES.c.row_key, LINES.c.upload_number)):
            found.setdefault(key, {})[upload] = count
    return found


def _line(key: int, occurrence: int) -> str:
    return f"{key & (1 << 64) - 1:016x}:{occurrence}"


def _number(key: bytes, line: str) -> int:
    digest = hmac.digest(key, f"receipt:{line}".encode(), "sha256")
    return int.from_bytes(digest[:8], "big") >> (64 - LENGTH * BITS)


def _spelled(number: int) -> str:
    signs = [ALPHABET[number >> BITS * (LENGTH - 1 - place) & (1 << BITS) - 1] for place in range(LENGTH)]
    return "-".join("".join(signs[start : start + GROUP]) for start in range(0, LENGTH, GROUP))


def read_code(text: str) -> int | None:
    """A code as a person types it, in any case, with or without spaces and dashes; None when it is none."""
    signs = re.sub(r"[\s\-–—.]", "", text.upper())
    if len(signs) != LENGTH or not set(signs) <= set(ALPHABET):
        return None
    number = 0
    for sign in signs:
        number = number << BITS | ALPHABET.index(sign)
    return number


@dataclass(frozen=True)
class FoundGift:
    """A gift, without who gave it. is_counted: whether the numbers have it now."""

    date: date | None
    commune: str | None
    good: str
    quantity: float
    unit: str
    cash_vnd: int | None
    value_vnd: int | None
    is_counted: bool


class ReceiptIndex:
    """The codes of all gift lines that were ever accepted, kept in the store upload by upload.

    They are made when a code is looked up, of what was accepted since, and stand under the name of the key: never the
    key itself. Nothing of it is a record: it can be made again of the lines at any time.
    """

    def __init__(self, store: Store, secret: str):
        self.store, self.key = store, secret.encode()
        self.key_name = sha256(f"receipt-key:{secret}".encode()).hexdigest()[:16]

    def find(self, number: int) -> FoundGift | None:
        """The gift of a code (of `read_code`)."""
        if not self.store.database.exists():
            return None
        left = self._keep_up()
        with self.store.lines() as reader:
            own = (RECEIPTS.c.key_name == self.key_name, RECEIPTS.c.code == number)
            line = reader.connection.execute(select(RECEIPTS.c.row_key, RECEIPTS.c.row_occurrence).where(*own)).first()
            line = line or self._looked_through(reader.connection, left, number)
            if line is None:
                return None
            equal, in_force = LINES.c.row_key == line[0], LINES.c.group_id.in_(tables.in_force(reader.event_no))
            counted = reader.connection.execute(select(func.count()).where(equal, in_force)).scalar_one()
            asked = select(*(LINES.c[name] for name in TOLD)).where(equal).order_by(LINES.c.id).limit(1)
            told = reader.connection.execute(asked).one()._asdict()
        return FoundGift(**told, is_counted=line[1] < counted)

    def _keep_up(self) -> list[int]:
        """Write the codes of the uploads that have none yet; out: those that are left, where nothing can be written."""
        known = self.store.database.rows(select(UPLOADS.c.upload_number).where(UPLOADS.c.key_name == self.key_name))
        uploads = self.store.log.state().uploads
        new = sorted({n for n, upload in uploads.items() if upload.rows(KIND)} - {row[0] for row in known})
        for place, number in enumerate(new):
            with self.store.lines() as reader:  # whoever wants to accept meanwhile need not wait
                codes = self._codes(reader.connection, number)
            try:
                self._write(number, codes)
            except StoreError as error:
                if error.code not in NOT_TAKEN_IN:
                    raise
                return new[place:]
        return []

    def _codes(self, connection: Connection, number: int) -> np.ndarray:
        """One row a line that an upload has made known: code, row key, which of the equal lines; ordered by code."""
        keys, numbers = _lines_up_to(connection, self.store.log.seen_by(connection), number)
        lines = zip(keys.tolist(), numbers.tolist(), strict=True)
        codes = np.fromiter((_number(self.key, _line(*pair)) for pair in lines), "int64", len(keys))
        codes, first = np.unique(codes, return_index=True)
        return np.column_stack([codes, keys[first], numbers[first]])

    def _write(self, number: int, codes: np.ndarray) -> None:
        with self.store.database.writing() as connection:
            done = select(UPLOADS.c.upload_number).where(UPLOADS.c.key_name == self.key_name)
            if number in connection.execute(done).scalars().all():
                return  # another process was faster
            new = codes[~np.isin(codes[:, 0], self._known(connection, codes[:, 0]))]
            rows = ((self.key_name, *line) for line in new.tolist())
            self.store.database.insert(connection, RECEIPTS, ("key_name", "code", "row_key", "row_occurrence"), rows)
            own = [(self.key_name, number)]
            self.store.database.insert(connection, UPLOADS, ("key_name", "upload_number"), own)

    def _known(self, connection: Connection, codes: np.ndarray) -> list[int]:
        """Which of these codes stand there: those of lines that an earlier upload has too."""
        found: list[int] = []
        for start in range(0, len(codes), KEYS_AT_ONCE):
            some = RECEIPTS.c.code.in_(codes[start : start + KEYS_AT_ONCE].tolist())
            asked = select(RECEIPTS.c.code).where(RECEIPTS.c.key_name == self.key_name, some)
            found += connection.execute(asked).scalars()
        return found

    def _looked_through(self, connection: Connection, uploads: list[int], number: int) -> tuple[int, int] | None:
        """The line of a code in uploads whose codes cannot be kept."""
        for upload in uploads:
            found = [line for code, *line in self._codes(connection, upload).tolist() if code == number]
            if found:
                return tuple(found[0])
        return None


def _lines_up_to(connection: Connection, state: State, number: int) -> tuple[np.ndarray, np.ndarray]:
    """(row key, which of the equal lines) of every line of an upload, and of every equal one that any state has had.

    Of equal lines as many as the upload with the most of them has, and those of uploads that were to count beside.
    """
    pages = list(_keys_of_upload(connection, number))
    keys, numbers = (np.concatenate([page[:, column] for page in pages]) for column in (0, 1))
    beside = {n for n, upload in state.uploads.items() if upload.again == "all" and upload.rows(KIND)}
    if not beside:
        return keys, numbers
    keys = np.unique(keys)
    met = _equal_lines(connection, keys, LINES.c.upload_number.in_(list(state.uploads)))
    ever = [_ever(met[key], beside) for key in keys.tolist()]
    return np.repeat(keys, ever), np.concatenate([np.arange(count) for count in ever])


def _ever(lines: dict[int, int], beside: set[int]) -> int:
    """How many equal lines have counted at most; lines: upload -> how many it has."""
    most = max((count for upload, count in lines.items() if upload not in beside), default=0)
    return most + sum(count for upload, count in lines.items() if upload in beside)


def _keys_of_upload(connection: Connection, number: int) -> Iterator[np.ndarray]:
    """row_key, row_occurrence of the lines of an upload, page after page."""
    own = LINES.c.group_id.in_(select(GROUPS.c.id).where(GROUPS.c.upload_number == number, GROUPS.c.kind == KIND))
    first, last = connection.execute(select(func.min(LINES.c.id), func.max(LINES.c.id)).where(own)).one()
    # the numbers of an upload's lines lie together
    for start in range(first, last + 1, LINES_AT_ONCE):
        some = LINES.c.id.between(start, min(start + LINES_AT_ONCE - 1, last))
        asked = select(LINES.c.row_key, LINES.c.row_occurrence).where(some, LINES.c.upload_number == number)
        found = [tuple(row) for row in connection.execute(asked.order_by(LINES.c.id))]
        yield np.array(found, "int64").reshape(-1, 2)
