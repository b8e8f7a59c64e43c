"""Whether a run of the script is going on, which it is, and how a session is run again from outside.

Seen with: Streamlit 1.67
Why: there is no public way to ask whether a page is drawn or a script is at work, to tell this run from the one before
    (a callback and a fragment run without app.py), or to have a session run again from a thread that has none.
Can go when: Streamlit documents a mark of a run, and a rerun of another session. tests/test_patches.py tells when
    what is used here is gone.
"""

from collections.abc import Callable

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def is_running() -> bool:
    """Whether this thread draws a page for a browser."""
    return get_script_run_ctx() is not None


def is_serving() -> bool:
    """Whether this process is a server, and no script."""
    return runtime.exists()


def run_mark() -> object | None:
    """Another object in each run, the same all through it; None where no page is drawn."""
    return getattr(get_script_run_ctx(suppress_warning=True), "cursors", None)


def rerunner() -> Callable[[], None]:
    """What runs the session that is here now again, from whatever thread: as when a file of ours was changed."""
    run = get_script_run_ctx(suppress_warning=True)

    def run_again() -> None:
        if run is None or not runtime.exists():
            return
        if active := runtime.get_instance()._session_mgr.get_active_session_info(run.session_id):
            active.session.request_rerun(active.session._client_state)

    return run_again
