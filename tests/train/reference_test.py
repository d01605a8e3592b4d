"""Repeats the games of reference_dump.cpp in PyTorch, written down independently, and compares.

First steps in float32: losses, penalties and gradients to 1e-5 relative. Twenty steps of each optimiser in float64:
weights to 1e-8. Usage: reference_test.py DUMP.h5
"""
import json
import sys

try:
    import h5py
    import torch
    import torch.nn.functional as F
except ImportError as error:
    print("SKIPPED:", error)
    sys.exit(77)


def network(architecture, player, parameters, sample):
    """A function of x that takes its weights from `parameters` in order; independent of the C++ layer lists."""
    def mlp(x):
        p = iter(parameters)
        norm = architecture.get("batch_norm", False) and player == "generator"
        for _ in range(architecture["depth"]):
            x = F.linear(x, next(p)) if norm else F.linear(x, next(p), next(p))
            if norm:
                x = F.batch_norm(x, None, None, next(p), next(p), training=True)
            x = F.leaky_relu(x, 0.2) if architecture.get("activation") == "leaky_relu" else F.relu(x)
        return F.linear(x, next(p), next(p))

    def dcgan_generator(z):
        p = iter(parameters)
        width = architecture["width"]
        x = F.linear(z, next(p)).view(-1, 2 * width, 7, 7)
        x = F.relu(F.batch_norm(x, None, None, next(p), next(p), training=True))
        x = F.conv_transpose2d(x, next(p), None, stride=2, padding=1)
        x = F.relu(F.batch_norm(x, None, None, next(p), next(p), training=True))
        return torch.tanh(F.conv_transpose2d(x, next(p), next(p), stride=2, padding=1))

    def dcgan_critic(x):
        p = iter(parameters)
        x = F.leaky_relu(F.conv2d(x, next(p), next(p), stride=2, padding=1), 0.2)
        if architecture["batch_norm"] == "both":
            x = F.batch_norm(F.conv2d(x, next(p), None, stride=2, padding=1), None, None, next(p), next(p), training=True)
        else:
            x = F.conv2d(x, next(p), next(p), stride=2, padding=1)
        return F.linear(F.leaky_relu(x, 0.2).flatten(1), next(p), next(p))

    if architecture["plugin"] == "mlp":
        return mlp
    return dcgan_generator if player == "generator" else dcgan_critic


def critic_loss(loss, real, fake):
    if loss["plugin"] == "wasserstein":
        return fake.mean() - real.mean()
    ones = torch.ones_like(real)
    return F.binary_cross_entropy_with_logits(real, ones) + F.binary_cross_entropy_with_logits(fake, 0 * ones)


def generator_loss(loss, fake):
    if loss["plugin"] == "wasserstein":
        return -fake.mean()
    if loss["generator"] == "saturating":
        return torch.log(1 - torch.sigmoid(fake)).mean()
    return F.binary_cross_entropy_with_logits(fake, torch.ones_like(fake))


def penalty_of(enforcers, critic, real, fake, t):
    return sum((one_penalty(enforcer, critic, real, fake, t) for enforcer in enforcers), torch.zeros((), dtype=real.dtype))


def one_penalty(enforcer, critic, real, fake, t):
    if enforcer["plugin"] != "gradient_penalty":
        return torch.zeros((), dtype=real.dtype)
    x = (t * real + (1 - t) * fake).requires_grad_()
    slope, = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    excess = slope.flatten(1).norm(2, dim=1) - enforcer.get("target", 1.0)
    if enforcer.get("sides") == "one":
        excess = excess.clamp(min=0)
    return enforcer["weight"] * (excess ** 2).mean()


def spectral_norm(w, u):
    """Miyato et al. 2018, alg. 1: one power iteration; w / sigma and the new u."""
    with torch.no_grad():
        v = F.normalize(w.t() @ u, dim=0)
        u = F.normalize(w @ v, dim=0)
    return w / (u @ w @ v), u


def effective(enforcers, parameters, vectors, keep):
    """The critic's parameters as its layers use them. `vectors` advance in its own turn only (`keep`)."""
    if not any(enforcer["plugin"] == "spectral_norm" for enforcer in enforcers):
        return parameters
    mapped = []
    for i, w in enumerate(parameters):
        if w.dim() > 1:
            w, u = spectral_norm(w, vectors[i])
            if keep:
                vectors[i] = u
        mapped.append(w)
    return mapped


