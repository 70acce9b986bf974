//! The pages on which something is filled in.

use leptos::prelude::*;
use workflow::{
    api::Me,
    case::FilingWay,
    identity::{Nik, Nip},
    procedure::{Field, FieldId, Paper},
    reason::Reason,
};

use super::next;
use crate::{
    components::{
        Choice, Confirm, ErrorSummary, Errors, FieldError, Inset, Radios, Submit, TextArea, TextInput, Upload,
    },
    draft::{Draft, Entry, paper_control},
    json::word_of,
    navigation::{Heading, Navigation},
    office::Office,
    routes::{FilingPage, Page},
};

/// A page on which something is filled in.
#[component]
pub fn Fill(
    /// Which.
    page: FilingPage,
    /// What was typed.
    draft: Draft,
    /// Who types.
    me: Me,
) -> impl IntoView {
    let office = Office::expect();
    let navigation = Navigation::expect();
    let errors = Errors::new();
    let uploading = RwSignal::new(0_u32);
    let from_check = untrack(|| navigation.query("ubah")).is_some();

    let on_submit = {
        let office = office.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            let procedure = office.procedure();
            if page == FilingPage::Papers && uploading.get_untracked() > 0 {
                let text = "Tunggu sampai semua berkas terkirim.".to_owned();
                errors.show(vec![FieldError { id: String::new(), text }]);
                return;
            }
            if !errors.show(untrack(|| draft.faults(&procedure, page)).0) {
                navigation.go(&next(draft, &office, page, from_check));
            }
        }
    };
    let (title, body) = match page {
        FilingPage::Who => ("Siapa yang mengajukan?", who(&office, draft, &me, errors)),
        FilingPage::Identity => ("Identitas pemegang sertifikat", identity(&office, draft, errors)),
        FilingPage::Reason => ("Mengapa sertifikat dicabut?", reason(draft, errors)),
        FilingPage::Contact => ("Kontak", contact(&office, draft, &me, errors)),
        _ => ("Unggah berkas", papers(&office, draft, errors, uploading)),
    };
    let step = page as usize + 1;
    let back = match FilingPage::ALL.into_iter().rfind(|before| *before < page) {
        _ if from_check => office.href(Page::File(FilingPage::Check)),
        Some(before) => office.href(Page::File(before)),
        None => office.href(Page::Start),
    };
    let on_clear = Callback::new(move |()| {
        draft.clear();
        errors.clear();
        navigation.go(&office.href(Page::File(FilingPage::Who)));
    });
    let any = Memo::new(move |_| !draft.is_empty());
    view! {
        <a class="app-back" href=back>
            "Kembali"
        </a>
        <ErrorSummary errors=errors />
        <Heading text=title caption=format!("Langkah {step} dari 6") small=true />
        <form novalidate on:submit=on_submit>
            {body}
            <Submit
                label=if from_check { "Simpan dan kembali periksa" } else { "Lanjutkan" }
                pending=Signal::derive(move || uploading.get() > 0)
            />
        </form>
        {move || {
            any.get()
                .then(|| {
                    view! {
                        <div class="app-draft">
                            <p class="govuk-body-s app-soft">
                                "Isian tersimpan di perangkat ini sampai permohonan terkirim atau Anda keluar."
                            </p>
                            <Confirm
                                label="Hapus isian"
                                question="Semua isian dan berkas permohonan ini dihapus dari perangkat."
                                yes="Ya, hapus"
                                on_yes=on_clear
                            />
                        </div>
                    }
                })
        }}
    }
    .into_any()
}

fn who(office: &Office, draft: Draft, me: &Me, errors: Errors) -> AnyView {
    let procedure = office.procedure();
    let who = me.who();
    let choices: Vec<Choice> = procedure
        .filing
        .iter()
        .filter(|filing| filing.way == FilingWay::Holder || who.holds(&procedure, &filing.by))
        .map(|filing| {
            let (label, hint) = way_words(filing.way);
            Choice::new(word_of(filing.way), label).hint(hint)
        })
        .collect();
    let value = draft.text(Entry::Way);
    if let [only] = choices.as_slice()
        && value.get_untracked().is_empty()
    {
        value.set(only.value.clone());
    }
    let leader = procedure.filing(FilingWay::Leader).is_some_and(|filing| !who.holds(&procedure, &filing.by));
    view! {
        <Radios
            id=Entry::Way.id()
            legend="Siapa yang mengajukan?"
            legend_hidden=true
            choices=Signal::stored(choices)
            value=value
            error=errors.of(Entry::Way.id())
        />
        {leader
            .then(|| {
                view! {
                    <Inset>
                        "Permohonan bagi pemegang yang meninggal dunia hanya dapat diajukan oleh pimpinannya. Pimpinan masuk dengan alamat e-mail yang terdaftar di kantor."
                    </Inset>
                }
            })}
    }
    .into_any()
}

