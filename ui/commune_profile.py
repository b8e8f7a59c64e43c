"""One commune in full: its weeks, indicators, gifts, what was given, sites, remarks, disagreements."""

from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from data import reference
from metrics.measures import MEASURES, number_of, total
from metrics.received import received_by_good
from metrics.reconciliation import compared
from metrics.reports import completeness, timeliness
from metrics.selection import selected
from ui import (
    behind,
    frontline,
    gift_lines,
    indicator_grid,
    names,
    numbers,
    report_remarks,
    report_view,
    session,
    summary,
)
from ui.addresses import Address
from ui.blocks import draw_page_link, draw_paged
from ui.exhibits import Exhibit, draw_exhibit, draw_heading
from ui.figures.heatmap import SIGNS
from ui.tables import draw_live, draw_table
from ui.texts import language, t
from ui.view import View, cached

FACTS = ("cash_received", "goods_value", "households_supported", "frontline_visits")
LATEST_GIFTS, PAGE_REMARKS = 10, 6
# of a gift line: who gave is not told here, the commune is known, cash stands under quantity too
UNSHOWN = ["donor_name", "commune", "cash_vnd", "upload_number", "source_sheet"]


def draw_profile(view: View) -> None:
    """One commune from top to bottom when one is chosen, else the choice."""
    code = view.communes[0] if len(view.communes) == 1 else None
    title = t("progress.one.title", commune=names.commune(code)) if code else t("progress.one.choose_title")
    draw_heading(title, t("progress.one.meaning"), "commune_profile")
    _draw_choice(code, view)
    if code is None:
        st.caption(t("progress.one.hint"))
        return
    _draw_facts(view)
    left, right = st.columns(2, gap="medium")
    with left:
        draw_exhibit(weeks_exhibit(view), view)
        draw_page_link("reports", t("progress.one.to_reports"))
    with right:
        _draw_remarks(view)
    indicator_grid.draw_indicators(view)
    draw_exhibit(differences_exhibit(view), view)
    left, right = st.columns(2, gap="medium")
    with left:
        draw_exhibit(goods_exhibit("donations", view), view)
    with right:
        draw_exhibit(goods_exhibit("distributions", view), view)
    _draw_latest_gifts(view)
    draw_exhibit(sites_exhibit(view), view)


def _draw_choice(code: str | None, view: View) -> None:
    """Choosing a commune here sets the one filter of all screens."""
    assigned = reference.load().assignments.get(view.filters.member or "", ())
    options = [c for c in reference.load().communes() if not assigned or c in assigned]
    options = options if session.sees_district() else [session.who().commune]
    key = f"progress_commune_{language()}"
    st.session_state[key] = code if code in options else None

    def take() -> None:
        chosen = st.session_state[key]
        session.set_filters(replace(session.filters(), communes=(chosen,) if chosen else ()))

    def name(option: str | None) -> str:
        return names.commune(option) if option else t("progress.one.any")

    look = {"format_func": name, "placeholder": name(None), "filter_mode": None}
    st.selectbox(t("progress.one.choose"), [None, *options], key=key, on_change=take, **look)


def _draw_facts(view: View) -> None:
    """The numbers of the commune in one line; each opens its rows."""
    week, facts = behind.due_week(view), []
    for code in FACTS:
        value = summary.headline(view, code, week).value
        facts.append((code, "" if value is None else code, _told(code, value)))
    status = behind.status_of(view)
    for code, ratio in (("reports_received", completeness(status)), ("reports_on_time", timeliness(status))):
        facts.append((code, code if ratio.numerator else "", numbers.ratio(ratio.numerator, ratio.denominator)))
    items = "".join(_fact(*fact) for fact in facts)
    draw_live(f'<dl class="mt-line" aria-label="{escape(t("progress.one.facts"))}">{items}</dl>', "profile_facts")


def _told(code: str, value: float | None) -> str:
    if MEASURES[code].unit == "vnd":
        return numbers.money_short(value, language())
    return numbers.number(value, language())


def _fact(code: str, opens: str, text: str) -> str:
    inside = f'<button type="button" data-click="rows:{opens}">{escape(text)}</button>' if opens else escape(text)
    return f"<div><dt>{escape(names.number(code))}</dt><dd>{inside}</dd></div>"


# its weeks
def weeks_exhibit(view: View) -> Exhibit:
    """Every expected report: where it stands, when it came, when it was corrected; the newest first."""
    status = behind.status_of(view).sort_values("week_start_date", ascending=False, ignore_index=True)
    words = [f"{SIGNS[r['status']]} {report_view.says(r, with_moment=False)}" for r in status.to_dict("records")]
    frame = status[["week_start_date"]].assign(status=pd.Series(words, index=status.index, dtype="str"))
    return Exhibit(
        key="profile_weeks",
        title=t("progress.weeks.title"),
        meaning=t("progress.weeks.meaning"),
        frame=pd.concat([frame, status[["first_received_at", "last_corrected_at"]]], axis=1),
        whole=Address("reports_received"),
        names={"week_start_date": "week"},
        empty=t("progress.weeks.none"),
    )


