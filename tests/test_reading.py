"""Hazard files: each is refused with its file, line and rule, or read as it was meant."""

import csv
import datetime as dt
import io
import itertools
import json
import os
import re
import signal
import socket
import stat
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ledgers import base, claim, csv_text, document, event, ledger_at, ledger_of, source

import reconcile
from reconcile.finding import Address, Finding, ReconcileError
from reconcile.reading import cells
from reconcile.reading.file import read_file
from reconcile.reading.kept import Store
from reconcile.rules import rules
from reconcile.tables import TABLES

pytestmark = pytest.mark.untraced

HEADER = "party,side,country,name\n"
PARTIES = HEADER + "mali,government,ML,Mali\nniger,government,NE,Niger\njnim,insurgent,,JNIM\n"
KNOWN = {"mali": "Mali", "niger": "Niger", "jnim": "JNIM"}
CHAD = {**KNOWN, "chad": "Chad"}
TOGO = {**KNOWN, "togo": "Togo"}
BOTH = {**CHAD, "togo": "Togo"}
FOUR = "chad,government,TD,Chad\n"
FIVE = "togo,government,TG,Togo\n"


def faults(ledger, file):
    return [(one.at.line, one.rule.name) for one in ledger.findings if one.at.file == file]


def names(ledger):
    parties = ledger.tables["parties"]
    return dict(zip(parties["party"], parties["name"], strict=True))


def lines_of(ledger, table):
    return [ledger.address(row).line for row in ledger.tables[table].index]


def hazards(**cases):
    return [
        pytest.param(*case, id=name.strip("_").replace("_", "-")) for name, case in cases.items()
    ]


# What is read as it was meant: the file, its parties, and the lines on which they stand.
READ = hazards(
    plain=(PARTIES + FOUR, CHAD, [2, 3, 4, 5]),
    byte_order_mark=("\ufeff" + PARTIES, KNOWN, [2, 3, 4]),
    byte_order_mark_before_quoted_header=(
        "\ufeff" + PARTIES.replace("party,", '"party",', 1),
        KNOWN,
        [2, 3, 4],
    ),
    crlf=(PARTIES.replace("\n", "\r\n"), KNOWN, [2, 3, 4]),
    cr=(PARTIES.replace("\n", "\r"), KNOWN, [2, 3, 4]),
    cr_cr_lf=(PARTIES.replace("\n", "\r\r\n"), KNOWN, [3, 5, 7]),
    mixed_ends=(PARTIES + "chad,government,TD,Chad\r\n" + FIVE, BOTH, [2, 3, 4, 5, 6]),
    cr_among_lf=(PARTIES + "chad,government,TD,Chad\r" + FIVE, BOTH, [2, 3, 4, 5, 6]),
    no_end_at_last_line=((PARTIES + FOUR).rstrip("\n"), CHAD, [2, 3, 4, 5]),
    empty_lines=(PARTIES + "\n\n" + FOUR + "\n", CHAD, [2, 3, 4, 7]),
    lines_of_commas=(PARTIES + ",,,\n,,,,,,,,\n" + FOUR, CHAD, [2, 3, 4, 7]),
    lines_of_spaces=(PARTIES + "   \n \t \n" + FOUR, CHAD, [2, 3, 4, 7]),
    header_on_the_third_line=("\n\n" + PARTIES, KNOWN, [4, 5, 6]),
    only_the_header=(HEADER, {}, []),
    header_in_another_order=(
        "name,country,party,side\nMali,ML,mali,government\nNiger,NE,niger,government\n"
        "JNIM,,jnim,insurgent\n",
        KNOWN,
        [2, 3, 4],
    ),
    header_in_quotes=(
        PARTIES.replace(HEADER, '"party","side","country","name"\n'),
        KNOWN,
        [2, 3, 4],
    ),
    header_with_spaces=(
        PARTIES.replace(HEADER, " party , side,country ,  name\n"),
        KNOWN,
        [2, 3, 4],
    ),
    cells_with_spaces=(PARTIES + " chad ,government , TD,  Chad\t\n", CHAD, [2, 3, 4, 5]),
    cells_with_no_break_spaces=(
        PARTIES + "chad,government,TD,\u00a0Chad\u202f\n",
        CHAD,
        [2, 3, 4, 5],
    ),
    quotes_around_every_cell=(PARTIES + '"chad","government","TD","Chad"\n', CHAD, [2, 3, 4, 5]),
    quoted_empty_cell=(PARTIES + 'chad,government,"",Chad\n', CHAD, [2, 3, 4, 5]),
    the_country_na=(PARTIES + "chad,government,NA,NA\n", {**KNOWN, "chad": "NA"}, [2, 3, 4, 5]),
    the_id_none=(PARTIES + "none,government,TD,None\n", {**KNOWN, "none": "None"}, [2, 3, 4, 5]),
    an_id_of_digits=(
        PARTIES + "007,government,TD,Seven\n",
        {**KNOWN, "007": "Seven"},
        [2, 3, 4, 5],
    ),
    an_id_like_a_number=(
        PARTIES + "1e5,government,TD,Number\n",
        {**KNOWN, "1e5": "Number"},
        [2, 3, 4, 5],
    ),
)


@pytest.mark.parametrize(("text", "expected", "lines"), READ)
def test_an_odd_file_is_read_as_it_was_meant(tmp_path, text, expected, lines):
    ledger = reconcile.read(ledger_of(tmp_path, parties=text.encode()))

    assert names(ledger) == expected
    assert lines_of(ledger, "parties") == lines
    assert faults(ledger, "claims/parties.csv") == []
    assert ledger.counts["claims/parties.csv"].records == len(lines)


# A name as it is written in the file, and what it is.
NAMES = hazards(
    comma_in_quotes=('"Chad, all of it"', "Chad, all of it"),
    doubled_quotes=('"Chad ""the lake"""', 'Chad "the lake"'),
    a_quote_and_nothing_else_in_a_cell=('""""', '"'),
    quotes_in_the_middle=('Chad "the lake"', 'Chad "the lake"'),
    inch_mark_at_the_end=('Chad 12"', 'Chad 12"'),
    french_quotes=("« Chad »", "« Chad »"),
    curly_quotes=("“Chad”", "“Chad”"),
    decomposed_accents=("Re\u0301publique", "R\u00e9publique"),
    precomposed_accents=("R\u00e9publique", "R\u00e9publique"),
    arabic_name=("تشاد", "تشاد"),
    cyrillic_name=("Африканский корпус", "Африканский корпус"),
    chinese_name=("乍得", "乍得"),
    names_in_two_alphabets=("Chad (Чад)", "Chad (Чад)"),
    a_formula=("=1+1", "=1+1"),
    markup=("<b>Chad</b>", "<b>Chad</b>"),
    the_word_null=("NULL", "NULL"),
    the_word_nan=("nan", "nan"),
    hash_at_the_beginning=("#Chad", "#Chad"),
    backslashes=("C:\\new\\table", "C:\\new\\table"),
    a_long_name=("C" * 100_000, "C" * 100_000),
    a_long_name_in_quotes=('"' + "C," * 50_000 + 'C"\n', "C," * 50_000 + "C"),
)


