"""The key that makes two rows the same line: one number a row, stored for ever."""

import hashlib
import unicodedata
from collections.abc import Iterable

import numpy as np
import pandas as pd

from data import schemas


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """The finisher of splitmix64: near numbers become far ones."""
    x = numbers.astype("uint64")
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _text_number(text: str) -> int:
    """Equal for texts that a person reads as equal: case, spaces and Unicode form do not count."""
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    return int.from_bytes(hashlib.blake2b(plain.encode(), digest_size=8).digest(), "little")


def _hashed(column: pd.Series, dtype: str) -> np.ndarray:
    if dtype == schemas.TEXT:
        codes, uniques = pd.factorize(column)
        numbers = np.array([_text_number(text) for text in uniques] + [0], dtype="uint64")
        return numbers[codes]  # the code of a missing text is -1: the 0 at the end
    if dtype == schemas.DATE:
        return _mixed(column.to_numpy("datetime64[us]").view("uint64"))
    numbers = column.astype("Float64").to_numpy("float64", na_value=np.nan) + 0.0  # -0.0 becomes 0.0
    numbers[np.isnan(numbers)] = np.nan
    return _mixed(numbers.view("uint64"))


def row_keys(kind: str, frame: pd.DataFrame, names: Iterable[str] | None = None) -> np.ndarray:
    """One number a row, equal for the same line; our own hash, as it is stored and must never change.

    pandas.util.hash_pandas_object is not used: its numbers depend on dtypes and on the release of pandas.
    """
    dtypes = {column.name: column.dtype for column in schemas.columns(kind)}
    total = np.full(len(frame), 0x9E3779B97F4A7C15, dtype="uint64")
    for name in schemas.key(kind) if names is None else names:
        total = _mixed(total * np.uint64(0x100000001B3) ^ _hashed(frame[name], dtypes[name]))
    return total.view("int64")


def content_keys(kind: str, frame: pd.DataFrame) -> np.ndarray:
    """Like row_keys, over all that the row says; the cell it stands in does not count, its text only where it waits."""
    names = [column.name for column in schemas.COLUMNS[kind]] + (["source_text"] if kind == "waiting" else [])
    return np.sort(row_keys(kind, frame, names))
