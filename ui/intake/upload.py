"""The page on which files are dropped, looked at and accepted."""

import streamlit as st

from report.sentences.freshness import of_all
from ui.frame import session
from ui.intake.accepting import accept, draw_drop, draw_who_and_when
from ui.intake.form_downloads import draw_forms
from ui.intake.incoming_files import dropped, read_all
from ui.reports.freshness import draw_freshness
from words.texts import t

SUFFIXES = "xlsx xlsm xls xlsb ods csv tsv txt zip docx pdf html htm mht mhtml".split()


def draw_upload() -> None:
    """Drop, look, answer, accept."""
    st.markdown(t("upload.intro"))
    number = st.session_state.setdefault("uploader", 0)
    files = st.file_uploader(t("upload.label"), type=SUFFIXES, accept_multiple_files=True, key=f"uploader_{number}")
    drops = dropped(files)
    if not drops:
        draw_forms()
        if not session.source().is_empty:
            draw_freshness(of_all(session.view()))
        return
    progress = st.empty()
    read_all(drops, lambda share, text: progress.progress(share, text=text))
    progress.empty()
    who, received_at = draw_who_and_when("")
    ready = [drop for drop in drops if drop.receipt is None and not drop.reason()]
    if len(ready) > 1 and received_at:
        label = t("upload.accept_all", number=len(ready))
        if st.button(label, type="primary", key="accept_all"):
            accept(ready, who, received_at)
    for position, drop in enumerate(drops):
        draw_drop(drop, str(position), who, received_at)
    if all(drop.receipt for drop in drops):
        st.button(t("upload.clear"), key="clear", on_click=_clear)


def _clear() -> None:
    st.session_state.uploader += 1
