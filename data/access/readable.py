"""What a person may read of the lines in force: all or one commune's, with or without the names of private persons."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from data import schemas
from data.access import Person
from data.conditions import NOTHING, Condition, matching
from data.unnamed import ASIDE, unnamed
from data.uploads.lines import LineQuery, LineReader


def scope_of(who: Person) -> str:
    """What caches are kept apart by: two persons of one scope read the same."""
    if not who.may("read.numbers"):
        return "nothing"
    return "all" if who.may("read.store") else f"unnamed:{who.commune or ''}"


def rows_for(who: Person, kind: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a kind that a person may read.

    in:      the full frame of the store (Store.current)
    out:     the same columns. Below an editor an organisation keeps its name, a person only with `may_publish`, and
             free texts are empty. Of one commune: its rows alone, and nothing of what belongs to the whole district
    missing: what may not be told is missing, like what was never written
    """
    if who.may("read.store"):
        return frame
    return unnamed(kind, of_commune(who, frame))


def limits_of(who: Person, columns: Sequence[str]) -> tuple[Condition, ...]:
    """The person's own commune; what has no column for it belongs to the whole district."""
    if not who.may("read.numbers"):
        return (NOTHING,)
    if who.commune is None:
        return ()
    return (Condition("commune", "equal", who.commune),) if "commune" in columns else (NOTHING,)


def of_commune(who: Person, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that `limits_of` leaves."""
    return matching(frame, limits_of(who, list(frame)))


class ReadableLines:
    """The lines in force as far as a person may read them (data.uploads.lines.LineReader); none in an empty store."""

    def __init__(self, reader: LineReader | None, who: Person):
        self.reader, self.who = reader, who

    def count(self, *terms: LineQuery) -> tuple[int, float | None]:
        """How many lines there are, and what they count together; None without a line."""
        return self.reader.count(*self._limited(terms)) if self.reader else (0, None)

    def sums(self, term: LineQuery, fields: Sequence[str]) -> tuple[int, list[float | None]]:
        """How many lines there are, and the sum of each field; None where no line has it."""
        return self.reader.sums(self._limited([term])[0], fields) if self.reader else (0, [None] * len(fields))

    def page(self, *terms: LineQuery, order: Sequence[str], start: int = 0, most: int | None = None, **more):
        """Some lines in an order (LineReader.page)."""
        if self.reader is None:
            return empty_page(*terms)
        found = self.reader.page(*self._limited(terms), order=order, start=start, most=most, **more)
        return self._shown(terms, found)

    def pages(self, term: LineQuery, **more) -> Iterator[pd.DataFrame]:
        """All lines of one kind, page after page (LineReader.pages)."""
        for page in self.reader.pages(*self._limited([term]), **more) if self.reader else ():
            yield rows_for(self.who, term.kind, page)

    def _limited(self, terms: Sequence[LineQuery]) -> list[LineQuery]:
        """A search finds nothing that is hidden: who reads no names cannot guess them by looking for them."""
        limited = []
        for term in terms:
            names = [column.name for column in schemas.columns(term.kind)]
            is_open = not self.who.may("read.store")
            limited.append(replace(term, where=(*term.where, *limits_of(self.who, names)), is_open=is_open))
        return limited

    def _shown(self, terms: Sequence[LineQuery], found: pd.DataFrame) -> pd.DataFrame:
        """Each kind by its own rule."""
        for kind in dict.fromkeys(term.kind for term in terms):
            is_own = found["kind"] == kind if "kind" in found and kind != "waiting" else pd.Series(True, found.index)
            shown = rows_for(self.who, kind, found[is_own])
            if shown is not found and not self.who.may("read.store"):
                found = found.assign(**{n: found[n].where(~is_own, shown[n]) for n in shown if n in found})
        return found


def empty_page(*terms: LineQuery) -> pd.DataFrame:
    """A page without lines, with the columns of one that has some."""
    made = pd.DataFrame()
    for kind in dict.fromkeys(term.kind for term in terms):
        made = pd.concat([made, schemas.empty(kind)], axis=1)
    made = made.loc[:, ~made.columns.duplicated()]
    whole = dict.fromkeys(("upload_number", "reading_no", "line", "row_key", "row_occurrence"), schemas.WHOLE)
    own = whole | {"kind": schemas.TEXT, "counted_field": schemas.TEXT, "counted": schemas.NUMBER}
    own |= {"balance": schemas.NUMBER}
    return made.assign(**{name: pd.Series(dtype=dtype) for name, dtype in own.items() if name not in made})


def text_for(who: Person, text: str | None) -> str | None:
    """What is written in a cell of an amount, as far as a person may read it (as rows_for gives `source_text`)."""
    return text if text is None or who.may("read.store") else re.sub(ASIDE, " …", text)
