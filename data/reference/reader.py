"""The reference tables: names of communes, sites, goods, units, indicators -> codes; and the campaign.

Reads the *.csv and campaign.toml of `folder()`. A name is matched by its key and the alias files; for anything
else RapidFuzz proposes candidates and a person decides: never a guess.
"""

import re
import tomllib
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from data.reference.lexicon import Lexicon
from data.reference.names import GoodNames, Match, Names, commune_key, fold, tidy
from data.reference.tables import CAMPAIGN, HEADLINES_UNSAID, SHIPPED, check, folder, read_rows

FOLDER = SHIPPED


@dataclass(frozen=True)
class Commune:
    code: str
    name: str
    name_en: str
    kind: str
    valid_from: date
    valid_to: date | None
    merged_into: str | None
    population: int | None
    tile_row: int
    tile_column: int
    color: str

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Row:
    """One row of a simple reference table; `fields` keeps its other columns."""

    code: str
    name: str
    name_en: str
    fields: dict[str, str] = field(default_factory=dict, hash=False)

    def __getitem__(self, column: str) -> str:
        return self.fields[column]


@dataclass(frozen=True)
class Headline:
    """A number at the top of the first page: of metrics/measures.py, or what was received of a good in a unit."""

    code: str
    good: str = ""
    unit: str = ""
    name: str = ""
    name_en: str = ""
    meaning: str = ""
    meaning_en: str = ""


@dataclass(frozen=True)
class Campaign:
    """campaign.toml: every key of it is a field here, and one without a default must be there."""

    name_vi: str
    name_en: str
    office_vi: str
    office_en: str
    plan: str
    district_vi: str
    start_date: date
    timezone: str
    due_weekday: int
    due_time: time
    week_numbering: str
    closing_date: date | None = None
    # the head and foot of administrative papers; what is not given is made of the office's name
    plan_date: date | None = None
    plan_title_vi: str = ""
    superior_vi: tuple[str, ...] = ()  # lines above the name of the issuing body
    issuer_vi: str = ""
    place_vi: str = ""
    report_symbol: str = "BC"
    signer_vi: tuple[str, ...] = ()
    recipients_vi: tuple[str, ...] = ()
    province_vi: str = ""
    first_indicators: tuple[str, ...] = ()  # what Progress shows before a person chooses: the first that was reported
    demo: str = ""  # where its invented workbooks lie, from this folder on; without one there is no demonstration
    words: dict[str, str] = field(default_factory=dict, hash=False)  # for sentences of ui/texts: words/campaign.py

    @property
    def body_vi(self) -> str:
        """Who speaks in a paper: "Ban Thường trực Ủy ban MTTQ Việt Nam huyện Cư Jút"."""
        return f"{self.issuer_vi} {self.office_vi}".strip()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def due(self, week_start_date: date) -> datetime:
        """When the report of a week is due."""
        day = week_start_date + timedelta(days=self.due_weekday - 1)
        return datetime.combine(day, self.due_time, self.zone)


