"""Computes losses, penalties and weight maps again from the papers' formulas, in float64, and compares values and
gradients with what objectives_dump.cpp wrote, to 1e-8. Fails where a plugin has no formula here.

Usage: objectives_test.py DUMP.h5
"""
import json
import sys

try:
    import h5py
    import torch
    import torch.nn.functional as F
    from torch.nn.utils import parametrizations
except ImportError as error:
    print("SKIPPED:", error)
    sys.exit(77)

torch.set_default_dtype(torch.float64)
LIMIT = 1e-8
log, exp, sigmoid = torch.log, torch.exp, torch.sigmoid


# --- Losses: (parameters, real scores, fake scores, real samples, fake samples) -> (critic, generator) -----------------

def bce(p, r, f, x, y):
    """Goodfellow et al. 2014, eq. 1, with D = sigmoid(score); Salimans et al. 2016: real samples' target."""
    target = 1 - p["label_smoothing"]
    critic = -(target * log(sigmoid(r)) + (1 - target) * log(1 - sigmoid(r))).mean() - log(1 - sigmoid(f)).mean()
    return critic, log(1 - sigmoid(f)).mean() if p["generator"] == "saturating" else -log(sigmoid(f)).mean()


def wasserstein(p, r, f, x, y):
    return -(r.mean() - f.mean()), -f.mean()


def wasserstein_labels(p, r, f, x, y):
    """Keras: K.mean(y_true * y_pred) of one batch of real and one of fake samples."""
    label = float(p["real_label"])
    real, fake = torch.full_like(r, label), torch.full_like(f, -label)
    return (real * r).mean() + (fake * f).mean(), (real * f).mean()


def hinge(p, r, f, x, y):
    """Miyato et al. 2018, eq. 16 and 17: E min(0, -1 + D(x)) + E min(0, -1 - D(G(z))), maximised."""
    zero = torch.zeros_like(r)
    return -torch.minimum(zero, r - p["margin"]).mean() - torch.minimum(zero, -f - p["margin"]).mean(), -f.mean()


def least_squares(p, r, f, x, y):
    """Mao et al. 2017, eq. 2."""
    a, b, c = p["a"], p["b"], p["c"]
    return 0.5 * ((r - b) ** 2).mean() + 0.5 * ((f - a) ** 2).mean(), 0.5 * ((f - c) ** 2).mean()


def relativistic_average(p, r, f, x, y):
    """Jolicoeur-Martineau 2019: losses of a "real" player C and its opponent, on the relative scores."""
    def losses(r, f):
        real, fake = r - f.mean(), f - r.mean()
        if p["inner"] == "bce":
            return -log(sigmoid(real)).mean() - log(1 - sigmoid(fake)).mean()
        if p["inner"] == "hinge":
            return (1 - real).clamp(min=0).mean() + (1 + fake).clamp(min=0).mean()
        return ((real - 1) ** 2).mean() + ((fake + 1) ** 2).mean()
    return losses(r, f), losses(f, r)


def relativistic_pairing(p, r, f, x, y):
    def loss(difference):
        if p["inner"] == "bce":
            return -log(sigmoid(difference)).mean()
        if p["inner"] == "hinge":
            return (1 - difference).clamp(min=0).mean()
        return ((difference - 1) ** 2).mean()
    return loss(r - f), loss(f - r)


def f_divergence(p, r, f, x, y):
    """Nowozin et al. 2016, eq. 7, with the output activations and conjugates of tables 2 and 6 as printed."""
    g, conjugate = {
        "kl": (lambda v: v, lambda t: exp(t - 1)),
        "reverse_kl": (lambda v: -exp(-v), lambda t: -1 - log(-t)),
        "js": (lambda v: log(torch.tensor(2.0)) - log(1 + exp(-v)), lambda t: -log(2 - exp(t))),
        "squared_hellinger": (lambda v: 1 - exp(-v), lambda t: t / (1 - t)),
        "pearson": (lambda v: v, lambda t: t ** 2 / 4 + t),
        "total_variation": (lambda v: torch.tanh(v) / 2, lambda t: t),
    }[p["divergence"]]
    bound = g(r).mean() - conjugate(g(f)).mean()
    return -bound, -g(f).mean() if p["generator"] == "trick" else -conjugate(g(f)).mean()


def c_transform(p, r, f, x, y):
    """Mallasto et al. 2019: f^c(y) = min_x |x - y| - f(x), one y at a time."""
    transformed = torch.stack([min(((a - b) ** 2).sum() ** 0.5 - score for a, score in zip(x, r)) for b in y]).mean()
    return -(r.mean() + transformed), transformed if p["generator"] == "transform" else -f.mean()


