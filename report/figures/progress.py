"""The figures of Tiến độ: indicators against their targets, by commune."""

from html import escape

import pandas as pd

from data import reference
from metrics.measures import number_of, total
from metrics.progress import district_progress, per_head, progress_by_commune, trends, weekly_values
from metrics.selection import selected
from report import frames, rows_behind
from report.addresses import Address
from report.boundaries import BOUNDARIES, boundaries
from report.charts import progress as charts
from report.charts import sketch_map
from report.figure import Figure
from report.kept import cached
from report.view import View
from words import names, numbers
from words.texts import language, t

KINDS = ("weekly_reports",)


@cached()
def with_data(view: View) -> list[str]:
    """The indicators that anybody reported in the view, in the order of the report form."""
    reports = selected(frames.frames(view)("weekly_reports"), view.selection)
    found = set(reports.loc[reports["value"].notna(), "indicator"])
    return [code for code in reference.load().indicators if code in found]


def first_choice(known: list[str]) -> str:
    """The first of the campaign's own that anybody reported, or of all; before the first report of all there are."""
    first, indicators = reference.load().campaign.first_indicators, reference.load().indicators
    return next((code for code in (*first, *known) if code in known), next(iter((*first, *indicators))))


# its numbers
@cached()
def progress(view: View, code: str) -> pd.DataFrame:
    """Every commune of the view: reported, target, progress_pct (metrics.progress.progress_by_commune)."""
    sides = (frames.rows(number_of(f"{side}:{code}"), view) for side in ("indicator", "target"))
    return progress_by_commune(*sides, view.communes)


@cached()
def trend(view: View, code: str) -> dict[str, tuple[float, ...]]:
    """Commune -> what it reported in each week of the period."""
    return trends(weekly_values(frames.rows(number_of(f"indicator:{code}"), view)), frames.weeks(view))


def has_numbers(found: pd.DataFrame) -> bool:
    return bool(found["reported"].notna().any() or found["target"].notna().any())


def unit_of(code: str) -> str:
    return reference.load().indicators[code]["unit"]


def line(code: str, view: View) -> str:
    """The sentence as HTML."""
    found = progress(view, code)
    reported = total(frames.rows(number_of(f"indicator:{code}"), view))
    words = {"scope": escape(scope(view)), "communes": int(found["reported"].notna().sum())}
    if reported is None:
        return t("progress.line.nothing", scope=words["scope"])
    words["value"] = _opener(reported, Address(f"indicator:{code}"), code)
    ratio, communes = district_progress(found)
    if not communes:
        return t("progress.line.no_target", **words)
    target = Address(f"target:{code}") if ratio.denominator == found["target"].sum() else None
    words |= {"share": f"<b>{numbers.percent(ratio.pct, language())}</b>", "communes": communes}
    words["target"] = _opener(ratio.denominator, target, code)
    if len(view.communes) == 1:
        return t("progress.line.reached_one", **words)
    if ratio.numerator == reported:
        return t("progress.line.reached", **words)
    return t("progress.line.reached_part", part=_opener(ratio.numerator, None, code), **words)


def scope(view: View) -> str:
    """Whose numbers: of the whole district, of one commune, of those that are looked at."""
    if len(view.communes) == 1:
        return names.commune(view.communes[0])
    return t("progress.line.whole" if not view.filters.chosen_communes() else "progress.line.some")


def _opener(value: float, address: Address | None, code: str) -> str:
    """A number with its unit, opening to its rows; without an address only the number."""
    unit = unit_of(code)
    is_named = (
        bool(reference.load().indicators[code]["good"]) or unit == "kg"
    )  # a count says what it counts by its name
    amount = numbers.with_unit(value, names.unit(unit), language()) if is_named else numbers.number(value, language())
    text = escape(numbers.money_short(value, language()) if unit == "vnd" else amount)
    if address is None:
        return text
    return f'<button type="button" data-click="rows:{escape(address.text())}">{text}</button>'