@pytest.mark.parametrize(("written", "name"), NAMES)
def test_an_odd_name_is_read_as_it_was_meant(tmp_path, written, name):
    rows = f"chad,government,TD,{written}\n"

    ledger = reconcile.read(ledger_of(tmp_path, parties=PARTIES + rows))

    assert ledger.findings == ()
    assert names(ledger) == {**KNOWN, "chad": name}


# Records from line 5 on, before a good one, and the faults found in them by line.
REFUSED = hazards(
    unterminated_at_the_end=('chad,government,TD,"Chad\n', [(5, "unterminated-quote")]),
    unterminated_at_the_beginning=('"chad,government,TD,Chad\n', [(5, "unterminated-quote")]),
    unterminated_before_quoted_cells=(
        'chad,government,TD,"Chad\n"x","y"\n',
        [(5, "unterminated-quote"), (6, "wrong-width")],
    ),
    unterminated_twice=(
        '"chad,government,TD,Chad\n"niger-2,government,NE,Niger\n',
        [(5, "unterminated-quote"), (6, "unterminated-quote")],
    ),
    a_lonely_quote=('"\n', [(5, "unterminated-quote")]),
    words_after_a_quote=('chad,government,TD,"Chad" lake\n', [(5, "stray-quote")]),
    space_after_a_quote=('chad,government,TD,"Chad" \n', [(5, "stray-quote")]),
    quote_escaped_by_a_backslash=('chad,government,TD,"Chad \\"lake\\""\n', [(5, "stray-quote")]),
    comma_in_single_quotes=("chad,government,TD,'Chad, lake'\n", [(5, "wrong-width")]),
    comma_in_curly_quotes=("chad,government,TD,“Chad, lake”\n", [(5, "wrong-width")]),
    comma_in_quotes_after_a_space=('chad,government,TD, "Chad, lake"\n', [(5, "wrong-width")]),
    break_lf=('chad,government,TD,"Chad\nlake"\n', [(5, "line-break-in-cell")]),
    break_cr=('chad,government,TD,"Chad\rlake"\n', [(5, "line-break-in-cell")]),
    break_at_the_start_of_a_cell=('chad,government,TD,"\nChad"\n', [(5, "line-break-in-cell")]),
    break_at_the_end_of_a_cell=('chad,government,TD,"Chad\n"\n', [(5, "line-break-in-cell")]),
    break_over_an_empty_line=('chad,government,TD,"Chad\n\nlake"\n', [(5, "line-break-in-cell")]),
    break_in_the_first_cell=('"cha\nd",government,TD,Chad\n', [(5, "line-break-in-cell")]),
    break_with_commas_and_quotes=(
        'chad,government,TD,"Chad,\n""lake"",\nmore"\n',
        [(5, "line-break-in-cell")],
    ),
    two_breaks_in_a_row=(
        'chad,government,TD,"Ch\nad"\n"ni\nger",government,NE,x\n',
        [(5, "line-break-in-cell"), (7, "line-break-in-cell")],
    ),
    too_short=("chad,government,TD\n", [(5, "wrong-width")]),
    one_cell=("chad\n", [(5, "wrong-width")]),
    too_long=("chad,government,TD,Chad,lake\n", [(5, "wrong-width")]),
    comma_at_the_end=("chad,government,TD,Chad,\n", [(5, "wrong-width")]),
    comma_at_the_beginning=(",chad,government,TD,Chad\n", [(5, "wrong-width")]),
    a_row_of_semicolons=("chad;government;TD;Chad\n", [(5, "wrong-width")]),
    arabic_commas=("chad،government،TD،Chad\n", [(5, "wrong-width")]),
    a_comment=("# Chad comes later\n", [(5, "wrong-width")]),
    ten_thousand_cells=("x," * 9_999 + "x\n", [(5, "wrong-width")]),
    quoted_empty_cells=('"","","",""\n', [(5, "empty-required-cell")] * 3),
    an_empty_name=("chad,government,TD,\n", [(5, "empty-required-cell")]),
    a_name_of_spaces=("chad,government,TD,   \n", [(5, "empty-required-cell")]),
    a_huge_cell=("chad,government,TD," + "C" * 200_000 + "\n", [(5, "cell-too-long")]),
    a_huge_cell_in_quotes=('chad,government,TD,"' + "C" * 200_000 + '"\n', [(5, "cell-too-long")]),
    a_huge_unterminated_cell=(
        'chad,government,TD,"' + "C" * 200_000 + "\n",
        [(5, "cell-too-long")],
    ),
    header_again=(HEADER, [(5, "malformed-country"), (5, "unknown-word")]),
    several_faults=("Chad,government,TD,\n", [(5, "empty-required-cell"), (5, "malformed-id")]),
)


@pytest.fixture(params=[131_072, 1_000_000_000])
def limit_of_the_csv_module(request):
    """The limit that the csv module has, and one that another library may have set."""
    before = csv.field_size_limit(request.param)
    yield
    csv.field_size_limit(before)


@pytest.mark.parametrize("quotes", ["", '"'])
def test_a_cell_is_too_long_by_our_own_limit(tmp_path, quotes, limit_of_the_csv_module):
    row = f"chad,government,TD,{quotes}{'C' * 200_000}{quotes}\n"
    found = reconcile.read(ledger_at(tmp_path, parties=HEADER + row)).findings
    assert [(one.at.line, one.rule.name) for one in found][:1] == [(2, "cell-too-long")]


@pytest.mark.parametrize(("rows", "expected"), REFUSED)
def test_a_broken_record_is_refused_at_its_line_and_its_neighbours_are_read(
    tmp_path, rows, expected
):
    ledger = reconcile.read(ledger_of(tmp_path, parties=PARTIES + rows + FIVE))

    assert sorted(faults(ledger, "claims/parties.csv")) == sorted(expected)
    assert len(ledger.findings) == len(expected)
    assert names(ledger) == TOGO
    count = ledger.counts["claims/parties.csv"]
    assert count.records - count.refused in (4, 5)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_quote_is_closed_or_not_whatever_the_line_ends(tmp_path, end):
    rows = 'chad,government,TD,"Chad\nlake"\nbenin,government,BJ,"Benin\ntogo,government,TG,Togo\n'

    ledger = reconcile.read(
        ledger_of(tmp_path, parties=(PARTIES + rows).replace("\n", end).encode())
    )

    assert faults(ledger, "claims/parties.csv") == [
        (5, "line-break-in-cell"),
        (7, "unterminated-quote"),
    ]
    assert lines_of(ledger, "parties") == [2, 3, 4, 8]
    assert ledger.counts["claims/parties.csv"].records == 6


def test_an_unterminated_quote_in_the_last_line_is_refused(tmp_path):
    ledger = reconcile.read(ledger_of(tmp_path, parties=PARTIES + 'chad,government,TD,"Chad'))

    assert faults(ledger, "claims/parties.csv") == [(5, "unterminated-quote")]
    assert names(ledger) == KNOWN


