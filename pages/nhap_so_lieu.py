"""Nhập số liệu: drop files, look at what was understood, accept."""

import streamlit as st

from ui.texts import t
from ui.upload import draw_upload

st.title(t("upload.title"), anchor=False)
draw_upload()
