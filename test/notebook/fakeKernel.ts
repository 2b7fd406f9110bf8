// Stands in for a tslab kernel: catches what a cell would show.
import sharp from "sharp";

export interface Shown {
  readonly data: Record<string, any>;
  readonly metadata: Record<string, any>;
  readonly id: string;
  readonly update: boolean;
}

/** Runs `cell` as if in a kernel. `writer: false`: tslab's bundle writer is out of reach, as with a global tslab. */
export async function inFakeKernel(cell: (shown: Shown[]) => unknown, { writer = true } = {}): Promise<Shown[]> {
  const shown: Shown[] = [];
  const lastWriteDisplayData = ({ data, metadata, transient }: any, update: boolean): void =>
    void shown.push({ data, metadata, id: transient.display_id, update });
  let displays = 0;
  const newDisplay = (): object => {
    const id = `display ${displays++}`;
    let update = false;
    return {
      raw(type: string, content: unknown) {
        shown.push({ data: { [type]: content }, metadata: {}, id, update });
        update = true;
      },
    };
  };
  const modules: Record<string, unknown> = {
    tslab: { newDisplay },
    "tslab/dist/jupyter": { lastWriteDisplayData: writer ? lastWriteDisplayData : null },
  };
  const place = globalThis as { __tslab__?: unknown };
  place.__tslab__ = { require: (name: string) => modules[name] };
  try {
    await cell(shown);
  } finally {
    delete place.__tslab__;
  }
  return shown;
}

/** The picture of a bundle: its type and size, and its pixels as RGB rows. */
export async function pictureOf({
  data,
}: Pick<Shown, "data">): Promise<{ type: string; width: number; height: number; pixels: Buffer }> {
  const type = "image/png" in data ? "image/png" : "image/jpeg";
  const { data: pixels, info } = await sharp(Buffer.from(data[type], "base64"))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { type, width: info.width, height: info.height, pixels };
}

/** How large the output is in a notebook file. */
export const bytesOf = ({ data, metadata }: Pick<Shown, "data" | "metadata">): number =>
  Buffer.byteLength(JSON.stringify({ data, metadata }));
