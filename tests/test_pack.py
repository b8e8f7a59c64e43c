"""The meeting pack: every number of its four files is the page's, all of one moment; over the demo and random data."""

import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from html import unescape
from itertools import pairwise
from zipfile import ZipFile

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data import reference, schemas
from data.access import NotAllowed, Person
from data.database.errors import StoreError
from data.uploads.store import Store
from loaders.reading import Reading
from outgoing import pack
from outgoing.formula_workbook import workbook
from outgoing.papers import pdf, week_report, word
from report import addresses, exports, rows_behind
from report.addresses import Address
from report.charts import heatmap
from report.charts.heatmap import SIGNS
from report.figure import SIGNS as MARKS
from report.figure import Figure
from report.figures import progress, reports
from report.filters import Filters
from report.registry import figures
from report.sentences import attention, coverage
from report.sentences import headlines as tiles
from report.sentences import paragraph as story
from report.view import View
from tests import pack_reading, views
from tests.amounts import IS_NIGHTLY
from tests.random_store import accept_random
from tests.views import CAMPAIGN, FILTERS
from ui.frame import session
from words import names, numbers, texts

LINK = "https://so-lieu.example.vn/l/abc123"
WHO = Person("An", "editor")
NOW = datetime(2021, 9, 12, 9, 30, tzinfo=CAMPAIGN.zone)
LATER = datetime(2023, 2, 1, 9, 30, tzinfo=CAMPAIGN.zone)  # when week numbers have come twice
# each takes some seconds: by day the whole and another language, a long time later and of few rows
OF_DEMO = [("all", "vi"), ("commune and weeks", "en"), ("earlier", "vi"), ("goods", "en")][: 4 if IS_NIGHTLY else 2]
OF_RANDOM = [((23, 3), "all", LATER), ((1, 40), "goods", NOW)][: 2 if IS_NIGHTLY else 1]
# what the bars of a figure are: the column of their names, and the columns of the series in their order
BARS = {
    "by_week": ("week_start_date", ("counted",)),
    "by_commune": ("commune", ("counted",)),
    "by_good": ("good", ("quantity",)),
    "split_donor_category": ("donor_category", ("counted",)),
    "progress_targets": ("commune", ("reported", "target")),
    "stock": ("good", ("received", "bought", "distributed", "frontline")),
    "sites": ("site", ("days_since",)),
    "covered_site_type": ("site_type", ("sites", "visited")),
    "reports_week": ("week_start_date", ("expected", "received", "on_time")),
    "reports_so_far": ("week_start_date", ("completeness_so_far_pct", "timeliness_so_far_pct")),
}
RATIOS = {"sites": ("visited", "sites"), "expected": ("received", "expected")}  # told at the bar of the whole
AMOUNTS = {  # of each kind of rows, what is listed with its cell
    "donations": ("base_quantity", "cash_vnd", "value_vnd"),
    "purchases": ("base_quantity", "cost_vnd"),
    "distributions": ("base_quantity", "cash_vnd", "value_vnd", "households", "people"),
    "frontline_support": ("base_quantity", "cash_vnd", "value_vnd"),
    "weekly_reports": ("value",),
    "targets": ("target",),
}
NAMES = re.compile(r"Nguyễn Văn|Trần Thị|Lê Văn|Phạm Thị|\b0\d{9}\b")


@pytest.fixture(autouse=True)
def vietnamese():
    texts.use("vi")
    yield
    texts.use("vi")


@dataclass
class Made:
    """A pack and the view whose numbers it has."""

    view: View
    pptx: bytes
    xlsx: bytes
    docx: bytes
    pdf: bytes


def view_of(url: str, filters: Filters, monkeypatch, now: datetime = NOW) -> View:
    monkeypatch.setattr(session, "now", lambda: now)
    return views.view_of(url, filters, monkeypatch)


def made(view: View, tell=lambda share, file: None, now=lambda: NOW) -> Made:
    fixed, files = pack.make(view, lambda view: LINK, tell, now)
    assert [name.rpartition(".")[2] for name in files] == list(pack.FORMATS)
    return Made(fixed, **{name.rpartition(".")[2]: content for name, content in files.items()})


