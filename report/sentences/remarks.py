"""Remarks of the weekly reports: of which file, on what."""

import pandas as pd

from metrics.selection import Selection, selected
from report.kept import cached
from report.view import View
from words import numbers
from words.texts import t


def file_of(number: object, view: View) -> str:
    """The name of the file of an upload."""
    return "" if numbers.is_missing(number) else view.source.files().get(int(number), "")


@cached(100)
def remarks(view: View) -> pd.DataFrame:
    """The remarks of the period: urgent ones first, then the newest week, in the order of the communes.

    out: the columns of the frame, and is_urgent: it stands in a sheet that is an urgent report
    """
    limited = Selection(view.selection.first_day, view.selection.last_day, view.selection.communes)
    found = selected(view.frame("remarks"), limited)
    reports = view.frame("weekly_reports")
    sheet = ["upload_number", "reading_no"]
    is_weekly = ~reports["is_urgent"].fillna(False).astype(bool)
    urgent = set(map(tuple, reports.loc[~is_weekly, sheet].values)) - set(
        map(tuple, reports.loc[is_weekly, sheet].values)
    )
    flags = [place in urgent for place in map(tuple, found[sheet].values)]
    found = found.assign(is_urgent=pd.Series(flags, index=found.index, dtype=bool))
    order = ["is_urgent", "week_start_date", "commune", "source_row"]
    return found.sort_values(order, ascending=[False, False, True, True], ignore_index=True)


def topic_name(code: str) -> str:
    return t(f"reports.remarks.topic.{code}")


def remarks_table(found: pd.DataFrame) -> pd.DataFrame:
    """The remarks as a file: with the topic in words."""
    words = found["topic"].map({code: topic_name(code) for code in found["topic"].unique()})
    cell = found["source_column"] + found["source_row"].astype(str)
    table = found.assign(topic=words.astype("str"), cell=cell)
    return table[["is_urgent", "week_start_date", "commune", "topic", "text", "upload_number", "source_sheet", "cell"]]
