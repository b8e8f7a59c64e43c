"""Serving to others: who counts as being at this computer, whatever stands in front; /healthz; the example files."""

import argparse
import asyncio
import configparser
import contextlib
import re
import runpy
import shutil
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from data.access import Person
from data.database.errors import OF_THE_STORE, StoreError
from data.uploads.store import Store
from tests.careless_proxy import WAIT_SECONDS, careless_proxy
from tests.e2e.conftest import running_app
from tests.machine import find_server
from tests.test_pages import NOW, readings
from ui.doors import exposure_report, routes, sign_in
from ui.doors.same_origin import SameOrigin
from ui.doors.sign_in import is_this_computer
from ui.frame import session
from words.texts import store_sentence, t

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "docs" / "deploy"
NAME = "so-lieu.example.vn"  # as in the example files
OURS = "http://127.0.0.1:8501"
DIRECT = {"Host": "127.0.0.1:8501", "Origin": OURS}


# who is at this computer, by what comes with the connection
@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "127.0.0.1", "localhost"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_browser_here_is_at_this_computer(host, scheme):
    origin = f"{scheme}://{host}"
    assert is_this_computer({"Host": host, "Origin": origin}, None, f"{origin}/tong-quan")
    assert is_this_computer({"Host": host, "Origin": origin}, "127.0.0.1", None)
    assert is_this_computer({"Host": host, "Origin": origin}, "::1", None)


@pytest.mark.parametrize(
    ("headers", "ip", "page_url"),
    [
        ({}, "192.168.1.20", None),
        ({}, "203.0.113.9", OURS),
        ({"X-Forwarded-For": "127.0.0.1"}, None, OURS),
        ({"x-forwarded-proto": "https"}, None, OURS),
        ({"X-Real-IP": "127.0.0.1"}, None, OURS),
        ({"Forwarded": "for=127.0.0.1"}, None, OURS),
        ({"Via": "1.1 proxy"}, None, OURS),
        ({"CF-Connecting-IP": "127.0.0.1"}, None, OURS),
        ({"Host": NAME}, None, None),
        ({"Host": NAME, "Origin": f"https://{NAME}"}, None, None),
        ({"Host": "127.0.0.1.nip.io:8501", "Origin": "http://127.0.0.1.nip.io:8501"}, None, None),
        ({"Host": "[::1", "Origin": "http://[::1"}, None, None),
        ({"Origin": f"https://{NAME}"}, None, None),
        ({"Origin": "null"}, None, None),
        ({"Origin": ""}, None, None),
        ({"Origin": None}, None, OURS),  # no browser
        ({"Origin": "http://127.0.0.1:3000"}, None, None),  # another program of this computer
        ({"Origin": "http://localhost:8501"}, None, None),
        ({}, None, f"https://{NAME}/"),  # what the browser shows, when all headers are written anew
        ({}, None, "http://[::1"),
    ],
)
def test_whoever_is_passed_on_is_not(headers, ip, page_url):
    told = {name: value for name, value in (DIRECT | headers).items() if value is not None}
    assert not is_this_computer(told, ip, page_url)


@pytest.fixture
def settings():
    """Change settings of Streamlit for one test."""
    names = ("server.address", "server.allowedHosts", "browser.serverAddress", "server.corsAllowedOrigins")
    before = {name: config.get_option(name) for name in (*names, "server.enableCORS")}
    yield lambda name, value: config.set_option(name, value)
    for name, value in before.items():
        config.set_option(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server.address", "0.0.0.0"),
        ("server.address", "192.168.1.5"),
        ("server.address", None),
        ("server.allowedHosts", ["127.0.0.1", NAME]),
        ("server.allowedHosts", ["*"]),
        ("server.allowedHosts", []),
        ("browser.serverAddress", NAME),
        ("server.corsAllowedOrigins", [f"https://{NAME}"]),
        ("server.enableCORS", False),
    ],
)
def test_a_server_for_others_takes_nobody_for_local(settings, name, value):
    assert sign_in.serves_here_alone()  # as .streamlit/config.toml has it
    settings(name, value)
    assert not sign_in.serves_here_alone()


def test_the_same_browser_is_local_only_where_nobody_else_is_served(settings, monkeypatch):
    came = SimpleNamespace(headers=DIRECT, cookies={}, ip_address=None, url=OURS)
    monkeypatch.setattr(sign_in.st, "context", came)
    monkeypatch.setattr(sign_in.script_runs, "is_running", lambda: True)
    assert sign_in.visitor(NOW, {}, "An") == sign_in.Visitor(Person("An", "admin"), "local")
    settings("server.allowedHosts", ["127.0.0.1", NAME])
    assert sign_in.visitor(NOW, {}, "An") == sign_in.Visitor(Person("", "public"), "nobody")