# What is refused as a whole: the bytes, the faults by line, and how many records go with it.
WORDS = PARTIES + "chad,government,TD,République\n"
HEADERS = hazards(
    empty=("", [(1, "missing-header")], 0),
    only_a_byte_order_mark=("\ufeff", [(1, "missing-header")], 0),
    only_line_ends=("\n\n\r\n", [(1, "missing-header")], 0),
    only_spaces_and_commas=(" , ,\n", [(1, "missing-header")], 0),
    misspelt=(PARTIES.replace("party", "partie", 1), [(1, "unknown-column")], 3),
    upper_case=(PARTIES.replace("party", "PARTY", 1), [(1, "unknown-column")], 3),
    capital=(PARTIES.replace("party", "Party", 1), [(1, "unknown-column")], 3),
    zero_width_space=(PARTIES.replace("party", "par\u200bty", 1), [(1, "unknown-column")], 3),
    second_byte_order_mark=("\ufeff\ufeff" + PARTIES, [(1, "unknown-column")], 3),
    missing=("party,side,name\nmali,government,Mali\n", [(1, "missing-column")], 1),
    two_missing=("party,name\nmali,Mali\n", [(1, "missing-column")] * 2, 1),
    twice=(
        "party,side,country,name,name\nmali,government,ML,Mali,Mali\n",
        [(1, "repeated-column")],
        1,
    ),
    unknown=(
        "party,side,country,name,capital\nmali,government,ML,Mali,Bamako\n",
        [(1, "unknown-column")],
        1,
    ),
    two_unknown=(
        "party,side,country,name,capital,flag\nmali,government,ML,Mali,Bamako,x\n",
        [(1, "unknown-column")] * 2,
        1,
    ),
    nameless=("party,side,country,name,\nmali,government,ML,Mali,\n", [(1, "unknown-column")], 1),
    two_nameless=(
        "party,side,country,name,,\nmali,government,ML,Mali,,\n",
        [(1, "unknown-column")],
        1,
    ),
    semicolons=(PARTIES.replace(",", ";"), [(1, "wrong-separator")], 3),
    tabs=(PARTIES.replace(",", "\t"), [(1, "wrong-separator")], 3),
    bars=(PARTIES.replace(",", "|"), [(1, "wrong-separator")], 3),
    semicolons_and_quotes=(
        PARTIES.replace(",", ";").replace("Mali", '"Ma;li"'),
        [(1, "wrong-separator")],
        3,
    ),
    separator_line_of_a_spreadsheet=(
        "sep=;\n" + PARTIES.replace(",", ";"),
        [(1, "wrong-separator")],
        4,
    ),
    unterminated_quote=(PARTIES.replace("party", '"party', 1), [(1, "broken-header")], 3),
    stray_quote=(PARTIES.replace("party", '"party" id', 1), [(1, "broken-header")], 3),
    at_a_later_line=("\n\n" + PARTIES.replace("party", "partie", 1), [(3, "unknown-column")], 3),
)


@pytest.mark.parametrize(("text", "expected", "records"), HEADERS)
def test_a_file_with_a_wrong_header_is_refused_as_a_whole(tmp_path, text, expected, records):
    ledger = reconcile.read(ledger_of(tmp_path, parties=text.encode()))

    assert sorted(faults(ledger, "claims/parties.csv")) == sorted(expected)
    assert len(ledger.findings) == len(expected)
    count = ledger.counts["claims/parties.csv"]
    assert (count.records, count.refused) == (records, records)
    assert names(ledger) == {}


@pytest.mark.parametrize("written", ["partie", "PARTY", "Party", "par\u200bty", "parti", "partys"])
def test_a_misspelt_header_names_the_column_that_it_resembles(tmp_path, written):
    home = ledger_of(tmp_path, parties=PARTIES.replace("party", written, 1))

    told = [one for one in reconcile.read(home).findings if one.rule.name == "unknown-column"]
    assert [one.message.endswith("; did you mean party?") for one in told] == [True]


def test_a_header_of_ten_thousand_columns_is_refused_at_once(tmp_path):
    wide = ",".join(f"column-{at}" for at in range(10_000)) + "\n" + "x," * 9_999 + "x\n"

    ledger = reconcile.read(ledger_of(tmp_path, parties=wide))

    assert {one.rule.name for one in ledger.findings} == {"unknown-column", "missing-column"}
    assert {str(one.at) for one in ledger.findings} == {"claims/parties.csv:1"}


