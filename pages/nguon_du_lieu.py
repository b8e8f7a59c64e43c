"""Nguồn dữ liệu: the Google Sheets that are followed, the mailbox, and what is remembered of layouts."""

import streamlit as st

from ui.intake.sources import draw_sources
from words.texts import t

st.title(t("sources.title"), anchor=False)
draw_sources()