def test_where_tries_come_from_is_not_for_a_visitor_to_say(monkeypatch):
    came = SimpleNamespace(headers={"X-Forwarded-For": "198.51.100.7"}, ip_address="203.0.113.9")
    monkeypatch.setattr(sign_in.st, "context", came)
    assert sign_in.place() == "203.0.113.9"


# start.py
@pytest.fixture
def start():
    return type("Start", (), runpy.run_path(str(ROOT / "start.py")))


def told_to_streamlit(start, *arguments: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for flag in start.server_settings(start.read_arguments(list(arguments))):
        name, _, value = flag.removeprefix("--").partition("=")
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize(
    ("arguments", "address", "names"),
    [
        ((), "127.0.0.1", None),
        (("--host", NAME), "127.0.0.1", [NAME]),
        (("--host", NAME.upper(), "--address", "0.0.0.0"), "0.0.0.0", [NAME]),
        (("--address", "192.168.1.5"), "192.168.1.5", ["192.168.1.5"]),
        (("--host", NAME, "--address", "192.168.1.5"), "192.168.1.5", [NAME, "192.168.1.5"]),
    ],
)
def test_host_and_address_tell_streamlit_who_may_call(start, settings, arguments, address, names):
    told = told_to_streamlit(start, *arguments)
    assert told["server.address"] == [address]
    if names is None:
        assert not {"server.allowedHosts", "browser.serverAddress"} & set(told)
        return
    assert told["server.allowedHosts"] == ["127.0.0.1", "localhost", "[::1]", *names]
    assert told["browser.serverAddress"] == names[:1]
    for name in ("server.allowedHosts", "browser.serverAddress"):
        settings(name, told[name] if name == "server.allowedHosts" else told[name][0])
        assert not sign_in.serves_here_alone()


@pytest.mark.parametrize("wrong", [["--host", f"https://{NAME}"], ["--host", f"{NAME}:443"], ["--address", "0.0.0.0"]])
def test_what_would_let_nobody_in_is_told(start, wrong, capsys):
    with pytest.raises(SystemExit):
        start.read_arguments(wrong)
    assert "--host" in capsys.readouterr().err


def test_start_waits_where_the_server_listens(start):
    options = argparse.Namespace(address="192.168.1.5", port=8501)
    assert start.local_url(options) == "http://192.168.1.5:8501"
    assert start.local_url(argparse.Namespace(address="0.0.0.0", port=8501)) == OURS


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    made, who = Store(), Person("An", "editor")
    made.accept(name="a.xlsx", content=b"1", parts=readings(), who=who, received_at=NOW, now=NOW)
    return made


# doctor
def keys_of(findings) -> list[str]:
    return [key for _, key, _ in findings]


def test_doctor_says_that_a_server_for_others_is_not_local(store):
    assert "doctor.local_all" in keys_of(exposure_report.findings("127.0.0.1", ""))
    for address, host in (("127.0.0.1", NAME), ("0.0.0.0", NAME), ("192.168.1.5", "")):
        found = keys_of(exposure_report.findings(address, host))
        assert "doctor.served_without" in found and "doctor.local_all" not in found


def test_doctor_looks_into_the_same_secrets_as_the_server(store, tmp_path, monkeypatch, capsys):
    before = config.get_option("secrets.files")
    secrets = tmp_path / "kept" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text('[passcodes]\neditor = "plain"\n', "utf-8")
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(secrets))
    try:
        assert exposure_report.main(["127.0.0.1", NAME]) == 1
    finally:
        config.set_option("secrets.files", before)
    told = capsys.readouterr().out
    assert t("doctor.passcode_wrong", "vi", role=t("access.role.editor", "vi")) in told
    assert t("doctor.passcode_wrong", "en", role=t("access.role.editor", "en")) in told


@pytest.mark.parametrize("code", OF_THE_STORE)
def test_doctor_has_a_sentence_for_every_trouble_of_the_store(store, monkeypatch, capsys, code):
    error = StoreError(code, "/noi/dat/kho")

    def broken(*_):
        raise error

    for place in ("Store.__init__", "Store.look"):
        with monkeypatch.context() as patch:
            patch.setattr(f"data.uploads.store.{place}", broken)
            assert exposure_report.main(["127.0.0.1", ""]) == 1
        told = capsys.readouterr().out
        assert f"✗ {store_sentence(error, 'vi')}\n  {store_sentence(error, 'en')}\n" in told
    assert exposure_report.main(["127.0.0.1", ""]) == 0
    assert t("doctor.store", "vi", uploads=1, links=0) in capsys.readouterr().out


