//! Plain text in the width of a mail.

/// Mail programs wrap wider lines themselves, and in the wrong places (RFC 5322, section 2.1.1, recommends 78).
const WIDTH: usize = 76;

/// A text that grows paragraph by paragraph.
#[derive(Debug, Default)]
pub struct Letter(String);

impl Letter {
    /// Begins under a letterhead of these lines.
    pub fn headed<'a>(lines: impl IntoIterator<Item = &'a str>) -> Letter {
        let mut letter = Letter::default();
        let mut rule = 0;
        for line in lines {
            for line in wrap(line, WIDTH) {
                rule = rule.max(line.chars().count());
                letter.line(&line);
            }
        }
        letter.line(&"=".repeat(rule));
        letter
    }

    /// A paragraph.
    pub fn para(mut self, text: &str) -> Letter {
        self.0.push('\n');
        for line in wrap(text, WIDTH) {
            self.line(&line);
        }
        self
    }

    /// A line that is never broken, such as an address on the web, right under the text before it.
    pub fn bare(mut self, line: &str) -> Letter {
        self.line(line);
        self
    }

    /// Names and values under each other, right-hand side aligned.
    pub fn table(mut self, rows: &[(&str, String)]) -> Letter {
        self.0.push('\n');
        let name_width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let indent = name_width + 5;
        for (name, value) in rows {
            for (at, line) in wrap(value, WIDTH - indent).iter().enumerate() {
                if at == 0 {
                    self.line(&format!("  {name:name_width$} : {line}"));
                } else {
                    self.line(&format!("{:indent$}{line}", ""));
                }
            }
        }
        self
    }

    /// Points one under the other.
    pub fn list<'a>(mut self, items: impl IntoIterator<Item = &'a str>) -> Letter {
        self.0.push('\n');
        for item in items {
            for (at, line) in wrap(item, WIDTH - 4).iter().enumerate() {
                let mark = if at == 0 { "  - " } else { "    " };
                self.line(&format!("{mark}{line}"));
            }
        }
        self
    }

    /// What somebody wrote, set apart from our own words. Its own line ends stay.
    pub fn quote(mut self, text: &str) -> Letter {
        self.0.push('\n');
        for own in text.lines() {
            for line in wrap(own, WIDTH - 4) {
                self.line(format!("    {line}").trim_end());
            }
        }
        self
    }

    /// The text.
    pub fn text(self) -> String {
        self.0
    }

    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }
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
