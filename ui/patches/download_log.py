"""Streamlit's log of downloads that could not be made passes through a filter of ours.

Seen with: Streamlit 1.67
Why: it writes a traceback each time that the button of such a download is pressed, also for a trouble of the store
    that our own log has told already in one line.
Can go when: it leaves the tracebacks of downloads to the application (tests/test_patches.py presses one).
"""

import logging
from collections.abc import Callable

LOGGER = "streamlit.runtime.backend_operation_handler"


def filter_download_log(is_untold: Callable[[logging.LogRecord], bool]) -> None:
    logging.getLogger(LOGGER).addFilter(is_untold)
