"""Ranking sentences by how well they answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from rlm_desktop.lm.ranking import cues_of, rank
from rlm_desktop.lm.words import language_of, telling_words, terms_of

FACTS = [
    "The harbour was opened by the mayor on a rainy Monday.",
    "Anna Lindqvist founded the lighthouse society in 1893 with six friends.",
    "Visitors found the lighthouse open on most days.",
    "Its lamp uses 1,200 watts and turns every 15 seconds.",
    "The keeper's dog was called Bosun.",
]


def best(question: str, sentences: list[str]) -> str:
    return sentences[rank(question, sentences)[0].index]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who founded the lighthouse society?", 1),
        ("When was the lighthouse society founded?", 1),
        ("How many watts does the lamp use?", 3),
        ("What were the keepers' dogs called?", 4),
        ("Who opened the harbour?", 0),
    ],
)
def test_the_sentence_that_answers_comes_first(question, sentence):
    assert best(question, FACTS) == FACTS[sentence]


@pytest.mark.parametrize(
    ("question", "sentences", "answer"),
    [
        ("Wie hoch ist der Preis?", ["Der Hund bellt.", "Die Preise betragen 3 Euro.", "Das ist viel."], 1),
        ("Combien coûtent les billets ?", ["Le train part.", "Un billet coûte 12 euros.", "Il pleut."], 1),
        ("人口是多少", ["东京是日本的首都。", "人口约1400万。", "大阪在西部！"], 1),
        ("Сколько стоит билет?", ["Поезд идёт.", "Билеты стоят 40 рублей."], 1),
    ],
)
def test_other_languages_are_ranked_too(question, sentences, answer):
    assert best(question, sentences) == sentences[answer]


def test_a_sentence_without_any_word_of_the_question_is_worth_nothing():
    ranked = rank("Where is the observatory?", FACTS)

    assert [one.score for one in ranked] == [0.0] * len(FACTS)
    assert [one.index for one in ranked] == list(range(len(FACTS)))


def test_words_that_are_rare_in_the_corpus_weigh_more():
    sentences = ["The package has a priority.", "The package has a quirk."]
    question = "package priority quirk"

    first = rank(question, sentences, {"package": 900, "priority": 2, "quirk": 800})[0].index
    second = rank(question, sentences, {"package": 900, "priority": 800, "quirk": 2})[0].index

    assert (first, second) == (0, 1)


def test_a_number_of_the_question_weighs_more_than_a_word():
    sentences = ["The limit is a limit of size.", "Above 1000 it is refused outright today."]

    assert best("What does a limit of 1000 do?", sentences) == sentences[1]


def test_nothing_to_rank_is_no_trouble():
    assert rank("Who?", []) == []
    assert rank("", ["A sentence."])[0].score == 0


def test_ranking_gives_the_same_in_many_threads_at_once():
    sentences = [f"The {word}ing of {word}s was started in 19{place:02}." for place, word in enumerate(["walk"] * 90)]
    question = "When was the walking started?"
    alone = rank(question, sentences)

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda _: rank(question, sentences), range(24)))

    assert all(one == alone for one in together)


def test_words_are_compared_by_stem_and_names_and_numbers_are_kept_whole():
    terms = terms_of("Running apt-get 3.50 on 東京都", "english")

    assert {"run", "apt-get", "apt", "get", "3.50", "東京", "京都"} <= set(terms)


def test_small_words_tell_the_language_and_are_left_out():
    assert language_of("Was ist der Preis für die Fahrt nach Wien?") == "german"
    assert telling_words("What is the price of the trip?", "english") == ["price", "trip"]
    assert telling_words("Who is it?", "english") == ["Who", "is", "it"]


def test_the_kind_of_question_tells_what_an_answer_holds():
    assert any(cue.search("It began in 1893.") for cue in cues_of("When did it begin?"))
    assert any(cue.search("It was Anna Lindqvist.") for cue in cues_of("Who was it?"))
    assert cues_of("Explain the lamp.") == []
