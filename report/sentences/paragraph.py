"""The state of the campaign in a paragraph, made from the numbers; each number opens to its rows."""

from html import escape

from data import reference
from metrics.frontline import sites_covered
from metrics.reports import completeness, timeliness
from report import filters, frames, rows_behind
from report.addresses import Address
from report.figures import frontline
from report.kept import cached
from report.sentences import coverage
from report.view import View
from words import names, numbers
from words.texts import language, t

KINDS = ("donations", "distributions", "frontline_support", "weekly_reports")
MOST_GOODS = 3


@cached()
def told_twice(view: View, language: str) -> tuple[str, str]:
    """(the paragraph as plain text, as HTML whose numbers are buttons), in the language of this run."""
    return " ".join(sentences(view, _as_text)), " ".join(sentences(view, _as_button))


def _as_text(text: str, address: Address | None) -> str:
    return text


def _as_button(text: str, address: Address | None) -> str:
    if address is None:
        return escape(text)
    return f'<button type="button" data-click="rows:{escape(address.text())}">{escape(text)}</button>'


def sentences(view: View, told) -> list[str]:
    """The sentences for what is viewed; told(text, address) writes a number. What is missing has no sentence."""
    parts = [_scope(view, told), _received(view, told), _given(view, told)]
    if view.is_whole:
        parts += [_most(view, told), _left(view, told)]
    return [part for part in [*parts, _reports(view, told)] if part]


def _scope(view: View, told) -> str:
    ratio = coverage.of_communes(view, KINDS)
    words = {
        "day": numbers.day(view.day, language()),
        "communes": numbers.ratio(ratio.numerator, ratio.denominator),
    }
    if view.filters == filters.Filters():
        return t("overview.story.whole", **words)
    return t("overview.story.scope", filters=told(filters.summary(view.filters), None), **words)


def _number(code: str, view: View) -> float | None:
    return frames.headline(view, code, rows_behind.due_week(view)).value


def _money(value: float, told, address: Address) -> str:
    return told(numbers.money_short(value, language()), address)


def _count(code: str, value: float, told) -> str:
    return told(numbers.with_unit(value, names.measure_unit(code), language()), Address(code))


def _received(view: View, told) -> str:
    cash, goods = (_number(code, view) for code in ("cash_received", "goods_value"))
    parts = []
    if cash is not None:
        parts.append(t("overview.story.cash", number=_money(cash, told, Address("cash_received"))))
    if goods is not None:
        parts.append(t("overview.story.goods", number=_money(goods, told, Address("goods_value"))))
    for code, headline in reference.load().own_headlines.items():
        if (quantity := _number(code, view)) is not None:
            name = names.good(headline.good)
            words = {"number": _count(code, quantity, told), "good": name[:1].lower() + name[1:]}
            parts.append(t("overview.story.of_good", **words))
    return t("overview.story.received", parts=", ".join(parts)) if parts else ""


def _given(view: View, told) -> str:
    households, visits = _number("households_supported", view), _number("frontline_visits", view)
    covered = sites_covered(frontline.coverage(view))
    words = {"sites": told(numbers.ratio(covered.numerator, covered.denominator), Address("sites_visited"))}
    if households is not None:
        words["households"] = _count("households_supported", households, told)
    if visits is not None:
        words["visits"] = _count("frontline_visits", visits, told)
    if households is not None and visits is not None:
        return t("overview.story.given", **words)
    if households is not None:
        return t("overview.story.given_households", **words)
    return t("overview.story.given_visits", **words) if visits is not None else ""


def _most(view: View, told) -> str:
    found = frames.split(view, "cash_received", "commune").dropna(subset=["commune", "counted"])
    if len(found) < 2:
        return ""
    first = found.iloc[0]
    number = _money(first["counted"], told, Address.of("cash_received", commune=first["commune"]))
    return t("overview.story.most", commune=told(names.inside(names.commune(first["commune"])), None), number=number)


def _left(view: View, told) -> str:
    cash = frames.cash(view)["left"].iloc[0]
    if numbers.is_missing(cash):
        return ""
    found = frames.stock(view)
    largest = found[found["stock"] > 0].sort_values("received", ascending=False).head(MOST_GOODS)
    told_goods = [
        f"{told(names.inside(names.good(row['good'])), None)} "
        + told(
            numbers.with_unit(row["stock"], names.unit(row["base_unit"]), language()),
            Address(f"stock:{row['good']}:{row['base_unit']}"),
        )
        for row in largest.to_dict("records")
    ]
    goods = t("overview.story.left_goods", goods=", ".join(told_goods)) if told_goods else ""
    return t("overview.story.left", cash=_money(cash, told, Address("stock:cash:vnd")), goods=goods)


def _reports(view: View, told) -> str:
    status = rows_behind.status_of(view)
    if status.empty:
        return ""
    shown = {
        code: told(numbers.ratio(ratio.numerator, ratio.denominator), Address(code))
        for code, ratio in (("reports_received", completeness(status)), ("reports_on_time", timeliness(status)))
    }
    words = {"received": shown["reports_received"], "on_time": shown["reports_on_time"]}
    return t("overview.story.reports", **words)
