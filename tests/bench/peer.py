#!/usr/bin/env python3
"""peer.py - the same training and inference steps in PyTorch, timed

The other side of `saliscope-cli bench --peer`: the same networks, batches and
formulas, written as a user of PyTorch writes them: eager operations one after
the other, oneDNN convolutions, quantization simulated in floating point with
autograd functions.  No weight gradients in the saliency pass.

Prints one JSON object to stdout, progress to stderr:

    {"sgt-cnn/train-fp32": {"images_per_second": 1240.5, "min": ..., "max": ...,
                            "repeats": 5, "batch": 256, "threads": 2}, ...}

`images_per_second` is the median over the repeats.  Inputs are random: the
time of a step does not depend on them.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import contextlib
import fnmatch
import json
import resource
import statistics
import sys
import time

try:
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
except ImportError:
    sys.exit("peer.py: PyTorch is not installed for this Python (Debian: python3-torch)")

MASKED_SHARE = 0.5
KL_WEIGHT = 1.0
EDGE_BITS = 8
INITIAL_ALPHA = 8.0


class PactFunction(torch.autograd.Function):
    """y = rint (clip (x, 0, alpha) n / alpha) alpha / n, n = 2^bits - 1; the
    gradient passes inside (0, alpha), and goes to alpha above (1805.06085)."""

    @staticmethod
    def forward(context, x, alpha, bits):
        context.save_for_backward(x, alpha)
        scale = (2 ** bits - 1) / alpha
        return x.clamp(0.0, alpha.item()).mul_(scale).round_().div_(scale)

    @staticmethod
    def backward(context, gradient):
        x, alpha = context.saved_tensors
        above = x >= alpha
        inside = (x > 0) & ~above
        to_alpha = (gradient * above).sum() if context.needs_input_grad[1] else None
        return gradient * inside, to_alpha, None


class RoundFunction(torch.autograd.Function):
    """rint with the identity as its gradient."""

    @staticmethod
    def forward(context, x):
        return x.round()

    @staticmethod
    def backward(context, gradient):
        return gradient


class Activation(nn.Module):
    """PACT with a learned clipping level, or ReLU where `bits` is None."""

    def __init__(self, bits):
        super().__init__()
        self.bits = bits
        self.alpha = nn.Parameter(torch.tensor(INITIAL_ALPHA)) if bits else None

    def forward(self, x):
        return PactFunction.apply(x, self.alpha, self.bits) if self.bits else F.relu(x)


def quantize_dorefa(weight, bits, amplitude_max):
    """DoReFa weights (1606.06160): 2 rint (n (tanh w / 2m + 1/2)) / n - 1, times
    max |w| where no batch normalisation restores the amplitude."""
    levels = 2 ** bits - 1
    bounded = weight.tanh()
    bounded = bounded / (2.0 * bounded.detach().abs().max()) + 0.5
    quantized = 2.0 * RoundFunction.apply(bounded * levels) / levels - 1.0
    return quantized * weight.detach().abs().max() if amplitude_max else quantized


class Quantized:
    """Mixin of layers with weights: `quantized_weight` is what they multiply by.
    In evaluation without gradients it is computed once, as for deployment."""

    def set_quantizer(self, bits, amplitude_max):
        self.bits, self.amplitude_max, self.cached = bits, amplitude_max, None
        return self

    def quantized_weight(self):
        if self.bits is None:
            return self.weight
        if torch.is_grad_enabled() or self.training:
            self.cached = None
            return quantize_dorefa(self.weight, self.bits, self.amplitude_max)
        if self.cached is None:
            self.cached = quantize_dorefa(self.weight, self.bits, self.amplitude_max)
        return self.cached


class Conv(Quantized, nn.Conv2d):
    def forward(self, x):
        return self._conv_forward(x, self.quantized_weight(), self.bias)


class Linear(Quantized, nn.Linear):
    def forward(self, x):
        return F.linear(x, self.quantized_weight(), self.bias)


class SgtCnn(nn.Module):
    """The published MNIST network of saliency-guided training: 11.99 M
    multiply-adds an image.  First and last layer at 8 bits when quantized."""

    shape = (1, 28, 28)

    def __init__(self, bits=None):
        super().__init__()
        edge = EDGE_BITS if bits else None
        self.conv1 = Conv(1, 32, 3).set_quantizer(edge, True)
        self.conv2 = Conv(32, 64, 3).set_quantizer(bits, True)
        self.fc1 = Linear(9216, 128).set_quantizer(bits, True)
        self.fc2 = Linear(128, 10).set_quantizer(edge, True)
        self.act1, self.act2, self.act3 = (Activation(bits), Activation(bits), Activation(edge))

    def forward(self, x):
        x = self.act1(self.conv1(x))
        x = F.max_pool2d(self.act2(self.conv2(x)), 2)
        x = F.dropout(x, 0.25, self.training).flatten(1)
        x = F.dropout(self.act3(self.fc1(x)), 0.5, self.training)
        return self.fc2(x)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions; the shortcut of a narrowing block drops every other
    pixel and pads channels with zeros (option A)."""

    def __init__(self, inputs, outputs, bits):
        super().__init__()
        self.stride, self.padding = (1, 0) if inputs == outputs else (2, (outputs - inputs) // 2)
        self.conv1 = Conv(inputs, outputs, 3, self.stride, 1, bias=False).set_quantizer(bits, False)
        self.conv2 = Conv(outputs, outputs, 3, 1, 1, bias=False).set_quantizer(bits, False)
        self.norm1, self.norm2 = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)
        self.act1, self.act2 = Activation(bits), Activation(bits)

    def forward(self, x):
        y = self.norm2(self.conv2(self.act1(self.norm1(self.conv1(x)))))
        if self.padding:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.padding, self.padding))
        return self.act2(x + y)


