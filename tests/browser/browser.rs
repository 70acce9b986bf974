//! A browser that a test drives as a person does: by what is written on entries, links and buttons. Nothing
//! waits for a time: every wait is for something to be so, and ends as soon as it is.

use std::{
    cell::RefCell,
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use cabut_tests::{
    fresh,
    person::{COOKIE, Person},
    product::{given, product},
};
use serde_json::{Value, json};
use thirtyfour::{
    Key, TypingData, WebDriver, WebElement,
    error::{WebDriverError, WebDriverErrorInner, WebDriverResult},
    extensions::cdp::{ChromeDevTools, NetworkConditions},
    support,
};

/// How long the product and the browser together may take over anything.
const PATIENCE: Duration = Duration::from_secs(45);

/// How large the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// A small phone, with touch.
    Phone,
    /// An office's computer.
    Desktop,
}

impl Size {
    /// Its name in paths.
    pub fn name(self) -> &'static str {
        match self {
            Size::Phone => "phone",
            Size::Desktop => "desktop",
        }
    }

    fn pixels(self) -> (u32, u32) {
        match self {
            Size::Phone => (360, 740),
            Size::Desktop => (1280, 800),
        }
    }
}

/// Makes of each function one test on the phone and one on the desktop.
macro_rules! on_both_sizes {
    ($($(#[$meta:meta])* fn $name:ident($size:ident) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn test($size: $crate::browser::Size) $body

            #[test]
            fn phone() {
                test($crate::browser::Size::Phone);
            }

            #[test]
            fn desktop() {
                test($crate::browser::Size::Desktop);
            }
        }
    )*};
}
pub(crate) use on_both_sizes;

thread_local! {
    /// How many browsers are open in this test, and what those that closed found wrong.
    static HOUSE: RefCell<(usize, Vec<String>)> = const { RefCell::new((0, Vec::new())) };
}

/// One person's browser, with a profile of its own. When it is dropped it closes. The last one that closes in a
/// test fails it for all that was found wrong with the pages that were seen.
pub struct Browser {
    driver: WebDriver,
    size: Size,
    faults: RefCell<Vec<String>>,
    /// Parts of console messages that the test provokes.
    provoked: RefCell<Vec<String>>,
}

impl Browser {
    /// Opens one.
    pub fn opens(size: Size) -> Browser {
        Browser::opens_with(size, json!({}))
    }

    /// Opens one that runs no scripts of pages.
    pub fn opens_without_scripts(size: Size) -> Browser {
        Browser::opens_with(size, json!({ "profile.managed_default_content_settings.javascript": 2 }))
    }

