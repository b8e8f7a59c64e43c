"""Which column is which field of a kind: by the words of its labels and the cells under them, all columns together."""

import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from data.reference import Reference
from data.reference.lexicon import CLEAR
from data.reference.names import fold
from loaders.evidence.columns import UNUSED, Roles, Wide, good_named, unit_of
from loaders.evidence.headers import AMOUNTS, FOREIGN, LIST_FIELDS, NAMES, SINKS, bracketed
from loaders.evidence.profile import MANY_SAY, Profile, is_tick
from loaders.tables.find_tables import Column, Table

# sub-columns of a good that are no amount of this list
NOT_RECEIVED = {"cumulative", "before", "balance", "debit", "pledged", "target", "households", "people"}
MONEY_WORD = re.compile(r"\b(tien|tri gia|gia tri|dong|cash|amount)\b")  # "Đã nộp" under rice is rice
ROUND = re.compile(r"(dot|lan|tuan|ngay|thang)( thu)? ?\d+")  # one of several times that money came
WORDS_ALONE = 0.9  # a heading that fits so well needs no cells
TEXTS = ("note", "document", "address", "private", "content", "status", "party", "may_publish", "week", "currency")
GROUPED = ("good", "quantity", "unit")  # columns that may come again across
FEW_CELLS, SURE = 3, 1.05
FEW_SAY = 0.3  # of the cells; then a column may well hold what they say
SECOND = 0.25  # how much less a column's second reading may say to be taken where its first is taken
# fields of the tidy frames -> the words of this file
SAID = {"cash_vnd": "cash", "value_vnd": "money", "cost_vnd": "money"}
RATE = re.compile(r"/\s*(hộ|người|suất|phần|xã|khẩu|nhân khẩu|gia đình|đơn vị)\b", re.IGNORECASE)