# what the pages have
def shown_figures(view: View) -> list[Figure]:
    """The figures of the pages that a slide may show."""
    return [figure for _, _, figure in figures(view, "on_slides")]


def figure_of(key: str, slide: pack_reading.Slide, known: list[Figure]) -> Figure:
    """The figure of a slide: its key, and where several have one key, what is drawn."""
    found = [one for one in known if one.key == key and one.subject in slide.notes]
    assert found, (key, slide.title)
    assert slide.title.startswith(found[0].title) and found[0].meaning in slide.notes
    return found[0]


def close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    return float(one) == pytest.approx(float(other), abs=1e-6)


def plain(value: object) -> float | None:
    return None if numbers.is_missing(value) else float(value)


def told(label: str, value: float, ratio: str = "") -> bool:
    """Whether what stands at a bar begins with the number, written in one of the ways of the pages."""
    spoken, first = texts.language(), label.split(" ")[0]
    if first == ratio or label in (texts.t("frontline.today"), texts.t("frontline.today") + " △"):
        return bool(ratio) or value == 0
    ways = {numbers.number(value, spoken), numbers.money_short(value, spoken).split(" ")[0]}
    ways |= {numbers.percent(value, spoken)}
    ways |= {numbers.number(value / size, spoken, decimals=1) for size in (1, 10**6, 10**9)}
    return first in ways


def read_number(text: str) -> float | None:
    """The number that a cell of a table says; None when it is a dash."""
    bare = text.lstrip("".join(MARKS.values()) + " ").removesuffix("%")
    if bare == numbers.MISSING:
        return None
    bare = bare.replace(".", "").replace(",", ".") if texts.language() == "vi" else bare.replace(",", "")
    return float(bare)


# the slides
def check_charts(slides: list[pack_reading.Slide], known: list[Figure], view: View) -> int:
    """Every value of every chart, in the chart, in its embedded workbook, and in words at its bar."""
    seen: dict[int, set] = {}
    count = 0
    by_id = {}
    for slide in slides:
        for key, chart in slide.charts:
            figure = figure_of(key, slide, known)
            by_id[id(figure)] = figure
            count += check_chart(chart, figure, slide, view, seen.setdefault(id(figure), set()))
    for number, places in seen.items():  # nothing that the page has is missing
        figure = by_id[number]
        _, columns = bars_of(figure.key)
        wanted = {
            (row, column)
            for column in columns
            if column in figure.frame
            for row, value in enumerate(figure.frame[column])
            if not numbers.is_missing(value)
        }
        assert places == wanted, figure.key
    return count


def bars_of(key: str) -> tuple[str, tuple[str, ...]]:
    return next(
        bars for name, bars in BARS.items() if key == name or key.startswith("progress_targets") and name in key
    )


def check_chart(chart, figure: Figure, slide, view: View, seen: set) -> int:
    axis, columns = bars_of(figure.key)
    frame, cells = figure.frame, figure.addresses()
    columns = [column for column in columns if column in frame]
    unit = slide.texts.get(f"unit {figure.key} {chart.number}", [""])[0]
    rows = [row_of(name, axis, frame, unit if "base_unit" in frame else "") for name in chart.categories]
    assert len(chart.series) == len(columns)
    assert list(chart.workbook) == list(chart.series)
    for name, values in chart.series.items():
        assert all(map(close, chart.workbook[name], values)), (figure.key, name)
    assert chart.beside == {name: labels for name, labels in chart.labels.items() if any(labels)}
    for column, (name, values) in zip(columns, chart.series.items(), strict=True):
        for place, (row, value) in enumerate(zip(rows, values, strict=True)):
            if row is None:  # a commune that the table does not have
                assert value is None
                continue
            row, side = row
            is_side = side is None or (side == "came") == (column in ("received", "bought"))
            expected = plain(frame[column].iat[row]) if is_side else None
            assert close(value, expected), (figure.key, column, chart.categories[place])
            if value is None:
                assert not chart.labels[name][place]
                continue
            seen.add((row, column))
            if (row, column) in cells:
                assert close(rows_behind.number_at(cells[row, column], view), value), (figure.key, row, column)
            sides = RATIOS.get(column, ())
            ratio = numbers.ratio(*(frame[side].iat[row] for side in sides)) if sides else ""
            label = chart.labels[name][place]
            assert not label or told(label, value, ratio), (figure.key, label, value)
            if figure.key.startswith("progress_targets") and column == "reported" and "progress_pct" in frame:
                share = numbers.percent(frame["progress_pct"].iat[row], texts.language())
                assert share in label or share == numbers.MISSING
    return sum(value is not None for values in chart.series.values() for value in values)


