"""The inbox: one list of what waits, from uploads, Google and mail; one item opened to be accepted or sent back."""

from collections import Counter
from datetime import date

import pandas as pd
import streamlit as st

from data import reference
from data.database.errors import StoreError
from data.records.inbox import Item
from loaders.roads.arrivals import MAILBOX, first_received_at
from ui.frame import number_questions, session, trouble
from ui.frame.blocks import draw_page_link, draw_paged
from ui.intake.accepting import draw_drop, draw_who_and_when
from ui.intake.incoming_files import opened, read_all
from words import names, numbers
from words.texts import entries, heading, language, plain, t

PAGE_ITEMS = 20
# what a person chooses to see -> which items
SHOWN = ("waiting", "unknown", "sent_back", "refused", "set_aside", "accepted")
SIGNS = {
    "waiting": "▷",
    "unknown": "?",
    "sent_back": "↩",
    "corrected": "↩",
    "refused": "✕",
    "set_aside": "—",
    "accepted": "✓",
}


def group(item: Item) -> str:
    """Where an item is listed: mail of unknown senders waits apart; what is corrected stays with what was sent back."""
    if item.status == "waiting" and not item.arrival.is_known:
        return "unknown"
    return "sent_back" if item.status == "corrected" else item.status


def draw_inbox() -> None:
    """The list of one group, and the item that is opened."""
    st.markdown(t("inbox.intro"))
    items = session.store().items()
    if not items:
        st.info(t("inbox.empty"))
        with st.container(horizontal=True):
            draw_page_link("upload", t("frame.nav.upload"))
            draw_page_link("sources", t("frame.nav.sources"))
        number_questions.draw_open()
        return
    counts = Counter(group(item) for item in items.values())
    shown = _draw_groups(counts)
    listed = [item for item in reversed(items.values()) if group(item) == shown]
    urgent_first = sorted(listed, key=lambda item: not (item.is_open and item.is_urgent))
    if not listed:
        st.info(t("inbox.nothing"))
    chosen = st.session_state.get("inbox_item")
    if chosen in items and items[chosen] not in listed:  # what was just done with it stays in sight
        _draw_item(items[chosen], items, is_opened=True)
    for item in urgent_first[draw_paged(len(listed), PAGE_ITEMS, f"inbox_page_{shown}")]:
        _draw_item(item, items, is_opened=item.number == chosen)
    number_questions.draw_open()


def _draw_groups(counts: Counter) -> str:
    options = [name for name in SHOWN if counts[name] or name == "waiting"]
    wanted = st.session_state.pop("inbox_group", None)
    key = f"inbox_shown_{language()}"
    if wanted in options:
        st.session_state[key] = wanted
    if st.session_state.get(key) not in options:
        st.session_state[key] = next((name for name in options if counts[name]), "waiting")
    return st.segmented_control(
        t("inbox.choose"),
        options,
        format_func=lambda name: f"{SIGNS[name]} {t(f'inbox.group.{name}')} ({counts[name]})",
        required=True,
        key=key,
        label_visibility="collapsed",
    )


# one item in the list
def _draw_item(item: Item, items: dict[int, Item], *, is_opened: bool) -> None:
    with st.container(key=f"item_{item.number}", gap=None, border=is_opened):
        st.markdown(line(item))
        for text in (about(item), came(item), stands(item)):
            if text:
                st.caption(text)
        with st.container(key=f"item_ways_{item.number}", horizontal=True, vertical_alignment="center", gap="small"):
            _draw_ways(item, is_opened)
    if is_opened and item.status != "refused":
        _draw_opened(item, items)


def line(item: Item) -> str:
    """ "**12 · BC tuần 31.xlsx** · KHẨN · Báo cáo tuần · Xã Nam Dong · tuần 31", in Markdown."""
    parts = list(dict.fromkeys(names.kind(part["kind"]) for part in item.arrival.parts))
    parts += _places(item)
    urgent = [f"**! {t('inbox.urgent')}**"] if item.is_urgent else []
    told = [plain(part) for part in parts]
    return " · ".join([f"{SIGNS[group(item)]} **{item.number} · {plain(item.arrival.file)}**", *urgent, *told])


def _places(item: Item) -> list[str]:
    """The communes and weeks that it speaks of."""
    communes = sorted({code for part in item.arrival.parts for code in part["communes"]})
    communes = communes or ([item.arrival.commune] if item.arrival.commune else [])
    weeks = sorted({week for part in item.arrival.parts for week in part["weeks"]})
    told = [", ".join(names.commune(code) for code in communes)] if 0 < len(communes) <= 3 else []
    told += [t("upload.sheet.more_communes", number=len(communes))] if len(communes) > 3 else []
    if len(weeks) == 1:
        told.append(numbers.week(pd.Timestamp(date.fromisoformat(weeks[0])), language()))
    return told + ([t("inbox.weeks", number=len(weeks))] if len(weeks) > 1 else [])


