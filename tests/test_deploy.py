"""The files of docs/deploy: systemd's own checker reads the units, nginx runs with its file in front of the real pages."""

from __future__ import annotations

import configparser
import http.client
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from config import ROOT, SETTINGS, Config
from jobs.supervisor import commands
from tests.applications import MakeApp
from tests.mail.sink import free_port
from tests.web.conftest import NOW, build_world
from tracker.db import db, transaction
from tracker.models import SignInAttempt
from tracker.services import feeds
from tracker.services.feeds import FeedScope

DEPLOY = ROOT / "docs/deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
CERTIFICATES = ROOT / "tests/mail/certificates"
SECONDS = 60  #: a busy machine is slow; nothing here waits so long on a free one
#: As long as one that is signed, and of its letters.
KEY = "eyJjIjoxLCJuIjoibjEifQ.awqisw.NkukYX4lt3yMVk1ez9_u_IHXvKI"


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return parser


@pytest.mark.systemd
def test_systemd_has_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/khaosat", str(ROOT)))
    asked = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / path.name) for path in UNITS)]
    done = subprocess.run(asked, capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "khaosat" in line]
    assert (done.returncode, ours) == (0, [])


def test_the_units_run_what_make_run_runs() -> None:
    config = Config.from_environment({"WEB_WORKERS": "2", "WEB_THREADS": "8", "PORT": "5000", "BIND_ADDRESS": "127.0.0.1"})
    settings = dict(pair.split("=") for pair in unit(DEPLOY / "khaosat-web.service")["Service"]["Environment"].split())
    for name, expected in zip(("khaosat-web", "khaosat-jobs"), commands(config).values(), strict=True):
        command = unit(DEPLOY / f"{name}.service")["Service"]["ExecStart"]
        written = shlex.split(re.sub(r"\$\{(\w+)\}", lambda found: settings[found[1]], command))
        assert written[0] == "/opt/khaosat/.venv/bin/python"
        assert written[1:] == expected[1:]


def test_the_units_fit_each_other_and_the_settings_of_the_example() -> None:
    example = (DEPLOY / "khaosat.env").read_text()
    [state] = re.findall(r"^INSTANCE_DIR=(.*)$", example, re.MULTILINE)
    for path in UNITS:
        service = unit(path)["Service"]
        assert (service["WorkingDirectory"], service["EnvironmentFile"]) == ("/opt/khaosat", "/etc/khaosat/khaosat.env")
        assert (service["User"], service["ProtectSystem"]) == ("khaosat", "strict")
        assert f"/var/lib/{service['StateDirectory']}" == state, "the one place that can be written"
    for name in ("khaosat-web", "khaosat-jobs"):
        found = unit(DEPLOY / f"{name}.service")
        assert found["Unit"]["Requires"] == found["Unit"]["After"] == "khaosat-setup.service", "tables come first"
        assert found["Service"]["Restart"] == "always"
        assert found["Install"]["WantedBy"] == "multi-user.target"


