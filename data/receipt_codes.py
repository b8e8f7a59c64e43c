"""Receipt codes: by the code in the thank-you letter a donor finds the own gift, and nobody anyone else's.

A code is an HMAC of the gift line's identity with the office's key: it can neither be guessed nor made from a list that
somebody else has. The identity is what makes two lines the same (data/schemas.py), and which of several equal ones it
is: so a list that is sent again with more rows keeps its codes.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.database.keys import row_keys

KIND = "donations"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I: read aloud, copied by hand
LENGTH, GROUP, BITS = 12, 4, 5
TOLD = ["date", "commune", "good", "quantity", "unit", "cash_vnd", "value_vnd"]  # never who it was


def receipt_code(secret: str, line: str) -> str:
    """The code of a gift line (of `line_ids`): "ABCD-EFGH-JKLM"."""
    return _spelled(_number(secret.encode(), line))


def line_ids(store, lines: pd.DataFrame) -> pd.Series:
    """The identity of each gift line."""
    pairs = zip(lines["row_key"], lines["row_occurrence"], strict=True)
    return pd.Series([_line(*pair) for pair in pairs], index=lines.index, dtype="str")


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
    """The codes of all gift lines that were ever accepted, for one state of a store; built once, looked up often."""

    def __init__(self, place, state, secret: str):
        self.place, self.state = place, state
        keys, occurrences, counted = _lines_ever(place, state)
        number = secret.encode()
        codes = (_number(number, _line(*pair)) for pair in zip(keys.tolist(), occurrences.tolist(), strict=True))
        codes = np.fromiter(codes, dtype="uint64", count=len(keys))
        order = np.argsort(codes)
        self.codes, self.keys = codes[order], keys[order]
        self.is_counted = (occurrences < counted)[order]

    def find(self, number: int) -> FoundGift | None:
        """The gift of a code (of `read_code`)."""
        at = int(np.searchsorted(self.codes, np.uint64(number)))
        if at >= len(self.codes) or int(self.codes[at]) != number:
            return None
        batches = [upload.batch_id for upload in self.state.uploads.values() if upload.rows(KIND)]
        data = read(self.place, KIND, batches, [*TOLD, "row_key"])
        row = data.filter(pc.equal(data["row_key"], pa.scalar(int(self.keys[at])))).slice(0, 1).to_pylist()[0]
        told = {name: row[name] for name in TOLD} | {"date": row["date"].date() if row["date"] else None}
        return FoundGift(**told, is_counted=bool(self.is_counted[at]))


def _lines_ever(place, state) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row key, which of the equal lines, how many of them count now) of every line that some state had in force.

    Of equal lines as many as the upload with the most of them has, and those of uploads that were to count beside.
    """
    uploads = [upload for upload in state.uploads.values() if upload.rows(KIND)]
    data = read(place, KIND, [upload.batch_id for upload in uploads], ["batch_id", "row_key"])
    rows = pd.DataFrame({"key": data["row_key"].to_numpy(), "batch": data["batch_id"].to_numpy(zero_copy_only=False)})
    added = {upload.batch_id for upload in uploads if upload.again == "all"}
    by_upload = rows.groupby(["key", "batch"], sort=False).size().rename("lines").reset_index()
    is_added = by_upload["batch"].isin(added)
    most = by_upload[~is_added].groupby("key")["lines"].max()
    beside = by_upload[is_added].groupby("key")["lines"].sum()
    ever = most.add(beside, fill_value=0).astype("int64")
    keys = np.repeat(ever.index.to_numpy("int64"), ever.to_numpy())
    occurrences = pd.Series(keys).groupby(keys).cumcount().to_numpy("int64")
    in_force = pd.Series(select(place, KIND, state, [])["row_key"].to_numpy()).value_counts()
    return keys, occurrences, pd.Series(keys).map(in_force).fillna(0).to_numpy("int64")
