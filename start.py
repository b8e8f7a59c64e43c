"""Sets up and starts the application: python3 start.py [doctor | test | bench] [--port N] [--host NAME].

Only the standard library, and no syntax younger than Python 3.6: an old Python must get as far as the line that
says it is too old. Hence also no type annotations here. One file, though long: it must run before anything else is
there. `.venv/ready.json` is written last, after everything is installed: without it the .venv is half-made and is
built again.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = "ready.json"
RUN_FILES = ("requirements.txt",)
TEST_FILES = ("requirements.txt", "requirements-dev.txt")
IS_WINDOWS = os.name == "nt"
PYTHON = "Scripts/python.exe" if IS_WINDOWS else "bin/python"  # of a .venv
VENV_PYTHON = VENV / PYTHON
COMMAND = "py start.py" if IS_WINDOWS else "python3 start.py"
DEFAULT_PORT = 8501
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
EVERYWHERE = ("0.0.0.0", "::")
SERVER_START_SECONDS = 90

NETWORK_WORDS = ("connection broken", "NewConnectionError", "Failed to establish", "name resolution", "ProxyError")
NETWORK_WORDS += ("ConnectTimeout", "ReadTimeout", "getaddrinfo", "Network is unreachable", "Could not fetch URL")


class Fault(Exception):
    """Something expected went wrong; shown as one line, Vietnamese then English."""


def say(vietnamese, english):
    print(f"{vietnamese}  /  {english}", flush=True)


def refuse_old_python():
    if sys.version_info[:2] < OLDEST_PYTHON:
        need = ".".join(map(str, OLDEST_PYTHON))
        raise Fault(
            f"Python {platform.python_version()} quá cũ, cần {need} trở lên: cài từ https://www.python.org/downloads"
            f"  /  Python {platform.python_version()} is too old, {need} or newer is needed"
        )


# --- the .venv ---


def child_environment(**more):
    """Our environment without what would lead the .venv's Python or pip somewhere else."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX")}
    env.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUTF8="1", **more)
    return env


def wanted_stamp(names):
    """What a finished .venv says about itself: the Python that made it and the hash of each requirements file."""
    stamp = {"python": f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"}
    for name in names:
        # line ends differ between a Windows and a Linux checkout of the same file
        content = (ROOT / name).read_bytes().replace(b"\r\n", b"\n")
        stamp[name] = hashlib.sha256(content).hexdigest()
    return stamp


def read_stamp(venv):
    try:
        return dict(json.loads((venv / STAMP).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def prepare(names, venv=VENV):
    """Makes a .venv ready for the requirements files; does nothing when it already is."""
    wanted, found, stamp = wanted_stamp(names), read_stamp(venv), venv / STAMP
    usable = found.get("python") == wanted["python"] and (venv / PYTHON).exists()
    if not usable:
        make_venv(venv)
        found = {}
    missing = [name for name in names if found.get(name) != wanted[name]]
    if not missing:
        return
    say("Đang cài đặt, chỉ lần này, khoảng 1 đến 3 phút …", "Installing, this time only, about 1 to 3 minutes …")
    stamp.unlink(missing_ok=True)  # killed from here on: the next start builds anew
    try:
        install(missing, venv)
    except Fault:
        if found:  # pip fails before it changes anything: what was ready before still is
            stamp.write_text(json.dumps(found), "utf-8")
        raise
    stamp.write_text(json.dumps({**found, **wanted}, indent=1), "utf-8")


def make_venv(venv):
    if venv.exists():
        say("Bản cài đặt dở dang hoặc cũ, làm lại …", "The installation is unfinished or old, making it anew …")
        shutil.rmtree(venv)
    if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        install_venv_module()
    # started from inside a .venv, its own Python has just been removed with it
    python = getattr(sys, "_base_executable", None) or sys.executable
    done = run_quietly([python, "-m", "venv", str(venv)])
    if done.returncode:
        raise Fault(f"Không tạo được {venv.name}  /  Cannot make {venv.name}: {last_line(done.stdout)}")


def install_venv_module():
    """Debian and Ubuntu keep venv and ensurepip in a package of their own."""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if not can_use_apt():
        raise Fault(f"Thiếu gói {package}. Chạy / Missing package. Run: sudo apt install {package}")
    apt_install(package)


def install(names, venv):
    command = [str(venv / PYTHON), "-m", "pip", "install", "-q", "--no-input", "--retries", "2", "--timeout", "20"]
    for name in names:
        command += ["-r", name]
    done = run_quietly(command)
    if done.returncode:
        raise install_fault(done.stdout)


def install_fault(output):
    if any(word in output for word in NETWORK_WORDS):
        return Fault(
            f"Không có mạng để tải thư viện: nối Internet (chỉ cần lần đầu) rồi chạy lại {COMMAND}"
            "  /  No network to fetch the packages: connect once, then run it again"
        )
    if "No space left" in output:
        return Fault("Ổ đĩa đã đầy, cần khoảng 1 GB  /  The disk is full, about 1 GB is needed")
    return Fault(f"Không cài được thư viện  /  The packages cannot be installed: {last_line(output)}")


def run_quietly(command, **options):
    options.setdefault("env", child_environment())
    return subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        **options,
    )


def last_line(output):
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["?"])[-1]


# --- Debian packages ---


def can_use_apt():
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages):
    named = ", ".join(packages)
    say(f"Đang cài gói {named} …", f"Installing {named} …")
    env = child_environment(DEBIAN_FRONTEND="noninteractive")
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = run_quietly(["apt-get", "-q", *arguments], env=env)
        # a stale list of one foreign repository must not stop us: the installation decides
        if done.returncode and arguments[0] == "install":
            raise Fault(f"apt-get không cài được {named}  /  apt-get failed: {last_line(done.stdout)}")