class Reference:
    """All reference tables of one folder; use `load()`, which reads each folder once."""

    def __init__(self, folder: Path = FOLDER):
        """errors: ReferenceUnusable, with everything that is wrong in the folder"""
        check(folder, fields(Campaign))
        self.folder = folder

    def _csv(self, name: str) -> list[dict[str, str]]:
        return read_rows(self.folder, name)

    def _table(self, name: str) -> dict[str, Row]:
        return {r["code"]: Row(r["code"], r["name"], r["name_en"], r) for r in self._csv(name)}

    def _names(self, table: str, aliases: str, kind: type[Names] = Names) -> Names:
        rows = self._csv(table)
        own = [(r["name"], r["code"]) for r in rows] + [(r["spelling"], r["code"]) for r in self._csv(aliases)]
        return kind(own, [(r[column], r["code"]) for column in ("code", "name_en") for r in rows])

    @cached_property
    def campaign(self) -> Campaign:
        written = tomllib.loads((self.folder / CAMPAIGN).read_text("utf-8-sig"))
        return Campaign(**{name: tuple(v) if isinstance(v, list) else v for name, v in written.items()})

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words by which sheets name their columns, kinds and states."""
        own = (self.campaign.district_vi, self.campaign.province_vi, *(c.name for c in self.all_communes))
        return Lexicon(self.lexicon_rows, (*own, *self.good_names.labels, *self.unit_names.labels))

    @property
    def lexicon_rows(self) -> list[dict[str, str]]:
        return self._csv("lexicon")

    # communes: a code and a name hold only in their period
    @cached_property
    def all_communes(self) -> tuple[Commune, ...]:
        return tuple(
            Commune(
                code=r["code"],
                name=r["name"],
                name_en=r["name_en"],
                kind=r["kind"],
                valid_from=date.fromisoformat(r["valid_from"]),
                valid_to=date.fromisoformat(r["valid_to"]) if r["valid_to"] else None,
                merged_into=r["merged_into"] or None,
                population=int(r["population"]) if r["population"] else None,
                tile_row=int(r["tile_row"]),
                tile_column=int(r["tile_column"]),
                color=r["color"],
            )
            for r in self._csv("communes")
        )

    def communes(self, on: date | None = None) -> dict[str, Commune]:
        """The communes in force on a day (the campaign's start when not given), by code."""
        day = on or self.campaign.start_date
        return {c.code: c for c in self.all_communes if c.holds_on(day)}

    @lru_cache(maxsize=64)  # noqa: B019  one Reference lives as long as the process
    def commune_keys(self, on: date | None = None) -> dict[str, str]:
        """Key -> code of every name and alias that holds on a day."""
        communes, day = self.communes(on), (on or self.campaign.start_date).isoformat()
        keys = {self.commune_key(c.name): code for code, c in communes.items()}
        spellings = [r for r in self._csv("commune_aliases") if r["code"] in communes]
        # a code may pass to another commune; the spellings of the one before end with it
        aliases = {
            self.commune_key(r["spelling"]): r["code"] for r in spellings if not r["valid_to"] or day <= r["valid_to"]
        }
        return aliases | keys

    def commune_key(self, name: object) -> str:
        return commune_key(name, self.campaign.district_vi)

    def commune(self, name: object, on: date | None = None) -> Match:
        """The commune that a name means on a day: its GSO code, or candidates."""
        keys, written = self.commune_keys(on), self.commune_key(name)
        if written in keys:
            return Match(keys[written])
        if str(name).strip() in self.communes(on):
            return Match(str(name).strip())
        ended = [c.merged_into for c in self.all_communes if c.merged_into and self.commune_key(c.name) == written]
        found = process.extract(written, list(keys), scorer=fuzz.ratio, limit=3, score_cutoff=60)
        codes = dict.fromkeys([*ended, *(keys[key] for key, _, _ in found)])
        return Match(None, tuple(self.communes(on)[code].name for code in codes if code in self.communes(on)))

    def communes_in(self, text: object, on: date | None = None) -> list[str]:
        """The communes named anywhere in a title, a letterhead, a file name, in their order."""
        folded = re.sub(r"[_'.\-–]", lambda m: "" if m[0] == "'" else " ", fold(text))
        hits = []
        for key, code in self.commune_keys(on).items():
            hit = re.search(r"(?<![a-z0-9])" + r"\s*".join(key) + r"(?![a-z0-9])", folded)
            if hit:
                hits.append((hit.start(), code))
        return list(dict.fromkeys(code for _, code in sorted(hits)))

    # the simple tables
    @cached_property
    def sites(self) -> dict[str, Row]:
        return self._table("sites")

    @cached_property
    def site_types(self) -> dict[str, Row]:
        return self._table("site_types")

    @cached_property
    def goods(self) -> dict[str, Row]:
        return self._table("goods")

    @cached_property
    def units(self) -> dict[str, Row]:
        return self._table("units")

    @cached_property
    def indicators(self) -> dict[str, Row]:
        return self._table("indicators")

    @cached_property
    def sections(self) -> dict[str, Row]:
        """The sections of the plan, by their number in indicators.csv."""
        return self._table("sections")

    @cached_property
    def headlines(self) -> tuple[Headline, ...]:
        """The numbers at the top of the first page, in their order; those without a good, where none are named."""
        names = [name.name for name in fields(Headline)]
        named = [Headline(**{name: row[name] for name in names}) for row in self._csv("headlines")]
        return tuple(named) or tuple(map(Headline, HEADLINES_UNSAID))

    @cached_property
    def own_headlines(self) -> dict[str, Headline]:
        """Those of a good: the table says what they are called and mean."""
        return {headline.code: headline for headline in self.headlines if headline.good}

    @cached_property
    def demo(self) -> Path | None:
        """The folder of the demonstration of this campaign."""
        return (self.folder / self.campaign.demo).resolve() if self.campaign.demo else None

    @cached_property
    def donor_categories(self) -> dict[str, Row]:
        return self._table("donor_categories")

    @cached_property
    def assignments(self) -> dict[str, tuple[str, ...]]:
        """Committee member -> commune codes assigned to him or her."""
        members: dict[str, list[str]] = {}
        for row in self._csv("assignments"):
            members.setdefault(row["member"], []).append(row["commune"])
        return {member: tuple(codes) for member, codes in members.items()}

    @cached_property
    def people(self) -> dict[str, dict[str, str]]:
        """E-mail in small letters -> who may sign in: name, role, commune (empty for all)."""
        return {row["email"].strip().casefold(): row for row in self._csv("people") if row["email"]}

    @cached_property
    def good_names(self) -> Names:
        return self._names("goods", "good_aliases", GoodNames)

    @cached_property
    def indicator_names(self) -> Names:
        return self._names("indicators", "indicator_aliases")

    @cached_property
    def donor_category_names(self) -> Names:
        return self._names("donor_categories", "donor_category_aliases")

    @cached_property
    def site_names(self) -> Names:
        return self._names("sites", "site_aliases")

    @cached_property
    def unit_names(self) -> Names:
        return Names([(r["spelling"], r["spelling"]) for r in self._csv("unit_aliases")])

    @cached_property
    def unit_factors(self) -> dict[str, tuple[str, float]]:
        """Spelling -> (unit code, how many of that unit)."""
        return {r["spelling"]: (r["code"], float(r["factor"])) for r in self._csv("unit_aliases")}

    def good(self, name: object) -> Match:
        return self.good_names.match(name)

    def indicator(self, name: object) -> Match:
        return self.indicator_names.match(name)

    def donor_category(self, name: object) -> Match:
        return self.donor_category_names.match(name)

    def unit(self, name: object) -> tuple[str, float] | None:
        """A written unit -> (unit code, factor): "tạ" -> ("kg", 100.0); None when unknown."""
        spelling = self.unit_names.find(name)
        return self.unit_factors[spelling] if spelling else None

    def site(self, name: object, commune: str | None = None) -> Match:
        """The frontline site that a name means; a type and a commune name together are enough.

        "Trạm y tế xã Nam Dong" -> health_station_24649; "Chốt Tâm Thắng" -> checkpoint_24655
        """
        code = self.site_names.find(name) or (tidy(name) if tidy(name) in self.sites else None)
        if code:
            return Match(code)
        folded = " " + re.sub(r"[^a-z0-9]+", " ", fold(name)) + " "
        kinds = [
            (len(word), kind)
            for kind, row in self.site_types.items()
            for word in row["words"].split(";")
            if f" {fold(word).strip()} " in folded
        ]
        if kinds:
            kind = max(kinds)[1]
            of_kind = [row for row in self.sites.values() if row["type"] == kind]
            named = self.communes_in(name) or ([commune] if commune else [])
            fitting = [row for row in of_kind if row["commune"] in named] if named else []
            if len(named) == 1 and len(fitting) == 1:
                return Match(fitting[0].code)
            if not named and len(of_kind) == 1:
                return Match(of_kind[0].code)
            return Match(None, tuple(row.name for row in (fitting or of_kind))[:5])
        return Match(None, self.site_names.near(name))

    @cached_property
    def packs(self) -> dict[tuple[str, str], tuple[str, float]]:
        """(good, unit) -> (base unit, factor), where the office has declared what a pack holds."""
        return {(r["good"], r["unit"]): (r["base_unit"], float(r["factor"])) for r in self._csv("packs")}

    def to_base(self, quantity: float, unit: str, good: str) -> tuple[float, str]:
        """A quantity in the base unit it is counted in; a pack without a declared content stays itself.

        (30, "tray", "eggs") -> (30, "tray"), or (300, "piece") once packs.csv says 10 pieces
        """
        base_unit, factor = self.packs.get((good, unit), (unit, 1.0))
        return quantity * factor, base_unit


def load(place: Path | None = None) -> Reference:
    """The reference tables of a folder, of the one in use when not given; read once per process.

    errors: ReferenceUnusable; tried again by the next call, so that a mended file is enough
    """
    return _load(place or folder())


@lru_cache(maxsize=8)
def _load(place: Path) -> Reference:
    return Reference(place)
