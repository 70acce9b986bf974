//! A mail in its parts, written as plain text in the width of a mail and as HTML. Both say the same.

use std::fmt::Write as _;

/// Mail programs wrap wider lines themselves, and in the wrong places (RFC 5322, section 2.1.1, recommends 78).
const WIDTH: usize = 76;

/// A mail that grows part by part.
#[derive(Clone, Debug, Default)]
pub struct Letter(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Head(Vec<String>),
    Heading(String),
    Para(String),
    Bare(String),
    Code(String),
    Table(Vec<(String, String)>),
    List(Vec<String>),
    Quote(String),
    Verbatim(String),
    Picture { id: String, alt: String },
    Link { label: String, address: String },
}

impl Letter {
    /// Begins under a letterhead of these lines.
    pub fn headed<'a>(lines: impl IntoIterator<Item = &'a str>) -> Letter {
        Letter::default().and(Part::Head(lines.into_iter().map(str::to_owned).collect()))
    }

    /// The name of what follows, in capitals.
    pub fn heading(self, text: &str) -> Letter {
        self.and(Part::Heading(text.to_owned()))
    }

    /// A paragraph.
    pub fn para(self, text: &str) -> Letter {
        self.and(Part::Para(text.to_owned()))
    }

    /// A line that is never broken, such as an address on the web, right under the text before it; under a blank one
    /// where it is blank itself.
    pub fn bare(self, line: &str) -> Letter {
        self.and(Part::Bare(line.to_owned()))
    }

    /// What is to be typed off.
    pub fn code(self, code: &str) -> Letter {
        self.and(Part::Code(code.to_owned()))
    }

    /// Names and values under each other, right-hand side aligned.
    pub fn table(self, rows: &[(&str, String)]) -> Letter {
        self.and(Part::Table(rows.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()))
    }

    /// Points one under the other.
    pub fn list<'a>(self, items: impl IntoIterator<Item = &'a str>) -> Letter {
        self.and(Part::List(items.into_iter().map(str::to_owned).collect()))
    }

    /// What somebody wrote, set apart from our own words. Its own line ends stay.
    pub fn quote(self, text: &str) -> Letter {
        self.and(Part::Quote(text.to_owned()))
    }

    /// What must stay as it is to the last character.
    pub fn verbatim(self, text: &str) -> Letter {
        self.and(Part::Verbatim(text.to_owned()))
    }

    /// A picture that goes with the mail under this content id. Plain text has none.
    pub fn picture(self, id: &str, alt: &str) -> Letter {
        self.and(Part::Picture { id: id.to_owned(), alt: alt.to_owned() })
    }

    /// An address that is too long to be read.
    pub fn link(self, label: &str, address: &str) -> Letter {
        self.and(Part::Link { label: label.to_owned(), address: address.to_owned() })
    }

    fn and(mut self, part: Part) -> Letter {
        self.0.push(part);
        self
    }

    /// As plain text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for part in &self.0 {
            part.text(&mut text);
        }
        text
    }

    /// As one HTML document that needs nothing from elsewhere. It names no colour but that of rules, so that it is as
    /// readable in the dark as in the light, and it prints on one page.
    pub fn html(&self, subject: &str) -> String {
        let mut html = format!(
            r#"<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{}</title>
<style>
@page {{ size: A4; margin: 2cm }}
@media print {{
body {{ padding: 0 !important }}
div {{ max-width: none !important; font-size: 10.5pt !important; line-height: 1.35 !important }}
p, ul, table, blockquote {{ margin: 6pt 0 !important }}
}}
</style>
</head>
<body style="margin: 0; padding: 16px">
<div style="max-width: 600px; margin: 0 auto; font: 16px/1.5 Arial, sans-serif; overflow-wrap: anywhere">
"#,
            escape(subject)
        );
        html += &self.parts_as_html();
        html.push_str(END);
        html
    }

    fn parts_as_html(&self) -> String {
        let mut html = String::new();
        for part in &self.0 {
            part.html(&mut html);
        }
        html
    }

    /// Adds its parts to the end of a mail that [`Letter::text`] and [`Letter::html`] wrote.
    pub fn append_to(&self, text: &mut String, html: &mut String) {
        text.push_str(&self.text());
        if let Some(at) = html.rfind(END) {
            html.insert_str(at, &self.parts_as_html());
        }
    }
}

