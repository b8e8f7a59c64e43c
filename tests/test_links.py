"""Links: what is signed cannot be changed, past and revoked ones open nothing, guessing is slow, cookies say little."""

import asyncio
import threading
from datetime import datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from data.access import NotAllowed, Person
from data.database.errors import StoreError
from data.records.links import Link, commune_of
from data.uploads.store import Store
from tests.office import EDITOR, OWN, ZONE, records
from ui.doors import passcodes, routes, share, sign_in, signing_key
from ui.doors.guessing_limit import FREE_TRIES, LONGEST_SECONDS, MOST_PLACES, GuessingLimit
from ui.doors.sign_in import LINK_COOKIE, SIGNED_IN_COOKIE
from ui.doors.tokens import LINK, SIGNED_IN, TICKET, VISIT, Signer
from ui.frame import session
from words import texts

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=ZONE)
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


class Clock:
    """The moment, and seconds that only grow; both stand still until a test moves them."""

    def __init__(self):
        self.now = NOW

    def seconds(self) -> float:
        return self.now.timestamp()

    def pass_by(self, **time) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(session, "now", lambda: clock.now)
    monkeypatch.setattr(routes, "guesses", GuessingLimit(clock.seconds))
    return clock


@pytest.fixture
def store(tmp_path, monkeypatch, clock) -> Store:
    monkeypatch.setenv("STORE_URL", str(tmp_path / "store"))
    return session.shared_store()


@pytest.fixture
def link(store, clock) -> Link:
    return made(store, clock)


def made(store: Store, clock: Clock, **told) -> Link:
    query = {"communes": OWN, "from": "2021-08-02"}
    usual = {"page": "goods", "query": query, "scope": f"commune:{OWN}", "expires_at": clock.now + timedelta(days=1)}
    return store.links.make(**usual | told, who=EDITOR, now=clock.now)


