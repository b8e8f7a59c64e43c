"""The tables of a sheet, and what holds around them: the commune, the week, the unit, each with its place."""

import re
from datetime import date, timedelta
from functools import lru_cache
from pathlib import PurePath

from data.reference import Reference
from data.reference.lexicon import BRACKETS
from data.reference.names import tidy
from loaders.cells.dates import find_week, parse_date
from loaders.cells.urgency import says_urgent
from loaders.evidence import indicator_names
from loaders.evidence.context import Context, unit_note, years_in
from loaders.evidence.headers import HOLD_AMOUNTS
from loaders.formats.grid import Grid, address
from loaders.problems import Problem, problem
from loaders.reading import Answers
from loaders.tables.find_tables import Finder, Table, is_blank, is_number_like, is_signature
from loaders.tables.rows import NIL

LETTERHEAD = re.compile(r"(ủy ban|ubnd|ubmttq|mttq|mặt trận|ban thường trực|số\s*:|ban vận động)", re.IGNORECASE)
PLACE_AND_DAY = re.compile(r".{2,40},\s*ngày.{1,12}tháng", re.IGNORECASE)
LONGEST_LABEL = 120
SAYS_ITSELF = re.compile(r":\s*[^\s(]")  # "Loại tiền: VND" is no header
COUNTED = {"hộ", "người", "khẩu", "nhân khẩu", "lượt", "buổi", "cuộc", "tờ", "điểm", "chốt", "lượt người", "gia đình"}
ONE_YEAR = timedelta(days=366)
HEADER = 0.85  # a cell that names a field less clearly is no header word
NO_HEADERS = {"turn"}
ADDRESSEE = re.compile(r"\s*(kính gửi|nơi nhận)", re.IGNORECASE)


def find_tables(grid: Grid, reference: Reference) -> list[Table]:
    """The tables of a sheet that may hold amounts or indicators."""

    @lru_cache(maxsize=50_000)
    def is_field(text: str) -> bool:
        if len(text) >= LONGEST_LABEL or is_signature(text) or SAYS_ITSELF.search(BRACKETS.sub("", text)):
            return False
        return any(fit.score >= HEADER and fit.field not in NO_HEADERS for fit in reference.lexicon.fits(text)[:1])

    @lru_cache(maxsize=50_000)
    def is_name(text: str) -> bool:
        short = len(text) < 80 and not re.match(r"\s*\d", text)
        return short and bool(
            _good_label(text, reference)
            or indicator_names.find_indicator(text, reference)
            or reference.commune_key(text) in reference.commune_keys()
        )

    found = Finder(
        grid, is_field, is_name, lambda text: reference.unit(text) is not None or text.casefold() in COUNTED
    ).tables()
    found = [table for table in found if _holds_amounts(table, reference)]
    if not found and (table := indicator_names.headless(grid, reference)):
        found = [table]
    return found


def _good_label(text: str, reference: Reference) -> bool:
    bare = tidy(re.sub(r"[(\[].*", "", text)).strip(" :.-")
    return bool(reference.good_names.find(re.sub(r"^(số lượng|số)\s+", "", bare, flags=re.IGNORECASE)))


def _holds_amounts(table: Table, reference: Reference) -> bool:
    """A list of names or codes alone is none of our sheets."""
    labels = [part for column in table.columns for part in column.parts]
    if any(reference.lexicon.field(part) in HOLD_AMOUNTS for part in labels):
        return True
    if any(_good_label(part, reference) for part in labels):
        return True
    return (
        bool(indicator_names.indicator_columns(table, reference))
        or indicator_names.label_column(table, reference) is not None
        or _has_unnamed_amounts(table, reference)
    )


def _has_unnamed_amounts(table: Table, reference: Reference) -> bool:
    """Numbers under a name that we do not know: to be asked, not passed over."""
    unknown = [c.index for c in table.columns if not any(reference.lexicon.field(part) for part in c.parts)]
    return any(indicator_names.share(table.sample(i, 60), is_number_like) >= 0.6 for i in unknown)


def texts_around(grid: Grid, table: Table) -> tuple[tuple[str, str, str], ...]:
    """(place, cell, text) in order of trust: titles nearest to the table first, letterhead, names, envelope."""
    names = (("sheet_name", "", grid.sheet), ("file_name", "", PurePath(grid.file).stem))
    envelope = tuple((place, "", text) for place, text in grid.envelope)
    return _placed(table.above) + names + envelope + _placed(table.inherited)


def _placed(above) -> tuple[tuple[str, str, str], ...]:
    kept = [(r, c, t) for r, c, t in reversed(above) if not ADDRESSEE.match(t) and not PLACE_AND_DAY.match(t)]
    placed = [("title" if _is_title(t) else "letterhead", address(r, c), t) for r, c, t in kept]
    return tuple(sorted(placed, key=lambda text: text[0] != "title"))


def _is_title(text: str) -> bool:
    """ "MTTQ xã Trúc Sơn - BÁO CÁO TUẦN" is a title too, though it begins like a letterhead."""
    return not LETTERHEAD.match(text) or bool(re.search(r"báo cáo|danh sách|bảng kê|biểu|sao kê", text.casefold()))


