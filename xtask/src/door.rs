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
        let answer = match self {
            Door::Remote => execute().args(["--json", "--command", sql]).answer(),
            Door::Local { port } => {
                let file = paths::scratch(&format!("door-{port}.sql"));
                fs::create_dir_all(paths::scratch("")).trying("make the folder of what belongs to this checkout")?;
                fs::write(&file, sql).trying(format_args!("write {}", file.display()))?;
                ask(*port, &file).answer()
            }
        };
        let answer = answer.ok_or_else(|| Failure::new(self.closed()))?;
        rows_of(&answer)
    }

    /// Runs a file as one transaction.
    pub fn run(&self, file: &Path) -> Result<()> {
        let log = paths::scratch("logs/door.log");
        match self {
            Door::Remote => execute().args(["--yes", "--file"]).arg(file).logged(&log),
            Door::Local { port } => ask(*port, file).logged(&log),
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

fn execute() -> Run {
    server::wrangler().args(["d1", "execute", "DB", "--remote"])
}

fn ask(port: u16, file: &Path) -> Run {
    Run::new("node").args(["-e", ASK]).arg(port.to_string()).arg(file)
}
