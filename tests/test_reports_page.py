"""The screen of the weekly reports: shares, the map of status, one report in full, remarks, reminders."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from data import reference, schemas
from data.access import Person
from data.uploads.store import Store
from loaders import Reading
from metrics.measures import number_of
from metrics.reconciliation import compared
from metrics.reports import STATUSES, completeness_so_far, expected_reports, report_status
from report import rows_behind
from report.addresses import parse
from report.charts import heatmap
from report.charts import reports as charts
from report.figures import reports
from report.figures.one_report import Report, compared_figure, listed_number, reported_figure
from report.figures.reports import latest, map_table
from report.filters import Filters
from report.registry import figures_of
from report.view import View
from tests.test_pages import ENGLISH, RAW_KEY, TECHNICAL, opened, words
from ui.frame import session
from words import texts

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EA_TLING, NAM_DONG, TAM_THANG = "24640", "24649", "24655"
FIRST, SECOND = date(2021, 7, 26), date(2021, 8, 2)
LOOK = {"language": "vi", "theme": "light"}


def cells(count: int, row: int) -> dict:
    return {
        "source_sheet": ["Biểu"] * count,
        "source_row": list(range(row, row + count)),
        "source_column": ["D"] * count,
        "source_text": ["x"] * count,
    }


def report(commune: str, week: date, values: dict[str, float], *, urgent=False, remark="", row=8, **rest) -> Reading:
    count = len(values)
    made = {"commune": [commune] * count, "week_start_date": [week] * count, "indicator": list(values)}
    made |= {"value": list(values.values()), "is_urgent": [urgent] * count} | cells(count, row)
    said = {"commune": [commune], "week_start_date": [week], "topic": ["proposals"], "text": [remark]} | cells(1, 30)
    return Reading(
        kind="weekly_reports",
        file="x.xlsx",
        sheet="Biểu",
        frame=schemas.frame("weekly_reports", made),
        waiting=schemas.empty("waiting"),
        remarks=schemas.frame("remarks", said) if remark else schemas.empty("remarks"),
        problems=(),
        communes=(commune,),
        week_start_date=week,
        is_urgent=urgent,
        **rest,
    )


def gifts() -> Reading:
    values = {
        "date": [date(2021, 7, 29), date(2021, 8, 1)],
        "commune": [NAM_DONG] * 2,
        "good": ["cash", "rice"],
        "quantity": [500_000, 90],
        "unit": ["vnd", "kg"],
        "base_quantity": [500_000, 90],
        "base_unit": ["vnd", "kg"],
        "cash_vnd": [500_000, None],
    }
    return Reading(
        kind="donations",
        file="x.xlsx",
        sheet="Biểu",
        frame=schemas.frame("donations", values | cells(2, 8)),
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        problems=(),
        communes=(NAM_DONG,),
    )


def targets() -> Reading:
    values = {"commune": [NAM_DONG], "indicator": ["rice_kg"], "target": [400]} | cells(1, 8)
    return Reading(
        kind="targets",
        file="x.xlsx",
        sheet="Biểu",
        frame=schemas.frame("targets", values),
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        problems=(),
        communes=(NAM_DONG,),
    )


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Two weeks: Nam Dong in time and late, Tâm Thắng only urgent, nobody else; looked at on Monday of week 32."""
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    monkeypatch.setattr(session, "moment", lambda: datetime(2021, 8, 8, 20, 0, tzinfo=ZONE))
    made = Store()
    uploads = [
        ("1.xlsx", datetime(2021, 7, 30, 9, 0), [report(NAM_DONG, FIRST, {"cash_vnd": 500_000, "rice_kg": 100})]),
        (
            "2.xlsx",
            datetime(2021, 8, 7, 9, 0),
            [report(NAM_DONG, SECOND, {"rice_kg": 60}, remark="Xin <b>xe</b>", row=9)],
        ),
        ("3.xlsx", datetime(2021, 8, 4, 9, 0), [report(TAM_THANG, SECOND, {"leaflets": 7}, urgent=True, remark="Gấp")]),
        ("4.xlsx", datetime(2021, 8, 5, 9, 0), [gifts(), targets()]),
    ]
    for number, (name, moment, parts) in enumerate(uploads):
        at = moment.replace(tzinfo=ZONE)
        made.accept(
            name=name, content=bytes([number]), parts=parts, who=Person("văn phòng", "editor"), received_at=at, now=at
        )
    return made


@pytest.fixture(autouse=True)
def vietnamese():
    texts.use("vi")
    yield
    texts.use("vi")


def view(**chosen) -> View:
    return View(session.source(), Filters(**chosen), date(2021, 8, 8))


# shares
def test_the_shares_by_week_and_by_commune(store):
    status = rows_behind.status_of(view())
    assert len(status) == 16
    weeks = reports.weeks_figure(status, "week").frame
    assert weeks[["expected", "received", "on_time"]].values.tolist() == [[8, 1, 0], [8, 1, 1]]  # the latest on top
    so_far = reports.weeks_figure(status, "so_far").frame
    assert so_far["completeness_so_far_pct"].tolist() == [12.5, 12.5]
    assert so_far["timeliness_so_far_pct"].tolist() == [6.25, 12.5]
    communes = reports.communes_figure(status).frame
    last = communes.iloc[-1]
    assert last["commune"] == NAM_DONG and (last["expected"], last["received"], last["on_time"]) == (2, 2, 1)
    assert communes["received"].sum() == 2


