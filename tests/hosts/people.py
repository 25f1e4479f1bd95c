"""People at work over HTTP: each act is tried on one web host after the other until it is answered."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from queue import Queue

import requests

from tests.hosts.world import PASSWORD, Seeded, UnitAtWork
from tracker import clock

#: To reach a host, and to hear from it: longer than a page waits for its database.
PATIENCE = (1, 10)
PAUSE_SECONDS = 0.1
#: Between two acts: letters about what was just done have time to go, or to be on their way when they lose their reason.
THINK_SECONDS = 0.8
#: Nobody is kept from his work for longer than this, whatever fails.
GIVE_UP_SECONDS = 120


@dataclass
class Answers:
    """What all of them met."""

    acknowledged: set[str] = field(default_factory=set)  #: acts that were answered, once for each
    met: Counter[str] = field(default_factory=Counter)  #: "302", "503", … and names of what the network said
    slowest: tuple[float, str, Sequence[str]] = (0.0, "", ())  #: seconds from the first try of an act to its answer; its tries
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str) -> None:
        with self.lock:
            self.met[what] += 1

    def done(self, act: str, seconds: float, tries: Sequence[str]) -> None:
        with self.lock:
            if act in self.acknowledged:
                self.wrong.append(f"{act} was done twice")
            self.acknowledged.add(act)
            self.slowest = max(self.slowest, (round(seconds, 1), act, tuple(tries)))


class Browser:
    """One person's: the two hosts are one address to it, as behind a proxy."""

    _turns: Iterator[int] = count()

    def __init__(self, hosts: list[str], answers: Answers, cookies: Mapping[str, str] | None = None) -> None:
        self._hosts = hosts
        self._answers = answers
        self.cookies = dict(cookies or {})
        self.tries: list[str] = []  #: of the act at hand: what came, from where, when, after how many seconds

    def get(self, path: str) -> requests.Response:
        return self._until_answered(lambda base: self._ask("GET", base + path), lambda status: status == 200, f"GET {path}")

    def post(self, path: str, fields: dict[str, object], *, answered: tuple[int, ...] = (302,)) -> requests.Response:
        return self._until_answered(
            lambda base: self._ask("POST", base + path, fields), lambda status: status in answered, f"POST {path}"
        )

    def _ask(self, method: str, url: str, fields: dict[str, object] | None = None) -> requests.Response:
        answer = requests.request(method, url, data=fields, cookies=self.cookies, timeout=PATIENCE, allow_redirects=False)
        self.cookies |= answer.cookies.get_dict()
        return answer

    def _until_answered(
        self, ask: Callable[[str], requests.Response], is_answer: Callable[[int], bool], what: str
    ) -> requests.Response:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        for turn in self._turns:
            host, asked = self._hosts[turn % len(self._hosts)], time.monotonic()
            try:
                answer = ask(host)
            except requests.RequestException as error:
                self._answers.note(type(error).__name__)
                self._tried(what, host, asked, type(error).__name__)
            else:
                self._answers.note(str(answer.status_code))
                self._tried(what, host, asked, f"{answer.status_code} {_reason(answer)}".rstrip())
                if is_answer(answer.status_code):
                    return answer
                if answer.status_code != 503:  # "try again" is an answer for people; everything else is a fault
                    self._answers.wrong.append(f"{what}: {answer.status_code} {_visible(answer.text)}")
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}: no answer; {dict(self._answers.met)}; {'; '.join(self.tries)}")
            time.sleep(PAUSE_SECONDS)
        raise AssertionError("never")

    def _tried(self, what: str, host: str, asked: float, came: str) -> None:
        lasted = time.monotonic() - asked
        self.tries.append(f"{came} | {what.split()[0]} {host.removeprefix('http://')} at {asked:.1f}, {lasted:.1f} s")


class Clerk(threading.Thread):
    """Does the whole work of one unit after the other: its contact's with the link, and what its coordinator has to do."""

    def __init__(
        self, world: Seeded, hosts: list[str], office: Mapping[str, str], work: Queue[UnitAtWork | None], answers: Answers,
        number: int,
    ) -> None:  # fmt: skip
        super().__init__()
        self._chance = random.Random(number)
        self._world, self._work, self._answers = world, work, answers
        self._office, self._contact = Browser(hosts, answers, office), Browser(hosts, answers)

    def run(self) -> None:
        try:
            while (unit := self._work.get()) is not None:
                self._live(unit)
        except BaseException as error:
            self._answers.wrong.append(f"{type(error).__name__}: {error}")

    def _live(self, unit: UnitAtWork) -> None:
        plan, link, today = self._world.plan_id, f"/v/{unit.token}", clock.today().strftime("%d/%m/%Y")
        chase = f"/plans/{plan}/chase?unit={unit.unit_id}&stage=2"
        self._act(f"chase {unit.information}", self._office, chase, chase, {"unit": unit.unit_id, "stage": 2})
        report = f"{link}/tasks/{unit.information}"
        self._act(f"report {unit.information}", self._contact, report, f"{report}/complete", {"completed_on": today})
        ballots = f"{link}/ballots/{plan}"
        for part in (1, 2):
            once = f"{unit.unit_id}-{part}"
            line = {"day": today, "handed_out": 30, "collected": 30, "valid": 30, "once": once}
            self._act(f"count {once}", self._contact, ballots, f"{ballots}/lines", line)
        report = f"{link}/tasks/{unit.fieldwork}"
        self._act(f"report {unit.fieldwork}", self._contact, report, f"{report}/complete", {"completed_on": today})
        task = f"/tasks/{unit.fieldwork}"
        # Pressed again after no answer, it may find that it was confirmed: 409 says so.
        self._act(f"confirm {unit.fieldwork}", self._office, task, f"{task}/confirm", {}, answered=(302, 409))

    def _act(
        self, name: str, browser: Browser, page: str, action: str, fields: dict[str, object], answered: tuple[int, ...] = (302,)
    ) -> None:
        time.sleep(self._chance.uniform(0, THINK_SECONDS))
        began = time.monotonic()
        browser.tries.clear()
        form = key_of(browser.get(page))
        browser.post(action, {"csrf_token": form, **fields}, answered=answered)
        self._answers.done(name, time.monotonic() - began, browser.tries)


def sum_of(tries: Sequence[str]) -> str:
    """What an act's tries came to: "ConnectionError 74 × in 2.2 s, 503 13 × in 31.2 s, …"."""
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for one in tries:
        seconds[one.split(maxsplit=1)[0]].append(float(one.split()[-2]))
    return ", ".join(f"{came} {len(lasted)} × in {sum(lasted):.1f} s" for came, lasted in seconds.items())


def signed_in(hosts: list[str], answers: Answers) -> Mapping[str, str]:
    """The coordinator's session."""
    browser = Browser(hosts, answers)
    form = key_of(browser.get("/sign-in"))
    browser.post("/sign-in", {"csrf_token": form, "username": "ha", "password": PASSWORD})
    return browser.cookies


def key_of(page: requests.Response) -> str:
    found = re.search(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"', page.text)
    assert found is not None, _visible(page.text)
    return found[1]


def _reason(answer: requests.Response) -> str:
    """Why people are asked to try again."""
    return _visible(answer.text)[:160] if answer.status_code == 503 else ""


def _visible(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())[:600]
