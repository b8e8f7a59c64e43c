"""The numbers of the weekly report: in its weeks and since the start, each with its address and its filters."""

from dataclasses import dataclass, replace
from datetime import date

from outgoing.papers.paper import Figure
from report import rows_behind
from report.addresses import Address
from report.filters import Filters
from report.view import View
from words import numbers
from words.texts import t

# the paper is Vietnamese in every session (words/texts/report_form.toml, always_vietnamese)
SPOKEN = "vi"
NONE_KNOWN = "…"


@dataclass(frozen=True)
class Spans:
    """The same state of the store and the same communes twice: over the weeks of the report, and since the start."""

    period: View
    so_far: View
    first_week: date
    last_week: date

    @classmethod
    def of(cls, view: View, first_week: date, last_week: date) -> "Spans":
        return cls(_over(view, first_week, last_week), _over(view, None, last_week), first_week, last_week)

    @property
    def is_one_week(self) -> bool:
        return self.first_week == self.last_week

    def both(self, code: str, unit: str = "") -> tuple[Figure, Figure]:
        """A number in the weeks of the report, and since the start."""
        return at(Address(code), self.period, unit), at(Address(code), self.so_far, unit)


def _over(view: View, first_week: date | None, last_week: date) -> View:
    chosen = view.filters
    limited = Filters(first_week, last_week, communes=chosen.communes, member=chosen.member, as_of=chosen.as_of)
    return replace(view, filters=limited)


def figure(value: object, address: Address | None, view: View, unit: str = "", *, is_narrow: bool = False) -> Figure:
    """A number that a small frame of the screens has already; unit: written behind it; is_narrow: in a wide table,
    where what is not known is the sign of the statistical office for it, told below."""
    if numbers.is_missing(value):
        said = NONE_KNOWN if is_narrow else t("frame.no_value", SPOKEN)
        return Figure(said, None, address.text() if address else "", view.filters)
    written = f"{numbers.number(float(value), SPOKEN)} {unit}".strip()
    return Figure(written, float(value), address.text() if address else "", view.filters)


def at(address: Address, view: View, unit: str = "", *, is_narrow: bool = False) -> Figure:
    """The number behind an address (report.rows_behind.number_at)."""
    return figure(rows_behind.number_at(address, view), address, view, unit, is_narrow=is_narrow)


def counted(count: int, code: str, view: View) -> Figure:
    """A count of which zero is known to be zero; as on the screens, no rows stand behind a zero."""
    return figure(count, Address(code) if count else None, view)
