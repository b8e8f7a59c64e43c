"""Công khai: what everyone may see."""

from ui.public import public_board

public_board.draw_board()
