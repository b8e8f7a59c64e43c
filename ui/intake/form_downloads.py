"""The forms that communes fill in, to download: one for a kind, commune and week, or all of a week in one file."""

from datetime import date, timedelta

import streamlit as st

from data import reference, schemas
from outgoing.forms import forms
from report.exports import XLSX
from ui.frame import session
from words import names, numbers
from words.texts import language, t


def draw_forms() -> None:
    """Choose kind, commune and week; download. Made only when asked for."""
    with st.expander(t("forms.download.title"), key="forms"):
        st.markdown(t("forms.download.intro"))
        spoken = language()
        monday = numbers.monday(session.day())
        weeks = _weeks(monday)
        with st.container(horizontal=True):
            kind = _draw_choice("kind", list(schemas.KINDS), names.kind, "weekly_reports")
            week = _draw_choice("week", weeks, lambda day: numbers.week(day, spoken), monday)
            communes = [None, *reference.load().communes(week)]
            commune = _draw_choice(
                "commune", communes, lambda code: names.commune(code) if code else t("forms.download.any"), None
            )
        with st.container(horizontal=True, key="forms_ways"):
            st.download_button(
                t("forms.download.one"),
                session.for_later(lambda: forms.form(kind, commune=commune, week=week)),
                file_name=forms.form_name(kind, commune, week),
                mime=XLSX,
                key=f"form_one_{spoken}",
                on_click="ignore",
                type="primary",
            )
            st.download_button(
                t("forms.download.all"),
                session.for_later(lambda: forms.all_forms(week)),
                file_name=forms.all_forms_name(week),
                mime="application/zip",
                key=f"form_all_{spoken}",
                on_click="ignore",
            )


def _weeks(now: date) -> list[date]:
    """The Mondays that a form can be for, the latest first: the last weeks, and the first year of the campaign."""
    campaign = reference.load().campaign
    first = numbers.monday(campaign.start_date)
    last = min(now, campaign.closing_date or campaign.start_date + timedelta(days=366))
    of_campaign = {first + timedelta(days=7 * step) for step in range((last - first).days // 7 + 1)}
    return sorted(of_campaign | {now + timedelta(days=7 * step) for step in range(-8, 2)}, reverse=True)


def _draw_choice(name: str, options: list, say, chosen: object) -> object:
    return st.selectbox(
        t(f"forms.download.{name}"),
        options,
        index=options.index(chosen),
        format_func=say,
        key=f"form_{name}_{language()}",
        filter_mode=None,
        width=300,
    )
