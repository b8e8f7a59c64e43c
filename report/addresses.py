"""The address of a number on screen: which number, and which part of it; in the URL, on every mark and cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data import reference
from metrics.measures import MEASURES, number_of

# numbers that are no sum of lines of a sheet: expected weekly reports
REPORTS = ("reports_received", "reports_on_time", "reports_expected")
PARTS = ("commune", "week", "until", "good", "base_unit", "donor_category", "site", "day", "site_type", "site_commune")
CHANGE = "change"  # "change:cash_received": against the week before


@dataclass(frozen=True)
class Address:
    """code: of metrics.measures.number_of, of REPORTS, or "change:" and one of them; part: (name, code) pairs.

    A name is one of PARTS; a week is its Monday, "until" that of the last week, a "day" is
    one of visits, the only lists that are told by day; None stands for what is not stated.
    """

    code: str
    part: tuple[tuple[str, str | date | None], ...] = ()

    @classmethod
    def of(cls, code: str, **part: object) -> "Address":
        """The address of a number in a row of a table: missing values of pandas become None, days plain days."""
        return cls(code, tuple((name, _plain(value)) for name, value in part.items()))

    def text(self) -> str:
        """ "cash_received;commune=24649;week=2021-08-09": what `parse` reads."""
        parts = [f"{name}={'' if value is None else value}" for name, value in self.part]
        return ";".join([self.code, *parts])

    @property
    def where(self) -> Mapping[str, str | date | None]:
        return dict(self.part)


def _plain(value: object) -> str | date | None:
    if isinstance(value, str):
        return value
    if value is None or value != value:  # NaT and NaN differ from themselves
        return None
    return value.date() if hasattr(value, "date") else value


def parse(text: object) -> Address | None:
    """Total: whatever stands in a URL gives an address or None."""
    code, *parts = str(text or "").split(";")
    bare = code.removeprefix(f"{CHANGE}:")
    if bare not in REPORTS and number_of(bare) is None or (bare != code and bare not in {*MEASURES, *REPORTS}):
        return None
    found = []
    for part in parts:
        name, _, value = part.partition("=")
        if name not in PARTS:
            return None
        if name in ("week", "until", "day") and value:
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return None
        elif value and not _is_known(name, value):
            return None
        found.append((name, value or None))
    return Address(code, tuple(found))


def _is_known(name: str, code: str) -> bool:
    known = reference.load()
    tables = {
        "good": known.goods,
        "base_unit": known.units,
        "donor_category": known.donor_categories,
        "site": known.sites,
    }
    tables["commune"] = tables["site_commune"] = {commune.code for commune in known.all_communes}
    tables["site_type"] = known.site_types
    return code in tables[name]
