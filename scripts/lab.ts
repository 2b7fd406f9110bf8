// npm run lab [-- arguments of jupyter lab]: JupyterLab with the styloscope kernel, in its own virtual environment.
// Everything goes into .venv of this project; nothing is installed for the user or the machine.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { jupyterPath } from "../src/platform/kernel/kernelspec";
import { run as runToEnd } from "./run";
import { stopRequest } from "./stopRequest";

const root = path.resolve(__dirname, "..");
const windows = process.platform === "win32";
const oldestPython = [3, 10];
const oldest = oldestPython.join(".");
const without = "`npm start` and `npm run notebook` need no Python at all.";

/** JupyterLab cannot be installed; the message says what to do. */
export class LabError extends Error {
  override readonly name = "LabError";
}

export interface LabOptions {
  /** The Python to create the environment with; by default the first of python3, python (py on Windows) that runs. */
  readonly python?: string;
  /** The folder of the environment. */
  readonly folder?: string;
  readonly requirements?: string;
  /** Whether pip's output is shown. */
  readonly show?: boolean;
}

/** Runs JupyterLab with these arguments until it ends, and returns the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    return await runLab(args);
  } catch (error) {
    console.error(error instanceof LabError ? error.message : error);
    return 1;
  }
}

/**
 * Installs the environment and returns the folder of its programs. An environment that was installed for the same
 * requirements is used as it is. When something fails, nothing half-installed is left.
 *
 * @throws LabError
 */
export function prepareLab({
  python,
  folder = path.join(root, ".venv"),
  requirements = path.join(__dirname, "lab-requirements.txt"),
  show = true,
}: LabOptions = {}): string {
  const programs = path.join(folder, windows ? "Scripts" : "bin");
  const marker = path.join(folder, "styloscope");
  const checksum = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(folder)) {
    if (!existsSync(marker))
      throw new LabError(`${folder} was not created by styloscope: move it away and try again.\n${without}`);
    if (readFileSync(marker, "utf8").trim() === checksum) return programs;
    rmSync(folder, { recursive: true, force: true });
  }
  const found = findPython(python);
  if (show) console.log(`installing JupyterLab into ${path.relative(root, folder)} (once, about a minute)`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(marker, "unfinished\n"); // an installation that is killed starts over next time
    const venv = runToEnd(found, ["-m", "venv", folder], show);
    if (!venv.ok)
      throw new LabError(
        `${found} cannot create a virtual environment:\n${venv.lastLines}\n` +
          `On Debian and Ubuntu: sudo apt install python3-venv. Then try again.\n${without}`);
    const pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", requirements];
    const install = runToEnd(path.join(programs, "python"), pip, show);
    if (!install.ok)
      throw new LabError(
        `JupyterLab could not be installed:\n${install.lastLines}\n` +
          "It comes from the Python package index: connect to the network, or set PIP_INDEX_URL (a mirror) " +
          `or PIP_FIND_LINKS (a folder of wheels), and try again.\n${without}`);
    writeFileSync(marker, `${checksum}\n`);
    return programs;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The environment variables with which Jupyter finds the kernel and uses its own extensions before a user's. */
export function labEnvironment(): NodeJS.ProcessEnv {
  const before = process.env.JUPYTER_PATH;
  return {
    ...process.env,
    JUPYTER_PATH: before ? `${jupyterPath}${path.delimiter}${before}` : jupyterPath,
    JUPYTER_PREFER_ENV_PATH: "1",
  };
}

/**
 * JupyterLab's question on its first start, whether it may fetch news, is answered: no. It saves the state of controls with a notebook,
 * which shows them when it is opened again; and it saves every 20 s instead of 120, as a tab that is closed and opened again shows of a run what
 * was saved since it began. A user's own settings come before these.
 */
export function writeLabSettings(environment: string): void {
  const settings = path.join(environment, "share", "jupyter", "lab", "settings");
  mkdirSync(settings, { recursive: true });
  writeFileSync(path.join(settings, "overrides.json"), `${JSON.stringify({
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    "@jupyter-widgets/jupyterlab-manager:plugin": { saveState: true },
    "@jupyterlab/docmanager-extension:plugin": { autosaveInterval: 20 },
  })}\n`);
}

async function runLab(args: string[]): Promise<number> {
  const programs = prepareLab();
  writeLabSettings(path.resolve(programs, ".."));
  const python = path.join(programs, "python");
  const lab = spawn(python, [path.join(__dirname, "lab.py"), ...args],
    { cwd: path.join(root, "notebooks"), env: labEnvironment(), stdio: "inherit" });
  // In a terminal, Ctrl-C is JupyterLab's: it gets it too, and asks whether to end.
  const request = stopRequest({ ctrlC: process.stdin.isTTY !== true });
  request.signal.addEventListener("abort", () => lab.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    lab.on("error", reject);
    lab.on("close", (code) => resolve(request.exitCode() || (code ?? 1)));
  });
}

function findPython(given: string | undefined): string {
  const tried = given ? [given] : windows ? ["py", "python"] : ["python3", "python"];
  const ask = "import sys; print(*sys.version_info[:2])";
  for (const python of tried) {
    const { ok, output } = runToEnd(python, ["-c", ask], false);
    const version = output.trim().split(" ").map(Number);
    if (!ok || version.length !== 2) continue;
    const [major, minor] = version;
    if (major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1])) return python;
    throw new LabError(`${python} is Python ${major}.${minor}; JupyterLab needs ${oldest} or newer.\n${without}`);
  }
  throw new LabError(`JupyterLab needs Python ${oldest} or newer, and none was found (tried ${tried.join(", ")}).\n` +
    `Install it (Debian and Ubuntu: sudo apt install python3 python3-venv) and try again.\n${without}`);
}
