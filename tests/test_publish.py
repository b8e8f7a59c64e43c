"""What is put before the public: the page, the files, the codes of receipts, the command; and that no name gets out."""

import base64
import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from random import Random
from time import sleep
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from commands.publish import main
from data import schemas
from data.access import NotAllowed, Person
from data.database import tables
from data.uploads.keys import row_keys
from data.uploads.receipt_codes import ALPHABET, ReceiptIndex, line_ids, read_code, receipt_code
from data.uploads.store import LineQuery, Store, StoreError
from loaders.reading import Reading
from metrics.public.names import public_names
from metrics.public.suppression import REST
from outgoing.board import board_data
from outgoing.board.board_sections import Edition, sections
from tests.amounts import examples
from tests.command_answers import ROOT, Answer, answer_of
from tests.test_public_board import RANDOM, SPLITS, board_of, gift, line, lines_of
from ui.doors import sign_in
from ui.doors.guessing_limit import GuessingLimit
from ui.frame import session
from ui.public import public_board as page
from words.texts import LANGUAGES, t

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2021, 9, 6, 8, 0, tzinfo=ZONE)
EDITOR, ADMIN = Person("An", "editor"), Person("Bình", "admin")
SECRET = "k" * 64
HOSTILE = [
    '=HYPERLINK("https://example.vn")',
    "<script>alert(1)</script> Mẫu",
    '"></td><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} Mẫu",
    "@Mẫu\u202e gnort",
    "Nhóm\nThử\tMẫu 0900 000 000",
    "</style><style>*{display:none}",
]


def edition_of(lines, **others) -> Edition:
    return Edition(board_of(lines), AT, AT, "1:" + "ab" * 32, **others)


def some_gifts() -> list[dict]:
    gifts = [gift(f"Trần Thị Thử {one}", 1000) for one in "abcd"]
    gifts += [gift("Công ty Ví Dụ, ĐT 0900.000.000", 9000, category="business")]
    return [*gifts, gift("Lê Văn Thử", 7000, may_publish=True, note="số 0900000001, 12 đường Ví Dụ")]


def texts_of(made: dict[str, bytes]) -> str:
    """All that people or programs read in the files, without the sums and the fonts."""
    shown = made[board_data.HTML].decode()
    shown = re.sub(r"data:font/woff2;base64,[^)]+|sha256-[^']+", "", shown)
    told = "\n".join([shown, made[board_data.CSV].decode("utf-8-sig"), made[board_data.JSON].decode()])
    return re.sub(r"\b[0-9a-f]{64}\b", "", told)


