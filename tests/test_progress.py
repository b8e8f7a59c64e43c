"""Progress by commune: its numbers by hand, its figures as functions, the page with one commune and with all."""

import json
import re
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data import reference, schemas
from data.access import Person
from data.uploads.store import Store
from loaders import Reading
from metrics.measures import counted_rows, number_of
from metrics.progress import district_progress, per_head, progress_by_commune, trends, weekly_values
from report import addresses, boundaries
from report.charts import sketch_map
from report.charts.progress import against_targets
from report.figures import commune as indicator_grid
from report.filters import Filters
from tests.test_pages import words
from ui.frame import session
from ui.frame.page_list import PAGES
from words import texts

ROOT = Path(__file__).parent.parent
CODES = list(reference.load().communes())
TOWN, DAK_WIL, EA_PO, NAM_DONG = CODES[:4]
WEEKS = [date(2021, 8, 2), date(2021, 8, 9), date(2021, 8, 16)]
NOW = datetime(2021, 8, 20, 9, 0, tzinfo=reference.load().campaign.zone)
LOOK = {"language": "vi", "theme": "light"}
RAW_KEY = re.compile(r"\b(progress|field|figure|measure)\.[a-z_]+")
ENGLISH = re.compile(r"\b(the|and|of|reported|commune|week|target|choose)\b", re.IGNORECASE)


def reports(*rows: tuple) -> pd.DataFrame:
    """(commune, week, value[, is urgent]) of cash."""
    if not rows:
        return schemas.empty("weekly_reports")
    columns = zip(*((*row, False)[:4] for row in rows), strict=True)
    values = dict(zip(("commune", "week_start_date", "value", "is_urgent"), map(list, columns), strict=True))
    return schemas.frame("weekly_reports", values | {"indicator": ["cash_vnd"] * len(rows)})


def targets(**amounts: float) -> pd.DataFrame:
    values = {"commune": list(amounts), "target": list(amounts.values()), "indicator": ["cash_vnd"] * len(amounts)}
    return schemas.frame("targets", values if amounts else {})


def progress(reported: pd.DataFrame, aimed: pd.DataFrame, communes=(TOWN, DAK_WIL, EA_PO, NAM_DONG)) -> pd.DataFrame:
    sides = (counted_rows(number_of("indicator:cash_vnd"), reported), counted_rows(number_of("target:cash_vnd"), aimed))
    return progress_by_commune(*sides, communes)


@pytest.fixture
def hand() -> pd.DataFrame:
    """The town 30 + 20 of 200; Đắk Wil 90 of 60; Ea Pô 40 without a target; Nam Dong has a target of 50 and no report;
    an urgent report of the town counts nowhere."""
    said = reports((TOWN, WEEKS[0], 30), (TOWN, WEEKS[2], 20), (DAK_WIL, WEEKS[0], 90), (EA_PO, WEEKS[1], 40))
    urgent = reports((TOWN, WEEKS[1], 1000, True))
    return progress(pd.concat([said, urgent]), targets(**{TOWN: 200, DAK_WIL: 60, NAM_DONG: 50}))


# the numbers
def test_progress_by_hand(hand):
    rows = [[None if pd.isna(value) else value for value in row] for row in hand.values.tolist()]
    assert rows == [
        [DAK_WIL, 90, 60, 150.0],
        [TOWN, 50, 200, 25.0],
        [EA_PO, 40, None, None],
        [NAM_DONG, None, 50, None],
    ]


def test_the_whole_counts_only_communes_that_have_both(hand):
    ratio, communes = district_progress(hand)
    assert (ratio.numerator, ratio.denominator, communes) == (140, 260, 2)
    assert ratio.pct == pytest.approx(100 * 140 / 260)


def test_without_a_target_or_with_one_of_nothing_there_is_no_percentage():
    found = progress(reports((TOWN, WEEKS[0], 30), (EA_PO, WEEKS[0], 10)), targets(**{EA_PO: 0}))
    assert found["progress_pct"].isna().all()
    ratio, communes = district_progress(found)
    assert ratio.pct is None and communes == 0


