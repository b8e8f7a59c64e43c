"""How fresh each commune's data is: a compact list, the most urgent first, each line leading to its weekly reports."""

from dataclasses import replace

import streamlit as st

from metrics.freshness import DUE_DAY, LOST_DAY, OVERDUE_DAY
from report.sentences.freshness import of_communes, told
from report.view import View
from ui.frame.blocks import draw_page_link
from ui.frame.draw_figure import draw_heading
from words.texts import t


def draw_freshness(view: View) -> None:
    """One line a commune: sign, name, days, state in words, when anything came last."""
    limits = {"due": DUE_DAY, "overdue": OVERDUE_DAY, "lost": LOST_DAY}
    draw_heading(t("freshness.title"), t("freshness.meaning", **limits), "freshness")
    with st.container(key="freshness"):
        for row in of_communes(view).to_dict("records"):
            query = replace(view.filters, communes=(row["commune"],), member=None).to_query()
            draw_page_link("reports", told(row), query=query)
