"""JAX with whole stretches of training compiled: jit(scan over steps), all runs of a sweep at once by vmap, or one by one.

Data lie on the device; draws are made inside with XLA's own generator (rbg), the fastest on a CPU. XLA is slow there at
dilated convolutions, which are transposed convolutions and the gradients of strided ones. With kernel 4, stride 2 and padding
1 both layers are a 2x2 convolution of stride 1 on pixels moved into channels, and that is four matrix products of shifted
images: every gradient is a matrix product, too. Layout [B, H, W, C]. On a GPU products are float32's; mode x3, vmap too, makes
them as ours are, of three products of TF32 numbers.
"""
import peer
options = peer.begin(__doc__, modes=("vmap", "loop", "x3"))

import os
import time

PLATFORM, _, DEVICE = options.device.partition(":")
os.environ["JAX_PLATFORMS"] = PLATFORM
os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"  # of a GPU's memory: others wait on it
import jax
import jax.numpy as jnp
import numpy as np

import data
from flops import useful_flops
from workloads import BETAS, CHECK_EPSILON, CLIP_BOUND, CRITIC_STEPS, EPSILON, GP_WEIGHT, LEARNING_RATE, SLOPE, WORKLOADS

jax.config.update("jax_default_prng_impl", "rbg")
CALL_FLOPS = 2e10
if PLATFORM != "cpu":
    jax.config.update("jax_default_device", jax.devices()[int(DEVICE)])
    jax.config.update("jax_default_matmul_precision", "TF32_TF32_F32_X3" if options.mode == "x3" else "highest")  # by default TF32
    CALL_FLOPS = 2e12


def shifted_products(x, w):
    """2x2 convolution, stride 1, no padding: x [B, H+1, W+1, C], w [2, 2, C, O] -> [B, H, W, O]."""
    high, wide = x.shape[1] - 1, x.shape[2] - 1
    patches = jnp.concatenate([x[:, i:i + high, j:j + wide] for i in range(2) for j in range(2)], -1)
    return patches @ w.reshape(-1, w.shape[-1])


def conv(x, w):
    """w [O, C, 4, 4] as PyTorch has it."""
    b, high, wide, c = x.shape
    x = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    x = x.reshape(b, high // 2 + 1, 2, wide // 2 + 1, 2, c).transpose(0, 1, 3, 2, 4, 5).reshape(b, high // 2 + 1, wide // 2 + 1, 4 * c)
    o = w.shape[0]
    w = w.reshape(o, c, 2, 2, 2, 2).transpose(2, 4, 3, 5, 1, 0)  # [block y, block x, y in block, x in block, C, O]
    return shifted_products(x, w.reshape(2, 2, 4 * c, o))


def conv_t(x, w):
    """w [C, O, 4, 4] as PyTorch has it. Output pixel 2i + a sees input pixels i - 1 + a + k through kernel row 3 - a - 2k."""
    b, high, wide, c = x.shape
    o = w.shape[1]
    x = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    rows = np.array([[3 - a - 2 * k for k in range(2)] for a in range(2)])  # [a, k]
    w = w[:, :, rows][:, :, :, :, rows]  # [C, O, a, k, a', k']
    parts = [[shifted_products(x[:, a:a + high + 1, e:e + wide + 1], w[:, :, a, :, e, :].transpose(2, 3, 0, 1))
              for e in range(2)] for a in range(2)]
    y = jnp.stack([jnp.stack(part, 3) for part in parts], 2)  # [B, H, a, W, a', O]
    return y.reshape(b, 2 * high, 2 * wide, o)


def batch_norm(x, gain, shift):
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axes), x.var(axes)
    return (x - mean) * jax.lax.rsqrt(variance + 1e-5) * gain + shift


def forward(layers, weights, x):
    weights = iter(weights)
    for kind, *sizes in layers:
        if kind == "linear":
            x = x @ next(weights)
            x = x + next(weights) if sizes[2] else x
        elif kind in ("conv", "conv_t"):
            x = (conv if kind == "conv" else conv_t)(x, next(weights))
            x = x + next(weights) if sizes[2] else x
        elif kind == "batch_norm":
            x = batch_norm(x, next(weights), next(weights))
        elif kind in ("relu", "leaky"):
            x = jnp.where(x > 0, x, (SLOPE if kind == "leaky" else 0) * x)
        elif kind == "tanh":
            x = jnp.tanh(x)
        else:  # pixels are [H, W, C] here
            x = x.reshape(x.shape[0], -1) if kind == "flatten" else x.reshape(x.shape[0], sizes[1], sizes[2], sizes[0])
    return x


