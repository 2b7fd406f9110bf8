// The Jupyter wire format: a message as signed ZeroMQ frames, and back.
// Protocol 5.3: [identities…, "<IDS|MSG>", signature, header, parent header, metadata, content, buffers…].
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** Where a kernel listens and the key that signs its messages: the content of a Jupyter connection file. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly control_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: string;
  readonly kernel_name?: string;
}

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

export interface Message {
  /** Routing prefixes, as a ROUTER socket adds them; empty elsewhere. */
  readonly identities: Buffer[];
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly content: Record<string, unknown>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Bytes beside the JSON, as comms send them; the protocol does not sign them. */
  readonly buffers?: readonly Uint8Array[];
}

const delimiter = "<IDS|MSG>";

/** A header for a new message of this type. */
export function newHeader(type: string, session: string): Header {
  const date = new Date().toISOString();
  return { msg_id: randomUUID(), msg_type: type, session, username: "styloscope", date, version: "5.3" };
}

/** The frames of a message, signed with HMAC-SHA-256 under `key`. */
export function pack(key: string, message: Message): (Buffer | string)[] {
  const { identities, header, parent, metadata = {}, content, buffers = [] } = message;
  const parts = [header, parent, metadata, content].map((part) => JSON.stringify(part));
  return [...identities, delimiter, sign(key, parts), ...parts, ...buffers.map((bytes) => Buffer.from(bytes))];
}

/** The message in these frames. Throws when they are not a Jupyter message or the signature is not `key`'s. */
export function unpack(key: string, frames: Buffer[]): Message {
  const start = frames.findIndex((frame) => frame.toString() === delimiter);
  if (start < 0 || frames.length < start + 6) throw new Error("not a Jupyter message: its frames are incomplete");
  const parts = frames.slice(start + 2, start + 6);
  const received = Buffer.from(frames[start + 1].toString());
  const expected = Buffer.from(sign(key, parts));
  if (received.length !== expected.length || !timingSafeEqual(received, expected))
    throw new Error("a Jupyter message with a wrong signature; is the connection file another kernel's?");
  const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString()));
  return { identities: frames.slice(0, start), header, parent, content, metadata, buffers: frames.slice(start + 6) };
}

/** The type of a message, read without checking its signature: for choosing who handles it. */
export function messageType(frames: Buffer[]): string | undefined {
  const start = frames.findIndex((frame) => frame.toString() === delimiter);
  try {
    return JSON.parse(frames[start + 2].toString()).msg_type;
  } catch {
    return undefined;
  }
}

function sign(key: string, parts: (Buffer | string)[]): string {
  if (key === "") return ""; // in the protocol: unsigned
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
