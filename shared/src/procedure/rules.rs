//! The rules a procedure file keeps to. Each function holds it against one group of them.

use std::collections::HashSet;
use std::hash::Hash;

use super::{Actor, ActorId, ActorKind, Exit, FieldId, Flaw, PaperId, Procedure, Reminders, Rule, Step, StepAct};
use crate::case::{ADMINISTRATOR, AUDITOR, EVIDENCE, FilingWay, SUBSTITUTE};

/// More reminders of one turn than this are noise.
const MOST_RUNGS: usize = 20;

/// Everything that is wrong with a procedure that could be read.
pub(super) fn check(file: &str, procedure: &Procedure) -> Vec<Flaw> {
    let mut check = Checker { file, procedure, flaws: Vec::new() };
    check.office();
    check.ids();
    check.blanks();
    check.actors();
    check.filing();
    check.fields();
    check.papers();
    check.order();
    for step in &procedure.steps {
        check.step(step);
    }
    check.reminders();
    check.flaws
}

struct Checker<'a> {
    file: &'a str,
    procedure: &'a Procedure,
    flaws: Vec<Flaw>,
}

impl Checker<'_> {
    fn flaw(&mut self, step: Option<u8>, rule: Rule, message: impl Into<String>) {
        self.flaws.push(Flaw { file: self.file.to_owned(), step, rule, message: message.into() });
    }

    fn office(&mut self) {
        let Procedure { version, office, .. } = self.procedure;
        if *version == 0 {
            self.flaw(None, Rule::Version, "versions count from 1");
        }
        let id = &office.id;
        let name = format!("{id}-{version}.toml");
        if self.file != name {
            self.flaw(None, Rule::FileName, format!("office {id:?} in version {version} belongs into {name}"));
        }
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_lowercase()) {
            self.flaw(None, Rule::OfficeId, format!("{id:?} is not a word of lower-case letters"));
        }
        let prefix = &office.ticket_prefix;
        if prefix.len() != 3 || !prefix.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.flaw(None, Rule::TicketPrefix, format!("{prefix:?} is not three capitals from A to Z"));
        }
        for domain in office.email_domains.iter().filter(|domain| !is_domain(domain)) {
            self.flaw(
                None,
                Rule::EmailDomains,
                format!("{domain:?} is not a domain in lower case, such as \"madiunkota.go.id\""),
            );
        }
        if office.email_domains.is_empty() && !office.private_email {
            self.flaw(
                None,
                Rule::EmailDomains,
                "neither an official domain nor private mailboxes: nobody could sign in",
            );
        }
        self.duplicates(None, "email domain", &office.email_domains);
    }

    fn ids(&mut self) {
        let Procedure { actors, papers, checks, fields, filing, .. } = self.procedure;
        let ids: [(&str, Vec<&str>); 3] = [
            ("actor", actors.iter().map(|actor| actor.id.0.as_str()).collect()),
            ("paper", papers.iter().map(|paper| paper.id.0.as_str()).collect()),
            ("check", checks.iter().map(|check| check.id.as_str()).collect()),
        ];
        for (what, ids) in ids {
            for id in ids.iter().filter(|id| !is_id(id)) {
                self.flaw(
                    None,
                    Rule::IdForm,
                    format!("{what} id {id:?} is not lower-case words joined by underscores"),
                );
            }
        }
        // Whoever administers an office or checks its log holds a role beside the actors'.
        let roles = actors.iter().map(|actor| actor.id.0.as_str()).chain([ADMINISTRATOR, AUDITOR, SUBSTITUTE]);
        self.duplicates(None, "actor id", &roles.collect::<Vec<_>>());
        // Papers and checks stand on one checklist; evidence of the outside body's answer lies among the papers.
        let listed = papers.iter().map(|paper| paper.id.0.as_str()).chain(checks.iter().map(|check| check.id.as_str()));
        self.duplicates(None, "checklist id", &listed.chain([EVIDENCE]).collect::<Vec<_>>());
        self.duplicates(None, "field", &fields.iter().map(|field| field.id).collect::<Vec<_>>());
        self.duplicates(None, "way of filing", &filing.iter().map(|filing| filing.way).collect::<Vec<_>>());
        for paper in papers {
            self.duplicates(None, &format!("paper {:?}: way of filing", paper.id.0), &paper.required_for);
        }
    }

    fn blanks(&mut self) {
        let Procedure { office, sop, actors, papers, checks, steps, inferred, .. } = self.procedure;
        let lists = [
            &sop.cover,
            &sop.heading,
            &sop.approved_by,
            &sop.legal_basis,
            &sop.qualifications,
            &sop.related,
            &sop.equipment,
            &sop.warnings,
            &sop.records,
            inferred,
        ];
        let options = [&sop.number, &sop.created, &sop.revised, &sop.effective, &sop.table_heading];
        let mut texts: Vec<&str> = vec![&office.name, &office.place, &sop.title];
        texts.extend(lists.into_iter().flatten().map(String::as_str));
        texts.extend(options.into_iter().flatten().map(String::as_str));
        for Actor { column, title, inferred, .. } in actors {
            texts.extend([column.as_str(), title.as_str()].into_iter().chain(inferred.as_deref()));
        }
        for paper in papers {
            texts.extend([paper.name.as_str(), paper.hint.as_str()].into_iter().chain(paper.inferred.as_deref()));
        }
        texts.extend(checks.iter().map(|check| check.wording.as_str()));
        texts.extend(self.procedure.filing.iter().filter_map(|filing| filing.inferred.as_deref()));
        texts.extend(self.procedure.fields.iter().filter_map(|field| field.inferred.as_deref()));
        if texts.into_iter().any(is_blank) {
            self.flaw(None, Rule::Blank, "a text is blank or a dash; leave out what the document leaves out");
        }
        if sop.heading.is_empty() {
            self.flaw(None, Rule::Blank, "the heading is empty; every sheet begins with it");
        }
        if checks.is_empty() {
            self.flaw(None, Rule::Blank, "the checklist is empty; the verifier confirms at least one line");
        }
        for step in steps {
            let options = [&step.requirement, &step.output, &step.remark];
            let mut texts = [&step.wording].into_iter().chain(options.into_iter().flatten()).chain(&step.inferred);
            if texts.any(|text| is_blank(text)) {
                self.flaw(
                    Some(step.no),
                    Rule::Blank,
                    "a text is blank or a dash; leave out what the document leaves out",
                );
            }
        }
    }

    fn actors(&mut self) {
        let Procedure { actors, steps, filing, .. } = self.procedure;
        let used: HashSet<&ActorId> = steps
            .iter()
            .flat_map(|step| [Some(&step.actor), step.recorded_by.as_ref()])
            .flatten()
            .chain(filing.iter().map(|filing| &filing.by))
            .collect();
        for actor in actors.iter().filter(|actor| !used.contains(&actor.id)) {
            self.flaw(None, Rule::ActorUsed, format!("actor {:?} has neither a step nor a way of filing", actor.id.0));
        }
        for actor in actors.iter().filter(|actor| actor.pool && actor.kind != ActorKind::Official) {
            self.flaw(
                None,
                Rule::Pool,
                format!("{:?} is no official, and only officials take from a pool", actor.id.0),
            );
        }
    }

    fn filing(&mut self) {
        let Procedure { filing, steps, .. } = self.procedure;
        for filing in filing {
            let (way, kind) = match filing.way {
                FilingWay::Holder => ("holder", ActorKind::Applicant),
                FilingWay::Leader => ("leader", ActorKind::Leader),
                FilingWay::Desk => ("desk", ActorKind::Official),
            };
            let Some(actor) = self.known_actor(None, &filing.by) else {
                continue;
            };
            if actor.kind != kind {
                let message =
                    format!("filing {way:?} is for actors of kind {kind:?}, and {:?} is not one", filing.by.0);
                self.flaw(None, Rule::Filing, message);
            }
        }
        if let Some(first) = steps.first().filter(|first| filing.iter().all(|filing| filing.by != first.actor)) {
            let message = format!("{:?} has the first step but no way of filing", first.actor.0);
            self.flaw(Some(first.no), Rule::Filing, message);
        }
    }

    fn fields(&mut self) {
        for (id, name) in [(FieldId::Name, "name"), (FieldId::Nik, "nik"), (FieldId::Email, "email")] {
            if !self.procedure.field(id).is_some_and(|field| field.required) {
                self.flaw(None, Rule::Fields, format!("field {name:?} is not there or not required"));
            }
        }
        if self.procedure.field(FieldId::Nip).is_some_and(|field| field.required) {
            self.flaw(None, Rule::Fields, "field \"nip\" is required, and a holder who is no civil servant has none");
        }
    }

    fn papers(&mut self) {
        let Procedure { papers, filing, .. } = self.procedure;
        for filing in filing {
            if self.procedure.required_papers(filing.way).next().is_none() {
                self.flaw(None, Rule::RequiredPapers, format!("no paper is required for filing way {:?}", filing.way));
            }
        }
        let check = self.procedure.step_with(StepAct::Check);
        for paper in papers {
            let id = &paper.id.0;
            if paper.required_for.is_empty() {
                self.flaw(None, Rule::RequiredPapers, format!("paper {id:?} is required in no way of filing"));
            }
            for way in paper.required_for.iter().filter(|&&way| self.procedure.filing(way).is_none()) {
                let message = format!("paper {id:?} is required for {way:?}, a way that the office does not offer");
                self.flaws.push(Flaw { file: self.file.to_owned(), step: None, rule: Rule::RequiredPapers, message });
            }
            if let Some(check) = check.filter(|check| !check.reads.contains(&paper.id)) {
                self.flaw(
                    Some(check.no),
                    Rule::PapersRead,
                    format!("paper {id:?} is checked here but not among what it reads"),
                );
            }
        }
    }

    /// The order of the steps, and that each act that a case needs is there once.
    fn order(&mut self) {
        let steps = &self.procedure.steps;
        for (place, step) in steps.iter().enumerate() {
            if usize::from(step.no) != place + 1 {
                self.flaw(Some(step.no), Rule::StepNumbers, format!("step {} stands at place {}", step.no, place + 1));
            }
            if (step.act == StepAct::File) != (place == 0) {
                self.flaw(Some(step.no), Rule::FirstStep, "the first step, and no other, has the act \"file\"");
            }
            if (step.act == StepAct::Close) != (place + 1 == steps.len()) {
                self.flaw(Some(step.no), Rule::LastStep, "the last step, and no other, has the act \"close\"");
            }
        }
        if steps.is_empty() {
            self.flaw(None, Rule::FirstStep, "there are no steps");
        }
        let check = self.only(StepAct::Check, "check", Rule::CheckStep);
        let send = self.only(StepAct::Send, "send", Rule::SendStep);
        let answer = self.only(StepAct::Answer, "answer", Rule::AnswerStep);
        if let (Some(check), Some(send)) = (check, send)
            && check > send
        {
            self.flaw(Some(steps[check].no), Rule::CheckStep, "the check comes after the request was sent");
        }
        if let (Some(send), Some(answer)) = (send, answer)
            && answer != send + 1
        {
            let message =
                "the answer does not follow directly on the sending, so a declined request could not be sent again";
            self.flaw(Some(steps[answer].no), Rule::AnswerStep, message);
        }
    }

    /// The place of the one step with this act.
    fn only(&mut self, act: StepAct, word: &str, rule: Rule) -> Option<usize> {
        let steps = &self.procedure.steps;
        let mut places = (0..steps.len()).filter(|&place| steps[place].act == act);
        let first = places.next();
        if first.is_none() {
            self.flaw(None, rule, format!("no step has the act {word:?}"));
        }
        for place in places {
            self.flaw(Some(steps[place].no), rule, format!("a second step has the act {word:?}"));
        }
        first
    }

    fn step(&mut self, step: &Step) {
        let no = Some(step.no);
        if let Some(actor) = self.known_actor(no, &step.actor) {
            let fits = match step.act {
                StepAct::File => actor.kind == ActorKind::Applicant,
                StepAct::Forward | StepAct::Check | StepAct::Send | StepAct::Contact => {
                    actor.kind == ActorKind::Official
                }
                StepAct::Answer => actor.kind == ActorKind::Outside,
                StepAct::Close => matches!(actor.kind, ActorKind::Official | ActorKind::Applicant),
            };
            if !fits {
                let message = format!("{:?} is of kind {:?}, which cannot do {:?}", step.actor.0, actor.kind, step.act);
                self.flaw(no, Rule::StepActor, message);
            }
        }
        self.recorded_by(step);
        if !step.exits.is_empty() && !matches!(step.act, StepAct::Forward | StepAct::Check) {
            self.flaw(no, Rule::Exits, "only steps that forward or check have exits");
        }
        let sent = self.procedure.step_with(StepAct::Send).map(|send| send.no);
        // A check behind the sending is a flaw of its own.
        if !step.exits.is_empty() && step.act == StepAct::Forward && sent.is_some_and(|sent| step.no > sent) {
            self.flaw(no, Rule::Exits, "what has gone to the outside body is neither returned nor refused any more");
        }
        if step.act == StepAct::Check && !step.exits.contains(&Exit::Return) {
            self.flaw(no, Rule::Exits, "an incomplete file could not be returned here and would stay for ever");
        }
        for paper in step.reads.iter().filter(|paper| self.procedure.paper(paper).is_none()) {
            self.flaws.push(unknown_paper(self.file, step.no, paper));
        }
        self.duplicates(no, "paper read", &step.reads);
        self.duplicates(no, "sheet", &step.sheets);
        self.duplicates(no, "exit", &step.exits);
    }

    fn reminders(&mut self) {
        let Reminders { ladder, completion_days, urgent_hours } = &self.procedure.reminders;
        if ladder.is_empty() || completion_days.is_empty() || urgent_hours.is_empty() {
            self.flaw(None, Rule::Reminders, "nobody would be reminded: leave the list out to have the usual one");
        }
        // Of what is due at one time the last is told, so an earlier one beside it would be lost.
        if !ladder.is_sorted_by(|before, rung| before.after < rung.after) {
            self.flaw(None, Rule::Reminders, "each rung of the ladder comes later than the one before it");
        }
        if completion_days.first() == Some(&0) || !completion_days.is_sorted_by(|before, days| before < days) {
            self.flaw(None, Rule::Reminders, "completion_days count up from 1, each more than the one before it");
        }
        let within_a_day = urgent_hours.iter().all(|hours| *hours < 24);
        if !within_a_day || !urgent_hours.is_sorted_by(|before, hours| before > hours) {
            self.flaw(
                None,
                Rule::Reminders,
                "urgent_hours count down from 23 at most, each less than the one before it",
            );
        }
        if ladder.len().max(completion_days.len()) > MOST_RUNGS {
            self.flaw(None, Rule::Reminders, format!("more than {MOST_RUNGS} reminders of one turn"));
        }
    }

    fn recorded_by(&mut self, step: &Step) {
        let no = Some(step.no);
        match (&step.recorded_by, step.act) {
            (None, StepAct::Answer) => {
                self.flaw(no, Rule::RecordedBy, "nobody records the answer of an outside body that has no account");
            }
            (Some(by), StepAct::Answer) => {
                let kind = self.known_actor(no, by).map(|actor| actor.kind);
                if kind.is_some_and(|kind| kind != ActorKind::Official) {
                    self.flaw(no, Rule::RecordedBy, format!("{:?} is not an official", by.0));
                }
            }
            (Some(_), _) => self.flaw(no, Rule::RecordedBy, "only the answer is recorded by somebody else"),
            (None, _) => {}
        }
    }

    /// The actor, or a flaw where there is none of that id.
    fn known_actor(&mut self, step: Option<u8>, id: &ActorId) -> Option<&Actor> {
        let actor = self.procedure.actor(id);
        if actor.is_none() {
            self.flaw(step, Rule::ActorKnown, format!("there is no actor {:?}", id.0));
        }
        actor
    }

    fn duplicates<T: Eq + Hash + std::fmt::Debug>(&mut self, step: Option<u8>, what: &str, items: &[T]) {
        let mut seen = HashSet::new();
        for item in items.iter().filter(|item| !seen.insert(*item)) {
            self.flaw(step, Rule::Duplicate, format!("{what} {item:?} is named twice"));
        }
    }
}

fn unknown_paper(file: &str, step: u8, paper: &PaperId) -> Flaw {
    let message = format!("there is no paper {:?}", paper.0);
    Flaw { file: file.to_owned(), step: Some(step), rule: Rule::PaperKnown, message }
}

/// Blank, or the dash with which a document says that there is nothing.
fn is_blank(text: &str) -> bool {
    matches!(text.trim(), "" | "-")
}

/// Lower-case words and digits joined by underscores, beginning with a letter.
fn is_id(id: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    id.starts_with(|first: char| first.is_ascii_lowercase()) && id.split('_').all(word)
}

/// Two labels or more of lower-case letters, digits and hyphens.
fn is_domain(domain: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(letters)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label)
}
