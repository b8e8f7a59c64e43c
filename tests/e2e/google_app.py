"""Starts the application with a local Google: `python -m tests.e2e.google_app URL run serve.py --server.port N`.

URL is that of a tests.google_server.GoogleServer in another process; the rest goes to Streamlit's own command line.
"""

import sys

from streamlit.web import cli

from tests.google_server import talk_to

if __name__ == "__main__":
    with talk_to(sys.argv.pop(1)):
        sys.exit(cli.main(sys.argv[1:]))
