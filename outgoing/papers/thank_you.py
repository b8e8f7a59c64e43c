"""A thank-you letter to one donor, as a paper: whom, what was given and when, the cash in words, the receipt codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from data.reference import Campaign
from data.reference.names import fold
from metrics.gift_lines import ORGANISATION_START
from outgoing.papers.amount_in_words import amount_in_words
from outgoing.papers.paper import Column, Paper, Run, Table, head
from words import names, numbers
from words.texts import t

PERSONS = ("official", "individual", "member")  # donor categories whose donors are called Ông (Bà)
# a name that begins so needs no such word before it
ADDRESSED = {"ong", "ba", "anh", "chi", "co", "chu", "bac", "em", "chau", "ho", "gia", "thay", "cu", "su", "nha"}


@dataclass(frozen=True)
class Gift:
    """One line of a donation list; unit: its code; code: of the receipt, "" when there is none."""

    day: date | None
    good: str
    quantity: float
    unit: str
    cash_vnd: int | None = None
    value_vnd: int | None = None
    code: str = ""


@dataclass(frozen=True)
class Donor:
    """commune, category: their codes, None when not stated."""

    name: str
    commune: str | None
    category: str | None
    gifts: tuple[Gift, ...]


def letter(donor: Donor, campaign: Campaign, *, day: date, language: str = "vi") -> Paper:
    """The letter; day: on which it is written."""
    values = head(campaign, day, language)
    given = [gift.cash_vnd for gift in donor.gifts if gift.cash_vnd is not None]
    values |= {
        "donor": called(donor, language),
        "commune": names.inside(names.commune(donor.commune, language), language) if donor.commune else None,
        "campaign": campaign.name_en if language == "en" else campaign.plan_title_vi or campaign.name_vi,
        "table_gifts": _table(donor.gifts, language),
        "cash": numbers.money(sum(given), language) if given else None,
        "cash_in_words": amount_in_words(sum(given), language) if given else None,
        "codes": "" if any(gift.code for gift in donor.gifts) else None,
    }
    return Paper(f"thank_you_{language}", values, day, author=str(values["body"]))


def called(donor: Donor, language: str) -> str:
    """ "Ông (Bà) Nguyễn Văn Mẫu"; an organisation, or a name that says already how, by the name alone."""
    bare = fold(donor.name)
    if donor.category not in PERSONS or ORGANISATION_START.match(bare) or bare.split()[0].strip(".") in ADDRESSED:
        return donor.name
    return t("thank_you.letter.person", language, name=donor.name)


def _table(gifts: Sequence[Gift], language: str) -> Table:
    """A line a gift; a column of which no gift has anything is left out."""
    cells = (
        ("row", False, [str(number) for number in range(1, len(gifts) + 1)]),
        ("day", False, [_day(gift, language) for gift in gifts]),
        ("good", False, [names.good(gift.good, language) for gift in gifts]),
        ("amount", True, [_amount(gift, language) for gift in gifts]),
        ("value", True, [_value(gift, language) for gift in gifts]),
        ("receipt", False, [gift.code for gift in gifts]),
    )
    kept = [column for column in cells if any(column[2])]
    columns = tuple(Column(t(f"thank_you.letter.{name}", language), "", is_number) for name, is_number, _ in kept)
    rows: tuple[tuple[Run, ...], ...] = tuple(zip(*(texts for _, _, texts in kept), strict=True))
    return Table(columns, rows)


def _day(gift: Gift, language: str) -> str:
    return numbers.day(gift.day, language) if gift.day else t("thank_you.letter.no_day", language)


def _amount(gift: Gift, language: str) -> str:
    if gift.cash_vnd is not None:
        return numbers.money(gift.cash_vnd, language)
    return numbers.with_unit(gift.quantity, names.unit(gift.unit, language), language)


def _value(gift: Gift, language: str) -> str:
    """Of goods only: cash is its own value."""
    return "" if gift.value_vnd is None or gift.cash_vnd is not None else numbers.number(gift.value_vnd, language)
