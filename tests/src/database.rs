//! Planting and looking where no door of the product leads: people with roles, time that has passed, an
//! office with a long history.
//!
//! The statements go through the SQL door that `wrangler dev` opens beside the product, and so through the same
//! D1. Writing into its SQLite file from outside would lock the Worker out now and then (SQLITE_BUSY).

use serde_json::{Value, json};

use crate::product::product;

/// Runs one statement, and gives its rows back, each as a list of its columns. The door takes parameters as
/// texts only.
///
/// # Panics
/// When D1 refuses it.
pub fn sql(statement: &str, parameters: &[Value]) -> Vec<Vec<Value>> {
    let path = format!("/cdn-cgi/explorer/api/d1/database/{}/raw", database());
    let body = json!({ "sql": statement, "params": parameters });
    let answer = product().request("POST", &path).json(&body).send();
    let mut value = answer.value();
    assert_eq!(value["success"], true, "{statement}: {answer}");
    serde_json::from_value(value["result"][0]["results"]["rows"].take()).expect("rows are lists of columns")
}

/// The one number that a statement gives.
///
/// # Panics
/// When it gives none.
pub fn number(statement: &str, parameters: &[Value]) -> i64 {
    let rows = sql(statement, parameters);
    rows.first().and_then(|row| row.first()?.as_i64()).unwrap_or_else(|| panic!("{statement}: no number in {rows:?}"))
}

/// The texts that a statement gives, one a row.
///
/// # Panics
/// When a row begins with something else.
pub fn texts(statement: &str, parameters: &[Value]) -> Vec<String> {
    let text =
        |row: Vec<Value>| row[0].as_str().unwrap_or_else(|| panic!("{statement}: no text in {row:?}")).to_owned();
    sql(statement, parameters).into_iter().map(text).collect()
}

fn database() -> &'static str {
    product().database.get_or_init(|| {
        let databases = product().request("GET", "/cdn-cgi/explorer/api/d1/database").send().value();
        let found = databases["result"].as_array().into_iter().flatten().find(|database| database["name"] == "DB");
        found.and_then(|database| database["uuid"].as_str()).expect("the product has a D1 bound as DB").to_owned()
    })
}
