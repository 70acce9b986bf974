//! Who stands in for whom (Plh, Plt).

use leptos::prelude::*;
use workflow::{
    case::{ActingKind, PersonId},
    identity::LetterNumber,
    office::{Affairs, Appointment, Command, Member},
    procedure::{ActorId, ActorKind, date_in_words},
};

use super::{
    changing::{ChangeForm, Changing},
    people::name,
};
use crate::{
    browser,
    components::{Choice, Details, Radios, Reading, Select, clock, table::table},
    json,
    office::Office,
    session::Session,
};

const APPOINT: &str = "tunjuk";
const DISMISS: &str = "akhiri";

const ROLE: &str = "sebagai";
const KIND: &str = "jenis";
const PRINCIPAL: &str = "digantikan";
const PERSON: &str = "pengganti";
const LETTER: &str = "nomor-surat";
const DATED: &str = "tanggal-surat";
const FROM: &str = "mulai";
const TO: &str = "sampai";

/// Those who stand in, will and did; and for whoever may appoint somebody, the form.
pub fn section(changing: Changing, affairs: &Affairs) -> AnyView {
    let now = browser::now();
    let (over, running): (Vec<_>, Vec<_>) = affairs.appointments.iter().partition(|one| one.until <= now);
    let roles = roles(affairs);
    let heads: &[&str] = &["Pengganti", "Sebagai", "Masa tugas", "Surat", "Ubah"];
    let none = running.is_empty().then(|| view! { <p class="govuk-body">"Sekarang tidak ada pejabat pengganti."</p> });
    let rows: Vec<_> = running.iter().map(|one| row(changing, affairs, one, true)).collect();
    let shown = (!rows.is_empty()).then(|| table("Pejabat pengganti sekarang dan yang akan datang", heads, rows));
    let past: Vec<_> = over.iter().map(|one| row(changing, affairs, one, false)).collect();
    let past = (!past.is_empty()).then(|| {
        view! { <Details summary="Yang sudah berakhir">{table("Pejabat pengganti yang sudah berakhir", &heads[..4], past)}</Details> }
    });
    let today = clock::inputs(now, Office::expect().procedure().office.zone).0;
    let entries = vec![
        (KIND, json::word_of(ActingKind::Plh)),
        (ROLE, roles.first().map(|(actor, _)| actor.0.clone()).unwrap_or_default()),
        (DATED, today.clone()),
        (FROM, today.clone()),
        (TO, today),
    ];
    let opener =
        (!roles.is_empty()).then(|| changing.opener("Tunjuk pengganti", APPOINT, String::new(), entries, Vec::new()));
    let affairs = affairs.clone();
    let form = move || match changing.open() {
        Some((APPOINT, _)) => Some(appointing(changing, &affairs, &roles)),
        Some((DISMISS, about)) => Some(dismissing(changing, &affairs, about)),
        _ => None,
    };
    view! {
        <section aria-labelledby="pengganti-judul">
            <h2 class="govuk-heading-m" id="pengganti-judul">"Pejabat pengganti (Plh. dan Plt.)"</h2>
            <p class="govuk-body">"Pengganti bertindak atas namanya sendiri sebagai Plh. atau Plt.; catatan menyebut keduanya dan suratnya. Tugasnya berakhir sendiri pada hari terakhir."</p>
            {none}
            {shown}
            {form}
            {opener}
            {past}
        </section>
    }
    .into_any()
}

/// The roles for which this person may appoint somebody: as administrator any official's, else one's own.
fn roles(affairs: &Affairs) -> Vec<(ActorId, String)> {
    let procedure = Office::expect().procedure();
    let Some(who) = Session::expect().who() else { return Vec::new() };
    let administers = who.administers(&procedure.office.id);
    let own = |actor: &ActorId| affairs.member(&who.person).is_some_and(|member| member.actors.contains(actor));
    let officials = procedure.actors.iter().filter(|actor| actor.kind == ActorKind::Official);
    officials
        .filter(|actor| administers || own(&actor.id))
        .map(|actor| (actor.id.clone(), actor.title.clone()))
        .collect()
}

fn row(changing: Changing, affairs: &Affairs, one: &Appointment, running: bool) -> Vec<AnyView> {
    let procedure = Office::expect().procedure();
    let zone = procedure.office.zone;
    let whom = |person: &PersonId| affairs.member(person).map(name).unwrap_or_default();
    let title = one.acting.title(&procedure, &one.actor);
    let principal = one.acting.principal.as_ref().map(|person| format!("menggantikan {}", whom(person)));
    let letter = format!("{}, {}", one.acting.letter, date_in_words(one.acting.dated));
    let mut cells = vec![
        whom(&one.person).into_any(),
        view! { {title}<span class="stack__below">{principal}</span> }.into_any(),
        format!("{} sampai {}", zone.date(one.from), zone.date_before(one.until)).into_any(),
        letter.into_any(),
    ];
    if running {
        let who = Session::expect().who();
        let may = who.is_some_and(|who| {
            who.administers(&procedure.office.id) || one.acting.principal.as_ref() == Some(&who.person)
        });
        let opener = may.then(|| changing.opener("Akhiri", DISMISS, one.id.clone(), Vec::new(), Vec::new()));
        cells.push(view! { <div class="row-buttons">{opener}</div> }.into_any());
    }
    cells
}

