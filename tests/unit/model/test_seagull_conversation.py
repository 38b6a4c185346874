"""The layout of questions and answers, and the places where levels stand in them."""

import pytest

from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import DISTORTIONS
from model.seagull import questions
from model.seagull.config import IMAGE_ID
from model.seagull.conversation import GLOBAL, LOCAL, Conversation
from model.seagull.errors import CheckpointError
from tests.unit.model import seagull_tiny as tiny


@pytest.fixture(scope="module")
def talk() -> Conversation:
    return Conversation(tiny.tokenizer(), tiny.config())


def test_a_prompt_reads_as_published() -> None:
    words, config = tiny.tokenizer(), tiny.config()
    talk = Conversation(words, config)
    ids = talk.prompt_ids(texts.QUALITY_QUESTION)
    assert ids.count(words.bos_token_id) == 1 and ids[0] == words.bos_token_id
    assert ids.count(IMAGE_ID) == ids.count(talk.global_id) == ids.count(talk.local_id) == 1
    assert ids.index(talk.local_id) == ids.index(talk.global_id) + 1
    assert (config.global_token_id, config.local_token_id) == (talk.global_id, talk.local_id)
    image = ids.index(IMAGE_ID)
    text = words.decode(ids[1:image]) + "|" + words.decode(ids[image + 1 :])
    assert text.startswith("A chat between a curious human")
    assert "human's questions. USER: |" in text
    assert text.endswith(f"Here is the region {GLOBAL}{LOCAL}. {texts.QUALITY_QUESTION} ASSISTANT:")
    assert "compression, contrast exposure and noise." in text


def test_a_training_pair_learns_the_answer_and_its_end(talk: Conversation) -> None:
    answer = texts.quality_answer(3)
    ids, labels = talk.training_pair(texts.QUALITY_QUESTION, answer)
    learned = [token for token in labels if token != -100]
    assert ids[: len(ids) - len(learned)] == talk.prompt_ids(texts.QUALITY_QUESTION)
    assert learned == ids[-len(learned) :]
    assert learned[-1] == talk.eos_id
    assert talk.text(learned) == answer


def test_a_tokenizer_with_more_words_than_the_network_is_refused() -> None:
    with pytest.raises(CheckpointError, match="not from the same checkpoint"):
        Conversation(tiny.tokenizer(), tiny.config(vocab_size=100))


def test_a_known_word_keeps_its_id() -> None:
    words = tiny.tokenizer()
    words.add_tokens([LOCAL, "<other>", GLOBAL], special_tokens=True)
    size = len(words)
    talk = Conversation(words, tiny.config())
    assert len(words) == size
    assert talk.global_id == talk.local_id + 2


def test_beginnings_of_given_answers() -> None:
    assert questions.given_beginnings("quality")[3] == "The quality is good"
    assert questions.given_beginnings("importance")[0] == "This region is unimportant"
    for name in DISTORTIONS:
        assert questions.given_beginnings(name)[2] == f"With moderate {name}"


@pytest.mark.parametrize(
    ("scale", "reply", "level", "first"),
    [
        ("quality", "The quality is good.", 3, "The quality is bad"),
        ("quality", "Good, all in all.", 3, "Bad"),
        ("quality", "Quality: EXCELLENT", 4, "Quality: BAD"),
        ("importance", "It is minor.", 1, "It is unimportant"),
        (
            "importance",
            "With minor blur, it is of minor importance.",
            1,
            "With minor blur, it is of unimportant",
        ),
    ],
)
def test_a_level_is_weighed_where_the_reply_puts_it(scale: str, reply: str, level: int, first: str) -> None:
    read = questions.read_level(scale, reply)
    assert read is not None
    assert read[0] == level
    assert read[1][0] == first
    assert reply.startswith(read[1][level])


@pytest.mark.parametrize("reply", ["", "not good", "good or bad", "质量很好", "xyzzy " * 50])
def test_what_can_not_be_read_is_not_guessed(reply: str) -> None:
    assert questions.read_level("quality", reply) is None


@pytest.mark.parametrize(
    ("reply", "first"),
    [
        ("With minor blur and severe noise distortions.", "With extreme blur"),
        ("Severe noise, minor blur.", "Severe noise, extreme blur"),
        ("Minor blurring here.", "Extreme blurring"),
        ("The blur is minor.", "The blur is extreme"),
        ("Nothing here.", None),
    ],
)
def test_a_severity_is_weighed_where_the_reply_puts_it(reply: str, first: str | None) -> None:
    beginnings = questions.read_severity("blur", 3, reply)
    assert (beginnings and beginnings[0]) == first
