"""Goods and cash: stock cards, the way of the money, search over gift lines, against values worked out by hand."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import streamlit as st

from data import schemas
from data.access import Person
from data.summing import summed_lines
from data.uploads.store import Store
from metrics.gift_lines import donor_shown
from metrics.line_queries import queries_behind
from metrics.measures import FLOWS, counted_rows, flow, rows_behind, stock
from metrics.money_way import money_links, purchases_by_good
from metrics.selection import Selection, at
from metrics.stock import Lines, ledger_by_week, running_out
from report import addresses, gift_lines
from report.addresses import Address
from report.charts.flows import money_way
from report.charts.stock import by_week_end, in_and_out
from report.figures import goods as goods_screen
from report.figures import stock_card
from report.figures.money_way import way_figure
from report.filters import Filters
from tests.test_metrics import EA_TLING, NAM_DONG, cash, goods, made
from tests.test_pages import ENGLISH, NOW, RAW_KEY, TECHNICAL, opened, reading, words
from tests.test_store_parts import TestPart, accept
from ui.frame import session

MONDAY = date(2021, 8, 16)  # the second of the two whole weeks before Sunday 22 August
KINDS = ("donations", "purchases", "distributions", "frontline_support")


def day(number: int) -> date:
    return date(2021, 8, number)


def lines(**rows: list[dict]) -> Lines:
    return Lines(*(made(kind, *rows.get(kind, [])) for kind in KINDS))


LISTS = lines(
    donations=[
        goods("rice", 100, "kg", date=day(3), value_vnd=2_000_000, commune=NAM_DONG),
        goods("rice", 50, "kg", value_vnd=None),  # without a date
        goods("eggs", 60, "piece", date=day(3)),
        goods("milk", 5, "box", date=day(3)),
        cash(1_000_000, date=day(3), donor_category="business"),
        cash(500_000, date=day(4)),
    ],
    purchases=[
        goods("rice", 40, "kg", date=day(10), cost_vnd=800_000),
        goods("rice", None, "kg", date=day(10), cost_vnd=300_000),
        goods("eggs", 10, "piece", date=day(11)),
    ],
    distributions=[
        goods("rice", 70, "kg", date=day(11), value_vnd=1_500_000, commune=EA_TLING),
        goods("rice", 90, "kg", date=day(18), value_vnd=2_500_000, commune=EA_TLING),
        goods("eggs", 10, "piece", date=day(2)),
        goods("milk", 5, "box", date=day(18)),
        cash(900_000, date=day(18)),
    ],
    frontline_support=[goods("rice", 20, "kg", date=day(19), site="health_centre", value_vnd=400_000)],
)


def test_running_out_is_less_than_a_week_of_what_went_out():
    found = running_out(LISTS, as_of=date(2021, 8, 22))
    # rice: 190 in, 180 out: 10 left; in the weeks of 9 and 16 August 180 went out, 90 a week
    # eggs: nothing went out in these weeks; milk: none is left, so it does not run out any more
    assert found.to_dict("records") == [
        {"good": "rice", "base_unit": "kg", "stock": 10, "weekly_out": 90, "days_left": pytest.approx(7 / 9)}
    ]
    # on a Saturday the week that still runs does not count: 70 went out in the weeks of 2 and 9 August
    assert running_out(LISTS, as_of=date(2021, 8, 21))["weekly_out"].tolist() == [35]
    assert running_out(LISTS, as_of=date(2021, 10, 1)).empty
    assert running_out(lines(), as_of=MONDAY).empty


def test_running_out_is_the_same_of_summed_lists():
    small = Lines(*(summed_lines(kind, getattr(LISTS, kind)) for kind in KINDS))
    pd.testing.assert_frame_equal(running_out(small, as_of=day(22)), running_out(LISTS, as_of=day(22)))


def rice_ledger() -> pd.DataFrame:
    flows = {name: counted_rows(flow(name, "rice", "kg"), getattr(LISTS, kind)) for name, (_, _, kind) in FLOWS.items()}
    return ledger_by_week(flows, {name: sign for name, (sign, _, _) in FLOWS.items()})


def test_the_card_by_week():
    ledger = rice_ledger().astype(object).where(lambda frame: frame.notna(), None)
    assert ledger.values.tolist() == [
        [pd.Timestamp("2021-08-02"), 100, None, None, None, 100],
        [pd.Timestamp("2021-08-09"), None, 40, 70, None, 70],
        [pd.Timestamp("2021-08-16"), None, None, 90, 20, -40],
        [None, 50, None, None, None, 10],
    ]


def test_the_stock_until_a_week_is_the_sum_of_the_rows_until_then():
    for week, left in ((day(2), 100), (day(9), 70), (MONDAY, -40)):
        rows = rows_behind(stock("rice", "kg"), lambda kind: getattr(LISTS, kind), part={"until": week})
        assert rows["counted"].sum() == left
    address = Address.of("stock:rice:kg", until=pd.Timestamp(MONDAY))
    assert addresses.parse(address.text()) == address


def card(store: Store) -> pd.DataFrame:
    """The card of rice line by line, as the screen reads it."""
    with store.lines() as reader:
        queries = queries_behind(stock("rice", "kg"), Selection())
        return reader.page(*queries, order=("date", "is_out"), balance=True)


def kept(address: str, of: Lines) -> Store:
    store, parts = Store(address), []
    for kind in KINDS:
        frame = getattr(of, kind)[[column.name for column in schemas.columns(kind)]]
        parts.append(TestPart(kind, frame.dropna(subset=["quantity"]).reset_index(drop=True)))
    accept(store, *parts)
    return store


def test_the_card_line_by_line(store_address):
    store = kept(store_address, LISTS)
    ledger = card(store)
    assert ledger["counted"].tolist() == [100, 40, -70, -90, -20, 50]
    assert ledger["balance"].tolist() == [100, 140, 70, -20, -40, 10]
    assert ledger["date"].isna().tolist() == [False] * 5 + [True]
    store.undo(1, who=Person("x", "editor"), now=NOW)
    assert card(store).empty
    store.database.close()


def test_what_came_in_on_a_day_stands_before_what_went_out(store_address):
    rice = [goods("rice", 5, "kg", date=MONDAY)]
    store = kept(store_address, lines(distributions=rice, donations=rice))
    assert card(store)["balance"].tolist() == [5, 0]
    store.database.close()


# the way of the money
def amounts(links: pd.DataFrame) -> dict[tuple, int]:
    named = zip(links["source"], links["target"], links["donor_category"], links["value_vnd"], strict=True)
    return {(a, b, c) if isinstance(c, str) else (a, b): v for a, b, c, v in named}


def test_the_way_of_the_money_by_hand():
    assert amounts(money_links(LISTS)) == {
        ("donors", "cash", "business"): 1_000_000,
        ("donors", "cash"): 500_000,
        ("cash", "purchases"): 1_100_000,
        ("cash", "cash_given"): 900_000,
        ("cash", "cash_left"): -500_000,
        ("purchases", "goods"): 1_100_000,
        ("donated_goods", "goods"): 2_000_000,
        ("goods", "goods_given"): 4_000_000,
        ("goods", "goods_frontline"): 400_000,
        ("goods", "goods_left"): -1_300_000,
    }
    assert money_links(lines()).empty


def test_every_node_between_has_as_much_in_as_out():
    links = money_links(LISTS)
    for node in ("cash", "purchases", "goods"):
        came = links.loc[links["target"] == node, "value_vnd"].sum()
        assert came == links.loc[links["source"] == node, "value_vnd"].sum()


def test_the_purchases_and_their_goods():
    found = purchases_by_good(LISTS.purchases)
    assert found.astype(object).where(found.notna(), None).values.tolist() == [
        ["rice", "kg", 40, 1_100_000, 2],
        ["eggs", "piece", 10, None, 1],
    ]
    without_unit = made("purchases", goods("rice", None, None, cost_vnd=5), cash(7, cost_vnd=9))
    assert purchases_by_good(without_unit)["quantity"].isna().all()
    small = summed_lines("purchases", LISTS.purchases)
    pd.testing.assert_frame_equal(purchases_by_good(small), found)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_sankey_turns_a_negative_rest_around(language):
    (trace,) = money_way(money_links(LISTS), language=language, theme="light").data
    nodes = [label for label, _ in trace.node.customdata]
    drawn = {
        data[3]: (nodes[source], nodes[target], value, data[1])
        for source, target, value, data in zip(
            trace.link.source, trace.link.target, trace.link.value, trace.link.customdata, strict=True
        )
    }
    over = {"vi": "Chi vượt số đã nhận", "en": "Spent beyond what was received"}[language]
    cash_name = {"vi": "Tiền mặt", "en": "Cash"}[language]
    told = {"vi": "-500.000 đồng", "en": "-500,000 VND"}[language]
    assert drawn["stock:cash:vnd"] == (over, cash_name, 500_000, told)
    assert drawn["received:cash:vnd;donor_category=business"][:3] == (
        {"vi": "Doanh nghiệp", "en": "Business"}[language],
        cash_name,
        1_000_000,
    )
    assert len(drawn) == 10 and all(addresses.parse(text) for text in drawn)


def test_no_node_of_the_sankey_leaves_the_picture_and_every_one_is_named():
    chart = money_way(money_links(LISTS), language="vi", theme="dark")
    (trace,) = chart.data
    assert all(0 <= y <= 1 for y in (*trace.node.x, *trace.node.y))
    assert len(chart.layout.annotations) == len(trace.node.x)
    assert sum("Doanh nghiệp" in note.text for note in chart.layout.annotations) == 1


# the charts of the stock
STOCK = pd.DataFrame(
    {
        "good": ["rice", "milk"],
        "base_unit": ["kg", "box"],
        "received": pd.array([100, 5], "Float64"),
        "bought": pd.array([40, None], "Float64"),
        "distributed": pd.array([160, None], "Float64"),
        "frontline": pd.array([20, None], "Float64"),
        "stock": pd.array([-40, 5], "Float64"),
    }
)


def test_bars_in_and_out_start_where_the_first_part_ends():
    said = {("rice", "kg"): "▼ âm"}
    chart = in_and_out(STOCK, said, language="vi", theme="light")
    drawn = {data[3]: (data[0], data[1], data[2]) for trace in chart.data for data in trace.customdata}
    assert drawn["bought:rice:kg"] == ("Gạo: Mua thêm", "40 kg", "rice")
    assert set(drawn) == {f"{name}:rice:kg" for name in FLOWS} | {"received:milk:box"}  # missing is no mark
    bases = {trace.customdata[0][3]: list(trace.base) for trace in chart.data if trace.base and trace.customdata}
    assert bases["bought:rice:kg"] == [100] and bases["frontline:rice:kg"] == [160]
    texts = [note.text for note in chart.layout.annotations]
    assert "Gạo: còn -40 kg" in texts[0] and "Vào 140 · Ra 180" in texts[0] and "▼ âm" in texts[0]
    assert "Vào 5 · Ra 0" in texts[1] and "▼" not in texts[1]


def test_the_stock_at_the_end_of_each_week():
    (trace,) = by_week_end(rice_ledger(), "rice", "kg", language="vi", theme="light").data
    assert list(trace.y) == [100, 70, -40]
    assert [data[3] for data in trace.customdata][2] == "stock:rice:kg;until=2021-08-16"


@pytest.mark.parametrize(
    ("name", "category", "shown"),
    [
        ("Nguyễn Văn Mẫu", "individual", "Nguyễn V. M."),
        ("Nguyễn Văn Mẫu 0900000000", None, "Nguyễn V. M."),
        ("Công ty Thử Nghiệm", "business", "Công ty Thử Nghiệm"),
        ("Công ty Thử Nghiệm", None, "Công ty Thử Nghiệm"),
        ("Công ty Thử Nghiệm", "individual", "Công t. T. N."),  # the list says that it is a person
        ("Chi hội Phụ nữ thôn 2", None, "Chi hội Phụ nữ thôn 2"),
        ("Chi hội trưởng Mẫu Thị Thử", None, "Chi h. t. M. T. T."),
        ("Đoàn Văn Mẫu", None, "Đoàn V. M."),
        ("Mẫu", "household", "Mẫu"),
        ("0900000000", None, None),
        (None, None, None),
    ],
)
def test_how_a_donor_is_named(name, category, shown):
    assert donor_shown(name, category) == shown


def test_parts_of_addresses_for_purchases():
    frame = made("purchases", goods("rice", 1, "kg", cost_vnd=5), goods("rice", None, None, cost_vnd=7))
    assert at(frame, {"good": "rice", "base_unit": None})["cost_vnd"].tolist() == [7]
    address = Address.of("bought:cash:vnd", good="rice", base_unit=None)
    assert addresses.parse(address.text()) == address
    assert addresses.parse("bought:cash:vnd;base_unit=stone") is None


# the screen
@pytest.fixture
def small_store(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    gifts = {
        "date": [day(2), day(3), None, day(4)],
        "donor_name": ["Nguyễn Văn Mẫu", "Trần Thị Thử", "Công ty Thử Nghiệm", "Lê Văn Ví Dụ"],
        "donor_category": ["individual", None, "business", None],
        "commune": [NAM_DONG, NAM_DONG, None, EA_TLING],
        "good": ["cash", "rice", "cash", "rice"],
        "quantity": [1_500_000, 200, 250_000, 3],
        "unit": ["vnd", "kg", "vnd", "bag"],
        "base_quantity": [1_500_000, 200, 250_000, None],
        "base_unit": ["vnd", "kg", "vnd", None],
        "cash_vnd": [1_500_000, None, 250_000, None],
        "value_vnd": [None, 3_000_000, None, None],
    }
    given = {"good": ["rice"], "quantity": [250], "unit": ["kg"], "base_quantity": [250], "base_unit": ["kg"]}
    given |= {"households": [20], "commune": [NAM_DONG], "date": [day(5)], "recipient_group": ["Hộ nghèo"]}
    parts = [
        reading("donations", gifts, communes=(NAM_DONG, EA_TLING)),
        reading("distributions", given, communes=(NAM_DONG,)),
    ]
    store = Store()
    store.accept(
        name="Nam Dong.xlsx", content=b"1", parts=parts, who=Person("văn phòng", "editor"), received_at=NOW, now=NOW
    )
    return store


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_screen(small_store, language):
    app = opened("goods", **({"lang": language} if language == "en" else {}))
    assert not app.exception and not app.error
    said = words(app)
    assert RAW_KEY.findall(TECHNICAL.sub("", said)) == []
    if language == "vi":
        assert ENGLISH.findall(TECHNICAL.sub("", said).replace("English", "")) == []
        assert "1 dòng hàng hóa chưa quy đổi được" in said.replace("*", "")
        assert "Cấp phát: Hộ nghèo, Xã Nam Dong" in said
        assert "Nguyễn V. M." in said and "Công ty Thử Nghiệm" in said
    assert "Nguyễn Văn Mẫu" not in said and "Trần Thị Thử" not in said
    assert "▼" in said and "-50" in said


def test_searching_and_naming(small_store):
    app = opened("goods")
    app.text_input(key="gift_query_vi").set_value("nguyen").run()
    said = words(app)
    assert "1 dòng · tiền mặt 1.500.000 đồng" in said.replace("*", "") and "Công ty Thử Nghiệm" not in said
    app.toggle(key="gift_names_vi").set_value(True).run()
    assert "Nguyễn Văn Mẫu" in words(app)
    assert "nguyen" not in str(app.query_params) and not app.exception
    app.text_input(key="gift_query_vi").set_value("xyz").run()
    assert "Không tìm thấy dòng nào" in words(app)


def test_the_unconverted_lines_can_be_seen(small_store):
    app = opened("goods")
    app.toggle(key="unconverted_vi").set_value(True).run()
    assert "E11" in words(app) and not app.exception


def test_another_card(small_store):
    app = opened("goods")
    app.selectbox(key="card_vi").set_value(("cash", "vnd")).run()
    assert not app.exception and "1.750.000" in words(app)


def test_a_filter_that_leaves_nothing(small_store):
    app = opened("goods", goods="salt")
    assert not app.exception and not app.error
    assert "Không có dòng nào hợp với bộ lọc" in words(app)


def test_a_filter_by_goods_does_not_part_the_cash_from_the_goods(small_store):
    st.session_state.filters = Filters(goods=("rice",), communes=(EA_TLING,))
    view = session.view()
    figure = goods_screen.cash_figure(view)
    assert figure.frame["amount_vnd"].tolist() == [1_750_000, 1_750_000]
    assert way_figure(view).frame["amount_vnd"].sum() > 0
    whole = replace(view, filters=Filters())
    assert len(gift_lines.unconverted_rows(whole)) == 1
    assert stock_card.cards(whole) == [("rice", "kg"), ("cash", "vnd")]
