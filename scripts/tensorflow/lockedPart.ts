// Extracts one package and its dependencies from a lockfile.

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optional?: boolean;
}
/** The part of a `package-lock.json` of version 3 that is used here: packages by their path in `node_modules`. */
export interface Lockfile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Locked>>;
}

/**
 * The lockfile of a project that depends only on `name`: the same versions and checksums, every package at its path. `without` is left
 * out, with what only it depends on: Node resolves it from a parent folder.
 *
 * @throws Error when the lockfile has no such package
 */
export function lockedPart(lock: Lockfile, name: string, without: string): Lockfile {
  const packages: Record<string, Locked> = {};
  const add = (location: string): void => {
    if (location in packages) return;
    const { optional: _, ...locked } = lock.packages[location]; // optional in the project, required here
    const { [without]: __, ...dependencies } = locked.dependencies ?? {};
    packages[location] = { ...locked, dependencies };
    Object.keys(dependencies).forEach((needed) => add(resolve(lock, needed, location)));
  };
  const location = resolve(lock, name, "");
  add(location);
  const { version } = lock.packages[location] as { version?: string };
  return { lockfileVersion: lock.lockfileVersion, packages: { "": { dependencies: { [name]: version ?? "*" } }, ...packages } };
}

/** The path to which `require(name)` resolves in the package at `location`: its own node_modules, or the next one up. */
function resolve(lock: Lockfile, name: string, location: string): string {
  const nested = location === "" ? `node_modules/${name}` : `${location}/node_modules/${name}`;
  if (nested in lock.packages) return nested;
  if (location === "") throw new Error(`package-lock.json has no ${name}; git checkout package-lock.json brings it back`);
  return resolve(lock, name, location.slice(0, Math.max(0, location.lastIndexOf("/node_modules/"))));
}
