//! The procedure files against the SOPs themselves, and against every rule of a procedure.

#![cfg(feature = "offices")]

use serde_json::Value;
use workflow::{
    case::FilingWay,
    procedure::{ActorKind, Flaw, Procedure, Reminders, Rule, StepAct, TimeLimit, TimeLimitError, TimeUnit, offices},
};

const MADIUN_SOP: &str = include_str!("../procedures/sources/madiun.txt");
const TEMANGGUNG_SOP: &str = include_str!("../procedures/sources/temanggung.txt");
const SUMBER: &str = include_str!("data/sumber-1.toml");

/// The document's words without marks of emphasis; white space counts as one space. Nothing else is made equal.
fn plain(text: &str) -> String {
    let mut text = text.replace("**", "");
    for mark in ["<i>", "</i>", "<b>", "</b>", "<u>", "</u>"] {
        text = text.replace(mark, "");
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cells of every line that has words in it.
fn lines(sop: &str) -> Vec<Vec<String>> {
    sop.lines()
        .map(|line| line.split('\t').map(plain).collect::<Vec<_>>())
        .filter(|cells| cells.iter().any(|cell| !cell.is_empty()))
        .collect()
}

/// A document writes what is not there as nothing or as a dash.
fn written(cell: &str) -> Option<&str> {
    (!matches!(cell, "" | "-")).then_some(cell)
}

fn office(id: &str) -> &'static Procedure {
    offices().current(id).expect("the office is embedded")
}

/// Reads a document from its first line to its last and notes where the procedure says something else.
struct Reader {
    lines: std::vec::IntoIter<Vec<String>>,
    differences: Vec<String>,
}

impl Reader {
    fn of(sop: &str) -> Self {
        Reader { lines: lines(sop).into_iter(), differences: Vec::new() }
    }

    fn same(&mut self, document: impl Into<String>, procedure: impl Into<String>) {
        let (document, procedure) = (document.into(), procedure.into());
        if document != procedure {
            self.differences.push(format!("the document has {document:?}, the procedure {procedure:?}"));
        }
    }

    /// The next line, cell by cell.
    fn row(&mut self, procedure: &[&str]) {
        let row = self.lines.next().unwrap_or_default();
        self.same(row.join("|"), procedure.join("|"));
    }

    /// As many lines as the words take, whatever the width at which the document breaks them.
    fn block(&mut self, words: &[String]) {
        let words = words.join(" ");
        let mut read = String::new();
        while read.len() < words.len() {
            let Some(row) = self.lines.next() else { break };
            read = plain(&format!("{read} {}", row.join("|")));
        }
        self.same(read, words);
    }

    fn pair(&mut self, caption: &str, value: Option<&str>) {
        let mut row = self.lines.next().unwrap_or_default();
        if let Some(cell) = row.get_mut(1) {
            *cell = written(cell).unwrap_or_default().to_owned();
        }
        self.same(row.join("|"), [caption, value.unwrap_or_default()].join("|"));
    }

    fn steps(&mut self, procedure: &Procedure, actor_columns: usize) {
        for step in &procedure.steps {
            let row = self.lines.next().unwrap_or_default();
            // Trailing cells are there or not as the document's writer pleased. The marks of the flow chart
            // are lost in the text, so the actors' columns are empty.
            let cells: Vec<&str> = row.iter().map(|cell| written(cell).unwrap_or_default()).collect();
            let no = step.no.to_string();
            let marks = vec![""; actor_columns];
            let standard = [
                step.requirement.as_deref(),
                step.time.as_ref().map(TimeLimit::wording),
                step.output.as_deref(),
                step.remark.as_deref(),
            ];
            let expected =
                [&[no.as_str(), &step.wording], &marks[..], &standard.map(Option::unwrap_or_default)].concat();
            self.same(cells.join("|").trim_end_matches('|'), expected.join("|").trim_end_matches('|'));
        }
        let left: Vec<String> = self.lines.by_ref().map(|row| row.join("|")).collect();
        self.same(left.join("\n"), "");
    }
}

/// The first columns of the table, which are the actors that the document draws.
fn columns(procedure: &Procedure, count: usize) -> Vec<&str> {
    procedure.actors.iter().map(|actor| actor.column.as_str()).take(count).collect()
}

/// Where the procedure departs from Madiun's document.
fn against_madiun(procedure: &Procedure) -> Vec<String> {
    let sop = &procedure.sop;
    let captions = &sop.captions;
    let mut reader = Reader::of(MADIUN_SOP);

    reader.block(&sop.cover);
    reader.block(&sop.heading);
    reader.block(sop.number.as_slice());
    reader.pair(&captions.created, sop.created.as_deref());
    reader.pair(&captions.revised, sop.revised.as_deref());
    reader.pair(&captions.effective, sop.effective.as_deref());
    reader.pair(&captions.approved_by, Some(&sop.approved_by.join(" ")));
    reader.pair(&captions.title, Some(&sop.title));
    for (left, right) in [
        ((&captions.legal_basis, &sop.legal_basis), (&captions.qualifications, &sop.qualifications)),
        ((&captions.related, &sop.related), (&captions.equipment, &sop.equipment)),
        ((&captions.warnings, &sop.warnings), (&captions.records, &sop.records)),
    ] {
        reader.row(&[left.0, right.0]);
        reader.row(&[&left.1.join(" "), &right.1.join(" ")]);
    }
    reader.row(&["No.", &captions.wording, "", "", "", "", "", &captions.standard, "", "", &captions.remark, ""]);
    let columns = columns(procedure, 6);
    let standard = [&captions.requirement, &captions.time, "", captions.output.as_str()];
    reader.row(&[&["", ""], &columns[..], &standard].concat());
    reader.steps(procedure, 6);
    reader.differences
}

/// Where the procedure departs from Temanggung's document.
fn against_temanggung(procedure: &Procedure) -> Vec<String> {
    let sop = &procedure.sop;
    let captions = &sop.captions;
    let mut reader = Reader::of(TEMANGGUNG_SOP);

    reader.block(&sop.heading);
    reader.pair(&captions.number, sop.number.as_deref());
    reader.pair(&captions.created, sop.created.as_deref());
    reader.pair(&captions.revised, sop.revised.as_deref());
    reader.pair(&captions.effective, sop.effective.as_deref());
    reader.pair(&captions.approved_by, Some(&sop.approved_by.join(" ")));
    reader.pair(&captions.title, Some(&sop.title));
    let cell = |caption: &String, items: &Vec<String>| format!("{caption} : {}", items.join(" "));
    for (left, right) in [
        (cell(&captions.legal_basis, &sop.legal_basis), cell(&captions.qualifications, &sop.qualifications)),
        (cell(&captions.related, &sop.related), cell(&captions.equipment, &sop.equipment)),
        (cell(&captions.warnings, &sop.warnings), cell(&captions.records, &sop.records)),
    ] {
        reader.row(&[&left, &right]);
    }
    reader.row(&[&format!("### {}", sop.table_heading.as_deref().unwrap_or_default())]);
    let actors = captions.actors.as_deref().unwrap_or_default();
    reader.row(&["No", &captions.wording, actors, "", "", "", &captions.standard, "", "", &captions.remark]);
    let columns = columns(procedure, 4);
    let standard = [&captions.requirement, &captions.time, captions.output.as_str(), ""];
    reader.row(&[&["", ""], &columns[..], &standard].concat());
    reader.row(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    reader.steps(procedure, 4);
    reader.differences
}

/// Every line of both documents is in the procedures word for word, and nothing else is.
#[test]
fn procedures_hold_their_documents() {
    assert_eq!(against_madiun(office("madiun")), Vec::<String>::new());
    assert_eq!(against_temanggung(office("temanggung")), Vec::<String>::new());
}

/// Every text of the document, as a path into the procedure's JSON. `inferred` notes are ours; the captions
/// of what a document lacks are the usual ones and stand nowhere in it.
fn document_texts(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(path.to_owned()),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                document_texts(item, &format!("{path}/{at}"), found);
            }
        }
        Value::Object(fields) => {
            let ours = ["id", "kind", "inferred", "act", "actor", "exits", "recorded_by", "reads", "sheets"];
            for (key, field) in fields.iter().filter(|(key, _)| !ours.contains(&key.as_str())) {
                document_texts(field, &format!("{path}/{key}"), found);
            }
        }
        _ => {}
    }
}

