"""How much memory a network takes, from its configuration alone: said before anything is loaded.

Counted are the tensors on the device: exactly the weights and the key-value cache, and by formula the working
memory of the three stages (encoding the picture, its prefix, a batch of branches), of which the largest
counts. The formulas name what lives at the same time in `timm`'s ConvNeXt and `transformers`' Llama without
gradients and with an attention that never holds all scores. A driver's own memory is not counted, but
`shortage` leaves room for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import torch

from model.seagull.config import SeagullConfig
from model.seagull.devices import PrecisionName
from model.seagull.four_bit import QuantisedName, packed_bytes, planned
from model.seagull.network import SeagullForCausalLM

Precision = PrecisionName | QuantisedName

PRECISIONS: Final[dict[Precision, str]] = {
    "float32": "float32",
    "bfloat16": "bfloat16",
    "float16": "float16",
    "4bit": "4-bit",
}
"""As they are called in sentences."""
PREFIX_TEXT: Final = 60
"""Tokens of a prefix beside the image's: the system text and what stands before the image."""
TOKENS_PER_ROI: Final = 450
"""Tokens of all nine questions on one ROI with their answers; a generous estimate."""
DRIVER_ROOM: Final = 500_000_000
"""Bytes left to the libraries' kernels and work areas, and to gaps between tensors."""
_CPU_CHANNELS: Final = 16
"""Convolutions on the CPU (oneDNN) pad their channels to a multiple of this."""

_PARTS: Final = {
    "image encoder": "model.vision_tower.",
    "projector": "model.mm_projector.",
    "mask extractor": "mask_extractor.",
    "output layer": "lm_head.",
    "language model": "model.",
}
"""Parts and how the names of their weights begin; the first that fits."""


class Part(NamedTuple):
    """A part of the network."""

    parameters: int
    packable: tuple[int, ...]
    """Parameters of each layer that 4-bit loading packs; contained in `parameters`."""

    def bytes(self, precision: Precision) -> int:
        """Bytes of the weights."""
        if precision != "4bit":
            return self.parameters * _width(precision)
        return 2 * (self.parameters - sum(self.packable)) + sum(packed_bytes(n) for n in self.packable)


@dataclass(frozen=True, slots=True)
class Needs:
    """Bytes on the device."""

    weights: int
    picture: int
    """What is kept of a picture for its ROIs."""
    cache: int
    """Keys and values of the prefix, with the room after it for a batch of branches."""
    encoding: int
    """Working memory of the image encoder."""
    prefix: int
    """Working memory of the prefix's pass."""
    branches: int
    """Working memory of a batch of ROIs or branches, whichever is larger, with the ROIs' tokens."""

    @property
    def peak(self) -> int:
        """The most that is taken at one time."""
        later = self.picture + self.cache + max(self.prefix, self.branches)
        return self.weights + max(self.encoding, later)


def meta_network(config: SeagullConfig) -> SeagullForCausalLM:
    """The network without memory for its weights."""
    with torch.device("meta"):
        return SeagullForCausalLM(config)


def parts(network: SeagullForCausalLM) -> dict[str, Part]:
    """Exact numbers of parameters by part; `network` may be one on the meta device."""
    to_pack = set(planned(network))
    sizes: dict[str, list[tuple[str, int]]] = {title: [] for title in _PARTS}
    for name, parameter in network.named_parameters():
        title = next(title for title, prefix in _PARTS.items() if name.startswith(prefix))
        sizes[title].append((name, parameter.numel()))
    return {
        title: Part(
            sum(size for _, size in mine),
            tuple(size for name, size in mine if name.removesuffix(".weight") in to_pack),
        )
        for title, mine in sizes.items()
    }


def cache_bytes(config: SeagullConfig, tokens: int, precision: Precision) -> int:
    """Keys and values of so many tokens in all decoder layers."""
    head = config.head_dim or config.hidden_size // config.num_attention_heads
    per_token = 2 * config.num_hidden_layers * config.num_key_value_heads * head
    return int(tokens * per_token * _width(precision))


def needs(
    network: SeagullForCausalLM,
    precision: Precision,
    *,
    rois: int = 1,
    prefix: int | None = None,
    branch_tokens: int | None = None,
    tokens_at_once: int = 2048,
    rois_at_once: int = 16,
    device_type: str = "cuda",
) -> Needs:
    """Compute what assessing one picture takes.

    Parameters
    ----------
    network : SeagullForCausalLM
        On paper will do.
    precision : {"float32", "bfloat16", "float16", "4bit"}
    rois : int
        ROIs of the picture.
    prefix : int, optional
        Tokens of the picture's prefix; by default the image's and `PREFIX_TEXT`.
    branch_tokens : int, optional
        Tokens of the largest batch of branches; by default what `rois` ROIs ask for, up to `tokens_at_once`.
    tokens_at_once, rois_at_once : int
        As in `model.seagull.assessor.Assessor`.
    device_type : str
        "cuda", "mps" or "cpu".
    """
    config = network.config
    width = _width(precision)
    if prefix is None:
        prefix = network.image_tokens + PREFIX_TEXT
    if branch_tokens is None:
        branch_tokens = min(rois * TOKENS_PER_ROI, tokens_at_once)
    found = parts(network).values()
    # A packed layer is unpacked for each pass, one at a time.
    unpacked = max((n for part in found for n in part.packable), default=0)
    extra = width * unpacked if precision == "4bit" else 0
    mask = branch_tokens * (prefix + branch_tokens)
    logits = min(branch_tokens, 256) * config.vocab_size * (width + 2 * 4)
    hidden = branch_tokens * config.hidden_size * width
    deciding = hidden + max(_layer(config, branch_tokens, width) + 2 * mask * width + extra, logits)
    tokens = 2 * rois * config.hidden_size * width
    return Needs(
        weights=sum(part.bytes(precision) for part in found),
        picture=_picture(network, width),
        cache=cache_bytes(config, max(prefix + tokens_at_once, prefix + branch_tokens), precision),
        encoding=_encoding(network, width),
        prefix=prefix * config.hidden_size * width + _layer(config, prefix, width) + extra,
        branches=tokens + max(_reading(network, min(rois, rois_at_once), width, device_type), deciding),
    )


