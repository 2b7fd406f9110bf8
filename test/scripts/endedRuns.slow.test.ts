// Ended is ended: however a command is asked to end, npm's included, no process of it and no temporary file stays.
import { describe, it } from "node:test";
import { assertEnds, skip, spins, waits } from "./ended";

describe("npm run notebook leaves nothing running and no temporary file, and writes what was done", { skip }, () => {
  it("after SIGTERM to npm", () => assertEnds("term", waits, (npm) => process.kill(npm, "SIGTERM"), 143));
  it("after SIGKILL of npm, in a cell that never yields", () => assertEnds("kill", spins, (npm) => process.kill(npm, "SIGKILL"), 137));
});
