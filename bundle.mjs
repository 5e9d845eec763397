// Bundle what the pages take from npm into server/static/vendor, with the licences of all of it.
import { build } from "esbuild";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const TARGET = "server/static/vendor";

rmSync(TARGET, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [
    { in: "@zazuko/yasqe", out: "yasqe" },
    { in: "@zazuko/yasqe/build/yasqe.min.css", out: "yasqe" },
  ],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  loader: { ".svg": "dataurl" },
  metafile: true,
  outdir: TARGET,
});

// The letters of the pictures that are written as PNG.
cpSync("node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf", `${TARGET}/fonts/DejaVuSans.ttf`);

// A package that ships built files names what went into them as its dependencies.
const packages = new Set();
const add = (name) => {
  if (packages.has(name)) return;
  packages.add(name);
  Object.keys(manifest(name).dependencies ?? {}).forEach(add);
};
const manifest = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
add("dejavu-fonts-ttf");
for (const path of Object.keys(metafile.inputs)) add(path.match(/node_modules\/((@[^/]+\/)?[^/]+)/)[1]);

const licences = [...packages].sort().map((name) => {
  const { version, license, author } = manifest(name);
  const file = readdirSync(`node_modules/${name}`).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(`node_modules/${name}/${file}`, "utf8") : `By ${author?.name ?? author}.`;
  return `${name} ${version}, ${license}\n\n${text.trim()}\n`;
});
writeFileSync(`${TARGET}/licences.txt`, licences.join(`\n${"-".repeat(80)}\n\n`));
