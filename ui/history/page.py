"""Every upload: who, when, what it changed, its original file; undo and restore."""

from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st

from data import schemas
from data.database.errors import StoreError
from metrics.selection import Selection, selection_conditions
from report.filters import moment_name, summary
from report.kept import cached
from report.view import View
from ui.frame import session
from ui.frame.blocks import draw_paged
from ui.frame.draw_original import draw_original
from ui.frame.page_list import PAGES
from ui.frame.tables import draw_table
from ui.history.comparison import draw_comparison
from ui.intake.send_back import marked_name, marked_upload
from ui.reports.freshness import draw_freshness
from words import names, numbers
from words.texts import entries, language, plain, t

PAGE_UPLOADS = 10
SEAL_LENGTH = 12  # what a person can write down; the command takes it


def draw_history() -> None:
    """The uploads, newest first; then how fresh the data are, two moments compared, and the seal of the log."""
    st.markdown(t("history.intro"))
    view = session.view()
    events = session.source().history(view.filters.as_of)
    uploads = events[events["act"] == "accept"].sort_values("number", ascending=False, ignore_index=True)
    if uploads.empty:
        st.info(t("history.none"))
        return
    _draw_uploads(uploads, events, view)
    draw_freshness(view)
    draw_comparison(view, uploads)
    _draw_seal()


def _draw_seal() -> None:
    """The last seal, whatever moment is looked at: whoever notes it can tell later that nothing was changed or cut."""
    head = session.store().log.head()
    told = {"records": numbers.number(head.number, language()), "seal": head.hash[:SEAL_LENGTH]}
    with st.expander(t("history.seal.line", **told)):
        st.markdown(t("history.seal.how"))
        st.code(str(head), language=None, wrap_lines=True)
        st.markdown(t("history.seal.command", head=f"{head.number}:{head.hash[:SEAL_LENGTH]}"))


def draw_as_of_notice(view: View) -> None:
    """While an earlier moment is looked at, every page says so, with one way back to now."""
    if view.filters.as_of is None:
        return
    if session.frozen_at():  # the notice of the link says so (ui/frame/page_frame.py)
        return
    with st.container(border=True, key="as_of_notice", horizontal=True, vertical_alignment="center"):
        st.markdown(f"◷ **{t('history.as_of.notice', moment=moment_name(view.filters.as_of))}**", width="stretch")
        now = replace(view.filters, as_of=None)
        st.button(t("history.as_of.leave"), key="as_of_leave", on_click=session.set_filters, args=(now,))


# the uploads
def _draw_uploads(uploads: pd.DataFrame, events: pd.DataFrame, view: View) -> None:
    st.header(t("history.list.title"), anchor=False)
    query = st.text_input(
        t("history.search"),
        placeholder=t("history.search_for"),
        key=f"history_query_{language()}",
        max_chars=100,
        on_change=lambda: st.session_state.pop("history_page", None),  # what is found is read from its first page
    )
    is_limited = bool(view.filters.chosen_communes() or view.filters.first_week or view.filters.last_week)
    shown = concerning(uploads, view) if is_limited else uploads
    if query.strip():
        shown = shown[shown["number"].isin(_found(view, " ".join(query.split())))].reset_index(drop=True)
        st.caption(t("history.found", count=numbers.number(len(shown), language())))
    if is_limited:
        told = summary(replace(view.filters, goods=(), donor_categories=(), sites=(), as_of=None))
        st.caption(t("history.list.some", shown=len(shown), total=len(uploads), filters=told))
    if view.filters.as_of:
        st.caption(t("history.list.past", moment=moment_name(view.filters.as_of)))
    if shown.empty:
        st.info(t("history.nothing_found" if query.strip() else "history.list.nothing"))
        return
    for upload in shown.iloc[draw_paged(len(shown), PAGE_UPLOADS, "history_page")].to_dict("records"):
        _draw_upload(upload, events, is_past=view.filters.as_of is not None)


