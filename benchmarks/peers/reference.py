"""Eager PyTorch as the public reference implementations of WGAN and WGAN-GP write it.

Images come from a DataLoader that transforms one sample after the other (float, divided by 255, less 0.5, over 0.5: what
torchvision's ToTensor and Normalize do, without its way through a picture), points from a Python loop over the batch as in
gan_toy.py; Adam is the default one; loss.backward() fills every gradient there is, the critic's in the generator's turn too;
the penalty keeps its graph with retain_graph; losses are read with .item() at every update.
"""
import peer
options = peer.begin(__doc__) if __name__ == "__main__" else None

import math
import random

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

import data
import torch_nets
from torch_device import place
from workloads import BETAS, CLIP_BOUND, CRITIC_STEPS, GP_WEIGHT, LEARNING_RATE, WORKLOADS


class Images(Dataset):
    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return (torch.from_numpy(self.images[i]).float().div(255) - 0.5) / 0.5


def endless_images(images, batch):
    loader = DataLoader(Images(images), batch_size=batch, shuffle=True, drop_last=True)
    while True:
        yield from loader


def endless_points(batch):
    centres = [(2 * math.cos(k * math.pi / 4), 2 * math.sin(k * math.pi / 4)) for k in range(8)]
    while True:
        points = []
        for _ in range(batch):
            point = np.random.randn(2) * 0.02
            centre = random.choice(centres)
            point[0] += centre[0]
            point[1] += centre[1]
            points.append(point)
        yield torch.from_numpy(np.array(points, dtype="float32") / 1.414)


class Reference:
    runs = steps_at_once = 1
    compile_s = 0.0

    def __init__(self, options):
        torch.set_num_threads(options.threads)
        self.workload, self.enforcer = WORKLOADS[options.workload], options.enforcer
        self.device = place(options.device)
        self.generator, self.critic = (torch_nets.network(layers).to(self.device)
                                       for layers in (self.workload.generator, self.workload.critic))
        self.g_optimizer = torch.optim.Adam(self.generator.parameters(), lr=LEARNING_RATE, betas=BETAS)
        self.d_optimizer = torch.optim.Adam(self.critic.parameters(), lr=LEARNING_RATE, betas=BETAS)
        batch = self.workload.batch
        if self.workload.dataset == "ring":
            self.batches = endless_points(batch)
        else:
            self.batches = endless_images(data.load(self.workload).copy(), batch)

    def gradient_penalty(self, real, fake, alpha):
        interpolates = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
        scores = self.critic(interpolates)
        gradients = torch.autograd.grad(outputs=scores, inputs=interpolates, grad_outputs=torch.ones_like(scores),
                                        create_graph=True, retain_graph=True, only_inputs=True)[0]
        gradients = gradients.view(gradients.size(0), -1)
        return GP_WEIGHT * ((gradients.norm(2, dim=1) - 1) ** 2).mean()

    def critic_turn(self, real, z, alpha):
        self.d_optimizer.zero_grad()
        fake = self.generator(z).detach()
        loss = -torch.mean(self.critic(real)) + torch.mean(self.critic(fake))
        penalty = torch.zeros((), device=self.device)
        if self.enforcer == "gradient_penalty":
            penalty = self.gradient_penalty(real, fake, alpha)
        (loss + penalty).backward()
        self.d_optimizer.step()
        if self.enforcer == "clip":
            for p in self.critic.parameters():
                p.data.clamp_(-CLIP_BOUND, CLIP_BOUND)
        return loss.item(), penalty.item()

    def generator_turn(self, z):
        self.g_optimizer.zero_grad()
        loss = -torch.mean(self.critic(self.generator(z)))
        loss.backward()
        self.g_optimizer.step()
        return loss.item()

    def noise(self):
        return torch.randn(self.workload.batch, self.workload.latent, device=self.device)

    def advance(self):
        batch = self.workload.batch
        for _ in range(CRITIC_STEPS):
            alpha = torch.rand(batch, *(1 for _ in self.workload.sample), device=self.device)
            self.critic_turn(next(self.batches).to(self.device), self.noise(), alpha)
        self.generator_turn(self.noise())

    def check(self, generator, critic, draws):
        return torch_nets.first_step(self, (self.g_optimizer, self.d_optimizer), generator, critic, draws)


if __name__ == "__main__":
    peer.serve(options, Reference)
