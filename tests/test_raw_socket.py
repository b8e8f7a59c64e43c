"""An attacker at the served application, without a browser: other people's widgets, sessions, files, every message."""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from time import sleep

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg

from data.uploads.store import Store
from tests.e2e.conftest import running_app
from tests.office import EDITOR, FILES, OF_DISTRICT, OF_OTHER, OWN, PRIVATE, fill, records, workbook
from tests.raw_visitor import ELSEWHERE, RawVisitor, Seen, pressed
from ui.doors import passcodes
from ui.doors.sign_in import LINK_COOKIE, SIGNED_IN_COOKIE
from ui.doors.tokens import SIGNED_IN, VISIT, Signer
from ui.frame import session
from words.texts import t

REMARKS = (OF_OTHER[0], "Nam Dong cần thêm khẩu trang")
# who tries -> what may never reach him; totals are public, also by commune (tests/test_public_board.py)
HIDDEN_FROM = {
    "public": (*PRIVATE, *FILES, *REMARKS, OF_DISTRICT[2], OF_OTHER[4]),
    "viewer": (*PRIVATE, OF_DISTRICT[2], FILES[3]),
    "link": (*PRIVATE, OF_DISTRICT[2], FILES[3]),
    "of_commune": (*PRIVATE, OF_OTHER[0], OF_OTHER[1], OF_OTHER[4], OF_DISTRICT[2], *FILES[2:]),
    "revoked": (*PRIVATE, *FILES, *REMARKS, *OF_OTHER, *OF_DISTRICT, "6,5 triệu", "Công ty Thử Nghiệm"),
}


