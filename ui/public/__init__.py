"""Công khai: the board that everyone may see."""