def shortage(
    network: SeagullForCausalLM, precision: Precision, free: int, *, device_type: str, name: str
) -> str | None:
    """Say before loading that a device has no room for a network and one ROI.

    Parameters
    ----------
    network : SeagullForCausalLM
        On paper will do.
    precision : {"float32", "bfloat16", "float16", "4bit"}
        The one asked for.
    free : int
        Bytes free on the device.
    device_type : str
        "cuda", "mps" or "cpu".
    name : str
        What the network is called.

    Returns
    -------
    str or None
        One sentence, with what would fit; None where there is room.
    """
    room = free - (DRIVER_ROOM if device_type != "cpu" else 0)
    needed = needs(network, precision, device_type=device_type).peak
    if needed <= room:
        return None
    smaller: list[Precision] = ["bfloat16"] if precision == "float32" else []
    if device_type == "cuda" and precision != "4bit":
        smaller.append("4bit")
    fitting = [
        PRECISIONS[other] for other in smaller if needs(network, other, device_type=device_type).peak <= room
    ]
    where, elsewhere = {
        "cuda": ("this GPU", "a GPU with more memory, or the cpu"),
        "mps": ("this GPU", "the cpu, or a machine with more memory"),
    }.get(device_type, ("this machine", "a machine with more memory"))
    choices = ", or ".join([*fitting, elsewhere])
    return (
        f"{name} needs about {gigabytes(needed + free - room)} in {PRECISIONS[precision]}; {where} has "
        f"{gigabytes(free)} free: choose {choices}."
    )


def free_bytes(device: torch.device) -> int | None:
    """Bytes free on a device, what this process holds unused among them; None where nobody tells."""
    if device.type == "cuda":
        idle = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0]) + idle
    if device.type == "mps":
        return int(torch.mps.recommended_max_memory()) - int(torch.mps.driver_allocated_memory())
    return _free_on_linux() if device.type == "cpu" else None


def gigabytes(count: int) -> str:
    """Bytes for people: 15.6 GB is 15.6 thousand million bytes."""
    return f"{count / 1e9:.1f} GB"


def _free_on_linux() -> int | None:
    try:
        told = Path("/proc/meminfo").read_text(encoding="ascii")
        rows = dict(line.split(":", 1) for line in told.splitlines())
        return 1024 * sum(int(rows[key].split()[0]) for key in ("MemAvailable", "SwapFree"))
    except (OSError, KeyError, ValueError, IndexError):
        return None


def _width(precision: Precision) -> int:
    return 4 if precision == "float32" else 2


def _levels(network: SeagullForCausalLM) -> list[tuple[int, int]]:
    """Channels and places of each encoder level."""
    encoder, side = network.model.vision_tower, network.config.picture_side
    return [(c, (side // s) ** 2) for c, s in zip(encoder.widths, encoder.strides, strict=True)]


def _picture(network: SeagullForCausalLM, width: int) -> int:
    """The picture itself, its levels, their keys and values, and the image tokens."""
    config = network.config
    levels = sum(c * places for c, places in _levels(network))
    keys = sum(2 * c * (config.extractor_width // 2) for c, _ in _levels(network))
    tokens = network.image_tokens * config.hidden_size
    return 3 * 4 * int(config.picture_side) ** 2 + width * int(levels + keys + tokens)


def _encoding(network: SeagullForCausalLM, width: int) -> int:
    """In a block: its input, the branch's, and the widened values before and after their activation."""
    before = most = 0
    for channels, places in _levels(network):
        most = max(most, before + (2 + 4 + 4) * channels * places)
        before += channels * places
    return 3 * 4 * int(network.config.picture_side) ** 2 + width * most


def _layer(config: SeagullConfig, tokens: int, width: int) -> int:
    """In a decoder layer: input, residual and normalised values beside the larger of attention and MLP.

    Attention holds queries, keys and values, the rotated ones and their parts; the MLP gate, up and product.
    """
    inside = max(8 * config.hidden_size, 3 * config.intermediate_size)
    return int(tokens * width * (3 * config.hidden_size + inside))


def _reading(network: SeagullForCausalLM, rois: int, width: int, device_type: str) -> int:
    """A batch of ROIs: crops and masks, then what the first convolution makes of the crops, or the largest
    level in float32."""
    config = network.config
    places = int(config.picture_side) ** 2
    # A crop in float32 is used as it is.
    crops = 3 * (4 + (width if width != 4 else 0)) * places * rois
    channels = config.local_channels
    if device_type == "cpu":
        channels = -(-channels // _CPU_CHANNELS) * _CPU_CHANNELS
    convolved = 2 * channels * places * rois * width
    pooled = 4 * (places * rois + max(c * n for c, n in _levels(network)))
    return crops + places * rois + int(max(convolved, pooled))
