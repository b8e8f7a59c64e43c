"""Hàng hóa và tiền."""
