"""A letter as bytes, read back by two parsers that share no code."""

from __future__ import annotations

import dataclasses
import email
import email.policy
from datetime import datetime
from email.header import decode_header, make_header

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.mail.readers import decoded, mailbox, raw_headers
from tracker.clock import ZONE
from tracker.mail.mime import BadAddressError, Envelope, checked_address, letter_bytes

LONG_NAME = "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính thành phố Cam Ranh, tỉnh Khánh Hòa"
NAMES = [
    "Lê Thị Kim Oanh",
    "Nguyen Van A",
    "Cục Kiểm soát thủ tục hành chính, Văn phòng Chính phủ",
    'Phòng “Một cửa” (bộ phận "tiếp nhận") <trả kết quả>',
    LONG_NAME,
    "",
]
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=150).map(str.strip)
ENVELOPE = Envelope(
    to=("Lê Thị Kim Oanh", "oanh@example.vn"),
    sender=("Phòng Nội vụ – theo dõi khảo sát", "khaosat@example.vn"),
    subject="[Khảo sát 2021] Thời điểm điều tra",
    text="Kính gửi: Bà Oanh\n.một dòng bắt đầu bằng dấu chấm\n",
    html="<p>Kính gửi: Bà Oanh</p>" + "x" * 2000 + "\n",
    message_id="<abc@example.vn>",
    dated_at=datetime(2021, 9, 20, 7, 30, tzinfo=ZONE),
    reply_to=("Trần Thu Hà", "ha@example.vn"),
    headers={"Auto-Submitted": "auto-generated", "List-Unsubscribe": "<https://khaosat.example.vn/v/" + "t" * 150 + ">"},
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("subject", ["[Khảo sát 2021] Thời điểm điều tra", f"[Khảo sát] {LONG_NAME}", "plain", "=?utf-8?Q?x?="])
def test_headers_are_whole_for_two_parsers(name: str, subject: str) -> None:
    envelope = dataclasses.replace(ENVELOPE, to=(name, "a@example.vn"), sender=(name, "b@example.vn"), subject=subject)
    sent = letter_bytes(dataclasses.replace(envelope, reply_to=(name, "c@example.vn")))
    one = email.message_from_bytes(sent)
    other = raw_headers(sent)
    assert pythons_reading(one["Subject"]) == decoded(other["subject"]) == subject
    for header, address in (("To", "a@example.vn"), ("From", "b@example.vn"), ("Reply-To", "c@example.vn")):
        display, _, found = pythons_reading(one[header]).rpartition(" ")
        assert (display, found) == (name, f"<{address}>" if name else address)
        assert mailbox(other[header.lower()]) == (name, address)


def pythons_reading(header: str) -> str:
    """By email.header. The newer parser (email.policy) puts a space between two encoded words of a name, against RFC 2047."""
    return str(make_header(decode_header(header)))


@given(TEXT, TEXT)
@example("ờ" * 100, "a" * 200)
@example("x" * 60 + "đ", '\\"')
def test_any_text_survives_in_subject_and_name(subject: str, name: str) -> None:
    sent = letter_bytes(dataclasses.replace(ENVELOPE, subject=subject, to=(name, "a@example.vn")))
    other = raw_headers(sent)
    assert decoded(other["subject"]) == subject
    assert mailbox(other["to"]) == (name, "a@example.vn") or not name
    assert email.message_from_bytes(sent, policy=email.policy.default)["Subject"] == subject


@given(TEXT, TEXT)
def test_every_line_is_short_ascii_and_ends_in_crlf(subject: str, name: str) -> None:
    sent = letter_bytes(dataclasses.replace(ENVELOPE, subject=subject, to=(name, "a@example.vn")))
    assert sent.isascii()
    assert sent.count(b"\n") == sent.count(b"\r\n") == sent.count(b"\r")
    lines = sent.split(b"\r\n")
    assert max(len(line) for line in lines if not line.startswith(b"List-Unsubscribe")) <= 78
    assert not any(line.isspace() for line in lines)


def test_text_comes_first_and_both_bodies_come_back() -> None:
    read = email.message_from_bytes(letter_bytes(ENVELOPE), policy=email.policy.default)
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    bodies = [read.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")]
    assert bodies == [ENVELOPE.text, ENVELOPE.html]
    assert read["List-Unsubscribe"] == ENVELOPE.headers["List-Unsubscribe"]
    assert (read["Message-ID"], read["Date"].datetime) == (ENVELOPE.message_id, ENVELOPE.dated_at)
    assert read.defects == []


def test_a_calendar_is_the_last_part_and_comes_back_to_the_byte() -> None:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nX-A:Điều tra\r\nEND:VCALENDAR\r\n".encode()
    sent = letter_bytes(dataclasses.replace(ENVELOPE, calendar=calendar))
    read = email.message_from_bytes(sent, policy=email.policy.default)
    parts = list(read.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "text/calendar"]
    assert (parts[2].get_param("method"), parts[2].get_content_charset()) == ("PUBLISH", "utf-8")
    assert parts[2].get_payload(decode=True) == calendar
    assert sent.isascii()
    assert read.defects == []


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert letter_bytes(ENVELOPE) == letter_bytes(dataclasses.replace(ENVELOPE))


@pytest.mark.parametrize("name", ["a\r\nBcc: thief@example.com", "a\nb", "a\x00b"])
def test_a_line_break_in_a_name_makes_no_header(name: str) -> None:
    sent = letter_bytes(dataclasses.replace(ENVELOPE, to=(name, "a@example.vn"), subject=name))
    assert "bcc" not in raw_headers(sent)
    assert decoded(raw_headers(sent)["subject"]) == name


def test_a_further_header_must_be_one_plain_line() -> None:
    with pytest.raises(ValueError, match="X-Note"):
        letter_bytes(dataclasses.replace(ENVELOPE, headers={"X-Note": "a\r\nBcc: b"}))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("oanh@example.vn", "oanh@example.vn"),
        (" oanh.le+ks@mail.example.vn ", "oanh.le+ks@mail.example.vn"),
        ("oanh@tỉnh.vn", "oanh@xn--tnh-dlz.vn"),
    ],
)
def test_an_address_is_written_as_servers_want_it(given: str, expected: str) -> None:
    assert checked_address(given) == expected


@pytest.mark.parametrize(
    "address",
    ["", "oanh", "@example.vn", "oanh@", "oánh@example.vn", "a b@example.vn", "a@b>\r\nRCPT TO:<c@d.vn", "a@-..vn", "<a@b.vn>"],
)
def test_what_cannot_be_an_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddressError):
        checked_address(address)
