"""Who, where and when of a list: dates, sites, communes, names, categories, counts of people, row by row."""

import re
from datetime import date, timedelta

from data import schemas
from data.reference.names import fold, tidy, tidy_all
from loaders.cells.dates import parse_date
from loaders.cells.digits import TOO_LARGE, is_too_large
from loaders.cells.values import Parsed, number_style, parse_flag, parse_number, parse_quantity
from loaders.evidence.context import blank_positions, each_once, show, spread_down
from loaders.formats.grid import column_letter
from loaders.kinds.list_table import ListTable
from loaders.tables import checks
from loaders.tables.find_tables import is_blank
from loaders.tables.rows import unnumbered

DISTRICT = re.compile(r"(cap |ub ?mttq |mttq |uy ban mttq |van phong |toan )*huyen")


def names_of_rows(sheet: ListTable) -> dict[str, list]:
    """The name columns of every data row, tidy; an unreadable one makes the lines of its row wait."""
    names: dict[str, list] = {}
    names["date"] = _dates(sheet)
    if sheet.spec.has_site:
        names["site"] = _sites(sheet)
    if sheet.spec.kind != "purchases":
        names["commune"] = _communes(sheet, names)
    for name in (sheet.spec.party, "note"):
        column = sheet.roles.index(name)
        has = any(c.name == name for c in schemas.COLUMNS[sheet.spec.kind])
        if has and column is not None:
            cells = sheet.identity_cells(column)
            names[name] = texts_of(cells)
            if name != "note":
                names[name] = _continued(sheet, column, cells, names[name], name)
    if sheet.spec.kind == "donations":
        names["donor_category"] = _categories(sheet)
        names["may_publish"] = _flags(sheet)
    for name in sheet.spec.counts:
        names[name] = _under_merges(sheet, _counts(sheet, name))
    return names


def _under_merges(sheet: ListTable, counts: list[int | None]) -> list[int | None]:
    """The households that share one merged amount are counted together, on its line."""
    place = {row: position for position, row in enumerate(sheet.data)}
    for first, left, last, right in sheet.grid.merged:
        shared = [place[row] for row in range(first, last + 1) if row in place]
        is_amount = last > first and any(left <= column <= right for column in sheet.roles.amounts)
        if is_amount and len(shared) > 1 and any(line.position == shared[0] for line in sheet.lines):
            others = [p for p in shared[1:] if not any(line.position == p for line in sheet.lines)]
            found = [counts[p] for p in (shared[0], *others) if counts[p] is not None]
            counts[shared[0]] = sum(found) if found else None
            if is_too_large(counts[shared[0]]):
                sheet.book.note(TOO_LARGE.code, first, left, show(counts[shared[0]]))
                sheet.bad.add(shared[0])
                counts[shared[0]] = None
    return counts


def _dates(sheet: ListTable) -> list[date | None]:
    column = sheet.roles.index("date")
    if column is None:  # "Ngày 03/8/2021" as a heading over its rows
        return each_once(sheet.section_texts(), lambda text: _day_of(sheet, text))
    cells = sheet.identity_cells(column)
    parsed = each_once(cells, lambda cell: _date(sheet, cell))
    out: list[date | None] = []
    for position, value in enumerate(parsed):
        if value.code is None:
            out.append(value.value)
            continue
        settled = sheet.book.settle(value, sheet.data[position], column)
        if settled is None:
            sheet.bad.add(position)
        out.append(settled)
    out = _repeated(sheet, column, cells, out, "date")
    return checks.dates_outside(sheet, column, cells, out)


def _date(sheet: ListTable, cell: object) -> Parsed:
    """A date; in a cell of several lines ("01/08/2021", then a number) the first line; "5/1" in the campaign's time."""
    parsed = parse_date(cell, year=_year_of(sheet, cell))
    if parsed.code and isinstance(cell, str) and "\n" in cell.strip():
        first = parse_date(cell.strip().split("\n")[0], year=sheet.context.year)
        return parsed if first.code else first
    return parsed


def _year_of(sheet: ListTable, cell: object) -> int:
    """The year that a cell without one means: of the sheet, unless the day then lies outside the campaign."""
    campaign, year = sheet.reference.campaign, sheet.context.year
    first = campaign.start_date
    last = min(sheet.context.as_of, campaign.closing_date or first + timedelta(days=366))
    if not isinstance(cell, str):
        return year
    days = {y: parse_date(cell, year=y).value for y in (year, *range(last.year, first.year - 1, -1))}
    inside = [y for y, day in days.items() if day and first - timedelta(days=7) <= day <= last]
    return inside[0] if inside and len(set(days.values())) > 1 else year


