"""What a form accepts: drop-downs, numbers, dates, each with what to write and what is wrong, in Vietnamese."""

from dataclasses import dataclass
from datetime import date, timedelta

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from data.reference import Reference
from loaders.tables.our_sheets import CHOICES_SHEET
from outgoing.forms.form_columns import LANGUAGE, Column
from words.texts import t

LONGEST_TEXT, LONGEST_REMARK = 200, 2000
LONGEST_TITLE = 32  # of the small window beside a cell; Excel repairs the file when it is longer
LARGEST = 10**13  # đồng; a number of more digits is an account


@dataclass(frozen=True)
class Days:
    """The days that may be written: from the campaign's start to the end of the week, or without an end."""

    first: date
    last: date | None
    example: date


def days_of(week: date | None, reference: Reference) -> Days:
    """The campaign up to the end of the week, or to its closing day."""
    campaign = reference.campaign
    if week is None:
        return Days(campaign.start_date, campaign.closing_date, campaign.start_date)
    return Days(min(campaign.start_date, week), week + timedelta(days=6), max(campaign.start_date, week))


def written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def prompt_of(column: Column, days: Days) -> str:
    """What to write in a column."""
    return t(f"forms.prompt.{column.name}", LANGUAGE, day=written(days.example))


def check_of(column: Column, letter: str, row: int, lists: dict[str, str], days: Days) -> DataValidation:
    """The check of a column; formulas speak of its first row, Excel moves them along."""
    cell = f"{letter}{row}"
    if column.check == "list":
        made = DataValidation(type="list", formula1=lists[column.name])
    elif column.check == "date":
        made = _date_check(days)
    elif column.check == "quantity":
        beside, fractional = f"{_letter_beside(letter, 1)}{row}", lists["fractional_unit"]
        whole = f'OR({cell}=INT({cell}),{beside}="",COUNTIF({fractional},{beside})>0)'
        made = DataValidation(type="custom", formula1=f"AND(ISNUMBER({cell}),{cell}>0,{whole})")
    elif column.check == "text":
        made = text_check(LONGEST_TEXT)
    else:
        kind = "whole" if column.check == "whole" else "decimal"
        made = DataValidation(type=kind, operator="between", formula1="0", formula2=str(LARGEST))
    return said(made, column.header, prompt_of(column, days), _error(column.check, days))


def indicator_check(column: Column, letter: str, row: int, is_whole: bool) -> DataValidation:
    """A number of an indicator; added up, not less than the number of the week, which stands left of it."""
    if column.check == "cumulative":
        cell, before = f"{letter}{row}", f"{_letter_beside(letter, -1)}{row}"
        whole = f",{cell}=INT({cell})" if is_whole else ""
        made = DataValidation(type="custom", formula1=f"AND(ISNUMBER({cell}),{cell}>=N({before}){whole})")
        error = t("forms.error.cumulative", LANGUAGE)
    else:
        kind = "whole" if is_whole else "decimal"
        made = DataValidation(type=kind, operator="between", formula1="0", formula2=str(LARGEST))
        error = t(f"forms.error.{'whole' if is_whole else 'number'}", LANGUAGE)
    return said(made, column.header, t(f"forms.prompt.{column.name}", LANGUAGE), error)


def list_check(source: str, title: str, prompt: str) -> DataValidation:
    return said(DataValidation(type="list", formula1=source), title, prompt, t("forms.error.list", LANGUAGE))


def monday_check(cell: str, first: date, title: str) -> DataValidation:
    """The Monday of a week of the campaign."""
    monday = first - timedelta(days=first.weekday())
    formula = f"AND(ISNUMBER({cell}),WEEKDAY({cell},2)=1,{cell}>=DATE({monday.year},{monday.month},{monday.day}))"
    prompt = t("forms.prompt.week", LANGUAGE, day=written(monday))
    error = t("forms.error.week", LANGUAGE, first=written(monday))
    return said(DataValidation(type="custom", formula1=formula), title, prompt, error)


def remark_check(title: str) -> DataValidation:
    prompt = t("forms.prompt.remark", LANGUAGE)
    return said(text_check(LONGEST_REMARK), title, prompt, _too_long(LONGEST_REMARK))


def text_check(most: int) -> DataValidation:
    return DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(most))


def said(check: DataValidation, title: str, prompt: str, error: str) -> DataValidation:
    """A check with its words; an empty cell is always fine."""
    check.allow_blank = check.showErrorMessage = check.showInputMessage = True
    check.promptTitle, check.prompt = title.strip(" :")[:LONGEST_TITLE], prompt
    check.errorTitle, check.error, check.errorStyle = t("forms.error.heading", LANGUAGE), error, "stop"
    return check


def source_of(letter: str, first: int, last: int) -> str:
    """A column of the sheet of lists, as a drop-down names it."""
    return f"'{CHOICES_SHEET}'!${letter}${first}:${letter}${last}"


def _date_check(days: Days) -> DataValidation:
    bounds = [f"DATE({d.year},{d.month},{d.day})" for d in (days.first, days.last) if d]
    if days.last:
        return DataValidation(type="date", operator="between", formula1=bounds[0], formula2=bounds[1])
    return DataValidation(type="date", operator="greaterThanOrEqual", formula1=bounds[0])


def _error(check: str, days: Days) -> str:
    if check == "date" and days.last:
        return t("forms.error.date", LANGUAGE, first=written(days.first), last=written(days.last))
    if check == "date":
        return t("forms.error.date_open", LANGUAGE, first=written(days.first))
    return _too_long(LONGEST_TEXT) if check == "text" else t(f"forms.error.{check}", LANGUAGE)


def _too_long(most: int) -> str:
    return t("forms.error.text", LANGUAGE, most=most)


def _letter_beside(letter: str, step: int) -> str:
    return get_column_letter(column_index_from_string(letter) + step)
