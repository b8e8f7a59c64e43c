"""Nhập số liệu: drop files, look at what was understood, accept."""

import streamlit as st

from ui.intake.upload import draw_upload
from words.texts import t

st.title(t("upload.title"), anchor=False)
draw_upload()