def asked(method: str, path: str, **rest) -> httpx.Response:
    """What our addresses answer, without a server."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=routes.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="https://so-lieu.example") as browser:
            return await browser.request(method, path, **rest)

    return asyncio.run(ask())


def opened(link_or_token: Link | str, method: str = "GET", **rest) -> httpx.Response:
    token = link_or_token if isinstance(link_or_token, str) else routes.link_token(link_or_token)
    return asked(method, f"{routes.DOOR}/{token}", **rest)


def told(response: httpx.Response, name: str) -> bool:
    """Whether the answer is one of the plain pages, in both languages."""
    return all(texts.t(f"access.door.{name}", one) in response.text for one in texts.LANGUAGES)


def cookies(response: httpx.Response) -> dict[str, str]:
    """Name -> the whole line that sets it."""
    return {line.partition("=")[0]: line for line in response.headers.get_list("set-cookie")}


# what is signed
def test_a_link_opens_its_page_with_its_filters_and_says_nothing_of_itself(link, store):
    response = opened(link)
    assert response.status_code == 303
    assert response.headers["location"] == f"/hang-hoa?communes={OWN}&from=2021-08-02"
    line = cookies(response)[LINK_COOKIE]
    assert all(part in line for part in ("HttpOnly", "SameSite=lax", "Secure", "Max-Age=43200", "Path=/"))
    assert len(store.links.all()[1].openings) == 1
    assert response.headers["referrer-policy"] == "no-referrer" and response.headers["cache-control"] == "no-store"


def test_the_cookie_lasts_no_longer_than_the_link(store, clock):
    short = made(store, clock, expires_at=clock.now + timedelta(minutes=10))
    assert "Max-Age=600" in cookies(opened(short))[LINK_COOKIE]


def test_a_token_changed_anywhere_opens_nothing(link, clock):
    token = routes.link_token(link)
    assert routes.link_of(token, clock.now) == link
    for place, sign in enumerate(token):
        for other in (SIGNS[(SIGNS.index(sign) + 1) % len(SIGNS)], "A", "."):
            changed = token[:place] + other + token[place + 1 :]
            assert changed == token or routes.link_of(changed, clock.now) is None, place
    for changed in (token[:-1], token + "A", token[1:], "", "x", token.split(".")[0], "é" * 9, "." * 40):
        assert routes.link_of(changed, clock.now) is None


@pytest.mark.parametrize("token", ["x", "%00", "a.b", "%F0%9F%98%80", "..%2F..%2Fapp.py"])
def test_whatever_is_no_link_gets_a_plain_page_and_nothing_else(token, store):
    response = opened(token)
    assert response.status_code in (403, 404)
    assert "set-cookie" not in response.headers
    if response.status_code == 403:
        assert told(response, "closed") and "default-src 'none'" in response.headers["content-security-policy"]
        assert "Nam Dong" not in response.text and "<script" not in response.text


def test_a_token_of_another_key_or_purpose_opens_nothing(link, clock):
    until = link.expires_at
    says = {"n": link.number, "s": link.scope, "f": ""}
    assert routes.link_of(sign_in.signer().sign(LINK, says, until), clock.now) == link
    assert routes.link_of(Signer("k" * 64).sign(LINK, says, until), clock.now) is None
    for purpose in (VISIT, SIGNED_IN, TICKET):
        assert routes.link_of(sign_in.signer().sign(purpose, says, until), clock.now) is None
        assert sign_in.signer().read(purpose, routes.link_token(link), clock.now) is None


@pytest.mark.parametrize("says", [{"s": "full"}, {"s": "commune:24643"}, {"f": "2021-01-01T00:00:00+00:00"}, {"n": 99}])
def test_a_token_that_says_more_than_was_given_opens_nothing(says, link, clock):
    """Even with the right key: what the office wrote down is what counts."""
    told = {"n": link.number, "s": link.scope, "f": ""} | says
    assert routes.link_of(sign_in.signer().sign(LINK, told, link.expires_at), clock.now) is None


def test_a_frozen_link_stays_at_its_moment(store, clock):
    frozen = made(store, clock, frozen_at=clock.now)
    token = routes.link_token(frozen)
    assert routes.link_of(token, clock.now).frozen_at == clock.now
    says = {"n": frozen.number, "s": frozen.scope, "f": ""}
    assert routes.link_of(sign_in.signer().sign(LINK, says, frozen.expires_at), clock.now) is None


def test_a_link_ends_at_its_moment(link, clock):
    clock.now = link.expires_at - timedelta(seconds=1)
    assert opened(link).status_code == 303
    clock.pass_by(seconds=1)
    response = opened(link)
    assert response.status_code == 403 and told(response, "closed") and not cookies(response)
    assert link.state(clock.now) == "expired"


def test_a_revoked_link_opens_nothing_and_who_revoked_it_is_known(link, store, clock):
    store.links.revoke(link.number, who=EDITOR, now=clock.now)
    response = opened(link)
    assert response.status_code == 403 and told(response, "closed") and not cookies(response)
    kept = store.links.all()[link.number]
    assert (kept.state(clock.now), kept.revoked_by, kept.openings) == ("revoked", EDITOR.name, ())


def test_a_link_leads_to_our_own_pages_only(store, clock):
    for page, scope, address in (
        ("overview", "full", "/tong-quan"),
        ("https://elsewhere.example", "full", "/cong-khai"),
        ("goods", "public", "/cong-khai"),
    ):
        link = made(store, clock, page=page, scope=scope, query={"next": "//elsewhere.example"})
        assert opened(link).headers["location"] == f"{address}?next=%2F%2Felsewhere.example"
    assert Link(1, "goods", {}, "public", NOW, "x", NOW).visitor("x").role == "public"
    assert commune_of("commune:24649") == "24649" and commune_of("full") is commune_of("public") is None


def test_a_store_that_cannot_be_read_says_so(link, monkeypatch):
    def damaged(*_):
        raise StoreError("store_damaged")

    monkeypatch.setattr(routes, "link_of", damaged)
    response = opened(link)
    assert response.status_code == 503 and told(response, "busy")


# passcodes
def test_a_passcode_is_asked_before_anything_is_given(store, clock):
    link = made(store, clock, passcode_hash=passcodes.hashed("hop2021"))
    for method in ("GET", "HEAD"):
        response = opened(link, method)
        assert response.status_code == 200 and not cookies(response)
    assert told(opened(link), "ask")
    for body in ({"passcode": "sai"}, {"passcode": ""}, {}, {"passcode": "hop2021" + " " * 3000}):
        response = opened(link, "POST", data=body)
        assert response.status_code == 403 and not cookies(response)
        clock.pass_by(minutes=10)
    assert store.links.all()[link.number].openings == ()
    assert opened(link, "POST", data={"passcode": "hop2021"}).status_code == 303
    assert len(store.links.all()[link.number].openings) == 1


def test_guessing_the_passcode_of_a_link_becomes_slower(store, clock):
    link = made(store, clock, passcode_hash=passcodes.hashed("hop2021"))
    for _ in range(FREE_TRIES):
        response = opened(link, "POST", data={"passcode": "sai"})
    assert texts.t("access.door.wait", "vi", seconds=2) in response.text
    assert opened(link, "POST", data={"passcode": "hop2021"}).status_code == 403  # not even looked at
    clock.pass_by(seconds=2)
    assert texts.t("access.door.wait", "vi", seconds=4) in opened(link, "POST", data={"passcode": "sai"}).text
    clock.pass_by(seconds=4)
    assert opened(link, "POST", data={"passcode": "hop2021"}).status_code == 303
    assert told(opened(link, "POST", data={"passcode": "sai"}), "wrong")  # and free tries again


def test_waiting_grows_to_a_limit_and_a_right_one_forgives():
    clock = Clock()
    guesses = GuessingLimit(clock.seconds)
    waits = []
    for _ in range(14):
        is_right, wait = guesses.attempt("a", lambda: False)
        assert not is_right
        waits.append(wait)
        clock.pass_by(seconds=wait)
    assert waits[: FREE_TRIES - 1] == [0.0] * (FREE_TRIES - 1) and waits[FREE_TRIES - 1 : FREE_TRIES + 2] == [2, 4, 8]
    assert waits[-1] == LONGEST_SECONDS and waits == sorted(waits)
    assert guesses.attempt("b", lambda: False) == (False, 0.0)  # another place is not slowed
    assert guesses.attempt("a", lambda: True) == (True, 0.0) and guesses.wait_seconds("a") == 0


def test_a_hundred_tries_at_once_are_no_hundred_tries():
    checked, guesses = [], GuessingLimit(lambda: 0.0)
    tries = [threading.Thread(target=guesses.attempt, args=("a", lambda: bool(checked.append(1)))) for _ in range(100)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert len(checked) == FREE_TRIES


def test_one_waits_from_the_answer_on_however_long_it_took():
    clock = Clock()
    guesses = GuessingLimit(clock.seconds)
    for _ in range(FREE_TRIES):
        found = guesses.attempt("a", lambda: bool(clock.pass_by(seconds=5)))
    assert found == (False, 2.0)


def test_what_is_remembered_of_wrong_tries_has_a_limit():
    guesses = GuessingLimit(lambda: 0.0)
    for place in range(MOST_PLACES + 10):
        guesses.attempt(place, lambda: False)
    assert len(guesses.failures) == MOST_PLACES


# who comes through a link
@pytest.fixture
def visiting(monkeypatch, clock, store):
    """Whoever comes with these cookies."""

    def visit(**kept: str) -> sign_in.Visitor:
        monkeypatch.setattr(sign_in.script_runs, "is_running", lambda: True)
        monkeypatch.setattr(sign_in, "_cookie_text", lambda name: kept.get(name, ""))
        monkeypatch.setattr(sign_in, "is_set_up", lambda: True)
        return sign_in.visitor(clock.now, store.links.all(), "x")

    return visit


def test_a_visitor_sees_what_the_link_says_and_no_longer(visiting, link, store, clock):
    cookie = cookies(opened(link))[LINK_COOKIE].partition("=")[2].partition(";")[0]
    found = visiting(**{LINK_COOKIE: cookie})
    assert (found.road, found.person.role, found.person.commune) == ("link", "viewer", OWN)
    for wrong in (cookie[:-2], routes.link_token(link), "x"):
        shut = visiting(**{LINK_COOKIE: wrong})
        assert shut.is_shut_out and shut.person == Person("")
    clock.pass_by(hours=13)
    assert visiting(**{LINK_COOKIE: cookie}).road == "link_expired"
    clock.pass_by(hours=-13)
    store.links.revoke(link.number, who=EDITOR, now=clock.now)
    assert visiting(**{LINK_COOKIE: cookie}).road == "link_revoked"


def test_a_link_that_is_over_does_not_let_a_signed_in_person_see_more_in_silence(visiting, clock, monkeypatch):
    kept = passcodes.hashed("mat-ma-dai")
    monkeypatch.setattr(sign_in, "role_passcodes", lambda: {"admin": kept})
    until = clock.now + timedelta(hours=1)
    told = {"role": "admin", "name": "Chi", "mark": passcodes.mark(kept)}
    cookie = sign_in.signer().sign(SIGNED_IN, told, until)
    assert visiting(**{SIGNED_IN_COOKIE: cookie}).person == Person("Chi", "admin")
    assert visiting(**{SIGNED_IN_COOKIE: cookie, LINK_COOKIE: "x"}).is_shut_out
    forged = sign_in.signer().sign(VISIT, told, until)
    assert visiting(**{SIGNED_IN_COOKIE: forged}).road == "nobody"


# making one
def test_a_link_is_made_for_what_is_on_screen_and_never_for_more_than_its_maker_may(store, clock, monkeypatch):
    chosen = session.Filters(communes=("24643",), as_of=clock.now)
    monkeypatch.setattr(session, "filters", lambda: chosen)
    monkeypatch.setattr(session, "who", lambda: EDITOR)
    of_commune = share.make("goods", f"commune:{OWN}", share.LASTS["day"], is_frozen=True, passcode="1234")
    assert of_commune.query == {} and of_commune.frozen_at == clock.now  # no commune beside its own
    assert "1234" not in repr(of_commune) and passcodes.is_right("1234", of_commune.passcode_hash)
    live = share.make("goods", "full", share.LASTS["hours"], is_frozen=False)
    assert live.query["communes"] == "24643" and live.frozen_at is None
    assert live.expires_at == clock.now + timedelta(hours=2)
    before = records(store)
    for who in (Person("x"), Person("x", "viewer"), Person("x", "editor", OWN)):
        monkeypatch.setattr(session, "who", lambda who=who: who)
        with pytest.raises(NotAllowed):
            share.make("goods", "full", share.LASTS["day"], is_frozen=False)
    assert records(store) == before


# signing in and out by cookie
def test_a_ticket_becomes_a_cookie_once_it_is_good_and_ends_a_link(store, clock):
    told = {"role": "editor", "name": "Bình", "mark": "m"}
    address = routes.ticket(told, clock.now)
    response = asked("GET", address)
    found = cookies(response)
    assert response.status_code == 303 and response.headers["location"] == "/"
    assert "HttpOnly" in found[SIGNED_IN_COOKIE] and "Max-Age=43200" in found[SIGNED_IN_COOKIE]
    assert 'xem=""' in found[LINK_COOKIE] or "Max-Age=0" in found[LINK_COOKIE]
    clock.pass_by(seconds=60)
    assert asked("GET", address).status_code == 403
    for text in ("", "x", sign_in.signer().sign(SIGNED_IN, told, clock.now + timedelta(hours=1))):
        response = asked("GET", routes.ENTER, params={"ve": text})
        assert response.status_code == 403 and not cookies(response)


def test_leaving_ends_the_link_first_and_then_the_signing_in():
    for sent, ended in (
        (f"{LINK_COOKIE}=a; {SIGNED_IN_COOKIE}=b", LINK_COOKIE),
        (f"{SIGNED_IN_COOKIE}=b", SIGNED_IN_COOKIE),
    ):
        assert set(cookies(asked("GET", routes.LEAVE, headers={"Cookie": sent}))) == {ended}


# the key
def test_the_key_is_made_once_and_kept_from_others(tmp_path):
    path = tmp_path / "secrets" / "secrets.toml"
    made = [None] * 8

    def start(number: int) -> None:
        made[number] = signing_key.read_or_make(path)

    starts = [threading.Thread(target=start, args=(number,)) for number in range(8)]
    for one in starts:
        one.start()
    for one in starts:
        one.join()
    key = signing_key.read_or_make(path)
    assert len(key) == 64 and set(made) <= {key, None} and key in made
    assert path.stat().st_mode & 0o077 == 0 and [p.name for p in path.parent.iterdir()] == ["secrets.toml"]


def test_a_key_goes_beside_what_is_there_and_a_poor_one_is_nobodys(tmp_path):
    path = tmp_path / "secrets.toml"
    path.write_text('[passcodes]\nviewer = "x"\n', "utf-8")
    assert signing_key.read_or_make(path) and signing_key.read_secrets(path)["passcodes"] == {"viewer": "x"}
    path.write_text('[links]\nkey = "short"\n', "utf-8")
    assert signing_key.read_or_make(path) is None and signing_key.read_secrets(path) == {"links": {"key": "short"}}
    path.write_text("this is no TOML", "utf-8")
    assert signing_key.read_or_make(path) is None
