"""The slides by themselves, out of invented data: native charts, gaps, long tables and texts, nothing over an edge."""

import io
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from zipfile import ZipFile

import pandas as pd
import pytest
import segno
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Emu

from outgoing.slides import deck, lettering, slide_tables, slides
from outgoing.slides.content import BEFORE, STACKED, Chart, Headline, Matter, Pack, Section, Series, SlideFigure, Table
from tests.pack_reading import slides_of
from words import texts

FRAME = pd.DataFrame({"commune": ["a"]})
BLUE = ("#0B5A8F",)
NAMES = tuple(f"Xã số {number}" for number in range(1, 31))
# the order in which the parts of a series must stand, or PowerPoint repairs the file
SERIES_ORDER = [
    "idx",
    "order",
    "tx",
    "spPr",
    "invertIfNegative",
    "marker",
    "dPt",
    "dLbls",
    "cat",
    "val",
    "smooth",
    "extLst",
]
LABEL_ORDER = ["idx", "layout", "tx", "numFmt", "spPr", "txPr", "dLblPos", "showLegendKey", "showVal", "showCatName"]
LABEL_ORDER += ["showSerName", "showPercent", "showBubbleSize", "separator", "extLst"]


def chart(values, labels=None, form="bars", **rest) -> Chart:
    values = tuple(values)
    labels = tuple("" if v is None else f"{v:g} kg" for v in values) if labels is None else tuple(labels)
    series = Series("Số lượng", values, labels, BLUE)
    return Chart(form, tuple(NAMES[: len(values)]), (series,), ("quantity",), **rest)


def figure(*charts: Chart, key: str = "one", **rest) -> SlideFigure:
    about = {"title": "Hàng hóa", "meaning": "Tính từ đầu đợt.", "subject": "Gạo (kg)", "coverage": "8/8 xã"}
    return SlideFigure(key=key, frame=FRAME, charts=charts, **(about | rest))


def pack_of(*figures: SlideFigure, **rest) -> Pack:
    headline = Headline(
        "gifts", "Lượt ủng hộ", "1.234 lượt", ("số liệu của 7/8 xã",), "▲ +5 (tuần 35)", "Số dòng.", 1234
    )
    made = Pack(
        moment=datetime(2021, 9, 5, 16, 5),
        stamp="Đợt thử · số liệu lúc 16:05 05/09/2021",
        filters="Tất cả các xã · Tất cả các tuần",
        coverage="Số liệu của 8/8 xã",
        language="vi",
        office="Ủy ban MTTQ Việt Nam huyện Thử",
        campaign="MTTQ huyện Thử tham gia phòng, chống dịch",
        headlines=(headline,) * 6,
        story="Đã nhận 1,2 tỷ đồng tiền mặt.",
        attention=(Matter("Tuần 33: chưa có báo cáo", True),),
        sections=(Section("Hàng hóa và tiền", figures),) if figures else (),
        link=None,
    )
    return replace(made, **rest)


def made(*figures: SlideFigure, **rest) -> bytes:
    return slides.as_pptx(pack_of(*figures, **rest))


def shapes_of(content: bytes):
    return [list(slide.shapes) for slide in Presentation(io.BytesIO(content)).slides]


def drawn(content: bytes) -> list:
    """The charts and how they are labelled, slide by slide."""
    return [one for slide in slides_of(content) for _, one in slide.charts]


# charts
def test_charts_are_native_with_their_data_in_an_embedded_workbook():
    content = made(figure(chart([3, 2, 1])), figure(chart([5, 6], form="columns"), key="two"))
    names = ZipFile(io.BytesIO(content)).namelist()
    assert len([name for name in names if name.startswith("ppt/charts/chart")]) == 2
    assert len([name for name in names if name.startswith("ppt/embeddings/") and name.endswith(".xlsx")]) == 2
    assert not [name for name in names if name.startswith("ppt/media/")]
    first = drawn(content)[0]
    assert first.series == first.workbook == {"Số lượng": [3, 2, 1]}
    assert first.labels == first.beside == {"Số lượng": ["3 kg", "2 kg", "1 kg"]}


