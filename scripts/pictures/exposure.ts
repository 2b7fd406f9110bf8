// The camera of the still life: many paths of light per pixel, and a filter for the noise of bounced light.
import { canvas, type Canvas, type Color } from "./canvas";
import { hash, type Random } from "./noise";
import { tracePath, type FirstHit, type Scene } from "./tracer";
import { addScaled, cross, dot, subtract, normalize, type Vector } from "./vector";

/** The camera: its position `from`, the point `at` in the center and in focus, and its aperture `lens` (0: all is sharp). */
export interface Camera {
  from: Vector;
  at: Vector;
  zoom: number;
  lens: number;
}

/** Renders linear light, `samples` paths per pixel (best a prime number), randomized by the seed. */
export function render(scene: Scene, camera: Camera, size: number, samples: number, seed: number): Canvas {
  const picture = canvas(size);
  const forward = normalize(subtract(camera.at, camera.from));
  const right = normalize(cross([0, 1, 0], forward));
  const up = cross(forward, right);
  const focus = Math.sqrt(dot(subtract(camera.at, camera.from), subtract(camera.at, camera.from)));
  const all: FirstHit[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const found: FirstHit = { bounced: [0, 0, 0], albedo: [0, 0, 0], normal: [0, 0, 0], distance: 0 };
      const direct: Color = [0, 0, 0];
      for (let s = 0; s < samples; s++) {
        const next = lowDiscrepancy(x, y, s, samples, seed);
        const px = ((x + next()) / size - 0.5) / camera.zoom;
        const py = (0.5 - (y + next()) / size) / camera.zoom;
        const target = addScaled(addScaled(addScaled(camera.from, forward, focus), right, px * focus), up, py * focus);
        const turn = 2 * Math.PI * next();
        const out = camera.lens * Math.sqrt(next());
        const from = addScaled(addScaled(camera.from, right, out * Math.cos(turn)), up, out * Math.sin(turn));
        const light = tracePath(scene, from, normalize(subtract(target, from)), next, 0, true, found);
        // A path that met the window in a blurred mirror would leave a white speck, so clamp it.
        for (let c = 0; c < 3; c++) direct[c] += Math.min(light[c], 5) / samples;
      }
      for (const sum of [found.bounced, found.albedo, found.normal]) for (let c = 0; c < 3; c++) sum[c] /= samples;
      found.distance /= samples;
      all.push(found);
      picture.data.set(direct, 3 * (y * size + x));
    }
  }
  return addBouncedLight(picture, all);
}

/**
 * Adds the bounced light, averaged over neighbors on the same surface: it varies slowly, and a few paths alone would leave it
 * noisy (a joint bilateral filter; direct light stays sharp).
 */
function addBouncedLight(picture: Canvas, all: FirstHit[]): Canvas {
  const size = picture.width;
  const reach = Math.ceil(size / 85);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const center = all[y * size + x];
      const sum: Color = [0, 0, 0];
      let total = 0;
      for (let j = Math.max(0, y - reach); j <= Math.min(size - 1, y + reach); j++) {
        for (let i = Math.max(0, x - reach); i <= Math.min(size - 1, x + reach); i++) {
          const neighbor = all[j * size + i];
          const apart = (center.distance - neighbor.distance) * 6;
          const d = subtract(center.normal, neighbor.normal);
          const weight = Math.exp(
            -(apart * apart) - 12 * dot(d, d) - 1.5 * (((i - x) / reach) ** 2 + ((j - y) / reach) ** 2),
          );
          total += weight;
          for (let c = 0; c < 3; c++) sum[c] += weight * neighbor.bounced[c];
        }
      }
      for (let c = 0; c < 3; c++) picture.data[3 * (y * size + x) + c] += (center.albedo[c] * sum[c]) / total;
    }
  }
  return picture;
}

/** Numbers in 0…1 for the s-th path of a pixel: in each pair of dimensions, the paths together cover the square evenly. */
function lowDiscrepancy(x: number, y: number, s: number, samples: number, seed: number): Random {
  let call = 0;
  return () => {
    // Roberts' R2 sequence, randomly shifted for each pixel, and in another order for each pair.
    const pair = call >> 1;
    const step = call & 1 ? 0.5698402909980532 : 0.7548776662466927;
    const order = (s * (2 * pair + 1) + pair * 5) % samples;
    return (hash(x, y, seed + 131 * call++) + order * step) % 1;
  };
}
