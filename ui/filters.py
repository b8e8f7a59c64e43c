"""Filters: what is looked at, as codes and dates; in the URL, kept across pages and languages; drawn once, by app.py.

In Streamlit 1.67 a widget bound to the query parameters writes its formatted label into the URL and loses the choice
when the language changes. So the widgets only show this value, and this module writes the URL itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import streamlit as st

from data.reference import Reference, load
from metrics.selection import Selection
from ui import names, numbers
from ui.texts import language, t

PARAMETERS = ("from", "to", "communes", "member", "goods", "categories", "as_of")


@dataclass(frozen=True)
class Filters:
    """What is looked at; an empty part does not limit. Weeks are their Mondays, both inclusive.

    member:  a committee member: only the communes assigned to him or her (assignments.csv)
    as_of:   the day up to which uploads are counted; today when None
    """

    first_week: date | None = None
    last_week: date | None = None
    communes: tuple[str, ...] = ()
    member: str | None = None
    goods: tuple[str, ...] = ()
    donor_categories: tuple[str, ...] = ()
    as_of: date | None = None

    def to_query(self) -> dict[str, str]:
        """The parameters of the URL; only what limits."""
        parts = {
            "from": self.first_week.isoformat() if self.first_week else "",
            "to": self.last_week.isoformat() if self.last_week else "",
            "communes": ",".join(self.communes),
            "member": self.member or "",
            "goods": ",".join(self.goods),
            "categories": ",".join(self.donor_categories),
            "as_of": self.as_of.isoformat() if self.as_of else "",
        }
        return {name: value for name, value in parts.items() if value}

    @classmethod
    def from_query(cls, query: Mapping[str, str], known: Reference | None = None) -> "Filters":
        """Total: whatever stands in a URL gives filters; what is not known is left out."""
        known = known or load()
        first, last = _week(query.get("from")), _week(query.get("to"))
        if first and last and first > last:
            first = last = None
        member = query.get("member")
        return cls(
            first_week=first,
            last_week=last,
            communes=_codes(query.get("communes"), {c.code for c in known.all_communes}),
            member=member if member in known.assignments else None,
            goods=_codes(query.get("goods"), known.goods),
            donor_categories=_codes(query.get("categories"), known.donor_categories),
            as_of=_day(query.get("as_of")),
        )

    def chosen_communes(self, known: Reference | None = None) -> tuple[str, ...]:
        """The communes that the choice and the member together leave; empty when nothing limits."""
        assigned = (known or load()).assignments.get(self.member or "", ())
        if not assigned:
            return self.communes
        return tuple(code for code in assigned if not self.communes or code in self.communes) or assigned

    def selection(self) -> Selection:
        """The same as days and codes, for metrics."""
        return Selection(
            first_day=self.first_week,
            last_day=self.last_week + timedelta(days=6) if self.last_week else None,
            communes=self.chosen_communes(),
            goods=self.goods,
            donor_categories=self.donor_categories,
        )


def _day(text: object) -> date | None:
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _week(text: object) -> date | None:
    day = _day(text)
    return numbers.monday(day) if day else None


def _codes(text: object, known: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in str(text or "").split(",") if code in known))


def read_day(text: str) -> date | None:
    """ "15/8/2021" as a person types it; None when it is no day."""
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").date()
    except ValueError:
        return None


def summary(filters: Filters) -> str:
    """The filters in one line: "Xã Nam Dong · Tuần 31 → Tuần 35"."""
    parts = [", ".join(names.commune(code) for code in filters.chosen_communes()) or t("filters.all_communes")]
    if filters.first_week or filters.last_week:
        sides = (filters.first_week, filters.last_week)
        parts.append(" → ".join(numbers.week_short(side, language()) if side else "…" for side in sides))
    else:
        parts.append(t("filters.all_weeks"))
    if filters.goods:
        parts.append(", ".join(names.good(code) for code in filters.goods))
    if filters.donor_categories:
        parts.append(", ".join(names.category(code) for code in filters.donor_categories))
    if filters.as_of:
        parts.append(t("filters.as_of_short", day=numbers.day(filters.as_of, language())))
    return " · ".join(parts)


def draw_filters(filters: Filters, weeks: list[date], change: Callable[[Filters], None]) -> None:
    """The one set of filters. Each widget shows a part of the value and gives back a whole new one to `change`."""
    known = load()
    with st.expander(t("filters.title", summary=summary(filters)), key="filters"):
        communes = list(known.communes())
        _draw_pills("communes", filters, communes, names.commune, change)
        if known.assignments:
            _draw_choice("member", filters, [None, *known.assignments], _member_name, change)
        options = sorted({*weeks, *(w for w in (filters.first_week, filters.last_week) if w)})
        left, right = st.columns(2)
        with left:
            _draw_choice("first_week", filters, [None, *options], _week_name, change)
        with right:
            _draw_choice("last_week", filters, [None, *options], _week_name, change)
        _draw_pills("goods", filters, list(known.goods), names.good, change)
        _draw_pills("donor_categories", filters, list(known.donor_categories), names.category, change)
        _draw_day(filters, change)
        st.button(t("filters.clear"), key="filters_clear", on_click=change, args=(Filters(),))


def _week_name(week: date | None) -> str:
    return numbers.week(week, language()) if week else t("filters.any_week")


def _member_name(member: str | None) -> str:
    return member or t("filters.any_member")


def _draw_pills(part: str, filters: Filters, options: list, name: Callable, change: Callable) -> None:
    key = f"filter_{part}_{language()}"
    st.session_state[key] = [code for code in getattr(filters, part) if code in options]

    def take() -> None:
        change(replace(filters, **{part: tuple(st.session_state[key])}))

    st.pills(t(f"filters.{part}"), options, selection_mode="multi", format_func=name, key=key, on_change=take)


def _draw_choice(part: str, filters: Filters, options: list, name: Callable, change: Callable) -> None:
    key = f"filter_{part}_{language()}"
    st.session_state[key] = getattr(filters, part)

    def take() -> None:
        changed = replace(filters, **{part: st.session_state[key]})
        if changed.first_week and changed.last_week and changed.first_week > changed.last_week:
            changed = replace(changed, first_week=st.session_state[key], last_week=st.session_state[key])
        change(changed)

    # Streamlit shows None by its own English placeholder
    look = {"format_func": name, "placeholder": name(None), "filter_mode": None}
    st.selectbox(t(f"filters.{part}"), options, key=key, on_change=take, **look)


def _draw_day(filters: Filters, change: Callable) -> None:
    """A typed day: the calendar of Streamlit knows only English."""
    key = f"filter_as_of_{language()}"
    st.session_state[key] = filters.as_of.strftime("%d/%m/%Y") if filters.as_of else ""

    def take() -> None:
        change(replace(filters, as_of=read_day(st.session_state[key])))

    st.text_input(t("filters.as_of"), key=key, on_change=take, placeholder=t("frame.day_form"))
