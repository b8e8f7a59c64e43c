"""Lịch sử: every upload, what it changed, undo and restore."""

import streamlit as st

from ui.history import draw_history
from ui.texts import t

st.title(t("history.title"), anchor=False)
draw_history()
