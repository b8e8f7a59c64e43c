"""Lịch sử: every upload, what it changed, undo and restore."""

import streamlit as st

from ui.history.page import draw_history
from words.texts import t

st.title(t("history.title"), anchor=False)
draw_history()
