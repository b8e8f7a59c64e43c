"""Which kind a table is: from its shape, then its title, then its columns; what stays open is asked. The registry."""

import re

from data.reference.names import fold
from loaders.evidence import indicator_names
from loaders.evidence.assignment import Resolver
from loaders.evidence.columns import Roles
from loaders.evidence.context import Context
from loaders.evidence.headers import report_field
from loaders.evidence.profile import SOME_SAY, Profile
from loaders.formats.grid import Grid, address
from loaders.kinds import distributions, donations, frontline_support, purchases, targets, weekly_reports
from loaders.tables.find_tables import Table

KINDS = {
    "donations": donations,
    "purchases": purchases,
    "distributions": distributions,
    "frontline_support": frontline_support,
    "weekly_reports": weekly_reports,
    "targets": targets,
}
LISTS = tuple(KINDS)[:4]
STRONG = 4  # a title word that names one kind of list
TITLE, COLUMN, STATEMENT = 2, 3, 6  # what a title word, a column of one kind's own, a column of an account say
CLEAR_LEAD = 3  # without any title one kind must lead by a column of its own
TRUST = {"title": 1.0, "sheet_name": 0.9, "file_name": 0.5, "subject": 0.4}
REFERS = re.compile(r"(kem theo|can cu|thuc hien (ke hoach|cong van)|theo (ke hoach|cong van|de nghi)|so \d)")
REFERRED = re.compile(r"\W(kem theo|can cu|thuc hien|theo)\W.*", re.DOTALL)
DONE = re.compile(r"\b(ket qua|da (thuc hien|nop|nhan|phat|ung ho|ho tro)|tiep nhan)\b")


def kind_of(grid: Grid, table: Table, context: Context) -> tuple[str | None, tuple[str, str], tuple[str, ...]]:
    """(kind, where found, likely kinds). The shape of the table comes first, then its title, then its columns."""
    if context.answers.kind:
        return context.answers.kind, ("answer", ""), ()
    scores, places = title_scores(context)
    if max(scores.values()) < STRONG and says(context, "other"):
        return None, ("", ""), ()
    profiles: dict[int, Profile] = {}
    roles = {name: _roles(table, context, name, profiles) for name in LISTS}
    if _is_indicators(table, context, scores, roles["donations"]):
        is_target = scores["targets"] > scores["weekly_reports"] or (
            not scores["weekly_reports"]
            and _has_field(table, context, "target")
            and not _has_field(table, context, "in_week")
        )
        kind = "targets" if is_target else "weekly_reports"
        return kind, places.get(kind, ("table", table.area)), ()
    return _list_kind(table, scores, places, roles, profiles)


def _list_kind(table: Table, scores: dict, places: dict, roles: dict[str, Roles], profiles: dict[int, Profile]):
    lines = {name: _evidence(name, scores[name], roles[name], profiles) for name in LISTS}
    ranked = sorted(lines, key=lambda name: -lines[name])
    best, second = ranked[0], ranked[1]
    if lines[best] == 0 and not _holds_gifts(roles[best]):
        return None, ("", ""), ()
    has_title = any(scores[name] for name in LISTS)
    if lines[best] == lines[second] or (not has_title and lines[best] - lines[second] < CLEAR_LEAD):
        return None, ("", ""), (*ranked, "weekly_reports", "targets")
    return best, places.get(best, ("header", address(table.header_start, table.columns[0].index))), ()


def _roles(table: Table, context: Context, kind: str, profiles: dict[int, Profile]) -> Roles:
    spec = KINDS[kind].SPEC
    names = (spec.party, spec.neutral, spec.has_site, not spec.has_cash)
    return Resolver(table, kind, context.reference, *names, profiles=profiles).resolve()


def _evidence(kind: str, title: float, roles: Roles, profiles: dict[int, Profile]) -> float:
    """How much speaks for a kind: its title, the columns that only it has."""
    own = len(roles.words & set(KINDS[kind].SPEC.distinctive))  # a price of goods, where there are goods
    points = title * TITLE + own * COLUMN
    if kind == "donations" and (
        {"debit", "credit", "balance", "sign"} & roles.words or _speaks_of_gifts(roles, profiles)
    ):
        points += STATEMENT
    if kind == "purchases" and "unit_price" in roles.words and roles.words & {"good", "goods"}:
        points += TITLE + COLUMN
    return points


