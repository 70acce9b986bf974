//! The way to a database: the deployed one, or that of a product that runs here.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::command::Run;
use crate::failure::{Failure, Result, Trying};
use crate::{paths, server};

/// A text in SQL.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The one number that a statement gives, as `number`.
pub fn number(door: &Door, sql: &str) -> Result<usize> {
    #[derive(Deserialize)]
    struct Row {
        number: usize,
    }
    let rows: Vec<Row> = door.rows(sql)?;
    rows.first().map(|row| row.number).ok_or_else(|| Failure::new("The database gave no number where there is one."))
}

/// The way to a database.
pub enum Door {
    /// The deployed one, through wrangler.
    Remote,
    /// That of the product that runs here: beside a running one, nobody else may write into its file.
    Local { port: u16 },
}

/// Runs a file of statements as one transaction at the SQL door that `wrangler dev` opens, and prints the last one's rows.
const ASK: &str = r#"
const [port, file] = process.argv.slice(1), base = `http://localhost:${port}`;
const door = `${base}/cdn-cgi/explorer/api/d1/database`;
const ask = async (url, init) => {
  const answer = await (await fetch(url, init)).json();
  if (!answer.success) throw new Error(JSON.stringify(answer.errors));
  return answer.result;
};
(async () => {
  const { uuid } = (await ask(door)).find((one) => one.name === "DB");
  const sql = require("node:fs").readFileSync(file, "utf8");
  const headers = { "Content-Type": "application/json", Origin: base };
  const [{ results }] = await ask(`${door}/${uuid}/raw`, { method: "POST", headers, body: JSON.stringify({ sql }) });
  const row = (values) => Object.fromEntries(results.columns.map((column, at) => [column, values[at]]));
  console.log(JSON.stringify([{ results: results.rows.map(row) }]));
})().catch((error) => { console.error(String(error)); process.exit(1); });
"#;

/// Writes all of the database as statements: tables, rows, then what watches over them. The door answers for one statement at a
/// time: what was read twice and is the same was so at one moment.
const DUMP: &str = r#"
const [port, file] = process.argv.slice(1), base = `http://localhost:${port}`;
const door = `${base}/cdn-cgi/explorer/api/d1/database`;
const headers = { "Content-Type": "application/json", Origin: base };
const ask = async (url, init) => {
  const answer = await (await fetch(url, init)).json();
  if (!answer.success) throw new Error(JSON.stringify(answer.errors));
  return answer.result;
};
const text = (value) => (value === null ? "NULL" : typeof value === "number" ? `${value}` : `'${value.replaceAll("'", "''")}'`);
(async () => {
  const { uuid } = (await ask(door)).find((one) => one.name === "DB");
  const run = (sql) => ask(`${door}/${uuid}/raw`, { method: "POST", headers, body: JSON.stringify({ sql }) });
  const made = `SELECT type, name, sql FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*' ORDER BY rowid`;
  const [{ results: { rows: all } }] = await run(made);
  const tables = all.filter(([type]) => type === "table");
  const read = async () => {
    const lines = ["PRAGMA defer_foreign_keys = TRUE", ...tables.map(([, , sql]) => sql)];
    for (const [, name] of tables) {
      const [{ results: { columns, rows } }] = await run(`SELECT * FROM "${name}"`);
      const names = columns.map((column) => `"${column}"`).join(", ");
      lines.push(...rows.map((row) => `INSERT INTO "${name}" (${names}) VALUES (${row.map(text).join(", ")})`));
    }
    return [...lines, ...all.filter(([type]) => type !== "table").map(([, , sql]) => sql), ""].join(";\n");
  };
  let sql = await read();
  for (let tries = 0, before = ""; sql !== before; tries++) {
    if (tries === 20) throw new Error("it kept changing while it was read");
    [before, sql] = [sql, await read()];
  }
  require("node:fs").writeFileSync(file, sql, { mode: 0o600 });
})().catch((error) => { console.error(String(error)); process.exit(1); });
"#;