    fn opens_with(size: Size, preferences: Value) -> Browser {
        let (width, height) = size.pixels();
        let mut options = json!({
            "binary": given("CABUT_CHROMIUM"),
            "args": [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                "--no-first-run", "--lang=id", format!("--window-size={width},{height}"),
            ],
            "prefs": preferences,
        });
        if size == Size::Phone {
            options["mobileEmulation"] =
                json!({ "deviceMetrics": { "width": width, "height": height, "pixelRatio": 1.0, "touch": true } });
        }
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("it is written as an object") };
        let driver = run(WebDriver::new(given("CABUT_CHROMEDRIVER"), capabilities)).expect("a browser starts");
        HOUSE.with_borrow_mut(|(open, _)| *open += 1);
        let _ = fs::remove_file(picture(size, &failed()));
        let browser = Browser { driver, size, faults: RefCell::default(), provoked: RefCell::default() };
        browser.measures(width);
        browser.devtools("Network.enable", json!({}));
        // Sign-in codes are limited per client, and all browsers of a run have the same address.
        browser
            .devtools("Network.setExtraHTTPHeaders", json!({ "headers": { "X-Test-Client": fresh::word("browser") } }));
        browser
    }

    /// Its size.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Makes the screen this wide.
    pub fn measures(&self, width: u32) {
        let mobile = self.size == Size::Phone && width == self.size.pixels().0;
        let metrics =
            json!({ "width": width, "height": self.size.pixels().1, "deviceScaleFactor": 1, "mobile": mobile });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Gives the browser the session of somebody who signed in elsewhere.
    pub fn becomes(&self, person: &Person) {
        let cookie = json!({
            "name": COOKIE, "value": person.token, "url": product().url(), "path": "/",
            "secure": true, "httpOnly": true, "sameSite": "Strict",
        });
        let set = self.devtools("Network.setCookie", cookie);
        assert_eq!(set["success"], true, "the browser takes the session's cookie");
    }

    /// Loads an address of the product.
    #[track_caller]
    pub fn goes_to(&self, path: &str) {
        let load = || run(self.driver.goto(format!("{}{path}", product().url())));
        // Once in some thousand loads the local runtime keeps a file back, and the page never says that it is there.
        let loaded = load().or_else(|error| if error.to_string().contains("timed out") { load() } else { Err(error) });
        loaded.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Loads the page again.
    pub fn reloads(&self) {
        run(self.driver.refresh()).expect("the page loads again");
    }

    /// Presses the back button.
    pub fn goes_back(&self) {
        run(self.driver.back()).expect("there is a page before");
    }

    /// The path where it is, with the query.
    pub fn path(&self) -> String {
        self.asks("return location.pathname + location.search").as_str().unwrap_or_default().to_owned()
    }

    /// Waits until it is at this path, whatever the query.
    #[track_caller]
    pub fn arrives(&self, path: &str) {
        self.until(&format!("the address {path}"), || self.path().split('?').next() == Some(path));
    }

    /// Waits until the page shows this text, in whatever case.
    #[track_caller]
    pub fn reads(&self, text: &str) {
        self.until(&format!("the text “{text}”"), || self.shows(text));
    }

    /// Whether the page shows this text now.
    pub fn shows(&self, text: &str) -> bool {
        self.text().to_lowercase().contains(&squeezed(text).to_lowercase())
    }

    /// What the page shows.
    pub fn text(&self) -> String {
        squeezed(self.asks("return document.body ? document.body.innerText : ''").as_str().unwrap_or_default())
    }

    /// Waits until the page is whole: the app has taken the place of what was rendered ahead, where the page is not text
    /// that does without it; nothing is loading, and there is a heading, or a word of what failed.
    #[track_caller]
    pub fn settles(&self) {
        let settled = "return document.readyState === 'complete' && !document.querySelector('.app-skeleton, [inert]')
            && !(document.querySelector('[data-ahead]') && localStorage.getItem('cabut:masuk'))
            && document.querySelector('h1, .app-notice') !== null
            && ![...document.images].some(image => image.loading !== 'lazy' && !image.complete)
            && document.getAnimations().every(animation => animation.playState !== 'running')";
        self.until("a whole page", || self.asks(settled) == true);
    }

    /// Presses a button by what is written on it.
    #[track_caller]
    pub fn presses(&self, label: &str) {
        self.with("button, a.govuk-button, summary", label, |element| async move { element.click().await });
    }

    /// Presses a button twice, as fast as a finger can.
    #[track_caller]
    pub fn presses_twice(&self, label: &str) {
        let driver = self.driver.clone();
        self.with("button, a.govuk-button", label, move |element| {
            let driver = driver.clone();
            async move {
                element.scroll_into_view().await?;
                driver.action_chain().double_click_element(&element).perform().await
            }
        });
    }

    /// Follows a link by its text.
    #[track_caller]
    pub fn follows(&self, text: &str) {
        self.with("a[href]", text, |element| async move { element.click().await });
    }

    /// Whether there is such a link now.
    pub fn has_link(&self, text: &str) -> bool {
        self.element("a[href]", text).is_some()
    }

    /// Whether there is such a button now.
    pub fn has_button(&self, text: &str) -> bool {
        self.element("button, a.govuk-button", text).is_some()
    }

    /// Whether no element with this id is there now.
    pub fn is_gone(&self, id: &str) -> bool {
        self.asks_with("return document.getElementById(arguments[0]) === null", json!([id])) == true
    }

    /// Types into an entry, in place of what was there. The entry is named by its label, or by `#` and its id
    /// where the same label stands twice.
    #[track_caller]
    pub fn fills(&self, entry: &str, text: &str) {
        let typed = text.to_owned();
        self.with("entry", entry, move |element| {
            let typed = typed.clone();
            async move {
                element.send_keys(Key::Control + "a").await?;
                if typed.is_empty() { element.send_keys(Key::Delete).await } else { element.send_keys(typed).await }
            }
        });
        self.holds(entry, text);
    }

    /// Waits until the entry holds this.
    #[track_caller]
    pub fn holds(&self, entry: &str, text: &str) {
        self.until(&format!("“{text}” in {entry}"), || self.value(entry).as_deref() == Some(text));
    }

    /// What the entry holds.
    pub fn value(&self, entry: &str) -> Option<String> {
        Some(
            self.asks_with(&format!("{FIND} return find('entry', arguments[0])?.value ?? null"), json!([entry]))
                .as_str()?
                .to_owned(),
        )
    }

    /// Sets an entry whose keys differ from land to land, such as a date.
    #[track_caller]
    pub fn sets(&self, entry: &str, value: &str) {
        let script = format!(
            "{FIND} const entry = find('entry', arguments[0]); if (!entry) return false; entry.value = arguments[1];
             entry.dispatchEvent(new Event('input', {{ bubbles: true }})); return true"
        );
        self.until(entry, || self.asks_with(&script, json!([entry, value])) == true);
    }

    /// Chooses an answer, or ticks a box, by its label.
    #[track_caller]
    pub fn chooses(&self, label: &str) {
        let is_chosen =
            || self.asks_with(&format!("{FIND} return find('entry', arguments[0])?.checked ?? null"), json!([label]));
        self.until(&format!("the choice “{label}”"), || !is_chosen().is_null());
        self.until(&format!("“{label}” to be chosen"), || {
            let chosen = is_chosen() == true;
            if !chosen {
                self.with("label", label, |element| async move { element.click().await });
            }
            chosen
        });
    }

    /// Picks an option of a list by its text.
    #[track_caller]
    pub fn picks(&self, entry: &str, option: &str) {
        let script = format!(
            "{FIND} const list = find('entry', arguments[0]);
             const option = [...list?.options ?? []].find(option => option.text === arguments[1]); if (!option) return false;
             list.value = option.value; list.dispatchEvent(new Event('change', {{ bubbles: true }})); return true"
        );
        self.until(&format!("“{option}” in {entry}"), || self.asks_with(&script, json!([entry, option])) == true);
    }

    /// Chooses a file for the entry with this id.
    #[track_caller]
    pub fn gives_file(&self, id: &str, name: &str, bytes: &[u8]) {
        let path = file(name, bytes);
        let path = path.to_str().expect("a path of letters").to_owned();
        self.with("entry", &format!("#{id}"), move |element| {
            let path = path.clone();
            async move { element.send_keys(path).await }
        });
    }

    /// Presses keys, wherever the focus is.
    #[track_caller]
    pub fn types(&self, keys: impl Into<TypingData>) {
        let driver = self.driver.clone();
        let keys = keys.into();
        run(async move { driver.action_chain().send_keys(keys).perform().await }).expect("keys are pressed");
    }

    /// What has the focus: its id or else what is written on it.
    pub fn focus(&self) -> String {
        let focus = "const e = document.activeElement; if (!e || e === document.body) return '';
            return e.id || (e.labels && e.labels[0] ? e.labels[0].textContent : e.textContent).replace(/\\s+/g, ' ').trim()";
        self.asks(focus).as_str().unwrap_or_default().to_owned()
    }

    /// Whether the element of this selector has the focus.
    pub fn focus_is(&self, selector: &str) -> bool {
        self.asks_with("return document.activeElement?.matches(arguments[0]) ?? false", json!([selector])) == true
    }

    /// Whether the browser loaded the page at the address where it is, rather than the app changed it.
    pub fn was_loaded_here(&self) -> bool {
        self.asks("return new URL(performance.getEntriesByType('navigation')[0].name).pathname === location.pathname")
            == true
    }

    /// Presses Tab until this has the focus, by id or by what is written on it.
    #[track_caller]
    pub fn tabs_to(&self, what: &str) {
        for _ in 0..80 {
            if self.focus() == what {
                return;
            }
            self.types(Key::Tab);
        }
        self.gives_up(&format!("{what} to be reached with Tab; the focus is on “{}”", self.focus()));
    }

    /// The page's title.
    pub fn title(&self) -> String {
        self.asks("return document.title").as_str().unwrap_or_default().to_owned()
    }

    /// Goes offline, or comes back.
    pub fn is_online(&self, online: bool) {
        if !online {
            self.provokes("ERR_INTERNET_DISCONNECTED");
        }
        let tools = ChromeDevTools::new(self.driver.handle.clone());
        let conditions = NetworkConditions { offline: !online, ..NetworkConditions::default() };
        run(async move { tools.set_network_conditions(&conditions).await }).expect("the network is emulated");
        self.until("the browser to notice", || self.asks("return navigator.onLine") == online);
    }

    /// Console messages that hold this are the test's own doing.
    pub fn provokes(&self, part: &str) {
        self.provoked.borrow_mut().push(part.to_owned());
    }

    /// Notes something wrong, which fails the test at its end.
    pub fn faults(&self, fault: String) {
        let mut faults = self.faults.borrow_mut();
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }

    /// What the console said since it was last asked that nobody provoked.
    pub fn console(&self) -> Vec<String> {
        let log = run(self.driver.cmd(BrowserLog)).and_then(|answer| answer.value::<Value>());
        let Ok(Value::Array(entries)) = log else { return vec![format!("the console can't be read: {log:?}")] };
        let told = |entry: Value| {
            let text = entry["message"].as_str().unwrap_or_default().to_owned();
            let bad =
                entry["level"] == "SEVERE" || text.contains("Content Security Policy") || text.contains("panicked");
            // To ask who is signed in, while nobody is, is answered with 401.
            let asked_who = text.contains("/api/session ") && text.contains("401");
            let provoked = self.provoked.borrow().iter().any(|part| text.contains(part));
            (bad && !asked_who && !provoked).then_some(text)
        };
        entries.into_iter().filter_map(told).collect()
    }

    /// A picture of the whole page.
    pub fn takes_picture(&self, name: &str) {
        let measure =
            "const page = document.documentElement; return [page.clientWidth, Math.min(page.scrollHeight, 8000)]";
        let measure = self.asks(measure);
        let clip = json!({ "x": 0, "y": 0, "width": measure[0], "height": measure[1], "scale": 1 });
        let shot = self.devtools(
            "Page.captureScreenshot",
            json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }),
        );
        let png = support::base64_decode(shot["data"].as_str().expect("a picture")).expect("the picture is in base64");
        let path = picture(self.size, name);
        fs::create_dir_all(path.parent().expect("a file lies in a directory")).expect("a directory can be made");
        fs::write(&path, png).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// What a script gives.
    pub fn asks(&self, script: &str) -> Value {
        self.asks_with(script, json!([]))
    }

    /// What a script gives for these arguments; null while the page is just being changed for another.
    pub fn asks_with(&self, script: &str, arguments: Value) -> Value {
        let arguments = arguments.as_array().cloned().unwrap_or_default();
        match run(self.driver.execute(script, arguments)) {
            Ok(answer) => answer.json().clone(),
            Err(error) if is_passing(&error) => Value::Null,
            Err(error) => panic!("{error}\nin {script}"),
        }
    }

    /// What a script gives that calls back.
    pub fn asks_later(&self, script: &str) -> Value {
        let answer = run(self.driver.execute_async(script, Vec::new()));
        answer.unwrap_or_else(|error| panic!("{error}")).json().clone()
    }

    /// A command of the DevTools protocol.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        let tools = ChromeDevTools::new(self.driver.handle.clone());
        let named = command.to_owned();
        let answer = run(async move { tools.execute_cdp_with_params(&named, parameters).await });
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Asks again until it is so.
    #[track_caller]
    pub fn until(&self, what: &str, so: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !so() {
            if Instant::now() > end {
                self.gives_up(what);
            }
            thread::sleep(Duration::from_millis(30));
        }
    }

    #[track_caller]
    fn gives_up(&self, what: &str) -> ! {
        self.takes_picture(&failed());
        let text: String = self.text().chars().take(1500).collect();
        let (path, faults, console) = (self.path(), self.faults.borrow().join("\n"), self.console().join("\n"));
        panic!("waited in vain for {what}, on {path}:\n{text}\n{console}\n{faults}");
    }

    fn element(&self, kind: &str, name: &str) -> Option<WebElement> {
        let script = format!("{FIND} return find(arguments[0], arguments[1])");
        let found = run(self.driver.execute(script, vec![json!(kind), json!(name)])).ok()?;
        if found.json().is_null() { None } else { found.element().ok() }
    }

    /// Does something with an element once it is there and can be reached.
    #[track_caller]
    fn with<F>(&self, kind: &str, name: &str, act: impl Fn(WebElement) -> F)
    where
        F: Future<Output = WebDriverResult<()>> + Send,
    {
        let last = RefCell::new(String::new());
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(element) = self.element(kind, name) {
                match run(act(element)) {
                    Ok(()) => return,
                    Err(error) if is_passing(&error) => *last.borrow_mut() = error.to_string(),
                    Err(error) => panic!("“{name}” ({kind}): {error}"),
                }
            }
            if Instant::now() > end {
                self.gives_up(&format!("“{name}” ({kind}) {}", last.borrow()));
            }
            thread::sleep(Duration::from_millis(30));
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let console = if thread::panicking() { Vec::new() } else { self.console() };
        let _ = run(self.driver.clone().quit());
        let found = HOUSE.with_borrow_mut(|(open, found)| {
            found.extend(self.faults.take().into_iter().chain(console));
            *open -= 1;
            if *open == 0 { std::mem::take(found) } else { Vec::new() }
        });
        if !found.is_empty() && !thread::panicking() {
            panic!("on the pages seen:\n{}", found.join("\n"));
        }
    }
}