def row_of(name: str, axis: str, frame: pd.DataFrame, unit: str) -> tuple[int, str | None] | None:
    """Which row a bar is of, by its name; None when the page has no row of it."""
    bare = name.split("  ")[0]
    for row, code in enumerate(frame[axis]):
        if unit and names.unit(frame["base_unit"].iat[row]) != unit:
            continue
        if axis == "week_start_date":
            undated = texts.t("figure.undated")
            short = undated if pd.isna(code) else numbers.week_short(code, texts.language())
            is_twice = sum(numbers.week_short(one, texts.language()) == short for one in frame[axis]) > 1
            if bare == (f"{short}/{code.isocalendar().year}" if is_twice or "/" in bare else short):
                return row, None
            continue
        shown = names.BY_COLUMN[axis](code)
        if bare == shown:
            return row, None
        for side in ("came", "went"):
            if bare == texts.t(f"pack.flow.{side}", good=shown):
                return row, side
    assert name.endswith(numbers.MISSING), name
    return None


def check_tables(slides: list[pack_reading.Slide], known: list[Figure], view: View) -> int:
    """Every cell is as the page writes it, every number is that of its rows, and no row is missing."""
    found: dict[str, list[list[str]]] = {}
    of_key = {}
    for slide in slides:
        for key, cells in slide.tables:
            if key == "reports_map":
                check_map(cells, view)
                continue
            of_key[key] = figure_of(key, slide, known)
            head = found.setdefault(key, cells[:1])
            assert head[0] == cells[0]
            head += cells[1:]
    return sum(check_table(of_key[key], cells, view) for key, cells in found.items())


def check_table(figure: Figure, cells: list[list[str]], view: View) -> int:
    titles, rows, _ = exports.shown(figure.frame, texts.language())
    columns = {title: column for title, column in zip(titles, figure.frame, strict=True) if title in cells[0]}
    places = [titles.index(title) for title in columns]
    assert list(columns) == cells[0]
    body, count = cells[1 : 1 + len(rows)], 0
    for number, (row, texts_of_row) in enumerate(zip(rows, body, strict=True)):
        for place, column, text in zip(places, columns.values(), texts_of_row, strict=True):
            sign = f"{MARKS[figure.marks[number, column][0]]} " if (number, column) in figure.marks else ""
            assert text == sign + row[place], (figure.key, number, column)
            if address := figure.addresses().get((number, column)):
                count += 1
                value = rows_behind.number_at(address, view)
                assert read_number(text) == pytest.approx(value, abs=0.0051), (figure.key, number, column)
    total = cells[1 + len(rows) :]
    shown = [figure.total.get(column, "") for column in columns.values()]
    if any(shown) and len(rows) > 1:
        assert [total[0][0] if not shown[0] else shown[0], *shown[1:]] == total[0]
        assert len(total) == 1
    else:
        assert total == []
    return count


def check_map(cells: list[list[str]], view: View) -> None:
    status = reports.latest(rows_behind.status_of(view))
    signs = {
        (names.commune(row["commune"]), numbers.week_short(row["week_start_date"], texts.language())): (
            SIGNS[row["status"]] + ("!" if row["has_urgent"] else "")
        )
        for row in status.to_dict("records")
    }
    found = {
        (line[0], week): sign for line in cells[1:] for week, sign in zip(cells[0][1:], line[1:], strict=True) if sign
    }
    assert found == signs