/// The comparison is as sharp as it claims: with one letter changed in any text, it sees it.
#[test]
fn a_slip_of_one_letter_is_seen() {
    let mut slips = 0;
    for (id, against) in
        [("madiun", against_madiun as fn(&Procedure) -> Vec<String>), ("temanggung", against_temanggung)]
    {
        let json = serde_json::to_value(office(id)).expect("a procedure is JSON");
        let mut paths = Vec::new();
        for part in ["sop", "steps"] {
            document_texts(&json[part], &format!("/{part}"), &mut paths);
        }
        let drawn = if id == "madiun" { 6 } else { 4 };
        paths.extend((0..drawn).map(|at| format!("/actors/{at}/column")));
        if id == "madiun" {
            paths.retain(|path| path != "/sop/captions/number");
        }
        for path in paths {
            let text = json.pointer(&path).and_then(Value::as_str).expect("it is a text").to_owned();
            for (at, letter) in text.char_indices().filter(|(_, letter)| letter.is_alphanumeric()) {
                let after = &text[at + letter.len_utf8()..];
                let other = if letter == '7' { '8' } else { '7' };
                let slip = format!("{}{other}{after}", &text[..at]);
                let mut slipped = json.clone();
                *slipped.pointer_mut(&path).expect("it is there") = Value::String(slip);
                // A slip in a unit of time is no time at all and cannot be read.
                let Ok(slipped) = serde_json::from_value::<Procedure>(slipped) else { continue };
                assert!(!against(&slipped).is_empty(), "{id}{path}: a slip at {at} is not seen");
                slips += 1;
            }
        }
    }
    assert!(slips > 4_000, "only {slips} slips were tried");
}

