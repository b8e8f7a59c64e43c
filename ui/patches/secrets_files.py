"""Which files of secrets a command of ours reads.

Seen with: Streamlit 1.67
Why: STREAMLIT_SECRETS_FILES is read by `streamlit run` alone, and st.set_option refuses to set it; a command that says
    what is open to whom must read the same secrets as the server.
Can go when: st.set_option("secrets.files", …) is allowed, or the variable is read on import (tests/test_patches.py).
"""

import os

from streamlit import config


def read_same_as_server() -> None:
    if files := os.environ.get("STREAMLIT_SECRETS_FILES"):
        config.set_option("secrets.files", files.split())
