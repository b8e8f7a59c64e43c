"""What the suites that follow every number look at: the same filters in all, so that what one has computed another has.

By day the whole, a part of it and an earlier moment; by night every sort of filter.
"""

import logging
from datetime import date, datetime, timedelta

import pytest
import streamlit as st

from data import reference
from report.filters import Filters
from report.view import View
from tests.amounts import IS_NIGHTLY
from ui.frame import session

CAMPAIGN = reference.load().campaign
MONDAY = date(2021, 8, 9)
FILTERS = {
    "all": Filters(),
    "commune and weeks": Filters(communes=("24649",), first_week=MONDAY, last_week=MONDAY + timedelta(days=14)),
    "earlier": Filters(as_of=datetime(2021, 8, 21, 12, 0, tzinfo=CAMPAIGN.zone)),
    "commune": Filters(communes=("24649",)),
    "communes until": Filters(communes=("24649", "24661"), last_week=MONDAY + timedelta(days=7)),
    "weeks": Filters(first_week=MONDAY, last_week=MONDAY + timedelta(days=7)),
    "goods": Filters(goods=("rice", "cash"), donor_categories=("individual",)),
    "sites": Filters(sites=("checkpoint_24655",), communes=("24655", "24640")),
}
NAMES = tuple(FILTERS)[: None if IS_NIGHTLY else 3]
OF_ANY_DATA = [filters for name, filters in FILTERS.items() if name != "earlier"]


def view_of(url: str, filters: Filters, patch: pytest.MonkeyPatch) -> View:
    """What every screen of a run with these filters shows."""
    logging.getLogger("streamlit").setLevel(logging.CRITICAL)  # outside of a running page it warns at every call
    patch.setenv("STORE_URL", url)
    st.session_state.filters = filters
    return session.view()