@pytest.mark.parametrize("form", ["bars", "columns", "lines"])
def test_what_is_missing_is_a_gap_and_zero_is_zero(form):
    content = made(figure(chart([3, None, 0, 1.5], form=form)))
    (one,) = drawn(content)
    assert one.series["Số lượng"] == one.workbook["Số lượng"] == [3, None, 0, 1.5]
    assert one.labels["Số lượng"] == ["3 kg", "", "0 kg", "1.5 kg"]
    part = next(shape.chart.part for shapes in shapes_of(content) for shape in shapes if shape.has_chart)
    assert part._element.find(f".//{qn('c:dispBlanksAs')}").get("val") == "gap"
    points = part._element.find(f".//{qn('c:val')}").iter(qn("c:pt"))
    assert [point.get("idx") for point in points] == ["0", "2", "3"]


def test_the_parts_of_a_series_stand_in_the_order_of_the_standard():
    several = Series("Nhận", (1.0, -2.0, None), ("1", "−2", ""), ("#112233", "#445566", "#778899"), is_hatched=True)
    stacked = Chart("bars", NAMES[:3], (several, replace(several, name="Mua")), ("a", "b"), together=STACKED)
    content = made(figure(chart([3, 2]), stacked), figure(chart([90, 95], form="lines", percent=True), key="two"))
    count = 0
    for shapes in shapes_of(content):
        for element in (shape.chart._chartSpace for shape in shapes if shape.has_chart):
            for series in element.iter(qn("c:ser")):
                count += 1
                assert_in_order(series, SERIES_ORDER)
                for label in series.iter(qn("c:dLbl")):
                    assert_in_order(label, LABEL_ORDER)
                for point in series.iter(qn("c:dPt")):
                    assert_in_order(point, ["idx", "invertIfNegative", "marker", "bubble3D", "explosion", "spPr"])
    assert count == 4


def assert_in_order(element, order: list[str]) -> None:
    names = [child.tag.rpartition("}")[2] for child in element]
    assert [name for name in order for found in names if found == name] == names, names


def test_a_bar_that_would_press_the_others_flat_ends_at_the_edge_with_its_true_value():
    content = made(figure(chart([5, 4, 1000], longest=5)))
    (one,) = drawn(content)
    assert one.series["Số lượng"] == [5, 4, 1000] and one.labels["Số lượng"][2] == "1000 kg"
    native = next(shape.chart for shapes in shapes_of(content) for shape in shapes if shape.has_chart)
    assert 5 < native.value_axis.maximum_scale < 10
    places = [label.find(qn("c:dLblPos")).get("val") for label in native._chartSpace.iter(qn("c:dLbl"))]
    assert places == ["outEnd", "outEnd", "inBase"]


@pytest.mark.parametrize("count", [1, 2, 13, 14, 15, 28, 30])
def test_bars_that_are_too_many_go_on_on_the_next_slide_on_the_same_scale(count):
    content = made(figure(chart(range(count, 0, -1))))
    charts = drawn(content)
    assert [name for one in charts for name in one.categories] == list(NAMES[:count])
    assert [value for one in charts for value in one.series["Số lượng"]] == list(range(count, 0, -1))
    assert [label for one in charts for label in one.labels["Số lượng"]] == [f"{n} kg" for n in range(count, 0, -1)]
    assert max(len(one.categories) for one in charts) <= slides.MOST_BARS
    assert max(len(one.categories) for one in charts) - min(len(one.categories) for one in charts) <= len(charts)
    titles = [slide.title for slide in slides_of(content) if slide.charts]
    assert titles == (
        ["Hàng hóa"] if len(charts) == 1 else [f"Hàng hóa ({n}/{len(charts)})" for n in range(1, len(charts) + 1)]
    )
    scales = {s.chart.value_axis.maximum_scale for shapes in shapes_of(content) for s in shapes if s.has_chart}
    assert max(scales) < 1.05 * min(scales)


def test_the_two_bars_of_a_good_stay_on_one_slide():
    names = tuple(f"Hàng {number}: {side}" for number in range(1, 13) for side in ("vào", "ra"))
    values = tuple(float(number) for number in range(24))
    series = (Series("Nhận", values, (), BLUE), Series("Mua", (None,) * 24, (), BLUE, is_hatched=True))
    charts = drawn(made(figure(Chart("bars", names, series, ("a", "b"), together=STACKED, heading="kg"))))
    assert [name for one in charts for name in one.categories] == list(names)
    assert all(one.categories[0].endswith("vào") and one.categories[-1].endswith("ra") for one in charts)