class Resolver:
    """Gives each column of a table its field for one kind: by the words of its labels and the cells under them."""

    def __init__(
        self,
        table: Table,
        kind: str,
        reference: Reference,
        party: str,
        neutral: str,
        has_site: bool,
        has_money_only: bool,
        said: Mapping[int, str] = MappingProxyType({}),
        profiles: dict[int, Profile] | None = None,
    ):
        self.said = said
        self.table, self.kind, self.reference = table, kind, reference
        self.party, self.neutral, self.has_site, self.has_money_only = party, neutral, has_site, has_money_only
        self.lexicon, self.allowed = reference.lexicon, LIST_FIELDS[kind]
        self.roles = Roles()
        self.named: list[tuple[str, Column]] = []
        self.ranks: dict[int, list[tuple[float, str]]] = {}
        self.profiles = {} if profiles is None else profiles

    def resolve(self) -> Roles:
        for column in self.table.columns:
            if column.index not in self.said:
                self._place(column)
        self._settle_rivals()
        self.roles.words = {name for name, _ in self.named}
        self._take_said()
        self._settle_words()
        for name, column in self.named:
            if column.index not in self.said:
                self._take(name, column)
        self._settle_date()
        self._settle_groups()
        self._settle_money()
        self._settle_said_money()
        self._note_unsure()
        return self.roles

    def _profile(self, column: Column) -> Profile:
        if column.index not in self.profiles:
            self.profiles[column.index] = Profile(self.table, column.index, self.reference)
        return self.profiles[column.index]

    # words and cells
    def _ranked(self, column: Column, label: str) -> list[tuple[float, str]]:
        """The fields of this kind that a label may name, best first, judged by the cells too."""
        seen = self._profile(column)
        fits_of_all = [fit for fit in self.lexicon.fits(label) if fit.field != "turn"]
        near = max((fit.score for fit in fits_of_all), default=0) - SECOND  # no word of a list where a report's fits
        for among in (self.allowed, FOREIGN):  # what only another kind has is a remark here, unless it may be ours
            fits = [fit for fit in fits_of_all if fit.field in among and fit.score >= near]
            ranked = [(fit.score * suits(fit.field, seen, fit.score), fit.field) for fit in fits]
            if clear := sorted((rank for rank in ranked if rank[0] >= CLEAR), reverse=True):
                return clear
        return []

    def _field_of(self, label: str) -> str | None:
        return self.lexicon.field(label, self.allowed)

    def _place(self, column: Column) -> None:
        """A good as a column, or a header word."""
        parts = list(column.parts)
        if len(parts) > 1 and self.reference.unit(parts[-1].strip("() ")):
            parts = parts[:-1]
        last, parents = parts[-1], parts[:-1]
        ranked = self._ranked(column, last)
        name = ranked[0][1] if ranked else None
        under = next((g for p in reversed(parents) if (g := good_named(p, self.reference))), None)
        if under and under[0] != "cash" and not good_named(last, self.reference):
            self._place_under(column, under, name, last)
            return
        if ("/" in (bracketed(last) or "") or RATE.search(last)) and name not in ("date", "commune", *NAMES):
            self.named.append(("unit_price", column))  # "Định mức (kg/hộ)" is a rate, no amount
            return
        of_parents = next(
            (f for p in reversed(parents) if (f := self._field_of(p)) in ("cash", "value", "goods")), None
        )
        seen = self._profile(column)
        own = name in ("cash", "serial", "unit", "credit", "debit", "balance")
        good = None if own else good_named(last, self.reference)
        if good and good[0] != "cash" and (not seen.cells or seen.numbers >= MANY_SAY) and seen.goods_cells < FEW_SAY:
            if of_parents == "value":
                self._value_of(good[0], column)
            else:
                self.roles.wide.append(Wide(column, good[0], self._unit_under(column, good)))
            return
        of_cash = of_parents == "cash" and name in ("quantity", "cash", "in_week", "value", None)
        if of_cash or (good and good[0] == "cash"):
            self.named.append(("cash", column))
            return
        if name == "row_total" and of_parents == "goods":
            name = "value"
        if name is None and of_parents in ("cash", "value") and seen.numbers >= MANY_SAY:
            name = of_parents
        if name not in ("may_publish", "serial") and self._is_ticked(column, last):
            name = "ticked"
        self.ranks[column.index] = ranked
        if name is None or name in ("note", "address", "document") or name not in self.allowed:
            name = self._by_cells(column) or name
        self.named.append((name or "unknown", column))

    def _is_ticked(self, column: Column, label: str) -> bool:
        """ "Đã nộp" over ticks: a state of the row, no amount."""
        seen = self._profile(column)
        says_done = any(fit.field in ("cash", "quantity", "status") for fit in self.lexicon.fits(label)[:3])
        return says_done and bool(seen.cells) and seen.share(is_tick) == 1.0

    def _place_under(self, column: Column, good: tuple, name: str | None, label: str) -> None:
        """A column under the name of a good: its quantity, its value, or something else about it."""
        is_money = name in ("value", "cost", "row_total") or (name == "cash" and MONEY_WORD.search(fold(label)))
        if is_money:
            self._value_of(good[0], column)
        elif name in NOT_RECEIVED or self._is_given_away(label) or self.lexicon.is_turned(label):
            self.named.append(("pledged", column))
        elif name not in ("unit", "unit_price", "date", "note", "good"):
            self.roles.wide.append(Wide(column, good[0], self._unit_under(column, good)))
        else:
            self.named.append((name, column))

    def _unit_under(self, column: Column, good: tuple) -> tuple[str, float] | None:
        """The unit of a good as a column; "bo" without its accent is the unit that the good is counted in."""
        unit = unit_of(column, self.reference) or good[1]
        spelling = self.reference.unit_names.bare.get(fold(bracketed(column.parts[-1]) or ""))
        if unit is None and spelling:
            likely = self.reference.unit_factors[spelling]
            unit = likely if likely[0] == self.reference.goods[good[0]]["base_unit"] else None
        return unit

    def _is_given_away(self, label: str) -> bool:
        """ "Phát" and "Xuất" under a good that was received or bought: what went on, no second gift."""
        return self.kind in ("donations", "purchases") and self.lexicon.field(label, ("given",)) == "given"

    def _by_cells(self, column: Column) -> str | None:
        """Cells alone may name a date, a commune, a unit, a phone, the numbers of rows; never an amount."""
        seen, clear = self._profile(column), 0.8
        if len(seen.cells) < 2:
            return None
        tests = {"date": seen.dates, "unit": seen.units, "private": seen.phones}
        found = next((name for name, share in tests.items() if share >= clear), None)
        if found is None and seen.is_serial and len(seen.cells) > 2:
            found = "serial"
        if found is None and seen.texts >= clear and seen.communes >= clear:
            found = "commune"
        return found if found not in {name for name, _ in self.named} else None

    def _settle_rivals(self) -> None:
        """Of two columns that may be one field, the one that fits better is it; the other takes its second reading."""
        for name in {n for n, _ in self.named if n in self.allowed and n not in SINKS and n not in AMOUNTS}:
            rivals = [column for n, column in self.named if n == name]
            if len({column.label for column in rivals}) == 1:
                continue  # the same group of columns again
            for column in sorted(rivals, key=lambda c: -self._rank_of(c, name))[1:]:
                best = self._rank_of(column, name)
                taken = {n for n, _ in self.named}
                others = self.ranks.get(column.index, [])
                other = next((f for score, f in others if f not in taken and score >= best - SECOND), None)
                if other:
                    self.named[self.named.index((name, column))] = (other, column)

    def _rank_of(self, column: Column, name: str) -> float:
        return next((score for score, field in self.ranks.get(column.index, []) if field == name), 0.0)

    # what a person said
    def _take_said(self) -> None:
        """The columns that a person named take their places before those that are only called so."""
        for column in self.table.columns:
            field = self.said.get(column.index, UNUSED)
            good = field.removeprefix("good:")
            if good in self.reference.goods and good != field:
                self.roles.wide.append(Wide(column, good, unit_of(column, self.reference)))
            elif field != UNUSED:
                name = SAID.get(field, field)
                self.named.append((name, column))
                if name == "cash":
                    self.roles.cash.append(column)
                elif name != "money":
                    self.roles.fields[name] = column

    def _settle_said_money(self) -> None:
        """What a person called cash or value stays so, whatever the words say."""
        roles = self.roles
        for name, column in self.named:
            before = roles.fields.get("money")
            if column.index not in self.said or name not in ("cash", "money"):
                continue
            if name == "money" and before is not column:
                roles.twice += [before] if before and before.index not in self.said else []
                roles.fields["money"] = column
            elif name == "cash" and column not in roles.cash:
                roles.cash.append(column)
                if before is column:
                    del roles.fields["money"]

    def _value_of(self, good: str, column: Column) -> None:
        for number, wide in enumerate(self.roles.wide):
            if wide.good == good and wide.value is None:
                self.roles.wide[number] = Wide(wide.column, wide.good, wide.unit, column)
                return
        self.named.append(("value", column))

    # words with several meanings
    def _has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.named)

    def _count(self, *names: str) -> int:
        return sum(name in names for name, _ in self.named)

    def _settle_words(self) -> None:
        """ "Đơn vị" may be a unit, a commune or a donor; "Nội dung" a good, several goods or a remark."""
        for number, (name, column) in enumerate(self.named):
            if column.index not in self.said:
                self.named[number] = (self._settled(name, column), column)

    def _settled(self, name: str, column: Column) -> str:
        seen = self._profile(column)
        if name not in ("serial", "may_publish", "unit") and seen.signs == 1.0:
            return "sign"
        if name == "unit_or_party":
            return self._unit_or_party(seen)
        if name == "content":
            return "note" if self._is_statement else self._content(column, seen)
        if name == "goods" and self._has("quantity") and not self._has("good"):
            return "good" if seen.numbers < MANY_SAY else "goods"
        if name == "good" and not self._has("quantity"):
            return "goods"
        if name == "party":
            return self.neutral if not self._has(self.neutral) else "document"
        if name == "debit" and self.kind != "donations":
            name = "cost" if self.has_money_only else "cash"  # what we paid out
        if name == "quantity" and not self._has("good") and (unit_of(column, self.reference) or ("",))[0] == "vnd":
            name = "cash"
        if name in ("cash", "quantity") and self._has("credit") and self._has("debit", "balance"):
            return "document"  # "Số tiền" beside "Ghi có" and "Ghi nợ" says nothing new
        if name == "cash" and column.parts[-1].casefold().startswith("mức") and self._count("cash", "row_total") > 1:
            return "unit_price"
        return "note" if name in FOREIGN and name not in self.allowed else name

    @cached_property
    def _is_statement(self) -> bool:
        return self._has("credit", "debit", "balance", "sign")

    def _unit_or_party(self, seen: Profile) -> str:
        if seen.units >= MANY_SAY:
            return "unit"
        if not self._has("commune") and seen.communes >= 0.6:
            return "commune"
        if self.has_site and not self._has("site"):
            return "site"
        return self.party if not self._has(self.party) else "document"

    def _content(self, column: Column, seen: Profile) -> str:
        in_brackets = self._field_of(bracketed(column.parts[-1]) or "")
        if in_brackets == "cash" and not self._has("cash"):
            return "cash"
        if self._has("good", "goods"):
            return "note"
        if self._has("quantity"):
            return "good" if seen.share(lambda c: good_named(str(c), self.reference)) >= FEW_SAY else "note"
        if not self.roles.wide and (seen.goods_cells >= FEW_SAY or (seen.money >= MANY_SAY and not self._has("cash"))):
            return "goods"
        return "note"

    # one field, one column
    def _take(self, name: str, column: Column) -> None:
        """Puts a column under its field; a second amount with the same meaning is asked about."""
        roles = self.roles
        if name in ("cash", "credit"):
            same_way = _way(column) in [_way(cash) for cash in roles.cash]
            rounds = any(ROUND.match(fold(part)) for part in column.parts)
            (roles.twice if roles.cash and same_way and not rounds else roles.cash).append(column)
        elif name == "unknown":
            roles.unknown.append(column)
        elif name not in roles.fields:
            roles.fields[name] = column
        elif name in GROUPED and self._count("good") > 1 and self._count("quantity") > 1:
            if not roles.more or name in roles.more[-1]:
                roles.more.append({})
            roles.more[-1][name] = column
        elif name == "value" and _is_amount_itself(column):
            roles.twice.append(roles.fields[name])
            roles.fields[name] = column
        elif name in AMOUNTS:
            roles.twice.append(column)
        elif name not in SINKS:
            roles.unknown.append(column)

    def _settle_money(self) -> None:
        """Which column is the declared value, which is the cash, when the header alone does not say."""
        roles, fields = self.roles, self.roles.fields
        has_goods = bool(roles.wide) or any(n in fields for n in ("goods", "good", "quantity"))
        if self.has_money_only:
            money = fields.pop("cost", None) or fields.pop("value", None) or (roles.cash.pop(0) if roles.cash else None)
            if money is None and "row_total" in fields:
                money = fields.pop("row_total")
            roles.twice += roles.cash
            roles.cash = []
        else:
            money = fields.pop("value", None)
            if money and not has_goods and not roles.cash and _is_amount_itself(money):
                roles.cash, money = [money], None
            if money is None and "unit_price" in fields and has_goods and len(roles.cash) == 1:
                money, roles.cash = roles.cash[0], []
            if not roles.cash and money is None and not has_goods and "row_total" in fields:
                roles.cash = [fields.pop("row_total")]
        if money:
            fields["money"] = money

    def _settle_date(self) -> None:
        """A list has its days, whatever their column is called."""
        if "date" in self.roles.fields:
            return
        for name, column in self.named:
            if name in SINKS and self._is_weak(column) and self._profile(column).recent_days >= 0.8:
                self.roles.fields["date"] = column
                return

    def _settle_groups(self) -> None:
        """A further group needs a good and a quantity; columns of half a group are asked about."""
        whole = [group for group in self.roles.more if {"good", "quantity"} <= set(group)]
        for group in self.roles.more:
            self.roles.twice += [] if group in whole else list(group.values())
        self.roles.more = whole

    def _note_unsure(self) -> None:
        """A column of numbers that nothing names, an amount with a word that nobody knows: a person has to say."""
        roles = self.roles
        amounts, wide = set(roles.amounts), {w.column.index for w in roles.wide}
        for column in self.table.columns:
            if column.index in self.said:
                continue
            seen = self._profile(column)
            is_named = column.index in amounts and column not in roles.twice
            is_left = column is roles.fields.get("quantity") and roles.wide and "good" not in roles.fields
            if is_left:  # numbers of no good beside goods as columns
                roles.unsure.append(column)
            elif is_named and self.lexicon.unknown_words(column.parts[-1]) and column.index not in wide:
                roles.unsure.append(column)
            elif column.index not in amounts and self._is_left_out(column, seen):
                roles.unsure.append(column)
        weak = [c for n, c in self.named if n in TEXTS and self._is_weak(c)]
        texts = [c for c in dict.fromkeys([*roles.unknown, *weak]) if c not in roles.unsure]
        is_nameless = not {self.party, self.neutral, "recipient_name"} & set(roles.fields)
        if is_nameless and not self._is_statement:
            roles.unsure += [c for c in texts if self._profile(c).is_names][:1]  # whose gifts are they
        if is_nameless and "status" not in roles.fields:
            roles.unsure += [c for c in roles.unknown if self._profile(c).are_states and c not in roles.unsure]

    def _is_weak(self, column: Column) -> bool:
        """Whether its heading alone does not say what a column is."""
        best = max((score for score, _ in self.ranks.get(column.index, [])), default=0)
        return best < WORDS_ALONE and column.index not in self.said

    def _is_left_out(self, column: Column, seen: Profile) -> bool:
        """Numbers that are read as nothing: under a heading nobody knows, or as large and round as gifts are."""
        if seen.plain_numbers < MANY_SAY or seen.is_serial or not seen.cells:
            return False
        if column in self.roles.unknown:
            return True
        name = next((n for n, c in self.named if c is column), "unknown")
        return (
            name in TEXTS
            and self._is_weak(column)
            and (seen.round_money >= 0.8 or not seen.phones)
            and not _is_code(seen)
        )


