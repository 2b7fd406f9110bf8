"""Makes ssim-reference.json: mean structural similarity by scikit-image, of two seeded images of 17×23 pixels.

pip install scikit-image==0.26.0; python test/quality/ssim-reference.py > test/quality/ssim-reference.json
"""
import json

import numpy as np
import skimage
from skimage.metrics import structural_similarity

random = np.random.default_rng(0)
image = random.random((17, 23, 3)).astype(np.float32).round(4)
reference = np.clip(image + 0.2 * random.standard_normal((17, 23, 3)), 0, 1).astype(np.float32).round(4)
luma = np.array([0.299, 0.587, 0.114])
mean = structural_similarity(
    image.astype(np.float64) @ luma, reference.astype(np.float64) @ luma,
    gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1)
print(json.dumps({
    "made by": f"scikit-image {skimage.__version__}", "shape": [17, 23, 3],
    "image": [round(float(v), 4) for v in image.ravel()], "reference": [round(float(v), 4) for v in reference.ravel()], "ssim": float(mean),
}))