# tables
def table(rows: int, columns: int = 4, words: str = "Trạm Y tế xã Nam Dong", **rest) -> Table:
    titles = ("Điểm tuyến đầu", *(f"Giá trị quà (đồng) {number}" for number in range(1, columns)))
    body = tuple(
        (f"{words} {row}", *(f"{row * 1000 + c}.000" for c in range(1, columns))) for row in range(1, rows + 1)
    )
    return Table(titles, body, (False, *(True,) * (columns - 1)), **rest)


@pytest.mark.parametrize("rows", [1, 9, 15, 40, 130])
def test_a_long_table_goes_on_with_its_header_and_its_total_at_the_end(rows):
    total = ("Cộng", "1", "2", "3")
    long = table(rows, total=total)
    found = [cells for slide in slides_of(made(figure(table=long))) for _, cells in slide.tables]
    assert all(cells[0] == list(long.titles) for cells in found)
    body = [tuple(row) for cells in found for row in cells[1:]]
    assert body == [*long.rows, total]


def test_a_small_table_has_large_letters_and_a_wide_one_still_fits():
    small, wide = (slide_tables.plan_of(one, 12, 4.8) for one in (table(3, 2), table(8, 12)))
    assert small.points >= 22 and wide.points >= 12
    assert sum(small.widths) <= 12.01 and sum(wide.widths) <= 12.01
    assert slide_tables.plan_of(table(200), 12, 4.8).points >= 12


# nothing over an edge
LONG = " ".join(["Trạm Y tế xã Đắk DRông chưa được thăm, cần bố trí đoàn trong tuần tới;"] * 3)
TWICE = (chart([4, 3]).series[0],) * 2
LARGE = Headline(
    "a",
    "Tiền mặt đã nhận",
    "1.234,56 tỷ đồng",
    ("1.234.567.890.123 đồng", "còn lại 359,9 triệu đồng", "số liệu của 8/8 xã"),
    "▼ −1.234,56 triệu đồng (tuần 35 so với tuần 34, cùng 8 xã)",
    "Cộng các khoản tiền mặt.",
)


def names_of(figure: SlideFigure) -> list[list[str]]:
    return [sorted(slide.texts) for slide in slides_of(made(figure)) if slide.charts or slide.tables]


def test_notes_stand_once_under_the_last_slide_of_a_figure():
    both = figure(chart(range(20)), table=table(3), note=("▼ Gạo: cần rà lại.",))
    assert [("note" in names) for names in names_of(both)] == [False, False, True]
    assert ["note" in names for names in names_of(figure(chart([1]), note=("Một dòng.",)))] == [True]


HARD = {
    "many bars": pack_of(figure(chart(range(30)))),
    "three units and a note": pack_of(
        figure(*(chart(range(5), heading=unit) for unit in ("kg", "thùng", "cái")), note=(LONG,))
    ),
    "many units": pack_of(
        figure(
            *(chart([3, 2], heading=unit) for unit in ("kg", "thùng", "cái", "bao", "chai")), note=("Một dòng.", LONG)
        )
    ),
    "long notes": pack_of(figure(chart([1, 2]), note=tuple(f"{number}. {LONG}" for number in range(14)))),
    "long table": pack_of(figure(table=table(60, 7), note=(LONG, LONG))),
    "long names": pack_of(figure(chart([1, 2], ["1.234.567.890 đồng · đạt 100,5%"] * 2), title=LONG, subject=LONG)),
    "long words": pack_of(story=" ".join([LONG] * 9), attention=tuple(Matter(f"{n} {LONG}", n < 5) for n in range(40))),
    "a link": pack_of(link="https://so-lieu.example.vn/l/" + "abcdefghij" * 30, campaign=LONG[:150]),
    "before": pack_of(figure(replace(chart([4, 3]), series=TWICE, columns=("a", "b"), together=BEFORE))),
    "tiles": pack_of(headlines=(LARGE,) * 6),
}


def needed_inches(shape) -> float:
    """The height that the text of a shape takes."""
    frame = shape.text_frame
    width = Emu(shape.width).inches - Emu(frame.margin_left + frame.margin_right).inches
    height = Emu(frame.margin_top + frame.margin_bottom).inches
    for paragraph in frame.paragraphs:
        points = paragraph.font.size.pt
        lines = lettering.lines_of(paragraph.text, width, points, bool(paragraph.font.bold))
        height += lines * points * lettering.LINE / 72 + (paragraph.space_after.pt if paragraph.space_after else 0) / 72
    return height


