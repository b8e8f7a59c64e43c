"""The demonstration: the invented workbooks of data/demo, read by the same readers and accepted like any other file."""

from datetime import datetime, timedelta
from pathlib import Path

import streamlit as st

import data
from data import reference
from loaders import Source, read
from ui import session
from ui.blocks import draw_page_link
from ui.texts import t

FOLDER = Path(data.__file__).parent / "demo"
SUFFIXES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv"}


def demo_files() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*") if path.suffix.lower() in SUFFIXES)


def load_demo(tell) -> None:
    """Reads and accepts every workbook; `tell` hears the share done and the name of the file."""
    files = demo_files()
    for number, path in enumerate(files):
        tell(number / len(files), path.name)
        now = session.now()
        outcome = read(Source(path.name, path.read_bytes()), as_of=now.date())
        parts = [reading for reading in outcome.readings if not reading.blocks and not reading.is_hidden]
        if parts:
            session.store().accept(
                name=path.name,
                content=path.read_bytes(),
                parts=parts,
                who=t("frame.demo.who"),
                received_at=_received_at(parts, now),
                now=now,
                is_demo=True,
            )


def _received_at(parts: list, now: datetime) -> datetime:
    """A report of the past came in its own week: three hours before it was due."""
    weeks = [part.week_start_date for part in parts if part.week_start_date]
    return reference.load().campaign.due(max(weeks)) - timedelta(hours=3) if weeks else now


def draw_banner() -> None:
    """As long as any demonstration data count, every page says so."""
    if not session.has_demo():
        return
    with st.container(border=True, key="demo_banner", horizontal=True, vertical_alignment="center"):
        st.markdown(f"⚠ **{t('frame.demo.banner')}**", width="stretch")
        if st.button(t("frame.demo.clear"), key="demo_clear"):
            session.store().clear_demo(who=session.who(), now=session.now())
            session.say_once(t("frame.demo.cleared"))
            st.rerun()


def draw_empty() -> None:
    """Nothing was accepted yet: what to do next, and the demonstration."""
    with st.container(border=True):
        st.subheader(t("overview.empty.title"))
        st.markdown(t("overview.empty.what"))
        draw_page_link("upload", t("overview.empty.go"))
    if not demo_files():
        st.caption(t("frame.demo.missing"))
    elif st.button(t("frame.demo.load"), key="demo_load"):
        progress = st.progress(0.0)
        load_demo(lambda share, file: progress.progress(share, text=t("frame.demo.reading", file=file)))
        st.rerun()
