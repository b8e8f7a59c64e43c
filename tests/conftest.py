"""What holds for every test: a store of its own, no internet, properties without a clock."""

import os
import platform
import shutil
import socket
import sys
import tempfile
from functools import cache

import pytest
from argon2 import PasswordHasher
from streamlit import config

from tests import amounts

# Set before anything is imported: no test may ever write into the office's own store.
EMPTY_STORE = tempfile.mkdtemp(prefix="test-store-")
os.environ["STORE_URL"] = EMPTY_STORE
os.environ.pop("REFERENCE_DIR", None)  # nor read the tables of a campaign of its own
# nor find, or make, the office's own secrets: neither here nor in a server that a test starts
SECRETS = os.path.join(tempfile.mkdtemp(prefix="test-secrets-"), "secrets.toml")
os.environ["STREAMLIT_SECRETS_FILES"] = SECRETS
config.set_option("secrets.files", [SECRETS])
# the fixtures were made without lxml, with which openpyxl writes other bytes; python-docx and python-pptx bring it
os.environ["OPENPYXL_LXML"] = "False"

amounts.set_up()
LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost", "0.0.0.0")


def pytest_configure():
    """What is dear on purpose or by itself is paid once, where it is tested: test_migrations.py and test_sign_in.py."""
    from streamlit.components.v2 import manifest_scanner  # what they import reads the settings above

    from data.database import migrate
    from tests import quick_tables
    from ui.doors import passcodes

    # Streamlit 1.67: each AppTest reads the papers of every installed package, a third of its time
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
    migrate.upgrade = quick_tables.upgrade
    passcodes._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def pytest_unconfigure():
    shutil.rmtree(EMPTY_STORE, ignore_errors=True)
    shutil.rmtree(os.path.dirname(SECRETS), ignore_errors=True)


@pytest.fixture(autouse=True)
def own_main():
    """A page that AppTest ran stays behind as __main__, and a process started later would run it anew."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(autouse=True, scope="session")
def no_internet():
    """The application works without internet, so a test that reaches out is a fault."""
    really_connect = socket.socket.connect

    def connect(self, address):
        if isinstance(address, tuple) and address[0] not in LOCAL_HOSTS:
            raise AssertionError(f"a test tried to reach {address[0]}")
        return really_connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory):
    """The address of a store with the demo, the same for all who only read it."""
    from ui.frame import demo

    url = str(tmp_path_factory.mktemp("demo") / "store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORE_URL", url)
        demo.load_demo(lambda share, file: None)
    return url


@pytest.fixture(scope="session")
def postgres_server():
    """PostgreSQL, started when a test of this process first asks for it; elsewhere than on Linux it may be absent."""
    from tests.postgres import PostgresServer, find_postgres

    if platform.system() != "Linux" and not find_postgres():
        pytest.skip("PostgreSQL is not here")
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_address(postgres_server):
    """The address of an empty PostgreSQL database of this test alone."""
    with postgres_server.database() as address:
        yield address


@pytest.fixture(params=("sqlite", "postgresql"))
def store_address(request, tmp_path):
    """Where a store may live that is not there yet: once a folder, once a PostgreSQL database."""
    if request.param == "sqlite":
        return str(tmp_path / "kho dữ liệu Đắk Nông")
    return request.getfixturevalue("postgres_address")