def test_every_number_is_the_sum_of_its_rows(store):
    looked = view()
    figures = [one for one in figures_of(looked, "reports") if not one.frame.empty]
    checked = 0
    for figure in figures:
        for (row, column), address in figure.addresses().items():
            assert parse(address.text()) == address
            assert rows_behind.number_at(address, looked) == pytest.approx(float(figure.frame[column].iat[row]))
            checked += 1
        chart = figure.chart("vi", "light") if figure.chart else None
        for trace in chart.data if chart else ():
            for mark, y in zip(trace.customdata, trace.y, strict=True):
                if mark[3]:
                    assert rows_behind.number_at(parse(mark[3]), looked) == y
                    checked += 1
    assert checked > 15


# the map
def made_status(now=datetime(2021, 8, 13, 12, 0, tzinfo=ZONE)) -> pd.DataFrame:
    """One report of each status of the last week, and an urgent one."""
    known = reference.load()
    expected = expected_reports(known.campaign, known.all_communes, date(2021, 8, 15))
    at = [pd.Timestamp(2021, 8, 6, 9, tz=ZONE), pd.Timestamp(2021, 8, 7, 9, tz=ZONE), pd.NaT]
    receptions = pd.DataFrame(
        {
            "commune": [EA_TLING, NAM_DONG, TAM_THANG],
            "week_start_date": pd.to_datetime([SECOND] * 3),
            "first_received_at": at,
            "is_nil": [True, False, False],
            "has_urgent": [False, False, True],
        }
    )
    return report_status(expected, receptions, now=now)


def test_the_map_has_a_sign_a_colour_and_a_place_for_every_report():
    status = made_status()
    codes = list(dict.fromkeys(status["commune"]))
    chart = heatmap.status_map(status, codes, lambda row: row["status"], **LOOK)
    fills, signs = chart.data
    assert chart.layout.yaxis.ticktext[0].startswith("Tuần 32<br>")  # the latest on top
    assert list(chart.layout.xaxis.ticktext)[:2] == ["Thị trấn<br>Ea T'Ling", "Xã Đắk Wil"]
    shown = {
        tuple(mark[2].split("|")): (text, mark[1]) for text, mark in zip(signs.text, signs.customdata, strict=True)
    }
    assert len(shown) == len(status) == 24
    assert shown[EA_TLING, "2021-08-02"] == ("0", "nil")
    assert shown[NAM_DONG, "2021-08-02"] == ("◔", "late")
    assert shown[TAM_THANG, "2021-08-02"] == ("✗!", "overdue")
    assert shown[NAM_DONG, "2021-08-09"] == ("…", "due")
    colors = {stop[1] for stop in fills.colorscale}
    assert colors == set(heatmap.COLORS.values()) and len(set(heatmap.SIGNS.values())) == len(STATUSES)
    assert fills.z[1][codes.index(EA_TLING)] == STATUSES.index("nil")  # of the week before the last


def test_the_opened_report_is_framed_and_an_unknown_one_is_not():
    status = made_status()
    codes = list(dict.fromkeys(status["commune"]))
    framed = heatmap.status_map(status, codes, str, opened=(NAM_DONG, "2021-08-02"), **LOOK)
    assert (framed.layout.shapes[0].x0, framed.layout.shapes[0].y0) == (codes.index(NAM_DONG) - 0.47, 1 - 0.46)
    assert not heatmap.status_map(status, codes, str, opened=(NAM_DONG, "2020-01-06"), **LOOK).layout.shapes


def test_the_map_grows_with_the_weeks_and_shows_the_latest_twelve():
    known = reference.load()
    expected = expected_reports(known.campaign, known.all_communes, date(2022, 9, 20))
    status = report_status(expected, pd.DataFrame(columns=["commune", "week_start_date"]), now=datetime.now(ZONE))
    assert status["week_start_date"].nunique() == 61
    codes = list(dict.fromkeys(status["commune"]))
    short, long = (heatmap.status_map(part, codes, str, **LOOK).layout.height for part in (latest(status), status))
    assert long - short == 49 * heatmap.CELL_PX
    assert len(latest(status)) == 12 * 8
    ticks = charts.by_week(completeness_so_far(status), **LOOK).layout.xaxis.ticktext
    assert len(ticks) <= charts.MOST_NAMED_WEEKS and ticks[0] == "30"


def test_columns_stand_one_before_the_other_with_their_own_numbers():
    chart = charts.by_week(completeness_so_far(made_status()), **LOOK)
    assert [list(trace.y) for trace in chart.data] == [[8, 8, 8], [0, 2, 0], [0, 1, 0]]
    assert chart.layout.barmode == "overlay" and list(chart.data[0].text) == ["0/8", "2/8", "0/8"]
    assert chart.data[2].customdata[1][3] == "reports_on_time;week=2021-08-02"
    assert chart.data[0].customdata[1][1] == "đã nhận 2/8 báo cáo, đúng hạn 1/8"
    lines = charts.so_far(completeness_so_far(made_status()), **LOOK)
    assert list(lines.data[0].y) == [0, 12.5, pytest.approx(100 * 2 / 24)]


