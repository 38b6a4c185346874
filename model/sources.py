"""Where model weights are published: facts, each with the page it was read from.

Sizes and hashes are those that the hosts state (Git LFS pointers); None where no page says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_META: Final = "https://dl.fbaipublicfiles.com/segment_anything/"
_SEAGULL: Final = "https://huggingface.co/Zevin2023/SEAGULL-7B/resolve/main/"
_SPACE: Final = (
    "https://huggingface.co/spaces/Zevin2023/SEAGULL/resolve/ae1806a9a3fb295cc35e066f1684f91ef7068181/"
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that can be fetched."""

    name: str
    url: str
    size: int | None
    """Bytes; None where it is not known."""
    sha256: str | None = None
    about: str = ""
    """The size as the host rounds it, such as "9.98 GB"."""


@dataclass(frozen=True, slots=True)
class Source:
    """Weights that can be fetched together."""

    name: str
    """What ``seagull-studio download`` calls it."""
    title: str
    kind: str
    """"sam" or "seagull"."""
    page: str
    """Where people read about it."""
    license: str
    files: tuple[SourceFile, ...]
    folder: str = ""
    """Folder of its own that the files go into; "" for the weights folder itself."""
    note: str = ""

    @property
    def size(self) -> int | None:
        """Bytes in all; None where that of a large file is not known."""
        if any(file.size is None and file.about for file in self.files):
            return None
        return sum(file.size or 0 for file in self.files)

    @property
    def size_text(self) -> str:
        """The size for people, such as "0.38 GB", or about how large it is."""
        if self.size is not None:
            return f"{self.size / 1e9:.2f} GB"
        return " + ".join(file.about for file in self.files if file.about)


def _sam(name: str, file: str, size: int, sha256: str) -> Source:
    return Source(
        name=name,
        title=f"SAM ViT-{name[-1].upper()}",
        kind="sam",
        page="https://github.com/facebookresearch/segment-anything#model-checkpoints",
        license="Apache-2.0",
        files=(SourceFile(file, _META + file, size, sha256, f"{size / 1e6:.0f} MB"),),
    )


SOURCES: Final[dict[str, Source]] = {
    source.name: source
    for source in (
        _sam(
            "sam-vit-b",
            "sam_vit_b_01ec64.pth",
            375_042_383,
            "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
        ),
        _sam(
            "sam-vit-l",
            "sam_vit_l_0b3195.pth",
            1_249_524_607,
            "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622",
        ),
        _sam(
            "sam-vit-h",
            "sam_vit_h_4b8939.pth",
            2_564_550_879,
            "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e",
        ),
        Source(
            name="seagull-7b",
            title="SEAGULL-7B with its image encoder (CLIP ConvNeXt-Large)",
            kind="seagull",
            page="https://huggingface.co/Zevin2023/SEAGULL-7B",
            license="MIT, as its model card says; the Llama weights it builds on have a license of their own",
            files=(
                SourceFile(
                    "pytorch_model-00001-of-00002.bin",
                    _SEAGULL + "pytorch_model-00001-of-00002.bin",
                    None,
                    "2ed0f6720a64043c30c071da27b78a87fcf1a945b44954edeac3df3ff0c952bf",
                    "9.98 GB",
                ),
                SourceFile(
                    "pytorch_model-00002-of-00002.bin",
                    _SEAGULL + "pytorch_model-00002-of-00002.bin",
                    None,
                    None,
                    "4.15 GB",
                ),
                SourceFile(
                    "open_clip_pytorch_model.bin",
                    _SPACE + "checkpoints/open_clip_pytorch_model.bin",
                    None,
                    "4572137af44b2e26f01f638337a59688ec289e9363e15c08dde16640afb86988",
                    "1.41 GB",
                ),
                *(
                    SourceFile(name, _SEAGULL + name, None)
                    for name in (
                        "config.json",
                        "added_tokens.json",
                        "special_tokens_map.json",
                        "tokenizer.model",
                        "tokenizer_config.json",
                        "pytorch_model.bin.index.json",
                    )
                ),
            ),
            folder="SEAGULL-7B",
            note="The image encoder comes from the authors' demo, as they load it from there. Weights are "
            "opened as plain tensors only.",
        ),
    )
}
"""By name. Read in 2026 from the pages named, and from Git LFS pointers of the same files."""
