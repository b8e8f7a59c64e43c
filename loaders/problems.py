"""What can be wrong with a sheet: the Problem, its place, its severity, and the list of codes.

The sentences are not here: every code has its *what* and *do* in words/texts/problems.toml, in two languages.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    BLOCKS = "BLOCKS"  # not accepted like this: the row, or without a cell the whole sheet, waits
    ASKS = "ASKS"  # needs a person's tick
    NOTES = "NOTES"  # told only


B, A, N = Severity.BLOCKS, Severity.ASKS, Severity.NOTES

CODES: dict[str, Severity] = {
    # the sheet as a whole
    "hidden_sheet": A,  # found: its name; proposed: number of rows; counted only when ticked
    "repeats_other_sheets": A,  # its sums are those of the other sheets together; proposed: their names
    "empty_table": A,  # a header and no row; proposed: "0" (nothing happened)
    "declared_empty": N,  # "không phát sinh", "Số lượng : 0"
    "legacy_font_decoded": N,  # found: TCVN3 or VNI; proposed: an example of decoded text
    "hidden_rows": N,  # found: how many rows or columns are hidden; they are read
    "macros_not_run": N,
    "external_links_not_followed": N,
    "row_too_long": B,  # rows of a csv with more cells than their header; found: which; proposed: the header's cells
    "row_too_short": N,  # rows of a csv with fewer cells than their header
    "thousands_joined": A,  # "350,000" in two cells of a csv; found: how many rows; proposed: an example
    "page_is_picture": A,  # found: the pages of a PDF that hold no text; what stands on them is not read
    "outside_table": N,  # cells with numbers that belong to no table
    # questions on the sheet, answered on the upload page
    "kind_unsure": B,  # proposed: the likely kinds
    "commune_missing": B,  # in a weekly report or targets
    "commune_not_stated": A,  # in a list: a gift received at the district itself?
    "commune_conflict": A,  # letterhead, file or sheet name say different communes
    "week_missing": B,
    "week_conflict": A,  # "Tuần 33" and the dates disagree
    "week_not_monday": A,  # the period is no week from Monday to Sunday; proposed: its Monday
    "column_missing": B,  # found: the headers; proposed: the field needed
    "column_unknown": N,  # a column that was not read
    "column_unsure": A,  # numbers under a heading that nobody knows, or an amount with such a word in its heading
    "not_happened": A,  # a list of needs, requests, plans, promises; found: its title; counted only when ticked
    "column_twice": A,  # two columns with the same meaning: only the first is read
    # one cell
    "number_unreadable": B,
    "number_ambiguous": A,  # "1,500": 1500 or 1.5
    "number_negative": A,
    "amount_too_large": B,  # beyond schemas.MOST, as written, in base units or summed up
    "fraction_of_whole": A,  # 1.5 đồng, 0.5 people; proposed: the repaired value
    "amount_missing": B,  # a line without any quantity
    "amount_merged": N,  # one quantity over several rows is counted once
    "formula_without_value": B,  # a formula that was never calculated
    "cell_error": B,  # #REF!, #VALUE!
    "date_unreadable": B,
    "date_ambiguous": A,
    "date_outside": A,  # before the campaign or after today; proposed: day and month swapped when that fits
    "unit_missing": A,
    "unit_unknown": B,
    "unit_not_convertible": B,  # boxes where kilograms are needed
    "good_unknown": B,
    "good_missing": B,
    "commune_unknown": B,
    "site_unknown": B,
    "site_missing": B,
    "indicator_unknown": A,  # a row of the report that was not read
    "category_unknown": N,
    "flag_unreadable": N,  # neither yes nor no: kept as not answered
    "repeats_above": A,  # an empty name cell; proposed: the value above
    # facts across rows
    "duplicate_rows": A,
    "total_differs": A,  # found: the declared total; proposed: the sum of the rows
    "after_total": A,  # a row behind the grand total; it is not counted
    "total_assumed": A,  # a row without a name that is the sum of the rows above it
    "row_total_differs": A,
    "count_differs": A,
    "balance_differs": A,  # a running balance does not follow from its rows
    "balance_proposes": A,  # a blank amount between two balances; proposed: their difference
    "debit_row": N,  # money that left the account: no gift
    "not_a_gift": N,  # interest, a refund, an own transfer: told and left out
    "row_undone": N,  # its state says that it failed, was cancelled, is not yet done: told and left out
    "row_struck": A,  # its amount or name is struck through
    "row_in_doubt": A,  # a remark says so: it waits
    "amounts_in_thousands": A,  # no gift is so small; proposed: as thousands
    "currency_other": B,  # not đồng
    "unit_conflict": A,  # the header and the note above say different units; proposed: the header's
    "cumulative_below": A,  # "lũy kế" smaller than "trong tuần"
    "week_in_future": A,
}

SHEET_ERRORS: tuple[str, ...] = (
    # nothing can be returned; SheetError.code
    "password_protected",
    "truncated",
    "not_a_spreadsheet",
    "picture",  # a photograph, or a PDF that holds nothing else
    "old_word",
    "too_many_pages",
    "zip_bomb",
    "too_large",
    "too_many_rows",
    "too_many_columns",
    "cell_too_long",
    "sheet_twice",
    "lock_file",
    "empty_file",
    "empty_workbook",
    "sheet_not_recognised",
    "reader_stopped",  # it took too long, too much memory, or ended the process that read it
    "source_unavailable",
)


@dataclass(frozen=True)
class Where:
    """A place in a file; sheet and cell are None where the file or sheet as a whole is meant; page: of a document."""

    file: str
    sheet: str | None = None
    cell: str | None = None
    page: int | None = None

    def __str__(self) -> str:
        return "!".join(part for part in (self.sheet, self.cell) if part) or self.file

    @property
    def row(self) -> int | None:
        """1-based row of the cell."""
        return int(self.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) if self.cell else None


@dataclass(frozen=True)
class Problem:
    code: str
    severity: Severity
    where: Where
    found: str = ""
    proposed: str | None = None

    def __post_init__(self):
        if self.code not in CODES:
            raise KeyError(f"problem code {self.code!r} is not in loaders/problems.py")

    @property
    def key(self) -> str:
        """What a tick refers to: the same in every reading of the same file."""
        return f"{self.where.sheet or ''}!{self.where.cell or ''}:{self.code}"


def problem(code: str, where: Where, found: object = "", proposed: object = None) -> Problem:
    """A Problem with the severity its code has."""
    return Problem(code, CODES[code], where, str(found), None if proposed is None else str(proposed))


class SheetError(Exception):
    """Nothing can be returned for a file or a sheet; `code` is one of SHEET_ERRORS."""

    def __init__(self, code: str, where: Where, found: str = ""):
        assert code in SHEET_ERRORS, code
        super().__init__(code)
        self.code, self.where, self.found = code, where, found

    def __reduce__(self):  # to come out of the process that reads (loaders/child.py)
        return type(self), (self.code, self.where, self.found)


class SourceUnreadable(SheetError):
    """The file cannot be opened or must not be."""


class SourceUnavailable(SheetError):
    """The source did not answer."""


class SheetNotRecognised(SheetError):
    """The sheet is readable, but is none of the kinds."""