class Reader(HTMLParser):
    """The tags of a page, and the texts in them."""

    def __init__(self, content: bytes):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(content.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


# the files
def test_the_same_data_and_moment_give_the_same_bytes():
    first, second = (board_data.files(edition_of(lines_of(some_gifts()))) for _ in range(2))
    assert first == second and board_data.as_zip(first, AT) == board_data.as_zip(second, AT)


def test_the_sums_are_those_of_the_files():
    made = board_data.files(edition_of(lines_of(some_gifts())))
    told = dict(reversed(row.split("  ")) for row in made[board_data.SUMS].decode().splitlines())
    assert told == {name: hashlib.sha256(made[name]).hexdigest() for name in made if name != board_data.SUMS}
    on_page = made[board_data.HTML].decode()
    assert told[board_data.CSV] in on_page and told[board_data.JSON] in on_page
    assert zipfile.ZipFile(io.BytesIO(board_data.as_zip(made, AT))).testzip() is None


def test_the_page_needs_nothing_else():
    """No address but those of the files beside it; and a policy under which none could be asked for."""
    made = board_data.files(edition_of(lines_of(some_gifts())))[board_data.HTML]
    found = Reader(made)
    asked = [value for _, attrs in found.tags for name, value in attrs.items() if name in ("src", "href", "action")]
    assert {one for one in asked if not one.startswith("#")} == {board_data.CSV, board_data.JSON}
    urls = re.findall(rb"url\((.{20})", made)
    assert urls and all(one.startswith(b"data:font/woff2") for one in urls) and b"@import" not in made
    policy = next(a["content"] for tag, a in found.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy and "http" not in policy
    for tag in ("style", "script"):  # what stands there is what the policy allows
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", made.decode(), re.DOTALL)[1]
        digest = hashlib.sha256(inside.encode()).digest()
        assert base64.b64encode(digest).decode() in policy
    assert not [attrs for _, attrs in found.tags if "style" in attrs or any(name.startswith("on") for name in attrs)]
    assert len(made) < 3_000_000


def test_thousands_of_names_stay_small():
    gifts = [gift(f"Công ty Ví Dụ {n}", n, category="business") for n in range(1, 9001)]
    made = board_data.files(edition_of(lines_of(gifts + some_gifts())))
    assert len(made[board_data.HTML]) < 3_000_000
    assert made[board_data.CSV].decode().count("Công ty Ví Dụ") >= 2 * 9000


def test_the_address_of_the_receipts_stands_there_only_when_there_is_one():
    lines = lines_of(some_gifts())
    with_one = board_data.files(edition_of(lines, address="https://ung-ho.example.vn"))[board_data.HTML].decode()
    assert with_one.count('href="https://ung-ho.example.vn"') == 2
    assert "mã biên nhận" not in board_data.files(edition_of(lines))[board_data.HTML].decode()


@pytest.mark.parametrize("is_demo", [True, False])
def test_what_is_made_of_demonstration_data_says_so(is_demo):
    made = board_data.files(edition_of(lines_of(some_gifts()), is_demo=is_demo))
    shown = made[board_data.HTML].decode()
    assert all((t("frame.demo.banner", spoken) in shown) == is_demo for spoken in LANGUAGES)
    assert json.loads(made[board_data.JSON])["is_demonstration"] is is_demo
    rows = list(csv.DictReader(io.StringIO(made[board_data.CSV].decode("utf-8-sig"))))
    assert {row["is_demonstration"] for row in rows} == {str(is_demo).lower()}
    assert {row["as_of"] for row in rows} == {AT.isoformat(timespec="seconds")}


def test_csv_and_json_say_the_same():
    lines = lines_of(some_gifts(), [line("rice", "kg", 5, recipient_group="Hộ nghèo", households=9)])
    made = board_data.files(edition_of(lines))
    rows = list(csv.DictReader(io.StringIO(made[board_data.CSV].decode("utf-8-sig"))))
    told = json.loads(made[board_data.JSON])
    assert {told["schema_version"], told["as_of"], told["generated_at"]} == {1, "2021-09-06T08:00:00+07:00"}
    in_csv = sorted(
        (row["table"], row["measure"], float(row["number"])) for row in rows if row["table"] in (*SPLITS, "unnamed")
    )
    in_json = sorted(
        (table, name, float(value))
        for table in (*SPLITS, "unnamed")
        for row in told["tables"][table]
        for name, value in row.items()
        if name != "code" and value is not None
    )
    assert in_csv == in_json and in_csv
    assert {row["number"] for row in rows if (row["table"], row["measure"]) == ("flows", "received_vnd")} == {"20000"}


# who is in them
def test_nobody_who_is_not_named_and_no_phone_gets_out():
    read = texts_of(
        board_data.files(edition_of(lines_of(some_gifts(), [line(recipient_group="Bà Kín", households=1)])))
    )
    for hidden in ("Trần Thị Thử", "0900", "Bà Kín", "đường Ví Dụ", "ĐT"):
        assert hidden not in read
    assert "Lê Văn Thử" in read and "Công ty Ví Dụ" in read


@given(RANDOM, st.integers(0, 10**6))
@examples(6, 60)
def test_no_private_name_of_random_lists_gets_out(lines, seed):
    """Every name becomes letters that stand nowhere else; notes and recipients are there to be hidden."""
    dice = Random(seed)
    written = sorted(lines.donations["donor_name"].dropna().unique())
    codes = {name: "".join(dice.choice("qwxjzk") for _ in range(16)) for name in written}
    names = {name: f"{name.rsplit(' ', 1)[0]} {code}" for name, code in codes.items()}
    donations = lines.donations.assign(donor_name=lines.donations["donor_name"].map(names).astype("str"), note="Kín")
    read = texts_of(board_data.files(edition_of(replace(lines, donations=donations))))
    shown = set(public_names(donations)["shown"].dropna())
    assert {code for name, code in codes.items() if code in read} == {name.rsplit(" ", 1)[1] for name in shown}
    assert "Kín" not in read and "Hộ Thử" not in read


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_text(name):
    """Of a person they are not there; of an organisation they can do nothing, on the page and in a spreadsheet."""
    private = [gift(f"{name} {one}", 1000) for one in "abc"]
    made = board_data.files(edition_of(lines_of([*private, gift("Công ty Ví Dụ", category="business")])))
    assert "Mẫu" not in texts_of(made) and "alert" not in texts_of(made)
    plain = Reader(made[board_data.HTML]).tags
    told = board_data.files(edition_of(lines_of([*private, gift(f"{name} Ví Dụ", category="business")])))
    assert [tag for tag, _ in Reader(told[board_data.HTML]).tags] == [tag for tag, _ in plain]
    cells = [cell for row in csv.reader(io.StringIO(told[board_data.CSV].decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@given(RANDOM)
@examples(4, 40)
def test_merged_numbers_are_named_as_merged(lines):
    """A number that is not told says why: “gộp”, and which codes it stands with."""
    board = board_of(lines)
    shown = {section.key: section for section in sections(board, "vi")}
    for (name, measure), codes in board.merged.items():
        assert len(codes) == sum(board.tables[name]["code"].isin(codes))
        assert board.tables[name].set_index("code")[measure].loc[list(codes)].isna().all()
        assert REST in list(board.tables[name]["code"]) and shown[name].notes
        assert sum(row.count("gộp") for row in shown[name].rows) >= len(codes)


# publishing
def test_publishing_is_written_down_and_only_admins_may(tmp_path):
    store, made = Store(tmp_path), edition_of(lines_of(some_gifts()))
    for who in (Person("x", "public"), Person("x", "viewer"), EDITOR, Person("x", "machine")):
        with pytest.raises(NotAllowed):
            board_data.publish(made, who=who, disclosures=store.disclosures, now=AT)
    assert store.disclosures.all() == ()
    files = board_data.publish(made, who=ADMIN, disclosures=store.disclosures, now=AT)
    (written,) = store.disclosures.all()
    assert (written.act, written.who) == ("publish", ADMIN.name)
    assert written.details["sha256"] == {n: board_data.sha256(c) for n, c in files.items() if n != board_data.SUMS}
    assert "Ví Dụ" not in json.dumps(written.details, ensure_ascii=False)


def run(*arguments: object, store: object) -> Answer:
    return answer_of(main, "publish", *arguments, store=store)


def reading(rows: list[dict]) -> Reading:
    own = {"source_sheet": "1", "source_column": "D", "source_row": list(range(5, 5 + len(rows)))}
    names = {name for row in rows for name in row}
    frame = schemas.frame("donations", {name: [row.get(name) for row in rows] for name in names} | own)
    empty = {name: schemas.empty(name) for name in ("waiting", "remarks")}
    return Reading(kind="donations", file="a.xlsx", sheet="1", frame=frame, problems=(), columns={}, **empty)


def accept(store: Store, rows: list[dict], now: datetime = AT, **others) -> int:
    content = repr((rows, others)).encode()
    parts = [reading(rows)]
    return store.accept(
        name="a.xlsx", content=content, parts=parts, who=EDITOR, received_at=now, now=now, **others
    ).number


def test_the_command_writes_all_files(tmp_path):
    store = Store(tmp_path / "store")
    accept(store, some_gifts())
    accept(store, [gift("Công ty Mới", 1, category="business")], now=AT + timedelta(days=2))
    done = run(tmp_path / "out", store=tmp_path / "store")
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "out" / board_data.JSON).read_text("utf-8"))
    assert told["tables"]["flows"][0]["received_vnd"] == 20_001 and told["log_head"].startswith("2:")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        board_data.HTML,
        board_data.CSV,
        board_data.JSON,
        board_data.SUMS,
    }
    assert run(tmp_path / "then", "--as-of", "2021-09-07", store=tmp_path / "store").returncode == 0
    then = json.loads((tmp_path / "then" / board_data.JSON).read_text("utf-8"))
    assert then["tables"]["flows"][0]["received_vnd"] == 20_000 and then["log_head"].startswith("1:")
    assert len(Store(tmp_path / "store").disclosures.all()) == 2


def test_as_a_command_of_its_own(tmp_path):
    accept(Store(tmp_path / "store"), some_gifts())
    command, env = (
        [sys.executable, "-m", "commands", "publish", tmp_path / "out"],
        os.environ | {"STORE_URL": str(tmp_path / "store")},
    )
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / board_data.JSON).exists()


def test_the_command_says_what_is_wrong(tmp_path):
    accept(Store(tmp_path / "store"), some_gifts())
    (tmp_path / "file").write_text("x")
    wrong = [
        run(tmp_path / "out", "--as-of", "hôm qua", store=tmp_path / "store"),
        run(tmp_path / "file", store=tmp_path / "store"),
        run(tmp_path / "out", store=tmp_path / "empty"),
    ]
    assert [(done.returncode, done.stdout, "Traceback" in done.stderr) for done in wrong] == [(2, "", False)] * 3
    assert Store(tmp_path / "store").disclosures.all() == ()  # nothing was published, so nothing is written down


# receipts
def test_a_code_reads_aloud_and_is_bound_to_the_key():
    code = receipt_code(SECRET, "00ff:0")
    assert re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", code) and not set("01OI") & set(ALPHABET)
    assert code == receipt_code(SECRET, "00ff:0") != receipt_code("other" * 9, "00ff:0")
    assert receipt_code(SECRET, "00ff:1") != code
    assert len({receipt_code(SECRET, f"{n:04x}:0") for n in range(2000)}) == 2000


@given(
    st.integers(0, 10**9), st.sampled_from(["{}", " {} ", "{}\n"]), st.booleans(), st.sampled_from(["-", " ", "", "–"])
)
def test_a_code_is_read_however_it_is_typed(number, frame, is_small, dash):
    code = receipt_code(SECRET, f"{number:x}:0")
    typed = frame.format(code.replace("-", dash))
    assert read_code(typed.lower() if is_small else typed) == read_code(code) is not None


@given(st.text(max_size=30))
def test_what_is_no_code_is_none(text):
    found = read_code(text)
    assert found is None or 0 <= found < 2**60


def index(store: Store, secret: str = SECRET) -> ReceiptIndex:
    return ReceiptIndex(store, secret)


def gift_lines(store: Store) -> pd.DataFrame:
    """All gift lines in force."""
    with store.lines() as reader:
        return reader.page(LineQuery("donations"), order=("upload_number", "line"))


def code_of(store: Store, place: int) -> int:
    return read_code(receipt_code(SECRET, line_ids(store, gift_lines(store)).iloc[place]))


def test_codes_are_those_of_the_letters_that_are_out(tmp_path):
    """As releases before the database made them, of the same lines and the same key."""
    store = Store(tmp_path)
    rows = [gift("Trần Thị Thử", 1000), gift("Trần Thị Thử", 1000)]
    rows += [line("rice", "kg", 12.5, donor_name="Công ty Ví Dụ", value_vnd=250_000, note="đợt 2")]
    accept(store, [*rows, gift(None, 5, date=None)])
    codes = [receipt_code(SECRET, one) for one in line_ids(store, gift_lines(store))]
    assert codes == ["W949-FLVH-QJPF", "Y5KV-TMR8-2J3B", "N5JA-ZQVN-4EZM", "WBY3-U3XB-92D4"]
    assert [index(store).find(read_code(code)).quantity for code in codes] == [1000, 1000, 12.5, 5]


def test_a_donor_finds_the_own_gift_and_no_name(tmp_path):
    store = Store(tmp_path)
    accept(store, some_gifts())
    found = index(store).find(code_of(store, 4))
    assert (found.date, found.good, found.cash_vnd, found.is_counted) == (date(2021, 8, 2), "cash", 9000, True)
    assert "Ví Dụ" not in repr(found) and "name" not in repr(found)
    assert index(store).find(code_of(store, 4) ^ 1) is None


def test_codes_stay_when_a_list_is_sent_again_and_after_an_undo(tmp_path):
    store = Store(tmp_path)
    rows = [*some_gifts(), gift("Trần Thị Thử a", 1000)]  # the same line twice: two codes
    first = accept(store, rows)
    codes = [code_of(store, place) for place in range(len(rows))]
    assert len(set(codes)) == len(rows)
    again = accept(store, [gift("Lý Thị Mới", 5), *reversed(rows)])  # with one more, in another order
    now = {code_of(store, place) for place in range(len(rows) + 1)}
    assert set(codes) < now and all(index(store).find(code).is_counted for code in codes)
    store.undo(again, who=EDITOR, now=AT)
    store.undo(first, who=EDITOR, now=AT)
    found = [index(store).find(code) for code in codes]
    assert all(one is not None and not one.is_counted for one in found)
    store.restore(first, who=EDITOR, now=AT)
    assert all(index(store).find(code).is_counted for code in codes)


def test_lines_that_count_beside_each_other_have_their_own_codes(tmp_path):
    store = Store(tmp_path)
    accept(store, [gift("Trần Thị Thử", 1000)])
    beside = accept(store, [gift("Trần Thị Thử", 1000), gift("Lý Thị Mới", 5)], again="all")
    codes = [code_of(store, place) for place in (0, 1)]
    assert [index(store).find(code).is_counted for code in codes] == [True, True]
    store.undo(beside, who=EDITOR, now=AT)
    assert [index(store).find(code).is_counted for code in codes] == [True, False]


def lines_by_hand(events: list[tuple], everybody: bool) -> dict[str, int]:
    """Gift -> how many equal lines of it count now, or have counted at most: said again, without a database.

    events: (act, number of the upload, its gifts, again)
    """
    uploads, in_force = {}, set()
    for act, number, names, again in events:
        if act == "accept":
            uploads[number] = (names, again)
        in_force ^= {number}
    found = {}
    for name in "abc":
        most = beside = 0
        for number in sorted(uploads if everybody else in_force):
            names, again = uploads[number]
            if again == "all":
                beside += names.count(name)
            elif everybody:
                most = max(most, names.count(name))
            else:  # what is equal in all before it is met again
                most = max(most, names.count(name) - beside)
        found[name] = most + beside
    return found


@given(
    st.lists(
        st.one_of(
            st.tuples(st.text("abc", min_size=1, max_size=5), st.sampled_from(["add_new", "add_new", "all"])),
            st.integers(0, 9),
        ),
        min_size=1,
        max_size=7,
    )
)
@examples(10, 100)
def test_every_line_has_one_code_that_says_whether_it_counts(steps):
    """Lists sent again, lists beside others, undone and restored: as many codes as lines ever counted together, and
    found are those of the lines in force."""
    with tempfile.TemporaryDirectory() as folder:
        store, events = Store(folder), []
        for place, step in enumerate(steps):
            if isinstance(step, tuple):
                names, again = step
                # a date of its own: the same file again is no upload
                rows = [gift(f"Thử {name}") for name in names] + [gift(f"Riêng {place}")]
                events.append(("accept", accept(store, rows, again=again), names, again))
            elif numbers := [number for act, number, *_ in events if act == "accept"]:
                number = numbers[step % len(numbers)]
                is_in_force = number in store.log.state().in_force
                (store.undo if is_in_force else store.restore)(number, who=EDITOR, now=AT)
                events.append(("switch", number, "", ""))
            if place % 3 == 0:  # the index follows now and then
                index(store).find(0)
        if not events:
            return
        shown, ids = gift_lines(store), line_ids(store, gift_lines(store))
        ever = lines_by_hand(events, everybody=True)
        keys = {name: keys_of([gift(f"Thử {name}")])[0] for name in "abc"}
        for name, key in keys.items():
            own = ids[(shown["row_key"] == key).to_numpy()]
            assert list(own) == [id_of(key, n) for n in range(len(own))]
            codes = [read_code(receipt_code(SECRET, id_of(key, n))) for n in range(ever[name] + 1)]
            found = [index(store).find(code) for code in codes]
            assert [one is not None for one in found] == [True] * ever[name] + [False]
            assert [one.is_counted for one in found[:-1]] == [n < len(own) for n in range(ever[name])]


def keys_of(rows: list[dict]) -> list[int]:
    return row_keys("donations", reading(rows).frame).tolist()


def id_of(key: int, number: int) -> str:
    return f"{key % 2**64:016x}:{number}"


def rows_in(store: Store, table) -> list[tuple]:
    return [tuple(row) for row in store.database.rows(table.select())]


def test_the_index_is_kept_and_never_the_key(tmp_path):
    store = Store(tmp_path)
    accept(store, some_gifts())
    code, version = code_of(store, 0), store.version()
    assert index(store).find(code) and len(rows_in(store, tables.receipts)) == len(some_gifts())
    kept = rows_in(store, tables.receipts)
    assert index(store).find(code) and rows_in(store, tables.receipts) == kept
    assert store.version() == version and SECRET[:8] not in repr(kept)  # no act of anybody
    accept(store, [gift("Lý Thị Mới", 5)])
    assert index(store).find(code_of(store, len(some_gifts()))).quantity == 5
    assert rows_in(store, tables.receipt_uploads) == [(kept[0][0], 1), (kept[0][0], 2)]
    other = "other" * 9
    assert index(store, other).find(code) is None  # what another key made is not found by this one
    assert len(rows_in(store, tables.receipts)) == 2 * (len(some_gifts()) + 1)


def test_two_who_look_at_once_write_each_code_once(store_address):
    store = Store(store_address)
    for n in range(3):
        accept(store, [*some_gifts(), gift(f"Lý Thị Mới {n}", 5)])
    code = code_of(store, 0)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: ReceiptIndex(Store(store_address), SECRET).find(code), range(8)))
    assert all(one == found[0] and one.is_counted for one in found)
    assert len(rows_in(store, tables.receipts)) == len(some_gifts()) + 3


