"""What the tests need of the machine beside the .venv: a browser, servers, LibreOffice; installed where they may be.

Only Debian's packages, only those that are missing, and what will be installed is said before. Most tests need none of
it but the browser: without the rest they run, and those that need it fail and say so. Nothing is left out.
"""

import os
import platform
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from start import Fault, apt_install, can_use_apt, run_quietly, say

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
BROWSER_NAMES += ("microsoft-edge", "microsoft-edge-stable")
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
WINDOWS_BROWSERS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
WINDOWS_BROWSERS += ("Chromium/Application/chrome.exe",)
MAC_BROWSERS = ("Google Chrome", "Chromium", "Microsoft Edge")
SERVER_PLACES = "/usr/sbin:/usr/local/sbin"  # not in everyone's PATH
POSTGRES_PLACES = "/usr/lib/postgresql"  # Debian: a folder for each version, none in PATH
JDBC_PLACE = "/usr/share/java"
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/none-for-the-tests.conf")
# Debian starts a server as soon as it is installed, open to the network; the tests start their own on loopback
SERVICES = {"dovecot-imapd": ("dovecot", ["doveadm", "stop"]), "nginx": ("nginx", ["nginx", "-s", "stop"])}


@dataclass(frozen=True)
class Program:
    """A package of Debian, and how what it brings is looked for. Elsewhere than on Linux some tests are left out."""

    package: str
    find: Callable[[], object]
    is_for_linux: bool = False

    def is_missing(self) -> bool:
        return (platform.system() == "Linux" or not self.is_for_linux) and not self.find()


def find_browser() -> str | None:
    """The path of a Chromium, Chrome or Edge that is already here, or None."""
    chosen = os.environ.get("BROWSER_PATH")
    if chosen:
        if not Path(chosen).is_file():
            raise Fault(f"BROWSER_PATH không có tệp này  /  BROWSER_PATH is no file: {chosen}")
        return chosen
    places = [shutil.which(name) for name in BROWSER_NAMES]
    places += [Path(os.environ[f]) / path for f in WINDOWS_FOLDERS if f in os.environ for path in WINDOWS_BROWSERS]
    places += [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in MAC_BROWSERS]
    return next((str(place) for place in places if place and Path(place).is_file()), None)


def find_server(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=SERVER_PLACES)


def find_postgres() -> str | None:
    """The folder with initdb, pg_ctl and postgres: of PATH, else Debian's newest, else what pg_config says; or None."""
    in_path = shutil.which("initdb")
    places = [str(Path(in_path).resolve().parent)] if in_path else []
    versions = [folder for folder in Path(POSTGRES_PLACES).glob("*/bin") if folder.parent.name.isdigit()]
    places += [str(folder) for folder in sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)]
    if shutil.which("pg_config"):
        places.append(run_quietly(["pg_config", "--bindir"]).stdout.strip())
    needed = ("initdb", "pg_ctl", "postgres")  # the clients alone have pg_config too
    return next((place for place in places if all(shutil.which(name, path=place) for name in needed)), None)


def find_office() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


BROWSER = Program("chromium", find_browser)
PROGRAMS = (
    Program("dovecot-imapd", lambda: find_server("dovecot"), is_for_linux=True),  # the mailbox
    Program("postgresql", find_postgres, is_for_linux=True),  # the other home of the store
    Program("libreoffice-calc-nogui", find_office),  # recalculates the formulas of the meeting's workbook
    Program("poppler-utils", lambda: shutil.which("pdftotext")),  # reads the PDF files back
    Program("nginx", lambda: find_server("nginx"), is_for_linux=True),  # the example files for whoever serves to others
    Program("systemd", lambda: shutil.which("systemd-analyze"), is_for_linux=True),
)
SPARK = (  # by night
    Program("default-jre-headless", lambda: shutil.which("java")),
    Program("libpostgresql-jdbc-java", lambda: (Path(JDBC_PLACE) / "postgresql.jar").exists()),
    Program("libxerial-sqlite-jdbc-java", lambda: (Path(JDBC_PLACE) / "sqlite-jdbc.jar").exists()),
)


def get_ready(*programs: Program) -> str:
    """Installs what is missing, where we may, and says what is missing still; the path of the browser."""
    missing = install(BROWSER, *programs)
    if BROWSER.package in missing:
        raise Fault(
            "Cần trình duyệt Chrome, Chromium hoặc Edge để kiểm thử: cài một trong ba, hoặc đặt BROWSER_PATH"
            "  /  The tests need Chrome, Chromium or Edge: install one or set BROWSER_PATH"
        )
    if missing:
        order = f"sudo apt install {' '.join(missing)}"
        say(f"Còn thiếu, kiểm thử cần đến sẽ không đạt: {order}", "missing: the tests that need it will fail")
    return BROWSER.find()


def install(*programs: Program) -> list[str]:
    """The packages that are missing after what could be installed has been."""
    missing = [program.package for program in programs if program.is_missing()]
    if not missing or not can_use_apt():
        return missing
    say(f"Máy này sẽ được cài thêm: {', '.join(missing)}", "this machine will get these packages, for the tests")
    try:
        with servers_kept_quiet(missing):
            apt_install(*missing)
    except Fault as fault:
        say(str(fault), "going on with what is here")
    return [program.package for program in programs if program.is_missing()]


@contextmanager
def servers_kept_quiet(packages: list[str]):
    """While they are installed no server of theirs is open to the network, and none runs afterwards."""
    services = [SERVICES[package] for package in packages if package in SERVICES]
    if shutil.which("systemctl"):
        for name, _ in services:  # works before the unit is there, and without a running systemd
            run_quietly(["systemctl", "mask", f"{name}.service", f"{name}.socket"])
    if "postgresql" in packages:  # Debian makes a cluster and starts it, unless it is told otherwise
        NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        NO_CLUSTER.write_text("create_main_cluster = false\n", "utf-8")
    try:
        yield
    finally:
        NO_CLUSTER.unlink(missing_ok=True)  # asked at the first installation only: who wants a cluster later gets one
        for _, stop in services:  # a machine without systemd may have started it another way
            if shutil.which(stop[0]):
                run_quietly(stop)
