"""Who may be named in public: organisations, and persons who agreed; and how a written name is shown then.

What is in doubt is not named; how many organisations that concerns is counted, so that the office can mend its list.
"""

import re
import unicodedata
from collections.abc import Set

import pandas as pd
import pyarrow as pa

from data.reference.names import fold, tidy
from data.summing import group_numbers
from data.unnamed import ORGANISATIONS
from data.uploads.search_text import folded as all_folded

MOST_DIGITS = 5  # "Trường THCS 19/5", "Lữ đoàn 316"; a phone, an account, an identity card has more
LONGEST = 120
# how an organisation begins, and no person does; for names whose category nobody has entered
CLEARLY = re.compile(
    r"(cong ty|cty|doanh nghiep|hop tac xa|htx|ngan hang|xi nghiep|tap doan|tong cong ty|chi nhanh|nong truong"
    r"|truong (hoc|mam non|tieu hoc|thcs|thpt)|chi hoi|chi doan|chi bo|dang bo|dang uy|cong doan|huyen (uy|doan)"
    r"|hoi (phu nu|nong dan|cuu chien binh|chu thap do|nguoi cao tuoi|dong huong|lien hiep|khuyen hoc|lhpn|ccb)"
    r"|doan (thanh nien|xa|phuong|truong|thi tran)|ubnd|ub ?mttq|mttq|uy ban|mat tran|ban (chi huy|quan ly|quan tri)"
    r"|co quan|phong (giao duc|tai chinh|noi vu|y te)|van phong|trung tam|benh vien|hat kiem lam|giao xu|nha tho"
    r"|hoi thanh|to (dan pho|hop tac|lien gia|phu nu|tu quan)|y te)\b(?! truong\b)"
)
# how a person begins whose name stands where an organisation is meant: ways to address, surnames of the district
PERSON = frozenset(
    "ông bà anh chị cô chú bác em cháu mẹ dì cậu mợ thầy hộ gđ nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ"
    " hồ ngô dương lý đinh trịnh lương đào đoàn lâm mai trương hà tạ cao lưu thái tô châu tôn vương quách đàm triệu"
    " nông bế ma la lò vi vàng giàng sùng thào lừu hứa điểu kpă rcom siu nay y h k".split()
)
# the same without accents, but for what also begins "chi nhánh", "cơ quan", "chủ …"
PERSON_PLAIN = frozenset(map(fold, PERSON - {"chị", "cô", "chú"}))
FAMILY = ("gia đình ", "gia dinh ", "vợ chồng ", "vo chong ")
CONTACT = re.compile(
    r"[\s,;:(–-]*\b(s?[đd]t|[đd]i[eệ]n tho[aạ]i|tel|phone|hotline|zalo|stk|s[oố] t[aà]i kho[aả]n|cmnd|cccd|mst"
    r"|[đd][iị]a ch[iỉ]|[đd]/c|e-?mail)\b.*",
    re.IGNORECASE,
)
DIGITS = re.compile(r"[+(]*\d(?:[\s.,\-–()]*\d){5,}\)?")
AFTER_A_PERSON = re.compile(r"(\s*[,;:(/–]|\s-\s|\d|\s(thôn|thon|xã|xa|buôn|buon|bon|tổ|ấp|khối|khoi|số nhà)\s).*")


def is_organisation(name: str, category: object, folded: str | None = None) -> bool:
    """Whether a name may be told as an organisation's: the sheet says so and it is not a person's, or it is clear.

    folded: the name without accents, where it is known already
    """
    if isinstance(category, str) and category not in ORGANISATIONS:
        return False
    is_clear = bool(CLEARLY.match(fold(name) if folded is None else folded))
    return is_clear or (isinstance(category, str) and not _is_person(name))


def _is_person(name: str) -> bool:
    text = tidy(name).casefold()
    first = re.split(r"[ '.\-]", text, maxsplit=1)[0]  # H'Mẫu Niê, Y-Thử
    return text.startswith(FAMILY) or first in PERSON or first in PERSON_PLAIN


def shown_name(name: str, *, is_person: bool) -> str | None:
    """A name without phone, account, address; None when what is left could still hold one, or is no name.

    "Công ty Thử Nghiệm, ĐT 0912.345.678" -> "Công ty Thử Nghiệm"; "Trần Thị Thử, thôn 3" -> "Trần Thị Thử"
    """
    text = unicodedata.normalize("NFKC", tidy(name))
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    text = DIGITS.sub(" ", CONTACT.sub("", text))
    text = AFTER_A_PERSON.sub("", text) if is_person else text
    text = " ".join(word for word in text.split() if "@" not in word and "//" not in word).strip(" ,;:.–-(/")
    digits, letters = (sum(map(test, text)) for test in (str.isdigit, str.isalpha))
    return text if digits <= MOST_DIGITS and letters >= 2 and len(text) <= LONGEST else None


def refused_names(donations: pd.DataFrame) -> set[str]:
    """The names, without accents, of which one of these gift lines says that they are not to be told."""
    is_no = donations["may_publish"].eq(False).fillna(False).astype(bool)  # noqa: E712  a column, not a flag
    return {*_folded(donations.loc[is_no, "donor_name"]).values()}


def _folded(names: pd.Series) -> dict[str, str]:
    """Each written name -> the same without accents."""
    written = pa.array(names.dropna().unique(), pa.string())
    return dict(zip(written.to_pylist(), all_folded(written).to_pylist(), strict=True))


def public_names(donations: pd.DataFrame, refused: Set[str] = frozenset()) -> pd.DataFrame:
    """For each gift line the name under which it may be told.

    in:      donations: donor_name, donor_category, may_publish: all gift lines, or some of them, when `refused` has
             the `refused_names` of all others
    out:     the same index: shown (missing: not to be named), folded (the written name without accents),
             is_organisation, is_doubtful: its category is an organisation's, yet it is not named because it looks like
             a person, or like a number
    missing: a line without a name is not named. A yes counts for its own line alone; a no, for every line of that name
    errors:  none
    """
    columns = [donations[name] for name in ("donor_name", "donor_category", "may_publish")]
    alike = group_numbers(columns)
    distinct = donations[~pd.Series(alike).duplicated().to_numpy()]
    folded, own = _folded(distinct["donor_name"]), refused_names(distinct)
    is_yes, names = distinct["may_publish"].fillna(False).tolist(), distinct["donor_name"].tolist()
    categories = distinct["donor_category"].tolist()
    made = []
    for name, category, is_agreed in zip(names, categories, is_yes, strict=True):
        if not isinstance(name, str):
            made.append((None, None, False, False))
            continue
        is_told = folded[name] not in own and folded[name] not in refused
        is_body = is_organisation(name, category, folded[name])
        shown = shown_name(name, is_person=not is_body) if is_told and (is_agreed or is_body) else None
        is_doubtful = is_told and category in ORGANISATIONS and shown is None
        made.append((shown, folded[name], is_body, is_doubtful))
    dtypes = {"shown": "str", "folded": "str", "is_organisation": bool, "is_doubtful": bool}
    known = pd.DataFrame(made, columns=[*dtypes]).astype(dtypes)
    return known.take(alike).set_axis(donations.index)
