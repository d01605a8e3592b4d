"""One run's captured step: NCHW or NHWC in float32, TF32 or bfloat16; and what deterministic convolutions cost."""
import contextlib

import torch
from expert import Expert


class Varied(Expert):
    """The expert's step in another layout, and with matrix products in another precision; the optimiser stays in float32."""

    def __init__(self, options, nhwc, precision):
        super().__init__(options)
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
        self.bf16 = precision == "bf16"
        generator, critic = self.generator, self.critic
        if nhwc:
            for network in (generator, critic):
                network.to(memory_format=torch.channels_last)
        # Between the networks, in losses and in norms all is float32.
        self.generator, self.critic = lambda latent: generator(latent).float(), lambda x: critic(x).float()

    def step(self):
        # No cache of weights that were cast: a replay would read what they were at the capture.
        with torch.autocast(self.device.type, torch.bfloat16, cache_enabled=False) if self.bf16 else contextlib.nullcontext():
            super().step()

    @staticmethod
    def update(cost, weights, adam):
        for weight, gradient in zip(weights, torch.autograd.grad(cost, weights)):
            weight.grad = torch.empty_like(weight).copy_(gradient)  # in the weight's layout
        adam.step()


def precisions(bench):
    for name in bench.workloads("W1", "W4", "W5"):
        ways = [(nhwc, precision) for nhwc in (False, True) for precision in ("fp32", "tf32", "bf16") if not nhwc or name != "W1"]
        bench.row(f"{name}, a captured step",
                  {f"{'NHWC ' * nhwc}{precision}": lambda nhwc=nhwc, precision=precision:
                   bench.replay(Varied(bench.options(name), nhwc, precision).step) for nhwc, precision in ways})


def determinism(bench):
    """cuDNN's choice by its own rule, only among algorithms that repeat, and the fastest in a trial."""
    def replay(name, mode):
        torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = mode == "deterministic", mode == "benchmark"
        return bench.replay(Expert(bench.options(name)).step)

    for name in bench.workloads("W4", "W5"):
        bench.row(f"{name}, a captured step", {mode: lambda mode=mode: replay(name, mode)
                                               for mode in ("benchmark", "deterministic", "default")})
