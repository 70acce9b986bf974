//! The form of each act. What it asks is what its command holds; the rules decide the rest.

use leptos::prelude::*;
use workflow::{
    case::{Act, Ask, Channel, FilingWay, Stage, Urgency},
    office::Affairs,
    procedure::{FieldId, PaperId},
    told::CaseFile,
};

use super::{
    draft::Draft,
    reach,
    typed::{self, id},
};
use crate::{
    api, browser,
    components::{Checkboxes, Choice, Inset, Loaded, Radios, TextArea, TextInput, Upload, checkbox, checklist, load},
    pages::case::papers,
};

/// What the act asks, without its buttons.
pub fn form(act: Act, file: &CaseFile, draft: Draft) -> AnyView {
    let inner = match act {
        Act::Forward => forward(file, draft),
        Act::Approve => approve(file, draft),
        Act::Return => give_back(file, draft),
        Act::Resubmit => resubmit(file, draft),
        Act::Refuse => note(draft, "Alasan penolakan", "Ditulis untuk pemohon dan dikirim ke e-mailnya."),
        Act::Send => send(file, draft),
        Act::Answer => answer(file, draft),
        Act::Contact => contact(draft),
        Act::Close => note(draft, "Catatan (tidak wajib)", ""),
        Act::Withdraw if file.case.way == FilingWay::Desk => {
            note(draft, "Alasan menarik kembali", "Wajib bila petugas menariknya atas nama pemohon.")
        }
        Act::Withdraw => note(draft, "Alasan menarik kembali (tidak wajib)", ""),
        Act::Take | Act::PutBack => note(draft, "Catatan (tidak wajib)", ""),
        Act::HandOver => hand_over(file, draft),
        Act::Readdress => readdress(file, draft),
    };
    let sure = sure(act, file).map(|sentence| {
        let choices = vec![Choice::new("ya", sentence)];
        view! { <Checkboxes id=id::SURE legend="Tidak dapat dibatalkan" choices=choices value=draft.sure error=draft.errors.of(id::SURE) /> }
    });
    view! { {inner}{sure} }.into_any()
}

/// The colleagues are asked for when the form is opened: who holds the role changes.
fn hand_over(file: &CaseFile, draft: Draft) -> AnyView {
    let Some(in_hand) = file.case.in_hand.clone() else { return ().into_any() };
    let office = file.view.office.clone();
    let loading = load(move || {
        let office = office.clone();
        async move { api::affairs(&office).await }
    });
    let shown = move |affairs: Affairs| {
        let own = affairs.holders(&in_hand.actor);
        let now = browser::now();
        let acting = affairs.appointments.iter().filter(|one| one.actor == in_hand.actor && one.holds(now));
        let acting = acting.filter_map(|one| affairs.member(&one.person));
        let choices: Vec<_> = own
            .chain(acting)
            .filter(|member| member.person != in_hand.person)
            .map(|member| Choice::new(member.person.0.clone(), member.name.clone().unwrap_or_default()))
            .collect();
        if choices.is_empty() {
            return view! { <Inset>"Tidak ada rekan lain dengan peran yang sama. Kembalikan ke antrean, atau lanjutkan sendiri."</Inset> }.into_any();
        }
        radios(draft, id::COLLEAGUE, "Serahkan kepada", "", choices)
    };
    view! { <Loaded loading=loading children=shown />{note(draft, "Catatan (tidak wajib)", "Mengapa diserahkan, atau sampai mana sudah diperiksa.")} }.into_any()
}

fn forward(file: &CaseFile, draft: Draft) -> AnyView {
    let next = match file.case.stage {
        Stage::Step { no } => file.procedure.step(no + 1).map_or("", |step| file.title(&step.actor)),
        _ => "",
    };
    let urgencies: Vec<_> =
        Urgency::ALL.into_iter().map(|one| Choice::new(typed::urgency_value(one), one.label())).collect();
    let asks = Ask::ALL.into_iter().map(|one| Choice::new(typed::ask_value(one), one.label())).collect();
    view! {
        <p class="govuk-body">{format!("Diteruskan kepada {next} dengan lembar disposisi.")}</p>
        {radios(draft, id::URGENCY, "Sifat", "", urgencies)}
        <Checkboxes id=id::ASKS legend="Dengan hormat harap" hint="Boleh lebih dari satu." choices=asks value=draft.ticks />
        {note(draft, "Catatan (tidak wajib)", "")}
    }
    .into_any()
}