LOSSES = {function.__name__: function for function in (
    bce, wasserstein, wasserstein_labels, hinge, least_squares, relativistic_average, relativistic_pairing, f_divergence,
    c_transform)}


# --- Penalties: (parameters, critic, real samples, fake samples, draw, second draw, past) -> cost ------------------------------------

def gradient_penalty(p, critic, x, y, draw, share, past):
    """Gulrajani et al. 2017, eq. 3; Petzka et al. 2018, eq. 8; Kodali et al. 2017; Mescheder et al. 2018; ..."""
    points = {
        "lines": lambda: draw * x + (1 - draw) * y,
        "real": lambda: x,
        "fake": lambda: y,
        "both": lambda: torch.cat([x, y]),
        "noise": lambda: x + share * p["noise"] * ((x - x.mean()) ** 2).mean().sqrt() * draw,
    }[p["where"]]().detach().requires_grad_()
    slope, = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    excess = slope.reshape(len(points), -1).norm(dim=1) - p["target"]
    excess = excess.clamp(min=0) if p["sides"] == "one" else excess.abs()
    costs = excess ** p["exponent"]
    return p["weight"] * (costs.max() if p["over"] == "maximum" else costs.mean())


def lecam(p, critic, x, y, draw, share, past):
    """Tseng et al. 2021; `past` has the mean scores (real, fake) of every update so far."""
    r, f = critic(x), critic(y)
    past.append((r.mean().item(), f.mean().item()))
    weights = [p["decay"] ** age for age in range(len(past))][::-1]
    anchor_real, anchor_fake = (sum(w * mean[i] for w, mean in zip(weights, past)) / sum(weights) for i in (0, 1))
    above, below = r - anchor_fake, f - anchor_real
    if p["sides"] == "one":
        above, below = above.clamp(min=0), below.clamp(max=0)
    return p["weight"] * ((above ** 2).mean() + (below ** 2).mean())


PENALTIES = {function.__name__: function for function in (gradient_penalty, lecam)}


# --- Weight maps: (parameters, weight, layer, state, update) -> effective weight ----------------------------------------

def matrix_of(w, layer):
    """[out, everything else]; PyTorch's transposed kernels have their outputs second."""
    return (w.transpose(0, 1) if layer["layer"] == "conv_transpose" else w).flatten(1)


def dense_operator(w, layer):
    """The convolution as a matrix [outputs, inputs], from its images of the unit vectors."""
    size = layer["input"][0] * layer["input"][1] * layer["input"][2]
    unit_images = torch.eye(size).reshape(size, *layer["input"])
    if layer["layer"] == "conv":
        images = F.conv2d(unit_images, w, None, layer["stride"], layer["padding"])
    else:
        images = F.conv_transpose2d(unit_images, w, None, layer["stride"], layer["padding"], layer["output_padding"])
    return images.flatten(1).t()


def spectral_norm(p, w, layer, state, update):
    """torch.nn.utils.parametrizations.spectral_norm of the matrix. With dim=1 it sees the transpose, so that its v is
    the paper's u (Miyato et al. 2018, alg. 1) and its iteration the paper's."""
    by_operator = p["operator"] == "convolution" and layer["layer"].startswith("conv")
    matrix = dense_operator(w, layer) if by_operator else matrix_of(w, layer)
    name = "image" if by_operator else "u"
    module = torch.nn.Linear(matrix.shape[1], matrix.shape[0], bias=False)
    parametrizations.spectral_norm(module, "weight", n_power_iterations=p["iterations"], eps=1e-12, dim=1)
    norm = module.parametrizations.weight[0]
    norm._v.copy_(state[name].flatten())
    module.train()
    normalised = norm(matrix)
    state[name] = norm._v.clone()
    return w / (u_dot(matrix, norm)) if by_operator else from_matrix(normalised, w, layer)


def u_dot(matrix, norm):
    return norm._v.clone() @ matrix @ norm._u.clone()


def from_matrix(matrix, w, layer):
    if layer["layer"] == "conv_transpose":
        return matrix.reshape(w.shape[1], w.shape[0], *w.shape[2:]).transpose(0, 1)
    return matrix.reshape(w.shape)


