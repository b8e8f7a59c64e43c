"""What a person may read of the rows in force: all or one commune's, with or without the names of private persons."""

import re

import pandas as pd

from data.access import Person
from data.schemas import LINE_KINDS

# columns in which a private person may be named, or in which anything may stand
HIDDEN = {
    "donations": ("note",),
    "distributions": ("recipient_group",),
    "frontline_support": ("giver",),
    "waiting": ("source_text",),
}
ORGANISATIONS = ("agency", "armed_forces", "religious", "business", "group")  # donor categories that are no persons
# what may follow an amount in its cell, and may name anybody: "50 kg (bà …)", "10 phần quà gồm …" (loaders/pieces.py)
ASIDE = r"[ ,:;]*(?:\(|\b(?:bao gồm|gồm|trong đó)\b)(?s:.*)"


def scope_of(who: Person) -> str:
    """What caches are kept apart by: two persons of one scope read the same."""
    if not who.may("read.numbers"):
        return "nothing"
    return "all" if who.may("read.store") else f"unnamed:{who.commune or ''}"


def rows_for(who: Person, kind: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a kind that a person may read.

    in:      the full frame of the store (Store.current)
    out:     the same columns. Below an editor an organisation keeps its name, a person only with `may_publish`, and
             free texts are empty. Of one commune: its rows alone, and nothing of what belongs to the whole district
    missing: what may not be told is missing, like what was never written
    """
    if who.may("read.store"):
        return frame
    frame = of_commune(who, frame)
    made = {name: pd.Series(pd.NA, index=frame.index, dtype=frame[name].dtype) for name in HIDDEN.get(kind, ())}
    if kind in LINE_KINDS:
        made["source_text"] = frame["source_text"].str.replace(ASIDE, " …", regex=True)
    if kind == "donations":
        may_be_named = frame["donor_category"].isin(ORGANISATIONS) | frame["may_publish"].fillna(False).astype(bool)
        made["donor_name"] = frame["donor_name"].where(may_be_named)
    return frame.assign(**made)


def of_commune(who: Person, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the person's own commune; what has no column for it belongs to the whole district."""
    if not who.may("read.numbers"):
        return frame.iloc[:0]
    if who.commune is None:
        return frame
    return frame[frame["commune"] == who.commune] if "commune" in frame else frame.iloc[:0]


def text_for(who: Person, text: str | None) -> str | None:
    """What is written in a cell of an amount, as far as a person may read it (as rows_for gives `source_text`)."""
    return text if text is None or who.may("read.store") else re.sub(ASIDE, " …", text)
