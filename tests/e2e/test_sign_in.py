"""Signing in as people do: with the account of the office (OIDC), with a passcode; out again; what each then sees."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data.uploads.store import Store
from tests.e2e import conftest
from tests.e2e.conftest import WAIT_MS, at_rest, running_app
from tests.office import PRIVATE, fill
from tests.oidc_server import Provider, running_provider
from tests.ports import free_port
from ui.doors import passcodes
from ui.doors.sign_in import SIGNED_IN_COOKIE
from words.texts import t

PEOPLE = {"an@vi.du": "viewer", "binh@vi.du": "editor", "chi@vi.du": "admin"}
FOLLOW = t("sources.add.title")


@dataclass
class Office:
    url: str
    provider: Provider
    folder: Path
    port: int

    def secrets(self, **changed: str) -> None:
        """Write secrets.toml: accounts, people, a passcode for each role; changed: role -> another passcode."""
        told = {role: passcodes.hashed(changed.get(role, f"mat-ma-{role}")) for role in passcodes.ROLES}
        lines = ["[passcodes]", *(f'{role} = "{kept}"' for role, kept in told.items())]
        lines += ["[people]", *(f'"{email}" = "{role}"' for email, role in PEOPLE.items())]
        kept = self.folder / "auth.toml"
        auth = kept.read_text("utf-8") if kept.exists() else self.provider.secrets(self.url)
        kept.write_text(auth, "utf-8")
        (self.folder / "secrets.toml").write_text("\n".join([auth, *lines, self.key]), "utf-8")

    @property
    def key(self) -> str:
        path = self.folder / "key.toml"
        if not path.exists():
            path.write_text(f'\n[links]\nkey = "{os.urandom(32).hex()}"\n', "utf-8")
        return path.read_text("utf-8")

    def running(self):
        return running_app(self.folder / "store", self.folder / "app.log")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("office"), free_port()
    fill(Store(folder / "store"))
    with running_provider() as provider, pytest.MonkeyPatch.context() as patch:
        patch.setattr(conftest, "free_port", lambda: port)  # the provider must know where it sends people back to
        patch.setenv("STREAMLIT_SECRETS_FILES", str(folder / "secrets.toml"))
        made = Office(f"http://127.0.0.1:{port}", provider, folder, port)
        made.secrets()
        yield made
    log = (folder / "app.log").read_text("utf-8", "replace")
    assert [word for word in (*PRIVATE, *PEOPLE, "mat-ma") if word in log] == []


def visitor(browser: Browser, url: str, width: int = 1366) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN", base_url=url)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto("/dang-nhap")
    expect(page.get_by_role("heading", name="Đăng nhập", exact=True)).to_be_visible()
    return page


def sees(page: Page, role: str) -> None:
    """What each role finds in the navigation, and who may say which sheets are followed."""
    expect(page.get_by_role("link", name="Tổng quan")).to_be_visible(visible=role != "public")
    for name in ("Nhập số liệu", "Hộp chờ", "Lịch sử"):
        expect(page.get_by_role("link", name=name)).to_be_visible(visible=role in ("editor", "admin"))
    if role in ("editor", "admin"):
        page.get_by_role("link", name="Nguồn dữ liệu").click()
        expect(page.get_by_role("heading", name="Nguồn dữ liệu", exact=True)).to_be_visible()
        expect(page.get_by_text(t("sources.mail.none"))).to_be_visible()
        expect(page.get_by_text(FOLLOW)).to_be_visible(visible=role == "admin")


def sign_in_with_account(page: Page) -> None:
    # a click made before the browser is back would take it away from the road
    with page.expect_response(lambda response: "/oauth2callback" in response.url):
        page.get_by_role("button", name=t("access.sign_in.with", provider=t("access.sign_in.of_office"))).click()


def sign_in_with_passcode(page: Page, passcode: str, name: str = "Bình") -> None:
    page.get_by_label("Họ tên").fill(name)
    page.get_by_label("Mã đăng nhập").fill(passcode)
    page.get_by_role("button", name="Vào", exact=True).click()
    # else a second try could be taken for the first: both say that it was wrong
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()


def test_passcodes_and_a_changed_one(office, browser):
    with office.running():
        kept = passcodes_of_roles(office, browser)
    office.secrets(editor="mat-ma-moi")
    with office.running():  # as after a new start with another passcode: whoever had the old one is out
        page = kept
        page.goto("/nhap-so-lieu")
        expect(page.get_by_text(t("access.needs_sign_in"))).to_be_visible()
        page.goto("/dang-nhap")
        sign_in_with_passcode(page, "mat-ma-editor")
        expect(page.get_by_text(t("access.sign_in.wrong"))).to_be_visible()
        sign_in_with_passcode(page, "mat-ma-moi")
        sees(page, "editor")
        page.context.close()


def test_accounts(office, browser):
    """Each role by its e-mail; whoever nobody gave a role, or whose e-mail is not verified, gets the board."""
    with office.running():
        accounts(office, browser)


def accounts(office: Office, browser: Browser) -> None:
    for email, role in PEOPLE.items():
        office.provider.user = {"email": email, "email_verified": True, "name": "Thử"}
        page = visitor(browser, office.url)
        sign_in_with_account(page)
        me = page.get_by_role("button", name=f"Thử ({email})")
        expect(me).to_be_visible()
        sees(page, role)
        if role == "editor":
            page.reload()
        me.click()
        page.get_by_role("button", name="Đăng xuất").click()
        expect(page.get_by_role("link", name="Đăng nhập").first).to_be_visible()  # twice while the page is drawn anew
        expect(at_rest(page).get_by_role("link", name="Đăng nhập")).to_be_visible()
        sees(page, "public")
        page.context.close()
    assert (office.provider.signed_in, office.provider.signed_out) == (3, 3)
    for user in ({"email": "la@vi.du", "email_verified": True}, {"email": "chi@vi.du", "email_verified": False}):
        office.provider.user = user
        page = visitor(browser, office.url, width=360)
        sign_in_with_account(page)
        page.get_by_role("link", name="Đăng nhập").click()
        expect(page.get_by_text(f"Tài khoản {user['email']} chưa được cấp quyền")).to_be_visible()
        sees(page, "public")
        page.context.close()


def passcodes_of_roles(office: Office, browser: Browser) -> Page:
    """Each role by its passcode; a reload and another window stay signed in. Gives the window of the editor."""
    page = visitor(browser, office.url)
    for role in ("viewer", "admin", "editor"):
        if role == "admin":
            guess(page)
        sign_in_with_passcode(page, f"mat-ma-{role}")
        me = page.get_by_role("button", name="Bình")
        expect(me).to_be_visible()
        sees(page, role)
        if role != "editor":
            me.click()
            page.get_by_role("link", name="Đăng xuất").click()
            page.get_by_role("link", name="Đăng nhập").click()
    (cookie,) = [one for one in page.context.cookies() if one["name"] == SIGNED_IN_COOKIE]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    page.reload()
    expect(me).to_be_visible()
    other = page.context.new_page()
    other.goto("/tong-quan")
    expect(other.get_by_role("button", name="Bình")).to_be_visible()
    other.close()
    return page


def guess(page: Page) -> None:
    """Three wrong tries, then one has to wait, and then may try again; who does not wait: tests/test_sign_in.py."""
    for number in range(3):
        sign_in_with_passcode(page, f"sai-so-{number}")
        expect(page.get_by_text(t("access.sign_in.wrong"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"Chờ [12] giây"))).to_be_visible()
    page.wait_for_timeout(2100)