/// The list items are the document's own: each begins where its number stands, and none is cut elsewhere.
#[test]
fn lists_are_cut_where_the_document_numbers_them() {
    for procedure in offices().iter() {
        let sop = &procedure.sop;
        for list in [&sop.legal_basis, &sop.qualifications, &sop.related, &sop.equipment, &sop.warnings, &sop.records] {
            let numbers: Vec<u32> = list
                .iter()
                .filter_map(|item| item.split_once([' ', '.']).and_then(|(number, _)| number.parse().ok()))
                .collect();
            assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<u32>>(), "{list:?}");
        }
    }
}

/// Every title and every column is in the document. An actor without a column says so.
#[test]
fn titles_stand_in_the_document() {
    for (id, sop, columns) in [("madiun", MADIUN_SOP, 6), ("temanggung", TEMANGGUNG_SOP, 4)] {
        let sop = plain(sop);
        for (place, actor) in office(id).actors.iter().enumerate() {
            let title = &actor.title;
            let lower = title[..1].to_lowercase() + &title[1..];
            assert!(sop.contains(title.as_str()) || sop.contains(&lower), "{id}: {title}");
            assert!(sop.contains(&actor.column), "{id}: {}", actor.column);
            assert_eq!(actor.inferred.is_some(), place >= columns, "{id}: {title}");
        }
    }
}

#[test]
fn times_sum_up_as_in_the_documents() {
    let minutes = |id: &str| -> u32 {
        let times = office(id).steps.iter().filter_map(|step| step.time.as_ref());
        times
            .map(|time| {
                assert_eq!(time.unit(), TimeUnit::Minutes);
                time.amount()
            })
            .sum()
    };
    assert_eq!(minutes("madiun"), 55);
    assert_eq!(minutes("temanggung"), 100);
}

#[test]
fn steps_belong_to_the_actors_that_do_them() {
    use StepAct::{Answer, Check, Close, Contact, File, Forward, Send};
    let parts = |id: &str| -> Vec<(StepAct, String)> {
        office(id).steps.iter().map(|step| (step.act, step.actor.0.clone())).collect()
    };
    let expected = |steps: &[(StepAct, &str)]| -> Vec<(StepAct, String)> {
        steps.iter().map(|&(act, actor)| (act, actor.to_owned())).collect()
    };
    let madiun = [
        (File, "pemohon"),
        (Forward, "kadin"),
        (Forward, "kabid"),
        (Forward, "kasi"),
        (Check, "verifikator"),
        (Send, "verifikator"),
        (Answer, "bsre"),
        (Close, "verifikator"),
    ];
    let temanggung = [
        (File, "pemohon"),
        (Forward, "kadin"),
        (Check, "verifikator"),
        (Send, "verifikator"),
        (Answer, "bsre"),
        (Contact, "verifikator"),
        (Close, "verifikator"),
    ];
    assert_eq!(parts("madiun"), expected(&madiun));
    assert_eq!(parts("temanggung"), expected(&temanggung));
}

/// What a step adds to its row (exits, an unnamed actor) is marked as ours.
#[test]
fn what_is_ours_is_marked() {
    for procedure in offices().iter() {
        assert!(!procedure.inferred.is_empty());
        for step in procedure.steps.iter().filter(|step| !step.exits.is_empty() || step.recorded_by.is_some()) {
            assert!(!step.inferred.is_empty(), "{} step {}", procedure.office.id, step.no);
        }
    }
    let inferred = |id: &str, no| !office(id).step(no).expect("the step is there").inferred.is_empty();
    assert!(inferred("madiun", 8) && inferred("temanggung", 4) && inferred("temanggung", 7));
}

