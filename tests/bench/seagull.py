"""Shared prefixes against the authors' manner, same weights, one run.

The baseline asks as the published program does: for each question on each ROI a whole prompt, with picture,
mask and crop prepared, the picture encoded and all of the prompt's tokens computed again, then a greedy
answer with a key-value cache of its own. Ours is `Assessor.ask`. Weights are random, so answers run to a
fixed length (judgements: one token), and must come out the same by both.

    python -m tests.bench.seagull                                   a reduced size, on the CPU
    python -m tests.bench.seagull --device cuda --size 7b           SEAGULL-7B's size, bfloat16
    python -m tests.bench.seagull --size tiny                       only to try the program

At the end stand tokens per second of prefix and answers beside what the device allows: its bandwidth and
its arithmetic, measured in the same run, and the memory seen beside the memory computed.
"""

import argparse
import gc
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from model.seagull import memory_needs, questions
from model.seagull.assessor import Assessor, OpenPicture
from model.seagull.config import SeagullConfig, published_7b
from model.seagull.devices import PrecisionName, torch_dtype
from model.seagull.forks import Forks
from model.seagull.inputs import prepare_crop, prepare_mask, prepare_picture
from model.seagull.network import RoiTokens, SeagullForCausalLM
from model.seagull.prefix_cache import PrefixCache
from model.seagull.readings import generate
from tests.unit.model import seagull_tiny as tiny

SIZES: dict[str, Callable[[], SeagullConfig]] = {
    "tiny": tiny.config,
    "small": lambda: SeagullConfig(
        vocab_size=2000,
        hidden_size=512,
        intermediate_size=1376,
        num_hidden_layers=6,
        num_attention_heads=8,
        encoder_options={"depths": [1, 1, 3, 1], "dims": [24, 48, 96, 192]},
    ),
    "narrow": lambda: tiny.config(
        hidden_size=128, intermediate_size=344, num_hidden_layers=4, picture_side=512, initializer_range=0.1
    ),
    "7b": published_7b,
}
CASES = ((3, tuple(questions.ANALYSES), 6.0), (5, (*questions.ANALYSES, *questions.JUDGEMENTS), 15.0))
ANSWER = 12
"""Tokens of an answer in a sentence; "With minor blur and trivial noise distortions." has about as many."""


def random_network(size: str, device: str, dtype: torch.dtype) -> SeagullForCausalLM:
    config = SIZES[size]()
    network = memory_needs.meta_network(config)
    network.to(dtype).to_empty(device=device)
    torch.manual_seed(0)
    for name, value in network.named_parameters():
        if value.dim() == 1 and name.endswith("weight"):
            value.data.fill_(1)
        else:
            value.data.normal_(0, 0.02 if size == "7b" else 0.1)
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
                    cache=output.cache,
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


@torch.inference_mode()
def decoding(assessor: Assessor, picture: OpenPicture, branches: int, rounds: int) -> float:
    """Seconds of one step of `branches` answers that are written together."""
    network, talk = assessor.network, assessor.conversation
    width = network.config.hidden_size
    blank = torch.zeros(branches, width, dtype=network.dtype, device=network.device)
    prompt = talk.tail_ids(next(iter(questions.ANALYSES.values())))
    seconds = []
    for _ in range(rounds):
        tree = Forks(network, picture.cache, picture.length, RoiTokens(blank, blank))
        ends = [tree.add(roi, prompt)[-1] for roi in range(branches)]
        tree.compute()
        ends = [tree.extend(end, token) for end, token in zip(ends, tree.next_tokens(ends), strict=True)]
        tree.compute()
        # No word has the id -1, so no answer ends.
        once, _ = timed(lambda: generate(tree, ends, -1, ANSWER), str(network.device), 1)  # noqa: B023
        seconds.append(once / (ANSWER - 1))
    return min(seconds)