/// How a mail's HTML ends.
const END: &str = "</div>\n</body>\n</html>\n";

impl Part {
    fn text(&self, text: &mut String) {
        let mut line = |line: &str| {
            text.push_str(line);
            text.push('\n');
        };
        match self {
            Part::Head(lines) => {
                let lines: Vec<String> = lines.iter().flat_map(|one| wrap(one, WIDTH)).collect();
                lines.iter().for_each(|one| line(one));
                line(&"=".repeat(lines.iter().map(|one| one.chars().count()).max().unwrap_or(0)));
            }
            Part::Heading(words) | Part::Para(words) => {
                line("");
                wrap(words, WIDTH).iter().for_each(|one| line(one));
            }
            Part::Bare(words) => line(words),
            Part::Code(code) => {
                line("");
                line(&format!("    {code}"));
            }
            Part::Table(rows) => {
                line("");
                let name_width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
                let indent = name_width + 5;
                for (name, value) in rows {
                    for (at, one) in wrap(value, WIDTH - indent).iter().enumerate() {
                        if at == 0 {
                            line(&format!("  {name:name_width$} : {one}"));
                        } else {
                            line(&format!("{:indent$}{one}", ""));
                        }
                    }
                }
            }
            Part::List(items) => {
                line("");
                for item in items {
                    for (at, one) in wrap(item, WIDTH - 4).iter().enumerate() {
                        let mark = if at == 0 { "  - " } else { "    " };
                        line(&format!("{mark}{one}"));
                    }
                }
            }
            Part::Quote(words) => {
                line("");
                for own in words.lines() {
                    wrap(own, WIDTH - 4).iter().for_each(|one| line(format!("    {one}").trim_end()));
                }
            }
            Part::Verbatim(words) => {
                line("");
                words.lines().for_each(line);
            }
            Part::Picture { .. } => {}
            Part::Link { label, address } => {
                line("");
                line(label);
                line(address);
            }
        }
    }

