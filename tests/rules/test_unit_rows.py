"""The list of units: every heading people use, every slip they make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import UnreadableRows
from tracker.rules.unit_rows import ContactRow, is_address, read_units, split_salutation, unit_key

HEAD = "đơn vị;khối;đầu mối;thư điện tử;đầu mối 2;thư điện tử 2;lãnh đạo;chức vụ;thư lãnh đạo"
ROW = (
    "UBND phường Ba Ngòi;UBND xã, phường;Bà Trần Thị Hương;huong@example.vn;Lê An;an@example.vn;"
    "Ông Võ Bình;Chủ tịch;binh@example.vn"
)


def faults(content: str | bytes) -> list[str]:
    with pytest.raises(UnreadableRows) as caught:
        read_units(content if isinstance(content, bytes) else content.encode())
    return caught.value.sentences


def test_row_of_the_seed_form_is_read_whole() -> None:
    (row,) = read_units(f"{HEAD}\n{ROW}\n".encode()).rows
    assert (row.row, row.name, row.group) == (2, "UBND phường Ba Ngòi", "UBND xã, phường")
    assert row.contacts == (
        ContactRow("Trần Thị Hương", "huong@example.vn", "Bà"),
        ContactRow("Lê An", "an@example.vn"),
    )
    assert (row.head_name, row.head_position, row.head_email) == ("Võ Bình", "Chủ tịch", "binh@example.vn")


@pytest.mark.parametrize(
    "head",
    [
        HEAD,
        HEAD.upper(),
        "don vi;khoi;dau moi;thu dien tu;dau moi 2;thu dien tu 2;lanh dao;chuc vu;thu lanh dao",
        "name;group;contact;email;contact2;email2;head;head_position;head_email",
        "Unit;Group;Contact 1;E-mail 1;Contact 2;E-mail 2;Head;Title;Head e-mail",
        "Tên đơn vị (bắt buộc);Khối đơn vị;Họ và tên đầu mối;Email;Đầu mối;Email;Thủ trưởng;Chức danh;Email",
    ],
)
def test_headings_are_known_by_several_names(head: str) -> None:
    (row,) = read_units(f"{head}\n{ROW}".encode()).rows
    assert [c.email for c in row.contacts] == ["huong@example.vn", "an@example.vn"]
    assert (row.head_name, row.head_position, row.head_email) == ("Võ Bình", "Chủ tịch", "binh@example.vn")


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("note", ["", "sep={}\n"])
def test_separator_and_byte_order_mark_do_not_matter(bom: bytes, separator: str, note: str) -> None:
    text = f"{HEAD}\r\n{ROW.replace('UBND xã, phường', 'Khối UBND')}\r\n".replace(";", separator)
    (row,) = read_units(bom + note.format(separator).encode() + text.encode()).rows
    assert row.contacts[1].email == "an@example.vn"
    assert row.row == (3 if note else 2)


def test_quoted_cells_may_hold_the_separator_and_decomposed_letters_are_composed() -> None:
    text = 'name,group,contact,email\n"UBND xã Cam Lập","UBND xa\u0303, phường",A,a@example.vn\n'
    (row,) = read_units(text.encode()).rows
    assert row.group == "UBND xã, phường"


def test_unit_without_contact_or_head_is_kept() -> None:
    rows = read_units(f"{HEAD}\nTrạm Y tế xã Cam Lập;Trạm Y tế;;;;;;;\n".encode()).rows
    assert rows[0].contacts == ()
    assert rows[0].head_email == ""


def test_unused_columns_are_named() -> None:
    table = read_units("đơn vị;khối;đầu mối;thư;diện tích;\nA;B;C;c@example.vn;12;\n".encode())
    assert table.ignored == ("diện tích",)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ["Tệp không có nội dung; tải tệp mẫu và chép dữ liệu vào đó."]),
        (" \n\n", ["Tệp không có nội dung; tải tệp mẫu và chép dữ liệu vào đó."]),
        (HEAD, ["Tệp chỉ có dòng tiêu đề; thêm dữ liệu rồi nhập lại."]),
        ("đơn vị của tôi\nA\n", ["Không nhận ra dấu phân cột; dùng dấu phẩy hoặc chấm phẩy cho cả tệp."]),
        ("đơn vị|khối|đầu mối|thư\nA|B|C|D\n", ["Không nhận ra dấu phân cột; dùng dấu phẩy hoặc chấm phẩy cho cả tệp."]),
        ("đơn vị;khối;đầu mối\nA;B;C\n", ["Tệp thiếu cột “thư điện tử”; tải tệp mẫu và chép dữ liệu vào đó."]),
        ("khối;ghi chú\nB;C\n", ["Tệp thiếu cột “đơn vị”, “đầu mối”, “thư điện tử”; tải tệp mẫu và chép dữ liệu vào đó."]),
        (
            "đơn vị;khối;đầu mối;thư;lãnh đạo\nA;B;C;c@example.vn;D\n",
            ["Tệp thiếu cột “thư lãnh đạo”; tải tệp mẫu và chép dữ liệu vào đó."],
        ),
        (
            "đơn vị;khối;đầu mối;thư\n;B;C;c@example.vn\nA;;C;\nD;B;;d@example.vn\n",
            [
                "Dòng 2, cột đơn vị: để trống; điền tên đơn vị.",
                "Dòng 3, cột khối: để trống; điền tên khối đơn vị.",
                "Dòng 3, cột thư điện tử: để trống; điền địa chỉ thư điện tử của đầu mối.",
                "Dòng 4, cột đầu mối: để trống; điền họ và tên đầu mối.",
            ],
        ),
        (
            "đơn vị;khối;đầu mối;thư\nA;B;C;c.example.vn\n\nD;B;E;hằng@example.vn\n",
            [
                "Dòng 2: “c.example.vn” không phải địa chỉ thư điện tử.",
                "Dòng 4: “hằng@example.vn” không phải địa chỉ thư điện tử.",
            ],
        ),
        (
            "đơn vị;khối;đầu mối;thư\nHòa Bình;B;C;c@example.vn\nhoà  bình;B;E;e@example.vn\n",
            ["Dòng 3: đơn vị “hoà bình” đã có ở dòng 2; giữ một dòng."],
        ),
        (
            "name,group,contact,email\nUBND A,UBND xã, phường,C,c@example.vn\n",
            ["Dòng 2: có 5 ô, tiêu đề chỉ có 4 cột; đặt chữ có dấu phân cột trong ngoặc kép."],
        ),
        (
            "đơn vị;khối;đầu mối;thư;đầu mối 2;thư 2\nA;B;C;c@example.vn;D;C@example.vn\n",
            ["Dòng 2: địa chỉ “c@example.vn” ghi cho cả hai đầu mối; mỗi người một địa chỉ."],
        ),
        (
            "đơn vị;khối;đầu mối;thư\n=A1;B;C;c@example.vn\n",
            ["Dòng 2, cột đơn vị: ô chứa công thức; dán giá trị thay công thức."],
        ),
        (
            f"đơn vị;khối;đầu mối;thư\n{'a' * 251};B;C;c@example.vn\n",
            ["Dòng 2, cột đơn vị: dài 251 ký tự, tối đa 250; rút gọn."],
        ),
    ],
)
def test_every_fault_has_its_sentence(content: str, expected: list[str]) -> None:
    assert faults(content) == expected


@pytest.mark.parametrize("content", ["đơn vị;khối".encode("utf-16"), b"\xc4\x91\xff;a", "đ\0ơn vị;khối\n".encode()])
def test_other_encodings_are_refused(content: bytes) -> None:
    assert faults(content) == ["Tệp CSV không ở bảng mã UTF-8; lưu lại dạng CSV UTF-8."]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a@example.vn", True),
        ("le.van-an_1+kt@ubnd.cam-ranh.khanhhoa.gov.vn", True),
        ("o'brien@example.vn", True),
        ("a@example", False),
        ("a@@example.vn", False),
        ("a b@example.vn", False),
        (".a@example.vn", False),
        ("a..b@example.vn", False),
        ("a@-example.vn", False),
        ("a@example.vn\n", False),
        ("a@exa_mple.vn", False),
        ("đ@example.vn", False),
        ("A <a@example.vn>", False),
        ("x" * 65 + "@example.vn", False),
    ],
)
def test_address_is_plain_ascii(text: str, good: bool) -> None:
    assert is_address(text) is good


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ông Mấu Văn Thành", ("Ông", "Mấu Văn Thành")),
        ("đ/c Lê An", ("Đồng chí", "Lê An")),
        ("Bành Thị Ba", ("", "Bành Thị Ba")),
        ("Công chức Văn phòng - Thống kê", ("", "Công chức Văn phòng - Thống kê")),
    ],
)
def test_salutation_is_parted_from_the_name(text: str, expected: tuple[str, str]) -> None:
    assert split_salutation(text) == expected


def test_units_that_differ_by_accents_stay_two() -> None:
    assert unit_key("xã Thạnh Lộc") != unit_key("xã Thanh Lộc")


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_input_breaks_the_reader(content: bytes) -> None:
    try:
        outcome = [row.name for row in read_units(content).rows]
    except UnreadableRows as refused:
        outcome = refused.sentences
    assert outcome
    assert all(outcome)


@given(
    st.lists(
        st.tuples(
            st.text("abcđêưạ ;,\"'xyz", min_size=1).map(str.strip).filter(bool),
            st.text('khối, ;"', min_size=1).map(str.strip).filter(bool),
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda pair: unit_key(pair[0]),
    ),
    st.sampled_from(";,\t"),
)
def test_what_a_spreadsheet_writes_is_read_back(units: list[tuple[str, str]], separator: str) -> None:
    import csv
    from io import StringIO

    out = StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(["đơn vị", "khối", "đầu mối", "thư điện tử"])
    writer.writerows([name, group, "Người", "nguoi@example.vn"] for name, group in units)
    rows = read_units(out.getvalue().encode()).rows
    assert [(r.name, r.group) for r in rows] == [(" ".join(n.split()), " ".join(g.split())) for n, g in units]