fn appointing(changing: Changing, affairs: &Affairs, roles: &[(ActorId, String)]) -> AnyView {
    let procedure = Office::expect().procedure();
    let administers = Session::expect().who().is_some_and(|who| who.administers(&procedure.office.id));
    let myself = Session::expect().who().map(|who| who.person);
    let role_choices = roles.iter().map(|(actor, title)| Choice::new(actor.0.clone(), title.clone())).collect();
    let kinds = vec![
        Choice::new(json::word_of(ActingKind::Plh), "Plh. (pelaksana harian)")
            .hint("Pejabatnya berhalangan sementara."),
        Choice::new(json::word_of(ActingKind::Plt), "Plt. (pelaksana tugas)")
            .hint("Pejabatnya berhalangan tetap, atau jabatannya kosong."),
    ];
    let member = |member: &Member| Choice::new(member.person.0.clone(), name(member));
    // What was chosen for another role is perhaps none of these choices.
    let keep = move |id: &'static str, choices: &[Choice]| {
        let chosen = changing.text(id);
        if choices.iter().all(|choice| choice.value != *chosen.read_untracked()) {
            chosen.set(choices[0].value.clone());
        }
    };
    let holders = affairs.clone();
    // Whose place it is follows from the role: whoever holds it.
    let principal = administers.then(|| {
        let shown = move || {
            let actor = ActorId(changing.text(ROLE).get());
            let mut choices: Vec<_> = holders.holders(&actor).map(member).collect();
            if choices.is_empty() {
                choices.push(Choice::new("", "Jabatan kosong (hanya Plt.)"));
            }
            keep(PRINCIPAL, &choices);
            view! { <Select id=PRINCIPAL label="Menggantikan" choices=choices value=changing.text(PRINCIPAL) /> }
        };
        view! { {shown} }
    });
    // Of the office and in service, and nobody for themself.
    let members = affairs.members.clone();
    let substitute = move || {
        let actor = ActorId(changing.text(ROLE).get());
        let outside = |held: &ActorId| procedure.actor(held).is_some_and(|held| held.kind == ActorKind::Outside);
        let may =
            |one: &&Member| !one.actors.is_empty() && !one.actors.iter().any(|held| *held == actor || outside(held));
        let choices = members.iter().filter(may).map(member);
        let choices: Vec<_> = std::iter::once(Choice::new("", "Pilih pengganti")).chain(choices).collect();
        keep(PERSON, &choices);
        let hint = "Siapa yang sudah bertindak pada suatu permohonan tidak dapat bertindak lagi di sana dengan jabatan lain. Sebaiknya pilih yang tidak punya langkah sendiri; bila belum ada di daftar, undang dulu dengan peran Pengganti.";
        view! { <Select id=PERSON label="Pengganti" hint=hint choices=choices value=changing.text(PERSON) error=changing.errors.of(PERSON) /> }
    };
    let inner = view! {
        <Select id=ROLE label="Untuk peran" choices=role_choices value=changing.text(ROLE) />
        <Radios id=KIND legend="Jenis" choices=kinds value=changing.text(KIND) error=changing.errors.of(KIND) />
        {principal}
        {substitute}
        {changing.line(LETTER, "Nomor surat perintah", "", "text")}
        {changing.line(DATED, "Tanggal surat", "", "date")}
        {changing.line(FROM, "Mulai", "", "date")}
        {changing.line(TO, "Sampai dengan", "Berakhir sendiri pada akhir hari ini.", "date")}
    }
    .into_any();
    let form = ChangeForm { title: "Tunjuk pengganti", inner, seen: affairs.seq, done: "Pengganti sudah ditunjuk." };
    changing.form(form, move |changing, reading| {
        let principal = if administers {
            Some(PersonId(changing.typed(PRINCIPAL))).filter(|person| !person.0.is_empty())
        } else {
            myself.clone()
        };
        appointment(changing, principal, reading)
    })
}

fn appointment(changing: Changing, principal: Option<PersonId>, reading: &mut Reading) -> Option<Command> {
    let person = changing.typed(PERSON);
    if person.is_empty() {
        reading.fault(PERSON, "Pilih siapa yang menggantikan.");
    }
    let letter = reading.take(LETTER, LetterNumber::parse(&changing.typed(LETTER)));
    let (dated, from, to) = (changing.day(DATED, reading), changing.day(FROM, reading), changing.day(TO, reading));
    Some(Command::Appoint {
        person: PersonId(person),
        actor: ActorId(changing.typed(ROLE)),
        kind: json::word(&changing.typed(KIND))?,
        principal,
        letter: letter?,
        dated: dated?,
        from: from?,
        to: to?,
    })
}

fn dismissing(changing: Changing, affairs: &Affairs, about: String) -> AnyView {
    let whom = affairs.appointments.iter().find(|one| one.id == about);
    let whom = whom.and_then(|one| affairs.member(&one.person)).map(name).unwrap_or_default();
    let inner =
        view! { <p class="govuk-body">{format!("{whom} tidak lagi menjadi pengganti mulai sekarang.")}</p> }.into_any();
    let form = ChangeForm { title: "Akhiri penunjukan", inner, seen: affairs.seq, done: "Penunjukan sudah diakhiri." };
    changing.form(form, move |_, _| Some(Command::Dismiss { appointment: about.clone() }))
}
