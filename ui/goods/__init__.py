"""Hàng hóa và tiền: stock, the stock card, the lines of gifts."""