def check_words(slides: list[pack_reading.Slide], known: list[Figure], view: View) -> None:
    """Everything else that is written on the slides is a sentence of the pages, word for word."""
    headlines = {f"tile {tile.code}": tile for tile in tiles.tiles(view)}
    assert {name for slide in slides for name in slide.texts if name.startswith("tile ")} == set(headlines)
    for slide in slides:
        for name, lines in slide.texts.items():
            if tile := headlines.get(name):
                small = [text for text in (*tile.small, tile.change) if text]
                assert lines == [names.number(tile.code), tile.big, *small]
    for tile in headlines.values():
        check_tile(tile, view)
    paragraph = slides[2].texts["text"]
    assert paragraph == [" ".join(story.sentences(view, lambda text, address: checked(text, address, view)))]
    matters = sorted(attention.matters(view, texts.language()), key=lambda matter: not matter.is_urgent)
    wanted = [f"{'▲' if matter.is_urgent else '•'} {matter.text}" for matter in matters]
    wanted = wanted or [f"✓ {texts.t('overview.attention.nothing')}"]
    title = texts.t("overview.attention.title")
    assert [line for s in slides if s.title.startswith(title) for line in s.texts["text"]] == wanted
    allowed = allowed_words(known, view)
    for slide in slides[4:]:
        for name, lines in slide.texts.items():
            if name.startswith("Slide Number") or slide.title.startswith(title):
                continue
            for line in lines:
                assert re.sub(r" \(\d+/\d+\)$", "", line) in allowed, (slide.title, name, line)


def check_tile(tile: tiles.Tile, view: View) -> None:
    value = rows_behind.number_at(Address(tile.code), view)
    if tile.code == tiles.REPORTS:
        assert float(tile.big.split("/")[0]) == (value or 0)
    elif value is None:
        assert tile.big == numbers.MISSING
    else:
        assert told(tile.big, value)
    change = rows_behind.number_at(Address(f"change:{tile.code}"), view)
    if tile.change and change:
        assert told(tile.change[2:].lstrip("+−"), abs(change)), tile.change


def checked(text: str, address: Address | None, view: View) -> str:
    """A number of a sentence, after it was compared with its rows."""
    if address is not None:
        value = rows_behind.number_at(address, view)
        if re.fullmatch(r"\d+/\d+", text):
            assert float(text.split("/")[0]) == (value or 0), (text, value)
        else:
            assert told(text, value or 0.0), (text, value)
    return text


def allowed_words(known: list[Figure], view: View) -> set[str]:
    scope = texts.t("pack.slide.filters", text=pack.scope(view))
    found = {coverage.made_at(view), scope, texts.t("pack.slide.cut", name=names.commune(None))}
    found |= {texts.t(f"frame.nav.{name}") for name in ("overview", "progress", "goods", "frontline", "reports")}
    found |= {names.unit(code) for code in reference.load().units}
    found |= {numbers.money_scale(size, texts.language())[1] for size in (1, 10**6, 10**9)}
    found |= {texts.t("reports.map.title")}
    for one in known:
        found.add(one.title)
        stands = coverage.sentence(view, one.kinds, one.coverage)
        found |= {stands, " · ".join(part for part in (one.subject, stands) if part), *one.note.split("  \n")}
    for code in reference.load().indicators:
        line = progress.line(code, view)
        for address, text in re.findall(r'data-click="rows:([^"]+)">([^<]+)<', line):
            checked(unescape(text), addresses.parse(unescape(address)), view)
        found.add(unescape(re.sub("<[^>]+>", "", line)))
    status = reports.latest(rows_behind.status_of(view))
    stands = coverage.sentence(view, reports.KINDS)
    found |= {f"{texts.t('reports.map.subject')} · {stands}"}
    legend = [
        f"{SIGNS[code]} {texts.t(f'reports.status.{code}')}" for code in SIGNS if (status["status"] == code).any()
    ]
    legend += [f"! {texts.t('reports.map.urgent')}"] if status["has_urgent"].any() else []
    return found | {line for line in legend_orders(legend)}


