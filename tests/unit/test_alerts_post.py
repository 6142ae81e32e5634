"""Alerts against real servers on this machine: each message once, again after growing pauses."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from orchestration.lake import Lake
from orchestration.ledger import alerts as ledger
from orchestration.readiness import alerts_post
from orchestration.readiness.alerts import Standing
from orchestration.readiness.alerts_post import PAUSES, Told, tell
from orchestration.settings import Settings, load_settings
from orchestration.settings.telling import Alerts, Email, Webhook
from tests.apps.invented import NOW, forecast, summary

WALL = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
EARLY, MORNING = NOW, NOW + timedelta(hours=1)  # the digest is due at half past six


@dataclass
class Chat:
    """A real web server that takes posts, or answers with another status."""

    address: str = ""
    status: int = 200
    bodies: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def chat() -> Iterator[Chat]:
    kept = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if kept.status == 200:
                kept.bodies.append(json.loads(body))
            self.send_response(kept.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    kept.address = f"http://127.0.0.1:{server.server_port}/hook/s3cret"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Box:
    """A real mail server's mailbox."""

    port: int = 0
    letters: list[Any] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def box() -> Iterator[Box]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        kept = Box(held.getsockname()[1])
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()


@dataclass
class Desk:
    """A home whose judgement is what the test says, and the lines of its log."""

    settings: Settings
    report: dict[str, Any]
    log: list[str] = field(default_factory=list)

    def tell(self, moment: datetime = EARLY, wall: datetime = WALL, **other: Any) -> Told:
        return tell(self.settings, moment, wall, self.log.append, **other)

    def make_late(self, source: int = 0) -> None:
        self.report["sources"][source] |= {"state": "late", "reason": "it is <old> & tired"}

    @property
    def attempts(self) -> list[tuple[str, str]]:
        tried = ledger.attempts(Lake(self.settings.home))
        return [(a.channel, a.outcome) for a in tried]