def _is_code(seen: Profile) -> bool:
    """Numbers of papers and people: as long as each other, and no rounder than chance."""
    lengths = {len(str(cell).strip()) for cell in seen.cells}
    return len(lengths) == 1 and max(lengths) > 3 and seen.round_money < 0.8


def _way(column: Column) -> str:
    """By which way money came: in hand and by transfer may stand beside each other."""
    return "transfer" if "khoan" in fold(column.label) else "hand"


def _is_amount_itself(column: Column) -> bool:
    """ "Thành tiền" is the amount itself, whatever else is called a value."""
    return fold(column.parts[-1]).startswith("thanh tien")


def suits(name: str, seen: Profile, score: float) -> float:
    """How much the cells of a column speak for a field that its label may name; 0: they cannot be that."""
    if not seen.cells:
        return 1.0
    if name in AMOUNTS or name in ("households", "people"):
        if seen.numbers >= MANY_SAY or seen.goods_cells >= MANY_SAY:
            return 1.0
        return 0.0 if seen.texts > 0.8 and score < 1 else 0.9
    if name in NAMES:
        return 0.0 if seen.numbers >= 0.8 and seen.goods_cells < MANY_SAY else 1.0
    shares = {"date": seen.dates, "unit": seen.units, "commune": seen.communes, "sign": seen.signs}
    if name == "commune" and seen.texts > 0 and not seen.communes and len(seen.cells) >= FEW_CELLS and score < SURE:
        return 0.0  # hamlets
    if name in shares:
        return 1.1 if shares[name] >= MANY_SAY else 1.0 if shares[name] > 0 or score >= 1 else 0.6
    if name == "good":
        return 1.1 if seen.goods >= FEW_SAY else 0.0 if seen.numbers >= 0.8 else 0.95
    if name == "goods":
        return 1.1 if seen.goods_cells >= FEW_SAY else 1.0
    return 1.0