def legend_orders(legend: list[str]) -> list[str]:
    """The legend of the map names what is there; in which order does not matter."""
    ordered = [part for code in heatmap.LEGEND for part in legend if part.startswith(f"{SIGNS[code]} ")]
    return [" · ".join([*ordered, *(part for part in legend if part.startswith("! "))])]


def check_pptx(made: Made) -> int:
    slides, view = pack_reading.slides_of(made.pptx), made.view
    known = shown_figures(view)
    check_words(slides, known, view)
    for slide in slides:
        assert coverage.made_at(view) in slide.texts["stamp"]
    assert slides[0].links == [LINK]
    return check_charts(slides, known, view) + check_tables(slides, known, view)


# the workbook
def check_xlsx(made: Made) -> int:
    """Each figure of the workbook as a table whose numbers, kept beside the formulas, are the page's."""
    sheets, view = pack_reading.tables_of(made.xlsx), made.view
    stamp = coverage.made_at(view)
    first = next(iter(sheets.values()))
    assert any(cell == stamp for row in first[:8] for cell in row)
    count = 0
    for name, found in workbook.figures_of(view).items():
        rows = iter(enumerate(sheets[texts.t(f"frame.nav.{name}")]))
        for figure in found:
            count += check_sheet_table(figure, rows)
    heads = {row[0]: row[1] for row in first[::-1] if row[0]}  # the headlines are the first table
    for code in tiles.headline_codes():
        assert close(plain(heads[names.number(code)] or None), rows_behind.number_at(Address(code), view) or None), code
    return count + check_rows(sheets, view)


def check_rows(sheets: dict[str, list[list]], view: View) -> int:
    """What is listed are amounts of the rows in force: all of them when no filter leaves any out, and never others."""
    count = 0
    for kind, fields in AMOUNTS.items():
        rows = sheets[texts.t(f"living.rows.{kind}")]
        frame = session.shared_store().current(kind, as_of=view.filters.as_of)
        heads = [number for number, row in enumerate(rows) if names.field(fields[0]) in row[1:]]
        head = heads[0] if heads else None
        for field in fields if head is not None else ():
            column = rows[head].index(names.field(field))
            listed = Counter(round(float(row[column]), 6) for row in rows[head + 1 :] if row[column] not in (None, ""))
            of_goods = frame[frame["good"] != "cash"] if field == "base_quantity" else frame
            kept = Counter(round(float(value), 6) for value in of_goods[field].dropna())
            assert not listed - kept, (kind, field)
            assert view.filters != Filters(as_of=view.filters.as_of) or listed == kept, (kind, field)
            count += listed.total()
    return count


def check_sheet_table(figure: Figure, rows) -> int:
    """The next table with this header, below the one before it."""
    shown = [c for c in figure.frame if not isinstance(figure.frame[c].iloc[0], tuple)]
    header, count = [names.field(column) for column in shown], 0
    for _, row in rows:
        if list(row[: len(header)]) == header and not any(row[len(header) :]):
            break
    else:
        raise AssertionError(f"{figure.key}: no such table")
    for record in figure.frame[shown].to_dict("records"):
        cells = next(rows)[1]
        for column, cell in zip(shown, cells, strict=False):
            value = record[column]
            if column in names.BY_COLUMN or not pd.api.types.is_numeric_dtype(figure.frame[column]):
                continue
            if pd.api.types.is_bool_dtype(figure.frame[column]):
                continue
            cell = None if cell == "" else cell
            assert close(
                plain(cell), None if pd.isna(value) else float(value) / (100 if column.endswith("_pct") else 1)
            ), (
                figure.key,
                column,
                record,
                cell,
            )
            count += not pd.isna(value)
    return count


