// npm run kernel:install [-- --remove]: see src/platform/kernel/installKernel.ts.
export { run } from "../src/platform/kernel/installKernel";