def orthonormal(p, w, layer, state, update):
    """Anil et al. 2019, eq. 4: A <- A (I + Q/2 + 3/8 Q^2 + ...), Q = I - A^T A; begun from A / (sum s^4)^(1/4)."""
    a = matrix_of(w, layer)
    a = a / (torch.linalg.svdvals(a) ** 4).sum() ** 0.25
    coefficients = [1, 1 / 2, 3 / 8, 5 / 16]
    for _ in range(p["iterations"]):
        q = torch.eye(a.shape[1]) - a.t() @ a
        a = a @ sum(coefficients[k] * torch.linalg.matrix_power(q, k) for k in range(p["order"] + 1))
    return from_matrix(a, w, layer)


WEIGHTS = {function.__name__: function for function in (spectral_norm, orthonormal)}
PROJECTIONS = {"clip": lambda p, w: torch.where(w > p["bound"], p["bound"], torch.where(w < -p["bound"], -p["bound"], w))}


# --- The comparison -----------------------------------------------------------------------------------------------------

def tensor(case, name):
    return torch.tensor(case[name][()])


def loss_results(formula, p, case):
    inputs = [tensor(case, name).requires_grad_() for name in ("real", "fake", "real_x", "fake_x")]
    for player, value in zip(("critic", "generator"), formula(p, *inputs)):
        yield player, value
        slopes = torch.autograd.grad(value, inputs, retain_graph=True, allow_unused=True)
        for i, (slope, of) in enumerate(zip(slopes, inputs)):
            yield f"{player}_gradient_{i}", torch.zeros_like(of) if slope is None else slope


def penalty_results(formula, p, case):
    w, b, v = parameters = [tensor(case, f"parameter_{i}").requires_grad_() for i in range(3)]
    critic = lambda x: torch.tanh(x.flatten(1) @ w + b) @ v
    past = []
    for update in range(3):
        draw, share = (tensor(case, name) if name in case else None for name in (f"draw_{update}", f"second_draw_{update}"))
        value = formula(p, critic, tensor(case, f"real_x_{update}"), tensor(case, f"fake_x_{update}"), draw, share, past)
        yield f"value_{update}", value
        slopes = torch.autograd.grad(value, parameters, allow_unused=True)
        for i, slope in enumerate(slopes):
            yield f"gradient_{update}_{i}", torch.zeros_like(parameters[i]) if slope is None else slope


def weight_results(formula, p, case):
    layer = json.loads(case["layer"].asstr()[()])
    state = {name[len("state_"):]: tensor(case, name) for name in case if name.startswith("state_") and name.count("_") == 1}
    for update in range(3):
        w = tensor(case, f"w_{update}").requires_grad_()
        value = formula(p, w, layer, state, update)
        yield f"value_{update}", value
        yield f"gradient_{update}", torch.autograd.grad((value * tensor(case, f"direction_{update}")).sum(), w)[0]


def projection_results(formula, p, case):
    yield "value", formula(p, tensor(case, "w"))


KINDS = {"loss": (LOSSES, loss_results), "penalty": (PENALTIES, penalty_results), "weight": (WEIGHTS, weight_results),
         "project": (PROJECTIONS, projection_results)}


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    worst, cases, missing = {}, 0, set()
    with h5py.File(sys.argv[1]) as dump:
        for name, case in dump.items():
            if not isinstance(case, h5py.Group):
                continue
            config = json.loads(case["config"].asstr()[()])
            formulas, results = KINDS[config["kind"]]
            plugin = config["table"]["plugin"]
            if plugin not in formulas:
                missing.add(f"{config['kind']} {plugin}")
                continue
            cases += 1
            for quantity, expected in results(formulas[plugin], config["table"], case):
                got = tensor(case, quantity)
                error = (got - expected.detach()).abs().max().item() / max(1.0, expected.abs().max().item())
                if got.shape != expected.shape or not torch.isfinite(got).all():
                    error = float("inf")
                key = f"{config['kind']} {plugin}: {'gradient' if 'gradient' in quantity else 'value'}"
                worst[key] = max(worst.get(key, (-1, "")), (error, f"{name} {quantity} {json.dumps(config['table'])}"))
    for key, (error, place) in sorted(worst.items()):
        print(f"{key:45} largest error {error:.1e}{'' if error <= LIMIT else '  FAILED in ' + place}")
    print(f"{cases} cases computed again in PyTorch {torch.__version__}, allowed {LIMIT:.0e}")
    unused = {f"{kind} {name}" for kind, (formulas, _) in KINDS.items() for name in formulas} - {
        key.split(":")[0] for key in worst}
    for text, names in (("has no formula here", missing), ("has a formula here but is no plugin", unused)):
        for name in sorted(names):
            print(f"{name} {text}")
    sys.exit(1 if missing or unused or any(error > LIMIT for error, _ in worst.values()) else 0)


main()
