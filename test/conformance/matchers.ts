// Matchers that the specs use and that the older Jasmine, which their helpers need, does not have.

interface Verdict { pass: boolean }
declare const jasmine: { addMatchers(matchers: Record<string, () => { compare(actual: unknown, expected?: unknown): Verdict }>): void };
declare const beforeEach: (prepare: () => void) => void;
declare const expect: (actual: () => void) => { toThrowError(...expected: unknown[]): void };

beforeEach(() => jasmine.addMatchers({
  toBeTrue: () => ({ compare: (actual) => ({ pass: actual === true }) }),
  toBeFalse: () => ({ compare: (actual) => ({ pass: actual === false }) }),
  toBeInstanceOf: () => ({ compare: (actual, kind) => ({ pass: actual instanceof (kind as () => void) }) }),
}));

async function toBeRejectedWithError(promise: Promise<unknown>, ...expected: unknown[]): Promise<void> {
  const failure: { error: unknown } | undefined = await promise.then(() => undefined, (error: unknown) => ({ error }));
  expect(() => {
    if (failure) throw failure.error;
  }).toThrowError(...expected);
}

Object.assign(globalThis, {
  expectAsync: (promise: Promise<unknown>) => ({
    toBeRejectedWithError: (...expected: unknown[]) => toBeRejectedWithError(promise, ...expected),
  }),
});
