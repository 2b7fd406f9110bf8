"""An independent SqueezeNet 1.1 in float64 with JAX, and CS231n's losses on it; writes squeezenet-reference.json.

    pip install jax h5py numpy pillow
    python test/networks/squeezenet-reference.py FOLDER_OF_WEIGHTS FOLDER_OF_IMAGES

The folders hold squeezenet1_1_keras_notop.h5 and squeezenet1_1_torchvision.safetensors; tubingen.jpg and starry_night.jpg. Written from torchvision's and the
Keras version's own code, not from this project's.
"""
import json
import struct
import sys
from pathlib import Path

import h5py
import jax
import jax.numpy as jnp
import numpy as np
from PIL import Image

jax.config.update("jax_enable_x64", True)
folder, images = Path(sys.argv[1]), Path(sys.argv[2])


def image(height, width, turn):
    """Values in 0…1 that any language can make again."""
    r, c, k = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((7 * r + 13 * c + 29 * k + r * c % 17 * 5 + (r // 9 + turn * (c // 7)) % 5 * 31) % 256) / 255


def safetensors(file):
    raw = file.read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    found = {}
    for name, entry in json.loads(raw[8:8 + length]).items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            data = np.frombuffer(raw[8 + length + start:8 + length + end], "<f4")
            found[name] = data.reshape(entry["shape"]).astype(np.float64)
    return found


def hdf5(file):
    """By layer: the array of four axes and that of one."""
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            parts = name.split("/")
            layer = parts[0] if parts[0] == "conv1" else "/".join(parts[:2])
            found.setdefault(layer, {})["kernel" if item.ndim == 4 else "bias"] = item[()].astype(np.float64)

    with h5py.File(file) as opened:
        opened.visititems(visit)
    return found


def conv(x, kernel, bias, stride=1, padding=0):
    """x [channels, height, width], kernel [out, in, height, width], cross-correlation."""
    y = jax.lax.conv_general_dilated(x[None], kernel, (stride, stride), [(padding, padding)] * 2)[0]
    return y + bias[:, None, None]


def max_pool(x, ceil):
    """Windows of 3×3 every 2; with ceil (torch's ceil_mode) a last one that starts inside the image, or ends beyond it, counts."""
    pads = [(0, 0)]
    for side in x.shape[1:]:
        windows = -(-(side - 3) // 2) + 1 if ceil else (side - 3) // 2 + 1
        pads.append((0, max(0, (windows - 1) * 2 + 3 - side)))
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 3, 3), (1, 2, 2), pads)


def relu(x):
    return jnp.maximum(x, 0)


def torchvision(weights):
    """torchvision/models/squeezenet.py, version "1_1": the outputs of `features`, one by one."""
    def fire(x, i):
        def at(part, **options):
            name = f"features.{i}.{part}"
            return lambda x: relu(conv(x, weights[name + ".weight"], weights[name + ".bias"], **options))
        squeezed = at("squeeze")(x)
        return jnp.concatenate([at("expand1x1")(squeezed), at("expand3x3", padding=1)(squeezed)])

    def run(picture):
        mean, deviation = np.array([.485, .456, .406]), np.array([.229, .224, .225])
        x = jnp.transpose((picture - mean) / deviation, (2, 0, 1))
        seen = {"input": x}
        for i in range(13):
            if i == 0:
                x = conv(x, weights["features.0.weight"], weights["features.0.bias"], stride=2)
            elif i == 1:
                x = relu(x)
            elif i in (2, 5, 8):
                x = max_pool(x, ceil=True)
            else:
                x = fire(x, i)
            seen[f"features.{i}"] = x
        return seen
    return run


def keras(weights):
    """keras-squeezenet's squeezenet.py; input as keras.applications' preprocess_input of its time: BGR minus the mean color."""
    def layer(x, name, **options):
        kernel = np.transpose(weights[name]["kernel"], (3, 2, 0, 1))
        return conv(x, kernel, weights[name]["bias"], **options)

    def run(picture):
        x = jnp.transpose(picture[:, :, ::-1] * 255 - np.array([103.939, 116.779, 123.68]), (2, 0, 1))
        seen = {}
        seen["conv1"] = x = layer(x, "conv1", stride=2)
        seen["relu_conv1"] = x = relu(x)
        seen["pool1"] = x = max_pool(x, ceil=False)
        for i in range(2, 10):
            squeezed = relu(layer(x, f"fire{i}/squeeze1x1"))
            seen[f"fire{i}/relu_squeeze1x1"] = squeezed
            seen[f"fire{i}/expand3x3"] = three = layer(squeezed, f"fire{i}/expand3x3", padding=1)
            seen[f"fire{i}/concat"] = x = jnp.concatenate([relu(layer(squeezed, f"fire{i}/expand1x1")), relu(three)])
            if i in (3, 5):
                seen[f"pool{i}"] = x = max_pool(x, ceil=False)
        return seen
    return run


def told(x):
    channels, height, width = x.shape
    flat = x.reshape(channels, -1)
    return {"shape": [height, width, channels], "mean": float(x.mean()), "norm": float(jnp.linalg.norm(flat)),
            "last": [float(v) for v in x[:4, -1, -1]],  # channels 0…3 at the lower right, where roundings show
            "gramNorm": float(jnp.linalg.norm(flat @ flat.T))}


content, style = image(61, 86, 1), image(47, 90, 3)
nets = {"keras": keras(hdf5(folder / "squeezenet1_1_keras_notop.h5")),
        "torchvision": torchvision(safetensors(folder / "squeezenet1_1_torchvision.safetensors"))}
result = {name: {layer: told(x) for layer, x in net(content).items() if layer != "input"} for name, net in nets.items()}

# CS231n, assignment 3, style transfer: seen, the photograph; targets, the painting and a photograph moved by a pixel.
look = nets["torchvision"]


def gram(x):
    flat = x.reshape(x.shape[0], -1)
    return flat @ flat.T / flat.size


painting, moved = look(style), look(np.roll(content, 1, axis=1))
weights = {1: 300000, 4: 1000, 6: 15, 7: 3}


def losses(picture):
    seen = look(picture)
    x = seen["input"]
    tv = ((x[:, 1:] - x[:, :-1]) ** 2).sum() + ((x[:, :, 1:] - x[:, :, :-1]) ** 2).sum()
    return jnp.array([
        6e-2 * ((seen["features.3"] - moved["features.3"]) ** 2).sum(),
        sum(w * ((gram(seen[f"features.{i}"]) - gram(painting[f"features.{i}"])) ** 2).sum() for i, w in weights.items()),
        2e-2 * tv])


gradient = jax.grad(lambda picture: losses(picture).sum())(content)
matrix = gram(look(style)["features.5"])
result["cs231n"] = {
    **dict(zip(["content", "style", "tv"], map(float, losses(content)))),
    "gram": [float(v) for v in matrix[0, :8]], "gramSum": float(matrix.sum()),
    "gradientNorm": float(jnp.linalg.norm(gradient)), "gradient": [float(v) for v in gradient[30, 40:44].reshape(-1)],
}


def assignment(name, side=192):
    """As the assignment's `preprocess`: T.Resize(192) is Pillow's bilinear on 8 bits, antialiased, by the shorter side."""
    picture = Image.open(images / name).convert("RGB")
    factor = side / min(picture.size)
    size = tuple(int(s * factor) if s != min(picture.size) else side for s in picture.size)
    return np.asarray(picture.resize(size, Image.Resampling.BILINEAR)) / 255


# The assignment's own checks. Its content check compares with an image of zeros, which is ImageNet's mean color.
photo, starry = look(assignment("tubingen.jpg")), look(assignment("starry_night.jpg"))
gray = look(np.zeros_like(assignment("tubingen.jpg")) + np.array([.485, .456, .406]))
x = photo["input"]
result["assignment"] = {
    "content": float(6e-2 * ((gray["features.3"] - photo["features.3"]) ** 2).sum()),
    "style": float(sum(w * ((gram(photo[f"features.{i}"]) - gram(starry[f"features.{i}"])) ** 2).sum() for i, w in weights.items())),
    "tv": float(2e-2 * (((x[:, 1:] - x[:, :-1]) ** 2).sum() + ((x[:, :, 1:] - x[:, :, :-1]) ** 2).sum())),
    "gramSum": float(gram(starry["features.5"]).sum()),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