def concerning(uploads: pd.DataFrame, view: View) -> pd.DataFrame:
    """The uploads with data of the chosen communes and weeks.

    A report names its weeks; of a list the days of its rows in force decide, and one without such rows (undone,
    replaced) stays.
    """
    communes, first, last = set(view.filters.chosen_communes()), view.filters.first_week, view.filters.last_week
    inside, dated = _numbers_of_lists(view) if first or last else (frozenset(), frozenset())

    def is_meant(upload: dict) -> bool:
        if communes and not communes & set(upload["communes"]):
            return False
        weeks = [date.fromisoformat(str(week)[:10]) for week in upload["weeks"]]
        if weeks:
            return any((not first or week >= first) and (not last or week <= last) for week in weeks)
        return upload["number"] in inside or upload["number"] not in dated

    return uploads[[is_meant(upload) for upload in uploads.to_dict("records")]].reset_index(drop=True)


@cached()
def _found(view: View, query: str) -> set[int]:
    """The uploads in which every word occurs: in the name of the file, who accepted it, or one of its lines."""
    return session.store().uploads_with(query)


@cached(40)
def _numbers_of_lists(view: View) -> tuple[frozenset[int], frozenset[int]]:
    """(uploads with a list row in the period, uploads with any list row in force)."""
    period, store = Selection(view.selection.first_day, view.selection.last_day), session.shared_store()
    found: tuple[set[int], set[int]] = (set(), set())
    for kind in schemas.LINE_KINDS:
        for numbers_of, selection in zip(found, (period, Selection()), strict=True):
            wanted = selection_conditions(schemas.SUMMED[kind][0], selection)
            numbers_of.update(store.uploads_of(kind, wanted, as_of=view.filters.as_of))
    return frozenset(found[0]), frozenset(found[1])


def state(upload: dict) -> str:
    """Counted, undone, or replaced by a later upload."""
    if upload["is_in_force"] and upload["replaced_by"]:
        return t("history.state.replaced", number=", ".join(str(number) for number in upload["replaced_by"]))
    return t("history.state.counted" if upload["is_in_force"] else "history.state.undone")


def line(upload: dict) -> str:
    """ "**44 · Thăm hỏi.xlsx** · ✓ đang tính · 15 dòng", in Markdown."""
    rows = {name: numbers.number(upload[name], language()) for name in ("rows", "waiting")}
    parts = [state(upload), t("history.list.waiting" if upload["waiting"] else "history.list.rows", **rows)]
    if upload["is_demo"]:
        parts.append(t("history.demo"))
    title = f"**{upload['number']} · {plain(upload['file'])}**"
    return " · ".join([title, *(plain(part) for part in parts)])


def _draw_upload(upload: dict, events: pd.DataFrame, *, is_past: bool) -> None:
    """One upload in a line, and below it what can be done with it."""
    number = int(upload["number"])
    act = "undo" if upload["is_in_force"] else "restore"
    with st.container(key=f"upload_{number}", gap=None):
        st.markdown(line(upload))
        with st.container(key=f"actions_{number}", horizontal=True, vertical_alignment="center", gap="small"):
            draw_original(number, upload["file"], f"original_{number}")
            if not is_past:
                _draw_button(number, act)
            with st.popover(t("history.list.details"), type="tertiary", key=f"details_{number}_{language()}"):
                _draw_details(upload, events)
            if st.button(t("history.list.as_after"), key=f"as_after_{number}", type="tertiary"):
                moment = upload["time"].to_pydatetime()
                session.set_filters(replace(session.filters(), as_of=moment))
                st.switch_page(PAGES["overview"].script)
        if st.session_state.get("asked") == number and not is_past:
            _draw_confirm(number, act)