def test_the_table_of_the_map_says_the_status_in_words():
    table = map_table(made_status())
    assert table["week_start_date"].is_monotonic_decreasing
    assert set(table["status"]) == {"đến hạn hôm nay", "không phát sinh", "đã nhận, nộp muộn", "quá hạn, chưa nhận"}


# one report
def test_one_report_with_its_target_and_the_lists(store):
    second = reported_figure(Report(NAM_DONG, SECOND), view()).frame.set_index("indicator")
    assert second.loc["rice_kg", ["value", "target", "reached_pct"]].tolist() == [60, 400, 40]  # (100 + 60) of 400
    figure = compared_figure(Report(NAM_DONG, FIRST), view())
    table = figure.frame.set_index("indicator")
    assert table.loc["cash_vnd", ["reported", "listed", "difference"]].tolist() == [500_000, 500_000, 0]
    assert table.loc["rice_kg", ["reported", "listed", "difference"]].tolist() == [100, 90, 10]
    assert table.loc["rice_kg", "finding"] == "lệch, cần xem lại"
    rice = list(table.index).index("rice_kg")
    assert figure.marks[rice, "finding"][0] == "asks"
    assert figure.addresses()[rice, "listed"].text() == "good:rice:kg;commune=24649;week=2021-07-26"


def test_a_filter_of_goods_does_not_change_what_is_compared(store):
    limited = view(goods=("cash",))
    figure = compared_figure(Report(NAM_DONG, FIRST), limited)
    rice = list(figure.frame["indicator"]).index("rice_kg")
    assert figure.frame["listed"].iat[rice] == 90
    assert (rice, "listed") not in figure.addresses()  # the rows of the view are not all of them


def test_what_is_compared_has_the_rows_of_a_known_number():
    for indicator in compared():
        assert number_of(listed_number(indicator)) is not None


def test_the_report_of_a_missing_week_has_no_figures(store):
    assert reported_figure(Report(EA_TLING, FIRST), view()).frame.empty
    assert compared_figure(Report(EA_TLING, FIRST), view()).frame.empty


# the page
def page(language: str, **query: str):
    texts.use(language)  # AppTest looks up what a selectbox shows in this thread
    return opened("reports", **query, **({"lang": "en"} if language == "en" else {}))


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("commune", [NAM_DONG, TAM_THANG])
def test_the_page_with_one_report(store, language, commune):
    app = page(language, **{"communes": commune, "from": "2021-08-02", "to": "2021-08-02"})
    assert not app.exception and not app.error
    said = words(app)
    assert RAW_KEY.findall(TECHNICAL.sub("", said)) == []
    if language == "vi":
        assert ENGLISH.findall(TECHNICAL.sub("", said).replace("English", "")) == []
    if language == "vi" and commune == NAM_DONG:
        assert "Báo cáo của xã Nam Dong, tuần 31" in said and "nộp muộn" in said and "09:00 07/08/2021" in said
        assert "lần nhận số 2, tệp 2.xlsx" in said and "Xin <b>xe</b>" in said and "2.xlsx, tờ Biểu, ô D30" in said
        assert "Không có báo cáo nào quá hạn" in said
    if language == "vi" and commune == TAM_THANG:
        assert "Đã quá hạn và huyện chưa nhận được" in said and "! Báo cáo khẩn trong tuần" in said
        assert "Kính gửi Ủy ban MTTQ Việt Nam xã Tâm Thắng: đến 20 giờ ngày 08/8/2021" in said
        assert "Báo cáo khẩn đã gửi không thay" in said


def test_urgent_remarks_come_first_and_reminders_for_all(store):
    said = words(page("vi"))
    assert said.index("Gấp") < said.index("Xin <b>xe</b>") and "! KHẨN" in said
    assert said.count("Kính gửi Ủy ban MTTQ Việt Nam") == 8  # to all, and to each commune but Nam Dong


def test_commune_and_week_are_chosen_without_a_mouse(store):
    app = page("vi")
    assert "Bấm vào một ô ở bảng trên" in words(app)
    app.selectbox(key="report_commune_vi").select(NAM_DONG).run()
    app.selectbox(key="report_week_vi").select(FIRST).run()
    assert not app.exception and not app.error
    assert "Báo cáo của xã Nam Dong, tuần 30" in words(app) and app.session_state["report"] == (NAM_DONG, "2021-07-26")


def test_weeks_after_the_day_leave_nothing_and_say_so(store):
    app = page("vi", **{"from": "2022-01-03", "to": "2022-01-03"})
    assert not app.exception and "Không có dòng nào hợp với bộ lọc" in words(app)


def test_an_empty_store_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    assert "Chưa có số liệu nào được nhận" in words(page("vi"))