def about(item: Item) -> str:
    """How many rows, and how much is to be mended or answered; as found when it arrived."""
    if item.arrival.refused:
        return plain(t(f"mailbox.refused.{item.arrival.refused}"))
    severities = Counter()
    for part in item.arrival.parts:
        severities.update(part["severities"])
    spoken = language()
    rows = numbers.number(sum(part["rows"] for part in item.arrival.parts), spoken)
    told = [t("inbox.rows", rows=rows)] if item.arrival.parts else [_unread(item)]
    told += [t("inbox.blocks", number=severities["BLOCKS"])] if severities["BLOCKS"] else []
    told += [t("inbox.asks", number=severities["ASKS"])] if severities["ASKS"] else []
    told += [t("inbox.clean")] if item.arrival.parts and not (severities["BLOCKS"] or severities["ASKS"]) else []
    return plain(" · ".join(told))


def _unread(item: Item) -> str:
    """ "chưa đọc được: Tệp có mật khẩu"."""
    reasons = ", ".join(dict.fromkeys(heading(code) for code in item.arrival.unread))
    return t("inbox.unread_because", reasons=reasons) if reasons else t("inbox.unread")


def came(item: Item) -> str:
    """By which road, from whom, when."""
    spoken, arrival = language(), item.arrival
    when = numbers.moment(arrival.received_at, spoken)
    if arrival.road == "mail":
        said = t("inbox.came.mail", sender=arrival.sender, subject=arrival.subject or "–", when=when)
        return plain(said)
    if arrival.road == "google":
        source = session.store().sheets.all().get(int(arrival.sender))
        return plain(
            t("inbox.came.google", name=(source.name if source else arrival.file).removesuffix(".xlsx"), when=when)
        )
    return plain(t("inbox.came.upload", who=item.records[0].who, when=when))


def stands(item: Item) -> str:
    """What was done with it: sent back, set aside with the reason, accepted as which upload, corrected by which."""
    last, spoken = item.records[-1], language()
    words = {"who": _who(last.who), "when": numbers.moment(last.time, spoken), "why": _why(item.why)}
    if item.status == "accepted":
        return plain(t("inbox.stands.accepted", number=item.upload))
    if item.status == "corrected":
        return plain(t("inbox.stands.corrected", number=", ".join(map(str, item.corrected_by))))
    if item.status == "waiting" and item.undone:
        return plain(t("inbox.stands.undone", number=item.undone))
    if item.status in ("sent_back", "set_aside"):
        return plain(t(f"inbox.stands.{item.status}", **words))
    return ""


def _who(name: str) -> str:
    return t("inbox.mailbox") if name == MAILBOX.name else name


def _why(code: str) -> str:
    return t(f"inbox.why.{code}") if f"inbox.why.{code}" in entries() else code


def _draw_ways(item: Item, is_opened: bool) -> None:
    """What can be done with an item in the list."""
    number = item.number
    if item.status == "refused":
        st.button(t("inbox.seen"), key=f"seen_{number}", on_click=_set_aside, args=(item,), type="tertiary")
        return
    label = t("inbox.close" if is_opened else "inbox.look")

    def look() -> None:
        st.session_state.inbox_item = None if is_opened else number

    st.button(label, key=f"look_{number}", on_click=look, type="primary" if is_opened else "secondary")
    st.download_button(
        t("history.download"),
        session.for_later(lambda: session.store().inbox.content(item), "original", {"item": number}),
        file_name=item.arrival.file,
        mime="application/octet-stream",
        key=f"item_original_{number}",
        on_click="ignore",
        type="tertiary",
    )
    if item.status in ("set_aside", "sent_back"):
        st.button(t("inbox.take_up"), key=f"take_up_{number}", on_click=_take_up, args=(item,), type="tertiary")
    if item.arrival.road == "mail" and not item.arrival.is_known:
        st.caption(t("inbox.unknown_hint"))


@trouble.calm
def _set_aside(item: Item) -> None:
    session.store().inbox.set_aside(item.number, who=session.who(), now=session.now(), why=t("inbox.seen_why"))


@trouble.calm
def _take_up(item: Item) -> None:
    session.store().inbox.take_up(item.number, who=session.who(), now=session.now())
    st.session_state.inbox_group = "waiting" if item.arrival.is_known else "unknown"


# one item opened
def _draw_opened(item: Item, items: dict[int, Item]) -> None:
    """Everything of it, as on the page of uploads."""
    try:
        drop = opened(item)
        progress = st.empty()
        read_all([drop], lambda share, text: progress.progress(share, text=text))
        progress.empty()
    except StoreError as error:
        if error.part[:1] != ("original",):  # the whole store has a page of its own
            raise
        st.error(t("inbox.lost"))
        return
    if item.status == "accepted" and drop.receipt is None:
        st.info(t("inbox.stands.accepted", number=item.upload))
        draw_page_link("history", t("upload.receipt.see_history"))
    received_at = first_received_at(items, item)
    if received_at < item.arrival.received_at:
        words = {"when": numbers.moment(received_at, language())}
        st.caption(t("inbox.first_received", **words))
    who, at = draw_who_and_when(f"_{item.number}", received_at.astimezone(reference.load().campaign.zone))
    draw_drop(drop, f"item_{item.number}", who, at)
