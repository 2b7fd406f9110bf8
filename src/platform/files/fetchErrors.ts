// What can go wrong with a fetch, in words that name the file, the host and the way out.
import * as path from "node:path";
import type { Fetchable } from "./manifest";
import { classicImagesFolder } from "./paths";

/** The connection ended or fell silent before the file did: worth another try. */
export class CutShort extends Error {}

/** The server answered with something else than the file. */
export class StatusError extends Error {
  constructor(readonly status: number, statusText: string) {
    super(`${status} ${statusText}`.trim());
  }
}

/** What to do when a file cannot be fetched. */
export function remedy(entry: Fetchable): string {
  return entry.kind === "weights"
    ? `Get the file on another way or machine and import it: npm run weights -- ${entry.name} --from FILE`
    : `Get the picture another way and put it into ${path.join(classicImagesFolder, entry.fileName)}`;
}

/** A file came whole and is not the right one. */
export class WrongFile extends Error {}

/** The error for a file of another checksum. */
export function mismatch(entry: Fetchable, address: string, got: string): WrongFile {
  const { algorithm, value } = entry.checksum;
  return new WrongFile(`${entry.name}: what ${hostOf(address)} sent is not the right file: expected ${algorithm} `
    + `${value}, got ${got}. It was deleted. A proxy may have sent a page of its own; try again later. `
    + remedy(entry));
}

/** Whether trying again may help: cut, silent and reset connections, and servers that are busy or failing. */
export function worthRetrying(error: unknown): boolean {
  if (error instanceof CutShort) return true;
  if (error instanceof StatusError) return error.status >= 500 || error.status === 429 || error.status === 408;
  return ["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET", "UND_ERR_BODY_TIMEOUT"].includes(codeOf(error));
}

/** `error` as one sentence about `entry`, with the remedy. */
export function explain(error: unknown, entry: Fetchable, address: string, folder: string): Error {
  if (error instanceof WrongFile) return error;
  const host = hostOf(address);
  const code = codeOf(error);
  const say = (what: string, also = ""): Error =>
    new Error(`${entry.name} was not fetched: ${what}. ${also}${remedy(entry)}`, { cause: error });
  const again = "What came is kept; the same command goes on from there. ";
  if (error instanceof StatusError && error.status === 404) return say(`${host} has no such file (404: ${address})`);
  if (error instanceof StatusError) return say(`${host} answered ${error.message}`);
  if (error instanceof CutShort) return say(`${error.message} (${host}), also after several tries`, again);
  if (worthRetrying(error)) return say(`the connection to ${host} was cut, also after several tries`, again);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return say(`the name ${host} is not found`, "Is there a network? ");
  if (code === "ECONNREFUSED") return say(`no server answers at ${host}`);
  if (code === "ENOSPC") return say(`the disk of ${folder} is full`, "Make room and run the same command again. ");
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EISDIR"].includes(code)) {
    return say(`${folder} cannot be written (${code})`, "Make it a folder of yours. ");
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return say(`${host}: ${code || (cause instanceof Error ? cause.message : String(cause))}`);
}

/** The system's or undici's code, which fetch hides in the cause of a "fetch failed". */
function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
    // localhost tries IPv6 and IPv4: both refusals come together.
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return "";
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