ENCODED = hazards(
    utf_16=(WORDS.encode("utf-16"), 1),
    utf_16_le_marked=(b"\xff\xfe" + WORDS.encode("utf-16-le"), 1),
    utf_16_be_marked=(b"\xfe\xff" + WORDS.encode("utf-16-be"), 1),
    utf_16_le=(PARTIES.encode("utf-16-le"), 1),
    utf_16_be=(PARTIES.encode("utf-16-be"), 1),
    utf_16_le_with_accents=(WORDS.encode("utf-16-le"), 5),
    utf_16_be_with_accents=(WORDS.encode("utf-16-be"), 5),
    utf_32=(WORDS.encode("utf-32"), 1),
    utf_32_le=(PARTIES.encode("utf-32-le"), 1),
    cp1252=(WORDS.encode("cp1252"), 5),
    latin_1=(WORDS.encode("latin-1"), 5),
    cp1256=((PARTIES + "chad,government,TD,تشاد\n").encode("cp1256"), 5),
    mac_roman=(WORDS.encode("mac-roman"), 5),
    cp850=(WORDS.encode("cp850"), 5),
    cp1251=((PARTIES + "chad,government,TD,Чад\n").encode("cp1251"), 5),
    gb18030=((PARTIES + "chad,government,TD,乍得\n").encode("gb18030"), 5),
    cp1252_with_cr=(WORDS.replace("\n", "\r").encode("cp1252"), 5),
    cp1252_with_crlf=(WORDS.replace("\n", "\r\n").encode("cp1252"), 5),
    broken_byte=(PARTIES.replace("Niger\n", "Ni\udcffger\n").encode("utf-8", "surrogateescape"), 3),
    broken_byte_in_the_header=(b"party,side,country\xff,name\n", 1),
    continuation_byte=(PARTIES.encode() + b"chad,government,TD,Ch\x80ad\n", 5),
    cut_short=(PARTIES.encode() + b"chad,government,TD,\xe2\x82", 5),
    cut_short_before_a_comma=(PARTIES.encode() + b"chad\xc3,government,TD,Chad\n", 5),
    overlong_slash=(PARTIES.encode() + b"chad,government,TD,Ch\xc0\xafad\n", 5),
    overlong_quote=(PARTIES.encode() + b"chad,government,TD,\xc0\xa2Chad\n", 5),
    lone_surrogate=(PARTIES.encode() + b"chad,government,TD,Ch\xed\xa0\x80ad\n", 5),
    surrogate_pair=(PARTIES.encode() + b"chad,government,TD,\xed\xa0\xbd\xed\xb8\x80\n", 5),
    beyond_unicode=(PARTIES.encode() + b"chad,government,TD,\xf4\x90\x80\x80\n", 5),
    five_bytes=(PARTIES.encode() + b"chad,government,TD,\xf8\x88\x80\x80\x80\n", 5),
    two_encodings=(WORDS.encode() + "togo,government,TG,République\n".encode("cp1252"), 6),
    byte_order_mark_and_cp1252=(b"\xef\xbb\xbf" + WORDS.encode("cp1252"), 5),
    a_zip_archive=(b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xb7\xac\xce\x34", 1),
    a_picture=(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 1),
)


@pytest.mark.parametrize(("raw", "line"), ENCODED)
def test_a_file_that_is_not_utf8_is_refused_at_the_line_of_the_first_wrong_byte(
    tmp_path, raw, line
):
    ledger = reconcile.read(ledger_of(tmp_path, parties=raw))

    (finding,) = ledger.findings
    assert (str(finding.at), finding.rule.name) == (f"claims/parties.csv:{line}", "not-utf8")
    count = ledger.counts["claims/parties.csv"]
    assert count.records == count.refused
    assert names(ledger) == {}


def test_the_records_of_a_file_that_is_not_utf8_are_counted_as_refused(tmp_path):
    for end in ("\n", "\r\n", "\r"):
        raw = (WORDS + "\n").replace("\n", end).encode("cp1252")

        ledger = reconcile.read(ledger_of(tmp_path, parties=raw))

        assert ledger.counts["claims/parties.csv"].refused == 4


FRENCH = "L'armée a déclaré que près de quarante soldats ont été tués à Djibo, où l'été s'achève"
ARABIC = "أعلن الجيش مقتل أربعين جنديا في هجوم على القاعدة العسكرية شمال البلاد يوم الأحد"


@pytest.mark.parametrize(
    ("words", "codec", "iconv"),
    [
        (FRENCH, "cp1252", "WINDOWS-1252"),
        (ARABIC, "cp1256", "WINDOWS-1256"),
        (FRENCH, "mac-roman", "MACINTOSH"),
        (FRENCH, "cp850", "CP850"),
        (FRENCH, "utf-16", "UTF-16"),
        (FRENCH, "utf-16-le", "UTF-16LE"),
        (FRENCH, "utf-16-be", "UTF-16BE"),
        (ARABIC, "utf-16-le", "UTF-16LE"),
    ],
)
def test_the_message_says_how_to_convert_what_is_not_utf8(tmp_path, words, codec, iconv):
    text = csv_text("sources", [source(f"s-{at}", "media", note=words) for at in range(5)])

    ledger = reconcile.read(ledger_of(tmp_path, sources=text.encode(codec)))

    (finding,) = ledger.findings
    assert f"iconv -f {iconv} -t UTF-8 sources.csv > " in finding.message
    assert text.encode(codec).decode(iconv) == text.encode(codec).decode(codec)


# A number of people: what is written, and what it is read as or the rule that refuses it, with the
# reading that the message offers (None: it offers none).
WHOLE = "not-a-whole-number"
NUMBERS = hazards(
    plain=("12", 12),
    zero=("0", 0),
    minus_zero=("-0", 0),
    leading_zeros=("007", 7),
    all_the_people_there_are=("10000000000", 10_000_000_000),
    spaces_around=("  12\t", 12),
    no_break_space_around=("\u00a012\u202f", 12),
    empty=("", None),
    negative=("-3", ("negative-figure", None)),
    more_than_all_people=("10000000001", ("figure-too-large", None)),
    eighteen_digits=("9" * 18, ("figure-too-large", None)),
    nineteen_digits=("9" * 19, (WHOLE, None)),
    five_thousand_digits=("9" * 5000, (WHOLE, None)),
    five_thousand_arabic_digits=("٣" * 5000, (WHOLE, None)),
    huge_exponent=("1e400", (WHOLE, None)),
    exponent=("1e3", (WHOLE, None)),
    half=("12.5", (WHOLE, None)),
    half_in_french=("12,5", (WHOLE, None)),
    point_zero=("12.0", (WHOLE, "12")),
    point_zeros=("1200.000", (WHOLE, "1200")),
    ten_or_ten_thousand=("10.000", (WHOLE, None)),
    plus=("+5", (WHOLE, "5")),
    arabic_digits=("٣٤", (WHOLE, "34")),
    persian_digits=("۳۴", (WHOLE, "34")),
    bengali_digits=("৩৪", (WHOLE, "34")),
    full_width_digits=("３４", (WHOLE, "34")),
    mathematical_digits=("𝟑𝟒", (WHOLE, "34")),
    vulgar_fraction=("½", (WHOLE, None)),
    superscript=("²", (WHOLE, None)),
    a_footnote_mark=("10²", (WHOLE, None)),
    circled_digit=("③", (WHOLE, None)),
    roman_numeral=("Ⅻ", (WHOLE, None)),
    hexadecimal=("0x10", (WHOLE, None)),
    underscore=("1_000", (WHOLE, None)),
    space=("1 200", (WHOLE, "1200")),
    no_break_space=("1\u00a0200", (WHOLE, "1200")),
    narrow_no_break_space=("1\u202f200", (WHOLE, "1200")),
    comma=("1,200", (WHOLE, "1200")),
    point=("1.200", (WHOLE, "1200")),
    apostrophe=("1'200", (WHOLE, "1200")),
    two_points=("1.234.567", (WHOLE, "1234567")),
    a_short_group=("1,20", (WHOLE, None)),
    a_group_of_four=("1.2345", (WHOLE, None)),
    space_and_two_digits=("1 20", (WHOLE, None)),
    not_a_number=("NaN", (WHOLE, None)),
    infinity=("inf", (WHOLE, None)),
    null=("null", (WHOLE, None)),
    a_dash=("-", (WHOLE, None)),
    two_minus_signs=("--3", (WHOLE, None)),
    a_real_minus_sign=("\u22123", (WHOLE, None)),
    a_range=("23-27", (WHOLE, None)),
    a_tilde=("~40", (WHOLE, None)),
    a_question_mark=("40?", (WHOLE, None)),
    or_more=("40+", (WHOLE, None)),
    words=("forty", (WHOLE, None)),
    with_its_noun=("40 soldiers", (WHOLE, None)),
    a_formula=("=12", (WHOLE, None)),
    a_text_mark_of_a_spreadsheet=("'12", (WHOLE, None)),
    zero_width_space_inside=("1\u200b2", (WHOLE, None)),
    nul=("1\x002", (WHOLE, None)),
    letter_o=("1O", (WHOLE, None)),
    a_date=("2025-06-01", (WHOLE, None)),
)


@pytest.mark.parametrize(("cell", "expected"), NUMBERS)
def test_a_number_is_read_or_refused_with_the_reading_it_may_have(tmp_path, cell, expected):
    ledger = reconcile.read(ledger_at(tmp_path, figures=[claim("a", best=cell)]))

    if isinstance(expected, tuple):
        rule, offered = expected
        (finding,) = ledger.findings
        assert (str(finding.at), finding.rule.name) == ("claims/figures.csv:2", rule)
        assert finding.key[-1] == "best"
        offers = "" if offered is None else f"; if it means {offered}, write {offered}"
        if rule == WHOLE:
            assert finding.message.endswith(f"is not a whole number in plain digits{offers}")
        assert ledger.tables["figures"].empty
    else:
        assert ledger.findings == ()
        (read,) = (
            ledger.tables["figures"]["best"].astype(object).where(lambda one: one.notna(), None)
        )
        assert read == expected


DAY = dt.date
DATES = hazards(
    iso=("2025-06-01", DAY(2025, 6, 1)),
    leap_day=("2024-02-29", DAY(2024, 2, 29)),
    the_last_day=("9999-12-31", DAY(9999, 12, 31)),
    the_first_day=("0001-01-01", DAY(1, 1, 1)),
    spaces_around=(" 2025-06-01 ", DAY(2025, 6, 1)),
    empty=("", None),
    ambiguous=("03/04/2025", ("date-ambiguous", "2025-03-04", "2025-04-03")),
    ambiguous_with_points=("01.06.2025", ("date-ambiguous", "2025-01-06", "2025-06-01")),
    ambiguous_with_hyphens=("01-06-2025", ("date-ambiguous", "2025-01-06", "2025-06-01")),
    ambiguous_with_a_short_year=("03/04/25", ("date-ambiguous", "2025-03-04", "2025-04-03")),
    ambiguous_in_arabic_digits=("٠٣/٠٤/٢٠٢٥", ("date-ambiguous", "2025-03-04", "2025-04-03")),
    day_first=("13/04/2025", ("date-not-iso", "2025-04-13")),
    month_first=("04/13/2025", ("date-not-iso", "2025-04-13")),
    the_same_either_way=("03/03/2025", ("date-not-iso", "2025-03-03")),
    no_such_day=("2025-02-30", ("date-impossible",)),
    no_leap_year=("2023-02-29", ("date-impossible",)),
    no_such_month=("2025-13-01", ("date-impossible",)),
    no_month=("2025-00-10", ("date-impossible",)),
    only_zeros=("0000-00-00", ("date-impossible",)),
    year_zero=("0000-01-01", ("date-impossible",)),
    no_such_day_in_slashes=("31/02/2025", ("date-impossible",)),
    zeros_in_slashes=("00/00/0000", ("date-impossible",)),
    single_digits=("2025-6-1", ("date-not-iso", "2025-06-01")),
    year_first_in_slashes=("2025/06/01", ("date-not-iso", "2025-06-01")),
    compact=("20250601", ("date-not-iso", "2025-06-01")),
    in_english=("1 June 2025", ("date-not-iso", "2025-06-01")),
    in_american_english=("Jun 1, 2025", ("date-not-iso", "2025-06-01")),
    in_french=("1er juin 2025", ("date-not-iso", "2025-06-01")),
    in_arabic=("1 يونيو 2025", ("date-not-iso",)),
    with_a_time=("2025-06-01T00:00", ("date-not-iso", "2025-06-01")),
    with_midnight_in_utc=("2025-06-01T00:00:00Z", ("date-not-iso", "2025-06-01")),
    with_a_time_zone_that_is_none=("2025-06-01T00:00+99:99", ("date-not-iso", "2025-06-01")),
    number_of_a_spreadsheet=("45809", ("date-not-iso",)),
    number_of_a_spreadsheet_with_time=("45809.5", ("date-not-iso",)),
    arabic_digits=("٢٠٢٥-٠٦-٠١", ("date-not-iso", "2025-06-01")),
    full_width_digits=("２０２５-０６-０１", ("date-not-iso", "2025-06-01")),
    unicode_hyphens=("2025\u201006\u201001", ("date-not-iso",)),
    two_digit_year_first=("25-06-01", ("date-ambiguous", "2001-06-25", "2025-06-01")),
    only_a_month=("2025-06", ("date-not-iso",)),
    only_a_month_in_words=("June 2025", ("date-not-iso",)),
    only_a_year=("2025", ("date-not-iso",)),
    a_week=("2025-W22", ("date-not-iso",)),
    a_weekday=("Sunday", ("date-not-iso",)),
    a_day_and_no_month=("12", ("date-not-iso",)),
    a_day_and_no_year=("1 June", ("date-not-iso",)),
    two_days=("2025-06-01/2025-06-03", ("date-not-iso",)),
    about=("~2025-06-01", ("date-not-iso",)),
    before_christ=("-2025-06-01", ("date-not-iso",)),
    five_digit_year=("12025-06-01", ("date-not-iso",)),
    words=("yesterday", ("date-not-iso",)),
    a_line_of_digits=("9" * 5000, ("date-not-iso",)),
    zero_width_space=("2025-06\u200b-01", ("date-not-iso",)),
    letter_o=("2O25-06-01", ("date-not-iso",)),
)


@pytest.mark.parametrize(("cell", "expected"), DATES)
def test_a_day_is_read_or_refused_with_the_days_it_may_be(tmp_path, cell, expected):
    home = ledger_of(tmp_path, documents=[document("a", published_on=cell)])

    ledger = reconcile.read(home)

    if isinstance(expected, tuple):
        rule, *days = expected
        (finding,) = ledger.findings
        assert (str(finding.at), finding.rule.name) == ("claims/documents.csv:2", rule)
        if rule == "date-ambiguous":
            assert f"may be {days[0]} or {days[1]};" in finding.message
        elif days:
            assert finding.message.endswith(f"; if it means that day, write {days[0]}")
        else:
            assert ";" not in finding.message.replace(cell, "")
        assert ledger.tables["documents"].empty
    else:
        assert ledger.findings == ()
        (read,) = ledger.tables["documents"]["published_on"]
        assert (None if expected is None else read.to_pydatetime().date()) == expected


DEGREES = hazards(
    plain=("14.5", 14.5),
    whole=("14", 14.0),
    negative=("-4.25", -4.25),
    the_pole=("90", 90.0),
    beyond_the_pole=("90.01", "coordinates-outside-the-world"),
    lost_point=("1478601", "coordinates-outside-the-world"),
    comma=("14,5", "not-a-number"),
    exponent=("1e1", "not-a-number"),
    not_a_number=("NaN", "not-a-number"),
    infinite=("inf", "not-a-number"),
    minutes=("14°30'", "not-a-number"),
    hemisphere=("14.5N", "not-a-number"),
    point_alone=(".", "not-a-number"),
    no_digit_before_the_point=(".5", "not-a-number"),
    arabic_digits=("١٤", "not-a-number"),
    two_points=("14.5.1", "not-a-number"),
    five_thousand_digits=("1" * 5000, "not-a-number"),
)


@pytest.mark.parametrize(("cell", "expected"), DEGREES)
def test_a_degree_is_read_or_refused(tmp_path, cell, expected):
    events = [event("a", latitude=cell, longitude="1.5")]

    ledger = reconcile.read(ledger_of(tmp_path, events=events))

    if isinstance(expected, str):
        assert faults(ledger, "claims/events.csv") == [(2, expected)]
        assert ledger.tables["events"].empty
    else:
        assert ledger.findings == ()
        assert ledger.tables["events"]["latitude"].tolist() == [expected]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("yes", True), ("", False), (" yes ", True)]
    + [(cell, None) for cell in ("Yes", "YES", "no", "true", "TRUE", "1", "0", "x", "oui", "y")],
)
def test_a_flag_is_yes_or_empty(tmp_path, cell, expected):
    sources = [source("a", "local", collective=cell)]

    ledger = reconcile.read(ledger_of(tmp_path, sources=sources))

    if expected is None:
        assert faults(ledger, "claims/sources.csv") == [(2, "not-yes")]
    else:
        assert ledger.findings == ()
        assert ledger.tables["sources"]["collective"].tolist() == [expected]