@pytest.fixture
def make(home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def build(**alerts: Any) -> Desk:
        settings = load_settings(home)
        campaign = settings.campaign.model_copy(
            update={"alerts": Alerts(log=False, digest_at=time(6, 30), **alerts)}
        )
        desk = Desk(
            settings.model_copy(update={"campaign": campaign}), summary(forecast=forecast())
        )
        monkeypatch.setattr(alerts_post, "judged", lambda *_: desk.report)
        return desk

    return build


@pytest.fixture
def hooked(make: Any, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("TMINUS_TEST_HOOK", chat.address)
    desk: Desk = make(webhook=Webhook(url="env:TMINUS_TEST_HOOK"))
    return desk


def test_the_first_look_tells_nobody_and_a_change_tells_once(hooked: Desk, chat: Chat) -> None:
    assert hooked.tell() == Told()
    hooked.make_late()
    assert hooked.tell().written == ("Party voter file late",)
    # A restart is another call: all that is known stands in the home.
    assert hooked.tell() == Told()
    (body,) = chat.bodies
    assert list(body) == ["text"]
    assert "it is &lt;old&gt; &amp; tired".casefold() in body["text"].casefold()
    assert "To do: call the data director" in body["text"]


def test_a_burst_is_one_message(hooked: Desk, chat: Chat) -> None:
    hooked.tell()
    for source in range(5):
        hooked.make_late(source)
    hooked.tell()
    assert len(chat.bodies) == 1
    assert chat.bodies[0]["text"].count("✕") == 5


def test_one_digest_a_day_from_its_hour_on(hooked: Desk, chat: Chat) -> None:
    assert hooked.tell(EARLY).sent == 0
    assert hooked.tell(MORNING).written == ("T-11d: Ready in time: 48%, about even",)
    assert hooked.tell(MORNING + timedelta(hours=9)).sent == 0
    assert hooked.tell(MORNING + timedelta(days=1)).sent == 1
    assert "MORNING BRIEF" in chat.bodies[0]["text"]


def test_no_digest_comes_after_the_contest(hooked: Desk) -> None:
    assert hooked.tell(MORNING + timedelta(days=12)).written == ()


def test_a_webhook_that_fails_is_tried_again_after_growing_pauses_and_left(
    hooked: Desk, chat: Chat
) -> None:
    hooked.tell()
    hooked.make_late()
    chat.status = 500
    wall, sent = WALL, []
    hooked.tell(wall=wall)
    for pause in PAUSES:
        sent.append(hooked.tell(wall=wall + pause - timedelta(seconds=1)).failed)
        wall += pause
        sent.append(hooked.tell(wall=wall).failed)
    assert sent == [0, 1] * len(PAUSES)
    assert hooked.attempts == [("webhook", "failed")] * len(PAUSES) + [("webhook", "left")]
    chat.status = 200
    assert hooked.tell(wall=wall + timedelta(days=1)).sent == 0
    assert [line.split("; ")[1] for line in hooked.log] == ["it is tried again.", "it is left"]
    hooked.tell(MORNING, wall + timedelta(days=1))
    assert (
        "Not delivered by webhook: 1 message(s); the webhook answered with status 500."
        in (chat.bodies[-1]["text"])
    )


def test_a_webhook_that_comes_back_gets_the_message_once(hooked: Desk, chat: Chat) -> None:
    hooked.tell()
    hooked.make_late()
    chat.status = 503
    hooked.tell()
    chat.status = 200
    later = WALL + PAUSES[0]
    assert [hooked.tell(wall=later, judge=False).sent for _ in range(2)] == [1, 0]
    assert len(chat.bodies) == 1


@pytest.mark.parametrize("status", [302, 404, 500])
def test_the_secret_is_in_no_log_and_no_ledger(
    hooked: Desk, chat: Chat, status: int, home: Path
) -> None:
    hooked.tell()
    hooked.make_late()
    chat.status = status
    assert hooked.tell().failed == 1
    kept = "".join(f.read_text() for f in Lake(home).ledger.iterdir()) + "".join(hooked.log)
    assert "s3cret" not in kept
    assert f"status {status}" in kept


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "is not set"),
        ("http://chat.example/hook", "must begin with https"),
        ("file:///etc/passwd", "must begin with https"),
        ("https://[broken", "is no address"),
        ("http://127.0.0.1:1/hook", "cannot be reached"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(
    make: Any, monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    monkeypatch.setenv("TMINUS_TEST_HOOK", address)
    desk: Desk = make(webhook=Webhook(url="env:TMINUS_TEST_HOOK"))
    desk.tell()
    desk.make_late()
    assert desk.tell().failed == 1
    assert why in desk.log[0]


def letter(box: Box, **other: Any) -> Email:
    return Email.model_validate(
        {"to": ["director@campaign.example"], "from": "tminus@campaign.example",
         "host": "127.0.0.1", "port": box.port, "security": "none", **other}
    )  # fmt: skip


def test_mail_carries_the_brief_and_its_page(make: Any, box: Box) -> None:
    desk: Desk = make(email=letter(box))
    desk.tell(MORNING)
    (mail,) = box.letters
    assert mail["Subject"] == "T-minus: T-11d: Ready in time: 48%, about even"
    text, page = mail.get_payload()
    assert "TO DO NEXT" in text.get_payload(decode=True).decode()
    assert page.get_filename() == "2016-01-21.pdf"
    assert page.get_payload(decode=True).startswith(b"%PDF")


def test_mail_goes_nowhere_without_the_safety_that_was_asked_for(make: Any, box: Box) -> None:
    desk: Desk = make(email=letter(box, security="starttls"))
    assert desk.tell(MORNING).failed == 1
    assert box.letters == []


def test_each_channel_is_told_for_itself(
    make: Any, box: Box, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMINUS_TEST_HOOK", chat.address)
    chat.status = 500
    desk: Desk = make(webhook=Webhook(url="env:TMINUS_TEST_HOOK"), email=letter(box))
    desk.tell(MORNING)
    desk.tell(MORNING)
    assert (len(box.letters), len(chat.bodies)) == (1, 0)
    assert sorted(desk.attempts) == [("email", "sent"), ("webhook", "failed")]


def test_the_last_run_is_told_of_when_it_fails_and_when_it_works_again(
    hooked: Desk, chat: Chat
) -> None:
    def run(state: str, tone: str) -> list[Standing]:
        return [Standing("run", "The last run", state, tone, "step marts failed")]

    hooked.tell(noted=run("works", "good"))
    titles = [
        hooked.tell(noted=run(*how)).written
        for how in (("failed", "bad"), ("failed", "bad"), ("works", "good"))
    ]
    assert titles == [("The last run failed",), (), ("The last run works",)]


def test_two_processes_do_not_tell_at_once(hooked: Desk, home: Path) -> None:
    import fcntl

    with (home / "alerts.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert hooked.tell().busy
    assert not hooked.tell().busy


def test_a_channel_set_up_today_is_not_told_of_yesterday(make: Any, box: Box) -> None:
    make().tell(MORNING)
    desk: Desk = make(email=letter(box))
    desk.tell(MORNING, WALL + timedelta(days=1))
    assert box.letters == []


@pytest.mark.parametrize("url", ["https://hooks.example/T0/B0/abc", "env:", "vault:x"])
def test_a_secret_in_the_settings_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="does not stand in this file") as caught:
        Webhook(url=url)
    assert "T0/B0" not in str(caught.value.errors()[0]["msg"])  # type: ignore[attr-defined]


def test_a_password_needs_a_safe_line(box: Box) -> None:
    with pytest.raises(ValueError, match="needs security"):
        letter(box, user="t", password="env:P")
    with pytest.raises(ValueError, match="belong together"):
        letter(box, user="t", security="tls")
