"""Whether words call a report urgent: "KHẨN", "hỏa tốc", "đột xuất", with or without accents: one home of the rule."""

import re

from data.reference.names import fold, tidy

# "khẩn trương nộp" asks for haste, "khẩn thiết kêu gọi" pleads, "khai khẩn" is land: none of them is an urgent report
ACCENTED = re.compile(
    r"(?<!khai )\bkhẩn\b(?! (trương|thiết|khoản|cầu)\b)|\bđột xuất\b|\bcấp bách\b|\b(hỏa|hoả) tốc\b",
)
# typed without any accent, "khan" may be a towel (khăn) or scarce (khan hiếm), "dot xuat kho" a batch of goods
BARE = re.compile(
    r"\b(bao cao|bc|tin|cong van|cv|thu|thuong) khan\b(?! (truong|thiet|hiem|cap nuoc))|\bkhan cap\b|^khan$"
    r"|(^|[\[({<|/:;!*-])\s*(thuong )?khan\s*($|[\])}>|/:;!.,*-])"
    r"|\bdot xuat\b(?! (kho|hang|gao|cap|phat))|\bcap bach\b|\bhoa toc\b"
)


def says_urgent(text: object) -> bool:
    """True for a title, a name of a file, a subject that calls itself urgent."""
    lower = tidy(text).casefold().replace("_", " ")
    if ACCENTED.search(lower):
        return True
    return fold(lower) == lower and bool(BARE.search(lower))