def _speaks_of_gifts(roles: Roles, profiles: dict[int, Profile]) -> bool:
    """Days and money beside remarks that speak of gifts, as the exports of banks and wallets have them."""
    column = roles.index("note")
    if column is None or not roles.cash or "date" not in roles.fields:
        return False
    return profiles[column].gifts >= SOME_SAY


def _holds_gifts(roles: Roles) -> bool:
    """Amounts beside names: some list of ours, though nothing says which."""
    return bool(roles.amounts) and bool(roles.words & {"party", "unit_or_party", "recipient_name", "address", "date"})


def title_scores(context: Context) -> tuple[dict[str, float], dict[str, tuple[str, str]]]:
    """How strongly the words around a table speak for each kind, and the place of the strongest."""
    scores: dict[str, float] = dict.fromkeys(KINDS, 0)
    places: dict[str, tuple[str, str]] = {}
    for place, cell, text in context.texts:
        if place not in TRUST or REFERS.match(fold(text).strip(" (")):
            continue
        for name, weight in context.reference.lexicon.heard(text, "kind:").items():
            if (score := TRUST[place] * weight) > scores.get(name, 0):
                scores[name], places[name] = score, (place, cell)
    return scores, places


def says(context: Context, what: str) -> str | None:
    """The title that says what a sheet is about: plan (not done yet), other (none of our sheets)."""
    for place, _, text in context.texts:
        is_heard = place == "title" or (place in TRUST and what != "plan")  # a file may be called "cần sửa"
        if is_heard and not REFERS.match(fold(text).strip(" (")):
            head = text[: len(REFERRED.sub("", fold(text)))]
            if context.reference.lexicon.heard(head, f"says:{what}") and not DONE.search(fold(text)):
                return text
    return None


def names_promises(table: Table, context: Context) -> bool:
    """Whether what was promised has a column of its own: then the others hold what came."""
    labels = (part for column in table.columns for part in column.parts)
    return any(context.reference.lexicon.field(label) == "pledged" for label in labels)


def _has_field(table: Table, context: Context, name: str) -> bool:
    return any(report_field(part, context.reference) == name for column in table.columns for part in column.parts)


def _is_indicators(table: Table, context: Context, scores: dict[str, float], roles: Roles) -> bool:
    """Indicators down or across, communes or one commune; no donor, recipient, supplier or site beside them."""
    reference, day = context.reference, context.day
    report, listed = max(scores["weekly_reports"], scores["targets"]), max(scores[k] for k in LISTS)
    across = indicator_names.indicator_columns(table, reference)
    communes = indicator_names.commune_columns(table, reference, day)
    labels = indicator_names.label_column(table, reference)
    named = indicator_names.commune_column(table, reference, day)
    if len(communes) >= 2 and labels is not None:
        return True
    fields = roles.words
    is_line = bool({"donor_name", "unit_price", "credit", "debit", "balance", "date", "may_publish"} & fields)
    is_line = is_line or bool({"recipient_name", "recipient_group", "supplier", "giver", "site", "party"} & fields)
    helped = bool({"households", "people"} & fields) and named is None and labels is None
    is_line = is_line or (helped and (listed >= min(report, STRONG) or context.week_start_date is None))
    if named is not None and (across or report >= STRONG) and report > listed and not is_line:
        return True
    if len(across) >= 2 and not is_line:
        only_goods = all(reference.indicators[code]["section"] == "2" for code, _ in across.values())
        if named is not None:
            return not (only_goods and listed > report)
        return report > listed or (not only_goods and listed == 0)
    if labels is not None and not is_line:
        header = next(c for c in table.columns if c.index == labels)
        values = {"in_week", "cumulative", "target"} & {
            report_field(part, reference) for column in table.columns for part in column.parts
        }
        is_content = report_field(header.parts[-1], reference) in ("content", None) or "cumulative" in values
        return (is_content and (bool(values) or report > 0)) or (report > listed and report > 0)
    return False
