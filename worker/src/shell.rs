//! The app's page, for every address that is the app's own.

use axum::{body::Body, extract::Request, response::Response};
use http::{HeaderValue, Method, StatusCode, header};

use crate::{
    app::App,
    guard,
    problem::{Code, Problem},
};

/// Where the app's page lies among the assets.
const SHELL: &str = "/app";

/// The app's page. A missing file is missing, not the app.
pub async fn show(app: &App, request: &Request) -> Result<Response, Problem> {
    let is_file = request.uri().path().rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Code::RouteUnknown.into());
    }
    let assets = app.env.assets("ASSETS").map_err(Problem::bug)?;
    let page = assets.fetch(format!("{}{SHELL}", app.origin), None).await.map_err(Problem::bug)?;
    if page.status() != StatusCode::OK {
        return Err(Code::RouteUnknown.into());
    }
    let mut page = page.map(Body::new);
    if let Some(links) = asked_for(request.uri().path()) {
        page.headers_mut().insert(header::LINK, links);
    }
    Ok(page)
}

/// What the app is going to ask for on a request's page: the browser asks for it while the app is on its way.
fn asked_for(path: &str) -> Option<HeaderValue> {
    let [office, "permohonan", ticket] = path.strip_prefix('/')?.split('/').collect::<Vec<_>>()[..] else {
        return None;
    };
    let (office, ticket) = (&guard::procedure(office).ok()?.office.id, guard::ticket(ticket).ok()?);
    let links = ["procedure".to_owned(), format!("cases/{ticket}")]
        .map(|rest| format!("</api/offices/{office}/{rest}>; rel=preload; as=fetch; crossorigin"));
    HeaderValue::try_from(links.join(", ")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_requests_page_asks_ahead() {
        let links = asked_for("/madiun/permohonan/MDN-7K3F-9QXH").expect("it is a request's page");
        assert_eq!(
            links,
            "</api/offices/madiun/procedure>; rel=preload; as=fetch; crossorigin, \
             </api/offices/madiun/cases/MDN-7K3F-9QXH>; rel=preload; as=fetch; crossorigin"
        );
        for path in ["/madiun/permohonan", "/madiun/permohonan/x", "/x/permohonan/MDN-7K3F-9QXH", "/madiun/kerja", "/"]
        {
            assert_eq!(asked_for(path), None, "{path}");
        }
    }
}