@pytest.mark.parametrize("name", HARD)
def test_nothing_leaves_its_place(name):
    for shapes in shapes_of(slides.as_pptx(HARD[name])):
        boxes = []
        for shape in shapes:
            left, top, width, height = (Emu(v).inches for v in (shape.left, shape.top, shape.width, shape.height))
            if shape.has_table:
                height = sum(Emu(row.height).inches for row in shape.table.rows)
            elif shape.has_text_frame and not shape.name.startswith("Slide Number"):
                needed = needed_inches(shape)
                assert needed <= height + 0.12 * needed, (shape.name, shape.text_frame.text[:60], needed, height)
            assert left >= 0 and top >= 0 and left + width <= deck.SLIDE_WIDTH + 0.01, shape.name
            assert top + height <= deck.SLIDE_HEIGHT, shape.name
            boxes.append((shape.name, left, top, left + width, top + height))
        for one, other in combinations(boxes, 2):
            over = min(one[3], other[3]) - max(one[1], other[1]), min(one[4], other[4]) - max(one[2], other[2])
            assert min(over) < 0.03, (one, other)


def test_every_letter_is_of_a_font_of_the_office_and_large_enough():
    content = made(figure(chart([3, 2]), table=table(30)), figure(chart([9, 8, 7], form="columns"), key="two"))
    for shapes in shapes_of(content):
        for shape in shapes:
            frames = [shape.text_frame] if shape.has_text_frame else []
            frames += [cell.text_frame for row in shape.table.rows for cell in row.cells] if shape.has_table else []
            for paragraph in (
                p for frame in frames for p in frame.paragraphs if p.text and not shape.name.startswith("Slide")
            ):
                assert paragraph.font.name == "Arial" and paragraph.font.size.pt >= 12, (shape.name, paragraph.text)
            if shape.has_chart:
                assert shape.chart.font.name == "Arial" and shape.chart.font.size.pt >= 11
    theme = next(part for name, part in parts_of(content).items() if "theme1" in name)
    assert b"Arial" in theme and b"Calibri" not in theme


def parts_of(content: bytes) -> dict[str, bytes]:
    archive = ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


# what every slide says
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_moment_scope_number_and_meaning_are_on_every_slide(language):
    pack = pack_of(figure(chart([3, 2])), figure(table=table(3), key="two"), language=language)
    found = slides_of(slides.as_pptx(pack))
    assert len(found) == 6
    for slide in found:
        assert slide.texts["stamp"] == [pack.stamp, texts.t("pack.slide.filters", language, text=pack.filters)]
        assert any(name.startswith("Slide Number") for name in slide.texts)
    for slide in found[4:]:
        assert "Tính từ đầu đợt." in slide.notes and "8/8 xã" in slide.notes and pack.stamp in slide.notes
    assert "Số dòng." in found[1].notes
    about = Presentation(io.BytesIO(slides.as_pptx(pack))).core_properties
    assert (about.author, about.subject, about.created) == (pack.office, pack.stamp, pack.moment)


def test_the_code_on_the_first_slide_opens_the_link():
    link = "https://so-lieu.example.vn/l/" + "a1B2" * 40
    content = made(link=link)
    first = slides_of(content)[0]
    assert first.links == [link] and first.texts["link caption"] == [texts.t("pack.slide.qr", "vi")]
    picture = next(shape for shape in shapes_of(content)[0] if shape.name == "link")
    wanted = io.BytesIO()
    segno.make(link, micro=False, error="m").save(wanted, kind="png", scale=16, border=4)
    assert picture.image.blob == wanted.getvalue()
    # scanned from so far away as it is wide, ten times: 5 m on a screen of 1.6 m
    assert Emu(picture.width).inches / deck.SLIDE_WIDTH * 1.6 * 10 >= 5
    assert slides_of(made())[0].links == []


def test_nothing_to_say_is_said():
    attention = slides_of(made(attention=()))[3]
    assert attention.texts["text"] == ["✓ " + texts.t("overview.attention.nothing", "vi")]


def test_a_text_is_never_a_formula_in_the_embedded_workbook():
    evil = replace(chart([1]), categories=("=1+1",))
    labels = replace(evil, series=(replace(evil.series[0], name="=2+2", labels=("=3+3",)),))
    content = made(figure(labels))
    book = next(part for name, part in parts_of(content).items() if name.startswith("ppt/embeddings/"))
    sheet = next(part for name, part in parts_of(book).items() if name.endswith("sheet1.xml"))
    assert b"<f>" not in sheet
