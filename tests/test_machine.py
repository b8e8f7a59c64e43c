"""What the tests install on a machine: only what is missing, said before, no server left open; nothing is left out."""

import os
import subprocess

import pytest

from start import Fault
from tests import machine, run
from tests.test_start import is_one_clear_line, pins

SERVER = ("initdb", "pg_ctl", "postgres")
POSTGRES, MAIL = machine.PROGRAMS[1], machine.PROGRAMS[0]


def make_programs(folder, *names, script="#!/bin/sh\n"):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine of nothing but this folder, where we are nobody."""
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(machine.platform, "system", lambda: "Linux")
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    for name in ("SERVER_PLACES", "JDBC_PLACE", "POSTGRES_PLACES"):
        monkeypatch.setattr(machine, name, str(tmp_path / "lib"))
    monkeypatch.setattr(machine, "MAC_BROWSERS", ())
    monkeypatch.setattr(machine, "WINDOWS_FOLDERS", ())
    monkeypatch.setattr(machine, "NO_CLUSTER", tmp_path / "etc" / "createcluster.d" / "none.conf")
    return tmp_path


@pytest.fixture
def debian(bare, monkeypatch):
    """The same with apt-get, where we are root; what it is told is written down, and a file appears: `chromium`."""
    orders = bare / "orders.txt"
    script = f"#!/bin/sh\necho $* >> {orders}\n[ $2 = update ] && exit 100\n/bin/cp $0 {bare}/chromium\n"
    make_programs(bare, "apt-get", script=script)
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    return orders


# the browser
def test_browser_of_the_variable_must_be_there(bare, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", str(bare / "chrome"))
    with pytest.raises(Fault, match="BROWSER_PATH"):
        machine.find_browser()
    make_programs(bare, "chrome")
    assert machine.find_browser() == str(bare / "chrome")


def test_browser_is_found_in_windows_places(bare, monkeypatch):
    monkeypatch.setattr(machine, "WINDOWS_FOLDERS", ("PROGRAMFILES(X86)",))
    monkeypatch.setenv("PROGRAMFILES(X86)", str(bare))
    make_programs(bare / "Microsoft/Edge/Application", "msedge.exe")
    assert machine.find_browser() == str(bare / "Microsoft/Edge/Application/msedge.exe")


def test_without_a_browser_nothing_is_tested(bare):
    with pytest.raises(Fault, match="BROWSER_PATH") as fault:
        machine.get_ready()
    assert is_one_clear_line(str(fault.value))


# what is installed
def test_root_on_debian_is_told_first_and_then_gets_the_browser(debian, capsys):
    assert machine.get_ready() == str(debian.parent / "chromium")
    assert debian.read_text().splitlines() == ["-q update", "-q install -y --no-install-recommends chromium"]
    first, second = capsys.readouterr().out.splitlines()
    assert "chromium" in first and "this machine will get" in first and "Installing" in second
    machine.get_ready()
    assert len(debian.read_text().splitlines()) == 2 and not capsys.readouterr().out  # it is there


def test_all_is_installed_at_once(debian):
    machine.get_ready(*machine.PROGRAMS, *machine.SPARK)
    packages = debian.read_text().splitlines()[-1].partition("recommends ")[2].split()
    assert packages == [program.package for program in (machine.BROWSER, *machine.PROGRAMS, *machine.SPARK)]


@pytest.mark.parametrize("is_root", [True, False])
def test_what_is_missing_still_is_told_and_the_rest_is_tested(is_root, debian, monkeypatch, capsys):
    """apt-get here makes a browser only; as nobody in particular even that must be there."""
    monkeypatch.setattr(os, "geteuid", lambda: 0 if is_root else 1000, raising=False)
    make_programs(debian.parent, "chromium", "soffice", "java")
    assert machine.get_ready(*machine.PROGRAMS, *machine.SPARK) == str(debian.parent / "chromium")
    last = capsys.readouterr().out.splitlines()[-1]
    order = "sudo apt install dovecot-imapd postgresql poppler-utils nginx systemd"
    assert f"{order} libpostgresql-jdbc-java libxerial-sqlite-jdbc-java" in last and is_one_clear_line(last)
    assert debian.exists() == is_root


def test_a_failed_installation_is_told_and_leaves_the_machine_as_it_was(debian, capsys):
    make_programs(debian.parent, "apt-get", script="#!/bin/sh\necho E: no such package\nexit 100\n")
    assert machine.install(POSTGRES) == ["postgresql"]
    assert "no such package" in capsys.readouterr().out
    assert machine.NO_CLUSTER.parent.is_dir() and not machine.NO_CLUSTER.exists()


def test_installed_servers_are_kept_from_listening(debian):
    """Masked before they are installed, stopped after it: at no time are they open to the network."""
    for name in ("systemctl", "doveadm", "nginx"):
        make_programs(debian.parent, name, script=f"#!/bin/sh\necho {name} $* >> {debian}\n")
    with machine.servers_kept_quiet(["dovecot-imapd", "nginx"]):
        debian.write_text(debian.read_text() + "installed\n")
    assert debian.read_text().splitlines() == [
        "systemctl mask dovecot.service dovecot.socket",
        "systemctl mask nginx.service nginx.socket",
        "installed",
        "doveadm stop",
        "nginx -s stop",
    ]
    machine.install(MAIL)
    assert "systemctl mask dovecot.service dovecot.socket" in debian.read_text()


def test_postgres_is_installed_without_a_cluster(debian):
    """apt-get here makes the programs only where it was told beforehand that no cluster is wanted."""
    bin_folder = f"{machine.POSTGRES_PLACES}/17/bin"
    make = " && ".join(f"/bin/cp $0 {bin_folder}/{name}" for name in SERVER)
    wanted = f"/bin/grep -q 'create_main_cluster = false' {machine.NO_CLUSTER}"
    script = f"#!/bin/sh\n[ $2 = update ] || {{ {wanted} && /bin/mkdir -p {bin_folder} && {make}; }}\n"
    make_programs(debian.parent, "apt-get", script=script)
    assert machine.install(POSTGRES) == []
    assert machine.find_postgres() == bin_folder and not machine.NO_CLUSTER.exists()
    (debian.parent / "apt-get").unlink()
    assert machine.install(POSTGRES) == []  # it is there: nothing is installed again


def test_postgres_is_looked_for_in_path_then_of_debian_then_by_pg_config(bare):
    assert machine.find_postgres() is None
    elsewhere = make_programs(bare / "elsewhere", *SERVER)
    make_programs(bare, "pg_config", script=f"#!/bin/sh\necho {elsewhere}\n")
    assert machine.find_postgres() == elsewhere
    (bare / "elsewhere" / "postgres").unlink()  # the clients alone are no server
    assert machine.find_postgres() is None
    for version in ("9.6", "9", "17", "100"):
        newest = make_programs(bare / "lib" / version / "bin", *SERVER)
    make_programs(bare / "lib" / "101" / "bin", "psql")
    assert machine.find_postgres() == newest
    assert machine.find_postgres() != make_programs(bare, *SERVER) == machine.find_postgres()


def test_elsewhere_than_on_linux_no_server_is_asked_for(bare, monkeypatch):
    monkeypatch.setattr(machine.platform, "system", lambda: "Windows")
    assert machine.install(*machine.PROGRAMS) == ["libreoffice-calc-nogui", "poppler-utils"]


# what is run
@pytest.fixture
def orders(monkeypatch):
    """Each command that the tests are run by, and its environment; all pass."""
    called, prepared = [], []
    monkeypatch.setattr(machine, "get_ready", lambda *programs: prepared.append(programs) or "/browser")
    monkeypatch.setattr(run.start, "prepare", lambda *venv: prepared.append(venv))
    monkeypatch.setattr(subprocess, "call", lambda command, env, **_: called.append((command[2:], env)) or 0)
    return called, prepared


def test_by_day_all_but_the_long_tests_is_run(orders):
    called, prepared = orders
    assert run.main([]) == 0
    titles = [" ".join(order[:2]) for order, _ in called]
    assert titles == ["ruff check", "ruff format", "pytest tests", "pytest tests/e2e"]
    assert {"--ignore=tests/e2e", "--ignore=tests/nightly"} <= set(called[2][0])
    assert {(env["BROWSER_PATH"], env["TESTS"]) for _, env in called} == {("/browser", "daily")}
    assert prepared == [machine.PROGRAMS]


def test_by_night_the_same_is_run_at_full_count_and_the_long_tests_too(orders):
    called, prepared = orders
    assert run.main(["--nightly"]) == 0
    assert [" ".join(order[:2]) for order, _ in called][2:] == [
        "pytest tests",
        "pytest tests/e2e",
        "pytest tests/nightly",
    ]
    assert {env["TESTS"] for _, env in called} == {"nightly"}
    assert prepared == [(*machine.PROGRAMS, *machine.SPARK), (("requirements-spark.txt",), run.SPARK_VENV)]
    assert all(spec.operator == "==" for pin in pins("requirements-spark.txt").values() for spec in pin.specifier)


def test_the_first_step_that_fails_is_the_last(monkeypatch, orders):
    monkeypatch.setattr(subprocess, "call", lambda command, **_: 3 * ("format" in command))
    assert run.main([]) == 3