@dataclass
class Office:
    """The served application, its store, and what a browser of each sort of person carries."""

    url: str
    store: Store
    cookies: dict[str, str]
    first: bytes = b""  # what the very first request of the process got
    pages: dict[str, Seen] = field(default_factory=dict)  # address -> what an editor's browser saw on it

    def visit(self, name: str = "public", **rest: str) -> RawVisitor:
        return RawVisitor(self.url, cookie=self.cookies.get(name, ""), **rest)


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Office:
    folder = tmp_path_factory.mktemp("served")
    store, key = fill(Store(folder / "store")), os.urandom(32).hex()
    hashes = {role: passcodes.hashed(f"mat-ma-{role}") for role in passcodes.ROLES}
    lines = ["[links]", f'key = "{key}"', "[passcodes]", *(f'{role} = "{kept}"' for role, kept in hashes.items())]
    (folder / "secrets.toml").write_text("\n".join(lines), "utf-8")
    cookies, now = {}, session.now()
    for role, kept in hashes.items():
        told = {"role": role, "name": "An", "mark": passcodes.mark(kept)}
        cookies[role] = f"{SIGNED_IN_COOKIE}={Signer(key).sign(SIGNED_IN, told, now + timedelta(hours=1))}"
    for name, scope in (("link", "full"), ("of_commune", f"commune:{OWN}"), ("revoked", "full"), ("ending", "full")):
        told = {"page": "overview", "query": {}, "scope": scope, "expires_at": now + timedelta(hours=1)}
        link = store.links.make(**told, who=EDITOR, now=now)
        cookies[name] = f"{LINK_COOKIE}={Signer(key).sign(VISIT, {'n': link.number}, now + timedelta(hours=1))}"
        if name == "revoked":
            store.links.revoke(link.number, who=EDITOR, now=now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMLIT_SECRETS_FILES", str(folder / "secrets.toml"))
        with running_app(folder / "store", folder / "app.log") as url:
            made = Office(url, store, cookies)
            with made.visit() as early:  # as of a process that has just started
                for name in ("lich_su", "nguon_du_lieu"):  # as Streamlit calls the files of pages/ by itself
                    early.run(page_name=name)
                made.first = bytes(early.seen.raw)
            made.pages = editors_pages(made)
            yield made
    log = (folder / "app.log").read_text("utf-8", "replace")
    assert [word for word in PRIVATE if word in log] == []


def editors_pages(office: Office) -> dict[str, Seen]:
    """What an editor's browser may send back on each page; also from windows, items and questions that are opened."""
    found = {}
    with office.visit("editor") as editor:
        editor.run()
        for page in editor.seen.pages:
            editor.seen = Seen(pages=editor.seen.pages, session_id=editor.seen.session_id)
            editor.run(page)
            for key in ("share_vi", "look_1", "undo_1", "gift_names_vi", "demo_clear"):
                if any(one.endswith(f"-{key}") for one in editor.seen.widgets):
                    editor.use(key, page=page)
            found[page] = editor.seen
    return found


def leaks(seen: Seen, words) -> list[str]:
    text = seen.text()
    return [word for word in words if word in text]


def test_the_editor_of_this_test_sees_and_does_what_others_must_not(office):
    """So that what follows is not blind: the same bytes, sent by whoever may."""
    assert leaks(office.pages["lich-su"], FILES[:3]) == list(FILES[:3])
    assert set(leaks(office.pages["hang-hoa"], PRIVATE)) >= {*PRIVATE[:2], PRIVATE[4]}
    keys = {one.split("-", 2)[-1] for seen in office.pages.values() for one in seen.widgets}
    assert {"share_make", "confirm_1", "undo_1", "look_1", "gift_names_vi", "sign_in_name_vi"} - keys <= {
        "sign_in_name_vi"
    }
    before = records(office.store)
    with office.visit("editor") as editor:
        editor.run()
        for key in ("undo_3", "confirm_3", "restore_3", "confirm_3"):
            editor.run("lich-su") if key == "undo_3" else None
            editor.use(key, page="lich-su")
    after = records(office.store)
    assert after == before | {"batches": before["batches"] + 2}


@pytest.mark.parametrize("name", HIDDEN_FROM)
def test_an_editors_widgets_do_nothing_and_say_nothing_for_anybody_else(name, office):
    """On each page, by its hash, with every widget state that an editor's browser can send, and with its fragments."""
    before = records(office.store)
    with office.visit(name) as visitor:
        visitor.run()
        for page, seen in office.pages.items():
            states = [state for one in seen.widgets for state in pressed(seen, one, "bí mật")]
            visitor.run(page, states=states, query="rows=reports_received&communes=24643")
            visitor.run(page, states=states, query="rows=cash_received")  # now its own widgets are registered too
            for fragment in seen.fragments & visitor.seen.fragments:  # one that it has not, Streamlit does not run
                visitor.run(page, states=states, fragment=fragment)
        assert leaks(visitor.seen, HIDDEN_FROM[name]) == []
        own = visitor.seen.deferred
        files = b"".join(visitor.ask_for_file(file_id)[0] for file_id in sorted(own)[:40])
        assert [word for word in HIDDEN_FROM[name] if word.encode() in files] == []
    assert records(office.store) == before


def test_the_first_request_of_a_process_runs_no_page_beside_the_frame(office):
    """As soon as it serves, before anybody has been told the pages."""
    assert [
        word for word in (*PRIVATE, *FILES, t("history.intro"), t("sources.intro")) if word.encode() in office.first
    ] == []


def test_another_sessions_id_opens_nothing(office):
    """Streamlit gives a session that lost its connection back to whoever names its id: who looks is asked anew."""
    with office.visit("editor") as editor:
        editor.run()
        editor.run("hang-hoa")
        editor.use("gift_names_vi", page="hang-hoa")
        assert PRIVATE[0] in editor.seen.text()
        theirs, fragments, widgets = editor.seen.session_id, editor.seen.fragments, editor.seen
    before = records(office.store)
    with office.visit("public", session_id=theirs) as thief:
        for fragment in fragments:
            thief.run("hang-hoa", fragment=fragment)
        thief.run("hang-hoa", states=pressed(widgets, widgets.widget("gift_names_vi"), ""))
        thief.run("lich-su")
        assert thief.seen.session_id == theirs  # the session it is, and yet
        assert leaks(thief.seen, HIDDEN_FROM["public"]) == []
        for file_id in widgets.deferred:
            content, wrong = thief.ask_for_file(file_id)
            assert wrong or not any(word.encode() in content for word in HIDDEN_FROM["public"])
    assert records(office.store) == before


def test_a_session_that_is_still_connected_is_given_to_nobody(office):
    with office.visit("editor") as editor, office.visit("public") as other:
        editor.run("hang-hoa")
        other.run()
        file_id = sorted(editor.seen.deferred)[0]
        content, wrong = other.ask_for_file(file_id, session_id=editor.seen.session_id)
        assert wrong and content == b""


def test_a_link_that_is_revoked_ends_in_every_open_session_at_once(office):
    number = max(office.store.links.all())
    with office.visit("ending") as leader:
        leader.run()
        leader.seen.deferred.clear()
        leader.run("hang-hoa")
        assert "Công ty Thử Nghiệm" in leader.seen.text()
        (fragment,) = [one for one in leader.seen.fragments]
        files = sorted(leader.seen.deferred)
        assert leader.ask_for_file(files[0])[1] == ""
        office.store.links.revoke(number, who=EDITOR, now=session.now())
        sleep(session.LOOK_SECONDS)  # for so long what another process wrote may go unseen
        leader.seen.raw.clear()
        query = pressed(leader.seen, leader.seen.widget("gift_query_vi"), "thử")
        leader.run("hang-hoa", states=query, fragment=fragment)
        assert t("access.banner.revoked") in leader.seen.text()
        assert leaks(leader.seen, HIDDEN_FROM["revoked"]) == []
        assert {leader.ask_for_file(file_id)[0] for file_id in files} == {b""}


# everything else that a browser may send
def message(kind: str) -> BackMsg:
    made = BackMsg()
    if kind in ("rerun_script", "file_urls_request", "backend_operation_request"):
        getattr(made, kind).SetInParent()
    else:
        setattr(made, kind, True)
    return made


@pytest.mark.parametrize(
    "kind", [field.name for field in BackMsg.DESCRIPTOR.fields if field.name != "debug_last_backmsg_id"]
)
def test_no_other_message_changes_or_tells_anything(kind, office):
    before = records(office.store)
    with office.visit("public") as visitor:
        visitor.run()
        visitor.send(message(kind))
        visitor.run()
        assert leaks(visitor.seen, HIDDEN_FROM["public"]) == []
        assert visitor.seen.raw and "git_info" not in visitor.seen.text()
    assert records(office.store) == before
    assert requests.get(f"{office.url}/_stcore/health", timeout=60).text == "ok"


def test_cleared_caches_give_nobody_more(office):
    """Whoever looks may have Streamlit clear them for all."""
    with office.visit("public") as visitor, office.visit("editor") as editor:
        editor.run("hang-hoa")
        visitor.run()
        visitor.send(message("clear_cache"))
        visitor.run("hang-hoa")
        assert leaks(visitor.seen, HIDDEN_FROM["public"]) == []


def test_a_file_that_the_public_sends_to_the_server_arrives_nowhere(office):
    before = records(office.store)
    uploader = next(
        one
        for one in office.pages["nhap-so-lieu"].widgets
        if office.pages["nhap-so-lieu"].kinds[one] == "file_uploader"
    )
    with office.visit("public") as visitor:
        visitor.run()
        file_id = visitor.upload("x.xlsx", workbook())
        state = pressed(office.pages["nhap-so-lieu"], uploader, "")
        assert state == []
        made = BackMsg()
        widget = made.rerun_script.widget_states.widgets.add(id=uploader)
        widget.file_uploader_state_value.uploaded_file_info.add(file_id=file_id, name="x.xlsx", size=10)
        for _ in range(2):
            visitor.run("nhap-so-lieu", states=made.rerun_script.widget_states.widgets)
        assert t("access.needs_sign_in") in visitor.seen.text()
    assert records(office.store) == before


@pytest.mark.parametrize(
    "path",
    ["/data/store/batches", "/app/static/../app.py", "/_stcore/component/../../app.py", "/.streamlit/secrets.toml"],
)
def test_no_address_gives_a_file_of_the_server(path, office):
    answer = requests.get(office.url + path, timeout=60)
    assert "session.start()" not in answer.text and "[links]" not in answer.text


def test_whoever_comes_from_elsewhere_without_a_sign_in_is_the_public(tmp_path, monkeypatch):
    """Without anything set up, this computer may everything; a server in front of us tells of others."""
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(tmp_path / "secrets.toml"))
    with running_app(tmp_path / "store", tmp_path / "app.log") as url:
        for forwarded, may in ((ELSEWHERE, False), ("", True)):
            with RawVisitor(url, forwarded=forwarded) as visitor:
                visitor.run()
                visitor.run("nhap-so-lieu")
                assert (t("upload.intro") in visitor.seen.text()) == may