def workers(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_the_web_unit_tells_systemd_when_it_is_ready_and_ends_when_asked(tmp_path: Path) -> None:
    """Type=notify: without READY=1 systemd would kill it after a while."""
    service = unit(DEPLOY / "khaosat-web.service")["Service"]
    assert service["Type"] == "notify"
    port = str(free_port())
    settings = dict(pair.split("=") for pair in service["Environment"].split())
    environment = {"PATH": os.environ["PATH"], "INSTANCE_DIR": str(tmp_path / "state"), "DEMO": "0", **settings, "PORT": port}
    python = [sys.executable, "-m", "flask", "--app", "wsgi", "setup"]
    subprocess.run(python, cwd=ROOT, env=environment, check=True, capture_output=True)
    command = shlex.split(re.sub(r"\$\{(\w+)\}", lambda found: environment[found[1]], service["ExecStart"]))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.settimeout(SECONDS)
        notified.bind(str(tmp_path / "notify"))
        told = environment | {"NOTIFY_SOCKET": str(tmp_path / "notify")}
        with running([sys.executable, *command[1:]], cwd=ROOT, env=told, stderr=subprocess.DEVNULL) as process:
            said = b""
            while b"READY=1" not in said:
                said = notified.recv(1024)
            ready = f"http://127.0.0.1:{port}/readyz"
            with urllib.request.urlopen(ready, timeout=SECONDS) as answer:
                assert answer.status == 200
            # As the kernel does where memory runs out: the others answer, and the dead ones are replaced.
            deadline = time.monotonic() + SECONDS
            while len(killed := workers(process.pid)) < int(settings["WEB_WORKERS"]):  # the first may answer before the last
                assert time.monotonic() < deadline
                time.sleep(0.05)
            # The application is loaded once, and shared.
            assert "_sqlite3" in Path(f"/proc/{process.pid}/maps").read_text()
            os.kill(killed[0], signal.SIGKILL)
            with urllib.request.urlopen(ready, timeout=SECONDS) as answer:
                assert answer.status == 200
            deadline = time.monotonic() + SECONDS
            while len(alive := workers(process.pid)) < len(killed) or killed[0] in alive:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            process.terminate()
            assert process.wait(int(service["TimeoutStopSec"])) == 0


def test_every_setting_of_the_example_is_one_and_is_taken(tmp_path: Path) -> None:
    found = re.findall(r"^#?([A-Z_]+)=(.*)$", (DEPLOY / "khaosat.env").read_text(), re.MULTILINE)
    assert {name for name, _ in found} <= {setting.name for setting in SETTINGS}
    values = {name: value.strip('"') for name, value in found}
    config = Config.from_environment(values)
    assert (config.trusted_proxies, config.public_url, config.demo) == (1, "https://khaosat.example.vn", False)


class Host:
    """One that answers for the pages."""

    def __init__(self, app: Flask) -> None:
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self.server.shutdown()
            self._thread.join()
            self.server.server_close()


@contextmanager
def running(command: list[str], **how: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The program while the block runs; it ends with the block, however that ends."""
    with subprocess.Popen(command, **how) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


@dataclass
class Front:
    """nginx with our file, and two hosts behind it."""

    app: Flask
    hosts: list[Host]
    https: str
    http: str
    folder: Path
    forwarded: list[dict[str, str]]  #: what nginx said of each request to the hosts

    def ask(self, path: str, *, base: str = "", data: bytes | None = None, **headers: str) -> tuple[int, Message, bytes]:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request((base or self.https) + path, data, said)
        trusted = ssl.create_default_context(cafile=str(CERTIFICATES / "localhost.pem"))
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trusted), _Stay)
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as said:
            with said:
                return said.code, said.headers, said.read()

    def log_until(self, end: str) -> list[str]:
        """The lines of nginx's log up to one that ends so: it is written after the answer has gone."""
        deadline = time.monotonic() + SECONDS
        while not (lines := (self.folder / "khaosat.log").read_text().splitlines())[-1].endswith(end):
            assert time.monotonic() < deadline, lines
            time.sleep(0.02)
        return lines


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@pytest.fixture
def front(make_app: MakeApp, tmp_path: Path) -> Iterator[Front]:
    http, https = free_port(), free_port()
    settings = {"PUBLIC_URL": f"https://localhost:{https}", "TRUSTED_PROXIES": "1", "METRICS_TOKEN": "test-token-" * 2}
    app = make_app(flask={"WTF_CSRF_ENABLED": False}, **settings)
    forwarded: list[dict[str, str]] = []
    whole_app = app.wsgi_app

    def noting(environ: Any, start: Any) -> Any:
        forwarded.append({name: value for name, value in environ.items() if name.startswith("HTTP_X_FORWARDED_")})
        return whole_app(environ, start)

    app.wsgi_app = noting  # type: ignore[method-assign]
    hosts = [Host(app), Host(app)]
    changes = {
        "listen [::]:80;": "",
        "listen [::]:443 ssl;": "",
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 443 ssl;": f"listen 127.0.0.1:{https} ssl;",
        "server 127.0.0.1:5000;": " ".join(f"server 127.0.0.1:{host.server.server_port};" for host in hosts),
        "khaosat.example.vn": "localhost",
        "/etc/ssl/khaosat/fullchain.pem": str(CERTIFICATES / "localhost.pem"),
        "/etc/ssl/khaosat/privkey.pem": str(CERTIFICATES / "localhost.key"),
        "/var/log/nginx": str(tmp_path),
    }
    site = (DEPLOY / "nginx.conf").read_text()
    for written, ours in changes.items():
        assert written in site
        site = site.replace(written, ours)
    (tmp_path / "site.conf").write_text(site)
    frame = f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; daemon off; events {{}}"
    if os.geteuid() == 0:
        frame += " user root;"
    places = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (tmp_path / "main.conf").write_text(f"{frame} http {{ {places} include {tmp_path}/site.conf; }}")
    nginx = os.environ.get("NGINX") or shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    command = [nginx, "-c", f"{tmp_path}/main.conf", "-e", f"{tmp_path}/error.log"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    with running(command):
        found = Front(app, hosts, f"https://localhost:{https}", f"http://localhost:{http}", tmp_path, forwarded)
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                found.ask("/readyz")
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield found
    for host in hosts:
        host.stop()


@pytest.mark.nginx
def test_pages_behind_nginx_know_the_scheme_the_host_and_the_reader(front: Front) -> None:
    status, headers, _ = front.ask("/sign-in?next=/plans", base=front.http)
    assert (status, headers["Location"]) == (301, "https://localhost/sign-in?next=/plans")
    status, headers, page = front.ask("/sign-in")
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert b'action="/sign-in"' in page
    # Lies about where it comes from, by which a guesser of passwords would get out of the throttle, and about where it went.
    form = b"username=ha&password=sai"
    lies = {"X_Forwarded_For": "6.6.6.6", "X_Forwarded_Host": "evil.example", "X_Forwarded_Prefix": "/evil"}
    status, _, _ = front.ask("/sign-in", data=form, **lies, X_Forwarded_Proto="http")
    assert status == 422
    told = {"FOR": "127.0.0.1", "HOST": "localhost", "PROTO": "https"}
    assert front.forwarded[-1] == {f"HTTP_X_FORWARDED_{name}": value for name, value in told.items()}
    with front.app.app_context():
        assert db.session.scalars(select(SignInAttempt.address)).all() == ["127.0.0.1"]


@pytest.mark.nginx
def test_one_id_goes_through_and_no_key_stands_in_the_log(front: Front) -> None:
    for rule in front.app.url_map.iter_rules():
        if keys := rule.arguments & {"token", "head_token"}:
            values = {name: KEY if name in keys else 3 for name in rule.arguments}
            front.ask(front.app.url_map.bind("localhost").build(rule.endpoint, values) + "?x=1")
    _, headers, _ = front.ask("/sign-in?next=/plans")
    lines = front.log_until(headers["X-Request-ID"])
    log = "\n".join(lines)
    assert KEY not in log
    assert '"GET /v/***/tasks/3" 4' in log
    assert '"GET /feeds/***" 4' in log
    assert '"GET /sign-in" 200' in lines[-1]


@pytest.mark.nginx
def test_figures_are_for_the_machine_that_watches(front: Front) -> None:
    bearer = f"Bearer {front.app.config['METRICS_TOKEN']}"
    assert front.ask("/metrics", Authorization=bearer)[0] == 200
    trusted = ssl.create_default_context(cafile=str(CERTIFICATES / "localhost.pem"))
    port = int(front.https.rpartition(":")[2])
    elsewhere = http.client.HTTPSConnection("localhost", port, context=trusted, source_address=("127.0.0.2", 0), timeout=SECONDS)
    with closing(elsewhere):
        elsewhere.request("GET", "/metrics", headers={"Authorization": bearer})
        assert elsewhere.getresponse().status == 403


@pytest.mark.nginx
def test_calendars_and_styles_travel_squeezed_and_no_page_does(front: Front) -> None:
    """A page's length would give its form key away to whoever can put words into it (BREACH)."""
    world = build_world(front.app)
    with front.app.app_context(), transaction() as session:
        key = feeds.issue(session, FeedScope.PLAN, world.plan_id, now=NOW)
    calendar = f"/feeds/{key}.ics"
    answers = {path: front.ask(path, Accept_Encoding="gzip") for path in ("/sign-in", "/nowhere", calendar)}
    assert {path: headers["Content-Encoding"] for path, (_, headers, _) in answers.items()} == {
        "/sign-in": None, "/nowhere": None, calendar: "gzip",
    }  # fmt: skip
    tag = answers[calendar][1]["ETag"]
    assert front.ask(calendar, Accept_Encoding="gzip", If_None_Match=tag)[0] == 304


@pytest.mark.nginx
def test_a_file_as_large_as_the_setting_allows_comes_through_and_a_larger_one_stops_at_nginx(front: Front) -> None:
    allowed = front.app.config["UPLOAD_LIMIT_MEGABYTES"]
    status, headers, _ = front.ask("/sign-in", data=b"x" * (allowed * 1024 * 1024))
    assert (status, "X-Request-ID" in headers) == (422, True)  # the pages have read it and ask for a name
    status, headers, _ = front.ask("/sign-in", data=b"x" * (13 * 1024 * 1024))
    assert (status, "X-Request-ID" in headers) == (413, False)


@pytest.mark.nginx
def test_a_host_that_is_gone_costs_no_reader_a_page(front: Front) -> None:
    assert {front.ask("/sign-in")[0] for _ in range(4)} == {200}
    front.hosts[0].stop()
    assert [front.ask("/sign-in")[0] for _ in range(10)] == [200] * 10
