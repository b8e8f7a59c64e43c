"""How fresh each commune's data is: a compact list, the most urgent first, each line leading to its weekly reports."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from data import reference
from metrics.freshness import DUE_DAY, FRESHNESS, LOST_DAY, OVERDUE_DAY, freshness
from ui import exhibits, names, numbers, session
from ui.blocks import draw_page_link, plain
from ui.figures.sites import days_text
from ui.filters import Filters
from ui.texts import language, t
from ui.view import View

SIGNS = {"fresh": "✓", "due": "△", "overdue": "▲", "lost": "✕", "never": "✕"}


@st.cache_data(show_spinner=False, max_entries=100)
def of_communes(view: View) -> pd.DataFrame:
    """The communes that are looked at (metrics.freshness.freshness), the most urgent first."""
    history, zone = session.history(view.filters.as_of), reference.load().campaign.zone
    found = freshness(history, view.communes, as_of=view.day, zone=zone)
    urgent = found.assign(rank=-found["level"].map({level: rank for rank, level in enumerate(FRESHNESS)}))
    ordered = urgent.sort_values(["rank", "days"], ascending=[True, False], kind="stable", ignore_index=True)
    return ordered.drop(columns="rank")


def of_all(view: View) -> View:
    """The same moment without the other filters: on a page that no filter limits."""
    return replace(view, filters=Filters(as_of=view.filters.as_of))


def draw_freshness(view: View) -> None:
    """One line a commune: sign, name, days, state in words, when anything came last."""
    limits = {"due": DUE_DAY, "overdue": OVERDUE_DAY, "lost": LOST_DAY}
    exhibits.draw_heading(t("freshness.title"), t("freshness.meaning", **limits), "freshness")
    with st.container(key="freshness"):
        for row in of_communes(view).to_dict("records"):
            query = replace(view.filters, communes=(row["commune"],), member=None).to_query()
            draw_page_link("reports", told(row), query=query)


def told(row: dict) -> str:
    """ "△ **Xã Nam Dong**: 8 ngày, đến hạn · lần cuối 15:40 26/08/2021", in Markdown."""
    spoken, level = language(), row["level"]
    name = f"{SIGNS[level]} **{plain(names.commune(row['commune']))}**"
    if level == "never":
        return f"{name}: {t('freshness.level.never')}"
    words = {"days": days_text(row["days"], spoken), "level": t(f"freshness.level.{level}")}
    return f"{name}: " + t("freshness.line", **words, when=numbers.moment(row["last_received_at"], spoken))
