"""Takes the pictures of docs/: every page, on three widths, in two languages, over the demo.

Run from the top folder: python docs/make_screenshots.py (needs requirements-dev.txt and a Chromium; BROWSER_PATH names
another). The pictures are looked at by a person after a change to the screens; no test reads them.
"""

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "docs" / "screens"
README_WIDTH, README_HEIGHT = 1366, 1420
README_PAGES = ("tong-quan", "hang-hoa", "bao-cao")  # each down to README_HEIGHT in docs/
FAULTY = ROOT / "tests" / "fixtures" / "donations_words_in_amount.xlsx"
FAULTY_NAME = "Danh sach ung ho xa Truc Son.xlsx"  # as a commune would call it
PAGES = (
    "tong-quan",
    "tien-do",
    "hang-hoa",
    "tuyen-dau",
    "bao-cao",
    "cuoc-hop",
    "nhap-so-lieu",
    "hop-cho",
    "nguon-du-lieu",
    "lich-su",
    "cong-khai",
    "trinh-chieu",
)
LANGUAGES = ("vi", "en")
WIDTHS = (360, 1366, 1920)
FIRST_HEIGHT = 900
COLORS = 128  # a picture of text and plain areas needs no more, and stays under 300 KB
WAIT_MS, DEMO_WAIT_MS = 30_000, 120_000
START_SECONDS = 60
# nothing but the application is asked for, and no warning of the browser is in the picture
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
SETTLED = """() => document.querySelector('[data-testid="stApp"]').dataset.testScriptState === "notRunning"
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stSpinner"]')"""
CONTENT_HEIGHT = """() => Math.ceil(document.querySelector('[data-testid="stMain"]').scrollHeight)"""


@contextmanager
def application(folder: Path) -> Iterator[str]:
    """The address of the application over an empty store of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "serve.py", "--server.port", str(port)]
    command += ["--secrets.files", str(folder / "secrets.toml")]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"STORE_URL": str(folder / "store")})
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(url: str, server: subprocess.Popen) -> None:
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            if urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the application did not start")


def wait_until_settled(page: Page) -> None:
    """The script has run, the fonts are there, the charts have drawn."""
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT_MS)
    page.wait_for_function(SETTLED, timeout=WAIT_MS)
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(700)


def load_demo(page: Page) -> None:
    page.get_by_role("button", name="Xem thử với số liệu minh họa").click()
    expect(page.get_by_text("Số liệu minh họa, không phải số liệu thật.")).to_be_visible(timeout=DEMO_WAIT_MS)


def drop_faulty_file(page: Page) -> None:
    file = {"name": FAULTY_NAME, "mimeType": "application/octet-stream", "buffer": FAULTY.read_bytes()}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", name=FAULTY_NAME, exact=True)).to_be_visible(timeout=WAIT_MS)


def open_item(page: Page) -> None:
    """What was dropped before and is not accepted: opened, with the letter that goes back."""
    page.get_by_role("button", name=re.compile("^(Mở|Open)$")).first.click()
    page.get_by_text(re.compile("^(Trả lại xã để sửa|Send back to be mended)$")).click()
    expect(page.get_by_role("textbox", name=re.compile("^(Thư gửi xã|Letter to)"))).to_be_visible(timeout=WAIT_MS)


def grow_to_content(page: Page, width: int) -> None:
    """Streamlit scrolls inside the page: the window is made as high as what is in it, twice, for charts reflow."""
    for _ in range(2):
        page.set_viewport_size({"width": width, "height": max(page.evaluate(CONTENT_HEIGHT), FIRST_HEIGHT)})
        page.wait_for_timeout(500)


def save(picture: bytes, path: Path, height: int | None = None) -> None:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    if height:
        image = image.crop((0, 0, image.width, height))
    image.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


def take_all(page: Page, url: str) -> None:
    for language in LANGUAGES:
        for name in PAGES:
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": FIRST_HEIGHT})
                page.goto(f"{url}/{name}?lang={language}")
                wait_until_settled(page)
                if name == "nhap-so-lieu":
                    drop_faulty_file(page)
                    wait_until_settled(page)
                if name == "hop-cho":
                    open_item(page)
                    wait_until_settled(page)
                grow_to_content(page, width)
                picture = page.screenshot()
                save(picture, SCREENS / f"{name}-{width}-{language}.png")
                if name in README_PAGES and (width, language) == (README_WIDTH, "vi"):
                    save(picture, ROOT / "docs" / f"{name}.png", README_HEIGHT)


def main() -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, application(Path(folder)) as url, sync_playwright() as playwright:
        path = os.environ.get("BROWSER_PATH") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        page = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh").new_page()
        page.goto(url)
        load_demo(page)
        take_all(page, url)
        browser.close()


if __name__ == "__main__":
    main()
