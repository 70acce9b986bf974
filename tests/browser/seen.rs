//! What every page is held to.

use std::sync::OnceLock;

use cabut_tests::product::given_path;
use serde_json::Value;

use crate::browser::{Browser, Size};

/// The narrowest screen on which nothing may be cut off; a page at 200 % zoom is wider.
const NARROW: u32 = 320;

impl Browser {
    /// Looks at the page as it is now, once it is whole, and notes whatever is wrong with it. Its picture is kept
    /// under `name`.
    #[track_caller]
    pub fn sees(&self, name: &str) {
        self.settles();
        self.takes_picture(name);
        let mut faults = self.headings();
        faults.extend(self.axe());
        faults.extend(self.too_wide());
        if self.size() == Size::Phone {
            self.measures(NARROW);
            faults.extend(self.too_wide());
            self.measures(360);
        }
        faults.extend(self.console());
        let path = self.path();
        for fault in faults {
            self.faults(format!("{name} ({path}, {}): {fault}", self.size().name()));
        }
    }

    /// One heading of the first rank, and a title that begins with it.
    fn headings(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('h1')].filter(h1 => h1.getClientRects().length > 0)
            .map(h1 => h1.textContent.replace(/\\s+/g, ' ').trim())";
        let headings: Vec<String> = serde_json::from_value(self.asks(script)).unwrap_or_default();
        let [heading] = headings.as_slice() else { return vec![format!("{} headings: {headings:?}", headings.len())] };
        let title = self.title();
        if title.starts_with(heading.as_str()) {
            vec![]
        } else {
            vec![format!("headed “{heading}”, but titled “{title}”")]
        }
    }

    /// What axe finds.
    fn axe(&self) -> Vec<String> {
        static AXE: OnceLock<String> = OnceLock::new();
        if self.asks("return typeof window.axe === 'object'") != true {
            let axe = AXE.get_or_init(|| std::fs::read_to_string(given_path("CABUT_AXE")).expect("axe can be read"));
            self.asks(axe);
        }
        let found = self.asks_later(
            "const done = arguments[arguments.length - 1];
             axe.run(document, { resultTypes: ['violations'] }).then(
                 found => done(found.violations.flatMap(rule => rule.nodes.map(node =>
                     `axe ${rule.id}: ${rule.help}: ${node.html.slice(0, 160)} ${node.failureSummary.replace(/\\s+/g, ' ')}`))),
                 error => done(['axe: ' + error]))",
        );
        serde_json::from_value(found).unwrap_or_else(|error| vec![format!("axe: {error}")])
    }

    /// What reaches beyond the right edge.
    fn too_wide(&self) -> Vec<String> {
        let script = "const page = document.documentElement, wide = page.clientWidth;
            if (page.scrollWidth <= wide) return [];
            const over = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > wide + 0.5);
            return [`${page.scrollWidth} px wide on a screen of ${wide}: ` + over.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' ')]";
        match self.asks(script) {
            Value::Array(found) => found.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => vec![],
        }
    }
}
