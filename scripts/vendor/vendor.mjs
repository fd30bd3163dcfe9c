// Copies and builds the third-party browser files, with licences and a manifest of SHA-256.
// Run by maintainers: `npm ci && npm run vendor`. Nobody needs Node to install or run Linli.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const modules = join(here, "node_modules");
const shipped = join(root, "src/linli/web/static/vendor");
const forTests = join(root, "tests/browser/vendor");

const version = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"))).version;
const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** A source map would be a second download that is not shipped. */
function copy(from, to) {
  const text = readFileSync(join(modules, from), "utf8");
  writeFileSync(to, text.replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*?(\*\/)?\s*$/, "\n"));
}

function bootstrap(to) {
  const source = join(here, "bootstrap.scss");
  const built = compile(source, {
    loadPaths: [modules],
    style: "compressed",
    charset: false,
    quietDeps: true,
    silenceDeprecations: ["import"],
  });
  const banner = `/*! Bootstrap ${version("bootstrap")}, a part of it | MIT | getbootstrap.com */\n`;
  writeFileSync(to, banner + built.css);
}

function echarts(to) {
  buildSync({
    entryPoints: [join(here, "echarts.js")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "chrome88",
    legalComments: "inline",
    define: { "process.env.NODE_ENV": '"production"' },
    outfile: to,
  });
}

function icons(to) {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter(Boolean);
  const symbols = names.map((name) => {
    const svg = readFileSync(join(modules, "bootstrap-icons/icons", `${name}.svg`), "utf8");
    const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 16 16">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  writeFileSync(to, `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
}

const FILES = [
  ["htmx.min.js", "htmx.org", "0BSD", "LICENSE", (to) => copy("htmx.org/dist/htmx.min.js", to)],
  ["bootstrap.css", "bootstrap", "MIT", "LICENSE", bootstrap],
  ["maplibre-gl-csp.js", "maplibre-gl", "BSD-3-Clause", "LICENSE.txt",
    (to) => copy("maplibre-gl/dist/maplibre-gl-csp.js", to)],
  ["maplibre-gl-csp-worker.js", "maplibre-gl", "BSD-3-Clause", "LICENSE.txt",
    (to) => copy("maplibre-gl/dist/maplibre-gl-csp-worker.js", to)],
  ["maplibre-gl.css", "maplibre-gl", "BSD-3-Clause", "LICENSE.txt",
    (to) => copy("maplibre-gl/dist/maplibre-gl.css", to)],
  ["echarts.js", "echarts", "Apache-2.0", "LICENSE", echarts],
  ["icons.svg", "bootstrap-icons", "MIT", "LICENSE", icons],
];
const TEST_FILES = [
  ["axe.min.js", "axe-core", "MPL-2.0", "LICENSE", (to) => copy("axe-core/axe.min.js", to)],
];

function fill(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "licences"), { recursive: true });
  const entries = files.map(([name, pkg, licence, text, make]) => {
    const path = join(folder, name);
    const licenceFile = `licences/${pkg}.txt`;
    make(path);
    copyFileSync(join(modules, pkg, text), join(folder, licenceFile));
    return { file: name, package: pkg, version: version(pkg), licence, licence_file: licenceFile,
      sha256: sha256(path) };
  });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(entries, null, 2) + "\n");
}

fill(shipped, FILES);
fill(forTests, TEST_FILES);
