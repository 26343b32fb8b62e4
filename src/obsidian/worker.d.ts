/** A worker's program as a string; the build makes it (see `esbuild.config.mjs`). */
declare module "worker:*" {
  const text: string;
  export default text;
}
