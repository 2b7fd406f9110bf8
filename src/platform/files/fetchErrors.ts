// What can go wrong with a download, in sentences that name the file, the host and the remedy.
import * as path from "node:path";
import type { Fetchable } from "./manifest";
import { classicImagesFolder } from "./paths";

/** The connection ended or stalled before the file did: worth another attempt. */
export class CutShort extends Error {}

/** The server sent a status, not the file. */
export class StatusError extends Error {
  constructor(readonly status: number, statusText: string) {
    super(`${status} ${statusText}`.trim());
  }
}

/** A file was downloaded completely and is not the right one. */
class WrongFile extends Error {}

/** The error for a file with another checksum. */
export function mismatch(
  entry: Fetchable, address: string, { algorithm, value, actual }: Fetchable["checksum"] & { readonly actual: string },
): Error {
  return new WrongFile(
    `${entry.name}: what ${hostOf(address)} sent is not the right file: expected ${algorithm} ${value}, got ${actual}. It was ` +
      `deleted. A proxy may have sent a page of its own: try again later, or ${remedy(entry)}`);
}

/** Whether another attempt may help: after cut, stalled and reset connections, and for servers that are busy or failing. */
export function worthRetrying(error: unknown): boolean {
  if (error instanceof CutShort) return true;
  if (error instanceof StatusError) return error.status >= 500 || error.status === 429 || error.status === 408;
  return ["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET", "UND_ERR_BODY_TIMEOUT"].includes(codeOf(error));
}

/** `error` as a sentence about `entry`, with the remedy. */
export function explain(error: unknown, entry: Fetchable, address: string, folder: string): Error {
  if (error instanceof WrongFile) return error;
  const [what, todo = remedy(entry)] = causeOf(error, hostOf(address), address, folder);
  const then = todo === remedy(entry) ? todo : `${todo}, or ${remedy(entry)}`;
  return new Error(`${entry.name} was not downloaded: ${what}; ${then}`, { cause: error });
}

/** What went wrong, and what may help besides getting the file in another way. */
function causeOf(error: unknown, host: string, address: string, folder: string): [what: string, todo?: string] {
  const code = codeOf(error);
  const again = "run the same command again, which resumes it";
  if (error instanceof StatusError && error.status === 404) return [`${host} has no such file (404: ${address})`];
  if (error instanceof StatusError) return [`${host} answered ${error.message}`];
  if (error instanceof CutShort) return [`${error.message} (${host}), also after several attempts`, again];
  if (worthRetrying(error)) return [`the connection to ${host} was cut, also after several attempts`, again];
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return [`the host ${host} is not found`, "check the network"];
  if (code === "ECONNREFUSED") return [`no server answers at ${host}`];
  if (code === "ENOSPC") return [`the disk of ${folder} is full`, "free some space and run the same command again"];
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EISDIR"].includes(code))
    return [`${folder} cannot be written (${code})`, "check its permissions"];
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return [`${host}: ${code || (cause instanceof Error ? cause.message : String(cause))}`];
}

/** How to get the file in another way. */
function remedy(entry: Fetchable): string {
  return entry.kind === "weights"
    ? `download it in another way and import it: npm run weights -- ${entry.name} --from FILE`
    : `download it in another way and put it into ${path.join(classicImagesFolder, entry.fileName)}`;
}

/** The system's or undici's code, which fetch hides in the cause of a "fetch failed". */
function codeOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ("code" in inner && typeof inner.code === "string") return inner.code;
    // localhost tries IPv6 and IPv4: both refusals come together.
    if (inner instanceof AggregateError && inner.errors.length > 0) return codeOf(inner.errors[0]);
  }
  return "";
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
