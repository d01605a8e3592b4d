"""The workloads' networks as PyTorch modules."""
import contextlib

import torch
import torch.nn as nn
from workloads import CHECK_EPSILON, EPSILON, SLOPE


def layer(kind, *sizes):
    if kind == "linear":
        return nn.Linear(sizes[0], sizes[1], bias=sizes[2])
    if kind == "conv":
        return nn.Conv2d(sizes[0], sizes[1], 4, 2, 1, bias=sizes[2])
    if kind == "conv_t":
        return nn.ConvTranspose2d(sizes[0], sizes[1], 4, 2, 1, bias=sizes[2])
    if kind == "reshape":
        return nn.Unflatten(1, sizes)
    return {"relu": nn.ReLU, "leaky": lambda: nn.LeakyReLU(SLOPE), "tanh": nn.Tanh, "flatten": nn.Flatten}[kind]()


def network(layers, keep_statistics=True):
    """`keep_statistics`: batch norm keeps running averages, as it does by default."""
    modules, spatial = [], False
    for kind, *sizes in layers:
        spatial = spatial or kind == "reshape"
        if kind == "batch_norm":
            norm = nn.BatchNorm2d if spatial else nn.BatchNorm1d
            modules.append(norm(sizes[0], track_running_stats=keep_statistics))
        else:
            modules.append(layer(kind, *sizes))
    return nn.Sequential(*modules)


def load(net, arrays):
    """`arrays` in the order of the network's parameters."""
    with torch.no_grad():
        for parameter, array in zip(net.parameters(), arrays, strict=True):
            parameter.copy_(torch.from_numpy(array).view_as(parameter))


@contextlib.contextmanager
def checking(*adams):
    """Adam's epsilon as the check wants it."""
    for epsilon in (CHECK_EPSILON, EPSILON):
        for adam in adams:
            adam.param_groups[0]["eps"] = epsilon
        if epsilon == CHECK_EPSILON:
            yield


def norm(weights):
    return torch.cat([weight.grad.flatten() for weight in weights]).norm()


def first_step(peer, adams, generator, critic, draws):
    """The numbers of a peer of one run with modules `generator` and `critic` and a turn for each player."""
    load(peer.generator, generator)
    load(peer.critic, critic)
    draws = {name: torch.from_numpy(array).to(peer.device) for name, array in draws.items()}
    with checking(*adams):
        for u in range(len(draws["real"])):
            loss, penalty = peer.critic_turn(draws["real"][u], draws["latent_critic"][u], draws["t"][u])
        critic_norm = norm(peer.critic.parameters())  # before the generator's turn, which may add to these gradients
        generator_loss = peer.generator_turn(draws["latent_generator"][0])
    return {"critic_loss": loss, "penalty": 0 if penalty is None else penalty, "generator_loss": generator_loss,
            "critic_gradient_norm": critic_norm, "generator_gradient_norm": norm(peer.generator.parameters())}
