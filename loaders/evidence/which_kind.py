"""Which kind a table is: from its shape, then its title, then its headers; what stays open is asked. The registry."""

import re

from data.reference.names import fold
from loaders.evidence import indicator_names
from loaders.evidence.context import Context
from loaders.evidence.headers import ANY
from loaders.formats.grid import Grid, address
from loaders.kinds import distributions, donations, frontline_support, purchases, targets, weekly_reports
from loaders.tables.find_tables import Table
from loaders.tables.rows import is_total

KINDS = {
    "donations": donations,
    "purchases": purchases,
    "distributions": distributions,
    "frontline_support": frontline_support,
    "weekly_reports": weekly_reports,
    "targets": targets,
}
LONGEST_TITLE = 400  # a hostile cell must not cost time
STRONG = 4  # a title word that names one kind of list
EXCLUDED = re.compile(
    r"\b(du toan|quyet toan|dang phi|hoi phi|bang luong|tien luong|phu cap|kiem ke|tai san|bang gia|bao gia|sinh nhat"
    r"|cham cong|diem danh|danh ba|lich (truc|cong tac|hop)|lien he|bau cu|cu tri)\b"
)


def kind_of(grid: Grid, table: Table, context: Context) -> tuple[str | None, tuple[str, str], tuple[str, ...]]:
    """(kind, where found, likely kinds). The shape of the table comes first, then its title, then its headers."""
    if context.answers.kind:
        return context.answers.kind, ("answer", ""), ()
    scores, places = title_scores(context)
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


def title_scores(context: Context) -> tuple[dict[str, int], dict[str, tuple[str, str]]]:
    """How strongly the words around a table speak for each kind, and the place of the strongest."""
    scores = dict.fromkeys(KINDS, 0)
    places: dict[str, tuple[str, str]] = {}
    for name, kind in KINDS.items():
        best = 0.0
        for place, cell, text in context.texts:
            if place in ("letterhead", "sender"):
                continue
            words = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(text[:LONGEST_TITLE])).split())
            if re.match(r"(kem theo|can cu|thuc hien (ke hoach|cong van)|so \d)", words):
                continue
            weight = {"title": 1.0, "sheet_name": 0.9, "file_name": 0.5, "subject": 0.4}[place]
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
    is_line = is_line or (helped and (listed >= min(report, STRONG) or context.week_start_date is None))
    if named is not None and across and report > listed and not is_line:
        return True
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
