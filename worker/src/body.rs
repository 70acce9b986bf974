//! Bodies: read to a limit, parsed with sentences that say what is wrong, and written.

use axum::{
    body::{Body, Bytes},
    extract::Request,
    response::Response,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};

use crate::problem::{Code, Problem};

/// The longest JSON that is read, in bytes. The longest that the app can write is some 30 KB.
const JSON_LIMIT: usize = 64 * 1024;
/// Reads a JSON body's bytes.
pub async fn json_bytes(request: Request) -> Result<Bytes, Problem> {
    let is_json = |value: &HeaderValue| {
        let essence = value.to_str().ok().and_then(|value| value.split(';').next());
        essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
    };
    if !request.headers().get(header::CONTENT_TYPE).is_some_and(is_json) {
        return Err(Code::ContentType.into());
    }
    bytes(request, JSON_LIMIT, Code::BodyTooLarge).await
}

/// Reads a body of `limit` bytes at most.
pub async fn bytes(request: Request, limit: usize, too_large: Code) -> Result<Bytes, Problem> {
    if content_length(request.headers()).is_some_and(|length| length > limit) {
        return Err(too_large.into());
    }
    // The body lies in memory already, so that nothing else can fail.
    axum::body::to_bytes(request.into_body(), limit).await.map_err(|_| too_large.into())
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Parses JSON. A value's own sentence is told as it is; what serde words in English is told in ours.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, error.inner())
    })?;
    json.end().map_err(|_| Problem::from(Code::BodyMalformed))?;
    Ok(value)
}

fn explain(path: &str, error: &serde_json::Error) -> Problem {
    if !error.is_data() {
        return Code::BodyMalformed.into();
    }
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&place).unwrap_or(&text);
    let named = |word: &str| text.strip_prefix(word)?.split('`').nth(1).map(str::to_owned);
    if let Some(field) = named("unknown field ") {
        return Problem::from(Code::FieldUnknown)
            .with_detail(format!("Isian \"{field}\" tidak dikenal. Muat ulang halaman, lalu coba lagi."));
    }
    if let Some(field) = named("missing field ") {
        return Problem::from(Code::FieldMissing).with_detail(format!("Isian \"{field}\" belum diisi."));
    }
    // Our values' sentences begin with a capital, those of serde and chrono do not.
    if text.starts_with(char::is_uppercase) {
        return Problem::from(Code::FieldInvalid).with_detail(text);
    }
    let problem = Problem::from(Code::FieldInvalid);
    if path == "." { problem } else { problem.with_detail(format!("Isian \"{path}\" tidak benar. Periksa kembali.")) }
}

/// An answer in JSON.
pub fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Response, Problem> {
    Ok(json_text(status, text(value)?))
}

/// A value as JSON.
pub fn text<T: Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(Problem::bug)
}

/// An answer whose JSON is written already; without a body where there is none.
pub fn json_text(status: StatusCode, text: String) -> Response {
    let empty = text.is_empty();
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    if !empty {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

#[cfg(test)]
mod tests {
    use workflow::{api::CodeRequest, case::FileRequest};

    use super::*;

    /// Code and sentence of what is wrong with `json` as a `T`.
    async fn wrong<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> (String, String) {
        use axum::response::IntoResponse;
        let problem = parse::<T>(json.as_bytes()).expect_err("it is wrong");
        let body = axum::body::to_bytes(problem.into_response().into_body(), 10_000).await.expect("it is in memory");
        let problem: workflow::api::Problem = serde_json::from_slice(&body).expect("it is a problem");
        (problem.code, problem.detail)
    }

    fn now<T>(future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => unreachable!("nothing waits"),
        }
    }

    #[test]
    fn each_kind_of_mistake_has_its_code() {
        let code = |json: &str| now(wrong::<CodeRequest>(json)).0;
        assert_eq!(code("{"), "body_malformed");
        assert_eq!(code("[] []"), "field_invalid");
        assert_eq!(code(r#"{"email":"a@b.id","office":"x"} x"#), "body_malformed");
        assert_eq!(code(r#"{"email":"a@b.id","office":"x","y":1}"#), "field_unknown");
        assert_eq!(code(r#"{"email":"a@b.id"}"#), "field_missing");
        assert_eq!(code(r#"{"email":"a@b.id","office":7}"#), "field_invalid");
    }

    #[test]
    fn a_values_own_sentence_is_told() {
        let (code, sentence) = now(wrong::<CodeRequest>(r#"{"email":"siti","office":"x"}"#));
        assert_eq!(code, "field_invalid");
        assert!(sentence.starts_with("Alamat e-mail harus memuat tanda @"), "{sentence}");
        let (_, sentence) = now(wrong::<FileRequest>(r#"{"way":"walk"}"#));
        assert_eq!(sentence, "Isian \"way\" tidak benar. Periksa kembali.");
    }
}
