"""A thousand kills where the daily run has eight, and a minute of two processes at once; over both databases."""

import os

os.environ["TOGETHER_SECONDS"] = "60"  # read by the processes that are started, too

from tests.test_store_kill import check_after_kills, kill_writers, test_two_who_do_everything_at_once

__all__ = ["test_two_who_do_everything_at_once"]
KILLS = 1000


def test_a_thousand_kills(store_address, tmp_path):
    check_after_kills(store_address, kill_writers(store_address, tmp_path, KILLS))
