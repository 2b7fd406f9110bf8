// What a kernel completes inside quotes: samples, networks and figures.
import { figures } from "../figures/registry";
import { networkNames } from "../networks/loadNetwork";
import { offerNames } from "../offeredNames";
import { samples } from "../platform/files/sample";

for (const where of ["sample", "photo", "painting"]) offerNames(where, () => [...samples().keys()].sort());
for (const where of ["loadNetwork", "network"]) offerNames(where, () => networkNames);
offerNames("reproduce", () => figures.map(({ name }) => name));
