"""Filters: what is looked at, as codes and dates; in the URL, kept across pages and languages; no Streamlit here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.reference import Reference, load
from metrics.selection import Selection
from words import names, numbers
from words.texts import language, t

PARAMETERS = ("from", "to", "communes", "member", "goods", "categories", "sites", "as_of")

PICKED = ("communes", "goods", "donor_categories", "sites", "week")  # what a click on a mark can filter by


@dataclass(frozen=True)
class Filters:
    """What is looked at; an empty part does not limit. Weeks are their Mondays, both inclusive.

    member:  a committee member: only the communes assigned to him or her (assignments.csv)
    as_of:   the moment up to which uploads are counted, in the campaign's time zone; now when None
    """

    first_week: date | None = None
    last_week: date | None = None
    communes: tuple[str, ...] = ()
    member: str | None = None
    goods: tuple[str, ...] = ()
    donor_categories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    as_of: datetime | None = None

    def to_query(self) -> dict[str, str]:
        """The parameters of the URL; only what limits."""
        parts = {
            "from": self.first_week.isoformat() if self.first_week else "",
            "to": self.last_week.isoformat() if self.last_week else "",
            "communes": ",".join(self.communes),
            "member": self.member or "",
            "goods": ",".join(self.goods),
            "categories": ",".join(self.donor_categories),
            "sites": ",".join(self.sites),
            "as_of": _moment_text(self.as_of) if self.as_of else "",
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
            sites=_codes(query.get("sites"), known.sites),
            as_of=_moment(query.get("as_of"), known.campaign.zone),
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
            sites=self.sites,
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


def _moment(text: object, zone: ZoneInfo) -> datetime | None:
    """ "2021-08-15T16:00", in the campaign's zone; a day alone means its end."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    if not 2000 <= moment.year <= 2100:
        return None
    if _day(text):
        moment = datetime.combine(moment, time.max)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _moment_text(moment: datetime) -> str:
    return moment.date().isoformat() if moment.time() == time.max else moment.replace(tzinfo=None).isoformat()


def _codes(text: object, known: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in str(text or "").split(",") if code in known))


def read_day(text: str) -> date | None:
    """ "15/8/2021" as a person types it; None when it is no day."""
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").date()
    except ValueError:
        return None


def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """ "15/8/2021", "15/8/2021 16:00" or "16:00 15/8/2021" as a person types it; None when it is no moment."""
    words = text.replace(",", " ").split()
    days = [word for word in words if "/" in word]
    hours = [word for word in words if ":" in word]
    if len(days) != 1 or len(hours) > 1 or len(words) != len(days) + len(hours):
        return None
    day = read_day(days[0])
    try:
        hour = time.fromisoformat(hours[0] if hours[0][1:2] != ":" else f"0{hours[0]}") if hours else time.max
    except ValueError:
        return None
    return day and _moment(datetime.combine(day, hour).isoformat(), zone)


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
    if filters.sites:
        parts.append(", ".join(names.site(code) for code in filters.sites))
    if filters.as_of:
        parts.append(t("filters.as_of_short", moment=moment_name(filters.as_of)))
    return " · ".join(parts)


def moment_name(moment: datetime) -> str:
    """ "16:00 15/08/2021"; the end of a day is told as the day."""
    is_day = moment.time() == time.max
    return numbers.day(moment, language()) if is_day else numbers.moment(moment, language())


def toggled(filters: Filters, part: str, codes: tuple[str, ...]) -> Filters:
    """What a click on a mark makes of the filters: only what was clicked, or no limit when it was chosen already.

    part: of PICKED; a week is the ISO text of its Monday
    """
    if part == "week":
        week = _week(codes[0]) if codes else None
        same = (filters.first_week, filters.last_week) == (week, week)
        return replace(filters, first_week=None if same else week, last_week=None if same else week)
    return replace(filters, **{part: () if getattr(filters, part) == codes else codes})
