// The Jupyter wire format.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { type Message, messageType, newHeader, pack, unpack } from "../../../src/platform/kernel/wire";

const header = newHeader("execute_request", "session");
const message: Message = {
  identities: [Buffer.from("id")], header, parent: {}, content: { code: "é" }, metadata: { version: "2.1.0" }, buffers: [Buffer.from([0, 255, 7])],
};
const frames = (key = "key"): Buffer[] => pack(key, message).map((frame) => Buffer.from(frame));

test("a message comes back from its frames", () => {
  assert.deepEqual(unpack("key", frames()), message);
  assert.equal(messageType(frames()), "execute_request");
});

test("the signature is HMAC-SHA-256 over header, parent, metadata and content, as the protocol says", () => {
  const [, , signature, ...parts] = frames().slice(0, -1); // the last is a buffer, which is not signed
  const expected = createHmac("sha256", "key").update(Buffer.concat(parts)).digest("hex");
  assert.equal(signature.toString(), expected);
  assert.equal(frames("")[2].toString(), "", "an empty key means unsigned");
});

test("a wrong key, a changed message and missing frames are refused", () => {
  assert.throws(() => unpack("other", frames()), /wrong signature/);
  const changed = frames();
  changed[6] = Buffer.from('{"code":"e"}');
  assert.throws(() => unpack("key", changed), /wrong signature/);
  assert.throws(() => unpack("key", frames().slice(0, 5)), /frames are incomplete/);
  assert.throws(() => unpack("key", [Buffer.from("hello")]), /not a Jupyter message/);
  assert.equal(messageType([Buffer.from("hello")]), undefined);
});
