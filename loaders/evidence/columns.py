"""Columns of a list -> roles: which one is the date, the good, the quantity; which are goods beside each other."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from data.reference import Reference
from data.reference.names import fold, tidy
from loaders.cells.values import Style, parse_goods
from loaders.evidence.headers import Lexicon, bracketed, label_key
from loaders.tables.find_tables import Column, Table

# sub-columns of a good that are no amount of this list
NOT_RECEIVED = re.compile(
    r"luy ke|cong don|ton|phat|xuat|con lai|con thieu|dang ky|ke hoach|chi tieu|muc tieu|ty le|so ho|so nguoi"
    r"|tuan truoc"
)
UNUSED = "unused"  # a person said that a column is not to be read
IDENTITY = (
    *("site", "commune", "giver", "supplier", "donor_name"),
    *("recipient_name", "recipient_group", "households", "people"),
)
RATE = re.compile(r"/\s*(hộ|người|suất|phần|xã|khẩu|nhân khẩu|gia đình|đơn vị)\b", re.IGNORECASE)
SIGNS = {"c", "d", "cr", "dr", "có", "nợ", "ghi có", "ghi nợ", "thu", "chi", "credit", "debit", "+", "-"}
DEBIT_SIGNS = {"d", "dr", "nợ", "ghi nợ", "chi", "debit", "-"}
GOODS_PARENT = re.compile(r"(bang )?(hien vat|hang hoa|vat pham|nhu yeu pham|qua)( .*)?")
MONEY_PARENT = re.compile(r"(bang )?(tien|tien mat|so tien|chuyen khoan)( .*)?")


# fields of the tidy frames -> the words of this file
SAID = {"cash_vnd": "cash", "value_vnd": "money", "cost_vnd": "money"}


@dataclass(frozen=True)
class Wide:
    """A good as a column: its quantity, the unit its header names, and the column of its value, if any."""

    column: Column
    good: str
    unit: tuple[str, float] | None
    value: Column | None = None


@dataclass
class Roles:
    """field -> column; cash may stand in two columns (in hand, by transfer)."""

    fields: dict[str, Column] = field(default_factory=dict)
    cash: list[Column] = field(default_factory=list)
    wide: list[Wide] = field(default_factory=list)
    unknown: list[Column] = field(default_factory=list)
    twice: list[Column] = field(default_factory=list)

    def index(self, name: str) -> int | None:
        column = self.fields.get(name)
        return column.index if column else None

    @property
    def amounts(self) -> list[int]:
        """Columns whose cells make lines."""
        named = [self.index(n) for n in ("quantity", "goods", "money", "row_total")]
        return sorted(
            {c for c in named if c is not None} | {c.index for c in self.cash} | {w.column.index for w in self.wide}
        )


def written_key(text: object) -> str:
    """A label without what changes from week to week: "SL tuần 33 (kg)" -> "sl tuan 0 kg"."""
    return " ".join(re.sub(r"[^a-z0-9#%]+", " ", re.sub(r"\d+", "0", fold(text))).split())


def column_keys(columns: Sequence[Column]) -> dict[int, str]:
    """Column index -> the key by which a person's answer knows it: its labels, never its letter."""
    keys: dict[int, str] = {}
    met: Counter[str] = Counter()
    for column in columns:
        key = " › ".join(written_key(part) for part in column.parts)
        met[key] += 1
        keys[column.index] = key if met[key] == 1 else f"{key} #{met[key]}"
    return keys


def said_columns(columns: Sequence[Column], said: Iterable[tuple[str, str]]) -> dict[int, str]:
    """Column index -> the field that a person gave it."""
    fields = dict(said)
    return {i: fields[key] for i, key in column_keys(columns).items() if key in fields} if fields else {}


def unit_of(column: Column, reference: Reference) -> tuple[str, float] | None:
    """The unit that a header names: "Số tiền (nghìn đồng)", "Gạo" above "kg"."""
    for part in reversed(column.parts):
        for text in (bracketed(part), part.strip("() "), part.split()[-1]):
            unit = reference.unit(text) if text else None
            if unit:
                return unit
    return None