def _draw_details(upload: dict, events: pd.DataFrame) -> None:
    """Who, when, what of; what was done with it since; its file with the faulty cells marked, to send back."""
    st.markdown("  \n".join(_lines(upload)))
    if upload["problems"]:
        number = int(upload["number"])
        st.download_button(
            t("history.marked"),
            session.for_later(
                lambda: marked_upload(number, upload["file"]), "original", {"upload": number, "marked": True}
            ),
            file_name=marked_name(upload["file"]),
            key=f"marked_{number}",
            mime="application/octet-stream",
            on_click="ignore",
        )
    past = events[(events["number"] == upload["number"]) & (events["act"] != "accept")]
    if len(past):
        st.markdown(t("history.events") + ": " + "; ".join(_event(event) for event in past.to_dict("records")))


def _lines(upload: dict) -> list[str]:
    """Who, when, kinds, communes, weeks, rows."""
    spoken = language()
    rows = {"rows": numbers.number(upload["rows"], spoken), "waiting": numbers.number(upload["waiting"], spoken)}
    facts = [
        ("when", numbers.moment(upload["time"], spoken)),
        ("who", "" if upload["is_demo"] else plain(upload["who"])),
        ("kinds", ", ".join(names.kind(kind) for kind in upload["kinds"])),
        ("communes", ", ".join(names.commune(code) for code in upload["communes"])),
        ("weeks", ", ".join(numbers.week(pd.Timestamp(week), spoken) for week in upload["weeks"])),
        ("rows", t("history.rows_waiting" if upload["waiting"] else "history.rows_value", **rows)),
    ]
    return [f"{t(f'history.{name}')}: {value}" for name, value in facts if value]


def _event(event: dict) -> str:
    act = t(f"history.act.{event['act']}") if f"history.act.{event['act']}" in entries() else event["act"]
    return t("history.event", act=act, when=numbers.moment(event["time"], language()), who=plain(event["who"]))


def _draw_button(number: int, act: str) -> None:
    def ask() -> None:
        st.session_state.asked = number

    st.button(t(f"history.{act}"), key=f"{act}_{number}", on_click=ask, type="tertiary")


def _draw_confirm(number: int, act: str) -> None:
    """What goes away and what comes back, before it does."""
    effect = session.store().effect(number)
    for title, rows in (("goes", effect.goes), ("comes", effect.comes)):
        if len(rows):
            st.markdown(f"**{t(f'history.{title}')}**")
            draw_table(effect_table(rows), caption=t(f"history.{title}"))
    if effect.reports:
        st.markdown("\n".join(f"- {_report(report)}" for report in effect.reports))
    if effect.waiting_before != effect.waiting_after:
        before, after = (numbers.number(n, language()) for n in (effect.waiting_before, effect.waiting_after))
        st.markdown(t("history.waiting", before=before, after=after))
    why = st.text_input(t("history.why"), key=f"why_{number}", max_chars=200)
    with st.container(horizontal=True):
        if st.button(t(f"history.confirm_{act}", number=number), type="primary", key=f"confirm_{number}"):
            _change(number, act, why)
        if st.button(t("history.cancel"), key=f"cancel_{number}"):
            st.session_state.asked = None
            st.rerun()


def _change(number: int, act: str, why: str) -> None:
    """Undo or restore; someone else may have been quicker."""
    change = session.store().undo if act == "undo" else session.store().restore
    try:
        change(number, who=session.who(), now=session.now(), why=why)
    except StoreError as error:
        if error.code not in ("already_undone", "already_in_force", "same_content_in_force"):
            raise
        session.say_once(t(f"history.{error.code}", number=number))
    else:
        session.say_once(t("history.undone" if act == "undo" else "history.restored", number=number))
    st.session_state.asked = None
    st.rerun()


def effect_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The store's account of what goes away or comes back, without the sums that this kind does not have."""
    return rows[[column for column in rows.columns if rows[column].notna().any() and (rows[column] != "").any()]]


def _report(report: tuple[str, str, int | None]) -> str:
    commune, week, number = report
    values = {"commune": names.commune(commune), "week": numbers.week(pd.Timestamp(week), language())}
    return t("history.report_of", number=number, **values) if number else t("history.report_none", **values)
