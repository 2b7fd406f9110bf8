// JupyterLab as `npm run lab` starts it, and a page of it in a browser.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { labEnvironment, prepareLab, writeLabSettings } from "../../scripts/lab";
import { readNotebook, writeNotebook } from "../../src/platform/files/notebookFile";
import * as chromium from "./chromium";

const root = path.resolve(__dirname, "../..");

/** Why tests with JupyterLab are left out here, or false. */
export const skip: string | false = chromium.skip || (existsSync(path.join(root, ".venv/styloscope")) ? false : "no .venv here; npm run lab makes it");

export interface Lab {
  /** The folder of its notebooks, inside the project, so that cells find the library. */
  readonly folder: string;
  /** Opens a notebook in a new page, of these cells or as it is, when its kernel is idle; or at once, where it is `running`. */
  open(name: string, cells?: readonly string[], options?: { running?: boolean }): Promise<LabPage>;
  close(): Promise<void>;
}

export interface LabPage {
  readonly page: Page;
  readonly complaints: string[];
  /** Chooses an entry of JupyterLab's menus. */
  menu(...way: string[]): Promise<void>;
  /** Saves the notebook. Resolves when the file is written: an earlier save, as JupyterLab makes one every two minutes, is not taken for this one. */
  save(): Promise<void>;
  /** The outputs of a cell. */
  output(cell: number): Locator;
  /** Resolves when the kernel is idle. */
  idle(): Promise<unknown>;
  /** Resolves when it is idle and every cell has run. */
  finished(): Promise<void>;
}

export async function startLab({ theme = "JupyterLab Light" }: { theme?: string } = {}): Promise<Lab> {
  const programs = prepareLab({ show: false });
  writeLabSettings(path.resolve(programs, ".."));
  mkdirSync(path.join(root, "out"), { recursive: true });
  const folder = mkdtempSync(path.join(root, "out", "lab-"));
  const settings = path.join(folder, ".settings");
  const themes = path.join(settings, "@jupyterlab", "apputils-extension");
  mkdirSync(themes, { recursive: true });
  writeFileSync(path.join(themes, "themes.jupyterlab-settings"), JSON.stringify({ theme }));
  const port = await freePort();
  const args = [path.join(root, "scripts", "lab.py"), "--no-browser", "--allow-root", `--port=${port}`, "--ServerApp.port_retries=0",
    "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True", `--ServerApp.root_dir=${folder}`];
  const env = {
    ...labEnvironment(), JUPYTERLAB_SETTINGS_DIR: settings, JUPYTERLAB_WORKSPACES_DIR: path.join(folder, ".workspaces"),
    JUPYTER_RUNTIME_DIR: path.join(folder, ".runtime"), JUPYTER_CONFIG_DIR: path.join(folder, ".config"),
  };
  const server = spawn(path.join(programs, "python"), args, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr.on("data", (data: Buffer) => (log = (log + data).slice(-8000)));
  const address = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (await fetch(`${address}/api/status`).then(({ ok }) => ok, () => false)) break;
    if (tries > 600 || server.exitCode !== null) throw new Error(`JupyterLab did not start:\n${log}`);
    await sleep(200);
  }
  const browser: Browser = await chromium.openBrowser();

  async function open(name: string, cells?: readonly string[], { running = false }: { running?: boolean } = {}): Promise<LabPage> {
    if (cells) await writeNotebook(path.join(folder, name), {
      cells: cells.map((source, i) => ({ cell_type: "code" as const, id: `cell-${i}`, metadata: {}, source, execution_count: null, outputs: [] })),
      metadata: { kernelspec: { name: "tslab", display_name: "TypeScript (styloscope)", language: "typescript" } }, nbformat: 4, nbformat_minor: 5,
    });
    const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
    page.setDefaultTimeout(120_000);
    const complaints: string[] = [];
    page.on("pageerror", (error) => void complaints.push(String(error)));
    await page.goto(`${address}/doc/tree/${name}?reset`);
    await page.waitForSelector(".jp-Notebook .jp-Cell");
    if (!running) await idle(page);
    const menu = async (...way: string[]): Promise<void> => {
      await page.locator(".lm-MenuBar-item", { hasText: new RegExp(`^${way[0]}$`) }).click();
      for (const label of way.slice(1)) await page.locator(".lm-Menu-item:visible", { hasText: label }).first().click();
    };
    return {
      page, complaints, menu, idle: () => idle(page),
      async save() {
        const file = path.join(folder, name);
        const before = statSync(file).mtimeMs;
        await menu("File", "Save Notebook");
        for (let tries = 0; tries < 600; tries++) {
          await sleep(50);
          if (statSync(file, { throwIfNoEntry: false })?.mtimeMs !== before) {
            try { return void readNotebook(file); } catch { /* it is being written */ }
          }
        }
        throw new Error(`${name} was not saved within 30 s`);
      },
      output: (cell) => page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-OutputArea-output"),
      async finished() {
        await page.waitForFunction(() => {
          const document = (globalThis as unknown as { document: { querySelectorAll(selector: string): ArrayLike<{ textContent: string }> } }).document;
          return Array.from(document.querySelectorAll(".jp-InputPrompt")).every(({ textContent }) => /^\[\d+\]:$/.test(textContent.trim()));
        }, undefined, { timeout: 180_000 });
        await idle(page);
      },
    };
  }

  return {
    folder, open,
    async close() {
      await browser.close();
      server.kill("SIGTERM");
      await new Promise<void>((resolve) => (server.exitCode === null ? server.on("close", () => resolve()) : resolve()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The status bar is the first to know whether a kernel runs at all. */
const idle = (page: Page): Promise<unknown> => page.waitForSelector(".jp-StatusBar-Widget >> text=/\\(styloscope\\) \\| Idle/");

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
