"""The figures of one commune: its reports, goods, sites, and where reports and lists differ."""

from dataclasses import replace

import pandas as pd

from data import reference
from metrics.measures import number_of, total
from metrics.progress import weekly_values
from metrics.selection import selected
from metrics.stock import received_by_good
from report import frames, gift_lines, rows_behind
from report.addresses import Address
from report.charts.heatmap import SIGNS
from report.figure import Figure
from report.figures import frontline
from report.figures import one_report as report_view
from report.kept import cached
from report.view import View
from words.texts import t

# of a gift line: who gave is not told here, the commune is known, cash stands under quantity too
LATEST_GIFTS = 10
UNSHOWN = ["donor_name", "commune", "cash_vnd", "upload_number", "source_sheet"]


# its weeks
def weeks_figure(view: View) -> Figure:
    """Every expected report: where it stands, when it came, when it was corrected; the newest first."""
    status = rows_behind.status_of(view).sort_values("week_start_date", ascending=False, ignore_index=True)
    words = [f"{SIGNS[r['status']]} {report_view.says(r, with_moment=False)}" for r in status.to_dict("records")]
    frame = status[["week_start_date"]].assign(status=pd.Series(words, index=status.index, dtype="str"))
    return Figure(
        key="profile_weeks",
        title=t("progress.weeks.title"),
        meaning=t("progress.weeks.meaning"),
        frame=pd.concat([frame, status[["first_received_at", "last_corrected_at"]]], axis=1),
        whole=Address("reports_received"),
        names={"week_start_date": "week"},
        empty=t("progress.weeks.none"),
    )


# what came and what was given
@cached()
def goods(view: View, kind: str) -> pd.DataFrame:
    """What was received (donations) or given (distributions): good, base_unit, quantity; cash first."""
    rows = selected(frames.frames(view)(kind), view.selection)
    found = received_by_good(rows)
    found = frames.in_order(found[found["quantity"].notna()], "good", reference.load().goods)
    family = {"donations": "good", "distributions": "given"}[kind]
    cash = total(frames.rows(number_of(f"{family}:cash:vnd"), view))
    table = found[["good", "base_unit", "quantity"]]
    if cash is None:
        return table
    first = pd.DataFrame({"good": ["cash"], "base_unit": ["vnd"], "quantity": [cash]}).astype(dict(table.dtypes))
    return pd.concat([first, table], ignore_index=True)


def goods_figure(kind: str, view: View) -> Figure:
    """kind: donations, or distributions."""
    family = {"donations": "good", "distributions": "given"}[kind]
    return Figure(
        key=f"profile_{kind}",
        title=t(f"progress.{kind}.title"),
        meaning=t(f"progress.{kind}.meaning"),
        frame=goods(view, kind),
        opens={"quantity": lambda row: Address(f"{family}:{row['good']}:{row['base_unit']}")},
        names={"good": "goods"},
        empty=t(f"progress.{kind}.none"),
    )


def latest_gifts(view: View) -> pd.DataFrame:
    """The latest gift lines, without anything that names a donor."""
    frame = gift_lines.lines(view, "", is_named=False, most=LATEST_GIFTS).drop(columns=UNSHOWN)
    return frame.dropna(axis="columns", how="all")


# sites, remarks, disagreements
def sites_figure(view: View) -> Figure:
    """The sites of the commune, as the screen of the frontline shows them."""
    found = frontline.sites_figure(view)
    return replace(
        found,
        key="profile_sites",
        title=t("progress.sites.title"),
        frame=found.frame.drop(columns=["site_type", "site_commune"]),
        names={"site": "sites"},
        chart=None,
        total={},
        empty=t("progress.sites.none"),
    )


def differences_figure(view: View) -> Figure:
    """Where the reports and the lists of the commune do not agree; both sides open."""
    found = frames.differences(view)
    found = found[found["state"].eq("differs") & found["commune"].isin(view.communes)]
    columns = ["week_start_date", "indicator", "reported", "listed", "difference"]
    codes = found["commune"].tolist()
    frame = found[columns].reset_index(drop=True)
    of_row = dict(zip(frame[["week_start_date", "indicator"]].itertuples(index=False, name=None), codes, strict=True))

    def part(row: dict) -> dict:
        return {"commune": of_row[row["week_start_date"], row["indicator"]], "week": row["week_start_date"]}

    return Figure(
        key="profile_differences",
        title=t("progress.differences.title"),
        meaning=t("progress.differences.meaning"),
        frame=frame,
        opens={
            "reported": lambda row: Address.of(f"indicator:{row['indicator']}", **part(row)),
            "listed": lambda row: _listed(row, part(row), view),
        },
        names={"week_start_date": "week"},
        empty=t("progress.differences.none"),
    )


def _listed(row: dict, part: dict, view: View) -> Address | None:
    """The lines of the lists; none where they are not all in one number, or a filter leaves some of them out."""
    code = report_view.listed_number(row["indicator"])
    number = rows_behind.number_at(Address.of(code, **part), view)
    return Address.of(code, **part) if number is not None and abs(number - row["listed"]) < 0.005 else None


LATEST_WEEKS = 12


@cached()
def indicator_weeks(view: View) -> pd.DataFrame:
    """What the commune reported: indicator, commune, week_start_date, value (metrics.progress.weekly_values)."""
    reports = selected(frames.frames(view)("weekly_reports"), view.selection)
    is_weekly = ~reports["is_urgent"].fillna(False).astype(bool) & reports["value"].notna()
    said = reports[is_weekly]
    rows = said.assign(counted=said["value"])  # of the frame itself: an empty one would take on rows of a longer column
    return frames.in_order(weekly_values(rows), "indicator", reference.load().indicators)


def indicators_figure(view: View) -> Figure:
    """One row an indicator and week, for the file; on the page they stand as a grid."""
    return Figure(
        key="profile_indicators",
        title=t("progress.indicators.title"),
        meaning=t("progress.indicators.meaning"),
        frame=indicator_weeks(view),
        opens={
            "value": lambda row: Address.of(
                f"indicator:{row['indicator']}", commune=row["commune"], week=row["week_start_date"]
            )
        },
    )