# the papers
def check_papers(made: Made) -> int:
    """Every number of the report is that of its rows; both files have every number of it, and no other."""
    view, stamp = made.view, coverage.made_at(made.view)
    report = week_report.report(view, stamp)
    count = 0
    for chart in report.figures():
        looked_at = replace(view, filters=chart.filters)
        assert chart.filters.as_of == view.filters.as_of
        if chart.value is not None:
            assert numbers.number(chart.value, "vi") == chart.text.split(" ")[0], chart
        if chart.address:
            count += 1
            assert close(rows_behind.number_at(addresses.parse(chart.address), looked_at), chart.value), chart
    docx = with_digits(pack_reading.words_of_docx(made.docx))
    wanted = with_digits(pack_reading.words_of_docx(word.as_docx(report)))
    assert docx == wanted, (wanted - docx, docx - wanted)
    assert stamp in pack_reading.feet_of_docx(made.docx)
    pages = pack_reading.pages_of_pdf(made.pdf)
    may_repeat = {"(…):"} | set(stamp.split()) | {str(number + 1) for number in range(len(pages))}
    pdf = with_digits(" ".join(pages).split())
    assert not wanted - pdf and not set(pdf - wanted) - may_repeat, (wanted - pdf, pdf - wanted)
    assert all(" ".join(stamp.split()) in " ".join(page.split()) for page in pages)
    return count


def with_digits(words: list[str]) -> Counter:
    return Counter(word for word in words if any(letter.isdigit() for letter in word))


def check(made: Made) -> None:
    counts = (check_pptx(made), check_xlsx(made), check_papers(made))
    assert min(counts) > 0, counts


# the tests
@pytest.mark.parametrize(("name", "spoken"), OF_DEMO)
def test_every_number_over_the_demo(name, spoken, demo_store, monkeypatch):
    texts.use(spoken)
    found = made(view_of(demo_store, FILTERS[name], monkeypatch))
    check(found)
    assert found.view.filters.as_of == (FILTERS[name].as_of or NOW)
    everything = " ".join(
        str(part) for part in (pack_reading.slides_of(found.pptx), pack_reading.words_of_docx(found.docx))
    )
    assert texts.t("frame.demo.banner") in coverage.made_at(found.view)
    assert not NAMES.search(everything + str(pack_reading.tables_of(found.xlsx)))


@pytest.mark.parametrize(("lists", "name", "now"), OF_RANDOM, ids=str)
def test_every_number_over_random_data(lists, name, now, tmp_path, monkeypatch):
    accept_random(Store(str(tmp_path / "store")), lists)
    check(made(view_of(str(tmp_path / "store"), FILTERS[name], monkeypatch, now), now=lambda: now))


# one moment
def gift(amount_vnd: int) -> Reading:
    """A list with one gift of cash."""
    values = {"date": [date(2021, 8, 10)], "donor_name": ["Nguyễn Văn Mẫu"], "commune": ["24649"], "good": ["cash"]}
    values |= {"quantity": [amount_vnd], "unit": ["vnd"], "base_quantity": [amount_vnd], "base_unit": ["vnd"]}
    values |= {"cash_vnd": [amount_vnd], "source_sheet": ["Tờ"], "source_column": ["D"], "source_row": [5]}
    return Reading(
        kind="donations",
        file="muộn.xlsx",
        sheet="Tờ",
        frame=schemas.frame("donations", values | {"source_text": [str(amount_vnd)]}),
        waiting=schemas.empty("waiting"),
        remarks=schemas.empty("remarks"),
        problems=(),
        columns={},
        communes=("24649",),
    )


def accept(store: Store, amount_vnd: int, at: datetime) -> None:
    content = str(amount_vnd).encode()
    store.accept(name="muộn.xlsx", content=content, parts=[gift(amount_vnd)], who=WHO, received_at=at, now=at)


@pytest.fixture
def small_store(tmp_path, monkeypatch):
    store = Store(str(tmp_path / "store"))
    accept(store, 1_000_000, NOW - timedelta(days=1))
    return store, view_of(str(tmp_path / "store"), Filters(), monkeypatch)


