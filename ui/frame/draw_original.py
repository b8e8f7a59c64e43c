"""The file of an upload as it arrived, as a download."""

import streamlit as st

from ui.frame import session
from words.texts import t


def draw_original(number: int, file: str, key: str) -> None:
    """The file of an upload as it arrived, for whoever may have it; fetched only when asked for."""
    if not session.may("disclosures.original"):
        return
    st.download_button(
        t("history.download"),
        session.for_later(lambda: session.store().original(number)[1], "original", {"upload": number}),
        file_name=file,
        mime="application/octet-stream",
        key=key,
        on_click="ignore",
        type="tertiary",
    )
