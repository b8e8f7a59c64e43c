"""What is this sheet? The kind, the commune and the week, each with the place it was found in; never guessed."""

import re
from datetime import date, timedelta
from pathlib import PurePath

from data.reference import Reference, fold, tidy
from loaders import distributions, donations, frontline_support, indicator_names, purchases, targets, weekly_reports
from loaders.context import Context, unit_note, years_in
from loaders.dates import find_week, parse_date
from loaders.grid import Grid, address
from loaders.headers import AMOUNT_FIELDS, Lexicon
from loaders.problems import Problem, problem
from loaders.reading import Answers
from loaders.rows import NIL, is_total
from loaders.tables import Finder, Table, is_blank, is_number_like

KINDS = {
    "donations": donations,
    "purchases": purchases,
    "distributions": distributions,
    "frontline_support": frontline_support,
    "weekly_reports": weekly_reports,
    "targets": targets,
}
ANY = Lexicon({})
EXCLUDED = re.compile(
    r"\b(du toan|quyet toan|dang phi|hoi phi|bang luong|tien luong|phu cap|kiem ke|tai san|bang gia|bao gia|sinh nhat"
    r"|cham cong|diem danh|danh ba|lich (truc|cong tac|hop)|lien he|bau cu|cu tri)\b"
)
URGENT = re.compile(r"\b(khẩn|khẩn cấp|đột xuất|cấp bách|hỏa tốc)\b|\b(bao cao khan|dot xuat|khan cap)\b")
LETTERHEAD = re.compile(r"(ủy ban|ubnd|ubmttq|mttq|mặt trận|ban thường trực|số\s*:|ban vận động)", re.IGNORECASE)
PLACE_AND_DAY = re.compile(r".{2,40},\s*ngày.{1,12}tháng", re.IGNORECASE)
ADDRESSEE = re.compile(r"\s*(kính gửi|nơi nhận)", re.IGNORECASE)


def find_tables(grid: Grid, reference: Reference) -> list[Table]:
    """The tables of a sheet that may hold amounts or indicators."""
    lexicons = [k.SPEC.lexicon for k in (donations, purchases, distributions, frontline_support)] + [
        ANY,
        indicator_names.LEXICON,
    ]
    seen_fields: dict[str, bool] = {}
    seen_names: dict[str, bool] = {}
    keys = reference.commune_keys()

    def is_field(text: str) -> bool:
        if text not in seen_fields:
            seen_fields[text] = len(text) < 120 and any(lexicon.field(text) for lexicon in lexicons)
        return seen_fields[text]

    def is_name(text: str) -> bool:
        if text not in seen_names:
            short = len(text) < 80 and not re.match(r"\s*\d", text)
            seen_names[text] = short and bool(
                _good_label(text, reference)
                or indicator_names.find_indicator(text, reference)
                or _commune_label(text, keys)
            )
        return seen_names[text]

    found = Finder(grid, is_field, is_name, lambda text: reference.unit(text) is not None).tables()
    found = [table for table in found if _holds_amounts(table, reference)]
    if not found and (table := indicator_names.headless(grid, reference)):
        found = [table]
    return found


def _good_label(text: str, reference: Reference) -> bool:
    bare = tidy(re.sub(r"[(\[].*", "", text)).strip(" :.-")
    return bool(reference.good_names.find(re.sub(r"^(số lượng|số)\s+", "", bare, flags=re.IGNORECASE)))


def _commune_label(text: str, keys: dict[str, str]) -> bool:
    from data.reference import commune_key

    return commune_key(text) in keys


def _holds_amounts(table: Table, reference: Reference) -> bool:
    """A list of names or codes alone is none of our sheets."""
    labels = [part for column in table.columns for part in column.parts]
    if any(ANY.field(part) in AMOUNT_FIELDS for part in labels):
        return True
    if any(_good_label(part, reference) for part in labels):
        return True
    named = any(k.SPEC.lexicon.field(p) in k.SPEC.distinctive for k in list(KINDS.values())[:4] for p in labels)
    if named and any(ANY.field(part) == "content" for part in labels):
        return True
    return (
        bool(indicator_names.indicator_columns(table, reference))
        or indicator_names.label_column(table, reference) is not None
    )


def texts_around(grid: Grid, table: Table) -> tuple[tuple[str, str, str], ...]:
    """(place, cell, text) in order of trust: titles nearest to the table first, letterhead, sheet name, file name."""
    names = (("sheet_name", "", grid.sheet), ("file_name", "", PurePath(grid.file).stem))
    return _placed(table.above) + names + _placed(table.inherited)


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
    year = years[0] if years else reference.campaign.start_date.year
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
    urgent = any(URGENT.search(tidy(t).casefold().replace("_", " ")) for place, _, t in texts if place != "letterhead")
    return Context(
        reference=reference,
        as_of=as_of,
        answers=answers,
        year=week.year if week else year,
        commune=commune,
        week_start_date=week,
        unit=unit_note([t for _, _, t in table.inherited + table.above], reference),
        is_urgent=urgent if answers.is_urgent is None else answers.is_urgent,
        texts=texts,
        found_in=found_in,
        problems=tuple(problems),
    )


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
    if week.start is None and any(URGENT.search(tidy(t).casefold()) for p, _, t in texts if p != "letterhead"):
        day = next((d for p, c, t in texts if p == "title" and (d := _day_in(t, year))), None)
        if day:
            found_in["week_start_date"] = next((p, c) for p, c, t in texts if p == "title" and _day_in(t, year))
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


