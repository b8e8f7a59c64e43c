"""The panel of the meeting pack: one button, a progress bar, four files and a zip of them."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from data.database.errors import StoreError
from outgoing import pack
from report.exports import XLSX
from report.sentences import coverage
from report.view import View
from ui.frame import session, trouble_page
from words.texts import language, t

MIMES = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": XLSX,
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


@dataclass(frozen=True)
class Made:
    """A pack that was made in this session: it stays as it is, whatever is accepted or chosen later."""

    stamp: str
    scope: str
    files: dict[str, bytes]


def draw_pack(view: View, link_of: Callable[[View], str | None] = lambda view: None) -> None:
    """The button, and the files that were made last. link_of: the link to the dashboard as it stands at a moment."""
    if not session.source().sees_district:
        return
    st.header(t("pack.title"), anchor=False)
    st.markdown(t("pack.what"))
    st.caption(t("report_form.always_vietnamese"))
    is_sound = not trouble_page.draw_template_faults("week_report")
    if is_sound and st.button(t("pack.make"), key=f"pack_make_{language()}", type="primary"):
        _make(view, link_of)
    if made := st.session_state.get("pack"):
        _draw_files(made)


def _make(view: View, link_of: Callable[[View], str | None]) -> None:
    bar = st.progress(0.0)

    def tell(share: float, file: str) -> None:
        bar.progress(min(share, 1.0), text=t("pack.making", file=file))

    try:
        fixed, files = pack.make(view, link_of, tell, session.now)
    except StoreError as error:
        if error.code != "store_busy":
            raise
        st.warning(t("pack.busy"))
        return
    finally:
        bar.empty()
    files |= {pack.name_of("zip", fixed.filters.as_of): pack.zipped(files, fixed.filters.as_of)}
    st.session_state.pack = Made(coverage.made_at(fixed), pack.scope(fixed), files)


def _draw_files(made: Made) -> None:
    """Of which moment and scope they are, since the filters may be others by now."""
    st.success(t("pack.ready", stamp=made.stamp, scope=made.scope))
    with st.container(horizontal=True, key="pack_files"):
        for name, content in made.files.items():
            ending = name.rpartition(".")[2]
            st.download_button(
                t(f"pack.download.{ending}"),
                session.for_later(lambda content=content: content),
                file_name=name,
                mime=MIMES[ending],
                key=f"pack_{ending}",
                on_click="ignore",
            )
