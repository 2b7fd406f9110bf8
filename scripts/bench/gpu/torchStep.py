# PyTorch at the same work as step.ts: VGG-19 to relu5_1 with seeded random filters and max pooling, content at relu4_2 and five Gram
# terms; a step of Adam on the image. One line of JSON for each size: median milliseconds in float32 and with TF32.
import json
import sys
import time

import torch
import torch.nn.functional as F

device = "cuda" if torch.cuda.is_available() else "cpu"
channels = [64, 64, "pool", 128, 128, "pool", 256, 256, 256, 256, "pool", 512, 512, 512, 512, "pool", 512]
style_layers, content_layer = [0, 2, 4, 8, 12], 9  # relu1_1 … relu5_1 and relu4_2, counted from 0
warm_ups, repetitions = 5, 15


def layers():
    torch.manual_seed(0)
    filters, before = [], 3
    for width in channels:
        if width == "pool":
            filters.append(None)
            continue
        filters.append((torch.randn(width, before, 3, 3, device=device) * (2 / (9 * before)) ** 0.5, torch.zeros(width, device=device)))
        before = width
    return filters


def features(x, filters):
    outputs = []
    for layer in filters:
        if layer is None:
            x = F.max_pool2d(x, 2)
        else:
            x = F.relu(F.conv2d(x, *layer, padding=1))
            outputs.append(x)
    return outputs


def gram(x):
    flat = x.flatten(2)[0]
    return flat @ flat.T / flat.shape[1]


def synchronize():
    if device == "cuda":
        torch.cuda.synchronize()


def step_time(side, tf32):
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.benchmark = True
    filters = layers()
    photo, painting, start = (torch.rand(1, 3, side, side, device=device) for _ in range(3))
    with torch.no_grad():
        content = features(photo, filters)[content_layer]
        styles = [gram(features(painting, filters)[i]) for i in style_layers]
    image = start.clone().requires_grad_()
    optimizer = torch.optim.Adam([image], lr=0.02)
    times = []
    for _ in range(warm_ups + repetitions):
        synchronize()
        began = time.perf_counter()
        optimizer.zero_grad()
        outputs = features(image, filters)
        loss = F.mse_loss(outputs[content_layer], content)
        for i, target in zip(style_layers, styles):
            loss = loss + F.mse_loss(gram(outputs[i]), target) / 5
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            image.clamp_(0, 1)
        loss.item()
        synchronize()
        times.append(1000 * (time.perf_counter() - began))
    return sorted(times[warm_ups:])[repetitions // 2]


for side in map(int, sys.argv[1:]):
    print(json.dumps({"side": side, "torch": torch.__version__, "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
                      "float32": step_time(side, False), "tf32": step_time(side, True)}), flush=True)