#[test]
fn offices_are_found_by_id_and_version() {
    let ids: Vec<&str> = offices().iter().map(|procedure| procedure.office.id.as_str()).collect();
    assert_eq!(ids, ["madiun", "temanggung"]);
    assert_eq!(offices().current("madiun"), offices().version("madiun", 1));
    assert_eq!(offices().version("madiun", 2), None);
    assert_eq!(offices().current("sumber"), None);
    let mut prefixes: Vec<&str> = offices().iter().map(|procedure| procedure.office.ticket_prefix.as_str()).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    assert_eq!(prefixes, ["MDN", "TMG"], "two offices never share a prefix");
}

#[test]
fn a_third_procedure_needs_no_code() {
    let procedure = parse(SUMBER).expect("the made-up procedure is valid");
    let units: Vec<TimeUnit> = procedure.steps.iter().flat_map(|step| &step.time).map(TimeLimit::unit).collect();
    assert_eq!(units, [TimeUnit::Hours, TimeUnit::WorkingDays, TimeUnit::WorkingDays]);
    let last = procedure.steps.last().expect("it has steps");
    assert_eq!(procedure.actor(&last.actor).map(|actor| actor.kind), Some(ActorKind::Applicant));
    assert!(procedure.filing(FilingWay::Leader).is_none());
}

#[test]
fn every_file_comes_back_from_json_as_it_was() {
    for procedure in offices().iter() {
        let json = serde_json::to_string(procedure).expect("a procedure is JSON");
        assert_eq!(&serde_json::from_str::<Procedure>(&json).expect("and back"), procedure);
    }
}

#[test]
fn times_are_read_in_three_units() {
    for (wording, amount, unit) in [
        ("5 menit", 5, TimeUnit::Minutes),
        ("60 Menit", 60, TimeUnit::Minutes),
        ("2 jam", 2, TimeUnit::Hours),
        ("3 hari kerja", 3, TimeUnit::WorkingDays),
    ] {
        let limit = TimeLimit::parse(wording).expect("it is a time");
        assert_eq!((limit.amount(), limit.unit(), limit.wording()), (amount, unit, wording));
    }
    for wording in ["", "-", "0 menit", "-5 menit", "+5 menit", "lima menit", "1.5 jam", "99999999999 menit", "5menit"]
    {
        assert_eq!(TimeLimit::parse(wording), Err(TimeLimitError::Amount), "{wording:?}");
    }
    for wording in ["5", "5 hari", "5 minggu", "5 menit kerja"] {
        assert_eq!(TimeLimit::parse(wording), Err(TimeLimitError::Unit), "{wording:?}");
    }
}

// Each rule, broken in an otherwise valid file.

fn parse(text: &str) -> Result<Procedure, Vec<Flaw>> {
    Procedure::parse("sumber-1.toml", text)
}

/// The made-up procedure with one place changed; `from` must be there once.
fn changed(from: &str, to: &str) -> String {
    assert_eq!(SUMBER.matches(from).count(), 1, "{from:?} stands in the file once");
    SUMBER.replacen(from, to, 1)
}

/// The table of a step, cut out of the made-up procedure.
fn step(no: usize) -> &'static str {
    let start = SUMBER.match_indices("[[steps]]").nth(no - 1).expect("the step is there").0;
    let end = SUMBER[start + 1..].find("[[steps]]").map_or(SUMBER.len(), |next| start + 1 + next);
    &SUMBER[start..end]
}

/// The made-up procedure with one place of one step changed.
fn step_changed(no: usize, from: &str, to: &str) -> String {
    assert_eq!(step(no).matches(from).count(), 1, "{from:?} stands in step {no} once");
    changed(step(no), &step(no).replacen(from, to, 1))
}

#[track_caller]
fn breaks(text: &str, rule: Rule, step: Option<u8>) {
    let flaws = parse(text).expect_err("a rule is broken");
    let flaw = flaws.iter().find(|flaw| flaw.rule == rule && flaw.step == step);
    let flaw = flaw.unwrap_or_else(|| panic!("{rule:?} at {step:?} is not among {flaws:#?}"));
    assert_eq!(flaw.file, "sumber-1.toml");
    let told = flaw.to_string();
    let place = step.map_or(String::new(), |step| format!("step {step}, "));
    assert!(told.starts_with(&format!("sumber-1.toml, {place}rule {}: ", rule.code())), "{told}");
}

/// Nothing but this rule is broken.
#[track_caller]
fn breaks_only(text: &str, rule: Rule, step: Option<u8>) {
    breaks(text, rule, step);
    let flaws = parse(text).expect_err("a rule is broken");
    assert_eq!(flaws.len(), 1, "{flaws:#?}");
}

