"""Công khai: what everyone may see, the same as in the files that go out. Only the board reaches this page."""

import math
from collections.abc import Callable
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from data.access import PUBLIC, Person
from data.uploads.receipt_codes import FoundGift, ReceiptIndex, read_code
from metrics.public.board import Board
from outgoing.board import board_data, board_sections
from outgoing.board.board_data import board_of_store
from outgoing.board.board_page import table_html
from outgoing.board.board_sections import Edition
from outgoing.board.board_tables import Section
from report.charts.look import config, titled
from report.charts.public import board_bars
from report.exports import file_name
from report.kept import cached
from report.source import Source
from ui.doors import sign_in
from ui.doors.guessing_limit import GuessingLimit
from ui.frame import session
from ui.frame.page_list import PAGES
from words import names, numbers
from words.texts import language, plain, t

guesses = GuessingLimit()


@cached(8)
def _board(source: Source, as_of) -> Board:
    """The board of a state of the store; shared: never change it. This alone looks at the lists."""
    return board_of_store(source.store, as_of)


def edition() -> Edition:
    """The board as it is now, or as a frozen link shows it. No other moment: by two of them one could subtract."""
    frozen, now = session.frozen_at(), session.now()
    everyone = replace(session.source(), person=Person("", PUBLIC), inbox=0, frozen_at=None)  # it is the same for all
    found = _board(everyone, frozen)
    head = str(session.shared_store().log.head(frozen))
    return Edition(found, frozen or now, now, head, _address(), session.source().has_demo(frozen))


def _address() -> str:
    """Where receipts are looked up, as secrets.toml tells the office's own address."""
    told = str(sign_in.secrets_of("links").get("address") or "").rstrip("/")
    return f"{told}/{PAGES['public'].address}" if told else ""


def draw_board() -> None:
    """The page."""
    st.title(t("frame.nav.public"), anchor=False)
    if session.source().is_empty:
        st.markdown(t("public.title"))
        st.info(t("public.empty"))
        return
    shown = edition()
    stands = board_sections.coverage(shown, language())
    st.markdown(f"{t('public.title')}  \n**{plain(stands)}**")
    st.caption(plain(board_sections.source(language())))
    tiles = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in board_sections.tiles(shown.board, language())
    )
    st.html(f'<dl class="mt-line wide">{tiles}</dl>')
    st.caption(t("public.tile.note"))
    _draw_receipt()
    for section in board_sections.sections(shown.board, language()):
        _draw_section(section, stands)
    st.header(t("public.rule.title"), anchor=False)
    st.markdown("\n".join(f"- {plain(rule)}" for rule in board_sections.rules(shown.board, language())))
    _draw_files(shown)


def _draw_section(section: Section, stands: str) -> None:
    st.header(section.title, anchor=False)
    st.caption(section.meaning)
    if section.bars:
        figure = board_bars(section.bars, language=language(), theme=session.theme())
        figure = titled(figure, section.bars_title, stands)
        name, key = file_name(section.title), f"public_{section.key}_{language()}"
        alt = t("public.chart.alt", title=section.bars_title, standing=stands)
        st.plotly_chart(figure, theme=None, config=config(language(), name), key=key, alt=alt)
    st.html(table_html(section))
    for note in section.notes:
        st.caption(plain(note))


# the files
def _draw_files(shown: Edition) -> None:
    st.header(t("public.files.title"), anchor=False)
    st.caption(t("public.files.check"))
    st.caption(plain(t("public.files.head", head=shown.head)))
    with st.container(horizontal=True):
        _draw_download("download", lambda: board_data.files(shown), shown)
        if session.may("disclosures.publish"):
            _draw_download("publish", lambda: _published(shown), shown)
    if session.may("disclosures.publish"):
        st.caption(t("public.files.publish_meaning"))
    if last := _last_published():
        moment = numbers.moment(pd.Timestamp(last["as_of"]), language())
        sha = last["sha256"][board_data.CSV]
        st.caption(plain(t("public.files.last", moment=moment, sha=sha)))


def _draw_download(name: str, make: Callable[[], dict[str, bytes]], shown: Edition) -> None:
    st.download_button(
        t(f"public.files.{name}"),
        session.for_later(lambda: board_data.as_zip(make(), shown.made_at)),
        file_name=f"{t('public.file', 'vi')}.zip",
        mime="application/zip",
        key=f"public_{name}_{language()}",
        on_click="ignore",
        type="primary" if name == "publish" else "secondary",
    )


def _published(shown: Edition) -> dict[str, bytes]:
    store = session.shared_store()
    return board_data.publish(shown, who=session.who(), disclosures=store.disclosures, now=session.now())


def _last_published() -> dict | None:
    """What the newest publication in the log says of itself; never who made it."""
    found = [record.details for record in session.shared_store().disclosures.all() if record.act == "publish"]
    return found[-1] if found else None


# a donor's own gift
def _draw_receipt() -> None:
    secret = session.link_key()
    if secret is None:
        return
    with st.expander(t("public.receipt.title"), key=f"receipt_{language()}"):
        st.caption(t("public.receipt.meaning"))
        with st.form(f"receipt_form_{language()}", border=False):
            typed = st.text_input(t("public.receipt.code"), max_chars=40, key=f"receipt_code_{language()}")
            is_asked = st.form_submit_button(t("public.receipt.look"))
        if is_asked and typed.strip():
            _draw_answer(typed, secret)


def _draw_answer(typed: str, secret: str) -> None:
    number = read_code(typed)
    if number is None:
        st.warning(t("public.receipt.not_a_code"))
        return
    found: list[FoundGift] = []

    def look() -> bool:
        gift = ReceiptIndex(session.shared_store(), secret).find(number)
        found.extend([gift] if gift else [])
        return gift is not None

    with st.spinner(t("public.receipt.looking")):
        is_right, wait = guesses.attempt(("receipt", sign_in.place()), look)
    if is_right:
        _draw_gift(found[0])
    elif wait:
        st.warning(t("public.receipt.wait", seconds=math.ceil(wait)))
    else:
        st.warning(t("public.receipt.unknown"))


def _draw_gift(gift: FoundGift) -> None:
    amount = numbers.with_unit(gift.quantity, names.unit(gift.unit), language())
    told = {
        "date": numbers.day(gift.date, language()),
        "commune": names.commune(gift.commune),
        "gift": f"{names.good(gift.good)}: {amount}",
        "value": "" if gift.value_vnd is None else numbers.money(gift.value_vnd, language()),
        "state": t("public.receipt.counted" if gift.is_counted else "public.receipt.not_counted"),
    }
    told = {name: text for name, text in told.items() if text}
    titles = {name: t("public.column.commune") if name == "commune" else t(f"public.receipt.{name}") for name in told}
    rows = "".join(f"<dt>{escape(titles[name])}</dt><dd>{escape(text)}</dd>" for name, text in told.items())
    st.html(f'<dl class="mt-facts">{rows}</dl>')