# --- the application ---


def check_port(port):
    if not is_free(port):
        free = next((p for p in range(port + 1, min(port + 200, 65536)) if is_free(p)), None)
        advice = f"{COMMAND} --port {free or DEFAULT_PORT}"
        raise Fault(f"Cổng {port} đang được dùng. Chạy / Port {port} is taken. Run: {advice}")


def is_free(port):
    with socket.socket() as probe:
        # Windows would share a port silently; elsewhere a port just left must not count as taken
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        probe.setsockopt(socket.SOL_SOCKET, exclusive or socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def server_settings(options):
    """What is told to Streamlit: where it listens, and by which names browsers may call it.

    Any name but this computer's own also says that others are served: then nobody is let in without signing in, not
    even here (ui/doors/sign_in.py).
    """
    told = [f"--server.address={options.address}", "--server.headless=true", "--logger.hideWelcomeMessage=true"]
    others = [name for name in (options.host, options.address) if name not in (None, *LOOPBACK, *EVERYWHERE)]
    if others:
        told += [f"--server.allowedHosts={name}" for name in (*LOOPBACK, *others)]
        told.append(f"--browser.serverAddress={others[0]}")
    return told


def local_url(options):
    """Where this computer itself reaches the server."""
    return f"http://{'127.0.0.1' if options.address in EVERYWHERE else options.address}:{options.port}"


def serve(options):
    """Runs Streamlit until Ctrl+C; returns its exit code."""
    command = [str(VENV_PYTHON), "-m", "streamlit", "run", "serve.py", f"--server.port={options.port}"]
    command += server_settings(options)
    # a child and no exec: on Windows exec returns to the prompt at once and loses Ctrl+C
    server = subprocess.Popen(command, cwd=ROOT, env=child_environment())
    try:
        wait_until_ready(server, local_url(options))
        if options.host:
            say(f"Người khác mở: https://{options.host}", "the address for others, behind a server with TLS")
        say(f"Mở trình duyệt tại: {local_url(options)}", "open this address in a browser; stop with Ctrl+C")
        return server.wait()
    except KeyboardInterrupt:
        wait_for_end(server, 10)  # Ctrl+C has reached the child too: it ends by itself
        say("Đã dừng.", "Stopped.")
        return 0
    finally:
        end(server)


def run_to_end(arguments):
    """What the .venv's Python does with these arguments; its exit code. It does not outlive us."""
    child = subprocess.Popen([str(VENV_PYTHON), *arguments], cwd=ROOT, env=child_environment())
    try:
        return child.wait()
    except KeyboardInterrupt:
        wait_for_end(child, 10)
        raise
    finally:
        end(child)


def end(child):
    if child.poll() is None:
        child.terminate()
        if not wait_for_end(child, 5):
            child.kill()


def wait_for_end(server, seconds):
    try:
        server.wait(timeout=seconds)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        return False
    return True


def wait_until_ready(server, url):
    health = f"{url}/_stcore/health"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # an office proxy knows nothing of us
    deadline = time.monotonic() + SERVER_START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise Fault(f"Ứng dụng dừng ngay (mã {server.returncode})  /  The application stopped at once")
        try:
            with direct.open(health, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Fault(f"Sau {SERVER_START_SECONDS} giây ứng dụng chưa trả lời  /  The application does not answer")


# --- a store of an earlier release ---


def find_old_store():
    """The folder of the store, where tables of a release before the database lie in it; else None."""
    url = os.environ.get("STORE_URL") or "data/store"
    if "://" in url and not url.startswith("file://"):
        return None
    folder = ROOT / Path(url[len("file://") :] if url.startswith("file://") else url).expanduser()
    return folder if any(folder.glob("*/_delta_log")) else None


def take_over_old_store():
    """Makes it a store of this release, in words of its own; whether the store may be served."""
    folder = find_old_store()
    if folder is None:
        return True
    command = [str(VENV_PYTHON), "-m", "commands", "takeover", str(folder)]
    subprocess.call(command, cwd=ROOT, env=child_environment())
    return (folder / "store.sqlite").exists()  # there it is whole, whatever the command found in it


# --- the commands ---


def command_run(options):
    check_port(options.port)
    prepare(RUN_FILES)
    return serve(options) if take_over_old_store() else 1


def command_doctor(options):
    prepare(RUN_FILES)
    if find_old_store():
        say("Kho của phiên bản trước: lần chạy tới sẽ chuyển.", "A store of an earlier release: a start takes it over.")
    return run_to_end(["-m", "commands", "doctor", options.address, options.host or ""])


def command_test(options):
    """The tests, or the measuring of the speed; what they need of this machine they say themselves."""
    prepare(TEST_FILES)
    module = {"test": "tests.run", "bench": "tests.bench"}[options.command]
    return run_to_end(["-m", module, *(["--nightly"] if options.nightly else [])])


COMMANDS = {"run": command_run, "doctor": command_doctor, "test": command_test, "bench": command_test}


def port_number(text):
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("cần một số từ 1 đến 65535 / a number from 1 to 65535 is needed")
    return int(text)


def host_name(text):
    """A name as a certificate has it; `https://…` or a port would let nobody in."""
    if not text or any(sign in text for sign in "/:@ "):
        raise argparse.ArgumentTypeError("chỉ ghi tên miền, như so-lieu.example.vn / the name alone is needed")
    return text.lower()


def read_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description="Cài đặt và chạy ứng dụng trên máy này. / Sets up and runs the application on this computer.",
    )
    parser.add_argument(
        "command",
        nargs="?",
        default="run",
        choices=list(COMMANDS),
        help="run: chạy (mặc định) / run (default); doctor: ai được xem, làm gì / what is open to whom; "
        "test: kiểm thử / all tests; bench: đo tốc độ / measure the speed",
    )
    parser.add_argument(
        "--nightly",
        action="store_true",
        help="với test: kiểm thử lâu, hằng đêm / with test: the long tests of the night",
    )
    parser.add_argument(
        "--port",
        type=port_number,
        default=DEFAULT_PORT,
        metavar="N",
        help=f"cổng của địa chỉ, mặc định {DEFAULT_PORT} / port of the address, {DEFAULT_PORT} by default",
    )
    parser.add_argument(
        "--host",
        type=host_name,
        metavar="NAME",
        help="tên miền mà người khác mở, sau máy chủ web có TLS / the name that others open, behind a web server",
    )
    parser.add_argument(
        "--address",
        default="127.0.0.1",
        metavar="IP",
        help="địa chỉ lắng nghe, mặc định chỉ máy này / where to listen, this computer alone by default",
    )
    options = parser.parse_args(arguments)
    if options.nightly and options.command != "test":
        parser.error("--nightly chỉ đi với test / goes with test only")
    if options.address in EVERYWHERE and not options.host:
        parser.error(f"--address {options.address} cần thêm --host NAME / needs --host NAME too")
    return options


def main(arguments=None):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a redirected Windows console is not UTF-8
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        refuse_old_python()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` stops the child
        options = read_arguments(arguments)
        return COMMANDS[options.command](options)
    except Fault as fault:
        print(fault, file=sys.stderr)
    except KeyboardInterrupt:
        say("Đã dừng.", "Stopped.")
        return 130
    except OSError as error:
        # a full disk, a folder without the right to write, a file that a running copy holds open
        print(f"Máy không cho phép  /  The computer refuses: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