@torch.inference_mode()
def prefixing(network: SeagullForCausalLM, length: int, rounds: int) -> float:
    """Seconds of the language model's pass over a prefix, without the image encoder."""
    embedded = torch.zeros(1, length, network.config.hidden_size, dtype=network.dtype, device=network.device)

    def once() -> None:
        cache = PrefixCache(network.config.num_hidden_layers, room=0)
        network.model(inputs_embeds=embedded, cache=cache, use_cache=True)

    once()
    return timed(once, str(network.device), rounds)[0]


def limits(assessor: Assessor, picture: OpenPicture, rounds: int) -> None:
    """What is reached beside what the device allows: a decoding step reads all weights and the prefix's keys
    and values once, a prefix multiplies by all weights of the decoder layers once per token."""
    network = assessor.network
    device, dtype = str(network.device), network.dtype
    on_gpu = device.startswith("cuda")
    layers = sum(p.numel() for n, p in network.model.named_parameters() if n.startswith("layers."))
    block = torch.zeros(2**28 if on_gpu else 2**25, dtype=dtype, device=device)
    side = 8192 if on_gpu else 1024
    square = torch.randn(side, side, dtype=dtype, device=device)
    # Into memory that is there already: new pages would be counted, too.
    target = torch.empty_like(block).copy_(block)
    for _ in range(3):
        torch.mm(square, square)
    copied, _ = timed(lambda: target.copy_(block), device, 20)
    summed, _ = timed(block.sum, device, 20)
    multiplied, _ = timed(lambda: torch.mm(square, square), device, 20)
    bandwidth = max(2 * block.nbytes / copied, block.nbytes / summed)
    flops = 2 * side**3 / multiplied
    print(f"\nmeasured here: {bandwidth / 1e9:.0f} GB/s, {flops / 1e12:.2f} TFLOP/s in {dtype}")
    seconds, length = prefixing(network, picture.length, rounds), picture.length
    reached, allowed = length / seconds, flops / (2 * layers)
    print(f"prefix of {length} tokens: {reached:.0f} tokens/s of {allowed:.0f} that the arithmetic allows")
    weights = (layers + network.lm_head.weight.numel()) * dtype.itemsize
    cache = 2 * sum(layer.keys[..., :length, :].nbytes for layer in picture.cache.layers)
    least = (weights + cache) / bandwidth
    for branches in (1, 9, 45):
        step = decoding(assessor, picture, branches, rounds)
        print(
            f"answers, {branches:2d} together: {branches / step:.0f} tokens/s of {branches / least:.0f} that "
            f"the bandwidth allows ({1000 * step:.1f} ms and {1000 * least:.1f} ms a step)"
        )


def memory(network: SeagullForCausalLM, precision: PrecisionName, rois: int, device_type: str) -> str:
    """The computed peak, to stand beside the one that was seen."""
    needs = memory_needs.needs(network, precision, rois=rois, device_type=device_type)
    return f"computed peak {needs.peak / 2**30:.2f} GiB, {needs.weights / 2**30:.2f} of it weights"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default=None)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    precision: PrecisionName = given.dtype or ("bfloat16" if given.device.startswith("cuda") else "float32")
    dtype = torch_dtype(precision)
    network = random_network(given.size, given.device, dtype)
    words = tiny.tokenizer()
    own = Assessor(network, words, mode="own", max_new_tokens=ANSWER)
    fast = Assessor(network, words, mode="given")
    image = tiny.picture(0, 480, 640)
    millions = sum(p.numel() for p in network.parameters()) / 1e6
    print(f"{given.size}: {millions:.0f} M parameters, {dtype}, {given.device}{peak(given.device)}")
    authors_manner(own, image, tiny.masks(1, 480, 640), CASES[0][1])
    own.ask(own.open_picture(image), tiny.masks(1, 480, 640), CASES[0][1])
    peak(given.device)
    for count, asked, wanted in CASES:
        masks = tiny.masks(count, 480, 640)
        slow, replies = timed(lambda: authors_manner(own, image, masks, asked), given.device, given.rounds)  # noqa: B023
        print(f"\n{count} ROIs x {len(asked)} questions")
        print(f"  ours, {memory(network, precision, count, network.device.type)}")
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
    limits(own, picture, given.rounds)


if __name__ == "__main__":
    main()