# A character in the middle of an id, of a name, of free words: the rule that refuses it, or None.
CONTROL, HIDDEN, TWIN, ID = (
    "control-character",
    "hidden-character",
    "look-alike-character",
    "malformed-id",
)
CHARACTERS = hazards(
    zero_width_space=("\u200b", HIDDEN, HIDDEN, None),
    zero_width_non_joiner=("\u200c", HIDDEN, HIDDEN, None),
    zero_width_joiner=("\u200d", HIDDEN, HIDDEN, None),
    word_joiner=("\u2060", HIDDEN, HIDDEN, None),
    byte_order_mark=("\ufeff", HIDDEN, HIDDEN, None),
    soft_hyphen=("\u00ad", HIDDEN, HIDDEN, None),
    left_to_right_mark=("\u200e", HIDDEN, HIDDEN, None),
    right_to_left_override=("\u202e", HIDDEN, HIDDEN, None),
    right_to_left_isolate=("\u2067", HIDDEN, HIDDEN, None),
    arabic_letter_mark=("\u061c", HIDDEN, HIDDEN, None),
    tag_letter=("\U000e0061", HIDDEN, HIDDEN, None),
    invisible_plus=("\u2064", HIDDEN, HIDDEN, None),
    grapheme_joiner=("\u034f", HIDDEN, HIDDEN, None),
    hangul_filler=("\u3164", HIDDEN, HIDDEN, None),
    variation_selector=("\ufe0f", HIDDEN, HIDDEN, None),
    nul=("\x00", CONTROL, CONTROL, CONTROL),
    bell=("\x07", CONTROL, CONTROL, CONTROL),
    tab=("\t", CONTROL, CONTROL, CONTROL),
    vertical_tab=("\x0b", CONTROL, CONTROL, CONTROL),
    form_feed=("\x0c", CONTROL, CONTROL, CONTROL),
    escape=("\x1b", CONTROL, CONTROL, CONTROL),
    file_separator=("\x1c", CONTROL, CONTROL, CONTROL),
    unit_separator=("\x1f", CONTROL, CONTROL, CONTROL),
    delete=("\x7f", CONTROL, CONTROL, CONTROL),
    next_line=("\x85", CONTROL, CONTROL, CONTROL),
    line_separator=("\u2028", CONTROL, CONTROL, CONTROL),
    paragraph_separator=("\u2029", CONTROL, CONTROL, CONTROL),
    cyrillic_a=("\u0430", TWIN, TWIN, None),
    greek_omicron=("\u03bf", TWIN, TWIN, None),
    armenian_o=("\u0585", TWIN, TWIN, None),
    full_width_a=("\uff41", TWIN, TWIN, None),
    mathematical_a=("\U0001d41a", TWIN, TWIN, None),
    accent_in_one=("\u00e9", ID, None, None),
    accent_apart=("e\u0301", ID, None, None),
    accent_that_joins_nothing=("\u0301", ID, None, None),
    capital=("C", ID, None, None),
    underscore=("_", ID, None, None),
    space=(" ", ID, None, None),
    no_break_space=("\u00a0", ID, None, None),
    no_break_hyphen=("\u2011", ID, None, None),
    emoji=("\U0001f4a3", ID, None, None),
    arabic_letter=("\u0634", ID, None, None),
    slash=("/", ID, None, None),
    semicolon=(";", ID, None, None),
)


