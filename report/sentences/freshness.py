"""How fresh the data of each commune is."""

from dataclasses import replace

import pandas as pd

from data import reference
from metrics.freshness import FRESHNESS, freshness
from report.charts.sites import days_text
from report.filters import Filters
from report.kept import cached
from report.view import View
from words import names, numbers
from words.texts import language, plain, t

SIGNS = {"fresh": "✓", "due": "△", "overdue": "▲", "lost": "✕", "never": "✕"}


@cached(100)
def of_communes(view: View) -> pd.DataFrame:
    """The communes that are looked at (metrics.freshness.freshness), the most urgent first."""
    history, zone = view.source.history(view.filters.as_of), reference.load().campaign.zone
    found = freshness(history, view.communes, as_of=view.day, zone=zone)
    urgent = found.assign(rank=-found["level"].map({level: rank for rank, level in enumerate(FRESHNESS)}))
    ordered = urgent.sort_values(["rank", "days"], ascending=[True, False], kind="stable", ignore_index=True)
    return ordered.drop(columns="rank")


def of_all(view: View) -> View:
    """The same moment without the other filters: on a page that no filter limits."""
    return replace(view, filters=Filters(as_of=view.filters.as_of))


def told(row: dict) -> str:
    """ "△ **Xã Nam Dong**: 8 ngày, đến hạn · lần cuối 15:40 26/08/2021", in Markdown."""
    spoken, level = language(), row["level"]
    name = f"{SIGNS[level]} **{plain(names.commune(row['commune']))}**"
    if level == "never":
        return f"{name}: {t('freshness.level.never')}"
    words = {"days": days_text(row["days"], spoken), "level": t(f"freshness.level.{level}")}
    return f"{name}: " + t("freshness.line", **words, when=numbers.moment(row["last_received_at"], spoken))
