"""Looking for gift lines by donor, note, good or amount, over a million rows; and how a donor is named."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from metrics.selection import Selection, selected

SEARCHED = ("donor_name", "note", "source_text")
AMOUNTS = ("quantity", "cash_vnd", "value_vnd")
ORGANISATIONS = ("agency", "armed_forces", "religious", "business", "group")
# so no person is called; a "chi hội trưởng" is one, and "Đoàn", "Hội" alone could be a name
ORGANISATION_START = re.compile(
    r"(cong ty|cty|doanh nghiep|hop tac xa|htx|ngan hang|cua hang|xi nghiep|tap doan|truong (hoc|mam non|tieu hoc|thcs"
    r"|thpt)|chi hoi|hoi (phu nu|nong dan|cuu chien binh|chu thap do|nguoi cao tuoi)|doan (thanh nien|xa|truong)"
    r"|cong doan|ubnd|ubmttq|mttq|uy ban|cong an|ban chi huy|dang uy|chi bo|giao xu|nha tho|chua|hoi thanh|tap the"
    r"|cau lac bo|clb|quy )(?! truong\b)"
)
NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+")


@dataclass(frozen=True)
class Found:
    """Lines that were found: their places in the frame, the newest first, and what they add up to."""

    positions: np.ndarray
    cash_vnd: int | None
    value_vnd: int | None


def folded(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Lower case without accents, all at once: "Nguyễn Đức" -> "nguyen duc"; missing stays missing."""
    bare = pc.replace_substring_regex(pc.utf8_normalize(texts, form="NFKD"), pattern=r"\p{Mn}+", replacement="")
    return pc.replace_substring(pc.utf8_lower(bare), pattern="đ", replacement="d")


def searchable(donations: pd.DataFrame) -> pa.Array | pa.ChunkedArray:
    """What is looked through, one text a line: donor, note, what is written on the sheet; folded."""
    parts = [pa.array(donations[name], pa.large_string()) for name in SEARCHED]
    parts = [folded(part) for part in parts if part.null_count < len(part)]
    if not parts:
        return pa.array([""] * len(donations), pa.large_string())
    return pc.binary_join_element_wise(*parts, pa.scalar(" ", pa.large_string()), null_handling="replace")


def newest_first(donations: pd.DataFrame) -> np.ndarray:
    """The places of the lines, the newest day first, of one day the last upload; lines without a date come last."""
    day = donations["date"].to_numpy("datetime64[us]").view("int64")  # without a date it is the smallest number
    upload, row = (donations[name].to_numpy("int64") for name in ("upload_number", "source_row"))
    return np.lexsort((row, -upload, -np.maximum(day, np.iinfo("int64").min + 1)))


def found_lines(
    donations: pd.DataFrame,
    selection: Selection,
    query: str,
    *,
    order: np.ndarray,
    texts: Callable[[], pa.Array | pa.ChunkedArray],
    good_names: dict[str, Iterable[str]],
) -> Found:
    """The gift lines that a selection keeps and in which every word of the query occurs.

    in:      donations of full size; order: of `newest_first`; texts: gives `searchable`, asked for only when someone
             looks for something; good_names: code -> its names
    out:     Found
    units:   cash_vnd and value_vnd in vnd; a word that is a number also finds a quantity, cash or value of just so much
    missing: a sum of lines without cash (value) is missing, not zero
    errors:  none
    """
    columns = ["date", "commune", "good", "donor_category"]
    light = donations[columns].assign(position=np.arange(len(donations)))
    is_kept = np.zeros(len(donations), dtype=bool)
    is_kept[selected(light, selection)["position"].to_numpy()] = True
    for word in folded(pa.array([query]))[0].as_py().split():
        is_kept &= _with_word(donations, word, texts(), good_names)
    positions = order[is_kept[order]]
    sums = [donations[name].to_numpy("float64", na_value=np.nan)[positions] for name in ("cash_vnd", "value_vnd")]
    is_goods = (donations["good"] != "cash").to_numpy()[positions]
    return Found(positions, _sum(sums[0]), _sum(sums[1][is_goods]))


def _sum(values: np.ndarray) -> int | None:
    known = values[~np.isnan(values)]
    return round(known.sum()) if len(known) else None


def _with_word(donations: pd.DataFrame, word: str, texts, good_names: dict[str, Iterable[str]]) -> np.ndarray:
    found = pc.match_substring(texts, pattern=word).to_numpy(zero_copy_only=False).astype(bool)
    goods = [code for code, names in good_names.items() if any(word in name for name in _folded_list(names))]
    if goods:
        found |= donations["good"].isin(goods).to_numpy()
    if NUMBER.fullmatch(word):
        amount = float(re.sub(r"[.,]", "", word))
        for name in AMOUNTS:
            found |= (donations[name] == amount).to_numpy(bool, na_value=False)
    return found


def _folded_list(texts: Iterable[str]) -> list[str]:
    return folded(pa.array(list(texts), pa.string())).to_pylist()


def donor_shown(name: object, category: object) -> object:
    """How a donor is named when persons are not: an organisation in full, of a person the first word and initials.

    "Nguyễn Văn Mẫu" -> "Nguyễn V. M."; digits, which may be a phone number, are left out. Whether a name without a
    category is an organisation is told by how it begins.
    """
    if not isinstance(name, str) or category in ORGANISATIONS:
        return name
    if not isinstance(category, str) and ORGANISATION_START.match(_folded_list([name])[0]):
        return name
    words = [word for word in name.split() if word[0].isalpha()]
    return " ".join([*words[:1], *(f"{word[0]}." for word in words[1:])]) or None
