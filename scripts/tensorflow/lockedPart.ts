// One package and what it needs, cut out of a lockfile.

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optional?: boolean;
}
/** A `package-lock.json` of version 3, as far as it is read here: what lies where in `node_modules`. */
export interface Lockfile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Locked>>;
}

/**
 * The lockfile of a project that needs only `name`: the same versions and checksums, every package where it was. `without`
 * is left out, and what only it needs: Node finds it further up.
 *
 * @throws Error when the lockfile has no such package
 */
export function lockedPart(lock: Lockfile, name: string, without: string): Lockfile {
  const packages: Record<string, Locked> = {};
  const keep = (place: string): void => {
    if (place in packages) return;
    const { optional: _, ...locked } = lock.packages[place]; // what npm may leave out there must be here
    const { [without]: __, ...dependencies } = locked.dependencies ?? {};
    packages[place] = { ...locked, dependencies };
    Object.keys(dependencies).forEach((needed) => keep(found(lock, needed, place)));
  };
  const place = found(lock, name, "");
  keep(place);
  const { version } = lock.packages[place] as { version?: string };
  return { lockfileVersion: lock.lockfileVersion, packages: { "": { dependencies: { [name]: version ?? "*" } }, ...packages } };
}

/** Where `require(name)` in the package at `place` ends: its own node_modules, or the next one up. */
function found(lock: Lockfile, name: string, place: string): string {
  const here = place === "" ? `node_modules/${name}` : `${place}/node_modules/${name}`;
  if (here in lock.packages) return here;
  if (place === "") throw new Error(`package-lock.json has no ${name}; git checkout package-lock.json brings it back`);
  return found(lock, name, place.slice(0, Math.max(0, place.lastIndexOf("/node_modules/"))));
}