/// Finds what is shown by its text: exactly, or as a beginning. An entry is found by its label.
const FIND: &str = "
    const find = (kind, name) => {
        if (name.startsWith('#')) return document.getElementById(name.slice(1));
        const clean = e => e.textContent.replace(/\\s+/g, ' ').trim();
        const all = [...document.querySelectorAll(kind === 'entry' ? 'label' : kind)].filter(e => e.getClientRects().length > 0);
        const found = all.find(e => clean(e) === name) ?? all.find(e => clean(e).startsWith(name)) ?? null;
        return kind === 'entry' ? (found && document.getElementById(found.htmlFor)) : found;
    };";

/// Where a picture lies.
fn picture(size: Size, name: &str) -> PathBuf {
    let all = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/screenshots"));
    all.join(size.name()).join(format!("{name}.png"))
}

/// The picture of the page on which this test waited in vain.
fn failed() -> String {
    format!("failed/{}", thread::current().name().unwrap_or("test").replace("::", "-"))
}

/// A file on the person's device.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let dir = std::env::temp_dir().join(fresh::word("cabut-"));
    fs::create_dir_all(&dir).expect("a directory can be made");
    let path = dir.join(name);
    fs::write(&path, bytes).expect("a file can be written");
    path
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn run<T: Send>(future: impl Future<Output = WebDriverResult<T>> + Send) -> WebDriverResult<T> {
    support::block_on(future)
}

/// Whether the page was just changing under the command.
fn is_passing(error: &WebDriverError) -> bool {
    let text = error.to_string();
    matches!(
        **error,
        WebDriverErrorInner::StaleElementReference(_)
            | WebDriverErrorInner::ElementClickIntercepted(_)
            | WebDriverErrorInner::ElementNotInteractable(_)
            | WebDriverErrorInner::MoveTargetOutOfBounds(_)
            | WebDriverErrorInner::NoSuchElement(_)
    ) || text.contains("execution context")
        || text.contains("Cannot find context")
        || text.contains("navigated")
        || text.contains("unloaded")
}

/// Reads and empties the console, as chromedriver offers it.
#[derive(Debug)]
struct BrowserLog;

impl thirtyfour::common::command::FormatRequestData for BrowserLog {
    fn format_request(&self, session: &thirtyfour::SessionId) -> thirtyfour::RequestData {
        thirtyfour::RequestData::new(ureq::http::Method::POST, format!("/session/{session}/se/log"))
            .add_body(json!({ "type": "browser" }))
    }
}
