"""The network's own promises: ROIs do not see each other, gradients flow, files come back as they went."""

from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM

from model.seagull.config import IMAGE_ID, SeagullConfig, from_published
from model.seagull.inputs import prepare_crop, prepare_mask, prepare_picture
from model.seagull.layout import expand, expand_ids
from model.seagull.network import RoiTokens, SeagullForCausalLM, SeagullModel
from tests.unit.model import seagull_tiny as tiny

GLOBAL, LOCAL = 11, 12
PROMPT = [1, 5, IMAGE_ID, 7, 8, GLOBAL, LOCAL, 9]


@pytest.fixture(scope="module")
def network() -> SeagullForCausalLM:
    return tiny.network(global_token_id=GLOBAL, local_token_id=LOCAL)


@pytest.fixture(scope="module")
def rois() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    image, masks = tiny.picture(), tiny.masks()
    return (
        prepare_picture(image, 128)[None],
        torch.stack([prepare_mask(mask, 128) for mask in masks]),
        torch.stack([prepare_crop(image, mask, 128) for mask in masks]),
    )


def _close(a: torch.Tensor, b: torch.Tensor) -> None:
    assert (a - b).abs().max() <= 1e-5 * b.abs().max()


def test_several_rois_together_give_what_each_gives_alone(network, rois) -> None:
    picture, masks, crops = rois
    with torch.no_grad():
        features = network.encode_pictures(picture)[0]
        together = network.roi_tokens(features, masks, crops)
        assert (together.globals[0] - together.globals[1]).abs().max() > 1e-3
        assert (together.locals[0] - together.locals[1]).abs().max() > 1e-3
        for n in range(3):
            alone = network.roi_tokens(features, masks[n : n + 1], crops[n : n + 1])
            _close(together.globals[n], alone.globals[0])
            _close(together.locals[n], alone.locals[0])


def test_a_batch_of_prompts_over_two_pictures_gives_what_each_gives_alone(network, rois) -> None:
    picture, masks, crops = rois
    pictures = torch.cat([picture, prepare_picture(tiny.picture(1), 128)[None]])
    ids = torch.tensor([PROMPT, [*PROMPT[:-1], 20], [*PROMPT[:-1], 30]])
    index = [1, 0, 1]
    with torch.no_grad():
        logits = network(
            input_ids=ids, pixel_values=pictures, masks=masks, crop_values=crops, picture_index=index
        ).logits
        for n, p in enumerate(index):
            alone = network(
                input_ids=ids[n : n + 1],
                pixel_values=pictures[p : p + 1],
                masks=masks[n : n + 1],
                crop_values=crops[n : n + 1],
            ).logits
            _close(logits[n], alone[0])


def test_padding_changes_nothing(network, rois) -> None:
    picture, masks, crops = rois
    parts = {"pixel_values": picture, "masks": masks[:1], "crop_values": crops[:1]}
    labels = [-100] * 6 + [12, 9]
    plain = network(input_ids=torch.tensor([PROMPT]), labels=torch.tensor([labels]), **parts)
    padded = network(
        input_ids=torch.tensor([[*PROMPT, 0, 0]]),
        labels=torch.tensor([[*labels, -100, -100]]),
        attention_mask=torch.tensor([[1] * 8 + [0, 0]]),
        **parts,
    )
    _close(padded.loss, plain.loss)
    _close(padded.logits[:, :-2], plain.logits)


def test_gradients_reach_everything_but_the_frozen_encoder(rois) -> None:
    picture, masks, crops = rois
    network = tiny.network(global_token_id=GLOBAL, local_token_id=LOCAL)
    network.freeze_encoder()
    network(
        input_ids=torch.tensor([PROMPT]),
        labels=torch.tensor([[-100] * 7 + [9]]),
        pixel_values=picture,
        masks=masks[:1],
        crop_values=crops[:1],
    ).loss.backward()
    without = {name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()}
    expected = {name for name in without if "vision_tower" in name}
    # One token attending to itself has no use for queries and keys.
    expected |= {n for n in without if n.split(".")[1] == "sa" or ("self_attn" in n and "mask" in n)}
    assert without == expected
    assert any("vision_tower" in name for name in without)
    assert not any("v_proj" in name or "out_proj" in name for name in without)


def test_saved_and_loaded_by_the_auto_classes(network, tmp_path: Path) -> None:
    network.save_pretrained(tmp_path)
    assert isinstance(AutoConfig.from_pretrained(tmp_path), SeagullConfig)
    for back in (
        AutoModelForCausalLM.from_pretrained(tmp_path),
        SeagullForCausalLM.from_pretrained(tmp_path),
    ):
        assert isinstance(back, SeagullForCausalLM)
        assert back.state_dict().keys() == network.state_dict().keys()
        for name, value in network.state_dict().items():
            assert torch.equal(back.state_dict()[name], value), name
        _close(back.model.rotary_emb.inv_freq, network.model.rotary_emb.inv_freq)
    assert isinstance(AutoModel.from_config(network.config), SeagullModel)


def test_widths_depths_and_encoder_are_configuration() -> None:
    options = {"depths": [1, 2, 1, 1], "dims": [4, 8, 12, 16]}
    other = tiny.network(
        hidden_size=48,
        num_hidden_layers=3,
        picture_side=64,
        encoder_options=options,
        extractor_heads=2,
        image_level=1,
    )
    assert other.image_tokens == 64
    assert other.model.mm_projector.in_features == 8
    assert other.mask_extractor.sa.q_proj.in_features == 16
    published = SeagullConfig()
    assert (published.encoder, published.picture_side, published.extractor_width) == (
        "convnext_large",
        512,
        1024,
    )


def test_a_published_configuration_is_read_whatever_it_calls_itself() -> None:
    config = from_published(
        {
            "model_type": "osprey",
            "hidden_size": 64,
            "num_attention_heads": 4,
            "mm_vision_tower": "x",
            "rope_theta": 5e4,
        }
    )
    assert (config.hidden_size, config.model_type) == (64, "seagull")
    assert config.rope_parameters["rope_theta"] == 5e4


def test_layout_refuses_what_does_not_fit(network) -> None:
    assert expand_ids([1, IMAGE_ID, 2], 3) == [1, IMAGE_ID, IMAGE_ID, IMAGE_ID, 2]
    with pytest.raises(ValueError, match="equally often"):
        expand(torch.tensor([[1, IMAGE_ID], [1, 2]]), 4)
    two = torch.zeros(2, 32)
    with pytest.raises(ValueError, match="1 places for <global> tokens, but 2"):
        network.embed(torch.tensor([[GLOBAL, LOCAL]]), rois=RoiTokens(two, two))
    with pytest.raises(ValueError, match="needs input_ids, masks and crop_values"):
        network(input_ids=torch.tensor([PROMPT]), pixel_values=torch.zeros(1, 3, 128, 128))
