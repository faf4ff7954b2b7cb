// Builds web/static/vendor: only what our pages use of Tabler, htmx, and a small ECharts.
// Each file is named by its content, so that browsers may keep it for a year; manifest.json maps plain names to built
// ones. Write class names in full in templates and code ("text-red", never "text-" + colour): what is not found as a
// whole word in the source of a page is removed from the styles.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = path.dirname(fileURLToPath(import.meta.url));
const web = path.dirname(here);
const vendor = path.join(web, "static", "vendor");
const installed = createRequire(import.meta.url).resolve;
const browsers = ["chrome111", "edge111", "firefox113", "safari16.4"];

async function textsOf(folder, extensions) {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const ours = names.filter((name) => extensions.includes(path.extname(name)) && !/^(assets|static\/vendor)\//.test(name));
  return Promise.all(ours.sort().map((name) => readFile(path.join(folder, name), "utf8")));
}

async function styles(texts) {
  const purger = new PurgeCSS();
  const [purged] = await purger.purge({
    content: texts.map((raw) => ({ raw, extension: "html" })),
    css: [{ raw: await readFile(installed("@tabler/core/dist/css/tabler.css"), "utf8") }],
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-][A-Za-z0-9_:/-]*/g) ?? [],
    fontFace: true,
    keyframes: true,
    safelist: { variables: texts.join("\n").match(/--tblr-[a-z0-9-]+/g) ?? [] },
    variables: true,
  });
  const { code } = await esbuild.transform(purged.css, { loader: "css", minify: true, target: browsers });
  return code;
}

async function script(entry, format) {
  const built = await esbuild.build({
    absWorkingDir: here,
    bundle: true,
    entryPoints: [entry],
    format,
    legalComments: "inline",
    minify: true,
    target: browsers,
    write: false,
  });
  return built.outputFiles[0].text;
}

async function emit(folder, name, text) {
  const { name: stem, ext } = path.parse(name);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const built = `${stem}.${digest}${ext}`;
  await writeFile(path.join(folder, built), text);
  const sent = gzipSync(text).length / 1000;
  console.log(`  ${name}  ${(text.length / 1000).toFixed(0)} kB, gzip ${sent.toFixed(1)} kB`);
  return [name, built];
}

const pages = await textsOf(web, [".html", ".py", ".js", ".css"]);
const draft = `${vendor}.new`;
await rm(draft, { recursive: true, force: true });
await mkdir(draft, { recursive: true });
const files = await Promise.all([
  styles(pages).then((text) => emit(draft, "tabler.css", text)),
  readFile(installed("htmx.org/dist/htmx.min.js"), "utf8").then((text) => emit(draft, "htmx.js", text)),
  script("charts.js", "esm").then((text) => emit(draft, "charts.js", text)),
]);
await writeFile(path.join(draft, "manifest.json"), `${JSON.stringify(Object.fromEntries(files), null, 2)}\n`);
await rm(vendor, { recursive: true, force: true });
await rename(draft, vendor);