#[test]
fn rule_syntax() {
    breaks_only("version = ", Rule::Syntax, None);
    breaks_only("", Rule::Syntax, None);
    breaks_only(&changed("version = 1", "version = 1\ncolour = \"red\""), Rule::Syntax, None);
    breaks_only(&step_changed(3, "act = \"send\"", "act = \"shout\""), Rule::Syntax, Some(3));
    breaks_only(&step_changed(4, "time =", "tiem ="), Rule::Syntax, Some(4));
    breaks_only(&step_changed(2, "no = 2", "no = 300"), Rule::Syntax, Some(2));
    let flaws = parse(&changed("zone = \"WITA\"", "zone = \"CET\"")).expect_err("no such zone");
    assert!(flaws[0].message.starts_with("line 11: "), "{}", flaws[0]);
}

#[test]
fn rule_file_name_and_version() {
    let flaws = Procedure::parse("asri.toml", SUMBER).expect_err("another name");
    assert_eq!((flaws.len(), flaws[0].rule, flaws[0].file.as_str()), (1, Rule::FileName, "asri.toml"));
    breaks_only(&changed("version = 1", "version = 2"), Rule::FileName, None);
    breaks(&changed("version = 1", "version = 0"), Rule::Version, None);
}

#[test]
fn rule_office() {
    for id in ["Sumber", "sumber asri", "sumber-asri", "", "sümber"] {
        breaks(&changed("id = \"sumber\"", &format!("id = \"{id}\"")), Rule::OfficeId, None);
    }
    for prefix in ["SB", "SBRI", "sbr", "S8R", "", "SÄ"] {
        breaks_only(&changed("\"SBR\"", &format!("\"{prefix}\"")), Rule::TicketPrefix, None);
    }
    for domain in ["@sumber.go.id", "sumber", "sumber..id", ".go.id", "-a.go.id", "Sumber.go.id", "a b.id", ""] {
        breaks_only(&changed("\"sumberasrikab.go.id\"", &format!("\"{domain}\"")), Rule::EmailDomains, None);
    }
    let nobody = changed("[\"sumberasrikab.go.id\"]", "[]").replace("private_email = true", "private_email = false");
    breaks_only(&nobody, Rule::EmailDomains, None);
    assert!(parse(&changed("[\"sumberasrikab.go.id\"]", "[]")).is_ok(), "private mailboxes alone will do");
}

#[test]
fn rule_id_form() {
    breaks(&changed("id = \"surat_sah\"", "id = \"surat sah\""), Rule::IdForm, None);
    for id in ["Admin", "admin-tte", "_admin", "admin__tte", "admin_", "9admin", ""] {
        breaks_only(&SUMBER.replace("\"admin_tte\"", &format!("\"{id}\"")), Rule::IdForm, None);
    }
    breaks_only(&SUMBER.replace("\"surat\"", "\"Surat\""), Rule::IdForm, None);
}

#[test]
fn rule_duplicate() {
    let twice = |table: &str| format!("{SUMBER}\n{table}\n");
    breaks_only(&twice("[[fields]]\nid = \"email\"\nrequired = true"), Rule::Duplicate, None);
    breaks_only(&twice("[[filing]]\nway = \"desk\"\nby = \"sekretaris\""), Rule::Duplicate, None);
    breaks_only(&twice("[[checks]]\nid = \"surat_sah\"\nwording = \"Lagi\""), Rule::Duplicate, None);
    for taken in ["surat", "bukti"] {
        breaks_only(&twice(&format!("[[checks]]\nid = \"{taken}\"\nwording = \"Lagi\"")), Rule::Duplicate, None);
    }
    let actor = "[[actors]]\nid = \"balai\"\ncolumn = \"B\"\ntitle = \"B\"\nkind = \"outside\"";
    breaks_only(&twice(actor), Rule::Duplicate, None);
    let paper = "[[papers]]\nid = \"surat\"\nname = \"S\"\nhint = \"S\"\nrequired_for = [\"holder\"]";
    breaks_only(&twice(paper), Rule::Duplicate, None);
    breaks_only(&changed("[\"holder\", \"desk\"]", "[\"holder\", \"desk\", \"desk\"]"), Rule::Duplicate, None);
    breaks_only(&step_changed(2, "[\"checklist\"]", "[\"checklist\", \"checklist\"]"), Rule::Duplicate, Some(2));
    breaks_only(&step_changed(2, "\"refuse\"]", "\"refuse\", \"refuse\"]"), Rule::Duplicate, Some(2));
    breaks_only(&step_changed(3, "[\"surat\"]", "[\"surat\", \"surat\"]"), Rule::Duplicate, Some(3));
    let domains = changed("[\"sumberasrikab.go.id\"]", "[\"a.go.id\", \"a.go.id\"]");
    breaks_only(&domains, Rule::Duplicate, None);
}

