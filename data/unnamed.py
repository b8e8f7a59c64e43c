"""What of a line is told to who may not read the names of private persons: the one rule of what is hidden."""

import pandas as pd

# columns in which a private person may be named, or in which anything may stand
HIDDEN = {
    "donations": ("note",),
    "distributions": ("recipient_group",),
    "frontline_support": ("giver",),
    "waiting": ("source_text",),
}
ORGANISATIONS = ("agency", "armed_forces", "religious", "business", "group")  # donor categories that are no persons
WITH_ASIDES = ("donations", "purchases", "distributions", "frontline_support")
# what may follow an amount in its cell, and may name anybody: "50 kg (bà …)", "10 phần quà gồm …"
# (loaders/cells/goods.py)
ASIDE = r"[ ,:;]*(?:\(|\b(?:bao gồm|gồm|trong đó)\b)(?s:.*)"


def unnamed(kind: str, lines: pd.DataFrame) -> pd.DataFrame:
    """The lines without what is hidden: an organisation keeps its name, a person only with `may_publish`.

    in:      lines of a kind with its columns
    out:     the same columns; what may not be told is missing, like what was never written
    """
    made = {name: pd.Series(pd.NA, index=lines.index, dtype=lines[name].dtype) for name in HIDDEN.get(kind, ())}
    if kind in WITH_ASIDES:
        made["source_text"] = lines["source_text"].str.replace(ASIDE, " …", regex=True)
    if kind == "donations":
        may_be_named = lines["donor_category"].isin(ORGANISATIONS) | lines["may_publish"].fillna(False).astype(bool)
        made["donor_name"] = lines["donor_name"].where(may_be_named)
    return lines.assign(**made)
