// A step's image belongs to the loop. Whoever keeps it is told what to do, instead of "Tensor is disposed.".
import type { Image } from "../image";

/** Disposes an image that was lent with a step: using it from now on says to clone it. `name`: what it is called there. */
export function giveBack(image: Image | undefined, name: string): void {
  if (!image || image.isDisposed) return;
  image.dispose();
  const refuse = (): never => {
    throw new Error(`this ${name} was disposed when the loop went on: clone to keep, \`const kept = ${name}.clone()\`, ` +
      "while the loop is at its step");
  };
  // Methods of a tensor check whether it is disposed; operations read its data.
  Object.defineProperties(image, { throwIfDisposed: { value: refuse }, dataId: { get: refuse } });
}
