"""Figures: frame in, figure out; colours follow the thing, not the order; missing is a dash."""

import pandas as pd

from data import reference
from report.charts import bars as figures
from report.charts import look

LOOK = {"language": "vi", "theme": "light"}
COMMUNES = ["24640", "24643", "24649"]


def totals(**amounts) -> pd.DataFrame:
    return pd.DataFrame({"commune": list(amounts), "counted": pd.array(list(amounts.values()), "Float64")}).astype(
        {"commune": "str"}
    )


def bars(figure) -> dict[str, tuple]:
    trace = figure.data[0]
    rows = zip(trace.customdata, trace.x, trace.marker.color, strict=True)
    return {label: (value, text, color) for (label, text, *_), value, color in rows}


def test_every_commune_has_a_bar_and_one_without_data_a_dash():
    frame = totals(**{"24649": 250_000, "24640": 2_000_000})
    figure = figures.by_commune(frame, COMMUNES, "cash_received", "vnd", **LOOK)
    shown = bars(figure)
    assert list(shown)[::-1] == ["Thị trấn Ea T'Ling", "Xã Nam Dong", "Xã Đắk Wil"]
    assert shown["Xã Đắk Wil"][1] == "—"
    assert shown["Thị trấn Ea T'Ling"][:2] == (2_000_000, "2 triệu đồng")


def test_a_commune_keeps_its_colour_whatever_the_order():
    first = bars(figures.by_commune(totals(**{"24649": 1, "24640": 2}), COMMUNES, "rice_received", "kg", **LOOK))
    second = bars(figures.by_commune(totals(**{"24649": 9, "24643": 2}), COMMUNES[::-1], "rice_received", "kg", **LOOK))
    assert first["Xã Nam Dong"][2] == second["Xã Nam Dong"][2] == reference.load().communes()["24649"].color


def test_a_gift_without_a_commune_has_its_own_grey_bar():
    frame = pd.DataFrame({"commune": pd.array(["24640", None], "str"), "counted": pd.array([5, 3], "Float64")})
    shown = bars(figures.by_commune(frame, COMMUNES, "rice_received", "kg", **LOOK))
    assert shown["Không ghi xã"] == (3.0, "3", look.NO_CODE)
    assert list(shown)[0] == "Không ghi xã"  # drawn from the bottom: always the last


def test_boxes_and_kilograms_stand_in_frames_of_their_own():
    received = pd.DataFrame(
        {
            "good": ["rice", "rice", "vegetables", "eggs"],
            "base_unit": ["kg", "bag", "kg", "piece"],
            "quantity": pd.array([200, 12, 900, None], "Float64"),
        }
    )
    figure = figures.by_good(received, **LOOK)
    assert [annotation.text for annotation in figure.layout.annotations] == ["kg", "bao/túi"]
    assert [[tuple(bar[:2]) for bar in trace.customdata] for trace in figure.data] == [
        [("Gạo", "200 kg"), ("Rau, củ, quả", "900 kg")],
        [("Gạo", "12 bao/túi")],
    ]
    assert {trace.xaxis for trace in figure.data} == {"x", "x2"}


def test_weeks_in_order_with_the_undated_last_and_grey():
    frame = pd.DataFrame(
        {
            "week_start_date": pd.to_datetime(["2021-08-02", "2021-08-09", None]),
            "counted": pd.array([2_000_000, 250_000, 100_000], "Float64"),
        }
    )
    figure = figures.by_week(frame, "cash_received", "vnd", **LOOK)
    trace = figure.data[0]
    assert list(trace.x) == ["Tuần<br>31", "Tuần<br>32", "Không ghi ngày"]
    assert trace.marker.color[2] == look.NO_CODE
    assert list(trace.customdata[0][:2]) == ["Tuần 31 (02/8–08/8/2021)", "2 triệu đồng"]
    assert list(trace.text) == ["2", "0,2", "0,1"] and figure.layout.annotations[0].text == "triệu đồng"


def test_the_language_decides_the_separators_and_the_words():
    frame = totals(**{"24640": 1_250_000_000})
    vi = figures.by_commune(frame, COMMUNES, "cash_received", "vnd", language="vi", theme="light")
    en = figures.by_commune(frame, COMMUNES, "cash_received", "vnd", language="en", theme="dark")
    assert vi.layout.template.layout.separators == ",." and en.layout.template.layout.separators == ".,"
    assert bars(vi)["Thị trấn Ea T'Ling"][1] == "1,25 tỷ đồng"
    assert bars(en)["Ea T'Ling town"][1] == "1.25 billion VND"


def test_an_empty_frame_is_no_fault():
    empty = pd.DataFrame({"good": [], "base_unit": [], "quantity": pd.array([], "Float64")})
    assert len(figures.by_good(empty, **LOOK).data) == 0
    assert list(bars(figures.by_commune(totals(), COMMUNES, "rice_received", "kg", **LOOK)).values())[0][1] == "—"


def test_no_words_of_plotly_are_shown():
    assert look.CONFIG["modeBarButtons"] == [["toImage"]] and look.CONFIG["displaylogo"] is False
