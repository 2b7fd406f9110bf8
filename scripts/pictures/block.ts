// The design of the woodcut: pines above a bay, a boat, the sun; the cut of the wood at each point.
import { worley, clamp, fbm, hash, mix, noise, ridged, smoothstep } from "./noise";

/** The cut at a point: `phase` counts the cuts, `along` is the coordinate along them. */
export interface Cut {
  phase: number;
  along: number;
  /** 0 all wood cut away, 1 all left standing. */
  tone: number;
  /** How much of each spot color lies under the black. */
  red?: number;
  blue?: number;
}

const sun = { x: 0.665, y: 0.265, r: 0.118 };
const sea = 0.56;

/** The cut at (u, v), in 0…1 over the sheet. */
export function cut(u: number, v: number, seed: number): Cut {
  const edge = Math.min(u, v, 1 - u, 1 - v);
  if (edge < 0.047) return solid(1);
  return (
    pine(u, v, seed) ??
    cliff(u, v, seed) ??
    boat(u, v) ??
    (v > sea ? bay(u, v, seed) : (mountains(u, v, seed) ?? sky(u, v, seed)))
  );
}

function solid(tone: number, red = 0, blue = 0): Cut {
  return { phase: 0, along: 0, tone, red, blue };
}

function sky(u: number, v: number, seed: number): Cut {
  const d = Math.hypot(u - sun.x, v - sun.y);
  if (d < sun.r) return solid(0, 1);
  if (d < sun.r + 0.006) return solid(1);
  for (const [x, y, s] of [
    [0.36, 0.17, 0.03],
    [0.43, 0.225, 0.022],
    [0.305, 0.25, 0.018],
    [0.86, 0.14, 0.02],
  ]) {
    const a = Math.abs(u - x) / s;
    const wing = (v - y) / s + 0.5 * Math.sin(clamp(a) * Math.PI) ** 0.8 - 0.12 * a;
    if (a < 1 && Math.abs(wing) < 0.13 * (1.15 - a)) return solid(1);
  }
  // Bands of cloud that part around the sun; between them, rays.
  const lift = 0.05 * Math.sin(u * 9 + 2 * noise(u * 2, v * 4, seed)) + 0.03 * noise(u * 5, v * 7, seed + 3);
  const around = (v - sun.y) * (1 + 0.09 / (d + 0.04));
  const cloud = fbm(u * 3, (v + lift) * 9, 4, seed + 20);
  const blue = 0.9 * smoothstep(0.34, 0.02, v);
  if (cloud > 0.16) {
    const rim = smoothstep(0.16, 0.34, cloud);
    return {
      phase: (v + lift) * 74,
      along: u * 6,
      tone: cloud < 0.185 ? 0.85 : mix(0.1, 0.3, rim),
      blue: 0.15 * blue,
    };
  }
  const ray = Math.atan2(v - sun.y, u - sun.x);
  if (d < 0.3 + 0.05 * Math.sin(ray * 8)) {
    return {
      phase: (ray / (2 * Math.PI)) * 84,
      along: d * 9,
      tone: mix(0.3, 0.52, (d - sun.r) / 0.2),
      red: 0.42 * smoothstep(0.3, 0.12, d),
      blue: 0.5 * blue,
    };
  }
  return { phase: (around + lift) * 80, along: u * 5, tone: clamp(0.68 - 0.42 * smoothstep(0, 0.5, v)), blue };
}

function mountains(u: number, v: number, seed: number): Cut | undefined {
  for (let row = 1; row >= 0; row--) {
    const top = (x: number): number =>
      sea -
      (row ? 0.03 : 0.05) -
      (row ? 0.1 : 0.2) * ridged(x * (row ? 2.6 : 1.5) + 0.35 + row * 5, 0.3, 4, seed + 30) ** 1.5;
    const below = v - top(u);
    if (below < 0) continue;
    if (below < 0.0055) return solid(1);
    // Ribs run down from the crest; the side away from the sun is left dark.
    const rib = Math.sin(
      (u + 0.05 * noise(u * 4, v * 5, seed + 36)) * (row ? 75 : 48) + 2.2 * noise(u * 5, row, seed + 37),
    );
    const slope = (top(u + 0.06) - top(u - 0.06)) / 0.12;
    const lean = clamp(slope, -0.9, 0.9);
    const dark = rib + 0.7 * lean > 0.35;
    return {
      phase: (u - 0.25 * lean * below + 0.006 * noise(u * 7, v * 9, seed)) * 95,
      along: v * 9,
      tone: dark ? 0.86 : mix(0.15, 0.62, smoothstep(0, 0.13, below)),
      blue: row ? 0.6 : 0.25,
    };
  }
  return undefined;
}

function bay(u: number, v: number, seed: number): Cut {
  const near = (v - sea) / (1 - sea);
  const depth = Math.log(1 + 9 * near) / Math.log(10);
  const swell =
    0.018 * near * Math.sin(u * mix(60, 16, near) + 5 * noise(u * 3, v * 8, seed)) +
    0.01 * noise(u * mix(24, 9, near), v * 20, seed + 2);
  const glitter = smoothstep(0.05 + 0.1 * near, 0, Math.abs(u - sun.x) + 0.05 * noise(u * 9, v * 60, seed + 5));
  const crest = noise(u * mix(14, 5, near), depth * 13, seed + 7);
  if (v - sea < 0.004) return solid(1);
  return {
    phase: (depth + swell * 2) * 34,
    along: u * mix(11, 4.5, near),
    tone: clamp(0.52 + 0.3 * crest - 0.45 * glitter + 0.1 * near),
    blue: (1 - glitter) * mix(0.45, 0.95, near),
    red: 0.4 * glitter,
  };
}