def test_doctor_says_where_no_store_was_made_yet(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    assert exposure_report.main(["127.0.0.1", ""]) == 0
    assert t("doctor.store_none", "vi", place=tmp_path / "store") in capsys.readouterr().out


def test_a_key_is_made_where_a_link_leads(tmp_path, monkeypatch):
    """A service may write beside its store, not beside its code: there .streamlit/secrets.toml is a link."""
    code, state = tmp_path / "code", tmp_path / "state"
    code.mkdir()
    state.mkdir()
    (code / "secrets.toml").symlink_to(state / "secrets.toml")
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(code / "secrets.toml")])
    try:
        key = sign_in.signing_key.read_or_make(sign_in.signing_key.secrets_path())
    finally:
        config.set_option("secrets.files", before)
    assert key and key in (state / "secrets.toml").read_text("utf-8")
    assert (code / "secrets.toml").is_symlink() and [path.name for path in code.iterdir()] == ["secrets.toml"]


# /healthz
@pytest.fixture
def healthz():
    """Asks /healthz, without Streamlit."""
    before = list(routes.answering)
    ours = httpx.ASGITransport(Starlette(routes=routes.routes()))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=ours, base_url=f"https://{NAME}") as client:
            return await client.get(routes.HEALTH)

    yield lambda: asyncio.run(ask())
    routes.answering[:] = before


def test_healthz_says_whether_the_store_can_be_read(healthz, store):
    assert (healthz().status_code, healthz().json()) == (200, {"status": "ok"})
    folder = Path(store.url)
    folder.rename(folder.with_name("away"))
    told = healthz()
    assert (told.status_code, told.json()) == (503, {"status": "store_missing"})
    assert str(folder) not in told.text and told.headers["cache-control"] == "no-store"
    folder.with_name("away").rename(folder)
    assert healthz().status_code == 200
    with store.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM donations WHERE line = 2")
    assert healthz().status_code == 200  # this process has looked at that upload
    sign_in.st.cache_resource.clear()
    assert (healthz().status_code, healthz().json()) == (503, {"status": "store_damaged"})


@pytest.mark.parametrize("code", OF_THE_STORE)
def test_healthz_has_every_code_while_it_lasts(healthz, store, monkeypatch, code):
    def broken(*_):
        raise StoreError(code, "/somewhere")

    for name in ("Store", "shared_store"):  # it cannot be opened; it was opened before
        with monkeypatch.context() as patch:
            patch.setattr(session, name, broken)
            if name == "Store":
                sign_in.st.cache_resource.clear()
            told = healthz()
            assert (told.status_code, told.json()) == (503, {"status": code}) and "somewhere" not in told.text
        assert healthz().status_code == 200


def test_healthz_knows_a_full_disk_and_what_may_only_be_read(healthz, store, monkeypatch):
    for name, wrong, code in (
        ("shutil.disk_usage", lambda _: SimpleNamespace(free=1000), "store_full"),
        ("os.access", lambda *_: False, "store_not_writable"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"data.database.engine.{name}", wrong)
            assert healthz().json() == {"status": code}
        assert healthz().json() == {"status": "ok"}


def test_healthz_of_a_place_that_is_no_store(healthz, tmp_path, monkeypatch):
    (tmp_path / "store").write_text("a file")
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    assert (healthz().status_code, healthz().json()) == (503, {"status": "not_a_folder"})


# a page of another site
async def _asked(app, kind: str, **headers: str) -> list[dict]:
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": f"{kind}.connect"}

    scope = {"type": kind, "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
    await app(scope, receive, send)
    return sent


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({"host": NAME, "origin": f"https://{NAME}"}, True),
        ({"host": NAME, "origin": f"https://{NAME}:8443"}, True),
        ({"host": NAME}, True),  # no browser; it is nobody until it shows who it is
        ({"host": NAME, "origin": "https://evil.example"}, False),
        ({"host": "127.0.0.1:8501", "origin": f"https://{NAME}"}, False),
        ({"host": NAME, "origin": "null"}, False),
        ({"host": "[::1", "origin": "http://127.0.0.1"}, False),
    ],
)
def test_a_page_of_another_site_gets_no_connection(headers, is_let_in):
    async def inner(scope, receive, send):
        await send({"type": "websocket.accept"})

    sent = asyncio.run(_asked(SameOrigin(inner), "websocket", **headers))
    assert [message["type"] for message in sent] == ["websocket.accept" if is_let_in else "websocket.close"]


# the served application, behind servers that do not tell of themselves
@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    with running_app(folder / "store", folder / "app.log") as url:
        yield int(url.rpartition(":")[2])