def _day_of(sheet: ListTable, heading: str) -> date | None:
    hit = re.search(r"\d{1,2}\s*[/.-]\s*\d{1,2}(\s*[/.-]\s*\d{2,4})?|\d+ tháng \d+( năm \d+)?", heading)
    is_day = hit and not re.search(r"\b(từ|đến|tuần)\b", heading.casefold())
    return parse_date(hit[0], year=sheet.context.year).value if is_day else None


def _repeated(sheet: ListTable, column: int, cells: list[object], values: list, name: str) -> list:
    """Empty cells under a filled one: asked once for the column, filled down after the tick."""
    blanks = [p for p in blank_positions(cells) if p not in sheet.bad]
    after = [p for p in blanks if any(v is not None for v in values[max(0, p - 200) : p])]
    if not after or len(blanks) == len(cells):
        return values
    if len(after) > checks.MANY:
        above = next(v for v in reversed(values[: after[0]]) if v is not None)
        found = f"(+{len(after) - 1})"
        ticked = (
            set(after)
            if sheet.book.note("repeats_above", sheet.data[after[0]], column, found, _name_of(sheet, name, above))
            else set()
        )
    else:
        ticked = set()
    filled, last = list(values), None
    for position, value in enumerate(values):
        last = value if value is not None else last
        if position in after and len(after) <= checks.MANY:
            if sheet.book.note("repeats_above", sheet.data[position], column, "", _name_of(sheet, name, last)):
                ticked.add(position)
        if position in ticked:
            filled[position] = last
    return filled


def _continued(sheet: ListTable, column: int, cells: list, values: list, name: str) -> list:
    """A row without number and name under a numbered one goes on with its name: asked, not assumed."""
    serial = sheet.roles.index("serial")
    if serial is None:
        return values
    numbers = sheet.cells(serial)
    numbers = spread_down(sheet.grid, serial, numbers, sheet.data)
    if not blank_positions(numbers) or not blank_positions(cells):
        return values
    hidden = [c if is_blank(n) else c or "?" for c, n in zip(cells, numbers, strict=True)]
    return _repeated(sheet, column, hidden, values, name)


def _name_of(sheet: ListTable, name: str, value: object) -> str:
    return sheet.reference.sites[value].name if name == "site" else show(value)


def _sites(sheet: ListTable) -> list[str | None]:
    column = sheet.roles.index("site")
    if column is None:
        of_section = each_once(
            sheet.section_texts(), lambda text: sheet.reference.site(unnumbered(text)).code if text else None
        )
        if any(of_section):
            sheet.bad |= {p for p, site in enumerate(of_section) if site is None}
            for p in sorted(p for p, site in enumerate(of_section) if site is None):
                sheet.book.note("site_missing", sheet.data[p], sheet.table.columns[0].index, sheet.section_texts()[p])
            return of_section
        sheet.book.note("column_missing", sheet.table.header_start, sheet.table.columns[0].index, proposed="site")
        return [None] * len(sheet.data)
    cells = sheet.identity_cells(column)
    commune_column = sheet.roles.index("commune")
    communes = sheet.identity_cells(commune_column) if commune_column is not None else [""] * len(cells)
    pairs = list(zip(cells, communes, strict=True))

    def parse(pair):
        named = sheet.reference.commune(pair[1], sheet.context.day).code if not is_blank(pair[1]) else None
        commune = named or sheet.context.commune
        return sheet.reference.site(pair[0], commune) if not is_blank(pair[0]) else None

    matches = each_once(pairs, parse)
    sites = [m.code if m else None for m in matches]
    sites = _repeated(sheet, column, cells, sites, "site")
    repeats = any(
        p.code == "repeats_above" and p.where.cell and p.where.cell.startswith(column_letter(column))
        for p in sheet.book.problems
    )
    for position, match in enumerate(matches):
        row = sheet.data[position]
        if match is not None and match.code is None:
            sheet.book.note("site_unknown", row, column, text_of(cells[position]), "; ".join(match.candidates) or None)
            sheet.bad.add(position)
        elif sites[position] is None:
            if not repeats:
                sheet.book.note("site_missing", row, column)
            sheet.bad.add(position)
    return sites


