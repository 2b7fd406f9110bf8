"""What Pillow's filters make of a small picture, and what two libraries make of it without antialiasing; writes resample-reference.json.

    pip install pillow==12.0.0 numpy scikit-image
    python test/math/resample-reference.py

Pillow 13 resamples the rows first where the height shrinks by more than twice as many pixels as the width; all versions before, columns first.

Without antialiasing: scikit-image's `resize(order=1, anti_aliasing=False, mode="edge")` for bilinear, whose pixel centers are at halves;
Pillow's has no such option. For bicubic and Lanczos the sum is written out here, pixel by pixel in two dimensions, in float64.
"""
import json
import math
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.transform import resize

HEIGHT, WIDTH = 13, 17
SIZES = [(7, 5), (19, 21), (4, 23)]


def picture():
    """Bytes that any language can make again; full contrast, so that filters overshoot."""
    r, c, k = np.meshgrid(np.arange(HEIGHT), np.arange(WIDTH), np.arange(3), indexing="ij")
    return ((7 * r + 13 * c + 29 * k + r * c % 17 * 5 + (r // 3 + c // 2) % 2 * 131) % 256).astype(np.uint8)


def cubic(x, a=-0.5):
    x = abs(x)
    if x < 1:
        return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1
    return a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a if x < 2 else 0


def lanczos(x):
    return np.sinc(x) * np.sinc(x / 3) if abs(x) < 3 else 0


def line(n, to, support, weight):
    """Weights [to, n], filters of their own width; pixels outside do not count."""
    found = np.zeros((to, n))
    for i in range(to):
        center = (i + 0.5) * n / to - 0.5
        for j in range(max(0, math.ceil(center - support)), min(n - 1, math.floor(center + support)) + 1):
            found[i, j] = weight(center - j)
    return found / found.sum(1, keepdims=True)


def written_out(x, height, width, support, weight):
    wide = np.clip(np.einsum("jc,rck->rjk", line(WIDTH, width, support, weight), x / 255), 0, 1)
    return np.clip(np.einsum("ir,rjk->ijk", line(HEIGHT, height, support, weight), wide), 0, 1) * 255


x = picture()
filters = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
result = {"antialiased": {}, "plain": {}}
for height, width in SIZES:
    size = f"{height}x{width}"
    result["antialiased"][size] = {
        name: np.asarray(Image.fromarray(x).resize((width, height), Image.Resampling[name.upper()])).ravel().tolist() for name in filters}
    linear = resize(x / 255, (height, width), order=1, anti_aliasing=False, mode="edge") * 255
    result["plain"][size] = {name: np.round(values, 2).ravel().tolist() for name, values in {
        "bilinear": linear, "bicubic": written_out(x, height, width, 2, cubic), "lanczos": written_out(x, height, width, 3, lanczos)}.items()}
lines = json.dumps(result).replace('"antialiased"', '\n"antialiased"').replace('"plain"', '\n"plain"').replace('": [', '":\n [')
Path(__file__).with_suffix(".json").write_text(lines + "\n")
