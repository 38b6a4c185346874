"""Shared prefixes against the authors' manner, same weights, one run.

The baseline asks as the published program does: for each question on each ROI a whole prompt, with picture,
mask and crop prepared, the picture encoded and all of the prompt's tokens computed again, then a greedy
answer with a key-value cache of its own. Ours is `Assessor.ask`. Weights are random, so answers run to a
fixed length (judgements: one token), and must come out the same by both.

    python -m tests.bench.seagull                                   a reduced size, on the CPU
    python -m tests.bench.seagull --device cuda --size 7b           SEAGULL-7B's size, bfloat16
"""

import argparse
import gc
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from model.seagull import questions
from model.seagull.assessor import Assessor
from model.seagull.config import SeagullConfig
from model.seagull.inputs import prepare_crop, prepare_mask, prepare_picture
from model.seagull.network import SeagullForCausalLM
from tests.unit.model import seagull_tiny

SIZES: dict[str, dict[str, Any]] = {
    "small": {
        "vocab_size": 2000,
        "hidden_size": 512,
        "intermediate_size": 1376,
        "num_hidden_layers": 6,
        "num_attention_heads": 8,
        "encoder_options": {"depths": [1, 1, 3, 1], "dims": [24, 48, 96, 192]},
    },
    "7b": {"vocab_size": 32_002, "rms_norm_eps": 1e-5},
}
CASES = ((3, tuple(questions.ANALYSES), 6.0), (5, (*questions.ANALYSES, *questions.JUDGEMENTS), 15.0))
ANSWER = 12
"""Tokens of an answer in a sentence; "With minor blur and trivial noise distortions." has about as many."""


def random_network(size: str, device: str, dtype: torch.dtype) -> SeagullForCausalLM:
    config = SeagullConfig(**SIZES[size])
    with torch.device("meta"):
        network = SeagullForCausalLM(config)
    network.to(dtype).to_empty(device=device)
    torch.manual_seed(0)
    for name, value in network.named_parameters():
        if value.dim() == 1 and name.endswith("weight"):
            value.data.fill_(1)
        else:
            value.data.normal_(0, 0.1 if size == "small" else 0.02)
    network.model.rotary_emb = type(network.model.rotary_emb)(config).to(device)
    return network.eval().requires_grad_(False)


@torch.inference_mode()
def authors_manner(
    assessor: Assessor, image: np.ndarray, masks: list[np.ndarray], asked: tuple[str, ...]
) -> list[list[int]]:
    """One prompt per question and ROI, everything computed each time."""
    network, talk = assessor.network, assessor.conversation
    side, device = network.config.picture_side, network.device
    replies = []
    for mask in masks:
        for question in asked:
            text = questions.ANALYSES.get(question) or questions.JUDGEMENTS[question]
            output = network(
                input_ids=torch.tensor([talk.prompt_ids(text)], device=device),
                pixel_values=prepare_picture(image, side)[None].to(device),
                masks=prepare_mask(mask, side)[None].to(device),
                crop_values=prepare_crop(image, mask, side)[None].to(device),
                use_cache=True,
                logits_to_keep=1,
            )
            reply = [int(output.logits[0, -1].argmax())]
            for _ in range(ANSWER - 1 if question in questions.ANALYSES else 0):
                output = network(
                    input_ids=torch.tensor([reply[-1:]], device=device),
                    past_key_values=output.past_key_values,
                    use_cache=True,
                )
                reply.append(int(output.logits[0, -1].argmax()))
            replies.append(reply)
    return replies


def timed(work: Callable[[], Any], device: str, rounds: int) -> tuple[float, Any]:
    """Least seconds (on a shared machine noise only adds), and the last result."""
    seconds, result = [], None
    for _ in range(rounds):
        started = time.perf_counter()
        result = work()
        if device.startswith("cuda"):
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - started)
    return min(seconds), result


def peak(device: str) -> str:
    if not device.startswith("cuda"):
        return ""
    text = f", peak {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB"
    torch.cuda.reset_peak_memory_stats()
    return text


def limits(network: SeagullForCausalLM, device: str) -> None:
    """What the device allows: a decoding step reads all weights once, a prefix multiplies by all once."""
    weights = [p for n, p in network.model.named_parameters() if n.startswith("layers.")]
    weights.append(network.lm_head.weight)
    count = sum(p.numel() for p in weights)
    block = torch.empty(2**28, dtype=torch.bfloat16, device=device)
    square = torch.randn(8192, 8192, dtype=torch.bfloat16, device=device)
    for _ in range(3):
        block.clone()
        square @ square
    copied, _ = timed(block.clone, device, 20)
    multiplied, _ = timed(lambda: square @ square, device, 20)
    bandwidth = 2 * block.nbytes / copied
    flops = 2 * 8192**3 / multiplied
    step = count * weights[0].element_size() / bandwidth
    print(f"measured: {bandwidth / 1e12:.2f} TB/s, {flops / 1e12:.0f} TFLOP/s")
    print(f"limit of a decoding step {1000 * step:.1f} ms ({1 / step:.0f} tokens/s per branch), ", end="")
    print(f"of a prefix {flops / (2 * count):.0f} tokens/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default=None)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    dtype = getattr(torch, given.dtype or ("bfloat16" if given.device.startswith("cuda") else "float32"))
    network = random_network(given.size, given.device, dtype)
    words = seagull_tiny.tokenizer()
    own = Assessor(network, words, mode="own", max_new_tokens=ANSWER)
    fast = Assessor(network, words, mode="given")
    image = seagull_tiny.picture(0, 480, 640)
    millions = sum(p.numel() for p in network.parameters()) / 1e6
    print(f"{given.size}: {millions:.0f} M parameters, {dtype}, {given.device}{peak(given.device)}")
    authors_manner(own, image, seagull_tiny.masks(1, 480, 640), CASES[0][1])
    own.ask(own.open_picture(image), seagull_tiny.masks(1, 480, 640), CASES[0][1])
    peak(given.device)
    for count, asked, wanted in CASES:
        masks = seagull_tiny.masks(count, 480, 640)
        slow, replies = timed(lambda: authors_manner(own, image, masks, asked), given.device, given.rounds)  # noqa: B023
        print(f"\n{count} ROIs x {len(asked)} questions")
        print(f"  authors' manner    {slow:8.3f} s{peak(given.device)}")
        for name, assessor in (("own answers", own), ("given answers", fast)):
            gc.collect()
            quick, outcomes = timed(
                lambda: assessor.ask(assessor.open_picture(image), masks, asked),  # noqa: B023
                given.device,
                given.rounds,
            )
            ratio = f"{slow / quick:5.1f} times"
            goal = f" (wanted {wanted:.0f})" if assessor is own else ""
            print(f"  ours, {name:13s}{quick:8.3f} s, {ratio}{goal}{peak(given.device)}")
            if assessor is own:
                texts = [own.conversation.text(reply) for reply in replies]
                pairs = zip(texts, outcomes, asked * count, strict=True)
                same = [a == b.reply for a, b, question in pairs if question in questions.ANALYSES]
                print(f"  same answers: {sum(same)} of {len(same)}")
    seconds, picture = timed(lambda: own.open_picture(image), given.device, given.rounds)
    print(f"\nprefix: {picture.length / seconds:.0f} tokens/s with the encoder")
    if given.device.startswith("cuda"):
        limits(network, given.device)


if __name__ == "__main__":
    main()
