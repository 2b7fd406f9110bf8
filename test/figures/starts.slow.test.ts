// Figures of papers that are not in reproduce.test.ts: made small, with every part, and false where nothing was optimized.
import { before, describe } from "node:test";
import { figures } from "../../src/figures/registry";
import { engine } from "../../src/platform/engine/engine";
import { oneOfEach, testStarts } from "./starts";

before(() => engine());

describe("a reproduced figure", () => figures.filter((figure) => !oneOfEach.includes(figure)).forEach(testStarts));