def test_zero_is_a_report_and_an_empty_frame_is_none():
    found = progress(reports((TOWN, WEEKS[0], 0)), targets(**{TOWN: 10}))
    assert found.iloc[0].tolist() == [TOWN, 0, 10, 0.0]
    nothing = progress(reports(), targets())
    assert len(nothing) == 4 and nothing[["reported", "target", "progress_pct"]].isna().all(axis=None)


def test_trends_have_gaps_where_no_report_came():
    said = counted_rows(number_of("indicator:cash_vnd"), reports((TOWN, WEEKS[0], 30), (TOWN, WEEKS[2], 0)))
    found = trends(weekly_values(said), WEEKS)
    assert list(found) == [TOWN]
    assert found[TOWN][0] == 30 and pd.isna(found[TOWN][1]) and found[TOWN][2] == 0


def test_per_head_only_where_the_population_is_known(hand):
    found = dict(zip(hand["commune"], per_head(hand, {TOWN: 100, DAK_WIL: None}), strict=True))
    assert found[TOWN] == 0.5 and pd.isna(found[DAK_WIL]) and pd.isna(found[EA_PO])


# bars against targets
def test_bars_and_targets_lead_to_their_rows(hand):
    chart = against_targets(hand, "cash_vnd", "vnd", **LOOK)
    aimed, said = chart.data
    marks = {data[2]: (data[1], data[3]) for data in said.customdata}
    assert marks[TOWN] == ("50 đồng · đạt 25%", f"indicator:cash_vnd;commune={TOWN}")
    assert marks[EA_PO] == ("40 đồng", f"indicator:cash_vnd;commune={EA_PO}")
    assert marks[NAM_DONG][0] == "—" and said.x[0] is None
    frames = {data[2]: (data[1], data[3]) for data in aimed.customdata}
    assert frames[NAM_DONG] == ("50 đồng", f"target:cash_vnd;commune={NAM_DONG}") and frames[EA_PO] == ("—", "")
    assert all(addresses.parse(address) for _, address in marks.values())
    assert list(said.y)[-1] == "Xã Đắk Wil<br><b>90 đồng</b><br><span style='font-size:13px'>đạt 150%</span>"
    assert chart.layout.xaxis.range[1] >= 200  # a target that is not reached is not cut off
    assert list(said.y) == list(aimed.y) and aimed.width > said.width


# tiles and shapes
def test_a_tile_tells_in_words_what_its_shade_tells(hand):
    trace = sketch_map.by_tile(hand, "cash_vnd", "vnd", **LOOK).data[0]
    text = {data[2]: told for data, told in zip(trace.customdata, trace.text, strict=True)}
    assert text[TOWN] == "<b>Thị trấn</b><br><b>Ea T'Ling</b><br>50 đồng<br>25%"
    assert text[NAM_DONG].endswith("<br>—")
    other = CODES[-1]  # not looked at: its name alone, and a click chooses it
    assert re.sub("<.*?>", " ", text[other]).split() == ["Xã", "Trúc", "Sơn"]
    marks = {data[2]: data for data in trace.customdata}
    assert marks[other][3] == "" and marks[TOWN][3] == f"indicator:cash_vnd;commune={TOWN}"
    town = reference.load().communes()[TOWN]
    place = list(marks).index(TOWN)
    assert trace.x[place] == town.tile_column and -town.tile_row < trace.base[place] < 1 - town.tile_row


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_name_of_a_commune_is_cut(hand, language):
    trace = sketch_map.by_tile(hand, "cash_vnd", "vnd", language=language, theme="dark").data[0]
    for data, text in zip(trace.customdata, trace.text, strict=True):
        lines = [re.sub("<.*?>", "", line) for line in text.split("<br>")]
        assert " ".join(lines).startswith(data[0]) and max(map(len, lines)) <= 11


