"""The way in: start.py heals what is half-made, installs once, says every fault in one line; the pins are complete.

A tiny wheel plays Streamlit here, so that a whole start takes seconds and needs no network; the real one is started
by the browser journeys.
"""

import ast
import contextlib
import importlib.metadata
import json
import os
import re
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.ports import free_port
from tests.test_architecture import OUTSIDE, imports, our_files, part_of

ROOT = Path(__file__).resolve().parent.parent
PLAYER = '''
"""Answers as Streamlit does, on the port that it is told."""
import http.server, re, sys
port = int(re.search(r"--server.port=(\\d+)", " ".join(sys.argv)).group(1))
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *args): pass
try:
    http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
except KeyboardInterrupt:
    pass
'''


def make_wheel(folder, version):
    name = f"streamlit-{version}"
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("streamlit/__init__.py", f"VERSION = {version!r}\n")
        wheel.writestr("streamlit/__main__.py", PLAYER)
        wheel.writestr(f"{name}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: streamlit\nVersion: {version}\n")
        wheel.writestr(f"{name}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{name}.dist-info/RECORD", "")


def write_pins(folder, version):
    (folder / "requirements.txt").write_text(f"--no-index\n--find-links .\nstreamlit=={version}\n", "utf-8")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A folder with a space and Vietnamese letters, in which the application has been started once."""
    folder = tmp_path_factory.mktemp("Thư mục có dấu")
    shutil.copy(ROOT / "start.py", folder)
    (folder / "app.py").write_text("", "utf-8")
    for version in ("1.0", "1.1"):
        make_wheel(folder, version)
    write_pins(folder, "1.0")
    code, output = start_and_stop(folder)
    assert code == 0 and "Đang cài đặt" in output, output
    return folder


def command(folder, *arguments):
    return [sys.executable, str(folder / "start.py"), *arguments]


def run(folder, *arguments, **environment):
    done = subprocess.run(
        command(folder, *arguments),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout, done.stderr


def start_and_stop(folder, stop=lambda pid: os.killpg(pid, signal.SIGINT)):
    """Starts, waits for the address, stops as Ctrl+C does (the terminal tells the whole group); what was said.

    Returns the exit code and the lines; afterwards nothing listens any more.
    """
    port, lines = free_port(), []
    process = subprocess.Popen(
        command(folder, "--port", str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    watchdog = threading.Timer(300, os.killpg, (process.pid, signal.SIGKILL))
    watchdog.start()
    try:
        for line in process.stdout:
            lines.append(line)
            if f"http://127.0.0.1:{port}" in line:
                stop(process.pid)
                break
        code = process.wait()
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, "a server is left behind"
        return code, "".join([*lines, process.stdout.read()])
    finally:
        watchdog.cancel()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def is_one_clear_line(text):
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text and "  /  " in text


def test_second_start_installs_nothing(ready):
    before = {path: path.stat().st_mtime_ns for path in (ready / ".venv").rglob("*") if "__pycache__" not in str(path)}
    code, output = start_and_stop(ready)
    assert code == 0 and "Đang cài đặt" not in output
    after = {path: path.stat().st_mtime_ns for path in (ready / ".venv").rglob("*") if "__pycache__" not in str(path)}
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path) and path.is_file()}
    assert changed == set()


def test_stop_signal_leaves_no_server(ready):
    code, output = start_and_stop(ready, stop=lambda pid: os.kill(pid, signal.SIGTERM))
    assert code == 143 and "Traceback" not in output


def test_changed_pins_are_installed(ready, tmp_path):
    folder = shutil.copytree(ready, tmp_path / "other", symlinks=True, ignore=shutil.ignore_patterns(".venv"))
    shutil.copytree(ready / ".venv", folder / ".venv", symlinks=True)
    write_pins(folder, "1.1")
    start_and_stop(folder)
    version = next((folder / ".venv").rglob("streamlit/__init__.py")).read_text("utf-8")
    assert version == "VERSION = '1.1'\n"


def test_killed_installation_heals(ready, tmp_path):
    folder = shutil.copytree(ready, tmp_path / "killed", ignore=shutil.ignore_patterns(".venv"))
    process = subprocess.Popen(
        command(folder, "--port", str(free_port())), stdout=subprocess.DEVNULL, start_new_session=True
    )
    while not (folder / ".venv" / "pyvenv.cfg").exists():
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (folder / ".venv" / "ready.json").exists()
    code, output = start_and_stop(folder)
    assert code == 0 and "dở dang" in output and "http://127.0.0.1" in output


def test_killed_renewal_is_not_taken_for_ready(ready, tmp_path):
    """Killed while new pins are on their way: which packages are whole is unknown, so nothing counts as ready."""
    folder = shutil.copytree(ready, tmp_path / "renewal", symlinks=True)
    with socket.socket() as silent:  # accepts and never answers: pip waits
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        index = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        (folder / "requirements.txt").write_text(f"--index-url {index}\nmissing==1\n", "utf-8")
        process = subprocess.Popen(
            command(folder, "--port", str(free_port())), stdout=subprocess.DEVNULL, start_new_session=True
        )
        silent.settimeout(180)
        silent.accept()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert not (folder / ".venv" / "ready.json").exists()


def test_no_network_is_one_line_and_keeps_what_was_ready(ready, tmp_path):
    folder = shutil.copytree(ready, tmp_path / "offline", symlinks=True)
    stamp = json.loads((folder / ".venv" / "ready.json").read_text("utf-8"))
    (folder / "requirements.txt").write_text(f"--index-url http://127.0.0.1:{free_port()}/\nmissing==1\n", "utf-8")
    code, _, error = run(folder, "--port", str(free_port()))
    assert code == 1 and is_one_clear_line(error) and "Không có mạng" in error
    assert json.loads((folder / ".venv" / "ready.json").read_text("utf-8")) == stamp


def test_taken_port_is_one_line_with_a_free_one(ready):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, error = run(ready, "--port", str(port))
    assert code == 1 and error.count("\n") == 1 and f"Cổng {port}" in error
    proposed = int(re.search(r"--port (\d+)", error).group(1))
    assert proposed != port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", proposed))


def test_old_python_is_one_line():
    """As Python 3.8 would see it; `sys.version_info` is all that start.py asks."""
    pretend = "import sys, runpy; sys.version_info = (3, 8, 18, 'final', 0); sys.argv = ['start.py']; "
    pretend += f"runpy.run_path({str(ROOT / 'start.py')!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, encoding="utf-8")
    assert done.returncode == 1 and is_one_clear_line(done.stderr) and "3.11" in done.stderr


def test_old_python_can_read_start():
    source = (ROOT / "start.py").read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    arguments = [node for node in ast.walk(tree) if isinstance(node, ast.arg)]
    # list[str] would be evaluated by an old Python before main() runs
    assert not [node for node in arguments if node.annotation] and not [
        node for node in ast.walk(tree) if isinstance(node, ast.AnnAssign) or getattr(node, "returns", None)
    ]


def test_start_needs_the_standard_library_only():
    tree = ast.parse((ROOT / "start.py").read_text("utf-8"))
    named = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in named} <= sys.stdlib_module_names


def test_help_and_wrong_port():
    code, output, _ = run(ROOT, "--help")
    assert code == 0 and "--port" in output and "kiểm thử" in output
    code, _, error = run(ROOT, "--port", "70000")
    assert code == 2 and "65535" in error and "Traceback" not in error


@pytest.fixture
def start():
    """start.py as a module."""
    return type("Start", (), runpy.run_path(str(ROOT / "start.py")))


@pytest.fixture
def debian(monkeypatch, tmp_path):
    """A machine with apt-get, where we are root; what apt-get is told is written down."""
    orders = tmp_path / "orders.txt"
    (tmp_path / "apt-get").write_text(f"#!/bin/sh\necho $DEBIAN_FRONTEND $* >> {orders}\n[ $2 = install ]\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    return orders


def test_debian_without_venv_installs_it_or_says_how(start, debian, monkeypatch):
    start.install_venv_module()
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    install = f"noninteractive -q install -y --no-install-recommends {package}"
    assert debian.read_text().splitlines() == ["noninteractive -q update", install]
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(start.Fault, match=f"sudo apt install {package}"):
        start.install_venv_module()


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["test"], ["tests.run"]),
        (["test", "--nightly"], ["tests.run", "--nightly"]),
        (["bench"], ["tests.bench"]),
        (["doctor"], ["commands", "doctor", "127.0.0.1", ""]),
    ],
)
def test_each_command_is_one_module_of_the_venv(arguments, asked, ready, tmp_path):
    """It ends as the module ends; for the tests the pins of both files are installed."""
    folder = shutil.copytree(ready, tmp_path / "tested", symlinks=True)
    (folder / "requirements-dev.txt").write_text("", "utf-8")
    for module in ("tests/run.py", "tests/bench/__main__.py", "commands/__main__.py"):
        (folder / module).parent.mkdir(parents=True, exist_ok=True)
        (folder / module).write_text("import sys; print('asked', *sys.orig_argv[2:]); sys.exit(7)", "utf-8")
    code, output, _ = run(folder, *arguments)
    assert (code, output.splitlines()[-1]) == (7, " ".join(["asked", *asked]))
    assert ("requirements-dev.txt" in (folder / ".venv" / "ready.json").read_text("utf-8")) == (arguments != ["doctor"])


def test_stopped_tests_leave_nothing_behind(ready, tmp_path):
    folder, pid = shutil.copytree(ready, tmp_path / "stopped", symlinks=True), tmp_path / "pid"
    (folder / "requirements-dev.txt").write_text("", "utf-8")
    (folder / "tests").mkdir()
    waiting = f"import os, pathlib, time; pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); time.sleep(60)"
    (folder / "tests" / "run.py").write_text(waiting, "utf-8")
    process = subprocess.Popen(command(folder, "test"), stdout=subprocess.DEVNULL)
    while not (pid.exists() and pid.read_text()):
        assert process.poll() is None
        time.sleep(0.02)
    process.terminate()
    assert process.wait(30) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_long_tests_are_tests(start):
    with pytest.raises(SystemExit):
        start.read_arguments(["doctor", "--nightly"])


def test_faults_of_the_installation_have_their_words(start):
    assert "đầy" in str(start.install_fault("ERROR: [Errno 28] No space left on device"))
    assert "mạng" in str(start.install_fault("WARNING: Retrying after connection broken by 'NewConnectionError'"))
    assert "no such version" in str(start.install_fault("x\nERROR: no such version\n"))


def test_check_of_the_server_is_the_same_command():
    assert "python3 start.py test" in (ROOT / ".ci" / "run").read_text("utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


# --- the pins ---


def pins(*names):
    """Package -> Requirement, of requirements files."""
    lines = [line.split("#")[0].strip() for name in names for line in (ROOT / name).read_text("utf-8").splitlines()]
    found = [Requirement(line) for line in lines if line]
    return {canonicalize_name(pin.name): pin for pin in found}


def environments():
    for version in ("3.11", "3.12", "3.13"):
        for platform, system, name in (("linux", "Linux", "posix"), ("win32", "Windows", "nt")):
            yield {
                "python_version": version,
                "python_full_version": f"{version}.0",
                "sys_platform": platform,
                "platform_system": system,
                "os_name": name,
                "extra": "",
            }


@pytest.mark.parametrize("names", [("requirements.txt",), ("requirements.txt", "requirements-dev.txt")])
def test_every_package_is_pinned_exactly_and_completely(names):
    pinned, wrong = pins(*names), []
    for name, pin in pinned.items():
        if [spec.operator for spec in pin.specifier] != ["=="]:
            wrong.append(f"{name} is not exact")
        if pin.marker and not pin.marker.evaluate():
            continue
        for needed in map(Requirement, importlib.metadata.distribution(name).requires or []):
            for environment in environments():
                if needed.marker and not needed.marker.evaluate(environment):
                    continue
                found = pinned.get(canonicalize_name(needed.name))
                applies = found and (not found.marker or found.marker.evaluate(environment))
                version = next(iter(found.specifier)).version if applies else None
                if version is None or not needed.specifier.contains(version, prereleases=True):
                    wrong.append(f"{name} needs {needed}, pinned: {version} ({environment['sys_platform']})")
    assert sorted(set(wrong)) == []


def test_tests_run_with_the_pinned_releases():
    pinned = pins("requirements.txt", "requirements-dev.txt")
    here = {name: pin for name, pin in pinned.items() if not pin.marker or pin.marker.evaluate()}
    wrong = [n for n, pin in here.items() if not pin.specifier.contains(importlib.metadata.version(n))]
    assert wrong == []


def test_whatever_the_application_imports_is_pinned():
    owners = importlib.metadata.packages_distributions()
    files = {path: source for path, source in our_files({".py"}).items() if part_of(path) not in OUTSIDE}
    named = {module.split(".")[0] for path, source in files.items() for module in imports(path, source)}
    needed = {canonicalize_name(owners[name][0]) for name in named if name in owners}
    assert needed and needed <= set(pins("requirements.txt"))


# --- .streamlit/config.toml ---


def settings():
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))


def test_fonts_lie_in_the_house():
    faces = settings()["theme"]["fontFaces"]
    files = {ROOT / "static" / face["url"].removeprefix("app/static/") for face in faces}
    assert len(faces) == len(files) == 9 and all(file.is_file() for file in files)
    assert {file for file in (ROOT / "static").glob("*.woff2")} == files
    assert sum(file.stat().st_size for file in files) < 200_000
    assert "SIL OPEN FONT LICENSE" in (ROOT / "static" / "be-vietnam-pro-OFL.txt").read_text("utf-8")


def test_streamlit_knows_every_setting():
    """A misspelled option is ignored by Streamlit with a line in the log, and the default stays."""
    from streamlit import config

    known = set(config.get_config_options())
    told = {f"{section}.{key}" for section, values in settings().items() if section != "theme" for key in values}
    assert told and told <= known
    for section in ("theme", "theme.light", "theme.dark", "theme.light.sidebar", "theme.dark.sidebar"):
        values = settings()
        for part in section.split("."):
            values = values[part]
        keys = {f"{section}.{key}" for key, value in values.items() if not isinstance(value, dict)}
        assert keys <= known


def test_only_this_computer_and_fast_for_many():
    told = settings()
    assert told["server"]["address"] == "127.0.0.1"
    assert told["runner"]["postScriptGC"] is False
    assert told["browser"]["gatherUsageStats"] is False
    assert told["client"]["showErrorDetails"] == "none"
