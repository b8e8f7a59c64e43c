"""Hộp chờ: what arrived by any road and is not accepted yet; accept, send back, set aside."""

import streamlit as st

from ui.intake.inbox import draw_inbox
from words.texts import t

st.title(t("inbox.title"), anchor=False)
draw_inbox()
