"""Eager PyTorch as an expert writes it, one run after the other.

Data in memory and indexed, no DataLoader; Adam's fused kernel; autograd.grad on the weights that are needed, so that no
gradient of the critic's weights is made in the generator's turn; no graph of the generator in the critic's; denormals
flushed; the library's own activations. compare.py measures it with two threads, as two processes of one thread each, and on a GPU;
benchmarks/gpu/ puts its step into a CUDA graph.
"""
import peer
options = peer.begin(__doc__) if __name__ == "__main__" else None

import torch

import data
import torch_nets
from torch_device import place, wait
from workloads import BETAS, CLIP_BOUND, CRITIC_STEPS, GP_WEIGHT, LEARNING_RATE, WORKLOADS


class Expert:
    runs = steps_at_once = 1
    compile_s = 0.0

    def __init__(self, options):
        torch.set_num_threads(options.threads)
        torch.set_flush_denormal(True)
        self.workload, self.penalised = WORKLOADS[options.workload], options.enforcer == "gradient_penalty"
        self.device = place(options.device)
        self.generator, self.critic = (torch_nets.network(layers).to(self.device)
                                       for layers in (self.workload.generator, self.workload.critic))
        self.g_weights, self.d_weights = list(self.generator.parameters()), list(self.critic.parameters())
        self.g_adam, self.d_adam = (torch.optim.Adam(weights, lr=LEARNING_RATE, betas=BETAS, fused=True,
                                                     capturable=self.device.type == "cuda") for weights in (self.g_weights, self.d_weights))
        self.data = torch.from_numpy(data.load(self.workload).copy()).to(self.device)

    def real(self):
        batch = self.data[torch.randint(0, len(self.data), (self.workload.batch,), device=self.device)]
        return batch.float().div_(127.5).sub_(1) if batch.dtype == torch.uint8 else batch

    def latent(self):
        return torch.randn(self.workload.batch, self.workload.latent, device=self.device)

    def t(self):
        return torch.rand(self.workload.batch, *(1 for _ in self.workload.sample), device=self.device)

    def critic_turn(self, real, latent, t):
        with torch.no_grad():
            fake = self.generator(latent)
        loss = cost = self.critic(fake).mean() - self.critic(real).mean()
        penalty = None
        if self.penalised:
            x = torch.lerp(fake, real, t).requires_grad_()
            slope, = torch.autograd.grad(self.critic(x).sum(), x, create_graph=True)
            penalty = GP_WEIGHT * (slope.flatten(1).norm(2, dim=1) - 1).square().mean()
            cost = loss + penalty
        self.update(cost, self.d_weights, self.d_adam)
        if not self.penalised:
            with torch.no_grad():
                torch._foreach_clamp_min_(self.d_weights, -CLIP_BOUND)
                torch._foreach_clamp_max_(self.d_weights, CLIP_BOUND)
        return loss, penalty

    def generator_turn(self, latent):
        loss = -self.critic(self.generator(latent)).mean()
        self.update(loss, self.g_weights, self.g_adam)
        return loss

    @staticmethod
    def update(cost, weights, adam):
        for weight, gradient in zip(weights, torch.autograd.grad(cost, weights)):
            weight.grad = gradient.contiguous()  # the fused kernel reads it in memory's order, whatever its strides
        adam.step()

    def step(self):
        for _ in range(CRITIC_STEPS):
            self.critic_turn(self.real(), self.latent(), self.t() if self.penalised else None)
        self.generator_turn(self.latent())

    def advance(self):
        self.step()
        wait(self.device)

    def check(self, generator, critic, draws):
        return torch_nets.first_step(self, (self.g_adam, self.d_adam), generator, critic, draws)


if __name__ == "__main__":
    peer.serve(options, Expert)
