"""Estimates are near what a model's own vocabulary counts, whatever the script."""

import argparse
import inspect
import json
import time
from pathlib import Path

import pytest

from rlm_desktop.corpus.counting.vocabularies import load_vocabulary
from rlm_desktop.corpus.tokens import estimate_tokens, estimate_tokens_in

SPEECH = {
    "English": (
        "The harbour office raised its dues twice in that decade, first in 1981 and again in 1984. Owners of small "
        "boats protested, since most of them fished for a living and could not pay more."
    ),
    "German": (
        "Das Hafenamt erhöhte seine Gebühren in jenem Jahrzehnt zweimal, zuerst 1981 und noch einmal 1984. Die "
        "Besitzer kleiner Boote protestierten, denn die meisten lebten vom Fischfang und konnten nicht mehr bezahlen."
    ),
    "French": (
        "Le bureau du port a augmenté ses droits deux fois pendant cette décennie, en 1981 puis en 1984. Les "
        "propriétaires de petits bateaux ont protesté, car la plupart vivaient de la pêche."
    ),
    "Russian": (
        "Портовое управление дважды повышало сборы в том десятилетии: сначала в 1981 году и снова в 1984 году. "
        "Владельцы небольших лодок протестовали, потому что большинство из них жили рыболовством."
    ),
    "Chinese": (
        "港务局在那十年里两次提高了港口费,第一次是在1981年,第二次是在1984年。小船的主人们表示抗议,因为他们大"
        "多数以捕鱼为生,付不起更多的钱。"
    ),
    "Japanese": (
        "港湾局はその十年間に二度、港の使用料を引き上げました。最初は1981年、次は1984年のことです。小さな船の"
        "持ち主たちは漁業で暮らしていたので、強く反対しました。"
    ),
    "Korean": (
        "항만청은 그 십 년 동안 두 번 사용료를 올렸습니다. 처음은 1981년이었고 다음은 1984년이었습니다. 작은 "
        "배의 주인들은 대부분 어업으로 살았기 때문에 항의했습니다."
    ),
    "Arabic": (
        "رفع مكتب الميناء رسومه مرتين في ذلك العقد، أولا في عام 1981 ثم مرة أخرى في عام 1984. واحتج أصحاب القوارب "
        "الصغيرة لأن معظمهم كانوا يعيشون من صيد السمك."
    ),
    "Hindi": (
        "बंदरगाह कार्यालय ने उस दशक में दो बार शुल्क बढ़ाया, पहली बार 1981 में और फिर 1984 में। छोटी नावों के "
        "मालिकों ने विरोध किया, क्योंकि उनमें से अधिकांश मछली पकड़कर जीवन चलाते थे।"
    ),
    "Greek": (
        "Το γραφείο του λιμανιού αύξησε τα τέλη του δύο φορές εκείνη τη δεκαετία, πρώτα το 1981 και ξανά το 1984. "
        "Οι ιδιοκτήτες μικρών σκαφών διαμαρτυρήθηκαν."
    ),
}
MADE = {
    "source code": inspect.getsource(argparse)[:60_000],
    "table": "\n".join(f"{n},{1900 + n % 90}-0{n % 9 + 1}-11,{n * 7919 % 9973 / 7:.2f},Oslo" for n in range(900)),
    "JSON": json.dumps(
        [{"id": n, "name": f"boat {n}", "length": n / 7, "paid": n % 2 == 0} for n in range(400)], indent=2
    ),
    "prose": (Path(__file__).parents[3] / "README.md").read_text("utf-8"),
}


@pytest.fixture(scope="module")
def count():
    return load_vocabulary("o200k_base")


@pytest.mark.parametrize("language", SPEECH)
def test_a_few_sentences_in_any_language_are_estimated_well(count, language):
    text = SPEECH[language]

    assert estimate_tokens(text) == pytest.approx(count(text), rel=0.15)


@pytest.mark.parametrize("kind", MADE)
def test_code_tables_and_data_are_estimated_well(count, kind):
    text = MADE[kind]

    assert estimate_tokens(text) == pytest.approx(count(text), rel=0.15)


def test_a_text_and_its_bytes_are_estimated_alike():
    for text in SPEECH.values():
        assert estimate_tokens_in(memoryview(text.encode())) == estimate_tokens(text)
    long = "".join(SPEECH.values()) * 200
    assert estimate_tokens_in(long.encode()) == pytest.approx(estimate_tokens(long), rel=0.1)


@pytest.mark.parametrize(("text", "tokens"), [("", 0), (" ", 1), ("a", 1), ("\ud800", 1), ("\U0001f600", 2)])
def test_the_shortest_texts_have_tokens_too(text, tokens):
    assert estimate_tokens(text) == tokens


def test_a_huge_text_is_only_sampled():
    text = SPEECH["English"].encode() * 100_000
    started = time.perf_counter()
    text.isascii()
    to_read_it = time.perf_counter() - started

    started = time.perf_counter()
    estimate_tokens_in(text)

    assert time.perf_counter() - started < 20 * to_read_it
