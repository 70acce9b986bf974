//! The runtime's own ciphers, for what is long: for five megabytes in wasm, the free plan's processor time would not do.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use vault::{DataKey, NONCE, Place};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use workflow::case::Digest;

use crate::{problem::Problem, secret};

/// SHA-256 of a document.
pub async fn sha256(bytes: &[u8]) -> Result<Digest, Problem> {
    let digest = call("digest", &["SHA-256".into(), Uint8Array::from(bytes).into()]).await?;
    let digest: [u8; 32] = Uint8Array::new(&digest).to_vec().try_into().map_err(|_| Problem::bug("a short digest"))?;
    Ok(digest.into())
}

/// Seals a document for its place, as [`DataKey::seal`] seals a text, without its base64.
pub async fn seal(key: &DataKey, place: Place<'_>, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let nonce = secret::random::<NONCE>();
    let sealed = aes_gcm("encrypt", key, place, &nonce, bytes).await?;
    Ok([&nonce[..], &sealed].concat())
}

/// Opens a document that was sealed for this place.
pub async fn open(key: &DataKey, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Problem> {
    let (nonce, sealed) =
        sealed.split_first_chunk::<NONCE>().ok_or_else(|| Problem::bug("a sealed document is cut"))?;
    aes_gcm("decrypt", key, place, nonce, sealed).await
}

async fn aes_gcm(
    direction: &str,
    key: &DataKey,
    place: Place<'_>,
    nonce: &[u8],
    bytes: &[u8],
) -> Result<Vec<u8>, Problem> {
    let (raw, cipher) = (Uint8Array::from(&key.bytes()[..]), "AES-GCM".into());
    let usages = Array::of1(&direction.into());
    let key = call("importKey", &["raw".into(), raw.into(), cipher, false.into(), usages.into()]).await?;
    let how = Object::new();
    for (name, value) in [
        ("name", "AES-GCM".into()),
        ("iv", Uint8Array::from(nonce).into()),
        ("additionalData", Uint8Array::from(&place.bytes()[..]).into()),
    ] {
        Reflect::set(&how, &name.into(), &value).map_err(|error| wrong(direction, &error))?;
    }
    let done = call(direction, &[how.into(), key, Uint8Array::from(bytes).into()]).await?;
    Ok(Uint8Array::new(&done).to_vec())
}

/// `crypto.subtle.method(…arguments)`
async fn call(method: &str, arguments: &[JsValue]) -> Result<JsValue, Problem> {
    let promise = || {
        let crypto = Reflect::get(&js_sys::global(), &"crypto".into())?;
        let subtle = Reflect::get(&crypto, &"subtle".into())?;
        let function: Function = Reflect::get(&subtle, &method.into())?.unchecked_into();
        Ok(function.apply(&subtle, &arguments.iter().collect())?.unchecked_into::<Promise>())
    };
    let promise = promise().map_err(|error| wrong(method, &error))?;
    JsFuture::from(promise).await.map_err(|error| wrong(method, &error))
}

fn wrong(method: &str, error: &JsValue) -> Problem {
    Problem::bug(format!("crypto.subtle.{method}: {error:?}"))
}
