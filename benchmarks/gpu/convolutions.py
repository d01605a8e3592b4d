"""K runs' convolutions of one DCGAN layer, forward and backward: one by one, as one of K groups, or as products of patches.

With the penalty: also through the gradient to the input, as a critic's double backward is. Each way has its tensors as it
would keep them, and is captured as a graph.
"""
import torch
import torch.nn.functional as F
from workloads import WORKLOADS

RUNS = 8


def layers(name):
    """(kind, in, out, side of the input) of each convolution, the critic's first."""
    workload = WORKLOADS[name]
    for network, side in ((workload.critic, workload.sample[-1]), (workload.generator, 0)):
        for kind, *sizes in network:
            if kind == "reshape":
                side = sizes[1]
            elif kind in ("conv", "conv_t"):
                yield kind, sizes[0], sizes[1], side
                side = side // 2 if kind == "conv" else side * 2


def one_by_one(kind, xs, ws, runs):
    """xs: K of [B, C, H, W]."""
    return [(F.conv2d if kind == "conv" else F.conv_transpose2d)(x, w, stride=2, padding=1) for x, w in zip(xs, ws)]


def grouped(kind, xs, ws, runs):
    """xs: one of [B, K C, H, W]."""
    return [(F.conv2d if kind == "conv" else F.conv_transpose2d)(xs[0], ws[0], stride=2, padding=1, groups=runs)]


def patches(kind, xs, ws, runs):
    """xs: one of [K B, C, H, W]; ws: one of [K, 1, O, C 16] for a convolution, [K, 1, O 16, C] for a transposed one."""
    x, w, side = xs[0], ws[0], xs[0].shape[-1]
    if kind == "conv":
        columns = F.unfold(x, 4, stride=2, padding=1).unflatten(0, (runs, -1))                 # [K, B, C 16, pixels]
        return [(w @ columns).flatten(0, 1).unflatten(-1, (side // 2, side // 2))]
    columns = w @ x.flatten(2).unflatten(0, (runs, -1))                                        # [K, B, O 16, pixels]
    return [F.fold(columns.flatten(0, 1), 2 * side, 4, stride=2, padding=1)]


def tensors(way, kind, shape, before, after, batch, side, runs, device):
    """Inputs and weights as `way` keeps them."""
    def some(count, *sizes):
        return [torch.randn(*sizes, device=device, requires_grad=True) for _ in range(count)]

    if way is one_by_one:
        return some(runs, batch, before, side, side), some(runs, *shape, 4, 4)
    if way is grouped:
        return some(1, batch, runs * before, side, side), some(1, runs * shape[0], shape[1], 4, 4)
    sizes = (after, before * 16) if kind == "conv" else (after * 16, before)
    return some(1, runs * batch, before, side, side), some(1, runs, 1, *sizes)


def step_of(way, kind, xs, ws, runs, penalty):
    cotangents = [torch.randn_like(y).requires_grad_(penalty) for y in way(kind, xs, ws, runs)]

    def step():
        found = torch.autograd.grad(way(kind, xs, ws, runs), xs + ws, cotangents, create_graph=penalty)
        if penalty:
            torch.autograd.grad(sum(slope.square().sum() for slope in found[:len(xs)]), ws + cotangents)

    return step


def convolutions(bench):
    for name in bench.workloads("W4", "W5"):
        batch, runs = WORKLOADS[name].batch, 2 if bench.dry else RUNS
        for kind, before, after, side in layers(name):
            shape = (after, before) if kind == "conv" else (before, after)

            def replay(way, penalty):
                xs, ws = tensors(way, kind, shape, before, after, batch, side, runs, bench.device)
                return bench.replay(step_of(way, kind, xs, ws, runs, penalty))

            for penalty in (False, True) if kind == "conv" else (False,):
                bench.row(f"{name} {kind} {before}-{after} at {side}{', penalty' * penalty}, {runs} runs",
                          {way.__name__.replace("_", " "): lambda way=way: replay(way, penalty)
                           for way in (one_by_one, grouped, patches)})