#[test]
fn rule_blank() {
    breaks_only(&changed("place = \"Kabupaten Sumber Asri\"", "place = \" \""), Rule::Blank, None);
    breaks_only(&changed("created = \"3 Februari 2025\"", "created = \"-\""), Rule::Blank, None);
    breaks_only(&changed("title = \"Sekretaris Dinas\"", "title = \"\""), Rule::Blank, None);
    breaks_only(
        &changed("hint = \"Pindai surat permohonan yang sudah ditandatangani.\"", "hint = \"\""),
        Rule::Blank,
        None,
    );
    breaks_only(
        &changed("legal_basis = [\"Peraturan Pemerintah No. 71 Tahun 2019\"]", "legal_basis = [\"\"]"),
        Rule::Blank,
        None,
    );
    breaks_only(
        &changed("heading = [\"PEMERINTAH KABUPATEN SUMBER ASRI\", \"DINAS KOMINFO\"]", "heading = []"),
        Rule::Blank,
        None,
    );
    breaks_only(&step_changed(5, "output = \"Bukti pencabutan\"", "output = \"-\""), Rule::Blank, Some(5));
    breaks_only(&step_changed(2, "requirement = \"Surat permohonan\"", "requirement = \"\""), Rule::Blank, Some(2));
    let unchecked =
        "[[checks]]\nid = \"surat_sah\"\nwording = \"Surat ditandatangani oleh pegawai yang bersangkutan\"\n";
    breaks_only(&format!("checks = []\n{}", changed(unchecked, "")), Rule::Blank, None);
}

#[test]
fn rule_actors() {
    breaks(&step_changed(3, "actor = \"sekretaris\"", "actor = \"camat\""), Rule::ActorKnown, Some(3));
    breaks_only(&step_changed(4, "recorded_by = \"admin_tte\"", "recorded_by = \"camat\""), Rule::ActorKnown, Some(4));
    breaks_only(&changed("by = \"admin_tte\"\n\n[[fields]]", "by = \"camat\"\n\n[[fields]]"), Rule::ActorKnown, None);
    let idle = "[[actors]]\nid = \"camat\"\ncolumn = \"Camat\"\ntitle = \"Camat\"\nkind = \"official\"\n";
    breaks_only(&format!("{SUMBER}\n{idle}"), Rule::ActorUsed, None);
    breaks_only(&changed("kind = \"outside\"", "kind = \"outside\"\npool = true"), Rule::Pool, None);
    let administrator = "[[actors]]\nid = \"administrator\"\ncolumn = \"A\"\ntitle = \"A\"\nkind = \"official\"\n";
    breaks(&format!("{SUMBER}\n{administrator}"), Rule::Duplicate, None);
}

#[test]
fn rule_papers() {
    breaks_only(&step_changed(3, "[\"surat\"]", "[\"ktp\"]"), Rule::PaperKnown, Some(3));
    breaks_only(&step_changed(2, "reads = [\"surat\"]", "reads = []"), Rule::PapersRead, Some(2));
    breaks(&changed("required_for = [\"holder\", \"desk\"]", "required_for = []"), Rule::RequiredPapers, None);
    breaks_only(
        &changed("required_for = [\"holder\", \"desk\"]", "required_for = [\"holder\"]"),
        Rule::RequiredPapers,
        None,
    );
    let leader = changed("required_for = [\"holder\", \"desk\"]", "required_for = [\"holder\", \"desk\", \"leader\"]");
    breaks_only(&leader, Rule::RequiredPapers, None);
}

#[test]
fn rule_order_of_steps() {
    breaks_only(&step_changed(3, "no = 3", "no = 7"), Rule::StepNumbers, Some(7));
    breaks_only(&step_changed(3, "no = 3", "no = 2"), Rule::StepNumbers, Some(2));
    breaks(&step_changed(1, "act = \"file\"", "act = \"forward\""), Rule::FirstStep, Some(1));
    breaks(&step_changed(3, "act = \"send\"", "act = \"file\""), Rule::FirstStep, Some(3));
    breaks(&step_changed(5, "act = \"close\"", "act = \"contact\""), Rule::LastStep, Some(5));
    breaks(&step_changed(3, "act = \"send\"", "act = \"close\""), Rule::LastStep, Some(3));
    let head = &SUMBER[..SUMBER.find("[[steps]]").expect("it has steps")];
    breaks(&format!("steps = []\n{head}"), Rule::FirstStep, None);
}

