"""The preview tells new, known and replacing rows apart, and its counts are those of what is stored."""

from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace

from data.access import Person
from data.uploads.store import Store
from loaders import Source, read
from tests.fixtures import golden
from ui.intake.review import row_states

NOW = datetime(2021, 9, 15, 9, 0)


def reading_of(name: str):
    content = (golden.FOLDER / name).read_bytes()
    return read(Source(name, content), as_of=date(2021, 9, 15)).readings[0], content


def drop_of(store: Store, reading, content: bytes):
    return SimpleNamespace(parts=lambda: [reading], compare=lambda: store.compare([reading], content))


def test_a_list_sent_again_with_more_rows(tmp_path):
    store = Store(tmp_path)
    reading, content = reading_of("donations_letterhead_above.xlsx")
    shorter = replace(reading, frame=reading.frame.iloc[:10].reset_index(drop=True))
    store.accept(name="a.xlsx", content=b"a", parts=[shorter], who=Person("thử", "editor"), received_at=NOW, now=NOW)
    states = row_states(reading, drop_of(store, reading, content))
    assert states == ["known"] * 10 + ["new"] * (len(reading.frame) - 10)
    receipt = store.accept(
        name="b.xlsx", content=content, parts=[reading], who=Person("thử", "editor"), received_at=NOW, now=NOW
    )
    assert (receipt.rows_known, receipt.rows_new) == (states.count("known"), states.count("new"))


def test_a_corrected_report(tmp_path):
    store = Store(tmp_path)
    reading, content = reading_of("weekly_vertical.xlsx")
    store.accept(name="a.xlsx", content=b"a", parts=[reading], who=Person("thử", "editor"), received_at=NOW, now=NOW)
    corrected = reading.frame.copy()
    corrected.loc[0, "value"] = corrected.loc[0, "value"] + 1
    second = replace(reading, frame=corrected)
    states = row_states(second, drop_of(store, second, content))
    assert states == ["changed"] + ["known"] * (len(corrected) - 1)


def test_on_an_empty_store_every_row_is_new(tmp_path):
    reading, content = reading_of("donations_letterhead_above.xlsx")
    assert set(row_states(reading, drop_of(Store(tmp_path), reading, content))) == {"new"}