def kind_of(grid: Grid, table: Table, context: Context) -> tuple[str | None, tuple[str, str], tuple[str, ...]]:
    """(kind, where found, likely kinds). The shape of the table comes first, then its title, then its headers."""
    if context.answers.kind:
        return context.answers.kind, ("answer", ""), ()
    scores, places = _title_scores(context)
    if max(scores.values()) < 4 and any(EXCLUDED.search(fold(text)) for _, _, text in context.texts):
        return None, ("", ""), ()
    if _is_indicators(table, context, scores):
        is_target = scores["targets"] > scores["weekly_reports"] or (
            not scores["weekly_reports"] and _has_field(table, "target") and not _has_field(table, "in_week")
        )
        kind = "targets" if is_target else "weekly_reports"
        return kind, places.get(kind, ("table", table.area)), ()
    lines = {}
    for name in ("donations", "purchases", "distributions", "frontline_support"):
        spec = KINDS[name].SPEC
        fields = {spec.lexicon.field(part) for column in table.columns for part in column.parts}
        own = len(fields & set(spec.distinctive))
        lines[name] = (
            scores[name] * 2 + own * 3 + (6 if name == "donations" and {"debit", "credit", "balance"} & fields else 0)
        )
    if "unit_price" in {ANY.field(part) for column in table.columns for part in column.parts}:
        lines["purchases"] += 2
    ranked = sorted(lines, key=lambda name: -lines[name])
    best, second = ranked[0], ranked[1]
    if lines[best] == 0:
        return None, ("", ""), ()
    if lines[best] == lines[second] or (not any(scores[n] for n in lines) and lines[best] - lines[second] < 3):
        return None, ("", ""), (*ranked, "weekly_reports", "targets")
    return best, places.get(best, ("header", address(table.header_start, table.columns[0].index))), ()


def _title_scores(context: Context) -> tuple[dict[str, int], dict[str, tuple[str, str]]]:
    """How strongly the words around a table speak for each kind, and the place of the strongest."""
    scores = dict.fromkeys(KINDS, 0)
    places: dict[str, tuple[str, str]] = {}
    for name, kind in KINDS.items():
        best = 0.0
        for place, cell, text in context.texts:
            if place == "letterhead":
                continue
            words = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(text)).split())
            if re.match(r"(kem theo|can cu|thuc hien (ke hoach|cong van)|so \d)", words):
                continue
            weight = {"title": 1.0, "sheet_name": 0.9, "file_name": 0.5}[place]
            score = weight * max(
                (points for pattern, points in kind.TITLES.items() if re.search(pattern, words)), default=0
            )
            if score > best:
                best, places[name] = score, (place, cell)
        scores[name] = best
    return scores, places


def _has_field(table: Table, name: str) -> bool:
    return any(indicator_names.LEXICON.field(part) == name for column in table.columns for part in column.parts)


def _is_indicators(table: Table, context: Context, scores: dict[str, int]) -> bool:
    """Indicators down or across, communes or one commune; no donor, recipient, supplier or site beside them."""
    reference, day = context.reference, context.day
    report, listed = max(scores["weekly_reports"], scores["targets"]), max(scores[k] for k in list(KINDS)[:4])
    across = indicator_names.indicator_columns(table, reference)
    communes = indicator_names.commune_columns(table, reference, day)
    labels = indicator_names.label_column(table, reference)
    named = indicator_names.commune_column(table, reference, day)
    if len(communes) >= 2 and labels is not None:
        return True
    fields = {donations.SPEC.lexicon.field(p) for c in table.columns for p in c.parts}
    fields |= {ANY.field(p) for c in table.columns for p in c.parts}
    is_line = bool(
        {"donor_name", "unit_price", "credit", "debit", "balance", "date", "may_publish"} & fields
    ) or _names_people(table)
    helped = bool({"households", "people"} & fields) and named is None and labels is None
    is_line = is_line or (helped and (listed >= report or context.week_start_date is None))
    if len(across) >= 2 and not is_line:
        only_goods = all(reference.indicators[code]["section"] == "2" for code, _ in across.values())
        if named is not None:
            return not (only_goods and listed > report)
        return report > listed or (not only_goods and listed == 0)
    if labels is not None and not is_line:
        header = next(c for c in table.columns if c.index == labels)
        values = {"in_week", "cumulative", "target"} & {
            indicator_names.LEXICON.field(p) for c in table.columns for p in c.parts
        }
        is_content = indicator_names.LEXICON.field(header.parts[-1]) in ("content", None) or bool(
            values & {"cumulative"}
        )
        return (is_content and (bool(values) or report > 0)) or (report > listed and report > 0)
    return False


def _names_people(table: Table) -> bool:
    """A column of names: recipients, sites, suppliers."""
    for spec in (distributions.SPEC, frontline_support.SPEC, purchases.SPEC):
        for column in table.columns:
            field = spec.lexicon.field(column.parts[-1])
            cells = [c for c in table.sample(column.index, 40) if isinstance(c, str) and not is_total(c)]
            named = field in ("recipient_group", "recipient_name", "supplier", "giver") and ANY.field(
                column.parts[-1]
            ) not in ("commune", "content", "unit")
            if named and ANY.field(column.parts[-1]) != "unit_or_party" and cells:
                return True
    return False


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