/// Runs a dump, many statements at a time: the door takes no text of more than 100 KB. A statement ends with a semicolon that
/// stands in no text and no comment; a trigger's own statements lie between its BEGIN and END.
const LOAD: &str = r#"
const [port, file] = process.argv.slice(1), base = `http://localhost:${port}`;
const door = `${base}/cdn-cgi/explorer/api/d1/database`;
const headers = { "Content-Type": "application/json", Origin: base };
const ask = async (url, init) => {
  const answer = await (await fetch(url, init)).json();
  if (!answer.success) throw new Error(JSON.stringify(answer.errors));
  return answer.result;
};
const TOKEN = /'(?:[^']|'')*'|"[^"]*"|--[^\n]*|;/g;
const statements = (sql) => {
  const all = [];
  let start = 0;
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    if (token !== ";") continue;
    const one = sql.slice(start, index).trim();
    if (/^CREATE TRIGGER/i.test(one) && !/END$/i.test(one)) continue;
    if (one) all.push(one);
    start = index + 1;
  }
  return all;
};
(async () => {
  const { uuid } = (await ask(door)).find((one) => one.name === "DB");
  const run = (sql) => ask(`${door}/${uuid}/raw`, { method: "POST", headers, body: JSON.stringify({ sql }) });
  let part = "";
  for (const one of statements(require("node:fs").readFileSync(file, "utf8"))) {
    if (part.length + one.length > 60_000) {
      await run(part);
      part = "";
    }
    part += `${one};\n`;
  }
  await run(part);
})().catch((error) => { console.error(String(error)); process.exit(1); });
"#;

/// Gets or puts the bytes of a document. Ends with 3 where there are none.
const BYTES: &str = r#"
const [port, verb, key, file] = process.argv.slice(1), base = `http://localhost:${port}`;
const door = `${base}/cdn-cgi/explorer/api/storage/kv/namespaces`, fs = require("node:fs");
(async () => {
  const { id } = (await (await fetch(door)).json()).result.find((one) => one.title === "DOCUMENTS");
  const value = `${door}/${id}/values/${encodeURIComponent(key)}`;
  const headers = { "Content-Type": "application/octet-stream", Origin: base };
  const answer = await fetch(value, verb === "get" ? {} : { method: "PUT", headers, body: fs.readFileSync(file) });
  if (answer.status === 404) process.exit(3);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  if (verb === "get") fs.writeFileSync(file, Buffer.from(await answer.arrayBuffer()), { mode: 0o600 });
})().catch((error) => { console.error(String(error)); process.exit(1); });
"#;

/// Prints what an address answers.
const FETCH: &str = r#"
fetch(process.argv[1]).then(async (answer) => {
  if (!answer.ok) throw new Error(`${answer.status}`);
  process.stdout.write(await answer.text());
}).catch((error) => { console.error(String(error)); process.exit(1); });
"#;

/// What both doors print.
#[derive(Deserialize)]
struct Printed<T> {
    results: Vec<T>,
}

impl Default for Door {
    fn default() -> Self {
        Door::Local { port: 8787 }
    }
}

impl Door {
    /// Takes the flag `remote`, or `port` with its number from the arguments behind it.
    pub fn take(&mut self, flag: &str, args: &mut lexopt::Parser, usage: &str) -> Result<()> {
        *self = match flag {
            "remote" => Door::Remote,
            "port" => {
                let value = args.value().trying(format_args!("find the port in {usage}"))?;
                let value = value.to_string_lossy();
                let port = value.parse().trying(format_args!("take \"{value}\" for a port in {usage}"))?;
                Door::Local { port }
            }
            other => return Err(Failure::new(format!("There is no --{other} in {usage}."))),
        };
        Ok(())
    }

    /// The rows of one statement.
    pub fn rows<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>> {
        rows_of(&self.answer(sql)?)
    }

    /// What the database answers to one statement, for [`rows_of`].
    pub fn answer(&self, sql: &str) -> Result<String> {
        let answer = match self {
            Door::Remote => execute().args(["--json", "--command", sql]).answer(),
            Door::Local { port } => {
                let file = paths::scratch(&format!("door-{port}.sql"));
                fs::create_dir_all(paths::scratch("")).trying("make the folder of what belongs to this checkout")?;
                fs::write(&file, sql).trying(format_args!("write {}", file.display()))?;
                ask(*port, &file).answer()
            }
        };
        answer.ok_or_else(|| Failure::new(self.closed()))
    }

    /// Runs a file as one transaction.
    pub fn run(&self, file: &Path) -> Result<()> {
        let log = paths::scratch("logs/door.log");
        match self {
            Door::Remote => execute().args(["--yes", "--file"]).arg(file).logged(&log),
            Door::Local { port } => ask(*port, file).logged(&log),
        }
    }

    /// Runs these statements as one transaction, through a file that is gone then: they may name a person.
    pub fn run_text(&self, name: &str, sql: &str) -> Result<()> {
        let file = paths::scratch(name);
        fs::create_dir_all(paths::scratch("")).trying("make the folder of what belongs to this checkout")?;
        fs::write(&file, sql).trying(format_args!("write {}", file.display()))?;
        let done = self.run(&file);
        let _ = fs::remove_file(&file);
        done
    }