/// One box for each paper, with a link that opens it, and for each thing to check.
fn approve(file: &CaseFile, draft: Draft) -> AnyView {
    let papers = file.asked_papers().map(|paper| {
        let held = file.case.papers.iter().find(|held| held.paper == paper.id);
        let open = held.map(|held| papers::link(file, &format!("Buka {}", paper.name), &held.document));
        (format!("{} lengkap dan terbaca", paper.name), open)
    });
    // In the order of the rules' checklist: its papers, then the procedure's checks.
    let checks = file.procedure.checks.iter().map(|check| (check.wording.clone(), None));
    let boxes = papers
        .chain(checks)
        .enumerate()
        .map(|(place, (label, open))| checkbox(id::CHECKLIST, place, place.to_string(), label, open, draft.ticks))
        .collect();
    let hint = "Buka setiap berkas, lalu centang bila sesuai. Bila ada yang kurang, kembalikan untuk dilengkapi.";
    let fault = draft.errors.of(id::CHECKLIST);
    view! {
        {checklist(id::CHECKLIST.to_owned(), "Daftar periksa".to_owned(), false, Some(hint.to_owned()), fault, boxes)}
        {note(draft, "Catatan (tidak wajib)", "")}
    }
    .into_any()
}

fn give_back(file: &CaseFile, draft: Draft) -> AnyView {
    let papers = file.asked_papers().map(|paper| Choice::new(paper.id.0.clone(), paper.name.clone()));
    let entries = file
        .procedure
        .fields
        .iter()
        // A holder is written to where they signed in.
        .filter(|field| field.id != FieldId::Email || file.case.way != FilingWay::Holder)
        .map(|field| Choice::new(typed::entry_id(field.id), format!("Isian {}", field.id.label())));
    let hint = "Ditulis untuk pemohon: apa yang salah dan cara melengkapinya. Misalnya: foto KTP terpotong, ambil lagi sampai keempat sudutnya terlihat.";
    view! {
        <Checkboxes
            id=id::RETURN
            legend="Apa yang harus dilengkapi?"
            choices=papers.chain(entries).collect()
            value=draft.ticks
            error=draft.errors.of(id::RETURN)
        />
        {note(draft, "Apa yang kurang?", hint)}
    }
    .into_any()
}

fn resubmit(file: &CaseFile, draft: Draft) -> AnyView {
    let Stage::Completion { papers, fields, .. } = &file.case.stage else { return ().into_any() };
    let papers: Vec<_> = papers
        .iter()
        .map(|paper| {
            let hint = file.procedure.paper(paper).map_or("", |paper| &paper.hint);
            upload(file, draft, paper, file.paper_name(paper), hint)
        })
        .collect();
    let entries: Vec<_> = fields
        .iter()
        .map(|field| {
            let optional = file.procedure.field(*field).is_some_and(|field| !field.required);
            let label = if optional { format!("{} (tidak wajib)", field.label()) } else { field.label().to_owned() };
            let (kind, inputmode) = match field {
                FieldId::Email => ("email", Some("email")),
                FieldId::Phone => ("tel", Some("tel")),
                FieldId::Nik | FieldId::Nip => ("text", Some("numeric")),
                _ => ("text", None),
            };
            let position = (*field == FieldId::UnitHead)
                .then(|| line(draft, id::HEAD_POSITION, "Jabatan kepala perangkat daerah", "", "text", None));
            view! { {line(draft, typed::entry_id(*field), &label, "", kind, inputmode)}{position} }.into_any()
        })
        .collect();
    view! { {papers}{entries}{note(draft, "Catatan untuk kantor (tidak wajib)", "")} }.into_any()
}

fn send(file: &CaseFile, draft: Draft) -> AnyView {
    let body = file.outside();
    view! {
        <p class="govuk-body">{format!("Permintaan pencabutan dikirim ke {body} lewat e-mail. Masukkan juga di portal {body} bila kantor Anda memakainya.")}</p>
        {note(draft, &format!("Pesan untuk {body} (tidak wajib)"), "")}
    }
    .into_any()
}