def good_named(text: str, reference: Reference) -> tuple[str, tuple[str, float] | None] | None:
    """A label that names one good: "Gạo (kg)", "Số lượng gạo", "Số thùng mì" -> (good, unit of the name)."""
    bare = tidy(re.sub(r"[(\[].*", "", text.split("\n")[0])) or tidy(text)
    bare = re.split(r"\s[-–/:]\s?|,\s", bare)[0].strip(" :.-+")
    bare = re.sub(r"^(chi mua|mua|tiền mua)\s+(?=\S)", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"^(tổng\s+)?(số lượng|so luong|sl|số|so|tổng|khối lượng)\s+(?=\S)", "", bare, flags=re.IGNORECASE)
    code = reference.good_names.find(bare)
    if code:
        return code, reference.unit(bare)  # "suất quà" is a good and its unit
    if len(bare) < 30 and not re.search(r"\d", bare):
        parts, faults = parse_goods(f"1 {bare}", style=Style.VI, reference=reference)
        if len(parts) == 1 and not faults and parts[0].unit and parts[0].good != "cash":
            return parts[0].good, (parts[0].unit, parts[0].factor)
    return None


class Resolver:
    """Gives each column of a table its role for one kind; ambiguous words are settled by the cells under them."""

    def __init__(
        self,
        table: Table,
        lexicon: Lexicon,
        reference: Reference,
        party: str,
        has_site: bool,
        has_money_only: bool,
        said: Mapping[int, str] = MappingProxyType({}),
    ):
        self.said = said
        self.table, self.lexicon, self.reference = table, lexicon, reference
        self.party, self.has_site, self.has_money_only = party, has_site, has_money_only
        self.roles = Roles()
        self.named: list[tuple[str, Column]] = []

    def resolve(self) -> Roles:
        for column in self.table.columns:
            if column.index not in self.said:
                self._place(column)
        self._take_said()
        self._settle_words()
        for name, column in self.named:
            if column.index not in self.said:
                self._take(name, column)
        self._settle_money()
        self._settle_said_money()
        return self.roles

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

    def _place(self, column: Column) -> None:
        """A good as a column, or a header word."""
        parts = list(column.parts)
        if len(parts) > 1 and self.reference.unit(parts[-1].strip("() ")):
            parts = parts[:-1]
        last, parents = parts[-1], parts[:-1]
        name = self.lexicon.field(last)
        under = next((g for p in reversed(parents) if (g := good_named(p, self.reference))), None)
        is_money_parent = any(MONEY_PARENT.fullmatch(label_key(p)) for p in parents)
        if under and under[0] != "cash":
            if name in ("value", "cash", "cost", "row_total") and not label_key(last).startswith(("da ", "thuc ")):
                self._value_of(under[0], column)
            elif NOT_RECEIVED.search(label_key(last)):
                self.named.append(("unknown", column))
            elif name not in ("unit", "unit_price", "date", "note", "good", "households", "people", "pledged"):
                unit = unit_of(column, self.reference) or under[1]
                self.roles.wide.append(Wide(column, under[0], unit))
            else:
                self.named.append((name, column))
            return
        if ("/" in (bracketed(last) or "") or RATE.search(last)) and name not in (
            "date",
            "commune",
            "donor_name",
        ):  # "Định mức (kg/hộ)" is a rate, no amount
            self.named.append(("unit_price", column))
            return
        if (
            is_money_parent
            and name in ("quantity", "cash", "in_week", None)
            and not NOT_RECEIVED.search(label_key(last))
        ):
            self.named.append(("cash", column))
            return
        is_named = name in ("cash", "serial", "date", "unit", "credit", "debit", "balance", *IDENTITY)
        good = None if is_named else good_named(last, self.reference)
        if good and good[0] == "cash":
            self.named.append(("cash", column))
        elif good and not (
            name in ("goods", "good") and label_key(last).startswith(("hien vat", "qua tang", "hang hoa"))
        ):
            self.roles.wide.append(Wide(column, good[0], unit_of(column, self.reference) or good[1]))
        elif name == "row_total" and any(GOODS_PARENT.fullmatch(label_key(p)) for p in parents):
            self.named.append(("value", column))
        else:
            name = name or next(
                (f for p in reversed(parents) if (f := self.lexicon.field(p)) in ("cash", "value")), None
            )
            self.named.append((name or "unknown", column))

    def _value_of(self, good: str, column: Column) -> None:
        for number, wide in enumerate(self.roles.wide):
            if wide.good == good and wide.value is None:
                self.roles.wide[number] = Wide(wide.column, wide.good, wide.unit, column)
                return
        self.named.append(("value", column))

    def _share(self, column: Column, test) -> float:
        """Which share of the filled cells passes a test; looks at 60 cells."""
        cells = self.table.sample(column.index, 60)
        return sum(bool(test(c)) for c in cells) / len(cells) if cells else 0.0

    def _has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.named)

    def _is_sign(self, column: Column) -> bool:
        return self._share(column, lambda cell: str(cell).strip().casefold() in SIGNS) == 1.0

    def _settle_words(self) -> None:
        """ "Đơn vị" may be a unit, a commune or a donor; "Nội dung" a good, several goods or a remark."""
        is_statement = self._has("credit", "debit", "balance", "sign")
        settled = []
        for name, column in self.named:
            if column.index in self.said:
                pass
            elif name not in ("serial", "may_publish", "unit") and self._is_sign(column):
                name = "sign"
            elif name == "unit_or_party":
                name = self._unit_or_party(column)
            elif name == "content":
                name = "note" if is_statement else self._content(column)
            elif name == "goods" and (self._has("quantity") and not self._has("good")):
                name = "good" if self._share(column, lambda c: re.match(r"\s*[-+]?\s*\d", str(c))) < 0.5 else "goods"
            elif name == "good" and not self._has("quantity"):
                name = "goods"
            elif name == "good" and self._has("good") and self.lexicon.field(column.parts[-1]) == "goods":
                name = "note"
            elif (
                name == "cash"
                and label_key(column.parts[-1]).startswith("muc")
                and self._count("cash", "row_total") > 1
            ):
                name = "unit_price"
            settled.append((name, column))
        self.named = settled

    def _count(self, *names: str) -> int:
        return sum(name in names for name, _ in self.named)

    def _unit_or_party(self, column: Column) -> str:
        if self._share(column, self.reference.unit) >= 0.5:
            return "unit"
        if not self._has("commune") and self._share(column, lambda c: self.reference.commune(c).code) >= 0.6:
            return "commune"
        if self.has_site and not self._has("site"):
            return "site"
        return self.party if not self._has(self.party) else "note"

    def _content(self, column: Column) -> str:
        if MONEY_PARENT.fullmatch(label_key(bracketed(column.parts[-1]) or "")) and not self._has("cash"):
            return "cash"

        def names_goods(cell: object) -> bool:
            parts, faults = parse_goods(cell, style=Style.VI, reference=self.reference)
            return bool(parts) and not faults

        if self._has("good", "goods"):
            return "note"
        if self._has("quantity"):
            return "good" if self._share(column, lambda c: good_named(str(c), self.reference)) >= 0.3 else "note"
        if not self.roles.wide and self._share(column, names_goods) >= 0.3:
            return "goods"
        return "note"

    def _take(self, name: str, column: Column) -> None:
        """Puts a column under its field; a second amount with the same meaning is asked about."""
        if name in ("cash", "credit", "cash_value"):
            ways = [label_key(c.parts[-1]) for c in self.roles.cash]
            key = label_key(column.parts[-1])
            parts = [label_key(part) for part in column.parts]
            rounds = any(re.match(r"(dot|lan|tuan|ngay|thang)( thu)? ?\d+", part) for part in parts)
            if (
                not self.roles.cash
                or rounds
                or (("khoan" in key) != any("khoan" in w for w in ways) and key not in ways)
            ):
                self.roles.cash.append(column)
            else:
                self.roles.twice.append(column)
        elif name == "unknown":
            self.roles.unknown.append(column)
        elif name not in self.roles.fields:
            self.roles.fields[name] = column
        elif name == "value" and label_key(column.parts[-1]).startswith("thanh tien"):
            self.roles.twice.append(self.roles.fields[name])  # "Thành tiền" is the amount itself
            self.roles.fields[name] = column
        elif name in ("quantity", "value", "cost", "goods"):
            self.roles.twice.append(column)
        elif name not in ("serial", "private", "note", "document", "recipient_name", "pledged", "unit_price"):
            self.roles.unknown.append(column)

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
            if money and not has_goods and not roles.cash and label_key(money.parts[-1]).startswith("thanh tien"):
                roles.cash, money = [money], None
            if money is None and "unit_price" in fields and has_goods and len(roles.cash) == 1:
                money, roles.cash = roles.cash[0], []
            if not roles.cash and money is None and not has_goods and "row_total" in fields:
                roles.cash = [fields.pop("row_total")]
        if money:
            fields["money"] = money
