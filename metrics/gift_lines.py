"""How the donor of a gift line is named when persons are not."""

import re

from data.reference.names import fold
from data.unnamed import ORGANISATIONS

# so no person is called; a "chi hội trưởng" is one, and "Đoàn", "Hội" alone could be a name
ORGANISATION_START = re.compile(
    r"(cong ty|cty|doanh nghiep|hop tac xa|htx|ngan hang|cua hang|xi nghiep|tap doan|truong (hoc|mam non|tieu hoc|thcs"
    r"|thpt)|chi hoi|hoi (phu nu|nong dan|cuu chien binh|chu thap do|nguoi cao tuoi)|doan (thanh nien|xa|truong)"
    r"|cong doan|ubnd|ubmttq|mttq|uy ban|cong an|ban chi huy|dang uy|chi bo|giao xu|nha tho|chua|hoi thanh|tap the"
    r"|cau lac bo|clb|quy )(?! truong\b)"
)


def donor_shown(name: object, category: object) -> object:
    """How a donor is named when persons are not: an organisation in full, of a person the first word and initials.

    "Nguyễn Văn Mẫu" -> "Nguyễn V. M."; digits, which may be a phone number, are left out. Whether a name without a
    category is an organisation is told by how it begins.
    """
    if not isinstance(name, str) or category in ORGANISATIONS:
        return name
    if not isinstance(category, str) and ORGANISATION_START.match(fold(name)):
        return name
    words = [word for word in name.split() if word[0].isalpha()]
    return " ".join([*words[:1], *(f"{word[0]}." for word in words[1:])]) or None
