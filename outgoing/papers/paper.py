"""A paper of the office: what is filled into a Word template, as .docx and as .pdf."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from data.reference import Campaign
from report.filters import Filters
from words.texts import t


@dataclass(frozen=True)
class Figure:
    """A number in a paper, as it is written, and what it is.

    value:    None when it is not reported: then the text says so
    address:  of report.addresses.Address.text, "" where no rows stand behind it (how many sites there are)
    filters:  what is looked at while the address is opened
    """

    text: str
    value: float | None
    address: str
    filters: Filters

    def __str__(self) -> str:
        return self.text


Run = str | Figure


@dataclass(frozen=True)
class Column:
    """title: over the column; group: over it and its neighbours of the same group."""

    title: str
    group: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """has_total: the last row is the sum of those above; note: below it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Run, ...], ...]
    has_total: bool = False
    note: str = ""


# a list repeats its paragraph; None leaves the paragraph out, as an empty list does
Value = Run | tuple[str, ...] | Table | None


@dataclass(frozen=True)
class Paper:
    """template: of data.reference.templates; values: of each placeholder; day: of the paper; author: the office."""

    template: str
    values: dict[str, Value]
    day: date
    author: str

    def figures(self) -> Iterator[Figure]:
        """Every number of the text and the tables."""
        for value in self.values.values():
            runs = (cell for row in value.rows for cell in row) if isinstance(value, Table) else (value,)
            yield from (run for run in runs if isinstance(run, Figure))


def head(campaign: Campaign, day: date, language: str = "vi") -> dict[str, Value]:
    """What the letterhead and the foot of every paper say."""
    values = {"place": campaign.place_vi or campaign.district_vi, "year": day.year}
    written = (day.day, f"{day:%B}") if language == "en" else (f"{day:%d}", written_month(day))
    values |= zip(("day", "month"), written, strict=True)
    return {
        "superior": tuple(line.upper() for line in campaign.superior_vi),
        "issuer": (campaign.issuer_vi or campaign.office_vi).upper(),
        "body": campaign.office_en if language == "en" else campaign.body_vi,
        "place_date": t("report_form.place_date", language, **values),
        "signer": tuple(line.upper() for line in campaign.signer_vi),
    }


def written_month(day: date) -> str:
    """The decree asks for a zero before days below 10 and before the months 1 and 2."""
    return f"{day.month:02d}" if day.month < 3 else str(day.month)