    /// What the service answers to everybody at this address.
    pub fn public(&self, path: &str) -> Result<String> {
        let url = match self {
            Door::Remote => format!("{}{path}", origin()?),
            Door::Local { port } => format!("http://localhost:{port}{path}"),
        };
        let answer = Run::new("node").args(["-e", FETCH, &url]).answer();
        answer.ok_or_else(|| Failure::new(format!("The service did not answer at {url}.")))
    }

    /// Writes the whole database into a file, as statements that make it anew, as it was at one moment.
    pub fn dump(&self, file: &Path) -> Result<()> {
        let log = paths::scratch("logs/door.log");
        match self {
            Door::Remote => {
                server::wrangler().args(["d1", "export", "DB", "--remote", "--output"]).arg(file).logged(&log)
            }
            Door::Local { port } => Run::new("node").args(["-e", DUMP, &port.to_string()]).arg(file).logged(&log),
        }
    }

    /// Puts a dump in the place of all that the database holds, and runs these statements on it.
    pub fn replace(&self, dump: &Path, then: &str) -> Result<()> {
        #[derive(Deserialize)]
        struct Made {
            kind: String,
            name: String,
        }
        // What refers to others was made after them, and goes before them; what watches over rows goes first of all.
        let made: Vec<Made> = self.rows(
            "SELECT upper(type) AS kind, name FROM sqlite_master
             WHERE type IN ('table', 'trigger') AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'
             ORDER BY type DESC, rowid DESC",
        )?;
        let dump = fs::read_to_string(dump).trying(format_args!("read {}", dump.display()))?;
        let dropped: String = made.iter().map(|Made { kind, name }| format!("DROP {kind} \"{name}\";\n")).collect();
        let file = paths::scratch(&format!("restore-{}.sql", std::process::id()));
        fs::create_dir_all(paths::scratch("")).trying("make the folder of what belongs to this checkout")?;
        let sql = format!("PRAGMA defer_foreign_keys = TRUE;\n{dropped}{dump}{then}");
        fs::write(&file, sql).trying(format_args!("write {}", file.display()))?;
        let log = paths::scratch("logs/door.log");
        let done = match self {
            Door::Remote => self.run(&file),
            Door::Local { port } => Run::new("node").args(["-e", LOAD, &port.to_string()]).arg(&file).logged(&log),
        };
        // It holds what the backup holds, and is not kept as closely.
        let _ = fs::remove_file(&file);
        done
    }

    /// Writes a document's bytes into a file. Whether there are any.
    pub fn fetch(&self, key: &str, file: &Path) -> Result<bool> {
        match self {
            Door::Remote => {
                let get = server::wrangler().args(["kv", "key", "get", key, "--binding", "DOCUMENTS", "--remote"]);
                get.into_file(file)
            }
            Door::Local { port } => {
                let get = Run::new("node").args(["-e", BYTES, &port.to_string(), "get", key]).arg(file);
                Ok(get.answer().is_some())
            }
        }
    }

    /// Puts a document's bytes back.
    pub fn put(&self, key: &str, file: &Path) -> Result<()> {
        let log = paths::scratch("logs/door.log");
        match self {
            Door::Remote => {
                let put =
                    server::wrangler().args(["kv", "key", "put", key, "--binding", "DOCUMENTS", "--remote", "--path"]);
                put.arg(file).logged(&log)
            }
            Door::Local { port } => {
                Run::new("node").args(["-e", BYTES, &port.to_string(), "put", key]).arg(file).logged(&log)
            }
        }
    }

    fn closed(&self) -> String {
        match self {
            Door::Remote => {
                "The deployed database did not answer: look whether `npx wrangler d1 list` names it, then run this again."
                    .to_owned()
            }
            Door::Local { port } => {
                format!("No product runs at port {port}: start it with `cargo xtask dev --port {port}`, then run this beside it.")
            }
        }
    }
}

pub(crate) fn rows_of<T: DeserializeOwned>(printed: &str) -> Result<Vec<T>> {
    let printed: Vec<Printed<T>> = serde_json::from_str(printed).trying("read what the database answered")?;
    Ok(printed.into_iter().next_back().map(|last| last.results).unwrap_or_default())
}

/// Where people reach the deployed service.
fn origin() -> Result<String> {
    let file = paths::at("wrangler.toml");
    let text = fs::read_to_string(&file).trying(format_args!("read {}", file.display()))?;
    let origin = text.lines().find_map(|line| line.strip_prefix("ORIGIN = \"")?.strip_suffix('"'));
    origin.map(str::to_owned).ok_or_else(|| Failure::new("wrangler.toml names no ORIGIN."))
}

fn execute() -> Run {
    server::wrangler().args(["d1", "execute", "DB", "--remote"])
}

fn ask(port: u16, file: &Path) -> Run {
    Run::new("node").args(["-e", ASK]).arg(port.to_string()).arg(file)
}