def test_shades_follow_the_target_and_without_targets_the_largest(hand):
    assert sketch_map.shares(hand) == {DAK_WIL: 1.0, TOWN: 0.25}
    untargeted = progress(reports((TOWN, WEEKS[0], 30), (EA_PO, WEEKS[0], 60)), targets())
    assert sketch_map.shares(untargeted) == {TOWN: 0.5, EA_PO: 1.0}
    assert sketch_map.shares(progress(reports((TOWN, WEEKS[0], 0)), targets())) == {TOWN: 0.0}
    assert sketch_map.shares(progress(reports(), targets())) == {}


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_read_on_every_shade_and_shades_are_told_apart_in_grey(theme):
    looks = [sketch_map.shade(share, theme) for share in (0, 0.3, 0.6, 0.9, 1)]
    for fill, ink in looks:
        dark, light = sorted((luminance(fill), luminance(ink)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    greys = [luminance(fill) for fill, _ in looks]
    assert greys == sorted(greys, reverse=theme == "light") and len(set(greys)) == 5


def geojson(codes: list[str]) -> dict:
    """Invented squares, one of them in two parts."""
    features = []
    for number, code in enumerate(codes):
        square = [[number, 12], [number + 1, 12], [number + 1, 13], [number, 13], [number, 12]]
        islet = [[number, 14], [number + 0.1, 14], [number + 0.1, 14.1], [number, 14]]
        is_two = number == 1
        shape = {
            "type": "MultiPolygon" if is_two else "Polygon",
            "coordinates": [[islet], [square]] if is_two else [square],
        }
        features.append({"type": "Feature", "properties": {"code": int(code)}, "geometry": shape})
    return {"type": "FeatureCollection", "features": features}


def test_real_boundaries_are_drawn_when_the_office_has_them(hand, tmp_path):
    path = tmp_path / boundaries.BOUNDARIES
    assert boundaries.boundaries(path) == {}
    path = tmp_path / "folder" / boundaries.BOUNDARIES
    path.parent.mkdir()
    path.write_text(json.dumps(geojson(CODES)), "utf-8")
    shapes = boundaries.boundaries(path)
    assert list(shapes) == CODES and len(shapes[DAK_WIL]) == 2
    chart = sketch_map.by_shape(hand, shapes, "cash_vnd", "vnd", **LOOK)
    *areas, points = chart.data
    assert len(areas) == len(CODES) and all(area.fill == "toself" for area in areas)
    assert None in areas[1].x and areas[0].fillcolor == sketch_map.shade(0.25, "light")[0]
    assert (points.x[0], points.y[0]) == pytest.approx((0.5, 12.5)) and points.y[1] == pytest.approx(12.5)
    assert points.text[0] == "<b>Thị trấn</b><br><b>Ea T'Ling</b><br>25%"
    assert points.customdata[0][3] == f"indicator:cash_vnd;commune={TOWN}"


def test_a_file_of_boundaries_that_cannot_be_read_is_as_good_as_none(tmp_path, caplog):
    for number, content in enumerate(["{", "[]", '{"features": [{"geometry": null}]}', '{"features": 3}']):
        path = tmp_path / f"{number}.geojson"
        path.write_text(content, "utf-8")
        assert boundaries.boundaries(path) == {}
    assert "no GeoJSON" in caplog.text


# the page
def reading(kind: str, values: dict, **rest) -> Reading:
    length = len(values["commune"])
    provenance = {"source_sheet": "Tờ", "source_column": "E", "source_text": "x"}
    provenance["source_row"] = list(range(5, 5 + length))
    return Reading(
        kind=kind,
        file="xã.xlsx",
        sheet="Tờ",
        frame=schemas.frame(kind, values | provenance),
        waiting=schemas.empty("waiting"),
        remarks=rest.pop("remarks", schemas.empty("remarks")),
        problems=(),
        columns={},
        communes=tuple(dict.fromkeys(values["commune"])),
        **rest,
    )


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The town and Nam Dong reported rice; the town's list says 30 kg less than its report; one remark."""
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    remark = {"commune": [TOWN], "week_start_date": [WEEKS[0]], "topic": ["difficulties"], "text": ["Đường <b>lầy</b>"]}
    remark |= {"source_sheet": "Tờ", "source_row": [30], "source_column": "A", "source_text": "x"}
    said = {"commune": [TOWN, NAM_DONG], "week_start_date": [WEEKS[0]] * 2, "indicator": ["rice_kg"] * 2}
    aimed = {"commune": [TOWN, NAM_DONG], "indicator": ["rice_kg"] * 2, "target": [400, 100]}
    gift = {"commune": [TOWN], "date": [WEEKS[0]], "donor_name": ["Nguyễn Văn Mẫu"], "good": ["rice"], "unit": ["kg"]}
    gift |= {"quantity": [270], "base_quantity": [270], "base_unit": ["kg"]}
    parts = [
        reading(
            "weekly_reports",
            said | {"value": [300, 25]},
            remarks=schemas.frame("remarks", remark),
            week_start_date=WEEKS[0],
        ),
        reading("targets", aimed),
        reading("donations", gift),
    ]
    made = Store()
    made.accept(name="xã.xlsx", content=b"1", parts=parts, who=Person("thử", "editor"), received_at=NOW, now=NOW)
    return made


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run().switch_page(PAGES["progress"].script).run()


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("communes", ["", TOWN, "24643"])
def test_the_page_opens(store, language, communes):
    app = opened(**({"lang": language} if language == "en" else {}), **({"communes": communes} if communes else {}))
    assert not app.exception and not app.error
    shown = [element.value for kind in ("title", "header", "subheader", "caption", "info") for element in app.get(kind)]
    shown += [box.label for box in app.selectbox]
    assert app.title[0].value == texts.t("progress.title", language)
    assert not RAW_KEY.findall(" ".join(shown))
    if language == "vi":
        assert not ENGLISH.findall(" ".join(shown))


def test_the_choice_of_an_indicator_begins_with_one_that_has_data(store):
    app = opened()
    box = app.selectbox(key="progress_indicator_vi")
    assert box.value == "rice_kg"
    assert box.options[box.options.index("Gạo (kg)")] == "Gạo (kg)"
    assert "Số tờ rơi phát ra – chưa có báo cáo" in box.options
    assert [header.value for header in app.header] == [
        "So với chỉ tiêu giao",
        "Sơ đồ các xã",
        "Bảng từng xã",
        "Xem riêng một xã",
    ]


def test_an_indicator_of_which_nobody_reported_shows_no_charts(store):
    app = opened()
    app.selectbox(key="progress_indicator_vi").set_value("leaflets").run()
    assert not app.exception and [header.value for header in app.header] == ["Xem riêng một xã"]


def test_the_choice_of_an_indicator_stays_in_the_other_language(store):
    app = opened()
    app.selectbox(key="progress_indicator_vi").set_value("leaflets").run()
    app.button(key="language_en").click().run()
    assert app.selectbox(key="progress_indicator_en").value == "leaflets"


def test_choosing_a_commune_sets_the_one_filter(store):
    app = opened()
    app.selectbox(key="progress_commune_vi").set_value(TOWN).run()
    assert app.query_params["communes"] in (TOWN, [TOWN])
    titles = [header.value for header in app.header]
    assert "Từng xã: Thị trấn Ea T'Ling" in titles and "Báo cáo lệch với danh sách" in titles
    app.selectbox(key="progress_commune_vi").set_value(None).run()
    assert "communes" not in app.query_params


def test_one_commune_in_full(store):
    said = words(opened(communes=TOWN))
    assert "Xã không ghi" not in said and "Đường" in said and "lầy" in said and "Khó khăn" in said
    assert "300" in said and "270" in said and "30" in said  # reported, listed, difference
    assert "nộp muộn" in said and "quá hạn, chưa nhận" in said
    assert "Nguyễn" not in said  # no donor is named here
    assert "Chưa có dòng cấp phát nào của xã" in said
    assert "Báo cáo và danh sách của xã khớp nhau" in words(opened(communes=NAM_DONG))


def test_a_report_without_any_figure_gives_an_empty_grid(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    said = {"commune": [TOWN], "week_start_date": [WEEKS[0]], "indicator": ["rice_kg"], "value": [None]}
    Store().accept(
        name="xã.xlsx",
        content=b"1",
        parts=[reading("weekly_reports", said)],
        who=Person("thử", "editor"),
        received_at=NOW,
        now=NOW,
    )
    st.session_state.filters = Filters(communes=(TOWN,))
    assert indicator_grid.indicator_weeks(session.view()).empty


def test_an_empty_store_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "none"))
    app = opened()
    assert not app.exception and app.subheader[0].value == texts.t("overview.empty.title", "vi")
