"""Tổng quan: the totals, and from each number its rows."""

import streamlit as st

from ui import demo, overview, session
from ui.texts import t

st.title(t("overview.title"), anchor=False)
if session.is_empty():
    demo.draw_empty()
else:
    overview.draw_overview()
