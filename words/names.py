"""Codes -> names in a language: communes, goods, units, sites, indicators, categories; no Streamlit here."""

from datetime import date

import pandas as pd

from data import reference
from words import numbers
from words.texts import language as current_language
from words.texts import t


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


def inside(name: str, language: str | None = None) -> str:
    """A name inside a Vietnamese sentence: "xã Nam Dong", "gạo"; English names stay as they are."""
    return name if (language or current_language()) == "en" else name[:1].lower() + name[1:]


def good(code: object, language: str | None = None) -> str:
    return _of(reference.load().goods, code, language)


def unit(code: object, language: str | None = None) -> str:
    return _of(reference.load().units, code, language)


def good_in_unit(good_code: object, unit_code: object, language: str | None = None) -> str:
    """ "Gạo (kg)": boxes and kilograms of one good are two things."""
    return f"{good(good_code, language)} ({unit(unit_code, language)})"


def site(code: object, language: str | None = None) -> str:
    return _of(reference.load().sites, code, language)


def site_type(code: object, language: str | None = None) -> str:
    return _of(reference.load().site_types, code, language)


def site_commune(code: object, language: str | None = None) -> str:
    """Where a site stands; one of no commune belongs to the whole district."""
    return commune(code, language) if isinstance(code, str) and code else t("frontline.of_district", language)


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


def number(code: str, language: str | None = None) -> str:
    """The name of a number on screen (metrics.measures.number_of): "Tiền mặt đã nhận", "Còn lại: Gạo (kg)"."""
    family, _, rest = code.partition(":")
    if family == "change":
        return t("measure.change", language, name=number(rest, language))
    if not rest:
        own = reference.load().own_headlines.get(code)
        return _name(own, language) if own else t(f"measure.{code}.name", language)
    if family == "indicator":
        return indicator(rest, language)
    if family == "target":
        return t("measure.target", language, name=indicator(rest, language))
    good_code, _, unit_code = rest.partition(":")
    return t(f"measure.of_good.{family}", language, name=good_in_unit(good_code, unit_code, language))


def meaning(code: str, language: str | None = None) -> str:
    """What a headline number counts, and what not."""
    own = reference.load().own_headlines.get(code)
    if own is None:
        return t(f"measure.{code}.meaning", language)
    return own.meaning_en if (language or current_language()) == "en" and own.meaning_en else own.meaning


def measure_unit(code: str, language: str | None = None) -> str:
    """The word for the unit of a number of metrics.measures.MEASURES, or of the reports."""
    own = reference.load().own_headlines.get(code)
    return unit(own.unit, language) if own else t(f"measure.{code}.unit", language)


def address(found, language: str | None = None) -> str:
    """The name of a number and of the part of it: "Gạo đã nhận, Xã Nam Dong, Tuần 32 (09/8–15/8/2021)"."""
    spoken = language or current_language()
    parts = [number(found.code, spoken)]
    for name, code in found.part:
        if name == "week":
            parts.append(numbers.week(pd.Timestamp(code), spoken) if code else t("figure.undated", spoken))
        elif name == "until":
            parts.append(t("measure.until", spoken, week=numbers.week_short(code, spoken)))
        elif name == "day":
            parts.append(numbers.day(pd.Timestamp(code), spoken) if code else t("figure.undated", spoken))
        else:
            parts.append(BY_COLUMN[name](code, spoken))
    return ", ".join(parts)


def unit_of(found, language: str | None = None) -> str:
    """The word for the unit of a number; an indicator that counts something says in its name what."""
    family, _, rest = found.code.removeprefix("change:").partition(":")
    if not rest:
        return measure_unit(family, language)
    known = reference.load()
    code = known.indicators[rest]["unit"] if family in ("indicator", "target") else rest.partition(":")[2]
    return unit(code, language) if code in known.units else ""


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
    "site_type": site_type,
    "site_commune": site_commune,
    "indicator": indicator,
    "donor_category": category,
    "kind": kind,
    "item": item,
}
