"""Sizes of samples and the recheck draw, against the vectors of the method and by properties."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors import VECTORS, numbered
from tracker.errors import Refused
from tracker.rules.ballot_numbers import as_printed, ranges
from tracker.rules.ballot_numbers import numbered as numbers_from
from tracker.rules.parsed import SampleTier
from tracker.rules.sampling import (
    Band,
    PublishedDraw,
    QuotaRule,
    Size,
    allocate,
    ballot_key,
    bands_of_tiers,
    by_bands,
    cochran,
    commitment,
    draw,
    flat,
    next_replacement,
    product,
    quota_in_words,
    quota_of_unit,
    second_stage,
    share_rounded_up,
    start_of_list,
    systematic,
    systematic_reserve,
    total,
    unit_seed,
    verify,
    yamane,
)
from tracker.rules.states import QuotaKind

DRAWS = VECTORS["draw"]
SEED = DRAWS["cases"][0]["unit_seed"]
QUANG_THANH = (Band(100, None), Band(1000, 100), Band(5000, 200), Band(None, 500))


# Sizes


@pytest.mark.parametrize("case", VECTORS["yamane"], ids=str)
def test_yamane_agrees_with_the_vectors(case):
    assert yamane(case["N"], case["e_percent"]).ballots == case["n"]


@pytest.mark.parametrize("case", VECTORS["cochran"]["cases"], ids=str)
def test_cochran_agrees_with_the_vectors(case):
    assert cochran(case["N"]).ballots == case["n"]


def test_cochran_without_a_population_is_its_first_term():
    assert cochran(None).ballots == VECTORS["cochran"]["without_population"]


@pytest.mark.parametrize("case", VECTORS["bands_quang_thanh"], ids=str)
def test_bands_agree_with_the_plan_of_quang_thanh(case):
    assert by_bands(case["files"], QUANG_THANH).ballots == case["minimum"]


def test_bands_are_made_from_the_tiers_a_plan_was_read_to_hold():
    tiers = [SampleTier(0, 99, "100%"), SampleTier(100, 999, 100), SampleTier(1000, 4999, 200), SampleTier(5000, None, 500)]
    assert bands_of_tiers(tiers) == QUANG_THANH


@pytest.mark.parametrize(
    "tiers",
    [
        [],
        [SampleTier(0, 99, 50), SampleTier(200, None, 100)],
        [SampleTier(0, 99, 50), SampleTier(50, None, 100)],
        [SampleTier(0, None, 50), SampleTier(100, None, 100)],
        [SampleTier(0, 99, "50%")],
    ],
)
def test_bands_with_gaps_or_overlaps_are_not_guessed(tiers):
    with pytest.raises(ValueError):
        bands_of_tiers(tiers)


@pytest.mark.parametrize("case", VECTORS["recheck_size"], ids=str)
def test_a_percent_of_the_ballots_rounds_up_without_a_float(case):
    assert share_rounded_up(case["ballots"], case["percent"]).ballots == case["n"]


def test_cam_ranh_asks_for_1650_ballots_and_165_rechecks():
    expected = VECTORS["plans"]["cam-ranh-2021"]
    communes, stations = flat(15, 60), flat(15, 50)
    assert (communes.ballots, stations.ballots) == (expected["communes"], expected["stations"])
    assert total([communes, stations]).ballots == expected["ballots"]
    each = expected["recheck_10_percent"]
    assert share_rounded_up(60, 10).ballots == each["each_commune"]
    assert share_rounded_up(50, 10).ballots == each["each_station"]
    assert 15 * each["each_commune"] + 15 * each["each_station"] == each["all"]


def test_ca_mau_asks_for_services_times_units():
    expected = VECTORS["plans"]["ca-mau-2014"]
    assert product(3, 3, 70).ballots == expected["district_level"]
    assert product(10, 3, 80).ballots == expected["commune_level"]
    assert total([product(3, 3, 70), product(10, 3, 80)]).ballots == expected["ballots"]


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (flat(15, 60), "15 đơn vị × 60 phiếu = 900 phiếu."),
        (product(10, 3, 80), "10 đơn vị × 3 dịch vụ × 80 phiếu = 2.400 phiếu."),
        (by_bands(850, QUANG_THANH), "850 hồ sơ một năm thuộc bậc từ 100 đến dưới 1.000: ít nhất 100 phiếu."),
        (by_bands(42, QUANG_THANH), "42 hồ sơ một năm thuộc bậc dưới 100: lấy toàn bộ 42 phiếu."),
        (by_bands(6000, QUANG_THANH), "6.000 hồ sơ một năm thuộc bậc từ 5.000 trở lên: ít nhất 500 phiếu."),
        (yamane(1000), "n = N ÷ (1 + N × e²) = 1.000 ÷ (1 + 1.000 × 0,05²) = 285,71, làm tròn lên 286 phiếu."),
        (yamane(400), "n = N ÷ (1 + N × e²) = 400 ÷ (1 + 400 × 0,05²) = 200 phiếu."),
        (yamane(10**6), "n = N ÷ (1 + N × e²) = 1.000.000 ÷ (1 + 1.000.000 × 0,05²) = 399,84, làm tròn lên 400 phiếu."),
        (yamane(10**9), "n = N ÷ (1 + N × e²) = 1.000.000.000 ÷ (1 + 1.000.000.000 × 0,05²) = gần 400, làm tròn lên 400 phiếu."),
        (
            cochran(1000),
            "n₀ = 1,96² × 0,5 × 0,5 ÷ 0,05² = 384,16; n = 384,16 ÷ (1 + 383,16 ÷ 1.000) = 277,74, làm tròn lên 278 phiếu.",
        ),
        (share_rounded_up(58, 10), "10% của 58 phiếu = 5,8, làm tròn lên 6 phiếu."),
        (share_rounded_up(60, 10), "10% của 60 phiếu = 6 phiếu."),
        (total([Size(60, ""), Size(50, ""), Size(None, "")]), "Cộng 2 đơn vị: 110 phiếu."),
        (total([Size(60, "")] * 15), "15 đơn vị × 60 phiếu = 900 phiếu."),
        (total([Size(None, "")]), "Không đặt chỉ tiêu."),
    ],
)
def test_a_size_shows_its_arithmetic_in_one_sentence(size, sentence):
    assert size.arithmetic == sentence


@pytest.mark.parametrize(
    ("rule", "files", "ballots"),
    [
        (QuotaRule(QuotaKind.FLAT, each=60), None, 60),
        (QuotaRule(QuotaKind.PRODUCT, services=3, each=70), None, 210),
        (QuotaRule(QuotaKind.BANDS, bands=QUANG_THANH), 850, 100),
        (QuotaRule(QuotaKind.YAMANE), 1000, 286),
        (QuotaRule(QuotaKind.YAMANE, error_percent=Fraction(10)), 900, 90),
        (QuotaRule(QuotaKind.COCHRAN), 240, 148),
        (QuotaRule(QuotaKind.CENSUS), 37, 37),
        (QuotaRule(QuotaKind.OPEN), None, None),
    ],
)
def test_each_kind_of_rule_sets_the_quota_of_a_unit(rule, files, ballots):
    assert quota_of_unit(rule, files=files).ballots == ballots


@pytest.mark.parametrize("kind", [QuotaKind.BANDS, QuotaKind.YAMANE, QuotaKind.COCHRAN, QuotaKind.CENSUS])
def test_a_rule_on_files_is_refused_without_their_number(kind):
    with pytest.raises(ValueError):
        quota_of_unit(QuotaRule(kind, bands=QUANG_THANH))


@given(st.integers(0, 10**7), st.integers(1, 20))
def test_yamane_rounds_up_and_never_exceeds_the_population(population, percent):
    n = yamane(population, percent).ballots
    exact = Fraction(population) / (1 + population * Fraction(percent, 100) ** 2)
    assert exact <= n < exact + 1
    assert n <= population


@given(st.integers(0, 10**7), st.integers(1, 20))
def test_cochran_never_exceeds_the_population(population, percent):
    assert 0 <= cochran(population, percent).ballots <= population


# Allocation and lists


@pytest.mark.parametrize("case", VECTORS["allocation"]["cases"], ids=str)
def test_allocation_agrees_with_the_vectors(case):
    found = allocate(case["strata"], case["total"], minimum=case["minimum"])
    assert found == case["allocated"]
    assert sum(found.values()) == case["sum"]


strata = st.dictionaries(st.text("ABCDEF", min_size=1, max_size=3), st.integers(0, 500), min_size=1, max_size=8)


@given(strata, st.integers(0, 600), st.integers(0, 40))
def test_allocation_spends_the_total_and_respects_each_stratum(sizes, wanted, minimum):
    plain = allocate(sizes, wanted)
    everything = sum(sizes.values())
    assert sum(plain.values()) == min(wanted, everything)
    for code, size in sizes.items():
        exact = Fraction(size * min(wanted, everything), everything) if everything else Fraction(0)
        assert exact - 1 < plain[code] < exact + 1
    raised = allocate(sizes, wanted, minimum=minimum)
    assert all(min(minimum, sizes[code]) <= raised[code] <= sizes[code] for code in sizes)


@pytest.mark.parametrize("case", VECTORS["systematic"]["cases"], ids=str)
def test_even_steps_agree_with_the_vectors(case):
    assert list(systematic(case["N"], case["n"], case["r"])) == case["positions"]


def test_the_start_of_a_list_comes_from_the_seed():
    case = VECTORS["systematic_from_seed"]
    assert sha256(f"{SEED}|361425|start".encode()).hexdigest() == case["hash"]
    start = start_of_list(SEED, "361425", case["N"])
    lines = systematic(case["N"], case["n"], start)
    assert (start, list(lines[:5]), lines[-1]) == (case["r"], case["first_five"], case["last"])


@given(st.data())
def test_even_steps_take_different_lines_and_the_reserve_takes_others(data):
    lines = data.draw(st.integers(1, 400))
    wanted = data.draw(st.integers(0, lines))
    start = data.draw(st.integers(0, lines - 1))
    chosen, reserve = systematic(lines, wanted, start), systematic_reserve(lines, wanted, start)
    assert len(set(chosen)) == wanted
    assert not set(chosen) & set(reserve)
    assert all(1 <= line <= lines for line in chosen + reserve)
    assert len(set(reserve)) == min(lines - wanted, ceil(wanted / 3))


# The draw


@pytest.mark.parametrize("case", DRAWS["cases"], ids=lambda c: f"{c['unit']} {c['public'] or 'without public part'}")
def test_the_draw_agrees_with_the_vectors(case):
    seed = unit_seed(DRAWS["master"], DRAWS["plan"], case["unit"])
    assert seed == case["unit_seed"]
    assert commitment(seed) == case["commitment"]
    found = draw(seed, case["public"], numbered(case["ballots"]), case["percent"])
    assert list(found.drawn) == case["drawn"]
    assert list(found.reserve) == case["reserve"]
    assert list(found.order) == case["order"]
    assert found.keys[found.order[0]] == case["first_key"]


BY_INTERVIEWER = VECTORS["draw_by_interviewer"]
WHO = {ballot: name for name, span in BY_INTERVIEWER["interviewers"].items() for ballot in numbered(span)}


def test_each_interviewer_is_looked_at():
    found = draw(SEED, BY_INTERVIEWER["public"], list(WHO), 10, interviewers=WHO)
    assert found.allocated == BY_INTERVIEWER["allocated"]
    assert list(found.drawn) == BY_INTERVIEWER["drawn"]
    assert list(found.rest[:10]) == BY_INTERVIEWER["rest_first_ten"]
    for ballot, replacement in BY_INTERVIEWER["first_replacement_of"].items():
        assert next_replacement(found, ballot, ()) == replacement


def test_an_interviewer_of_three_ballots_is_not_passed_over():
    ballots = numbered("0001..0050")
    who = {b: "DTV1" if b <= "0045" else "DTV2" if b <= "0048" else "DTV3" for b in ballots}
    found = draw(SEED, "", ballots, 10, interviewers=who)
    assert found.allocated == {"DTV1": 5, "DTV2": 1, "DTV3": 1}
    assert len(found.drawn) == 7


def test_a_discarded_ballot_moves_no_other():
    case = VECTORS["draw_without_one"]
    ballots = [ballot for ballot in numbered("0001..0060") if ballot != case["discarded"]]
    assert list(draw(SEED, case["public"], ballots, 10).drawn) == case["drawn"]


@given(st.sets(st.integers(1, 9999), min_size=1, max_size=80), st.integers(1, 100), st.randoms(use_true_random=False))
def test_the_draw_does_not_depend_on_the_order_in_which_ballots_are_listed(numbers, percent, chance):
    ballots = [f"{n:04d}" for n in sorted(numbers)]
    shuffled = list(ballots)
    chance.shuffle(shuffled)
    first, second = draw(SEED, "12", ballots, percent), draw(SEED, "12", shuffled, percent)
    assert first == second
    assert len(first.drawn) == -(-len(ballots) * percent // 100)
    assert sorted(first.order) == ballots


@given(st.integers(1, 60), st.integers(1, 100), st.integers(1, 5))
def test_replacements_and_second_stage_never_take_a_ballot_twice(count, percent, interviewers):
    ballots = [f"{n:04d}" for n in range(1, count + 1)]
    who = {ballot: f"DTV{index % interviewers}" for index, ballot in enumerate(ballots)}
    found = draw(SEED, "", ballots, percent, interviewers=who)
    assert set(found.interviewers.values()) == {who[ballot] for ballot in found.drawn}
    used: list[str] = []
    for ballot in found.drawn:
        replacement = next_replacement(found, ballot, used)
        if replacement is None:
            assert len(found.drawn) + len(used) == count
            break
        used.append(replacement)
    second = second_stage(found, used)
    out = [*found.drawn, *used, *second]
    assert len(set(out)) == len(out)
    assert len(second) == min(len(found.drawn), count - len(found.drawn) - len(used))


def test_the_second_stage_asks_the_same_interviewers_again():
    found = draw(SEED, "361425", list(WHO), 10, interviewers=WHO)
    second = second_stage(found, ["0032"])
    assert {name: sum(WHO[b] == name for b in second) for name in found.allocated} == found.allocated
    assert [b for b in found.rest if b in second] == list(second)
    assert "0032" not in second


def test_a_replacement_comes_from_the_unit_when_the_interviewer_has_no_more():
    ballots = numbered("0001..0030")
    who = {ballot: "DTV2" if ballot == "0030" else "DTV1" for ballot in ballots}
    found = draw(SEED, "", ballots, 10, interviewers=who)
    assert next_replacement(found, "0030", ()) == found.rest[0]
    assert next_replacement(found, "0030", found.rest) is None


@pytest.mark.parametrize(
    "ballots",
    [["0001", "0001"], ["0001", ""], ["0001|0002"], [" 0001"]],
)
def test_a_draw_from_doubtful_numbers_is_refused(ballots):
    with pytest.raises(ValueError):
        draw(SEED, "", ballots, 10)


@pytest.mark.parametrize("public", ["12a", "1|2", "12 ", "٣"])
def test_the_public_part_is_made_of_digits(public):
    with pytest.raises(ValueError):
        ballot_key(SEED, public, "0001")


@pytest.mark.parametrize("master", ["", "6d0c", "Z" * 32, "6D0C0F8A2B7E4913A5C8D1E2F3047596"])
def test_a_short_or_odd_master_secret_is_refused(master):
    with pytest.raises(ValueError):
        unit_seed(master, "KH", "XP01")


# Verification


def published(**changes):
    ballots = tuple(numbered("0001..0060"))
    found = draw(SEED, "361425", ballots, 10, interviewers=WHO)
    record = PublishedDraw(
        unit="UBND phường Ba Ngòi",
        unit_seed=SEED,
        commitment=commitment(SEED),
        public="361425",
        percent=10,
        ballots=ballots,
        drawn=found.drawn,
        reserve=found.reserve,
        interviewers=WHO,
    )
    return replace(record, **changes)


def test_an_honest_draw_agrees_when_it_is_repeated():
    record = published()
    found = verify(record)
    assert (found.agrees, found.problems, found.repeated.drawn) == (True, (), record.drawn)
    with_second = published(second=second_stage(found.repeated, ["0032"]), used_before_second=("0032",))
    assert verify(with_second).agrees


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"commitment": commitment("another")}, "không khớp mã kiểm chứng"),
        ({"drawn": ("0046", "0003", "0029", "0042", "0023", "0001")}, "thừa 1 phiếu (0001), thiếu 1 phiếu (0052)"),
        ({"drawn": ("0003", "0046", "0029", "0042", "0023", "0052")}, "sai thứ tự"),
        ({"drawn": ("0046", "0003", "0029", "0042", "0023", "0052", "0052")}, "ghi hai lần"),
        ({"reserve": ("0049", "0052", "0022")}, "phiếu dự phòng không khớp"),
        ({"public": "361426"}, "không khớp khi chọn lại"),
        ({"public": "dice"}, "không chọn lại được mẫu"),
        ({"percent": 20}, "thiếu"),
        ({"ballots": tuple(b for b in numbered("0001..0060") if b != "0003")}, "không khớp khi chọn lại"),
        ({"second": ("0001",)}, "lần hai không khớp"),
    ],
)
def test_every_tampering_is_named(changes, words):
    found = verify(published(**changes))
    assert not found.agrees
    assert any(words in problem for problem in found.problems), found.problems


# The page that tells how to repeat the draw without this program


PAGE = (Path(__file__).parents[2] / "docs" / "phuc-tra.md").read_text(encoding="utf-8")


def test_the_program_on_the_page_draws_what_the_page_says(capsys):
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    exec(compile(code, "phuc-tra.md", "exec"), {})
    printed = capsys.readouterr().out.strip()
    assert printed in PAGE
    found = draw(SEED, "361425", numbered("0001..0060"), 10)
    assert printed == f"{' '.join(found.drawn)} | {' '.join(found.reserve)}"


def test_the_hashes_on_the_page_are_the_ones_this_program_makes():
    master, plan, unit = DRAWS["master"], DRAWS["plan"], DRAWS["cases"][0]["unit"]
    for text in (f"{master}|{plan}|{unit}", SEED, f"{SEED}|361425|0046"):
        assert f"printf '%s' '{text}' | sha256sum" in PAGE
        assert sha256(text.encode()).hexdigest() in PAGE


# Numbers on ballots


@pytest.mark.parametrize(("typed", "printed"), [("46", "0046"), (" 0046 ", "0046"), ("４６", "0046"), ("00046", "0046")])
def test_a_typed_number_becomes_the_printed_one(typed, printed):
    assert as_printed(typed) == printed


@pytest.mark.parametrize("typed", ["", "0", "12345", "4a", "-1", "4.6", "٤٦"])
def test_a_number_that_cannot_stand_on_a_ballot_is_refused(typed):
    with pytest.raises(Refused) as refused:
        as_printed(typed)
    assert refused.value.sentence == f"Mã phiếu “{typed}” không đúng dạng 0001; xem số ghi trên phiếu."


def test_a_range_is_written_out_and_back():
    assert numbers_from("58", "0060") == ("0058", "0059", "0060")
    assert ranges(["0060", "0058", "0059", "0062", "A-7"]) == "0058–0060, 0062, A-7"


@pytest.mark.parametrize(("first", "last"), [("5", "4"), ("1", "99999")])
def test_a_range_backwards_or_too_long_is_refused(first, last):
    with pytest.raises(Refused):
        numbers_from(first, last)


@given(st.sets(st.integers(1, 300), max_size=60))
def test_ranges_name_every_number_once(numbers):
    ballots = [f"{n:04d}" for n in numbers]
    written = ranges(ballots)
    back = [b for part in written.split(", ") if part for b in numbers_from(part.split("–")[0], part.split("–")[-1])]
    assert back == sorted(ballots)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (QuotaRule(QuotaKind.FLAT, each=60), "60 phiếu mỗi đơn vị."),
        (QuotaRule(QuotaKind.PRODUCT, services=3, each=70), "3 dịch vụ × 70 phiếu = 210 phiếu."),
        (
            QuotaRule(QuotaKind.BANDS, bands=(Band(100, None), Band(1000, 100), Band(None, 500))),
            "Theo số hồ sơ một năm của đơn vị: dưới 100: lấy toàn bộ; từ 100 đến dưới 1.000: ít nhất 100 phiếu; "
            "từ 1.000 trở lên: ít nhất 500 phiếu.",
        ),
        (
            QuotaRule(QuotaKind.YAMANE, error_percent=Fraction(15, 2)),
            "n = N ÷ (1 + N × e²), e = 7,5%, N là số hồ sơ của đơn vị.",
        ),
        (QuotaRule(QuotaKind.COCHRAN), "Công thức có hiệu chỉnh tổng thể hữu hạn, sai số 5%."),
        (QuotaRule(QuotaKind.CENSUS), "Khảo sát toàn bộ."),
        (QuotaRule(QuotaKind.OPEN), "Không đặt chỉ tiêu: mở hòm được bao nhiêu phiếu thì tính bấy nhiêu."),
    ],
)
def test_a_quota_rule_is_said_before_any_number_of_files_is_known(rule: QuotaRule, said: str) -> None:
    assert quota_in_words(rule).replace("\xa0", " ") == said