def everything_of(found: Made) -> str:
    words = [str(pack_reading.slides_of(found.pptx)), str(pack_reading.tables_of(found.xlsx))]
    return " ".join([*words, *pack_reading.words_of_docx(found.docx), *pack_reading.pages_of_pdf(found.pdf)])


def test_what_is_accepted_after_the_click_is_in_none_of_the_files(small_store):
    """While each of the four is made, another process accepts."""
    store, view = small_store
    waiting = {"pptx": 3_000_000, "xlsx": 5_000_000, "docx": 6_000_000, "pdf": 7_000_000}

    def tell(share: float, file: str) -> None:
        if amount_vnd := waiting.pop(file.rpartition(".")[2], None):
            accept(store, amount_vnd, NOW + timedelta(seconds=1))

    found = made(view, tell)
    assert not waiting and found.view.filters.as_of == NOW
    check(found)
    assert rows_behind.number_at(Address("cash_received"), found.view) == 1_000_000
    told = everything_of(found)
    assert "1.000.000" in told and not re.search(r"[3-9]\.000\.000|[3-9]000000|[3-9] triệu", told)


def test_what_was_on_its_way_at_the_click_is_in_all_of_the_files(small_store):
    """An accept that began before the click and arrives while the files are made: they are made again, of now."""
    store, view = small_store
    waiting, clicks = [7_000_000], [NOW, NOW + timedelta(seconds=5)]

    def tell(share: float, file: str) -> None:
        if file.endswith("docx") and waiting:
            accept(store, waiting.pop(), NOW - timedelta(seconds=1))

    found = made(view, tell, lambda: clicks.pop(0))
    assert found.view.filters.as_of == NOW + timedelta(seconds=5)
    check(found)
    assert rows_behind.number_at(Address("cash_received"), found.view) == 8_000_000


def test_without_a_pause_there_is_no_pack(small_store, monkeypatch):
    monkeypatch.setattr(pack, "ATTEMPTS", 2)
    store, view = small_store
    amounts = iter(range(1000, 9000))

    def tell(share: float, file: str) -> None:
        if file.endswith("pdf"):
            accept(store, next(amounts), NOW - timedelta(seconds=1))

    with pytest.raises(StoreError, match="store_busy"):
        made(view, tell)


def test_only_who_may_see_the_numbers_gets_the_pack(small_store):
    for who, is_allowed in ((Person("", "public"), False), (Person("Bình", "viewer"), True)):
        view = replace(small_store[1], source=replace(small_store[1].source, person=who))
        if is_allowed:
            assert made(view).pptx
        else:
            with pytest.raises(NotAllowed):
                made(view)


def test_progress_names_every_file_and_the_zip_has_them(small_store):
    heard = []
    _, files = pack.make(small_store[1], lambda view: None, lambda *one: heard.append(one), lambda: NOW)
    shares = [share for share, _ in heard]
    assert all(one <= other + 1e-9 for one, other in pairwise(shares)) and shares[0] == 0 and shares[-1] <= 1
    assert list(dict.fromkeys(file for _, file in heard)) == list(files)
    assert list(files) == [pack.name_of(ending, NOW) for ending in pack.FORMATS]
    assert pack.name_of("pptx", NOW) == "trinh-chieu-2021-09-12-09h30.pptx"
    archive = ZipFile(io.BytesIO(pack.zipped(files, NOW)))
    assert {name: archive.read(name) for name in archive.namelist()} == files
    assert archive.infolist()[0].date_time == (2021, 9, 12, 9, 30, 0)
    assert [link for slide in pack_reading.slides_of(files[pack.name_of("pptx", NOW)]) for link in slide.links] == []


# the check can fail
CHECKS = {"pptx": check_pptx, "xlsx": check_xlsx, "docx": check_papers}


