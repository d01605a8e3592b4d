"""The workloads: one table that the runner, every peer, the count of FLOPs and the first-step check read.

A network is a list of layers, each a tuple: ("linear", in, out, bias), ("conv" or "conv_t", in, out, bias) with kernel 4,
stride 2, padding 1, ("batch_norm", channels), ("relu",), ("leaky",) with slope 0.2, ("tanh",), ("flatten",),
("reshape", C, H, W). Parameters are in the order of the layers: weight, then bias; batch norm: gain, then shift.
"""
from dataclasses import dataclass

CRITIC_STEPS, LEARNING_RATE, BETAS, SLOPE = 5, 1e-4, (0.0, 0.9), 0.2
GP_WEIGHT, CLIP_BOUND = 10.0, 0.01
# Adam's. In the check it is larger: it keeps Adam from making whole steps of rounding where a
# gradient is nothing else.
EPSILON, CHECK_EPSILON = 1e-8, 1e-4
ENFORCERS = {"gradient_penalty": {"plugin": "gradient_penalty", "weight": GP_WEIGHT},
             "clip": {"plugin": "clip", "bound": CLIP_BOUND}}


@dataclass(frozen=True)
class Workload:
    doc: str
    sample: tuple  # shape of one sample
    latent: int
    batch: int
    generator: list
    critic: list
    architecture: dict  # the same as the runner's experiment says it
    dataset: str        # "ring", "fashion_mnist" or "made_up"
    runs: int = 16      # runs of our sweep, fewer where a step takes longer
    gpu_runs: int = 64  # the same on a GPU
    slow: bool = False  # a step takes seconds on a CPU: one a measurement will do


def mlp(sizes, activation, norm=False):
    layers = []
    for i, (before, after) in enumerate(zip(sizes, sizes[1:])):
        last = i == len(sizes) - 2
        layers.append(("linear", before, after, last or not norm))
        if not last:
            layers += [("batch_norm", after)] * norm + [(activation,)]
    return layers


def dcgan(width, side, channels, latent):
    halvings = {28: 2, 64: 4}[side]
    first, top = side >> halvings, width << (halvings - 1)
    generator = [("linear", latent, top * first * first, False), ("reshape", top, first, first)]
    critic, before = [], channels
    for i in range(halvings):
        now = top >> i
        last = i == halvings - 1
        generator += [("batch_norm", now), ("relu",), ("conv_t", now, channels if last else now // 2, last)]
        critic += [("conv", before, width << i, True), ("leaky",)]
        before = width << i
    return generator + [("tanh",)], critic + [("flatten",), ("linear", top * first * first, 1, True)]


def toy(width):
    sizes = [2, width, width, width]
    return Workload(f"mlp 2-{width}x3, ReLU, batch 256", (2,), 2, 256, mlp(sizes + [2], "relu"), mlp(sizes + [1], "relu"),
                    {"plugin": "mlp", "width": width, "depth": 3}, "ring")


def images(doc, width, side, channels, batch, dataset, runs, gpu_runs=64, latent=100, slow=False):
    return Workload(doc, (channels, side, side), latent, batch, *dcgan(width, side, channels, latent),
                    {"plugin": "dcgan", "width": width}, dataset, runs, gpu_runs, slow)


WORKLOADS = {
    "W1": toy(512),
    "W2": toy(128),
    "W3": Workload("fully connected 28x28, batch norm, batch 64", (1, 28, 28), 100, 64,
                   mlp([100, 128, 256, 512, 1024, 784], "leaky", norm=True) + [("tanh",), ("reshape", 1, 28, 28)],
                   [("flatten",)] + mlp([784, 512, 256, 1], "leaky"),
                   {"plugin": "mlp", "generator_widths": [128, 256, 512, 1024], "critic_widths": [512, 256],
                    "batch_norm": True, "activation": "leaky_relu", "slope": SLOPE}, "fashion_mnist"),
    "W4": images("DCGAN 28x28x1, width 32, batch 64", 32, 28, 1, 64, "fashion_mnist", 16),
    "W5": images("DCGAN 64x64x3, width 64, batch 64", 64, 64, 3, 64, "made_up", 2, gpu_runs=16, slow=True),
    # For the smoke test only.
    "tiny": images("DCGAN 28x28x1, width 8, batch 16", 8, 28, 1, 16, "made_up", 2, latent=8),
}