    fn html(&self, html: &mut String) {
        // Writing into a string can't fail.
        let _ = match self {
            Part::Head(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
                writeln!(
                    html,
                    r#"<p style="margin: 0 0 16px; padding: 0 0 8px; border-bottom: 2px solid #808080; font-weight: bold">{}</p>"#,
                    lines.join("<br>\n")
                )
            }
            Part::Heading(words) => {
                writeln!(html, r#"<h2 style="margin: 24px 0 8px; font-size: 16px">{}</h2>"#, escape(words))
            }
            Part::Para(words) => writeln!(html, r#"<p style="margin: 12px 0">{}</p>"#, escape(words)),
            Part::Bare(words) if words.is_empty() => Ok(()),
            Part::Bare(words) if is_address(words) => {
                writeln!(html, r#"<p style="margin: 0 0 12px"><a href="{0}">{0}</a></p>"#, escape(words))
            }
            Part::Bare(words) => writeln!(html, r#"<p style="margin: 0">{}</p>"#, escape(words)),
            Part::Code(code) => writeln!(
                html,
                r#"<p style="margin: 12px 0; font: bold 28px/1.5 monospace; letter-spacing: 4px">{}</p>"#,
                escape(code)
            ),
            Part::Table(rows) => {
                const CELL: &str = "padding: 2px 12px 2px 0; text-align: left; vertical-align: top";
                html.push_str("<table style=\"margin: 12px 0; border-collapse: collapse; font: inherit\">\n");
                for (name, value) in rows {
                    let (name, value) = (escape(name), escape(value));
                    let _ = writeln!(
                        html,
                        r#"<tr><th scope="row" style="{CELL}; font-weight: normal; white-space: nowrap">{name}</th><td style="{CELL}">{value}</td></tr>"#
                    );
                }
                writeln!(html, "</table>")
            }
            Part::List(items) => {
                html.push_str("<ul style=\"margin: 12px 0; padding: 0 0 0 24px\">\n");
                for item in items {
                    let _ = writeln!(html, "<li>{}</li>", escape(item));
                }
                writeln!(html, "</ul>")
            }
            Part::Quote(words) => {
                let lines: Vec<String> = words.lines().map(escape).collect();
                writeln!(
                    html,
                    r#"<blockquote style="margin: 12px 0; padding: 0 0 0 12px; border-left: 4px solid #808080">{}</blockquote>"#,
                    lines.join("<br>\n")
                )
            }
            Part::Verbatim(words) => writeln!(
                html,
                r#"<pre style="margin: 12px 0; font: 12px/1.5 monospace; white-space: pre-wrap; overflow-wrap: anywhere">{}</pre>"#,
                escape(words)
            ),
            // White behind it, in the dark too: a code that is light on dark is not read by every camera.
            Part::Picture { id, alt } => writeln!(
                html,
                r#"<p style="margin: 12px 0"><img src="cid:{}" alt="{}" width="288" height="288" style="max-width: 100%; height: auto; background: #ffffff"></p>"#,
                escape(id),
                escape(alt)
            ),
            Part::Link { label, address } => {
                writeln!(html, r#"<p style="margin: 12px 0"><a href="{}">{}</a></p>"#, escape(address), escape(label))
            }
        };
    }
}

/// Whether the line is an address on the web, which we wrote ourselves.
fn is_address(line: &str) -> bool {
    line.starts_with("https://") || line.starts_with("http://")
}

/// Written so that no text becomes markup, in elements and in attributes.
pub fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

/// Breaks between words. A word that is too long by itself is left whole: it may be an address. At least
/// one line, be it empty.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in text.split_whitespace() {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > width {
            lines.push(String::new());
            length = 0;
        }
        let line = lines.last_mut().expect("there is a line from the start");
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += word_length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_long_words_stay_whole() {
        let address = format!("https://contoh.invalid/{}", "a".repeat(90));
        let text = Letter::headed(["Kantor"]).para(&format!("{} {address} akhir", "kata ".repeat(40))).text();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH || line == address));
        assert!(text.contains(&address));
    }

    #[test]
    fn nothing_written_becomes_markup() {
        let bad = "<script>\"&'";
        let letter = Letter::headed([bad]).heading(bad).para(bad).bare(bad).code(bad).quote(bad);
        let letter = letter.bare(&format!("https://contoh.invalid/{bad}")).table(&[(bad, bad.to_owned())]).list([bad]);
        let html = letter.html(bad);
        assert_eq!(html.matches("&lt;script&gt;&quot;&amp;&#39;").count(), 12);
        assert!(!html.contains("<script") && !html.contains(bad));
    }

    #[test]
    fn only_an_address_on_the_web_becomes_a_link() {
        let lines =
            ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "vbscript:x", "//contoh.invalid"];
        for line in
            lines.into_iter().chain(["ftp://contoh.invalid", " https://contoh.invalid", "teks https://contoh.invalid"])
        {
            let letter = Letter::headed([line]).heading(line).para(line).bare(line).code(line).quote(line);
            assert!(!letter.list([line]).table(&[(line, line.to_owned())]).html(line).contains("href"), "{line}");
        }
        let html = Letter::default().bare("https://contoh.invalid/a?b=\"c").html("");
        assert!(html.contains(r#"<a href="https://contoh.invalid/a?b=&quot;c">"#), "{html}");
    }

    #[test]
    fn a_quote_keeps_its_lines() {
        let text = Letter::default().quote("satu\n\ndua").text();
        assert_eq!(text, "\n    satu\n\n    dua\n");
    }

    #[test]
    fn a_table_aligns_what_it_breaks() {
        let text = Letter::default().table(&[("Nama", "x ".repeat(60)), ("NIP", "-".to_owned())]).text();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("  Nama : x"));
        assert!(lines[2].starts_with("         x"));
        assert_eq!(lines.last(), Some(&"  NIP  : -"));
    }
}
