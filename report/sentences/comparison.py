"""Two moments compared: the headline numbers as they stood at each."""

from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd

from metrics.measures import MEASURES
from metrics.reports import completeness
from report import frames, rows_behind
from report.sentences.headlines import headline_codes
from report.view import View
from words import names, numbers
from words.texts import language

NOW = 0


JUST_BEFORE = timedelta(microseconds=1)  # the store keeps microseconds


def moment_before(number: int, known: pd.DataFrame, as_of: datetime | None) -> datetime | None:
    """The moment just before an upload; for NOW what is looked at: now, or the as-of moment."""
    return as_of if number == NOW else known["time"][number].to_pydatetime() - JUST_BEFORE


def compared(view: View, first: datetime | None, second: datetime | None) -> pd.DataFrame:
    """One row a headline number.

    out:     code, before, after, difference (after - before)
    missing: a number that nobody had reported is missing; of a difference it counts as nothing
    """
    rows = []
    for code in (*headline_codes(), "reports_received"):
        before, after = (_value(code, replace(view, filters=replace(view.filters, as_of=at))) for at in (first, second))
        known = not (before is None and after is None)
        rows.append((code, before, after, (after or 0) - (before or 0) if known else None))
    columns = ["code", "before", "after", "difference"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], "Float64"))


def _value(code: str, view: View) -> float | None:
    if code in MEASURES:
        return frames.headline(view, code, None).value
    return float(completeness(rows_behind.status_of(view)).numerator)


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The same in words: names, amounts with their units, and a difference with its sign."""
    texts = {"measure": [names.number(code) for code in table["code"]]}
    for column in ("before", "after", "difference"):
        texts[column] = [_amount(code, value) for code, value in zip(table["code"], table[column], strict=True)]
    signs = ["+" if not numbers.is_missing(value) and value > 0 else "" for value in table["difference"]]
    texts["difference"] = [sign + text for sign, text in zip(signs, texts["difference"], strict=True)]
    return pd.DataFrame(texts)


def _amount(code: str, value: object) -> str:
    if code in MEASURES and MEASURES[code].unit == "vnd":
        return numbers.money_short(value, language())
    return numbers.with_unit(value, names.measure_unit(code), language())