WHERE = {"id": "source", "name": "name", "words": "note"}


@pytest.fixture(scope="module")
def deceiving(tmp_path_factory):
    """A ledger with a source for each such character in each such place, in this order."""
    sources = [
        source(f"a{at}", "local") | {column: f"{'abcdefghij'[at // 3 % 10]}b{at}{one.values[0]}cd"}
        for at, (one, column) in enumerate(itertools.product(CHARACTERS, WHERE.values()))
    ]
    return reconcile.read(ledger_of(tmp_path_factory.mktemp("deceiving"), sources=sources)), sources


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("number", range(len(CHARACTERS)), ids=[one.id for one in CHARACTERS])
def test_a_character_that_deceives_is_found_where_it_matters(deceiving, number, where):
    ledger, sources = deceiving
    character, *rules = CHARACTERS[number].values
    at = number * len(WHERE) + list(WHERE).index(where)
    expected, column = rules[list(WHERE).index(where)], WHERE[where]
    line = f"claims/sources.csv:{at + 2}"
    found = [one for one in ledger.findings if str(one.at) == line]
    if expected is not None:
        (finding,) = found
        assert finding.rule.name == expected
        assert finding.key[-1] == column
        assert f"U+{ord(unicodedata.normalize('NFC', f'b{character}c')[1]):04X}" in finding.message
    else:
        assert found == []
        told = unicodedata.normalize("NFC", sources[at][column])
        places = ledger.addresses
        (row,) = places.index[(places["file"] == "claims/sources.csv") & (places["line"] == at + 2)]
        assert ledger.tables["sources"].at[row, column] == told


@pytest.mark.parametrize("end", ["\x1c", "\x1f", "\x85", "\u2028", "\x0c"])
def test_a_control_character_at_the_end_of_a_cell_is_not_dropped_in_silence(tmp_path, end):
    sources = [source("a", "local", note=f"words{end}")]

    ledger = reconcile.read(ledger_of(tmp_path, sources=sources))

    assert faults(ledger, "claims/sources.csv") == [(2, "control-character")]


# What stands in the claims folder beside or instead of a file.


def findings_at(home):
    return sorted((str(one.at), one.rule.name) for one in reconcile.read(home).findings)


def test_a_folder_where_a_file_should_be_is_refused(tmp_path):
    home = ledger_at(tmp_path, attributions=None)
    (home / "claims/attributions.csv").mkdir()

    assert findings_at(home) == [("claims/attributions.csv", "unreadable-file")]


def test_a_symbolic_link_that_leads_to_itself_is_refused(tmp_path):
    home = ledger_at(tmp_path, attributions=None)
    (home / "claims/attributions.csv").symlink_to("attributions.csv")

    assert findings_at(home) == [("claims/attributions.csv", "unreadable-file")]


def test_a_symbolic_link_that_leads_nowhere_is_refused(tmp_path):
    home = ledger_at(tmp_path, attributions=None)
    (home / "claims/attributions.csv").symlink_to("gone.csv")

    assert findings_at(home) == [("claims/attributions.csv", "unreadable-file")]


def test_a_symbolic_link_to_a_file_is_read(tmp_path):
    home = ledger_at(tmp_path / "home", attributions=None)
    (tmp_path / "elsewhere.csv").write_text(csv_text("attributions", base("attributions")), "utf-8")
    (home / "claims/attributions.csv").symlink_to(tmp_path / "elsewhere.csv")

    assert findings_at(home) == []
    assert lines_of(reconcile.read(home), "attributions") == [2, 3, 4]