def optimizer_of(config, parameters):
    lr, momentum = config["learning_rate"], config["momentum"]
    if config["optimizer"] == 0:
        return torch.optim.Adam(parameters, lr=lr, betas=tuple(config["betas"]))
    if config["optimizer"] == 1:
        return torch.optim.AdamW(parameters, lr=lr, betas=tuple(config["betas"]), weight_decay=config["weight_decay"])
    if config["optimizer"] == 2:
        return torch.optim.RMSprop(parameters, lr=lr, momentum=momentum)
    return torch.optim.SGD(parameters, lr=lr, momentum=momentum)


def play(case):
    config = json.loads(case["config"].asstr()[()])
    dtype = torch.float64 if config["fp64"] else torch.float32

    def tensor(name):
        return torch.tensor(case[name][()], dtype=dtype)

    def parameters(player):
        count = sum(name.startswith(f"initial_{player}_") and name.rsplit("_", 1)[1].isdigit()
                    and name.count("_") == 2 for name in case)
        return [tensor(f"initial_{player}_{i}").requires_grad_() for i in range(count)]

    real, latent, t, latent_g = (tensor(n) for n in ("real", "latent_critic", "t", "latent_generator"))
    g_parameters, d_parameters = parameters("generator"), parameters("critic")
    g = network(config["architecture"], "generator", g_parameters, real.shape[2:])
    enforcers = config["enforcers"]
    vectors = {i: tensor(f"state_u_{i}").flatten() for i in range(len(d_parameters)) if f"state_u_{i}" in case}

    def critic(keep):
        """As a function of samples, with the weights as they are now."""
        weights = effective(enforcers, d_parameters, vectors, keep)
        net = network(config["architecture"], "critic", weights, real.shape[2:])
        return lambda x: net(x).squeeze(1)

    d_optimizer, g_optimizer = optimizer_of(config, d_parameters), optimizer_of(config, g_parameters)
    result, update = {}, 0
    for step in range(config["steps"]):
        for _ in range(config["critic_steps"]):
            with torch.no_grad():
                fake = g(latent[update])
            d = critic(keep=True)
            r, f = d(real[update]), d(fake)
            loss = critic_loss(config["loss"], r, f)
            penalty = penalty_of(enforcers, d, real[update], fake, t[update])
            d_optimizer.zero_grad()
            (loss + penalty).backward()
            if update == config["critic_steps"] - 1:
                result |= {"critic_loss": loss, "penalty": penalty, "gap": r.mean() - f.mean(),
                           "critic_gradient": torch.cat([p.grad.flatten() for p in d_parameters])}
            d_optimizer.step()
            for clip in (enforcer for enforcer in enforcers if enforcer["plugin"] == "clip"):
                with torch.no_grad():
                    for p in d_parameters:
                        p.clamp_(-clip["bound"], clip["bound"])
            update += 1
        loss = generator_loss(config["loss"], critic(keep=False)(g(latent_g[step])))
        g_optimizer.zero_grad()
        loss.backward()
        if step == 0:
            result |= {"generator_loss": loss, "generator_gradient": torch.cat([p.grad.flatten() for p in g_parameters])}
        g_optimizer.step()
    for player, values in (("generator", g_parameters), ("critic", d_parameters)):
        for i, p in enumerate(values):
            result[f"final_{player}_{i}"] = p
    return config, {name: value.detach().to(torch.float64) for name, value in result.items()}


def main():
    torch.set_num_threads(1)
    worst, cases = {}, 0
    with h5py.File(sys.argv[1]) as dump:
        for name, case in dump.items():
            if not isinstance(case, h5py.Group):
                continue
            config, result = play(case)
            cases += 1
            for quantity, expected in result.items():
                final = quantity.startswith("final_")
                if final and not config["fp64"]:
                    continue
                got = torch.tensor(case[quantity][()], dtype=torch.float64)
                scale = 1.0 if final else max(expected.abs().max().item(), 1e-3)
                error = (got - expected).abs().max().item() / scale
                limit = 1e-8 if final else 1e-5
                kind = ("weights after 20 steps" if final else quantity) + (" fp64" if config["fp64"] else " fp32")
                worst[kind] = max(worst.get(kind, (0, limit, "")), (error, limit, name))
    failed = False
    for kind, (error, limit, name) in sorted(worst.items()):
        failed |= not error <= limit
        print(f"{kind:32} largest error {error:.2e}, allowed {limit:.0e} (in {name}){'' if error <= limit else '  FAILED'}")
    print(f"{cases} games repeated in PyTorch {torch.__version__}")
    sys.exit(1 if failed or cases < 60 else 0)


main()
