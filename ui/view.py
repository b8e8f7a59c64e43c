"""What a screen shows: which state of the store, which filters, which moment. Small frames are cached by it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property, partial

import streamlit as st

from data import reference
from metrics.selection import Selection
from ui.filters import Filters


@dataclass(frozen=True)
class View:
    """version: of the store; day: up to which the numbers speak (of today, of the as-of moment, of the demo);
    is_after_due: whether on that day the hour at which reports are due has passed; inbox: version of what waits."""

    version: tuple[str, int, str]
    filters: Filters
    day: date
    is_after_due: bool = False
    inbox: int = 0

    @property
    def selection(self) -> Selection:
        return self.filters.selection()

    @property
    def now(self) -> datetime:
        """A moment that tells what is due as the real one does, and changes but twice a day: caches can keep it."""
        hour = time.max if self.is_after_due else time.min
        return datetime.combine(self.day, hour, reference.load().campaign.zone)

    @property
    def communes(self) -> list[str]:
        """The communes that are looked at, in the order of the reference table."""
        chosen = self.filters.chosen_communes()
        return [code for code in reference.load().communes() if not chosen or code in chosen]

    @property
    def is_whole(self) -> bool:
        """Nothing but the period and the as-of moment limits: numbers of the whole district may stand beside."""
        chosen = self.filters
        return not (chosen.chosen_communes() or chosen.goods or chosen.donor_categories or chosen.sites)

    @cached_property
    def key(self) -> str:
        """All of it as a text: Streamlit would take half a millisecond to hash a dataclass in a dataclass."""
        return f"{self.version} {self.inbox} {sorted(self.filters.to_query().items())} {self.day} {self.is_after_due}"


KEYS = {View: lambda view: view.key}
# for functions of a View: small frames are copied to each caller, figures are shared and must not be changed
cached = partial(st.cache_data, show_spinner=False, max_entries=400, hash_funcs=KEYS)
shared = partial(st.cache_resource, show_spinner=False, max_entries=400, hash_funcs=KEYS)