def first_page(port: int, host: str, origin: str | None, page_url: str = "") -> str:
    """What somebody without a cookie sees first; "refused" when there is no connection."""
    ask = BackMsg()
    ask.rerun_script.query_string = ""
    ask.rerun_script.context_info.url = page_url
    with contextlib.ExitStack() as stack:
        try:
            line = socket.create_connection(("127.0.0.1", port), WAIT_SECONDS)
            how = {"sock": line, "origin": origin, "subprotocols": ["streamlit"], "max_size": None}
            opened = stack.enter_context(connect(f"ws://{host}/_stcore/stream", open_timeout=WAIT_SECONDS, **how))
        except InvalidStatus as refused:
            assert refused.response.status_code == 403
            return "refused"
        opened.send(ask.SerializeToString())
        while True:
            message = ForwardMsg.FromString(opened.recv(timeout=WAIT_SECONDS))
            if message.WhichOneof("type") == "navigation":
                return message.navigation.app_pages[0].page_name


def test_only_a_browser_of_this_computer_is_let_in_without_signing_in(served):
    everything, board = t("frame.nav.overview", "vi"), t("frame.nav.public", "vi")
    here, elsewhere = f"127.0.0.1:{served}", f"https://{NAME}"
    assert first_page(served, here, f"http://{here}", f"http://{here}/") == everything
    assert first_page(served, here, None) == board
    assert first_page(served, here, "https://evil.example") == "refused"
    assert first_page(served, here, "http://localhost:3000") == "refused"  # Streamlit alone would let it in
    assert first_page(served, NAME, elsewhere) == "refused"  # a name that --host did not tell
    with careless_proxy(served, Host=here) as port:  # nginx without proxy_set_header
        assert first_page(port, NAME, elsewhere, f"{elsewhere}/") == "refused"
        assert first_page(port, NAME, None) == board
    with careless_proxy(served, Host=here, Origin=f"http://{here}") as port:  # and one that hides the browser's origin
        assert first_page(port, NAME, elsewhere, f"{elsewhere}/") == board


# the example files
def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=9_000))
    certificate, private = folder / "fullchain.pem", folder / "privkey.pem"
    certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    how = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(*how))
    return certificate, private


@pytest.fixture
def nginx() -> str:
    path = find_server("nginx")
    if path is None and sys.platform != "linux":
        pytest.skip("nginx is looked for on Linux")
    assert path, "nginx is not here: sudo apt install nginx"
    return path


def test_nginx_takes_the_example(nginx, tmp_path):
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    for path in self_signed(tmp_path):
        site = site.replace(f"/etc/letsencrypt/live/{NAME}/{path.name}", str(path))
    (tmp_path / "site.conf").write_text(site, "utf-8")
    whole = (
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; include {tmp_path}/site.conf; }}"
    )
    (tmp_path / "nginx.conf").write_text(whole, "utf-8")
    done = subprocess.run([nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def test_nginx_example_passes_on_what_is_needed():
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    told = dict(re.findall(r"^\s+proxy_set_header (\S+)\s+(\S+);", site, re.MULTILINE))
    assert told == {
        "Upgrade": "$http_upgrade",
        "Connection": "$connection_wanted",
        "Host": "$http_host",
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "$scheme",
    }
    limit = int(re.search(r"client_max_body_size (\d+)m;", site).group(1))
    assert limit > config.get_option("server.maxUploadSize")


def test_service_may_write_its_state_alone(start):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "cu-jut@.service", "utf-8")
    service = unit["Service"]
    assert service["ProtectSystem"] == "strict" and service["NoNewPrivileges"] == "yes"
    assert service["Environment"] == f"STORE_URL=/var/lib/{service['StateDirectory']}/store"
    assert service["SuccessExitStatus"] == "143" and service["User"] not in ("root", "")
    program, script, *arguments = service["ExecStart"].replace("%i", "8501").split()
    assert (program, script) == ("/usr/bin/python3", "start.py")
    assert told_to_streamlit(start, *arguments)["browser.serverAddress"] == [NAME]


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is of Linux")
def test_systemd_takes_the_example(tmp_path):
    unit = shutil.copy(DEPLOY / "cu-jut@.service", tmp_path)
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, encoding="utf-8")
    assert done.returncode == 0 and "cu-jut@" not in done.stderr, done.stderr


def test_paper_names_what_is_there(start):
    """Every link of docs/deploy.md leads to something; every command of start.py in it is one."""
    paper = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    links = {link for link in re.findall(r"\]\(([^)#]+)\)", paper) if "://" not in link}
    assert {"deploy/nginx.conf", "deploy/cu-jut@.service", "backup.md"} <= links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
    commands = re.findall(r"start\.py((?: (?:doctor|--\w+ [\w.-]+))+)", paper)
    assert len(commands) >= 4
    for arguments in commands:
        start.read_arguments([word.replace("TÊN_MIỀN", NAME).replace("NAME", NAME) for word in arguments.split()])
