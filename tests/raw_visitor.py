"""Somebody who speaks to the served application without a browser: any header, any message, and every byte kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from google.protobuf.message import Message
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

ELSEWHERE = "203.0.113.9"  # an address for examples: whoever comes from it is not this computer
WAIT_SECONDS = 60
ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Seen:
    """What the messages of one visitor told: ids that he may send back, and everything as bytes.

    widgets:    id -> kind of element; deferred: id of a file that is made when it is asked for
    """

    pages: dict[str, str] = field(default_factory=dict)  # address -> hash
    widgets: dict[str, Message] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    fragments: set[str] = field(default_factory=set)
    deferred: set[str] = field(default_factory=set)
    session_id: str = ""
    raw: bytearray = field(default_factory=bytearray)

    def take(self, data: bytes) -> ForwardMsg:
        self.raw += data
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session_id = message.new_session.initialize.session_id or self.session_id
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "delta":
            self.fragments |= {message.delta.fragment_id} - {""}
            for name, element in _elements(message.delta):
                self.widgets[element.id], self.kinds[element.id] = element, name
                if name == "download_button" and element.deferred_file_id:
                    self.deferred.add(element.deferred_file_id)
        return message

    def widget(self, key: str) -> str:
        """The id of the widget with a key of ours."""
        return next(one for one in self.widgets if one.endswith(f"-{key}"))

    def text(self) -> str:
        """Every byte, readable; also what Plotly's JSON writes as escapes."""
        text = self.raw.decode("utf-8", "replace")
        return text + re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def _elements(delta: Message) -> Iterator[tuple[str, Message]]:
    """(kind, message) of what has an id that a browser sends back: an element, or a block that opens and closes."""
    inside = delta.new_element if delta.WhichOneof("type") == "new_element" else delta.add_block
    name = inside.WhichOneof("type")
    part = getattr(inside, name) if name else None
    if getattr(part, "id", "") and isinstance(part.id, str):
        yield name, part


def pressed(seen: Seen, one: str, text: str) -> list[WidgetState]:
    """What a browser sends when a widget is used: a button pressed, a box ticked, a text typed, a choice made."""
    element, kind = seen.widgets[one], seen.kinds[one]
    state = WidgetState(id=one)
    if kind in ("button", "download_button", "dialog"):
        state.trigger_value = True
    elif kind in ("checkbox", "popover", "expandable"):
        state.bool_value = True
    elif kind in ("selectbox", "radio"):
        state.string_value = element.options[-1] if element.options else text
    elif kind in ("multiselect", "button_group"):
        options = [getattr(option, "content", option) for option in element.options]
        state.string_array_value.data.extend(options[-1:])
    elif kind == "bidi_component":
        event = '[{"event": "clicked", "value": "rows:cash_received"}, {"event": "did", "value": "go:1"}]'
        state = WidgetState(id=_make_trigger_id(one, "events"), json_trigger_value=event)
    elif kind in ("text_input", "text_area"):
        state.string_value = text
    elif kind == "plotly_chart":
        point = '{"customdata": ["a", "b", "24643", "cash_received"]}'
        state.string_value = f'{{"selection": {{"points": [{point}], "point_indices": [0], "box": [], "lasso": []}}}}'
    else:
        return []
    return [state]


class RawVisitor:
    """A connection; `run` has a page run, or a fragment, with whatever widget states."""

    def __init__(self, url: str, *, cookie: str = "", session_id: str = "", forwarded: str = ELSEWHERE):
        self.url, self.cookie, self.seen = url, cookie, Seen()
        headers = {"Cookie": cookie} if cookie else {}
        headers |= {"X-Forwarded-For": forwarded} if forwarded else {}
        protocols = ["streamlit", "x", session_id] if session_id else ["streamlit"]
        self.connection = connect(
            f"ws://{urlsplit(url).netloc}/_stcore/stream",
            origin=url,
            subprotocols=protocols,
            additional_headers=headers,
            max_size=None,
            compression=None,
            open_timeout=WAIT_SECONDS,
        )

    def __enter__(self) -> "RawVisitor":
        self.socket = self.connection.__enter__()
        return self

    def __exit__(self, *exception) -> None:
        self.connection.__exit__(*exception)

    def send(self, message: BackMsg) -> None:
        self.socket.send(message.SerializeToString())

    def until(self, is_last) -> ForwardMsg:
        while True:
            message = self.seen.take(self.socket.recv(timeout=WAIT_SECONDS))
            if is_last(message):
                return message

    def run(self, page: str = "", query: str = "", states=(), fragment: str = "", **rest: str) -> str:
        """Everything that was sent by the end of the run, as text. page: its address; none is the first page."""
        before = len(self.seen.raw)
        message = BackMsg()
        asked = message.rerun_script
        asked.page_script_hash = self.seen.pages.get(page, page)
        asked.query_string, asked.fragment_id = query, fragment
        asked.widget_states.widgets.extend(states)
        for name, value in rest.items():
            setattr(asked, name, value)
        self.send(message)
        self.until(lambda one: one.WhichOneof("type") == "script_finished" and one.script_finished in ENDS)
        return bytes(self.seen.raw[before:]).decode("utf-8", "replace")

    def use(self, key: str, text: str = "x", page: str = "", **rest: str) -> str:
        """Use one widget on the page."""
        return self.run(page, states=pressed(self.seen, self.seen.widget(key), text), **rest)

    def ask_for_file(self, file_id: str, session_id: str = "") -> tuple[bytes, str]:
        """Press a download button: (the file, what went wrong)."""
        message = BackMsg()
        request = message.backend_operation_request
        request.request_id, request.session_id = file_id, session_id or self.seen.session_id
        request.deferred_file.file_id = file_id
        self.send(message)
        answer = self.until(lambda one: one.WhichOneof("type") == "backend_operation_response")
        told = answer.backend_operation_response
        content = (
            requests.get(self.url + told.deferred_file.url, timeout=WAIT_SECONDS).content if not told.error_msg else b""
        )
        return content, told.error_msg

    def upload(self, name: str, content: bytes) -> str:
        """Send a file to the server as the uploader does; the id under which it then lies there."""
        message = BackMsg()
        message.file_urls_request.request_id = "1"
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.seen.session_id
        self.send(message)
        answer = self.until(lambda one: one.WhichOneof("type") == "file_urls_response")
        place = answer.file_urls_response.file_urls[0]
        first = requests.get(f"{self.url}/_stcore/health", timeout=WAIT_SECONDS)
        token = first.cookies.get("_streamlit_xsrf", "")
        headers = {"X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}"}
        sent = requests.put(
            self.url + place.upload_url, files={"file": (name, content)}, headers=headers, timeout=WAIT_SECONDS
        )
        assert sent.status_code in (204, 403), sent.text
        return place.file_id