@pytest.mark.parametrize("code", ["store_not_writable", "store_full", "store_busy"])
def test_a_store_that_takes_nothing_in_still_answers(tmp_path, monkeypatch, code):
    store = Store(tmp_path)
    accept(store, some_gifts())
    index(store).find(0)
    accept(store, [gift("Lý Thị Mới", 5)])

    def refused():
        raise StoreError(code, "x")

    monkeypatch.setattr(store.database, "writing", refused)
    kept = rows_in(store, tables.receipts)
    for place in (0, len(some_gifts())):  # what was kept before, and what was not
        assert index(store).find(code_of(store, place)).is_counted
    assert index(store).find(0) is None and rows_in(store, tables.receipts) == kept


def test_a_damaged_store_is_told(tmp_path, monkeypatch):
    store = Store(tmp_path)
    accept(store, some_gifts())

    def refused():
        raise StoreError("store_damaged", "x")

    monkeypatch.setattr(store.database, "writing", refused)
    with pytest.raises(StoreError):
        index(store).find(0)


def test_looking_up_makes_no_store(tmp_path):
    store = Store(tmp_path / "store")
    assert index(store).find(0) is None and not (tmp_path / "store").exists()


# the page
PUBLIC_PAGE = """
from ui.frame import session
from ui.public import public_board
session.start()
public_board.draw_board()
"""


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A store with gifts, and whoever looks is nobody in particular."""
    store = Store(tmp_path)
    accept(store, [*some_gifts(), *[gift(f"Hồ Thị Giấu {one}", 5) for one in "abc"]])
    monkeypatch.setenv("STORE_URL", str(tmp_path))
    monkeypatch.setattr(sign_in, "is_this_computer", lambda *_: False)
    monkeypatch.setattr(sign_in, "is_set_up", lambda: False)
    monkeypatch.setattr(session, "link_key", lambda: SECRET)
    monkeypatch.setattr(sign_in, "place", lambda: "192.0.2.7")
    monkeypatch.setattr(page, "guesses", GuessingLimit(clock=lambda: 1.0))
    return store


def everything(app: AppTest) -> str:
    """All that reached the browser, as it was sent."""

    def sent(node) -> bytes:
        own = node.proto.SerializeToString() if getattr(node, "proto", None) is not None else b""
        return own + b" ".join(map(sent, getattr(node, "children", {}).values()))

    return sent(app._tree).decode(errors="replace")


def test_the_public_page_holds_nothing_but_the_board(served):
    app = AppTest.from_string(PUBLIC_PAGE, default_timeout=180).run()
    assert not app.exception
    read = everything(app)
    assert "Công ty Ví Dụ" in read and "Lê Văn Thử" in read
    for hidden in ("Trần Thị Thử", "Giấu", "0900", "đường Ví Dụ", "a.xlsx"):
        assert hidden not in read
    assert [button.label for button in app.get("download_button")] == ["Tải trọn bộ (html, csv, json)"]


def test_a_moment_in_the_address_changes_nothing(served):
    """Two moments of the board, subtracted, would show what each upload brought."""
    accept(served, [gift("Công ty Mới", 1, category="business")], now=AT + timedelta(days=2))
    app = AppTest.from_string(PUBLIC_PAGE, default_timeout=180)
    app.query_params["as_of"] = "2021-09-06T09:00"
    assert "Công ty Mới" in everything(app.run())


def look_up(app: AppTest, code: str) -> str:
    app.text_input[0].set_value(code)
    app.button[0].click().run()
    assert not app.exception
    return everything(app)


def test_a_receipt_on_the_page(served):
    code = receipt_code(SECRET, line_ids(served, gift_lines(served)).iloc[0])
    app = AppTest.from_string(PUBLIC_PAGE, default_timeout=180).run()
    assert "có trong số liệu" in look_up(app, code.lower().replace("-", " "))
    assert "12 chữ cái" in look_up(app, "ABC")
    served.undo(1, who=EDITOR, now=AT)
    accept(served, [gift("Công ty Mới", 1, category="business")])
    sleep(session.LOOK_SECONDS)
    assert "không còn trong số liệu" in look_up(app, code)


def test_guessing_is_slowed(served):
    app = AppTest.from_string(PUBLIC_PAGE, default_timeout=180).run()
    answers = [look_up(app, f"2222-2222-222{n}") for n in range(2, 6)]
    assert "Không tìm thấy" in answers[0] and "Xin chờ" in answers[-1]
    right = receipt_code(SECRET, line_ids(served, gift_lines(served)).iloc[0])
    assert "có trong số liệu" not in look_up(app, right)  # whoever guessed waits, whatever comes next


def test_without_a_key_there_is_no_box(served, monkeypatch):
    monkeypatch.setattr(session, "link_key", lambda: None)
    app = AppTest.from_string(PUBLIC_PAGE, default_timeout=180).run()
    assert not app.exception and not app.text_input


def test_an_admin_publishes_from_the_page(served, monkeypatch):
    monkeypatch.setattr(sign_in, "is_this_computer", lambda *_: True)
    app = AppTest.from_string(PUBLIC_PAGE, default_timeout=180).run()
    assert [button.label for button in app.get("download_button")] == ["Tải trọn bộ (html, csv, json)", "Công bố"]
