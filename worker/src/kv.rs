//! KV as this Worker uses it: the sealed bytes of documents, each under a key of its own, written once.

use std::future::Future;

use worker::{
    Env,
    kv::{KvError, KvStore},
};

use crate::{patience, problem::Problem};

/// The bytes under `key`, if they are there yet: KV takes up to a minute to show a value everywhere.
pub async fn get(env: &Env, key: &str) -> Result<Option<Vec<u8>>, Problem> {
    answered(store(env)?.get(key).bytes()).await
}

/// Keeps `bytes` under `key`.
pub async fn put(env: &Env, key: &str, bytes: &[u8]) -> Result<(), Problem> {
    let put = store(env)?.put_bytes(key, bytes).map_err(unavailable)?;
    answered(put.execute()).await
}

/// Erases what lies under `key`.
pub async fn delete(env: &Env, key: &str) -> Result<(), Problem> {
    answered(store(env)?.delete(key)).await
}

fn store(env: &Env) -> Result<KvStore, Problem> {
    env.kv("DOCUMENTS").map_err(Problem::bug)
}

async fn answered<T>(call: impl Future<Output = Result<T, KvError>>) -> Result<T, Problem> {
    let answer = patience::in_time(call).await;
    answer.ok_or_else(|| Problem::storage_unavailable(patience::LOST))?.map_err(unavailable)
}

fn unavailable(error: KvError) -> Problem {
    Problem::storage_unavailable(&error.to_string())
}
