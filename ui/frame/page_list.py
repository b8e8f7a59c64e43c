"""The pages: script, address, what whoever opens one must be allowed, and whether the filters stand above it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """need: an act of data.access.LEAST, "" for everyone; is_listed: it stands in the navigation."""

    script: str
    address: str
    need: str = "read.numbers"
    has_filters: bool = True
    is_listed: bool = True


PAGES = {
    "overview": Page("pages/tong_quan.py", "tong-quan"),
    "progress": Page("pages/tien_do.py", "tien-do"),
    "goods": Page("pages/hang_hoa.py", "hang-hoa"),
    "frontline": Page("pages/tuyen_dau.py", "tuyen-dau"),
    "reports": Page("pages/bao_cao.py", "bao-cao"),
    "meeting": Page("pages/cuoc_hop.py", "cuoc-hop"),
    # what a person is about to accept is looked at as a whole
    "upload": Page("pages/nhap_so_lieu.py", "nhap-so-lieu", "inbox.arrive", has_filters=False),
    "inbox": Page("pages/hop_cho.py", "hop-cho", "read.store", has_filters=False),
    "sources": Page("pages/nguon_du_lieu.py", "nguon-du-lieu", "read.store", has_filters=False),
    "history": Page("pages/lich_su.py", "lich-su", "read.store"),
    "public": Page("pages/cong_khai.py", "cong-khai", "", has_filters=False),
    "sign_in": Page("pages/dang_nhap.py", "dang-nhap", "", has_filters=False, is_listed=False),
    "present": Page("pages/trinh_chieu.py", "trinh-chieu", has_filters=False, is_listed=False),
}