def test_a_pipe_does_not_keep_the_reader_waiting(tmp_path):
    home = ledger_at(tmp_path, attributions=None)
    os.mkfifo(home / "claims/attributions.csv")

    signal.alarm(10)
    try:
        assert findings_at(home) == [("claims/attributions.csv", "unreadable-file")]
    finally:
        signal.alarm(0)


def test_a_socket_is_refused(tmp_path):
    home = ledger_at(tmp_path, attributions=None)
    here = os.getcwd()
    os.chdir(home / "claims")
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("attributions.csv")
            assert findings_at(home) == [("claims/attributions.csv", "unreadable-file")]
    finally:
        os.chdir(here)


def test_a_device_without_end_is_refused(tmp_path):
    home = ledger_at(tmp_path, attributions=None)
    (home / "claims/attributions.csv").symlink_to("/dev/zero")

    assert findings_at(home) == [("claims/attributions.csv", "unreadable-file")]


def as_an_ordinary_user(ask):
    """What `ask` returns where root's right to read everything does not hold."""
    if os.geteuid():
        return ask()
    listening, speaking = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            told = ask()
        except BaseException as fault:
            told = [type(fault).__name__, str(fault)]
        os.write(speaking, json.dumps(told).encode())
        os._exit(0)
    os.close(speaking)
    with os.fdopen(listening, "rb") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return [tuple(one) if isinstance(one, list) else one for one in json.loads(told)]


