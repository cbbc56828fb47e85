"""The same trainings by PyTorch on one thread: its arguments are a unit and how many batches; prints JSON."""
import json
import sys
import time

import torch

PIXELS, CELLS, KINDS, BATCH, STEPS = 784, 128, 10, 128, 15
THRESHOLD, DECAY, HALF_WIDTH = 0.3, 0.2, 0.5


class Spike(torch.autograd.Function):
    """A threshold at 0 whose derivative is that of a ramp around it."""

    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return (x > 0).to(x.dtype)

    @staticmethod
    def backward(context, gradient):
        x, = context.saved_tensors
        return gradient * (x.abs() < HALF_WIDTH)


spike = Spike.apply


def lif_step(current, _):
    u = s = torch.zeros_like(current)
    count = 0
    for _ in range(STEPS):
        u = DECAY * u * (1 - s) + current
        s = spike(u - THRESHOLD)
        count = count + s
    return count / STEPS


def s_lif2hh_layer(current, shared):
    current = current.reshape(len(current), 3, -1)
    u = s = torch.zeros_like(current)
    fourth = s4 = torch.zeros_like(current[:, 0])
    count = 0
    for _ in range(STEPS):
        heard = sum(shared[k] * u[:, k] for k in range(3)) + shared[3]
        fourth = DECAY * fourth * (1 - s4) + heard
        u = DECAY * u * (1 - s) + current
        s, s4 = spike(u - THRESHOLD), spike(fourth - THRESHOLD)
        count = count + torch.cat([s, s4[:, None]], 1)
    return (count / STEPS).reshape(len(current), -1)


def learn(unit, inputs, outputs, batches):
    """Seconds of so many batches, behind two that are not counted."""
    first, last = torch.nn.Linear(PIXELS, inputs * CELLS), torch.nn.Linear(outputs * CELLS, KINDS)
    shared = torch.nn.Parameter(torch.tensor([0.3, 0.3, 0.3, 0.0]))
    optimiser = torch.optim.Adam([*first.parameters(), *last.parameters()] + [shared] * (inputs > 1), lr=1e-3)
    images, labels = torch.rand(8 * BATCH, PIXELS), torch.randint(0, KINDS, (8 * BATCH,))
    for batch in range(-2, batches):
        if batch == 0:
            since = time.perf_counter()
        at = slice(batch % 8 * BATCH, (batch % 8 + 1) * BATCH)
        loss = torch.nn.functional.cross_entropy(last(unit(first(images[at]), shared)), labels[at])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return time.perf_counter() - since


torch.set_num_threads(1)
torch.manual_seed(1)
name, n = sys.argv[1], int(sys.argv[2])
seconds = learn(*{"lif_step": (lif_step, 1, 1), "s_lif2hh_layer": (s_lif2hh_layer, 3, 4)}[name], n)
print(json.dumps({"seconds": seconds, "images": n * BATCH}))
