"""The paper's ablations, without local or without global tokens, are configuration."""

from pathlib import Path

import pytest
import torch

from annotation_db.vocabulary import texts
from model.seagull import checkpoint
from model.seagull.assessor import Assessor
from model.seagull.conversation import Conversation
from model.seagull.inputs import prepare_crop, prepare_mask, prepare_picture
from model.seagull.network import SeagullForCausalLM
from tests.unit.model import seagull_tiny as tiny

ABLATIONS = [(True, False), (False, True), (False, False)]


def _network(with_global: bool, with_local: bool) -> SeagullForCausalLM:
    return tiny.network(with_global_token=with_global, with_local_token=with_local)


def _loss(network: SeagullForCausalLM, talk: Conversation) -> torch.Tensor:
    pair = talk.training_pair(texts.QUALITY_QUESTION, texts.quality_answer(3))
    side, image, mask = network.config.picture_side, tiny.picture(), tiny.masks()[1]
    loss: torch.Tensor = network(
        input_ids=torch.tensor([pair.input_ids]),
        labels=torch.tensor([pair.labels]),
        pixel_values=prepare_picture(image, side)[None],
        masks=prepare_mask(mask, side)[None],
        crop_values=prepare_crop(image, mask, side)[None],
    ).loss
    return loss


@pytest.mark.parametrize(("with_global", "with_local"), ABLATIONS)
def test_an_ablated_token_is_in_no_prompt_and_learns_nothing(with_global, with_local) -> None:
    network = _network(with_global, with_local)
    talk = Conversation(tiny.tokenizer(), network.config)
    tail = talk.tail_ids(texts.QUALITY_QUESTION)
    assert (talk.global_id in tail, talk.local_id in tail) == (with_global, with_local)
    network.freeze_encoder()
    _loss(network, talk).backward()
    learned = {n for n, p in network.named_parameters() if p.grad is not None and p.grad.any()}
    assert ("mask_extractor.final_mlp.weight" in learned) == with_global
    assert ("mask_extractor.global_vit.0.weight" in learned) == with_local
    assert "model.mm_projector.weight" in learned


@pytest.mark.parametrize(("with_global", "with_local"), ABLATIONS)
def test_branches_equal_whole_prompts_without_a_token(with_global, with_local) -> None:
    network, words = _network(with_global, with_local), tiny.tokenizer()
    assessor = Assessor(network, words, max_new_tokens=6)
    side, image, mask = network.config.picture_side, tiny.picture(), tiny.masks()[1]
    ids = assessor.conversation.prompt_ids(texts.QUALITY_QUESTION)
    with torch.no_grad():
        first = network(
            input_ids=torch.tensor([ids]),
            pixel_values=prepare_picture(image, side)[None],
            masks=prepare_mask(mask, side)[None],
            crop_values=prepare_crop(image, mask, side)[None],
        ).logits[0, -1]
    said = assessor.assess(image, [mask])[0].replies["quality"]
    assert said.startswith(assessor.conversation.text([int(first.argmax())]))


def test_the_choice_is_kept_in_the_checkpoint_and_the_layout_stays(tmp_path: Path) -> None:
    network = _network(True, False)
    checkpoint.save(checkpoint.Checkpoint(network, tiny.tokenizer(), checkpoint.LoadReport()), tmp_path)
    loaded = checkpoint.load(tmp_path, device="cpu").network
    assert (loaded.config.with_global_token, loaded.config.with_local_token) == (True, False)
    assert loaded.state_dict().keys() == tiny.network().state_dict().keys()
