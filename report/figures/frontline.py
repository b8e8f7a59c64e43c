"""The figures of Tuyến đầu: sites, what was visited, and when."""

import pandas as pd

from data import reference, schemas
from data.uploads.lines import LineQuery
from metrics.frontline import NOT_FOR_DAYS, coverage_by, frontline_coverage, sites_covered
from metrics.measures import number_of
from metrics.selection import selected, selection_conditions
from report import frames, rows_behind
from report.addresses import Address
from report.charts import sites as site_figures
from report.charts import timeline
from report.figure import Figure
from report.kept import cached
from report.view import View
from words import numbers
from words.texts import language, t

PLACES = ("site_type", "site_commune")


# small frames
@cached(200)
def coverage(view: View) -> pd.DataFrame:
    """Every site that is looked at (metrics.frontline.frontline_coverage).

    A site of another commune, of which a gift of the chosen communes tells, is in it too: so the sites add up to the
    headline. Days are counted up to the end of the period.
    """
    support = selected(frames.frames(view)("frontline_support"), view.selection)
    sites = dict.fromkeys([*frames.sites(view)["site"], *support["site"]])
    ordered = [site for site in reference.load().sites if site in sites]
    return frontline_coverage(support, ordered, as_of=last_day(view))


def last_day(view: View):
    """The day from which one looks back: of the view, or the end of the period before it."""
    return min(view.day, view.selection.last_day or view.day)


@cached(200)
def visits(view: View) -> pd.DataFrame:
    """One row a visit, the newest first: date, site, frontline_gifts, frontline_worth (missing where not declared)."""
    codes = ("frontline_gifts", "frontline_worth")
    rows = {code: frames.rows(number_of(code), view) for code in codes}
    found = {code: of.groupby(["date", "site"], dropna=False)["counted"].sum() for code, of in rows.items()}
    table = pd.DataFrame(found).reset_index().astype(dict.fromkeys(codes, "Int64"))
    return table.sort_values(["date", "site"], ascending=[False, True], na_position="last", ignore_index=True)


def _with_sign(sign: str, count: int) -> str:
    return f"{sign} {count}" if count else f"✓ {count}"


# every site
def sites_figure(view: View) -> Figure:
    found, known = coverage(view), reference.load().sites
    frame = pd.DataFrame(
        {
            "site": found["site"],
            "visit_state": [state(v, d) for v, d in zip(found["visits"], found["days_since"], strict=True)],
            "last_visit_date": found["last_visit_date"],
            "days_since": found["days_since"],
            "visits": found["visits"],
            "frontline_gifts": found["gifts"],
            "frontline_worth": found["value_vnd"],
            "site_type": [known[site]["type"] for site in found["site"]],
            "site_commune": [known[site]["commune"] or None for site in found["site"]],
        }
    )
    mark = ("bad", t("frontline.state.never"))
    never = {(row, "visit_state"): mark for row, visits in enumerate(found["visits"]) if not visits}
    counts = ("visits", "frontline_gifts", "frontline_worth")
    return Figure(
        key="sites",
        title=t("frontline.sites.title"),
        meaning=t("frontline.sites.meaning", days=NOT_FOR_DAYS),
        frame=frame,
        opens={column: _opener(column) for column in counts},
        subject=t("frontline.sites.subject"),
        chart=lambda language, theme: site_figures.since_visit(found, language=language, theme=theme),
        whole=Address("frontline_visits"),
        picks="sites",
        names={"site": "sites", "site_commune": "communes"},
        coverage=coverage_sentence(view),
        marks=never,
        total={column: numbers.number(frame[column].sum(), language()) for column in counts} if len(frame) > 1 else {},
    )


def _opener(column: str):
    """A zero has no rows, so it is no button."""
    code = {"visits": "frontline_visits"}.get(column, column)
    return lambda row: Address.of(code, site=row["site"]) if row[column] else None


def state(visits: int, days: object) -> str:
    """In words where a site stands, so that colour says nothing alone."""
    if not visits:
        return t("frontline.state.never")
    if numbers.is_missing(days):
        return t("frontline.state.unknown")
    return t("frontline.state.long_ago" if days >= NOT_FOR_DAYS else "frontline.state.recent", days=NOT_FOR_DAYS)


def coverage_sentence(view: View) -> str:
    ratio = sites_covered(coverage(view))
    share = numbers.ratio(ratio.numerator, ratio.denominator)
    return t("frontline.standing", ratio=share, day=numbers.day(last_day(view), language()))


def covered_figure(place: str, view: View) -> Figure:
    column = place.removeprefix("site_")
    found = coverage_by(coverage(view), reference.load().sites, column, days=NOT_FOR_DAYS)
    found = found.rename(columns={column: place, "pct": "visited_pct"})
    # what stands in no commune comes last
    frame = found.sort_values(place, key=lambda codes: codes.isna(), kind="stable", ignore_index=True)
    return Figure(
        key=f"covered_{place}",
        title=t("frontline.covered.title"),
        meaning=t("frontline.covered.meaning"),
        frame=frame,
        opens={"visited": lambda row: Address.of("sites_visited", **{place: row[place]}) if row["visited"] else None},
        subject=t("frontline.covered.subject"),
        chart=lambda language, theme: site_figures.covered(frame, place, language=language, theme=theme),
        whole=Address("sites_visited"),
        picks="communes" if place == "site_commune" else "",
        names={place: "communes"} if place == "site_commune" else {},
        coverage=coverage_sentence(view),
        total={name: numbers.number(frame[name].sum(), language()) for name in ("sites", "visited", "not_for_14_days")},
    )


# over time
def timeline_figure(view: View) -> Figure:
    found, sites = visits(view), list(coverage(view)["site"])
    days = found["date"].dropna().dt.date
    first = min([frames.weeks(view)[0].date(), *days])
    last = max([last_day(view), *days])
    opener = {code: lambda row, code=code: _of_visit(code, row) for code in ("frontline_gifts", "frontline_worth")}
    return Figure(
        key="timeline",
        title=t("frontline.timeline.title"),
        meaning=t("frontline.timeline.meaning"),
        frame=found,
        opens=opener,
        subject=t("frontline.timeline.subject"),
        chart=lambda language, theme: timeline.of_visits(found, sites, first, last, language=language, theme=theme),
        whole=Address("frontline_gifts"),
        picks="sites",
        names={"site": "sites"},
        coverage=coverage_sentence(view),
    )


def _of_visit(code: str, row: dict) -> Address:
    return Address.of(code, site=row["site"], day=row["date"])


def gifts(view: View, *, start: int = 0, most: int | None = None) -> pd.DataFrame:
    """Lines of gifts to the sites of the view, in the order of time."""
    columns = [column.name for column in schemas.columns("frontline_support")]
    asked = LineQuery("frontline_support", selection_conditions(columns, view.selection))
    with view.lines() as reader:
        return reader.page(asked, order=("date",), start=start, most=most)


def gift_lines(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """Each gift with the cell of its quantity.

    in:  some lines of frontline_support (`gifts`)
    out: date, good, quantity, unit, cash_vnd and value_vnd when any is known, giver, file, source_sheet, cell
    """
    told = rows.assign(kind="frontline_support", counted_field="base_quantity", counted=rows["quantity"])
    places = rows_behind.evidence(told, view)[["upload_number", "file", "source_sheet", "cell"]]
    known = [name for name in ("cash_vnd", "value_vnd", "giver") if rows[name].notna().any()]
    return pd.concat([rows[["date", "good", "quantity", "unit", *known]].reset_index(drop=True), places], axis=1)