class ResNet20(nn.Module):
    """ResNet-20 for 32x32 colour images: 40.6 M multiply-adds an image."""

    shape = (3, 32, 32)

    def __init__(self, bits=None):
        super().__init__()
        edge = EDGE_BITS if bits else None
        widths = [16] + [16] * 3 + [32] * 3 + [64] * 3
        self.conv = Conv(3, 16, 3, 1, 1, bias=False).set_quantizer(edge, False)
        self.norm, self.act = nn.BatchNorm2d(16), Activation(bits)
        self.blocks = nn.Sequential(*[ResidualBlock(inputs, outputs, bits)
                                      for inputs, outputs in zip(widths, widths[1:])])
        self.fc = Linear(64, 10).set_quantizer(edge, True)

    def forward(self, x):
        x = self.blocks(self.act(self.norm(self.conv(x))))
        return self.fc(x.mean((2, 3)))


class FastGroup(nn.Module):
    """Convolution, pooling, norm, GELU, convolution, norm, GELU."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)
        for norm in (self.norm1, self.norm2):
            norm.weight.requires_grad = False

    def forward(self, x):
        x = F.gelu(self.norm1(F.max_pool2d(self.conv1(x), 2)))
        return F.gelu(self.norm2(self.conv2(x)))


class CifarFast(nn.Module):
    """A fast network for CIFAR-10 (arXiv 2404.00498): fixed 2x2 whitening with
    a bias that is trained, groups of 64, 256 and 256 channels."""

    shape = (3, 32, 32)

    def __init__(self, bits=None):
        super().__init__()
        assert bits is None, "this network is not quantized"
        self.whiten = nn.Conv2d(3, 24, 2)
        self.whiten.weight.requires_grad = False
        self.groups = nn.Sequential(FastGroup(24, 64), FastGroup(64, 256), FastGroup(256, 256))
        self.fc = nn.Linear(256, 10, bias=False)

    def forward(self, x):
        x = F.max_pool2d(self.groups(F.gelu(self.whiten(x))), 3)
        return self.fc(x.flatten(1)) / 9


def mask_least_salient(network, x, labels):
    """x with the share of pixels that the true class's logit depends on least
    replaced by uniform values in the range of that image and channel."""
    network.eval()
    inputs = x.detach().requires_grad_()
    score = network(inputs).gather(1, labels[:, None]).sum()
    saliency = torch.autograd.grad(score, inputs)[0].abs().mean(1).flatten(1)
    network.train()

    masked = int(MASKED_SHARE * saliency.shape[1])
    chosen = saliency.topk(masked, largest=False, sorted=False).indices
    mask = torch.zeros_like(saliency, dtype=torch.bool).scatter_(1, chosen, True)
    low = x.flatten(2).min(2).values[:, :, None, None]
    high = x.flatten(2).max(2).values[:, :, None, None]
    fill = torch.rand_like(x) * (high - low) + low
    return torch.where(mask.view(x.shape[0], 1, *x.shape[2:]), fill, x)


def make_training_step(network, x, labels, guided):
    """One step: cross entropy, with KL (f(X) || f(X~)) where `guided`."""
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-4, momentum=0.9)
    network.train()

    def step():
        masked = mask_least_salient(network, x, labels) if guided else None
        optimizer.zero_grad(set_to_none=True)
        logits = network(x)
        loss = F.cross_entropy(logits, labels)
        if guided:
            loss = loss + KL_WEIGHT * F.kl_div(
                F.log_softmax(network(masked), 1), F.log_softmax(logits, 1),
                log_target=True, reduction="batchmean")
        loss.backward()
        optimizer.step()

    return step


def make_inference_step(network, x, labels):
    network.eval()
    return lambda: network(x).argmax(1)


# Row: network, bits, what is timed, batch.
TRAIN, GUIDED, INFER = "train", "guided", "infer"
ROWS = {
    "sgt-cnn/train-fp32": (SgtCnn, None, TRAIN, 256),
    "sgt-cnn/train-sgt": (SgtCnn, None, GUIDED, 256),
    "sgt-cnn/train-pact4": (SgtCnn, 4, TRAIN, 256),
    "sgt-cnn/train-sgt-pact4": (SgtCnn, 4, GUIDED, 256),
    "sgt-cnn/infer-fp32": (SgtCnn, None, INFER, 256),
    "sgt-cnn/infer-4bit": (SgtCnn, 4, INFER, 256),
    "resnet20/train-fp32": (ResNet20, None, TRAIN, 128),
    "resnet20/train-sgt-pact4": (ResNet20, 4, GUIDED, 128),
    "resnet20/infer-fp32": (ResNet20, None, INFER, 128),
    "resnet20/infer-4bit": (ResNet20, 4, INFER, 128),
    "cifar-fast/train-fp32": (CifarFast, None, TRAIN, 256),
    "cifar-fast/infer-fp32": (CifarFast, None, INFER, 256),
}


def measure(row, batch, warm_up, repeats):
    """Images per second of each repeat of one step."""
    kind, bits, what, default_batch = ROWS[row]
    batch = batch or default_batch
    torch.manual_seed(1)
    network = kind(bits)
    x = torch.randn(batch, *kind.shape)
    labels = torch.randint(0, 10, (batch,))
    step = (make_inference_step(network, x, labels) if what == INFER
            else make_training_step(network, x, labels, what == GUIDED))

    rates = []
    with torch.no_grad() if what == INFER else contextlib.nullcontext():
        for repeat in range(warm_up + repeats):
            start = time.perf_counter()
            step()
            if repeat >= warm_up:
                rates.append(batch / (time.perf_counter() - start))
    return {
        "images_per_second": round(statistics.median(rates), 2),
        "min": round(min(rates), 2),
        "max": round(max(rates), 2),
        "repeats": repeats,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0,
        "batch": batch,
        "threads": torch.get_num_threads(),
    }


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not positive")
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", default=["*"], metavar="PATTERN",
                        help="rows to time, such as 'sgt-cnn/*' (default: all of "
                        + ", ".join(ROWS) + ")")
    parser.add_argument("--repeats", type=positive, default=5,
                        help="timed steps a row (default 5)")
    parser.add_argument("--warm-up", type=positive, default=2,
                        help="untimed steps before (default 2)")
    parser.add_argument("--threads", type=positive, default=2,
                        help="threads of PyTorch (default 2)")
    parser.add_argument("--batch", type=positive,
                        help="images a step (default: 256, ResNet-20 128)")
    arguments = parser.parse_args()

    rows = [row for row in ROWS if any(fnmatch.fnmatch(row, pattern) for pattern in arguments.rows)]
    if not rows:
        parser.error(f"no row matches {' '.join(arguments.rows)}")
    torch.set_num_threads(arguments.threads)
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, "
          f"oneDNN {'on' if torch.backends.mkldnn.is_available() else 'off'}", file=sys.stderr)

    results = {}
    for row in rows:
        results[row] = measure(row, arguments.batch, arguments.warm_up, arguments.repeats)
        print(f"{row}: {results[row]['images_per_second']:.0f} images/s "
              f"({results[row]['min']:.0f}-{results[row]['max']:.0f})", file=sys.stderr, flush=True)
    json.dump(results, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
