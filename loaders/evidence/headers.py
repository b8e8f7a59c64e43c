"""Which fields the columns of each kind may be, and what a label says beside its words: the unit in its brackets."""

import re
from functools import lru_cache

from data.reference import Reference
from data.reference.lexicon import BRACKETS

COMMON = frozenset(
    "serial private balance debit credit fee status sign currency document week date may_publish ticked unit pledged"
    " unit_price row_total cash value people quantity households commune address content goods good unit_or_party"
    " note party".split()
)
OWN = {
    "donations": ("donor_name", "donor_category"),
    "purchases": ("supplier", "cost"),
    "distributions": ("recipient_name", "recipient_group"),
    "frontline_support": ("giver", "site"),
}
LIST_FIELDS = {kind: COMMON | set(own) for kind, own in OWN.items()}
FOREIGN = frozenset(name for own in OWN.values() for name in own)  # of one kind only; in another it is a remark
REPORT_FIELDS = frozenset(
    "serial private document week date unit note before commune address row_total content cumulative in_week target"
    " quantity cash value people households unit_or_party donor_name site giver supplier recipient_name".split()
)
NAMES = frozenset(
    "party donor_name supplier recipient_name recipient_group giver site commune good address unit_or_party".split()
)
AMOUNTS = frozenset("cash credit debit balance quantity value cost unit_price row_total fee".split())
SINKS = frozenset(
    "serial private note document recipient_name pledged unit_price address fee status currency content week".split()
)
HOLD_AMOUNTS = AMOUNTS | {"goods", "in_week", "cumulative", "target", "content"}


def report_field(label: str, reference: Reference) -> str | None:
    """The field of a report that a label names."""
    name = reference.lexicon.field(label, REPORT_FIELDS)
    return "commune" if name == "unit_or_party" else name


@lru_cache(maxsize=20_000)
def bracketed(text: str) -> str | None:
    """What stands in brackets, after a dash or in a second line: the unit of a column, often."""
    hit = BRACKETS.search(text)
    if hit and hit[1].strip():
        return hit[1].strip().removeprefix("ĐVT:").removeprefix("đvt:").strip()
    tail = re.split(r"\n|\s[-–/:,]\s|,\s", text.strip())
    return tail[-1].strip() if len(tail) > 1 and tail[-1].strip() else None