# figures
def targets_figure(code: str, view: View, *, is_short: bool = False) -> Figure:
    """Bars of the reports with the targets as frames around them; is_short: for a wide screen."""
    found = progress(view, code)
    has_targets = found["target"].notna().any()
    is_limited = bool(view.filters.first_week or view.filters.last_week)
    shown = found if has_targets else found.drop(columns=["target", "progress_pct"])
    return Figure(
        key=f"progress_targets_{code}",
        title=t("progress.targets.title"),
        meaning=t("progress.targets.meaning"),
        frame=shown,
        opens=_opens(code, shown),
        subject=t("progress.targets.subject" if has_targets else "progress.map.subject", name=names.indicator(code)),
        chart=lambda language, theme: charts.against_targets(
            found, code, unit_of(code), language=language, theme=theme, is_short=is_short
        ),
        whole=Address(f"indicator:{code}"),
        picks="communes",
        names={"commune": "communes"},
        kinds=KINDS,
        bars={"progress_pct": 100.0},
        note=t("progress.targets.note") if has_targets and is_limited else "",
    )


def map_figure(code: str, view: View) -> Figure:
    """The sketch map, or the real boundaries when the office has given them."""
    found, shapes = progress(view, code), boundaries(reference.load().folder / BOUNDARIES)
    if set(shapes) >= set(reference.load().communes()):
        title, meaning = t("progress.map.real_title"), t("progress.map.real_meaning")
        draw = lambda **look: sketch_map.by_shape(found, shapes, code, unit_of(code), **look)  # noqa: E731
    else:
        title, meaning = t("progress.map.title"), t("progress.map.meaning")
        draw = lambda **look: sketch_map.by_tile(found, code, unit_of(code), **look)  # noqa: E731
    return Figure(
        key=f"progress_map_{code}",
        title=title,
        meaning=meaning,
        frame=found,
        opens=_opens(code, found),
        subject=t("progress.map.subject", name=names.indicator(code)),
        chart=lambda language, theme: draw(language=language, theme=theme),
        picks="communes",
        names={"commune": "communes"},
        kinds=KINDS,
        bars={"progress_pct": 100.0},
    )


def table_figure(code: str, view: View) -> Figure:
    """Every commune in one row: reports, target, share, per head where the population is known, reports, trend."""
    frame = table(view, code)
    ratio, communes = district_progress(progress(view, code))
    sums = {"reported": numbers.number(total(frames.rows(number_of(f"indicator:{code}"), view)), language())}
    sums |= {"commune": scope(view), "reports": numbers.number(frame["reports"].sum(), language())}
    if communes:
        sums["progress_pct"] = numbers.percent(ratio.pct, language())
    return Figure(
        key=f"progress_table_{code}",
        title=t("progress.table.title"),
        meaning=t("progress.table.meaning"),
        frame=frame,
        opens=_opens(code, frame),
        subject=names.indicator(code),
        names={"commune": "communes"},
        kinds=KINDS,
        bars={"progress_pct": 100.0},
        total=sums if len(frame) > 1 else {},
    )


@cached()
def table(view: View, code: str) -> pd.DataFrame:
    """The frame of `table_exhibit`; a column that nobody has anything in is left out."""
    found, known = progress(view, code), reference.load().communes()
    lines = trend(view, code)
    received = rows_behind.status_of(view).groupby("commune")["is_received"].sum()
    frame = found.assign(
        per_head=per_head(found, {c: row.population for c, row in known.items()}),
        reports=found["commune"].map(received).astype("Int64"),
    )
    frame = frame.dropna(axis="columns", how="all").reindex(
        columns=[c for c in frame if c == "reported" or frame[c].notna().any()]
    )
    gap = (float("nan"),) * len(frames.weeks(view))
    return frame.assign(trend=pd.Series([lines.get(c, gap) for c in frame["commune"]], dtype="object"))


def _opens(code: str, frame: pd.DataFrame) -> dict:
    made = {
        "reported": lambda row: Address.of(f"indicator:{code}", commune=row["commune"]),
        "target": lambda row: Address.of(f"target:{code}", commune=row["commune"]),
        "reports": lambda row: Address.of("reports_received", commune=row["commune"]) if row["reports"] else None,
    }
    return {column: address for column, address in made.items() if column in frame}
