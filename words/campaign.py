"""What sentences say of the campaign in use: an example of a site, a good, a day; no text names a place or a year.

A text of ui/texts holds them as {campaign_site}, {campaign_day} and so on; `texts.t` fills them in.
"""

from datetime import date, timedelta
from functools import lru_cache

from data.reference import Reference, Row


@lru_cache(maxsize=16)
def campaign_words(known: Reference, language: str) -> dict[str, str]:
    """Placeholder -> its words: of the table [words] of campaign.toml, else made of the reference tables."""
    monday = known.campaign.start_date - timedelta(days=known.campaign.start_date.weekday() - 14)  # of the third week
    sunday = monday + timedelta(days=6)
    hour = f"{known.campaign.due_time:%H:%M}"
    named = _written(known, language)
    return {
        "campaign_site": named["site"],
        "campaign_site_kinds": named["site_kinds"],
        "campaign_site_choice": named["site_choice"],
        "campaign_site_note": " " + named["site_note"] if named["site_note"] else "",
        "campaign_good": next((_inside(row, language) for code, row in known.goods.items() if code != "cash"), ""),
        "campaign_day": _short(sunday),
        "campaign_full_day": f"{sunday:%d/%m/%Y}",
        "campaign_full_monday": f"{monday:%d/%m/%Y}",
        "campaign_week": f"Từ ngày {monday:%d}/{monday.month}/{monday.year} đến ngày {_short(sunday)}",
        "campaign_hour": hour,
        "campaign_moment": f"{sunday + timedelta(days=21)}T{hour}",
    }


def _written(known: Reference, language: str) -> dict[str, str]:
    kinds = ", ".join(_inside(row, language) for row in known.site_types.values())
    sites = [row for row in known.sites.values() if row["commune"]] or list(known.sites.values())
    by_tables = {"site": sites[0].name if sites else "", "site_kinds": kinds, "site_choice": kinds, "site_note": ""}
    return {name: known.campaign.words.get(f"{name}_{language}", words) for name, words in by_tables.items()}


def _inside(row: Row, language: str) -> str:
    name = row.name_en if language == "en" and row.name_en else row.name
    return name[:1].lower() + name[1:]


def _short(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