#[test]
fn rule_check_send_answer() {
    breaks(&step_changed(2, "act = \"check\"", "act = \"forward\""), Rule::CheckStep, None);
    breaks(&step_changed(3, "act = \"send\"", "act = \"check\""), Rule::CheckStep, Some(3));
    breaks(&step_changed(3, "act = \"send\"", "act = \"forward\""), Rule::SendStep, None);
    breaks(&step_changed(2, "act = \"check\"", "act = \"send\""), Rule::SendStep, Some(3));
    breaks(&step_changed(4, "act = \"answer\"", "act = \"contact\""), Rule::AnswerStep, None);
    breaks(&step_changed(3, "act = \"send\"", "act = \"answer\""), Rule::AnswerStep, Some(4));

    // The steps in another order, renumbered: only their order is wrong.
    let head = &SUMBER[..SUMBER.find("[[steps]]").expect("it has steps")];
    let reordered = |order: [usize; 5]| {
        let steps = (1..)
            .zip(order)
            .map(|(no, old)| step(old).replace(&format!("no = {old}\n"), &format!("no = {no}\n")) + "\n");
        format!("{head}{}", steps.collect::<String>())
    };
    breaks_only(&reordered([1, 3, 4, 2, 5]), Rule::CheckStep, Some(4));
    breaks_only(&reordered([1, 2, 4, 3, 5]), Rule::AnswerStep, Some(3));
    assert!(parse(&reordered([1, 2, 3, 4, 5])).is_ok());

    let between = "[[steps]]\nno = 4\nwording = \"Menunggu\"\nactor = \"sekretaris\"\nact = \"contact\"\n\n";
    let apart = changed(step(4), &format!("{between}{}", step(4).replace("no = 4", "no = 5")))
        .replace("no = 5\nwording = \"Pegawai", "no = 6\nwording = \"Pegawai");
    breaks_only(&apart, Rule::AnswerStep, Some(5));
}

#[test]
fn rule_step_actor() {
    breaks(&step_changed(1, "actor = \"pegawai\"", "actor = \"sekretaris\""), Rule::StepActor, Some(1));
    breaks_only(&step_changed(2, "actor = \"admin_tte\"", "actor = \"pegawai\""), Rule::StepActor, Some(2));
    breaks(&step_changed(3, "actor = \"sekretaris\"", "actor = \"balai\""), Rule::StepActor, Some(3));
    breaks(&step_changed(4, "actor = \"balai\"", "actor = \"sekretaris\""), Rule::StepActor, Some(4));
    breaks_only(&step_changed(5, "actor = \"pegawai\"", "actor = \"balai\""), Rule::StepActor, Some(5));
}

#[test]
fn rule_recorded_by() {
    breaks_only(&step_changed(4, "recorded_by = \"admin_tte\"\n", ""), Rule::RecordedBy, Some(4));
    for by in ["pegawai", "balai"] {
        breaks_only(
            &step_changed(4, "recorded_by = \"admin_tte\"", &format!("recorded_by = {by:?}")),
            Rule::RecordedBy,
            Some(4),
        );
    }
    breaks_only(
        &step_changed(3, "act = \"send\"", "act = \"send\"\nrecorded_by = \"admin_tte\""),
        Rule::RecordedBy,
        Some(3),
    );
}

#[test]
fn rule_exits() {
    breaks_only(&step_changed(2, "exits = [\"return\", \"refuse\"]", "exits = [\"refuse\"]"), Rule::Exits, Some(2));
    breaks_only(&step_changed(3, "act = \"send\"", "act = \"send\"\nexits = [\"return\"]"), Rule::Exits, Some(3));
    breaks_only(&step_changed(5, "act = \"close\"", "act = \"close\"\nexits = [\"refuse\"]"), Rule::Exits, Some(5));
    assert!(parse(&step_changed(2, "exits = [\"return\", \"refuse\"]", "exits = [\"return\"]")).is_ok());

    // A refusal behind the answer would say that a revoked certificate was not revoked.
    let forward = |exits: &str| {
        let forward = format!(
            "[[steps]]\nno = 5\nwording = \"Sekretaris meneruskan\"\nactor = \"sekretaris\"\nact = \"forward\"\n{exits}\n"
        );
        changed(step(5), &format!("{forward}\n{}", step(5).replace("no = 5", "no = 6")))
    };
    assert!(parse(&forward("")).is_ok());
    breaks_only(&forward("exits = [\"refuse\"]"), Rule::Exits, Some(5));
}

