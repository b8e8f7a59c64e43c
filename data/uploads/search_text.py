"""The words by which lines and uploads are found: without accents, đ as d, amounts as plain digits."""

from collections.abc import Iterable, Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Table, bindparam, cast, column, false, literal, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY

from data import reference, schemas
from data.database.tables import SEARCHED, words_vector
from data.unnamed import unnamed

AMOUNTS = ("quantity", "cash_vnd", "value_vnd", "cost_vnd")
# beginnings that nobody can type, for `words` leaves letters and digits alone: of what stands for a good, of words
# that are hidden from some
GOOD, HIDDEN = "§g", "§h"


def folded(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Lower case without accents, all at once: "Nguyễn Đức" -> "nguyen duc"; missing stays missing."""
    bare = pc.replace_substring_regex(pc.utf8_normalize(texts, form="NFKD"), pattern=r"\p{Mn}+", replacement="")
    return pc.replace_substring(pc.utf8_lower(bare), pattern="đ", replacement="d")


def words(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The same as words with one space between them; "1.500.000" becomes 1500000."""
    bare = folded(texts)
    for _ in range(2):  # the second time for what the first one stepped over
        bare = pc.replace_substring_regex(bare, pattern=r"(\d)[.,](\d\d\d)", replacement=r"\1\2")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(bare, pattern=r"[^0-9a-z]+", replacement=" "))


def of_rows(kind: str, rows: pd.DataFrame) -> list[str]:
    """What each line is found by; words of what is hidden from some begin with HIDDEN, so that those do not find it."""
    open_rows = unnamed(kind, rows) if kind in schemas.LINE_KINDS else rows
    shown = [pa.array(open_rows[name], pa.large_string()) for name in SEARCHED[kind]]
    goods = (GOOD + rows["good"].str.replace("_", "")).fillna("") if "good" in rows else pd.Series([""] * len(rows))
    shown += [_digits(rows[name]) for name in AMOUNTS if name in rows]
    hidden = [
        pa.array(rows[name].where(open_rows[name].ne(rows[name]).fillna(True)), pa.large_string())
        for name in SEARCHED[kind]
        if open_rows is not rows
    ]
    texts = [_joined(shown, len(rows)).to_pylist(), goods.tolist(), _marked(_joined(hidden, len(rows))).to_pylist()]
    return [" ".join(filter(None, of_row)) for of_row in zip(*texts, strict=True)]


def _joined(parts: list[pa.Array], count: int) -> pa.Array:
    parts = [part for part in parts if part.null_count < len(part)]
    if not parts:
        return pa.array([""] * count, pa.large_string())
    # pyarrow 26 leaves out, with null_handling="skip", the rows in which nothing is told at all
    told = [pc.fill_null(part, "") for part in parts]
    return words(pc.binary_join_element_wise(*told, pa.scalar(" ", pa.large_string())))


def _marked(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(texts, pattern=r"([0-9a-z]+)", replacement=rf"{HIDDEN}\1")


def _digits(amounts: pd.Series) -> pa.Array:
    whole = amounts.astype("Float64").where(lambda values: (values.abs() < 2**53) & (values % 1 == 0))
    return pa.array(whole.astype("Int64").astype("str").where(whole.notna(), None), pa.large_string())


def of_texts(texts: Iterable[str]) -> str:
    """What one thing with these texts is found by."""
    return words(pa.array([" ".join(texts)], pa.large_string()))[0].as_py()


def asked(query: str) -> list[tuple[str, ...]]:
    """For each word that a person typed, what may stand for it: the word, and goods whose name contains it."""
    goods = _names_of_goods()
    found = []
    for word in of_texts([query]).split():
        codes = [GOOD + code.replace("_", "") for code, names in goods.items() if any(word in name for name in names)]
        found.append((word, *codes))
    return found


def _names_of_goods() -> Mapping[str, list[str]]:
    return {code: [of_texts([row.name]), of_texts([row.name_en])] for code, row in reference.load().goods.items()}


def matches(of: Table, query: str, *, is_server: bool, is_open: bool = False) -> ColumnElement[bool]:
    """The condition that every word of a query occurs in a row: a word by its beginning, a number as a whole.

    is_open: only in what is not hidden
    """
    wanted = asked(query)
    if not wanted:  # signs alone stand in no line
        return false()
    if not is_open:
        wanted = [(*either, *(HIDDEN + word for word in either[:1])) for either in wanted]
    if is_server:
        sentence = " & ".join("(" + " | ".join(map(_server_word, either)) + ")" for either in wanted)
        return words_vector(of.c.search_text).op("@@", is_comparison=True)(cast(literal(sentence), TSQUERY))
    sentence = " AND ".join("(" + " OR ".join(map(_file_word, either)) + ")" for either in wanted)
    index = table(f"{of.name}_search", column("rowid"))
    found = select(index.c.rowid).where(text(f"{of.name}_search MATCH :words").bindparams(bindparam("words", sentence)))
    return next(iter(of.primary_key)).in_(found)


def _is_whole(word: str) -> bool:
    return word.startswith(GOOD) or word.removeprefix(HIDDEN).isdigit()


def _server_word(word: str) -> str:
    return f"'{word}'" if _is_whole(word) else f"'{word}':*"


def _file_word(word: str) -> str:
    return f'"{word}"' if _is_whole(word) else f'"{word}"*'
