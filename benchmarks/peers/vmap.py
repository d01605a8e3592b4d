"""PyTorch with the runs of a sweep stacked: torch.func.functional_call under vmap, one program for all of them.

--mode graph: a whole generator step, draws and both optimisers in it, is captured once as a CUDA graph and replayed.

Gradients are taken outside vmap, of the sum over the runs, which do not depend on one another; the stacked weights of all
runs are one fused Adam's. Batch norm keeps no running averages, which vmap could not update in place.
"""
import peer
options = peer.begin(__doc__, modes=("eager", "graph")) if __name__ == "__main__" else None

import time

import torch
from torch.func import functional_call, stack_module_state, vmap

import data
import torch_nets
from torch_device import Captured, place, replay_error, seconds_of, wait
from workloads import BETAS, CLIP_BOUND, CRITIC_STEPS, GP_WEIGHT, LEARNING_RATE, WORKLOADS


class Stacked:
    steps_at_once = 1
    compile_s = 0.0

    def __init__(self, options):
        torch.set_num_threads(options.threads)
        torch.set_flush_denormal(True)
        self.device = place(options.device)
        self.workload, self.penalised, self.runs = WORKLOADS[options.workload], options.enforcer == "gradient_penalty", options.runs
        self.generator, self.g_weights = self.stack(self.workload.generator)
        self.critic, self.d_weights = self.stack(self.workload.critic)
        self.g_adam, self.d_adam = (torch.optim.Adam(list(weights.values()), lr=LEARNING_RATE, betas=BETAS, fused=True,
                                                     capturable=self.device.type == "cuda") for weights in (self.g_weights, self.d_weights))
        self.data = torch.from_numpy(data.load(self.workload).copy()).to(self.device)
        self.once = self.step
        if options.mode == "graph" and (options.serve or not options.check):
            self.capture()

    def stack(self, layers):
        """A function of (stacked weights, x [K, B, ...]), and the weights [K, ...]."""
        with self.device:  # made where they stay
            nets = [torch_nets.network(layers, keep_statistics=False) for _ in range(self.runs)]
        weights, _ = stack_module_state(nets)
        return vmap(lambda own, x: functional_call(nets[0], own, (x,))), weights

    def real(self):
        index = torch.randint(0, len(self.data), (self.runs * self.workload.batch,), device=self.device)
        batch = self.data[index].unflatten(0, (self.runs, self.workload.batch))
        return batch.float().div_(127.5).sub_(1) if batch.dtype == torch.uint8 else batch

    def latent(self):
        return torch.randn(self.runs, self.workload.batch, self.workload.latent, device=self.device)

    def t(self):
        return torch.rand(self.runs, self.workload.batch, *(1 for _ in self.workload.sample), device=self.device)

    def critic_turn(self, real, latent, t):
        with torch.no_grad():
            fake = self.generator(self.g_weights, latent)
        loss = cost = (self.critic(self.d_weights, fake) - self.critic(self.d_weights, real)).mean((1, 2))  # [K]
        penalty = torch.zeros(self.runs, device=self.device)
        if self.penalised:
            x = torch.lerp(fake, real, t).requires_grad_()
            slope, = torch.autograd.grad(self.critic(self.d_weights, x).sum(), x, create_graph=True)
            penalty = GP_WEIGHT * (slope.flatten(2).norm(2, dim=2) - 1).square().mean(1)
            cost = loss + penalty
        self.update(cost, self.d_weights, self.d_adam)
        if not self.penalised:
            with torch.no_grad():
                for weight in self.d_weights.values():
                    weight.clamp_(-CLIP_BOUND, CLIP_BOUND)
        return loss, penalty

    def generator_turn(self, latent):
        loss = -self.critic(self.d_weights, self.generator(self.g_weights, latent)).mean((1, 2))
        self.update(loss, self.g_weights, self.g_adam)
        return loss

    @staticmethod
    def update(cost, weights, adam):
        for weight, gradient in zip(weights.values(), torch.autograd.grad(cost.sum(), list(weights.values()))):
            weight.grad = gradient.contiguous()  # the fused kernel reads it in memory's order, whatever its strides
        adam.step()

    def step(self):
        for _ in range(CRITIC_STEPS):
            self.critic_turn(self.real(), self.latent(), self.t() if self.penalised else None)
        self.generator_turn(self.latent())

    def capture(self):
        begin = time.perf_counter()
        captured = Captured(self.step, self.device)
        if self.device.type == "cpu":
            self.step()  # Adam makes its state in the first one
        weights = [*self.g_weights.values(), *self.d_weights.values()]
        error = replay_error(self.step, captured, weights, self.adams_states(), self.device)
        if not error < 0.1:
            raise RuntimeError(f"a replay is not a step: it ends {error:.2g} of a step's length from it")
        self.once = captured.replay
        self.steps_at_once = max(1, min(64, int(0.02 / seconds_of(self.once, self.device, 0.05))))
        self.compile_s = time.perf_counter() - begin

    def adams_states(self):
        return [tensor for adam in (self.g_adam, self.d_adam) for state in adam.state.values() for tensor in state.values()]

    def advance(self):
        for _ in range(self.steps_at_once):
            self.once()
        wait(self.device)

    def check(self, generator, critic, draws):
        with torch_nets.checking(self.g_adam, self.d_adam):
            return self.first_step(generator, critic, draws)

    def first_step(self, generator, critic, draws):
        """All runs repeat the same step; the last one's numbers."""
        with torch.no_grad():
            for state in self.adams_states():
                state.zero_()  # in place: a graph has their addresses
            for weights, arrays in ((self.g_weights, generator), (self.d_weights, critic)):
                for weight, array in zip(weights.values(), arrays, strict=True):
                    weight.copy_(torch.from_numpy(array).view(weight.shape[1:]))

        def same(array):
            return torch.from_numpy(array).to(self.device).expand(self.runs, *array.shape)

        for u in range(len(draws["real"])):
            loss, penalty = self.critic_turn(*(same(draws[name][u]) for name in ("real", "latent_critic", "t")))
        generator_loss = self.generator_turn(same(draws["latent_generator"][0]))
        return {"critic_loss": loss[-1], "penalty": penalty[-1], "generator_loss": generator_loss[-1],
                "critic_gradient_norm": norm(self.d_weights), "generator_gradient_norm": norm(self.g_weights)}


def norm(weights):
    return torch.cat([weight.grad[-1].flatten() for weight in weights.values()]).norm()


if __name__ == "__main__":
    peer.serve(options, Stacked)