/// What a way of filing is called.
pub(super) fn way_words(way: FilingWay) -> (&'static str, &'static str) {
    match way {
        FilingWay::Holder => ("Saya sendiri, pemegang sertifikat", "Sertifikat yang dicabut adalah milik saya."),
        FilingWay::Leader => (
            "Pimpinan, untuk pegawai",
            "Dengan surat rekomendasi: pegawai pindah tugas, pensiun, atau meninggal dunia.",
        ),
        FilingWay::Desk => (
            "Petugas, untuk permohonan kertas",
            "Pemegang menyerahkan surat di kantor (luring); Anda memasukkan beserta pindaiannya.",
        ),
    }
}

fn identity(office: &Office, draft: Draft, errors: Errors) -> AnyView {
    let procedure = office.procedure();
    let text = move |entry: Entry, label: String, hint: Option<&'static str>, digits: bool| {
        text_input(draft, errors, entry, label, hint.map(str::to_owned), digits)
    };
    let label_of = |field: &Field| {
        if field.required { field.id.label().to_owned() } else { format!("{} (bila ada)", field.id.label()) }
    };
    let mut inputs: Vec<AnyView> = Vec::new();
    for field in &procedure.fields {
        let label = label_of(field);
        match field.id {
            FieldId::Name => inputs.push(text(Entry::Name, label, Some("Sesuai KTP, boleh dengan gelar."), false)),
            FieldId::Nik => {
                inputs.push(text(Entry::Nik, label, Some("16 angka pada KTP; spasi boleh."), true));
                inputs.push(nik_warning(draft));
            }
            FieldId::Nip => inputs.push(text(
                Entry::Nip,
                field.id.label().to_owned(),
                Some("18 angka, juga untuk PPPK; spasi boleh. Kosongkan bila bukan ASN."),
                true,
            )),
            FieldId::Position => inputs.push(text(Entry::Position, label, None, false)),
            FieldId::Unit => {
                inputs.push(text(Entry::Unit, label, Some("Misalnya Dinas Kesehatan."), false));
            }
            FieldId::UnitHead => inputs.push(
                view! {
                    <fieldset class="govuk-fieldset app-group">
                        <legend class="govuk-fieldset__legend govuk-fieldset__legend--m">{label}</legend>
                        {text(Entry::HeadName, "Nama".to_owned(), None, false)}
                        {text(
                            Entry::HeadPosition,
                            "Jabatan".to_owned(),
                            Some("Misalnya Kepala Dinas Kesehatan."),
                            false,
                        )}
                        {text(Entry::HeadNip, "NIP (bila ada)".to_owned(), None, true)}
                    </fieldset>
                }
                .into_any(),
            ),
            FieldId::Email | FieldId::Phone => {}
        }
    }
    inputs.into_any()
}

/// Warns of a date that looks wrong, and stops nobody.
fn nik_warning(draft: Draft) -> AnyView {
    let warning = move || {
        let nik = Nik::parse(&draft.text(Entry::Nik).read()).ok()?;
        match Nip::parse(&draft.text(Entry::Nip).read()) {
            Ok(nip) => nik.warning_beside(&nip),
            Err(_) => nik.warning(),
        }
    };
    (move || {
        view! {
            <div role="status">
                {warning().map(|warning| view! { <p class="app-hint-warning">{warning.to_string()}</p> })}
            </div>
        }
    })
    .into_any()
}

fn text_input(
    draft: Draft,
    errors: Errors,
    entry: Entry,
    label: String,
    hint: Option<String>,
    digits: bool,
) -> AnyView {
    let mode = if digits { Some("numeric") } else { None };
    let (kind, autocomplete) = match entry {
        Entry::Email => ("email", "email"),
        Entry::Phone => ("tel", "tel"),
        _ => ("text", "off"),
    };
    view! {
        <TextInput
            id=entry.id()
            label=label
            hint=hint.unwrap_or_default()
            value=draft.text(entry)
            error=errors.of(entry.id())
            kind=kind
            inputmode=mode.unwrap_or(kind)
            autocomplete=autocomplete
            width=if digits { 20 } else { 0 }
        />
    }
    .into_any()
}

