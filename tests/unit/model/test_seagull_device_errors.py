"""Devices that fail: what their drivers say becomes one plain sentence, and our own mistakes do not."""

import pytest
import torch

from model.seagull import checkpoint, whole_checkpoint
from model.seagull.assessor import Assessor
from model.seagull.device_errors import translated_error
from model.seagull.errors import (
    DeviceLostError,
    MemoryShortError,
    SeagullError,
    UnsupportedOperationError,
)
from tests.unit.model import seagull_tiny as tiny

# As torch and the drivers word them.
LOST = (
    "CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be asynchronously "
    "reported at some other API call, so the stacktrace below might be incorrect.",
    "CUDA error: unspecified launch failure",
    "CUDA error: device-side assert triggered",
    "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
    "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx( handle, opa, opb, m, n, k)`",
    "CUDA driver initialization failed, you might not have a CUDA gpu.",
    "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU",
    "No CUDA GPUs are available",
    "HIP error: unspecified launch failure",
    "MPS backend: command buffer exited with error status",
)
SHORT = (
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1.00 GiB."),
    RuntimeError("CUDA error: out of memory"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("MPS backend out of memory (MPS allocated: 17.00 GB, max allowed: 18.13 GB)"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory"),
    MemoryError(),
)
LACKING = (
    NotImplementedError(
        "The operator 'aten::linalg_qr.out' is not currently implemented for the MPS device. If you want "
        "this op to be considered for addition please comment on the issue."
    ),
    TypeError(
        "Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64. Please "
        "use float32 instead."
    ),
    TypeError("BFloat16 is not supported on MPS"),
)
OURS = (
    RuntimeError("mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)"),
    RuntimeError("Expected all tensors to be on the same device, but found cuda:0 and cpu!"),
    NotImplementedError('Module [SeagullModel] is missing the required "forward" function'),
    TypeError("forward() got an unexpected keyword argument 'mask'"),
    ValueError("CUDA error"),
)


def _sentence(error: SeagullError | None) -> str:
    said = str(error)
    assert error is not None and "\n" not in said and len(said) < 300 and said.endswith(".")
    return said


@pytest.mark.parametrize("words", LOST)
def test_a_lost_device(words) -> None:
    error = translated_error(RuntimeError(words))
    assert type(error) is DeviceLostError
    assert "The GPU stopped working (" in _sentence(error) and "use the cpu" in str(error)


@pytest.mark.skipif(not hasattr(torch, "AcceleratorError"), reason="an older torch")
def test_torchs_own_class_of_device_errors_is_known_whatever_it_says() -> None:
    assert type(translated_error(torch.AcceleratorError("no words that are known"))) is DeviceLostError


@pytest.mark.parametrize("error", SHORT, ids=str)
def test_too_little_memory(error) -> None:
    found = translated_error(error)
    assert type(found) is MemoryShortError
    _sentence(found)


@pytest.mark.parametrize("error", LACKING, ids=str)
def test_what_mps_lacks(error) -> None:
    found = translated_error(error)
    assert type(found) is UnsupportedOperationError
    assert "use the cpu" in _sentence(found)


def test_the_operation_that_mps_lacks_is_named() -> None:
    assert "the operation aten::linalg_qr.out;" in str(translated_error(LACKING[0]))


@pytest.mark.parametrize("error", OURS, ids=str)
def test_mistakes_of_ours_are_not_called_a_fault_of_the_driver(error) -> None:
    assert translated_error(error) is None


def test_words_without_end_are_cut() -> None:
    assert len(_sentence(translated_error(RuntimeError("CUDA error: " + "x" * 5000)))) < 300


@pytest.mark.parametrize("stage", ["encoder", "language model"])
def test_a_device_lost_at_work(stage) -> None:
    network = tiny.network()

    def gone(*given: object) -> None:
        raise RuntimeError(LOST[0])

    module = network.model.vision_tower if stage == "encoder" else network.model.layers[1]
    handle = module.register_forward_pre_hook(gone)
    assessor = Assessor(network, tiny.tokenizer(), mode="given")
    with pytest.raises(DeviceLostError, match="illegal memory access") as caught:
        assessor.assess(tiny.picture(), tiny.masks())
    assert isinstance(caught.value.__cause__, RuntimeError)
    handle.remove()
    picture = assessor.open_picture(tiny.picture())
    handle = network.model.layers[0].register_forward_pre_hook(gone)
    with pytest.raises(DeviceLostError):
        assessor.assess_rois(picture, tiny.masks())
    handle.remove()
    assert len(assessor.assess_rois(picture, tiny.masks())) == 3


def test_a_device_lost_while_loading(tmp_path, monkeypatch) -> None:
    words = tiny.tokenizer()
    checkpoint.save(checkpoint.Checkpoint(tiny.network(), words, checkpoint.LoadReport()), tmp_path)

    def gone(*given: object) -> None:
        raise RuntimeError(LOST[1])

    monkeypatch.setattr(whole_checkpoint, "_assign", gone)
    with pytest.raises(DeviceLostError, match="unspecified launch failure"):
        checkpoint.load(tmp_path, device="cpu")
