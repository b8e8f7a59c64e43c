"""Who somebody is: roles by e-mail, passcodes of roles, the page Đăng nhập, and what each role then finds."""

import runpy
import shutil
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data import reference
from data.access import Person
from data.uploads.store import Store
from tests.office import OWN, fill
from tests.test_pages import PAGES, ROOT, words
from ui.doors import passcodes, routes, sign_in, sign_in_page
from ui.doors.guessing_limit import GuessingLimit
from words import texts

HASHES = {role: passcodes.hashed(f"mat-ma-{role}") for role in passcodes.ROLES}


class User(dict):
    """What st.user is."""

    to_dict = dict.copy


@pytest.fixture
def secrets(monkeypatch) -> dict:
    """The tables of secrets.toml; nothing in them at first."""
    told: dict[str, dict] = {}
    monkeypatch.setattr(sign_in, "secrets_of", lambda name: told.get(name, {}))
    return told


@pytest.fixture
def came_with(monkeypatch):
    """Whoever's browser has signed in with an account."""

    def come(**user: object) -> None:
        monkeypatch.setattr(st, "user", User({"is_logged_in": bool(user)} | user))

    come()
    return come


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store that is filled once, and copied for every test."""
    folder = tmp_path_factory.mktemp("filled") / "store"
    fill(Store(folder)).database.close()
    return folder


@pytest.fixture
def app(filled, tmp_path, monkeypatch, secrets, came_with):
    """Opens a page of a filled store, in the same session on each call; guessing starts anew."""
    monkeypatch.setenv("STORE_URL", str(shutil.copytree(filled, tmp_path / "store")))
    monkeypatch.setattr(routes, "answering", [])  # as of `streamlit run app.py`
    seconds = [0.0]
    monkeypatch.setattr(sign_in_page, "guesses", GuessingLimit(lambda: seconds[0]))
    monkeypatch.setattr(sign_in, "place", lambda: "192.0.2.7")  # under AppTest nobody comes from anywhere
    made = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    return SimpleNamespace(seconds=seconds, open=lambda page: made.run().switch_page(PAGES[page]).run())


# roles by e-mail
def test_secrets_go_before_the_table_and_what_is_not_known_has_no_role(secrets, monkeypatch):
    table = {"an@vi.du": {"role": "viewer", "name": "An"}, "ba@vi.du": {"role": "root", "name": "Ba"}}
    known = SimpleNamespace(people=table, all_communes=reference.load().all_communes)
    monkeypatch.setattr(reference, "load", lambda: known)
    secrets["people"] = {" An@Vi.Du ": "admin", "chi@vi.du": {"role": "viewer", "commune": OWN}}
    secrets["people"] |= {"dung@vi.du": {"role": "viewer", "commune": "00000"}, "em@vi.du": 7}
    found = sign_in.people()
    assert {email: row["role"] for email, row in found.items()} == {"an@vi.du": "admin", "chi@vi.du": "viewer"}


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ({"email": "AN@vi.du", "email_verified": True, "name": "An"}, "editor"),
        ({"email": " an@vi.du"}, "editor"),  # providers of an office need not say it
        ({"email": "an@vi.du", "email_verified": "true"}, "editor"),
        ({"email": "an@vi.du", "email_verified": False}, None),
        ({"email": "an@vi.du", "email_verified": "false"}, None),
        ({"email": "an@vi.du", "email_verified": None}, None),
        ({"email": "la@vi.du", "email_verified": True}, None),
        ({"email": "", "email_verified": True}, None),
        ({"sub": "1"}, None),
    ],
)
def test_an_account_has_the_role_of_its_verified_address(user, role, secrets):
    secrets["people"] = {"an@vi.du": "editor", "": "admin"}
    found = sign_in._of_email(user)
    assert (found.road, found.person.role) == (("sign_in", role) if role else ("unknown", "public"))
    assert role is None or "an@vi.du" in found.person.name.lower()


def test_an_account_of_one_commune_sees_that_one(secrets):
    secrets["people"] = {"an@vi.du": {"role": "editor", "commune": OWN, "name": "An"}}
    assert sign_in._of_email({"email": "an@vi.du"}).person == Person("An (an@vi.du)", "editor", OWN)


# passcodes
def test_guessing_is_dear():
    """The other tests pay less (tests/conftest.py): here is the product's own price."""
    kept = runpy.run_path(str(ROOT / "ui" / "doors" / "passcodes.py"))["hashed"]("mat-ma")
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in kept and passcodes.is_right("mat-ma", kept)


def test_a_passcode_is_of_the_highest_role_that_has_it(secrets):
    secrets["passcodes"] = HASHES | {"other": HASHES["admin"], "viewer": HASHES["editor"]}
    assert sign_in.check_passcode("mat-ma-editor", "An")["role"] == "editor"
    assert sign_in.check_passcode("mat-ma-viewer", "An") is None
    assert sign_in.check_passcode("", "An") is None
    secrets["passcodes"] = {"admin": "no hash", "editor": ["x"]}
    assert sign_in.check_passcode("no hash", "An") is None
    assert set(sign_in.role_passcodes()) == {"admin"}


