// The camera of the still life: many paths of light through each pixel, and a filter for what they leave grainy.
import { canvas, type Canvas, type Color } from "./canvas";
import { hash, type Random } from "./noise";
import { follow, type Found, type Room } from "./tracer";
import { along, cross, dot, minus, unit, type Vector } from "./vector";

/** Where the camera stands, what it looks at and has in focus; `lens` is its opening (0: all is sharp). */
export interface Camera {
  from: Vector;
  at: Vector;
  zoom: number;
  lens: number;
}

/** Renders linear light, `samples` paths a pixel (a prime number spreads best), shuffled by the seed. */
export function trace(room: Room, camera: Camera, size: number, samples: number, seed: number): Canvas {
  const picture = canvas(size);
  const forward = unit(minus(camera.at, camera.from));
  const right = unit(cross([0, 1, 0], forward));
  const up = cross(forward, right);
  const focus = Math.sqrt(dot(minus(camera.at, camera.from), minus(camera.at, camera.from)));
  const all: Found[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const found: Found = { bounced: [0, 0, 0], albedo: [0, 0, 0], normal: [0, 0, 0], distance: 0 };
      const direct: Color = [0, 0, 0];
      for (let s = 0; s < samples; s++) {
        const next = spread(x, y, s, samples, seed);
        const px = ((x + next()) / size - 0.5) / camera.zoom;
        const py = (0.5 - (y + next()) / size) / camera.zoom;
        const target = along(along(along(camera.from, forward, focus), right, px * focus), up, py * focus);
        const turn = 2 * Math.PI * next();
        const out = camera.lens * Math.sqrt(next());
        const from = along(along(camera.from, right, out * Math.cos(turn)), up, out * Math.sin(turn));
        const light = follow(room, from, unit(minus(target, from)), next, 0, true, found);
        // A path that met the window in a blurred mirror would leave a white speck: hold it down.
        for (let c = 0; c < 3; c++) direct[c] += Math.min(light[c], 5) / samples;
      }
      for (const sum of [found.bounced, found.albedo, found.normal]) for (let c = 0; c < 3; c++) sum[c] /= samples;
      found.distance /= samples;
      all.push(found);
      picture.data.set(direct, 3 * (y * size + x));
    }
  }
  return smoothed(picture, all);
}

/**
 * Adds the bounced light, averaged over neighbors on the same surface: it changes slowly from place to place, and a
 * few paths alone would leave it grainy (a joint bilateral filter; what is seen directly stays sharp).
 */
function smoothed(picture: Canvas, all: Found[]): Canvas {
  const size = picture.width;
  const reach = Math.ceil(size / 85);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const here = all[y * size + x];
      const sum: Color = [0, 0, 0];
      let total = 0;
      for (let j = Math.max(0, y - reach); j <= Math.min(size - 1, y + reach); j++) {
        for (let i = Math.max(0, x - reach); i <= Math.min(size - 1, x + reach); i++) {
          const there = all[j * size + i];
          const apart = (here.distance - there.distance) * 6;
          const d = minus(here.normal, there.normal);
          const alike = Math.exp(
            -(apart * apart) - 12 * dot(d, d) - 1.5 * (((i - x) / reach) ** 2 + ((j - y) / reach) ** 2),
          );
          total += alike;
          for (let c = 0; c < 3; c++) sum[c] += alike * there.bounced[c];
        }
      }
      for (let c = 0; c < 3; c++) picture.data[3 * (y * size + x) + c] += (here.albedo[c] * sum[c]) / total;
    }
  }
  return picture;
}

/** Numbers in 0…1 for the s-th path of a pixel; pair by pair, all the paths together cover the square evenly. */
function spread(x: number, y: number, s: number, samples: number, seed: number): Random {
  let call = 0;
  return () => {
    // Roberts' R2 sequence, shifted by chance for each pixel, and taken in another order for each pair.
    const pair = call >> 1;
    const step = call & 1 ? 0.5698402909980532 : 0.7548776662466927;
    const order = (s * (2 * pair + 1) + pair * 5) % samples;
    return (hash(x, y, seed + 131 * call++) + order * step) % 1;
  };
}
