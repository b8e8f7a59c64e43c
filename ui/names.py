"""Codes -> names in a language: communes, goods, units, sites, indicators, categories; no Streamlit here."""

from datetime import date

from data import reference
from ui.texts import language as current_language
from ui.texts import t


def _name(row, language: str | None) -> str:
    return row.name_en if (language or current_language()) == "en" and row.name_en else row.name


def _of(table: dict, code: object, language: str | None) -> str:
    if not isinstance(code, str) or not code:
        return t("frame.not_stated", language)
    return _name(table[code], language) if code in table else code


def commune(code: object, language: str | None = None, on: date | None = None) -> str:
    """The name of a commune; a gift whose commune is not stated has none."""
    if not isinstance(code, str) or not code:
        return t("frame.no_commune", language)
    return _of(reference.load().communes(on), code, language)


def good(code: object, language: str | None = None) -> str:
    return _of(reference.load().goods, code, language)


def unit(code: object, language: str | None = None) -> str:
    return _of(reference.load().units, code, language)


def good_in_unit(good_code: object, unit_code: object, language: str | None = None) -> str:
    """ "Gạo (kg)": boxes and kilograms of one good are two things."""
    return f"{good(good_code, language)} ({unit(unit_code, language)})"


def site(code: object, language: str | None = None) -> str:
    return _of(reference.load().sites, code, language)


def indicator(code: object, language: str | None = None) -> str:
    """ "Gạo (kg)": goods and money with their unit; a count ("Số hộ…") says what it counts."""
    known = reference.load()
    name = _of(known.indicators, code, language)
    row = known.indicators.get(code)
    if row and (row["good"] or row["unit"] in ("kg", "vnd")):
        return f"{name} ({unit(row['unit'], language)})"
    return name


def category(code: object, language: str | None = None) -> str:
    return _of(reference.load().donor_categories, code, language)


def kind(code: str, language: str | None = None) -> str:
    return t(f"kind.{code}", language)


def item(code: object, language: str | None = None) -> str:
    """A good or an indicator."""
    return indicator(code, language) if code in reference.load().indicators else good(code, language)


def field(code: str, language: str | None = None) -> str:
    """The name of a column of a tidy frame."""
    return t(f"field.{code}", language)


def total(code: str, language: str | None = None) -> str:
    """What a declared total is of: a column of money or people, a good or an indicator."""
    known = reference.load()
    if code in known.goods or (code in known.indicators and code != "cash_vnd"):
        return item(code, language)
    return field(code, language)


# columns of tidy frames that hold codes
BY_COLUMN = {
    "commune": commune,
    "good": good,
    "unit": unit,
    "base_unit": unit,
    "site": site,
    "indicator": indicator,
    "donor_category": category,
    "kind": kind,
    "item": item,
}
