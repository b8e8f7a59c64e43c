"""Starts the application with one more address, by which a test says which store it has from then on.

`python -m tests.e2e.any_store run serve.py --server.port N`; the rest is Streamlit's own command line. The product asks
for STORE_URL anew in every run and keeps whatever it keeps by store: so each journey may have a new one.
"""

import os
import sys

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.web import cli

from ui.doors import routes

STORE = "/of-tests/store"
routes_of_product = routes.routes


async def open_store(request: Request) -> Response:
    os.environ["STORE_URL"] = (await request.body()).decode()
    routes.guesses.failures.clear()  # nobody has guessed the passcode of link number 1 of this store yet
    return Response()


if __name__ == "__main__":
    routes.routes = lambda: [*routes_of_product(), Route(STORE, open_store, methods=["PUT"])]
    sys.exit(cli.main(sys.argv[1:]))
