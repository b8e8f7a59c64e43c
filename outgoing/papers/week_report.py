"""The weekly report as an administrative paper (Decree 30/2020/NĐ-CP, Appendix I): head, opening, closing, foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from string import Formatter

from data.reference import Campaign
from outgoing.papers.paper import Block, Paper, Paragraph, Run
from words import numbers
from words.texts import t

# the paper is Vietnamese in every session (words/texts/report_form.toml, always_vietnamese)
SPOKEN = "vi"


@dataclass(frozen=True)
class Report(Paper):
    """first_week, last_week: the Mondays of the weeks that it is about."""

    first_week: date = date.min
    last_week: date = date.min


def said(key: str, **values: Run) -> tuple[Run, ...]:
    """A text with its values filled in, numbers kept as numbers."""
    found: list[Run] = []
    for text, name, _, _ in Formatter().parse(t(key, SPOKEN)):
        found += [text] if text else []
        found += [values[name]] if name else []
    return tuple(found)


def paragraph(key: str, **values: Run) -> Paragraph:
    return Paragraph(said(key, **values))


def short_day(day: date) -> str:
    """05/9/2021: the decree asks for a zero before days below 10 and before the months 1 and 2."""
    return f"{day:%d}/{_month(day)}/{day.year}"


def _month(day: date) -> str:
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


def period_name(first_week: date, last_week: date) -> str:
    """ "tuần 35 (từ ngày 30/8/2021 đến ngày 05/9/2021)"."""
    key = "report_form.period" if first_week == last_week else "report_form.period_weeks"
    values = {
        "week": numbers.week_number(first_week),
        "first": short_day(first_week),
        "last": short_day(last_week + timedelta(days=6)),
    }
    if first_week != last_week:
        values["last_week"] = numbers.week_number(last_week)
    return t(key, SPOKEN, **values)


def place_date(campaign: Campaign, day: date) -> str:
    place = campaign.place_vi or campaign.district_vi
    return t("report_form.place_date", SPOKEN, place=place, day=f"{day:%d}", month=_month(day), year=day.year)


def framed(
    campaign: Campaign, blocks: Sequence[Block], *, first_week: date, last_week: date, day: date, stamp: str
) -> Report:
    """The blocks of a report between the head and the foot of the office."""
    period = period_name(first_week, last_week)
    title = campaign.plan_title_vi or campaign.name_vi
    plan = campaign.plan
    if campaign.plan_date:
        plan = t("report_form.plan_dated", SPOKEN, plan=plan, day=short_day(campaign.plan_date))
    opening = paragraph("report_form.opening", plan=plan, body=campaign.body_vi, title=title, period=period)
    closing = paragraph("report_form.closing", period=period, body=campaign.body_vi)
    return Report(
        superior=campaign.superior_vi,
        issuer=campaign.issuer_vi or campaign.office_vi,
        number=t("report_form.number", SPOKEN, symbol=campaign.report_symbol),
        place_date=place_date(campaign, day),
        kind=t("report_form.kind", SPOKEN),
        subject=t("report_form.subject", SPOKEN, plan=title, period=period[:1].upper() + period[1:]),
        blocks=(opening, *blocks, closing),
        signer=campaign.signer_vi,
        stamp=stamp,
        day=day,
        author=campaign.body_vi,
        recipients_title=t("report_form.recipients", SPOKEN),
        recipients=campaign.recipients_vi,
        first_week=first_week,
        last_week=last_week,
    )
