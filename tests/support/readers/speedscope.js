// Runs speedscope's own importer, out of its released bundle, on a file, and tells what it made of it as JSON.
// usage: node speedscope.js FOLDER_OF_THE_PACKAGE FILE
"use strict";
const fs = require("fs");
const path = require("path");
const { performance } = require("perf_hooks");
const vm = require("vm");

const [folder, file] = process.argv.slice(2);

function importer() {
  const release = path.join(folder, "dist", "release");
  const bundle = fs.readdirSync(release).find((name) => /^speedscope-.*\.js$/.test(name));
  const code = fs.readFileSync(path.join(release, bundle), "utf8");
  const named = code.match(/async function (\w+)\(\w+,\w+\)\{return\(await \w+\)\.importProfilesFromArrayBuffer/);
  if (!named) throw new Error("speedscope's importer is not where it was in its bundle.");
  // The last statements of the bundle put its window on the page; here they hand out the importer.
  const cut = code.lastIndexOf("console.log(`speedscope v");
  if (cut < 0) throw new Error("The end of speedscope's bundle is not what it was.");
  vm.runInThisContext(code.slice(0, cut) + `globalThis.importProfiles=${named[1]};})();`);
  return globalThis.importProfiles;
}

function standIn() {
  return new Proxy(function () {}, {
    get: (_, key) => (key === Symbol.toPrimitive ? () => "" : standIn()),
    set: () => true,
    apply: () => standIn(),
    construct: () => standIn(),
  });
}

function told(profile) {
  const frames = [];
  let deepest = 0;
  const stack = [];
  const begun = new Map();
  profile.forEachCall(
    (node, value) => {
      stack.push(value);
      deepest = Math.max(deepest, stack.length);
    },
    (node, value) => frames.push([node.frame.name, stack.length, stack.pop(), value]),
  );
  return { name: profile.getName(), total: profile.getTotalWeight(), deepest, frames };
}

async function main() {
  const warnings = [];
  console.warn = (text) => warnings.push(String(text));
  console.log = () => {};
  for (const name of ["window", "document", "localStorage", "HTMLElement"]) globalThis[name] = standIn();
  globalThis.window = globalThis;
  globalThis.addEventListener = () => {};
  globalThis.matchMedia = () => ({ matches: false, addListener: () => {} });
  globalThis.location = { hash: "", protocol: "file:", href: "" };
  const importProfiles = importer();
  const bytes = fs.readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const begin = performance.now();
  const group = await importProfiles(path.basename(file), buffer);
  const seconds = (performance.now() - begin) / 1000;
  const memory = process.memoryUsage().rss;
  const profiles = process.env.ONLY_TIMES ? [] : group.profiles.map(told);
  process.stdout.write(JSON.stringify({ warnings, seconds, memory, count: group.profiles.length, profiles }));
}

main().catch((error) => {
  process.stderr.write(String(error.stack));
  process.exitCode = 1;
});