# what came and what was given
@cached()
def goods(view: View, kind: str) -> pd.DataFrame:
    """What was received (donations) or given (distributions): good, base_unit, quantity; cash first."""
    rows = selected(summary.frames(view)(kind), view.selection)
    found = received_by_good(rows)
    found = summary.in_order(found[found["quantity"].notna()], "good", reference.load().goods)
    family = {"donations": "good", "distributions": "given"}[kind]
    cash = total(summary.rows(number_of(f"{family}:cash:vnd"), view))
    table = found[["good", "base_unit", "quantity"]]
    if cash is None:
        return table
    first = pd.DataFrame({"good": ["cash"], "base_unit": ["vnd"], "quantity": [cash]}).astype(dict(table.dtypes))
    return pd.concat([first, table], ignore_index=True)


def goods_exhibit(kind: str, view: View) -> Exhibit:
    """kind: donations, or distributions."""
    family = {"donations": "good", "distributions": "given"}[kind]
    return Exhibit(
        key=f"profile_{kind}",
        title=t(f"progress.{kind}.title"),
        meaning=t(f"progress.{kind}.meaning"),
        frame=goods(view, kind),
        opens={"quantity": lambda row: Address(f"{family}:{row['good']}:{row['base_unit']}")},
        names={"good": "goods"},
        empty=t(f"progress.{kind}.none"),
    )


def _draw_latest_gifts(view: View) -> None:
    st.subheader(t("progress.gifts.title", number=LATEST_GIFTS), anchor=False)
    frame = latest_gifts(view)
    if frame.empty:
        st.caption(t("progress.donations.none"))
        return
    draw_table(frame, caption=t("progress.gifts.title", number=LATEST_GIFTS))
    draw_page_link("goods", t("progress.gifts.all"))


def latest_gifts(view: View) -> pd.DataFrame:
    """The latest gift lines, without anything that names a donor."""
    frame = gift_lines.lines(view, "", is_named=False, most=LATEST_GIFTS).drop(columns=UNSHOWN)
    return frame.dropna(axis="columns", how="all")


# sites, remarks, disagreements
def sites_exhibit(view: View) -> Exhibit:
    """The sites of the commune, as the screen of the frontline shows them."""
    found = frontline.sites_exhibit(view)
    return replace(
        found,
        key="profile_sites",
        title=t("progress.sites.title"),
        frame=found.frame.drop(columns=["site_type", "site_commune"]),
        names={"site": "sites"},
        figure=None,
        total={},
        empty=t("progress.sites.none"),
    )


def _draw_remarks(view: View) -> None:
    draw_heading(t("progress.remarks.title"), t("progress.remarks.meaning"), "profile_remarks")
    found = report_remarks.remarks(view)
    if found.empty:
        st.caption(t("progress.remarks.none"))
        return
    report_remarks.draw_remarks(found.iloc[draw_paged(len(found), PAGE_REMARKS, "page_profile_remarks")])


def differences_exhibit(view: View) -> Exhibit:
    """Where the reports and the lists of the commune do not agree; both sides open."""
    found = summary.differences(view)
    found = found[found["state"].eq("differs") & found["commune"].isin(view.communes)]
    columns = ["week_start_date", "indicator", "reported", "listed", "difference"]
    codes = found["commune"].tolist()
    frame = found[columns].reset_index(drop=True)
    of_row = dict(zip(frame[["week_start_date", "indicator"]].itertuples(index=False, name=None), codes, strict=True))

    def part(row: dict) -> dict:
        return {"commune": of_row[row["week_start_date"], row["indicator"]], "week": row["week_start_date"]}

    return Exhibit(
        key="profile_differences",
        title=t("progress.differences.title"),
        meaning=t("progress.differences.meaning"),
        frame=frame,
        opens={
            "reported": lambda row: Address.of(f"indicator:{row['indicator']}", **part(row)),
            "listed": lambda row: _listed(row, part(row), view),
        },
        names={"week_start_date": "week"},
        empty=t("progress.differences.none"),
    )


def _listed(row: dict, part: dict, view: View) -> Address | None:
    """The lines of the lists; none where they are not all in one number, or a filter leaves some of them out."""
    what = compared()[row["indicator"]]
    code = report_view.LISTED.get(row["indicator"]) or f"good:{what.good}:{what.unit}"
    number = behind.number_at(Address.of(code, **part), view)
    return Address.of(code, **part) if number is not None and abs(number - row["listed"]) < 0.005 else None


def all_exhibits(view: View) -> list[Exhibit]:
    """Every figure of one commune; nothing when more than one is looked at."""
    if len(view.communes) != 1:
        return []
    makers = (weeks_exhibit, indicator_grid.indicators_exhibit, differences_exhibit, sites_exhibit)
    return [make(view) for make in makers] + [goods_exhibit(kind, view) for kind in ("donations", "distributions")]
