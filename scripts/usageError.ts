// The arguments of a command are wrong: it ends with 2 and says how it is used.
import { parseArgs, type ParseArgsConfig } from "node:util";

export class UsageError extends Error {}

/** Node's `parseArgs`, whose errors are usage errors. @throws UsageError for an option that there is not, or without its value */
export function parsedArgs<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