@pytest.fixture
def open_path():
    """A folder that every user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


def test_a_file_without_read_permission_is_refused(open_path):
    home = ledger_at(open_path)
    (home / "claims/attributions.csv").chmod(0)

    told = as_an_ordinary_user(lambda: findings_at(home))
    assert told == [("claims/attributions.csv", "unreadable-file")]


def test_a_folder_of_claims_without_read_permission_is_not_taken_for_empty(open_path):
    home = ledger_at(open_path, figures={"2025": base("figures")})
    (home / "claims/figures").chmod(0)

    told = as_an_ordinary_user(lambda: findings_at(home))
    (home / "claims/figures").chmod(stat.S_IRWXU)
    assert told == [("claims/figures", "unreadable-file")]


def test_a_workspace_that_may_not_be_entered_fails_the_run(open_path):
    home = ledger_at(open_path)
    (home / "claims").chmod(0)

    told = as_an_ordinary_user(lambda: findings_at(home))
    (home / "claims").chmod(stat.S_IRWXU)
    assert told[0] == "ReconcileError"


def test_a_workspace_without_claims_fails_the_run(tmp_path):
    with pytest.raises(ReconcileError, match="it has no folder claims"):
        reconcile.read(tmp_path)


def test_a_workspace_whose_claims_are_a_file_fails_the_run(tmp_path):
    (tmp_path / "claims").write_text("claim\n")

    with pytest.raises(ReconcileError, match="it has no folder claims"):
        reconcile.read(tmp_path)


def test_one_file_of_claims_and_a_folder_of_them_are_read_together(tmp_path):
    home = ledger_at(tmp_path, figures={"2024": [claim("a")], "2025": [claim("b"), claim("c")]})
    (home / "claims/figures.csv").write_text(csv_text("figures", [claim("d")]), "utf-8")

    ledger = reconcile.read(home)
    assert ledger.findings == ()
    told = zip(ledger.tables["figures"]["claim"], ledger.tables["figures"].index, strict=True)
    assert {name: str(ledger.address(row)) for name, row in told} == {
        "a": "claims/figures/2024.csv:2",
        "b": "claims/figures/2025.csv:2",
        "c": "claims/figures/2025.csv:3",
        "d": "claims/figures.csv:2",
    }


def test_the_files_of_a_folder_may_have_their_columns_in_another_order(tmp_path):
    turned = csv_text("figures", [claim("b", low=3)]).splitlines()
    turned = "\n".join(",".join(reversed(line.split(","))) for line in turned)

    ledger = reconcile.read(ledger_at(tmp_path, figures={"a": [claim("a", low=2)], "b": turned}))

    assert ledger.findings == ()
    assert dict(
        zip(ledger.tables["figures"]["claim"], ledger.tables["figures"]["low"], strict=True)
    ) == {"a": 2, "b": 3}


def test_a_file_in_a_folder_within_the_folder_is_read(tmp_path):
    home = ledger_at(tmp_path, figures={"2025": [claim("a")]})
    (home / "claims/figures/mali").mkdir()
    (home / "claims/figures/mali/2025.csv").write_text(csv_text("figures", [claim("b")]), "utf-8")

    ledger = reconcile.read(home)
    assert sorted(ledger.tables["figures"]["claim"]) == ["a", "b"]
    assert "claims/figures/mali/2025.csv" in ledger.counts


def test_one_broken_file_of_a_folder_leaves_the_others_and_accuses_nobody(tmp_path):
    files = {"2024": "claim;event\na;b\n", "2025": [claim("b", supersedes="a", asserted_on="")]}

    ledger = reconcile.read(ledger_at(tmp_path, figures=files))

    assert findings_at(tmp_path) == [("claims/figures/2024.csv:1", "wrong-separator")]
    assert ledger.tables["figures"]["claim"].tolist() == ["b"]


@pytest.mark.parametrize("name", ["attributions.CSV", "attributions.Csv", "figures/2025.CSV"])
def test_a_file_with_an_ending_in_capitals_is_read_or_named(tmp_path, name):
    table = name.split("/")[0].split(".")[0]
    home = ledger_at(tmp_path, **{table: None})
    (home / "claims" / name).parent.mkdir(exist_ok=True)
    (home / "claims" / name).write_text(csv_text(table, base(table)), "utf-8")

    ledger = reconcile.read(home)
    named = [one for one in ledger.findings if one.at.file == f"claims/{name}"]
    assert named or len(ledger.tables[table]) == len(base(table))


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("event.csv", "events"),
        ("FIGURES.csv", "figures"),
        ("figures-2025.csv", "figures"),
        ("x.csv", None),
    ],
)
def test_a_file_of_no_table_is_named(tmp_path, name, near):
    home = ledger_at(tmp_path)
    (home / "claims" / name).write_text("claim\n")

    (finding,) = reconcile.read(home).findings
    assert (str(finding.at), finding.rule.name) == (f"claims/{name}", "unknown-file")
    assert ("did you mean" in finding.message) == (near is not None)
    assert near is None or f"did you mean {near}?" in finding.message


def test_a_folder_of_no_table_is_named(tmp_path):
    home = ledger_at(tmp_path)
    (home / "claims/figure").mkdir()

    assert findings_at(home) == [("claims/figure", "unknown-file")]


@pytest.mark.parametrize(
    "name", ["README.md", ".hidden", "figures.csv~", ".~lock.figures.csv#", "figures.csv.bak"]
)
def test_a_file_that_is_no_table_is_let_be(tmp_path, name):
    home = ledger_at(tmp_path)
    (home / "claims" / name).write_text("claim\n")

    assert findings_at(home) == []


def test_a_file_whose_name_is_no_text_is_read_and_can_be_spoken_of(tmp_path):
    home = ledger_at(tmp_path, figures={"2025": [claim("a")]})
    try:
        (home / "claims/figures" / os.fsdecode(b"\xff.csv")).write_bytes(b"claim\xff\n")
    except OSError:
        pytest.skip("this file system keeps no such name")

    findings = reconcile.check(reconcile.read(home), expectations=False)
    assert [one.rule.name for one in findings] == ["not-utf8"]
    for finding in findings:
        assert finding.fingerprint
        assert str(finding.at).encode("utf-8")


def test_a_table_that_a_ledger_needs_is_missed(tmp_path):
    home = ledger_at(tmp_path, figures=None, sources=None)

    assert findings_at(home) == [
        ("claims/figures.csv", "missing-table"),
        ("claims/sources.csv", "missing-table"),
    ]


def test_a_table_that_a_ledger_may_do_without_is_not_missed(tmp_path):
    home = ledger_at(tmp_path, event_parts=None, attributions=None)

    assert findings_at(home) == []
    assert reconcile.read(home).tables["attributions"].empty


def test_optional_columns_may_be_missing(tmp_path):
    figures = "claim,event,source,document,asserted_on,measure,victims,stated\n"
    figures += "a,bridge-2025-06-01,army,gazette-2025-06-02,,killed,soldiers,several\n"

    ledger = reconcile.read(ledger_at(tmp_path, figures=figures))

    assert ledger.findings == ()
    assert ledger.tables["figures"]["low"].isna().tolist() == [True]
    assert ledger.tables["figures"]["note"].isna().tolist() == [True]


# Properties.

PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)
SOUP = st.text(st.sampled_from('",\r\n ab;\t\u00e9\u0301\u200b'), max_size=80)


def read_bytes(raw, table="sources"):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(raw)
        return read_file(path, "file.csv", TABLES[table], Store())[0]


@given(
    st.lists(st.tuples(PRINTABLE, PRINTABLE, PRINTABLE), max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_words_that_are_written_as_csv_are_read_back(rows, end, all_quoted):
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(out, lineterminator=end, quoting=quoting)
    writer.writerow(
        ["source", "side", "name", "party", "collective", "note", "affiliation", "reliability"]
    )
    for at, words in enumerate(rows):
        writer.writerow([f"s-{at}", "media", "A voice", "", "", *words])

    read = read_bytes(out.getvalue().encode())

    assert read.faults == []
    assert read.rows.lines == list(range(2, len(rows) + 2))
    expected = [[unicodedata.normalize("NFC", one).strip() or None for one in row] for row in rows]
    names = [column.name for column in TABLES["sources"].columns]
    asked = [names.index(name) for name in ("note", "affiliation", "reliability")]
    assert [[row[at] for at in asked] for row in read.rows.values] == expected


@given(st.binary(max_size=300), st.sampled_from(sorted(TABLES)))
def test_no_bytes_make_the_reader_fail(raw, table):
    read = read_bytes(raw, table)

    assert read.records == len(read.rows.lines) + read.refused
    assert {fault.rule for fault in read.faults} <= set(rules())


@given(st.data(), st.sampled_from(["figures", "events", "documents", "sources"]))
def test_no_broken_byte_in_a_ledger_makes_the_reader_fail(data, table):
    raw = csv_text(table, base(table)).encode()
    at = data.draw(st.integers(0, len(raw)))
    raw = raw[:at] + data.draw(st.binary(max_size=6)) + raw[at + data.draw(st.integers(0, 6)) :]

    with tempfile.TemporaryDirectory() as folder:
        ledger = reconcile.read(ledger_at(Path(folder), **{table: raw}))

    count = ledger.counts[f"claims/{table}.csv"]
    assert count.refused <= count.records
    for finding in ledger.findings:
        assert finding.message_in("en")
        assert finding.message_in("fr")


@example('"a\nb"')
@example('"\n"')
@example('a"\n"a')
@given(SOUP)
def test_every_line_is_read_or_refused_and_none_twice(soup):
    text = "source,name,side,party,collective\n" + soup
    lines = enumerate(re.split("\r\n|\r|\n", text), 1)
    told = [at for at, line in lines if at > 1 and line.replace(",", "").strip()]

    read = read_bytes(text.encode())

    spans = {
        fault.line: fault.values.get("span", 1) if fault.rule == "line-break-in-cell" else 1
        for fault in read.faults
    }
    taken = [*read.rows.lines, *(one for at, span in spans.items() for one in range(at, at + span))]
    assert len(taken) == len(set(taken))
    assert set(told) <= set(taken)
    assert read.records == len(read.rows.lines) + len(spans)
    assert read.refused == len(spans)


@settings(max_examples=settings().max_examples // 4)
@given(st.data())
def test_the_order_of_rows_and_files_changes_nothing_but_addresses(data):
    rows = [*base("figures"), claim("x", low="1 200"), claim("y", source="nobody")]
    order = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    files = {"a": order[:cut], "b": order[cut:]}

    with tempfile.TemporaryDirectory() as folder:
        plain = reconcile.read(ledger_at(Path(folder), figures=rows))
        turned = reconcile.read(ledger_at(Path(folder), figures=files))

    by_claim = [one.tables["figures"].set_index("claim").sort_index() for one in (plain, turned)]
    assert by_claim[0].equals(by_claim[1])
    assert {one.fingerprint for one in plain.findings} == {
        one.fingerprint for one in turned.findings
    }


NUMBERISH = st.text(st.sampled_from("0123456789-/.,: TZ+eE'٣４²½janJuWQ年\u00a0"), max_size=14)


@given(st.one_of(st.text(max_size=30), NUMBERISH), st.sampled_from(sorted(cells.PARSERS)))
def test_every_cell_has_a_value_or_breaks_a_known_rule(cell, kind):
    assume(cell)

    read = cells.PARSERS[kind](cell)

    if isinstance(read, cells.Fault):
        told = {"column": "low", "value": cell, **read.values}
        finding = Finding(rules()[read.rule], "figures", ("x",), Address("f", 1), told)
        assert "?" not in cell or finding.message
        assert finding.message_in("fr")


@given(st.dates())
def test_a_day_written_plainly_is_that_day(day):
    assert cells.date(day.isoformat()) == day


@given(
    st.dates(min_value=dt.date(1000, 1, 1)),
    st.sampled_from(["%Y/%m/%d", "%Y.%m.%d", "%d %B %Y", "%B %d, %Y", "%Y%m%d"]),
)
def test_the_day_that_is_offered_is_the_day_that_was_meant(day, form):
    read = cells.date(day.strftime(form))

    assert read.rule == "date-not-iso"
    assert read.values["offer"].en in ("", f"; if it means that day, write {day}")


@example(1000, ".")
@given(st.integers(0, 10**15), st.sampled_from([" ", "\u00a0", "\u202f", ",", ".", "'"]))
def test_the_number_that_is_offered_is_the_number_that_was_meant(number, separator):
    written = f"{number:,}".replace(",", separator)

    read = cells.whole(written)

    if number < 1000:
        assert read == number
    else:
        offers = {f"; if it means {number}, write {number}"}
        assert read.values["offer"].en in (offers | {""} if separator == "." else offers)
