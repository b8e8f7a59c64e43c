"""Every upload: who, when, what it changed, its original file; undo and restore."""

import pandas as pd
import streamlit as st

from data.store_files import StoreError
from ui import names, numbers, session
from ui.blocks import draw_paged, draw_table, plain
from ui.texts import entries, language, t

PAGE_UPLOADS = 20


def draw_history() -> None:
    """The uploads, newest first; each opens to what it changed."""
    st.markdown(t("history.intro"))
    events = session.history()
    uploads = events[events["act"] == "accept"].sort_values("number", ascending=False, ignore_index=True)
    if uploads.empty:
        st.info(t("history.none"))
        return
    for upload in uploads.iloc[draw_paged(len(uploads), PAGE_UPLOADS, "history_page")].to_dict("records"):
        _draw_upload(upload, events)


def state(upload: dict) -> str:
    """Counted, undone, or replaced by a later upload."""
    if upload["is_in_force"] and upload["replaced_by"]:
        return t("history.state.replaced", number=", ".join(str(number) for number in upload["replaced_by"]))
    return t("history.state.counted" if upload["is_in_force"] else "history.state.undone")


def _draw_upload(upload: dict, events: pd.DataFrame) -> None:
    number = int(upload["number"])
    parts = [t("history.number", number=number), upload["file"], state(upload)]
    if upload["is_demo"]:
        parts.append(t("history.demo"))
    with st.container(border=True, key=f"upload_{number}"):
        st.subheader(" · ".join(plain(part) for part in parts), anchor=False)
        st.markdown("  \n".join(_lines(upload)))
        past = events[(events["number"] == number) & (events["act"] != "accept")]
        if len(past):
            st.caption(t("history.events") + ": " + "; ".join(_event(event) for event in past.to_dict("records")))
        with st.container(horizontal=True):
            _draw_original(number, upload["file"])
            _draw_button(number, "undo" if upload["is_in_force"] else "restore")
        if st.session_state.get("asked") == number:
            _draw_confirm(number, "undo" if upload["is_in_force"] else "restore")


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


def _draw_original(number: int, name: str) -> None:
    """The file as it arrived; fetched only when asked for."""
    st.download_button(
        t("history.download"),
        lambda: session.store().original(number)[1],
        file_name=name,
        mime="application/octet-stream",
        key=f"original_{number}",
        on_click="ignore",
    )


def _draw_button(number: int, act: str) -> None:
    def ask() -> None:
        st.session_state.asked = number

    st.button(t(f"history.{act}"), key=f"{act}_{number}", on_click=ask)


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
