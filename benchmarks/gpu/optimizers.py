"""Adam's step for one network: a loop over its tensors, multi-tensor kernels, one fused call, and that on one flat tensor."""
import torch
import torch_nets
from workloads import WORKLOADS

WAYS = {"loop": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}, "fused, flat": {"fused": True}}


def adam(bench, layers, way):
    weights = [weight.detach().clone() for weight in torch_nets.network(layers).to(bench.device).parameters()]
    weights = [torch.cat([weight.flatten() for weight in weights])] if "flat" in way else weights
    for weight in weights:
        weight.grad = torch.randn_like(weight)
    return torch.optim.Adam(weights, lr=1e-4, capturable=bench.device.type == "cuda", **WAYS[way])


def optimizers(bench):
    for name in bench.workloads("W2", "W4", "W5"):
        for part in ("critic", "generator"):
            layers = getattr(WORKLOADS[name], part)
            bench.row(f"{name} {part}, eager", {way: lambda way=way: adam(bench, layers, way).step for way in WAYS})
            bench.row(f"{name} {part}, graph", {way: lambda way=way: bench.replay(adam(bench, layers, way).step) for way in WAYS})
