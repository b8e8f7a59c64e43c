"""The address of a page is known from the first run of a process on.

Seen with: Streamlit 1.67
Why: because of the folder pages/ it takes the first run of a process for an app of the old style, and tells whoever
    comes by a page's own address, in English, that there is no such page. st.navigation switches that off, too late.
Can go when: PagesManager no longer looks for a folder pages/ (tests/test_patches.py sees it).
"""

from streamlit.runtime.pages_manager import PagesManager


def know_addresses() -> None:
    """Before the first run, where we start the server ourselves."""
    PagesManager.uses_pages_directory = False


def is_taken_for_old_style() -> bool:
    """Whether this run cannot know the addresses: then the page is to be loaded once more (`streamlit run app.py`)."""
    return bool(PagesManager.uses_pages_directory)