fn reason(draft: Draft, errors: Errors) -> AnyView {
    let choices = Signal::derive(move || {
        let way = draft.way();
        Reason::ALL
            .into_iter()
            .filter(|reason| way.is_some_and(|way| reason.fits(way)))
            .map(|reason| Choice::new(word_of(reason), reason.label()))
            .collect()
    });
    view! {
        <Radios
            id=Entry::Reason.id()
            legend="Alasan pencabutan"
            legend_hidden=true
            choices=choices
            value=draft.text(Entry::Reason)
            error=errors.of(Entry::Reason.id())
        />
        <TextArea
            id=Entry::Note.id()
            label="Keterangan"
            hint="Wajib bila memilih “Alasan lain”. Jangan menulis passphrase."
            value=draft.text(Entry::Note)
            error=errors.of(Entry::Note.id())
        />
    }
    .into_any()
}

fn contact(office: &Office, draft: Draft, me: &Me, errors: Errors) -> AnyView {
    let procedure = office.procedure();
    let way = untrack(|| draft.way());
    let email = draft.text(Entry::Email);
    let own = way == Some(FilingWay::Holder);
    if own || email.get_untracked().is_empty() && way != Some(FilingWay::Desk) && procedure.office.accepts(&me.email) {
        email.set(me.email.to_string());
    }
    let whose = match way {
        Some(FilingWay::Leader) => "Alamat pimpinan. Pemberitahuan dikirim ke sini.",
        Some(FilingWay::Desk) => "Alamat pemegang. Pemberitahuan dikirim ke sini.",
        _ => "",
    };
    let hint = if procedure.office.private_email {
        whose.to_owned()
    } else {
        format!("{whose} E-mail dinas: …@{}.", procedure.office.email_domains.join(", …@"))
    };
    let phone = procedure.field(FieldId::Phone).map(|field| {
        let label = if field.required { "Nomor HP" } else { "Nomor HP (bila ada)" };
        text_input(draft, errors, Entry::Phone, label.to_owned(), Some("Misalnya 0812 3456 7890.".to_owned()), false)
    });
    let address = if own {
        // Proven by signing in. One that is only typed could be anybody's.
        view! {
            <div class="govuk-inset-text" id=Entry::Email.id() tabindex="-1">
                "Pemberitahuan dikirim ke " <strong class="app-break">{me.email.to_string()}</strong>
                ", alamat yang Anda pakai untuk masuk."
            </div>
        }
        .into_any()
    } else {
        text_input(draft, errors, Entry::Email, "E-mail".to_owned(), Some(hint), false)
    };
    view! {
        {address}
        {phone}
        {text_input(
            draft,
            errors,
            Entry::Letter,
            "Nomor surat (bila ada)".to_owned(),
            Some("Nomor surat permohonan atau rekomendasi, seperti tertulis pada surat.".to_owned()),
            false,
        )}
    }
    .into_any()
}

fn papers(office: &Office, draft: Draft, errors: Errors, uploading: RwSignal<u32>) -> AnyView {
    let procedure = office.procedure();
    let way = untrack(|| draft.way()).unwrap_or(FilingWay::Holder);
    let blocks: Vec<AnyView> =
        procedure.required_papers(way).map(|paper| block(office, draft, errors, uploading, paper)).collect();
    view! {
        <p class="govuk-body">
            "Foto dari kamera atau PDF, paling besar 5 MB. Foto besar diperkecil otomatis di HP Anda."
        </p>
        {blocks}
    }
    .into_any()
}

fn block(office: &Office, draft: Draft, errors: Errors, uploading: RwSignal<u32>, paper: &Paper) -> AnyView {
    let id = paper.id.clone();
    let value = RwSignal::new(untrack(|| draft.paper(&id)));
    Effect::new(move |_| {
        let document = value.get();
        draft.papers.update(|papers| {
            papers.retain(|(paper, _)| *paper != id);
            papers.extend(document.map(|document| (id.clone(), document)));
        });
    });
    let control = paper_control(&paper.id);
    view! {
        <Upload
            error=errors.of(control.clone())
            id=control
            office=office.id().to_owned()
            label=paper.name.clone()
            hint=paper.hint.clone()
            value=value
            pending=uploading
        />
    }
    .into_any()
}