def context_of(grid: Grid, table: Table, reference: Reference, answers: Answers, as_of: date) -> Context:
    """Everything that holds for the whole table but its kind."""
    texts = texts_around(grid, table)
    own = texts[: len(texts) - len(_placed(table.inherited))]
    above = [text for _, _, text in table.above + table.inherited]
    years = years_in(above + [grid.sheet, PurePath(grid.file).stem])
    year = years[0] if years else _likely_year(own, reference, as_of)
    found_in: dict[str, tuple[str, str]] = {}
    problems: list[Problem] = []
    week = _week(
        grid, own if _names_week(own, reference, year) else texts, reference, year, answers, found_in, problems
    )
    if week and week > as_of:
        problems.append(problem("week_in_future", grid.where(), week.strftime("%d/%m/%Y")))
    commune = _commune(
        grid,
        own if any(reference.communes_in(t) for _, _, t in own) else texts,
        reference,
        week,
        answers,
        found_in,
        problems,
    )
    unit, unit_text = unit_note([t for _, _, t in table.inherited + table.above], reference)
    urgent = any(says_urgent(t) for place, _, t in texts if place != "letterhead")
    return Context(
        reference=reference,
        as_of=as_of,
        answers=answers,
        year=week.year if week else year,
        commune=commune,
        week_start_date=week,
        unit=unit,
        unit_text=unit_text,
        is_urgent=urgent if answers.is_urgent is None else answers.is_urgent,
        texts=texts,
        found_in=found_in,
        problems=tuple(problems),
    )


def _likely_year(texts, reference: Reference, as_of: date) -> int:
    """Where no year is written: the latest whose week of the sheet is not still to come."""
    campaign = reference.campaign
    first = campaign.start_date.year
    last = min(as_of, campaign.closing_date or campaign.start_date + ONE_YEAR)  # old sheets may be read years later
    for year in range(last.year, first, -1):
        week, _ = find_week([(p, t) for p, _, t in texts], year=year, campaign=reference.campaign)
        found = week.start or week.proposed
        if found and campaign.start_date - timedelta(days=7) <= found <= last:
            return year
    return first


def _names_week(texts, reference: Reference, year: int) -> bool:
    return bool(find_week([(p, t) for p, _, t in texts], year=year, campaign=reference.campaign)[1])


def _week(grid, texts, reference, year, answers, found_in, problems) -> date | None:
    if answers.week_start_date:
        found_in["week_start_date"] = ("answer", "")
        return answers.week_start_date - timedelta(days=answers.week_start_date.weekday())
    pairs = [(str(i), text) for i, (_, _, text) in enumerate(texts)]
    week, label = find_week(pairs, year=year, campaign=reference.campaign)
    if week.start:
        found_in["week_start_date"] = texts[int(label)][:2]
    if week.code and week.code != "week_missing":
        asked = problem(week.code, grid.where(), week.found, week.proposed and week.proposed.strftime("%d/%m/%Y"))
        problems.append(asked)
        return week.start or (week.proposed if asked.key in answers.ticked else None)
    if week.start is None and any(says_urgent(t) for p, _, t in texts if p != "letterhead"):
        dated = [(d, p, c) for p, c, t in texts if p in ("title", "subject") and (d := _day_in(t, year))]
        if dated:
            day, place, cell = dated[0]
            found_in["week_start_date"] = (place, cell)
            return day - timedelta(days=day.weekday())
    if week.code == "week_missing" and week.proposed:
        found_in["week_proposed"] = (week.proposed.isoformat(), "")
    return week.start


def _day_in(text: str, year: int) -> date | None:
    """The one day that an urgent report speaks of: "ngày 18/8/2021"."""
    hit = re.search(r"\d{1,2}\s*[/.-]\s*\d{1,2}(\s*[/.-]\s*\d{4})?|\d{1,2} tháng \d{1,2}( năm \d{4})?", text)
    return parse_date(hit[0], year=year).value if hit else None


def _commune(grid, texts, reference, week, answers, found_in, problems) -> str | None:
    """The commune named in the title, else letterhead, sheet name, file name; two that differ are asked about."""
    if answers.commune:
        found_in["commune"] = ("answer", "")
        return answers.commune
    named: list[tuple[str, str, str, list[str]]] = []
    for place, cell, text in texts:
        codes = reference.communes_in(text, week)
        if codes:
            named.append((place, cell, text, codes))
    single = [(place, cell, codes[0]) for place, cell, _, codes in named if len(codes) == 1]
    if not single:
        return None
    place, cell, code = single[0]
    others = sorted({other for _, _, other in single} - {code})
    if others:
        communes = reference.communes(week)
        found = "; ".join(f"{tidy(text)}" for _, _, text, codes in named if len(codes) == 1)
        asked = problem("commune_conflict", grid.where(), found[:200], communes[code].name)
        problems.append(asked)
    found_in["commune"] = (place, cell)
    return code


def is_nil(grid: Grid) -> str | None:
    """The text of "không phát sinh" anywhere in a sheet."""
    for row in grid.rows[:400]:
        for cell in row:
            if isinstance(cell, str) and NIL.search(tidy(cell)):
                return tidy(cell)
    return None


def has_numbers(grid: Grid, area: str) -> bool:
    """Whether a table without any reading holds more numbers than those that count its rows."""
    first, last = (int(re.sub(r"\D", "", cell)) for cell in area.split(":"))
    rows = grid.rows[first:last]
    return sum(sum(is_number_like(cell) for cell in row) > 1 for row in rows) >= 1


def is_empty(grid: Grid) -> bool:
    return all(is_blank(cell) for row in grid.rows for cell in row)
