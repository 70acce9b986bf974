// The development Worker on the real runtime, without what `wrangler dev` puts around it: it starts in a second, and
// whoever kills it kills nothing else. Arguments: the Worker's folder, the storage's, the port, the file of secrets.
import { readFileSync } from "node:fs";
import { Miniflare } from "miniflare";

const [dist, storage, port, secrets] = process.argv.slice(2);
const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const from = (text) => (name) => text.match(new RegExp(`^${name} ?= ?"?(.*?)"?$`, "m"))[1];
const setting = from(read("wrangler.toml"));
const secret = from(readFileSync(secrets, "utf8"));
const former = readFileSync(secrets, "utf8").match(/^LOG_KEYS_FORMER=(.*)$/m);
const all = (names, value) => Object.fromEntries(names.map((name) => [name, value(name)]));

await new Miniflare({
  host: "127.0.0.1",
  port: Number(port),
  compatibilityDate: setting("compatibility_date"),
  modules: [
    { type: "ESModule", path: "index.js", contents: readFileSync(`${dist}/index.js`) },
    { type: "CompiledWasm", path: "index_bg.wasm", contents: readFileSync(`${dist}/index_bg.wasm`) },
  ],
  bindings: {
    ...all(["MAIL_FROM", "LOG_NAME"], setting),
    // A setting, and whoever replaces LOG_KEY in a test sets both in one file.
    LOG_KEYS_FORMER: former ? former[1] : setting("LOG_KEYS_FORMER"),
    ...all(["LOOKUP_KEY", "DATA_KEYS", "LOG_KEY"], secret),
    ORIGIN: `http://localhost:${port}`,
  },
  d1Databases: { DB: setting("database_id") },
  kvNamespaces: { DOCUMENTS: setting("id") },
  email: { send_email: [{ name: "EMAIL" }] },
  cf: false,
  defaultPersistRoot: `${storage}/v3`,
  unsafeLocalExplorer: true,
  unsafeTriggerHandlers: true,
}).ready;
