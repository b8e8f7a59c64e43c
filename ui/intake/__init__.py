"""Nhập số liệu, Hộp chờ and Nguồn dữ liệu: from a dropped file to an accepted one."""
