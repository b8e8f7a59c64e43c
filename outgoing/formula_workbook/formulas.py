"""Formulas that an accountant reads: sums and counts over named columns of listed rows. Functions of Excel 2010."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

WILD = "*?~"


@dataclass(frozen=True)
class Criterion:
    """A column must equal something, or be at most that.

    range:  its name; cell: where what it must be stands, "" when `value` is written into the formula
    """

    range: str
    value: object
    cell: str = ""
    is_most: bool = False

    def text(self) -> str:
        most = '"<="&' if self.is_most else ""
        return f"{self.range},{most}{self.cell or literal(self.value)}"


def literal(value: object) -> str:
    """A day, a number or a text as it stands in a formula."""
    if isinstance(value, date):
        return f"DATE({value.year},{value.month},{value.day})"
    return quoted("".join(f"~{c}" if c in WILD else c for c in value)) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""'))


def is_plain(text: str) -> bool:
    """Whether a cell with this text means itself when it is a criterion: no sign of comparison, no wildcard."""
    return not (set(text) & set(WILD) or text.startswith(("<", ">", "=")))


def sum_of(field: str, criteria: Sequence[Criterion]) -> str:
    """The sum of a column over the rows that meet all criteria."""
    told = ",".join([field, *(criterion.text() for criterion in criteria)])
    return f"SUMIFS({told})" if criteria else f"SUM({field})"


def count_of(field: str, criteria: Sequence[Criterion]) -> str:
    """How many of these rows have anything in the column."""
    told = ",".join([*(criterion.text() for criterion in criteria), f'{field},"<>"'])
    return f"COUNTIFS({told})"


def balance(added: Iterable[str], taken: Iterable[str]) -> str:
    """What came in less what went out; SUM takes an empty text for nothing, where + would fail."""
    minus = ",".join(taken)
    return f"SUM({','.join(added)})" + (f"-SUM({minus})" if minus else "")


def unless_nothing(counted: str, formula: str) -> str:
    """Missing is not zero: where nothing is counted, the cell stays empty."""
    return f'=IF({counted}=0,"",{formula})'


def share(part: str, whole: str) -> str:
    """part ÷ whole, empty when one of them is missing or there is nothing to divide by."""
    return f'=IF(AND(COUNT({part},{whole})=2,N({whole})>0),{part}/{whole},"")'


def difference(first: str, second: str) -> str:
    """first - second, empty when one of them is missing."""
    return f'=IF(COUNT({first},{second})=2,{first}-{second},"")'