@pytest.fixture(scope="module")
def small_pack(tmp_path_factory):
    """A pack of one gift, right in all of its numbers; the same for all who change one."""
    url = str(tmp_path_factory.mktemp("small") / "store")
    accept(Store(url), 1_000_000, NOW - timedelta(days=1))
    with pytest.MonkeyPatch.context() as patch:
        found = made(view_of(url, Filters(), patch))
        check(found)
        yield found


def zip_with(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same file with some of its parts changed."""
    changed, parts = io.BytesIO(), 0
    with ZipFile(io.BytesIO(content)) as source, ZipFile(changed, "w") as target:
        for name in source.namelist():
            old = source.read(name)
            new = change(name, old)
            parts += new != old
            target.writestr(name, new)
    assert parts, "nothing was changed"
    return changed.getvalue()


def replaced(part: str, old: str, new: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        return re.sub(old.encode(), new.encode(), data, count=1) if re.search(part, name) else data

    return change


@pytest.mark.parametrize(
    ("ending", "part", "old", "new"),
    [
        ("pptx", r"charts/chart.*\.xml$", r"<c:v>1000000(\.0)?</c:v>", "<c:v>1000001</c:v>"),
        ("pptx", r"charts/chart.*\.xml$", "1 triệu đồng", "2 triệu đồng"),
        ("pptx", r"slides/slide2\.xml$", "1 triệu đồng", "2 triệu đồng"),
        ("pptx", r"slides/slide3\.xml$", "1 triệu đồng", "2 triệu đồng"),
        (
            "pptx",
            r"slides/slide\d+\.xml$",
            "<a:t>1\\.000\\.000</a:t></a:r></a:p></a:txBody>",
            "<a:t>1.000.001</a:t></a:r></a:p></a:txBody>",
        ),
        ("pptx", r"slides/slide5\.xml$", "09:30", "09:31"),
        ("xlsx", r"worksheets/sheet1\.xml$", r"<v>1000000(\.0)?</v>", "<v>1000001</v>"),
        ("xlsx", r"worksheets/sheet3\.xml$", r"<v>1000000(\.0)?</v>", "<v>1000001</v>"),
        ("xlsx", r"worksheets/sheet6\.xml$", r"<v>1000000(\.0)?</v>", "<v>1000001</v>"),
        ("docx", r"word/document\.xml$", "1\\.000\\.000", "1.000.001"),
        ("docx", r"word/footer.*\.xml$", "09:30", "09:31"),
    ],
)
def test_a_number_that_was_changed_is_found(ending, part, old, new, small_pack):
    wrong = replace(small_pack, **{ending: zip_with(getattr(small_pack, ending), replaced(part, old, new))})
    with pytest.raises(AssertionError):
        CHECKS[ending](wrong)


def test_a_pdf_of_other_numbers_is_found(small_pack):
    """The text of a PDF is compressed: the same report with one number more stands for a changed one."""
    report = week_report.report(small_pack.view, coverage.made_at(small_pack.view))
    other = replace(report, values=report.values | {"proposals": ("Số khác: 1.234.567",)})
    with pytest.raises(AssertionError):
        check_papers(replace(small_pack, pdf=pdf.as_pdf(other)))


# the panel
def panel() -> None:
    """The page with nothing but the panel."""
    from ui.frame import session
    from ui.meeting import pack_panel

    session.start()
    pack_panel.draw_pack(session.view())


@pytest.mark.parametrize("spoken", texts.LANGUAGES[: 2 if IS_NIGHTLY else 1])
def test_one_click_gives_four_files_and_a_zip(spoken, small_store):
    app = AppTest.from_function(panel, default_timeout=180)
    app.query_params["lang"] = spoken
    app.run()
    assert not app.get("download_button")
    app.button(key=f"pack_make_{spoken}").click().run()
    assert not app.exception
    found = {element.proto.label: element for element in app.get("download_button")}
    assert list(found) == [texts.t(f"pack.download.{ending}", spoken) for ending in (*pack.FORMATS, "zip")]
    assert app.session_state["pack"].stamp in app.success[0].value
    app.run()  # they stay
    assert len(app.get("download_button")) == len(pack.FORMATS) + 1