def _communes(sheet: ListTable, names: dict[str, list]) -> list[str | None]:
    if sheet.spec.has_site:
        of_site = [sheet.reference.sites[s]["commune"] or None if s else None for s in names["site"]]
        if "commune" not in sheet.roles.fields:
            return of_site
    sections = _section_communes(sheet)
    column = sheet.roles.index("commune")
    if column is None:
        found = _from_addresses(sheet) if not any(sections) and not sheet.context.commune else [None] * len(sheet.data)
        out = [s or f or sheet.context.commune for s, f in zip(sections, found, strict=True)]
        if sheet.spec.commune_code and sheet.data and not any(out) and not sheet.is_statement:
            sheet.book.note(sheet.spec.commune_code)
        return out
    cells = sheet.identity_cells(column)
    own = f" {fold(sheet.reference.campaign.district_vi)}"

    def parse(cell: object):
        if is_blank(cell) or DISTRICT.fullmatch(fold(cell).strip().removesuffix(own)):
            return None
        return sheet.reference.commune(cell, sheet.context.day)

    out = []
    for position, match in enumerate(each_once(cells, parse)):
        if match is not None and match.code is None:
            candidates = "; ".join(match.candidates)
            sheet.book.note(
                "commune_unknown", sheet.data[position], column, text_of(cells[position]), candidates or None
            )
            sheet.bad.add(position)
        blank = is_blank(cells[position])
        fallback = sections[position] or sheet.context.commune if blank else None
        if sheet.spec.has_site and match is None:
            fallback = of_site[position]
        out.append(match.code if match else fallback)
    return out


def _section_communes(sheet: ListTable) -> list[str | None]:
    def parse(text: str):
        codes = sheet.reference.communes_in(text, sheet.context.day) if text else []
        return codes[0] if len(codes) == 1 else None

    return each_once(sheet.section_texts(), parse)


def _from_addresses(sheet: ListTable) -> list[str | None]:
    column = sheet.roles.index("address")
    if column is None:
        return [None] * len(sheet.data)

    def parse(cell: object):
        codes = sheet.reference.communes_in(cell, sheet.context.day)
        return codes[0] if len(codes) == 1 else None

    return each_once(sheet.identity_cells(column), parse)


def _categories(sheet: ListTable) -> list[str | None]:
    column = sheet.roles.index("donor_category")
    if column is None:
        find = sheet.reference.donor_category_names.find
        return each_once(sheet.section_texts(), lambda text: find(unnumbered(text)))
    cells = sheet.identity_cells(column)
    codes = each_once(cells, lambda c: None if is_blank(c) else sheet.reference.donor_category(c).code)
    for position, code in enumerate(codes):
        if code is None and not is_blank(cells[position]):
            sheet.book.note("category_unknown", sheet.data[position], column, text_of(cells[position]))
    return codes


def _flags(sheet: ListTable) -> list[bool | None]:
    column = sheet.roles.index("may_publish")
    if column is None:
        return [None] * len(sheet.data)
    cells = sheet.cells(column)
    flags = each_once(cells, parse_flag)
    for position, flag in enumerate(flags):
        if flag.code:  # kept as not answered: a name is published only with a clear yes
            sheet.book.note(flag.code, sheet.data[position], column, text_of(cells[position]))
    return [flag.value for flag in flags]


def _counts(sheet: ListTable, name: str) -> list[int | None]:
    column = sheet.roles.index(name)
    if column is None:
        return [None] * len(sheet.data)
    cells = sheet.cells(column)
    style = number_style(cells)
    parsed = each_once(cells, lambda cell: parse_quantity(cell, style=style, reference=sheet.reference)[0])
    out = []
    for position, value in enumerate(parsed):
        if value.code in ("unit_unknown", "number_ambiguous") or isinstance(value.value, float):
            text = re.sub(r"\s*(hộ|người|khẩu|nhân khẩu)\s*$", "", str(cells[position]), flags=re.I)
            value = parse_number(text if isinstance(cells[position], str) else cells[position], whole=True, style=style)
        settled = sheet.book.settle(value, sheet.data[position], column)
        if settled is None and value.code:
            sheet.bad.add(position)
        if settled is not None:
            sheet.numbers.setdefault(column, {})[sheet.data[position]] = settled
        out.append(None if settled is None else int(settled))
    return out


def text_of(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else tidy(cell)


def texts_of(cells: list[object]) -> list[str | None]:
    """The tidy text of each cell; None where it is blank."""
    distinct = [cell for cell in dict.fromkeys(cells) if not is_blank(cell)]
    made = (
        dict(zip(distinct, tidy_all([c if isinstance(c, str) else text_of(c) for c in distinct]), strict=True))
        if distinct
        else {}
    )
    return [made.get(cell) for cell in cells]