def as_rows(array, layers):
    """PyTorch's parameters as `forward` wants them: linear weights [in, out], features of pixels in the order H, W, C."""
    arrays, converted = iter(array), []
    for i, (kind, *sizes) in enumerate(layers):
        if kind == "linear":
            w = next(arrays).T
            after, before = layers[i + 1:i + 2], layers[i - 1:i] if i else []
            spatial = next((layer[1:] for layer in after if layer[0] == "reshape"), None)
            if spatial:
                w = w.reshape(-1, *spatial).transpose(0, 2, 3, 1).reshape(w.shape)
            if before and before[0][0] == "flatten" and any(layer[0] == "conv" for layer in layers):
                channels = [layer[2] for layer in layers if layer[0] == "conv"][-1]
                side = int(round((sizes[0] // channels) ** 0.5))
                w = w.reshape(channels, side, side, -1).transpose(1, 2, 0, 3).reshape(w.shape)
            converted.append(w)
            converted += [next(arrays)] if sizes[2] else []
        elif kind in ("conv", "conv_t"):
            converted += [next(arrays)] + ([next(arrays)] if sizes[2] else [])
        elif kind == "batch_norm":
            converted += [next(arrays), next(arrays)]
    return [jnp.asarray(a) for a in converted]


def initial(layers, rng):
    """PyTorch's shapes; values of about its default size."""
    arrays = []
    for kind, *sizes in layers:
        if kind in ("linear", "conv", "conv_t"):
            shape = {"linear": (sizes[1], sizes[0]), "conv": (sizes[1], sizes[0], 4, 4), "conv_t": (sizes[0], sizes[1], 4, 4)}[kind]
            bound = (shape[1] * (16 if len(shape) == 4 else 1)) ** -0.5
            arrays.append(rng.uniform(-bound, bound, shape).astype(np.float32))
            arrays += [np.zeros(sizes[1], np.float32)] if sizes[2] else []
        elif kind == "batch_norm":
            arrays += [np.ones(sizes[0], np.float32), np.zeros(sizes[0], np.float32)]
    return arrays


def adam(weights, gradients, moments, count, epsilon):
    """Kingma & Ba (2015), algorithm 1; `count` from 1."""
    b1, b2 = BETAS
    first = [b1 * m + (1 - b1) * g for m, g in zip(moments[0], gradients)]
    second = [b2 * v + (1 - b2) * g * g for v, g in zip(moments[1], gradients)]
    c1, c2 = 1 - b1**count, jnp.sqrt(1 - b2**count)
    return [w - LEARNING_RATE / c1 * m / (jnp.sqrt(v) / c2 + epsilon) for w, m, v in zip(weights, first, second)], (first, second)


class Jax:
    epsilon = EPSILON

    def __init__(self, options):
        self.workload, self.penalised = WORKLOADS[options.workload], options.enforcer == "gradient_penalty"
        self.stacked = options.mode != "loop"
        self.runs = options.runs if self.stacked else 1
        self.key = jax.random.key(1)
        self.data = jnp.asarray(self.pixels_last(data.load(self.workload)))
        rng = np.random.default_rng(1)
        self.state = self.begin(as_rows(initial(self.workload.generator, rng), self.workload.generator),
                                as_rows(initial(self.workload.critic, rng), self.workload.critic))
        if self.stacked:
            self.state = jax.tree.map(lambda a: jnp.broadcast_to(a, (self.runs, *a.shape)), self.state)
        flops = self.runs * useful_flops(self.workload, options.enforcer)
        self.steps_at_once, self.compile_s = max(1, min(32, int(CALL_FLOPS / flops))), 0.0
        self.long = PLATFORM != "cpu" and flops > CALL_FLOPS  # a step, beside which a loop costs nothing
        if options.serve or not options.check:
            self.compile()

    @staticmethod
    def begin(generator, critic):
        def zeros(weights):
            return [jnp.zeros_like(w) for w in weights], [jnp.zeros_like(w) for w in weights]
        return {"g": generator, "d": critic, "g_moments": zeros(generator), "d_moments": zeros(critic), "step": jnp.zeros(())}

    @staticmethod
    def pixels_last(array):
        return np.moveaxis(array, -3, -1) if array.ndim > 3 else array

    def critic_turn(self, state, real, latent, t, count):
        generator, critic = self.workload.generator, self.workload.critic
        fake = forward(generator, state["g"], latent)

        def cost(weights):
            loss = forward(critic, weights, fake).mean() - forward(critic, weights, real).mean()
            penalty = 0.0
            if self.penalised:
                slope = jax.grad(lambda x: forward(critic, weights, x).sum())(t * real + (1 - t) * fake)
                norm = jnp.sqrt(jnp.sum(slope.reshape(slope.shape[0], -1) ** 2, 1))
                penalty = GP_WEIGHT * ((norm - 1) ** 2).mean()
            return loss + penalty, (loss, penalty)

        gradients, (loss, penalty) = jax.grad(cost, has_aux=True)(state["d"])
        d, moments = adam(state["d"], gradients, state["d_moments"], count, self.epsilon)
        if not self.penalised:
            d = [jnp.clip(w, -CLIP_BOUND, CLIP_BOUND) for w in d]
        return state | {"d": d, "d_moments": moments}, (loss, penalty, length(gradients))

    def generator_turn(self, state, latent):
        def loss_of(weights):
            return -forward(self.workload.critic, state["d"], forward(self.workload.generator, weights, latent)).mean()

        loss, gradients = jax.value_and_grad(loss_of)(state["g"])
        g, moments = adam(state["g"], gradients, state["g_moments"], state["step"] + 1, self.epsilon)
        return state | {"g": g, "g_moments": moments, "step": state["step"] + 1}, (loss, length(gradients))

    def step(self, state, real, latent, t, latent_generator):
        """One generator step of one run; draws have the critic's updates first. Updates are unrolled where a loop costs: on a
        CPU XLA runs its convolutions and large products on one thread. Compiling a loop takes a fraction of the time."""
        def turn(state, draws):
            return self.critic_turn(state, *draws)

        updates = len(real)
        counts = state["step"] * updates + jnp.arange(1, updates + 1)
        state, critic = jax.lax.scan(turn, state, (real, latent, t, counts), unroll=1 if self.long else updates)
        state, generator = self.generator_turn(state, latent_generator)
        return state, (*(value[-1] for value in critic), *generator)

    def drawn_step(self, state, key):
        """With draws of its own, for all runs."""
        w = self.workload
        lead = (self.runs,) if self.stacked else ()
        keys = jax.random.split(key, 4)
        index = jax.random.randint(keys[0], (*lead, CRITIC_STEPS, w.batch), 0, len(self.data))
        real = self.data[index]
        real = real.astype(jnp.float32) / 127.5 - 1 if self.data.dtype == jnp.uint8 else real
        latent = jax.random.normal(keys[1], (*lead, CRITIC_STEPS, w.batch, w.latent))
        t = jax.random.uniform(keys[2], (*lead, CRITIC_STEPS, w.batch, *(1 for _ in w.sample)))
        latent_generator = jax.random.normal(keys[3], (*lead, w.batch, w.latent))
        step = jax.vmap(self.step) if self.stacked else self.step
        state, record = step(state, real, latent, t, latent_generator)
        return state, record[0]

    def compile(self):
        """A scan over so many steps that a call takes some tenths of a second."""
        def steps(state, key, count):
            return jax.lax.scan(self.drawn_step, state, jax.random.split(key, count))

        begin = time.perf_counter()
        self.compiled = jax.jit(steps, static_argnums=2, donate_argnums=0).lower(self.state, self.key, self.steps_at_once).compile()
        self.compile_s = time.perf_counter() - begin

    def advance(self):
        self.key, key = jax.random.split(self.key)
        self.state, losses = self.compiled(self.state, key)
        jax.block_until_ready(losses)

    def check(self, generator, critic, draws):
        self.epsilon, self.long = CHECK_EPSILON, True  # what is timed is compiled already; this one, once more, as fast as can be
        state = self.begin(as_rows(generator, self.workload.generator), as_rows(critic, self.workload.critic))
        real, t = self.pixels_last(draws["real"]), self.pixels_last(draws["t"])
        arguments = [jnp.asarray(a) for a in (real, draws["latent_critic"], t, draws["latent_generator"][0])]
        step = self.step
        if self.stacked:
            state, arguments = jax.tree.map(lambda a: jnp.stack([a, a]), (state, arguments))
            step = jax.vmap(step)
        _, record = jax.jit(step)(state, *arguments)
        names = ("critic_loss", "penalty", "critic_gradient_norm", "generator_loss", "generator_gradient_norm")
        return {name: np.asarray(value).reshape(-1)[-1] for name, value in zip(names, record)}


def length(gradients):
    return jnp.sqrt(sum(jnp.sum(g * g) for g in gradients))


peer.serve(options, Jax)
