"""The demonstration of the campaign in use: invented workbooks, read by the same readers and accepted like any file."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from data import reference
from loaders import Source, read
from ui.frame import session
from ui.frame.blocks import draw_page_link
from words.texts import t

INDEX = "index.csv"  # which workbook came when: file, received_at


def demo_files() -> list[tuple[Path, datetime]]:
    """The workbooks in the order in which they came."""
    folder = reference.load().demo
    if folder is None or not (folder / INDEX).exists():
        return []
    with open(folder / INDEX, encoding="utf-8", newline="") as file:
        return [(folder / row["file"], datetime.fromisoformat(row["received_at"])) for row in csv.DictReader(file)]


def load_demo(tell: Callable[[float, str], None]) -> None:
    """Reads and accepts every workbook; `tell` hears the share done and the name of the file.

    The demonstration plays in its own time: each workbook is accepted when it came, so that an earlier moment can be
    looked at; but never before what is in the log already.
    """
    files, last = demo_files(), session.source().history()["time"].max()
    for number, (path, received_at) in enumerate(files):
        tell(number / len(files), path.name)
        content = path.read_bytes()
        outcome = read(Source(path.name, content), as_of=received_at.date())
        parts = [r for r in outcome.readings if r.is_counted and not r.blocks]
        if parts:
            session.store().accept(
                name=path.name,
                content=content,
                parts=parts,
                who=replace(session.who(), name=t("frame.demo.who")),
                received_at=received_at,
                now=received_at if pd.isna(last) else max(received_at, last),
                is_demo=True,
            )


def draw_banner() -> None:
    """As long as any demonstration data count, every page says so."""
    if not session.source().has_demo(session.filters().as_of):
        return
    with st.container(border=True, key="demo_banner", horizontal=True, vertical_alignment="center"):
        st.markdown(f"⚠ **{t('frame.demo.banner')}**", width="stretch")
        may_clear = session.source().has_demo() and session.may("batches.clear_demo")
        if may_clear and st.button(t("frame.demo.clear"), key="demo_clear"):
            session.store().clear_demo(who=session.who(), now=session.now())
            session.say_once(t("frame.demo.cleared"))
            st.rerun()


def draw_empty() -> None:
    """Nothing was accepted yet: what to do next, and the demonstration where the campaign has one."""
    with st.container(border=True):
        st.subheader(t("overview.empty.title"))
        st.markdown(t("overview.empty.what"))
        if session.may("inbox.arrive"):
            draw_page_link("upload", t("overview.empty.go"))
    if not session.may("batches.accept") or reference.load().demo is None:
        return
    if not demo_files():
        st.caption(t("frame.demo.missing"))
    elif st.button(t("frame.demo.load"), key="demo_load"):
        progress = st.progress(0.0)
        load_demo(lambda share, file: progress.progress(share, text=t("frame.demo.reading", file=file)))
        st.rerun()