@pytest.mark.parametrize(
    ("arguments", "typed", "code"),
    [(["editor"], ["mat-ma-dai"] * 2, 0), (["editor"], ["ngan"], 1), (["editor"], ["mat-ma-dai", "mat-ma-da1"], 1)]
    + [(["root"], [], 2), ([], [], 2)],
)
def test_the_command_makes_a_line_for_the_secrets(arguments, typed, code, monkeypatch, capsys):
    asked = iter(typed)
    monkeypatch.setattr(passcodes.getpass, "getpass", lambda prompt: next(asked))
    assert passcodes.main(arguments) == code
    said = capsys.readouterr()
    assert "mat-ma" not in said.out + said.err
    if code == 0:
        kept = said.out.splitlines()[-1].partition('"')[2].rstrip('"')
        assert said.out.splitlines()[-2] == "[passcodes]" and passcodes.is_right("mat-ma-dai", kept)
        assert not passcodes.is_right("mat-ma-da1", kept)


# the page
def test_without_a_way_to_sign_in_the_page_says_so(app):
    assert "docs/deploy.md" in words(app.open("sign_in"))


def signed_in(app, name: str, passcode: str) -> AppTest:
    page = app.open("sign_in")
    page.text_input(key="sign_in_name_vi").set_value(name)
    page.text_input(key="sign_in_passcode_vi").set_value(passcode)
    return page.button[-1].click().run()


def test_each_role_signs_in_with_its_passcode_and_out_again(app, secrets):
    secrets["passcodes"] = HASHES
    for role in passcodes.ROLES:
        page = signed_in(app, "An", f"mat-ma-{role}")
        assert not page.exception and texts.t(f"access.role.{role}", "vi") in words(page)
        assert ("Nhập số liệu" in words(page)) == (role != "viewer")
        page.button(key="sign_out_page").click().run()
        assert not page.exception and "Mã đăng nhập" in words(page)
    assert "Nhập số liệu" not in words(app.open("upload")).replace("trang Nhập số liệu", "")


def test_wrong_passcodes_wait_longer_and_nobody_can_have_them_forgotten(app, secrets):
    secrets["passcodes"] = HASHES
    for number in range(3):
        said = words(signed_in(app, "An", f"sai-{number}"))
        assert "Mã đăng nhập chưa đúng." in said
    assert "Chờ 2 giây" in said
    st.cache_resource.clear()  # what every browser may ask Streamlit for
    assert "Chờ 2 giây" in words(signed_in(app, "An", "mat-ma-admin"))
    app.seconds[0] = 2.0
    assert "quản trị" in words(signed_in(app, "An", "mat-ma-admin"))


def test_a_name_is_needed_for_the_log(app, secrets):
    secrets["passcodes"] = HASHES
    assert texts.t("access.sign_in.no_name", "vi") in words(signed_in(app, "  ", "mat-ma-admin"))


def test_a_changed_passcode_signs_out(app, secrets):
    secrets["passcodes"] = dict(HASHES)
    assert "biên tập" in words(signed_in(app, "An", "mat-ma-editor"))
    secrets["passcodes"]["editor"] = passcodes.hashed("mat-ma-moi")
    assert texts.t("access.needs_sign_in", "vi") in words(app.open("upload"))


def test_an_account_opens_the_pages_of_its_role(app, secrets, came_with):
    secrets |= {"auth": {"client_id": "x"}, "people": {"an@vi.du": "viewer"}}
    came_with(email="an@vi.du", email_verified=True, name="An")
    page = app.open("sign_in")
    assert not page.exception and "An (an@vi.du)" in words(page).replace("\\", "")
    assert app.open("overview").title[0].value == "Tổng quan"
    assert texts.t("access.needs_sign_in", "vi") in words(app.open("history"))


def test_an_account_without_a_role_sees_the_board_and_is_told_so(app, secrets, came_with):
    secrets |= {"auth": {"client_id": "x"}, "people": {"an@vi.du": "viewer"}, "passcodes": HASHES}
    came_with(email="la@vi.du", email_verified=True)
    assert "la@vi.du" in words(app.open("sign_in")).replace("\\", "")
    assert texts.t("access.needs_sign_in", "vi") in words(app.open("overview"))
    assert "quản trị" in words(signed_in(app, "Chi", "mat-ma-admin"))  # the passcode is another way in


def test_the_buttons_of_the_providers_that_are_set_up(app, secrets):
    secrets["auth"] = {"google": {"client_id": "x"}, "microsoft": {"client_id": "y"}}
    labels = [button.label for button in app.open("sign_in").button]
    assert [label for label in labels if "Google" in label or "Microsoft" in label] == [
        texts.t("access.sign_in.with", "vi", provider=name) for name in ("Google", "Microsoft")
    ]