function boat(u: number, v: number): Cut | undefined {
  const x = (u - 0.735) / 0.075;
  const y = (v - 0.655) / 0.075;
  if (y > 0 && y < 0.3 && Math.abs(x) < 1 - 0.9 * y + 0.15 * x) return solid(1, 0, 0);
  if (Math.abs(x + 0.02) < 0.025 && y < 0 && y > -1.85) return solid(1);
  const sail = (left: number, right: number): Cut | undefined => {
    if (y > -0.12 || y < -1.75 || x < left || x > right) return undefined;
    if (x - left < 0.05 || right - x < 0.05 || y > -0.18 || y < -1.7) return solid(1);
    return { phase: y * 7, along: x * 0.4, tone: 0.14, red: 0.9 };
  };
  return sail(0.05, 0.72 + 0.35 * Math.sin(-y * 1.8)) ?? sail(-0.1 - (0.5 * (1.75 + y)) / 1.75, -0.08);
}

function cliff(u: number, v: number, seed: number): Cut | undefined {
  const top =
    0.575 + 0.05 * noise(u * 5, 2, seed + 40) + 0.02 * noise(u * 17, 5, seed + 41) + 0.25 * smoothstep(0.25, 0.5, u);
  const shore = 0.93 - 0.35 * u + 0.02 * noise(u * 14, 1, seed + 43);
  const below = v - top;
  const right = 0.43 + 0.1 * noise(v * 6, 1, seed + 44) + 0.16 * (v - 0.6);
  const islet =
    v - (0.945 - 0.11 * Math.sqrt(Math.max(0, 1 - ((u - 0.86) / 0.13) ** 2)) + 0.02 * noise(u * 20, 3, seed));
  const rock = (u < right && below > 0) || (Math.abs(u - 0.86) < 0.13 && islet > 0);
  if (!rock || (u < 0.3 && v > shore + 0.5)) return undefined;
  if (u < right && below < 0.006) return solid(1);
  // Broken faces, each with its own direction and light; cracks between them.
  const { near, second, id } = worley(
    u * 11 + noise(u * 7, v * 7, seed),
    v * 8 + noise(u * 7, v * 7, seed + 1),
    seed + 45,
  );
  if (second - near < 0.05) return solid(1);
  const turn = 0.5 + 1.5 * (id - 0.5);
  const grass = below < 0.035 + 0.02 * noise(u * 30, 1, seed) && u < right - 0.02;
  if (grass) return { phase: (u + 0.25 * v) * 80, along: v * 16, tone: 0.42 };
  return {
    phase: (u * Math.cos(turn) - v * Math.sin(turn)) * 78,
    along: (u * Math.sin(turn) + v * Math.cos(turn)) * 12,
    tone: clamp(0.34 + 0.5 * hash(Math.floor(id * 1e6), 5) + 0.2 * smoothstep(0.7, 1, v)),
  };
}

// Pines: trunks as chains of points with a thickness, and pads of needles: position, half-width, half-height.
const trunks = [
  "0.17 0.62 0.02, 0.185 0.5 0.017, 0.15 0.4 0.014, 0.19 0.3 0.011, 0.26 0.24 0.007",
  "0.155 0.41 0.01, 0.1 0.36 0.006",
  "0.175 0.47 0.01, 0.27 0.42 0.008, 0.33 0.41 0.004",
  "0.31 0.63 0.013, 0.33 0.56 0.011, 0.385 0.5 0.008, 0.42 0.495 0.004",
].map((chain) => chain.split(",").map((point) => point.trim().split(" ").map(Number)));
const pads = [
  [0.25, 0.225, 0.1, 0.045],
  [0.15, 0.3, 0.085, 0.042],
  [0.09, 0.365, 0.065, 0.036],
  [0.31, 0.395, 0.085, 0.036],
  [0.225, 0.35, 0.06, 0.03],
  [0.4, 0.49, 0.075, 0.034],
  [0.345, 0.525, 0.045, 0.022],
  [0.09, 0.45, 0.05, 0.027],
];

function pine(u: number, v: number, seed: number): Cut | undefined {
  for (const [x, y, w, h] of pads) {
    const du = (u - x) / w;
    const dv = (v - y) / h;
    const turn = Math.atan2(dv, du);
    const rim = 1 + 0.1 * Math.sin(turn * 9 + x * 50) + 0.07 * Math.sin(turn * 31) - (dv > 0 ? 0.25 : 0);
    const d = Math.hypot(du, dv) / rim;
    if (d > 1) continue;
    if (d > 0.93) return solid(1);
    // Needles fan out from the middle of the pad's foot.
    const fan = Math.atan2((v - y - h) * 1.4, u - x);
    return {
      phase: fan * 15,
      along: Math.hypot(u - x, v - y - h) * 26 + 3 * noise(u * 30, v * 30, seed),
      tone: clamp(0.76 + 0.22 * dv - 0.16 * du, 0, 0.93),
    };
  }
  for (const chain of trunks) {
    for (let i = 1; i < chain.length; i++) {
      const [ax, ay, aw] = chain[i - 1];
      const [bx, by, bw] = chain[i];
      const dx = bx - ax;
      const dy = by - ay;
      const t = clamp(((u - ax) * dx + (v - ay) * dy) / (dx * dx + dy * dy));
      const off = Math.hypot(u - ax - t * dx, v - ay - t * dy);
      const width = mix(aw, bw, t) * (1 + 0.12 * noise(u * 50, v * 50, seed));
      if (off > width) continue;
      if (off > width - 0.004) return solid(1);
      const across = ((u - ax) * dy - (v - ay) * dx) / Math.hypot(dx, dy);
      return { phase: across * 130, along: (i + t) * 5, tone: 0.5 + 18 * across };
    }
  }
  return undefined;
}
