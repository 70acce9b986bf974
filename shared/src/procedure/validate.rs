//! Reading a procedure file, and what is said when it is not right.

use std::fmt;

use super::{Procedure, Rung, TimeLimit, reminders::bad_after, rules};

/// What is wrong in a procedure file, for whoever writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Name of the file, such as `madiun-1.toml`.
    pub file: String,
    /// The step it is about, where it is about one.
    pub step: Option<u8>,
    /// The rule that is broken.
    pub rule: Rule,
    /// What is wrong, in one sentence.
    pub message: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.file)?;
        if let Some(step) = self.step {
            write!(f, "step {step}, ")?;
        }
        write!(f, "rule {}: {}", self.rule.code(), self.message)
    }
}

impl std::error::Error for Flaw {}

/// What a procedure file must keep to, so that every case filed under it can reach its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// It is TOML, and every key is one that a procedure has.
    Syntax,
    /// It is named after office and version: `madiun-1.toml`.
    FileName,
    /// Versions count from 1.
    Version,
    /// The office's id is a lower-case word, since it stands in addresses.
    OfficeId,
    /// The ticket prefix is three capitals.
    TicketPrefix,
    /// Official domains look like domains, and at least one mailbox can sign in.
    EmailDomains,
    /// Ids of actors, papers and checks are lower-case words joined by underscores.
    IdForm,
    /// No id, field, way of filing, exit, paper or sheet is named twice where once is meant.
    Duplicate,
    /// Nothing that is there is blank.
    Blank,
    /// Every actor that is named stands under `[[actors]]`.
    ActorKnown,
    /// Every actor has a part: a step, an answer to record or a way of filing.
    ActorUsed,
    /// Only officials take requests out of a pool.
    Pool,
    /// Every paper that is named stands under `[[papers]]`.
    PaperKnown,
    /// Steps are numbered 1, 2, 3 … in their order.
    StepNumbers,
    /// The first step, and no other, is `file`.
    FirstStep,
    /// The last step, and no other, is `close`.
    LastStep,
    /// There is exactly one `check`, and it comes before `send`.
    CheckStep,
    /// There is exactly one `send`.
    SendStep,
    /// There is exactly one `answer`, directly after `send`, so that a declined request can be sent again.
    AnswerStep,
    /// Each act belongs to an actor of the right kind.
    StepActor,
    /// The answer, and nothing else, is recorded by an official on behalf of the outside body.
    RecordedBy,
    /// Only `forward` and `check` have exits, and `check` can return an incomplete file.
    Exits,
    /// A time is a whole number above zero in minutes, hours or working days.
    Time,
    /// Each way of filing is open to an actor of the right kind, and the first step's actor has one.
    Filing,
    /// `name`, `nik` and `email` are required, and `nip` is not: not every holder has one.
    Fields,
    /// Each way of filing requires a paper, and each paper is required in a way that the office offers.
    RequiredPapers,
    /// Every paper is read at the step that checks it.
    PapersRead,
    /// The ladder climbs in working time, and somebody is reminded.
    Reminders,
}

impl Rule {
    /// A short name that stays the same: `answer-step`.
    pub fn code(self) -> &'static str {
        match self {
            Rule::Syntax => "syntax",
            Rule::FileName => "file-name",
            Rule::Version => "version",
            Rule::OfficeId => "office-id",
            Rule::TicketPrefix => "ticket-prefix",
            Rule::EmailDomains => "email-domains",
            Rule::IdForm => "id-form",
            Rule::Duplicate => "duplicate",
            Rule::Blank => "blank",
            Rule::ActorKnown => "actor-known",
            Rule::ActorUsed => "actor-used",
            Rule::Pool => "pool",
            Rule::PaperKnown => "paper-known",
            Rule::StepNumbers => "step-numbers",
            Rule::FirstStep => "first-step",
            Rule::LastStep => "last-step",
            Rule::CheckStep => "check-step",
            Rule::SendStep => "send-step",
            Rule::AnswerStep => "answer-step",
            Rule::StepActor => "step-actor",
            Rule::RecordedBy => "recorded-by",
            Rule::Exits => "exits",
            Rule::Time => "time",
            Rule::Filing => "filing",
            Rule::Fields => "fields",
            Rule::RequiredPapers => "required-papers",
            Rule::PapersRead => "papers-read",
            Rule::Reminders => "reminders",
        }
    }
}

impl Procedure {
    /// Reads the text of a procedure file and holds it against every [`Rule`].
    ///
    /// # Errors
    /// All flaws at once, in the order of the file where there is one. Only a text that is no procedure at
    /// all (no TOML, an unknown or missing key) is answered with that flaw alone, since nothing else can be
    /// read from it.
    pub fn parse(file_name: &str, text: &str) -> Result<Procedure, Vec<Flaw>> {
        let table: toml::Table = text.parse().map_err(|error| vec![syntax(file_name, text, &error)])?;
        let times: Vec<Flaw> = times(file_name, &table).into_iter().chain(rungs(file_name, &table)).collect();
        if !times.is_empty() {
            return Err(times);
        }
        let procedure: Procedure = toml::from_str(text).map_err(|error| vec![syntax(file_name, text, &error)])?;
        let flaws = rules::check(file_name, &procedure);
        if flaws.is_empty() { Ok(procedure) } else { Err(flaws) }
    }
}

/// What the TOML reader stumbled over, with its line and, inside a step, the step.
fn syntax(file: &str, text: &str, error: &toml::de::Error) -> Flaw {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(0, |before| before.matches('\n').count() + 1);
    let mut message = error.message().trim().to_owned();
    // Where a whole table misses a key the reader points at its start or at nothing.
    if line > 0 {
        message = format!("line {line}: {message}");
    }
    Flaw { file: file.to_owned(), step: step_at(text, line), rule: Rule::Syntax, message }
}

/// The step whose table holds the line, counted by the `[[steps]]` headers up to it.
fn step_at(text: &str, line: usize) -> Option<u8> {
    let mut step = 0;
    let mut inside = false;
    for header in text.lines().take(line).map(str::trim).filter(|line| line.starts_with('[')) {
        inside = header.starts_with("[[steps]]");
        step += u8::from(inside);
    }
    inside.then_some(step)
}

/// Times are held against their rule before the file is read whole, so that each bad one is named with its step.
fn times(file: &str, table: &toml::Table) -> Vec<Flaw> {
    let steps = table.get("steps").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut flaws = Vec::new();
    for (no, step) in (1..=u8::MAX).zip(steps) {
        let Some(wording) = step.get("time").and_then(toml::Value::as_str) else {
            continue;
        };
        if let Err(error) = TimeLimit::parse(wording) {
            let message = format!("{wording:?} is not a time: {error}");
            flaws.push(Flaw { file: file.to_owned(), step: Some(no), rule: Rule::Time, message });
        }
    }
    flaws
}

/// The same for the times of the reminders.
fn rungs(file: &str, table: &toml::Table) -> Vec<Flaw> {
    let ladder = table.get("reminders").and_then(|reminders| reminders.get("ladder")).and_then(toml::Value::as_array);
    let wordings = ladder.into_iter().flatten().filter_map(|rung| rung.get("after").and_then(toml::Value::as_str));
    wordings
        .filter(|wording| Rung::parse_after(wording).is_none())
        .map(|wording| Flaw { file: file.to_owned(), step: None, rule: Rule::Reminders, message: bad_after(wording) })
        .collect()
}
