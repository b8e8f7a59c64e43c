"""What meetings concluded, in words: what is open, until when, and the number as it was and as it is."""

from dataclasses import replace
from datetime import date

from data.records.conclusions import Conclusion
from report import addresses, rows_behind
from report.filters import Filters, summary
from report.source import LOOK_SECONDS
from report.view import View
from words import names, numbers
from words.texts import language, t

LATEST = date(2100, 12, 31)


# which ones
def known(view: View) -> list[Conclusion]:
    """Those that whoever looks may read, as they stood at the moment of the view.

    Whoever may see one commune alone reads what was concluded on that commune's own figures.
    """
    if not view.source.may("read.numbers"):
        return []
    journal, commune = view.source.store.conclusions, view.source.person.commune
    found = journal.all(as_of=view.filters.as_of, max_age_seconds=LOOK_SECONDS).values()
    return [one for one in found if commune is None or one.query.get("communes") == commune]


def open_ones(view: View) -> list[Conclusion]:
    """What is not done yet: what was due first comes first, what has no day last."""
    return in_order([one for one in known(view) if one.is_open])


def in_order(found: list[Conclusion]) -> list[Conclusion]:
    return sorted(found, key=lambda one: (one.due_date or LATEST, one.number))


def overdue(view: View) -> int:
    return sum(one.is_overdue(view.day) for one in known(view))


# in words
def due_text(one: Conclusion, day: date) -> str:
    """ "▲ quá hạn 3 ngày (10/08/2021)", "hạn 10/08/2021", "không hẹn ngày"."""
    if one.due_date is None:
        return t("conclusions.no_day")
    told = numbers.day(one.due_date, language())
    if one.is_overdue(day):
        return "▲ " + t("conclusions.overdue", days=(day - one.due_date).days, day=told)
    return t("conclusions.due", day=told)


def facts(one: Conclusion, day: date) -> str:
    """Who is to do it, and until when."""
    return " · ".join([one.assignee or t("conclusions.nobody"), due_text(one, day)])


def place_text(one: Conclusion) -> str:
    """ "Tổng quan: Theo xã, thị trấn (Xã Nam Dong · Tuần 31 → Tuần 32)"."""
    chosen = Filters.from_query(one.query)
    where = t(f"frame.nav.{one.page}") + (f": {one.title}" if one.title else "")
    return where if chosen == Filters() else f"{where} ({summary(chosen)})"


def number_text(one: Conclusion, view: View) -> str:
    """ "Tiền mặt đã nhận: khi kết luận 1.500.000 đồng, nay 2.000.000 đồng"; "" when it speaks of no number."""
    address = addresses.parse(one.address)
    if address is None:
        return ""
    then = replace(Filters.from_query(one.query), as_of=view.filters.as_of)
    now = rows_behind.number_at(address, replace(view, filters=then))
    unit, spoken = names.unit_of(address), language()
    words = {"shown": one.shown, "now": now}
    words = {name: numbers.with_unit(value, unit, spoken).strip() for name, value in words.items()}
    return t("conclusions.number", name=names.address(address), **words)


def line(view: View) -> str:
    """ "3 kết luận chưa xong, 1 quá hạn"; "" when nothing is open."""
    waiting, late = len(open_ones(view)), overdue(view)
    if not waiting:
        return ""
    return t("conclusions.line_overdue" if late else "conclusions.line", number=waiting, overdue=late)