#[test]
fn rule_time() {
    for time in ["0 jam", "-", "", "dua jam", "2 minggu"] {
        breaks_only(&step_changed(2, "time = \"2 jam\"", &format!("time = {time:?}")), Rule::Time, Some(2));
    }
    let two = step_changed(2, "time = \"2 jam\"", "time = \"0 jam\"").replace("3 hari kerja", "3 hari");
    breaks(&two, Rule::Time, Some(2));
    breaks(&two, Rule::Time, Some(4));
}

#[test]
fn rule_filing() {
    breaks_only(&changed("way = \"desk\"\nby = \"admin_tte\"", "way = \"desk\"\nby = \"balai\""), Rule::Filing, None);
    breaks(&changed("way = \"holder\"\nby = \"pegawai\"", "way = \"holder\"\nby = \"sekretaris\""), Rule::Filing, None);
    let none = changed("[[filing]]\nway = \"holder\"\nby = \"pegawai\"\n", "");
    breaks(&none, Rule::Filing, Some(1));
    let leader = format!("{SUMBER}\n[[filing]]\nway = \"leader\"\nby = \"sekretaris\"\n");
    breaks(&leader, Rule::Filing, None);
}

#[test]
fn rule_fields() {
    for field in ["name", "nik", "email"] {
        let table = format!("[[fields]]\nid = \"{field}\"\nrequired = true\n");
        breaks_only(&changed(&table, ""), Rule::Fields, None);
        breaks_only(&changed(&table, &table.replace("true", "false")), Rule::Fields, None);
    }
    breaks_only(&format!("{SUMBER}\n[[fields]]\nid = \"nip\"\nrequired = true\n"), Rule::Fields, None);
}

#[test]
fn all_flaws_are_told_at_once() {
    let text = changed("\"SBR\"", "\"sbr\"")
        .replace("actor = \"sekretaris\"", "actor = \"camat\"")
        .replace("recorded_by = \"admin_tte\"\n", "");
    let flaws = parse(&text).expect_err("four rules are broken");
    let rules: Vec<Rule> = flaws.iter().map(|flaw| flaw.rule).collect();
    assert_eq!(rules, [Rule::TicketPrefix, Rule::ActorUsed, Rule::ActorKnown, Rule::RecordedBy]);
}

#[test]
fn rule_reminders() {
    let with = |table: &str| format!("{SUMBER}\n[reminders]\n{table}\n");
    let ladder = |rungs: &[(&str, &str)]| {
        let rungs: Vec<String> =
            rungs.iter().map(|(after, whom)| format!("{{ after = \"{after}\", whom = \"{whom}\" }}")).collect();
        with(&format!("ladder = [{}]", rungs.join(", ")))
    };
    assert_eq!(parse(SUMBER).unwrap().reminders, Reminders::default());
    let own = parse(&ladder(&[("-2 jam", "turn"), ("0 menit", "next"), ("30 Menit", "head")])).unwrap().reminders;
    let minutes: Vec<i64> = own.ladder.iter().map(|rung| rung.after.num_minutes()).collect();
    assert_eq!(minutes, [-120, 0, 30]);
    assert_eq!(own.completion_days, [3, 7], "what is left out is as usual");
    assert_eq!(parse(&with("completion_days = [1]")).unwrap().reminders.completion_days, [1]);

    for after in ["15", "menit", "- menit", "1,5 jam", "1 hari kerja", "-3 hari kerja", "--1 jam", ""] {
        breaks_only(&ladder(&[(after, "turn")]), Rule::Reminders, None);
    }
    breaks_only(&ladder(&[]), Rule::Reminders, None);
    breaks_only(&ladder(&[("1 jam", "turn"), ("15 menit", "head")]), Rule::Reminders, None);
    breaks_only(&ladder(&[("1 jam", "turn"), ("60 menit", "head")]), Rule::Reminders, None);
    for days in ["", "0", "3, 3", "7, 3"] {
        breaks_only(&with(&format!("completion_days = [{days}]")), Rule::Reminders, None);
    }
    assert_eq!(own.urgent_hours, [4, 0]);
    assert_eq!(parse(&with("urgent_hours = [12, 2]")).unwrap().reminders.urgent_hours, [12, 2]);
    for hours in ["", "24", "3, 3", "0, 0", "2, 12"] {
        breaks_only(&with(&format!("urgent_hours = [{hours}]")), Rule::Reminders, None);
    }
    let many: Vec<String> = (1..30).map(|days: u8| days.to_string()).collect();
    breaks_only(&with(&format!("completion_days = [{}]", many.join(", "))), Rule::Reminders, None);
    breaks_only(&ladder(&[("1 jam", "camat")]), Rule::Syntax, None);
    breaks_only(&with("digest = true"), Rule::Syntax, None);
}