fn answer(file: &CaseFile, draft: Draft) -> AnyView {
    let body = file.outside();
    let options = vec![Choice::new("revoked", "Sertifikat sudah dicabut"), Choice::new("declined", "Tidak dicabut")];
    let time = format!("Jam jawaban ({})", file.zone().label());
    let declined = Memo::new(move |_| *draft.text(id::ANSWER).read() == "declined");
    let why = move || note(draft, if declined.get() { "Alasan tidak dicabut" } else { "Catatan (tidak wajib)" }, "");
    view! {
        {radios(draft, id::ANSWER, &format!("Apa jawaban {body}?"), "", options)}
        {line(draft, id::REFERENCE, "Nomor surat, nomor tiket, atau subjek e-mail jawaban", "Misalnya R-99/IJ/KP.07.6/04/2026.", "text", None)}
        <div class="act-moment">
            {line(draft, id::DATE, "Tanggal jawaban", "", "date", None)}
            {line(draft, id::TIME, &time, "", "time", None)}
        </div>
        {upload(file, draft, &typed::EVIDENCE.into(), "Bukti jawaban (tidak wajib)", "Surat atau tangkapan layar jawaban.")}
        {why}
    }
    .into_any()
}

fn contact(draft: Draft) -> AnyView {
    let channels = Channel::ALL.into_iter().map(|one| Choice::new(typed::channel_value(one), one.label())).collect();
    let reached = vec![Choice::new("yes", "Ya, pemohon sudah diberi tahu"), Choice::new("no", "Belum terhubung")];
    view! {
        {radios(draft, id::CHANNEL, "Dihubungi lewat apa?", "", channels)}
        {radios(draft, id::REACHED, "Apakah pemohon berhasil dihubungi?", "", reached)}
        {note(draft, "Catatan (tidak wajib)", "")}
    }
    .into_any()
}

fn readdress(file: &CaseFile, draft: Draft) -> AnyView {
    let now = file.form().map(|form| format!("Sekarang {}.", form.email)).unwrap_or_default();
    let hint =
        "Misalnya: disebut pemohon lewat telepon, ke nomor pada formulir. Catatan ini tersimpan pada permohonan.";
    view! {
        {reach::asking_for_mailbox(file)}
        {line(draft, id::EMAIL, "Alamat e-mail baru", &now, "email", Some("email"))}
        {note(draft, "Bagaimana Anda memastikan alamat ini milik pemohon?", hint)}
    }
    .into_any()
}

/// What one confirms before an act that nothing can undo.
fn sure(act: Act, file: &CaseFile) -> Option<String> {
    let body = file.outside();
    let what = match act {
        Act::Refuse => "permohonan ini berakhir dan tidak dapat dibuka lagi".to_owned(),
        Act::Send => format!("setelah diajukan ke {body}, permohonan tidak dapat ditarik kembali"),
        Act::Answer => "jawaban yang dicatat tidak dapat diubah lagi".to_owned(),
        Act::Close => "permohonan ini ditutup dan tidak dapat dibuka lagi".to_owned(),
        Act::Withdraw => "permohonan ini berakhir; bila masih perlu, saya harus mengajukan lagi".to_owned(),
        _ => "tindakan ini tidak dapat dibatalkan".to_owned(),
    };
    act.is_final().then(|| format!("Saya mengerti: {what}."))
}

fn hinted(hint: &str) -> Option<String> {
    (!hint.is_empty()).then(|| hint.to_owned())
}

fn note(draft: Draft, label: &str, hint: &str) -> AnyView {
    view! { <TextArea id=id::NOTE label=label hint=hinted(hint).unwrap_or_default() value=draft.text(id::NOTE) error=draft.errors.of(id::NOTE) /> }.into_any()
}

fn radios(draft: Draft, id: &'static str, legend: &str, hint: &str, choices: Vec<Choice>) -> AnyView {
    view! { <Radios id=id legend=legend hint=hinted(hint).unwrap_or_default() choices=choices value=draft.text(id) error=draft.errors.of(id) /> }.into_any()
}

fn line(
    draft: Draft,
    id: &'static str,
    label: &str,
    hint: &str,
    kind: &'static str,
    inputmode: Option<&'static str>,
) -> AnyView {
    let width = if matches!(kind, "date" | "time") { 10 } else { 0 };
    view! {
        <TextInput
            id=id
            label=label
            hint=hinted(hint).unwrap_or_default()
            value=draft.text(id)
            error=draft.errors.of(id)
            kind=kind
            inputmode=inputmode.unwrap_or("text")
            width=width
        />
    }
    .into_any()
}

fn upload(file: &CaseFile, draft: Draft, paper: &PaperId, label: &str, hint: &str) -> AnyView {
    let value = draft.paper(paper);
    let id = typed::upload_id(paper);
    let error = draft.errors.of(id.clone());
    view! { <Upload id=id office=file.view.office.clone() label=label hint=hint value=value error=error pending=draft.uploading /> }.into_any()
}
