"""What a network takes is computed before it is loaded, and agrees with what it is seen to take."""

import re
from collections.abc import Callable, Iterator

import pytest
import torch

from model.seagull import checkpoint, memory_needs, whole_checkpoint
from model.seagull.assessor import Assessor
from model.seagull.config import published_7b
from model.seagull.errors import MemoryShortError
from model.seagull.network import SeagullForCausalLM
from tests.unit.model import seagull_tiny as tiny

TOLERANCE = 0.15
"""Of the memory beyond the weights, computed against measured."""


@pytest.fixture(scope="module")
def seven() -> SeagullForCausalLM:
    return memory_needs.meta_network(published_7b())


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def _peak(work: Callable[[], object]) -> int:
    """The most bytes that tensors made inside `work` take at one time."""
    cpu = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=cpu, profile_memory=True) as profile:
        work()
    events = [e for e in profile.profiler.kineto_results.events() if e.name() == "[memory]"]
    live = most = 0
    for event in sorted(events, key=lambda e: e.start_ns()):
        live += event.nbytes()
        most = max(most, live)
    return most


def _network(dtype: str) -> SeagullForCausalLM:
    made = tiny.network(
        hidden_size=256, intermediate_size=688, num_hidden_layers=3, num_attention_heads=8, vocab_size=2000
    )
    return made.to(getattr(torch, dtype))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_computed_agrees_with_measured(dtype) -> None:
    network, image, masks = _network(dtype), tiny.picture(), tiny.masks(1) * 12
    # Few ROIs at once, so that the language model's memory is the most that is taken.
    assessor = Assessor(network, tiny.tokenizer(), mode="given", tokens_at_once=1024, rois_at_once=2)
    longest: list[int] = []
    handle = network.model.register_forward_pre_hook(
        lambda module, args, kwargs: longest.append(kwargs["inputs_embeds"].shape[1]), with_kwargs=True
    )
    assessor.assess(image, masks)
    handle.remove()
    needs = memory_needs.needs(
        network,
        dtype,
        rois=len(masks),
        prefix=longest[0],
        branch_tokens=max(longest[1:]),
        tokens_at_once=1024,
        rois_at_once=2,
    )
    measured = _peak(lambda: assessor.assess(image, masks))
    assert needs.peak - needs.weights == pytest.approx(measured, rel=TOLERANCE)
    assert needs.weights == sum(p.nbytes for p in network.parameters())


def test_reading_many_rois_at_once_takes_no_more_than_computed() -> None:
    network, image, masks = _network("float32"), tiny.picture(), tiny.masks(1) * 16
    assessor = Assessor(network, tiny.tokenizer(), mode="given", tokens_at_once=1024)
    prefix = assessor.open_picture(image).length
    needs = memory_needs.needs(
        network, "float32", rois=16, prefix=prefix, tokens_at_once=1024, device_type="cpu"
    )
    measured = _peak(lambda: assessor.assess(image, masks))
    assert measured <= (1 + TOLERANCE) * (needs.peak - needs.weights)


def test_the_cache_is_as_large_as_computed() -> None:
    network = _network("float32")
    assessor = Assessor(network, tiny.tokenizer(), tokens_at_once=100)
    picture = assessor.open_picture(tiny.picture())
    held = sum(layer.keys.nbytes + layer.values.nbytes for layer in picture.cache.layers)
    assert held == memory_needs.cache_bytes(network.config, picture.length + 100, "float32")


def test_seagull_7b(seven) -> None:
    parts = memory_needs.parts(seven)
    assert sum(part.parameters for part in parts.values()) == sum(p.numel() for p in seven.parameters())
    assert sum(part.parameters for part in parts.values()) == pytest.approx(7.02e9, rel=0.01)
    assert len(parts["language model"].packable) == 7 * 32
    assert not any(part.packable for title, part in parts.items() if title != "language model")
    assert memory_needs.cache_bytes(seven.config, 1, "bfloat16") == 2**19
    full, half, packed = (memory_needs.needs(seven, p) for p in ("float32", "bfloat16", "4bit"))
    assert full.weights == 2 * half.weights
    assert packed.weights < 0.33 * half.weights
    assert packed.cache == half.cache


def test_many_rois_cost_little_more_than_one(seven) -> None:
    one, sixteen, thousand = (memory_needs.needs(seven, "bfloat16", rois=n) for n in (1, 16, 1000))
    assert one.peak < sixteen.peak < 1.02 * one.peak
    # Only their two tokens each are kept.
    assert thousand.peak - sixteen.peak == (1000 - 16) * 2 * 4096 * 2


@pytest.mark.parametrize(
    ("precision", "free", "device", "words"),
    [
        ("bfloat16", 8.0, "cuda", "SEAGULL-7B needs about 1.* GB in bfloat16; this GPU has 8.0 GB free: "
         "choose 4-bit, or a GPU with more memory, or the cpu."),
        ("bfloat16", 4.0, "cuda", "4.0 GB free: choose a GPU with more memory"),
        ("4bit", 4.0, "cuda", "in 4-bit; this GPU has 4.0 GB free: choose a GPU"),
        ("float32", 20.0, "cuda", "choose bfloat16, or 4-bit, or a GPU"),
        ("float32", 20.0, "mps", "choose bfloat16, or the cpu"),
        ("float32", 20.0, "cpu", "in float32; this machine has 20.0 GB free: choose bfloat16, or a machine"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_one_sentence(seven, precision, free, device, words) -> None:
    said = memory_needs.shortage(seven, precision, int(free * 1e9), device_type=device, name="SEAGULL-7B")
    assert said is not None
    assert re.search(words, said)
    assert "\n" not in said and said.endswith(".")


def test_what_fits_is_not_refused(seven) -> None:
    for precision, free in (("bfloat16", 24), ("4bit", 8), ("float32", 40)):
        assert (
            memory_needs.shortage(seven, precision, free * 10**9, device_type="cuda", name="SEAGULL-7B")
            is None
        )


def test_loading_what_does_not_fit_is_refused_before_anything_is_read(tmp_path, monkeypatch) -> None:
    words = tiny.tokenizer()
    checkpoint.save(checkpoint.Checkpoint(tiny.network(), words, checkpoint.LoadReport()), tmp_path)
    monkeypatch.setattr(whole_checkpoint, "free_bytes", lambda device: 1000)
    monkeypatch.setattr(whole_checkpoint, "iterate_weights", lambda paths: pytest.fail("weights were read"))
    with pytest.raises(MemoryShortError, match=r"needs about .* this machine has 0.0 GB free: choose"):
        checkpoint.load(tmp_path, device="cpu")


def test_free_memory_of_this_machine() -> None:
    free = memory_needs.free_bytes(torch.device("cpu"))
    assert free is None or free > 10**6
    assert memory_needs.free_bytes(torch.device("meta")) is None
