//! Who works for the office, as what; and who stands in.

use leptos::prelude::*;
use workflow::{
    case::PersonId,
    identity::{EmailAddress, Nip, PersonName},
    office::{Affairs, Command, Member, roles, title},
    procedure::{ActorId, Procedure},
};

use super::{
    acting,
    changing::{ChangeForm, Changing},
};
use crate::{
    components::{Checkboxes, Choice, Inset, Reading, table::table},
    office::Office,
};

/// The forms of this page.
const INVITE: &str = "undang";
const STAFF: &str = "peran";
const CORRECT: &str = "perbaiki";
const DISABLE: &str = "nonaktifkan";

/// The fields of their forms.
const EMAIL: &str = "email";
const NAME: &str = "nama";
const NIP: &str = "nip";
const ROLES: &str = "peran-dipilih";

/// The people of the office, and who stands in.
pub fn people(changing: Changing, affairs: Affairs) -> AnyView {
    let procedure = Office::expect().procedure();
    let administers = affairs.settings.is_some();
    let stand_in = acting::section(changing, &affairs);
    let rows = affairs.members.iter().map(|member| row(changing, &procedure, member, administers)).collect();
    let heads: &[&str] = if administers { &["Nama", "Peran", "E-mail dan NIP", "Ubah"] } else { &["Nama", "Peran"] };
    let invite = administers.then(|| {
        let opener = changing.opener("Undang pegawai", INVITE, String::new(), Vec::new(), Vec::new());
        let seq = affairs.seq;
        let form = move || {
            changing
                .open()
                .filter(|(form, _)| *form == INVITE)
                .map(|_| invitation(changing, &Office::expect().procedure(), seq))
        };
        view! { {opener}{form} }
    });
    let alone = administers && affairs.administrators().count() == 1;
    let alone = alone.then(|| view! { <Inset>"Hanya ada satu administrator. Beri peran itu kepada seorang lagi, supaya kantor tidak terkunci bila ia berhalangan."</Inset> });
    let seq = affairs.seq;
    let member = move || {
        let (form, about) = changing.open()?;
        let member = affairs.member(&PersonId(about))?.clone();
        let procedure = Office::expect().procedure();
        match form {
            STAFF => Some(staffing(changing, &procedure, member, seq)),
            CORRECT => Some(correction(changing, member, seq)),
            DISABLE => Some(disabling(changing, member, seq)),
            _ => None,
        }
    };
    view! {
        {stand_in}
        <section aria-labelledby="pegawai">
            <h2 class="govuk-heading-m" id="pegawai">"Pegawai"</h2>
            {alone}
            {member}
            {table("Pegawai kantor dan perannya", heads, rows)}
            {invite}
        </section>
    }
    .into_any()
}

fn row(changing: Changing, procedure: &Procedure, member: &Member, administers: bool) -> Vec<AnyView> {
    let name = name(member);
    let held: Vec<&str> = member.actors.iter().map(|actor| title(procedure, actor)).collect();
    let held = if held.is_empty() { "tidak aktif".to_owned() } else { held.join(", ") };
    let locked = member.locked.then(|| view! { <span class="stack__below">"akun terkunci"</span> });
    let mut cells = vec![name.clone().into_any(), view! { {held}{locked} }.into_any()];
    if administers {
        let email = member.email.as_ref().map(ToString::to_string).unwrap_or_default();
        let nip = member.nip.as_ref().map(|nip| format!("NIP {nip}"));
        cells.push(view! { {email}<span class="stack__below">{nip}</span> }.into_any());
        let about = || member.person.0.clone();
        let actors = member.actors.iter().map(|actor| actor.0.clone()).collect();
        let entries = vec![
            (NAME, member.name.clone().unwrap_or_default()),
            (EMAIL, member.email.as_ref().map(ToString::to_string).unwrap_or_default()),
            (NIP, member.nip.as_ref().map(ToString::to_string).unwrap_or_default()),
        ];
        let staff = changing.opener("Peran", STAFF, about(), Vec::new(), actors);
        let correct = changing.opener("Data", CORRECT, about(), entries, Vec::new());
        let disable = (!member.actors.is_empty())
            .then(|| changing.opener("Nonaktifkan", DISABLE, about(), Vec::new(), Vec::new()));
        cells.push(
            view! { <div class="row-buttons" role="group" aria-label=name>{staff}{correct}{disable}</div> }.into_any(),
        );
    }
    cells
}

/// The name, or the mailbox while none is known.
pub fn name(member: &Member) -> String {
    let email = || member.email.as_ref().map(ToString::to_string);
    member.name.clone().or_else(email).unwrap_or_else(|| "(tanpa nama)".to_owned())
}

fn role_boxes(changing: Changing, procedure: &Procedure) -> AnyView {
    let choices =
        roles(procedure).into_iter().map(|actor| Choice::new(actor.0.clone(), title(procedure, &actor))).collect();
    view! { <Checkboxes id=ROLES legend="Peran" choices=choices value=changing.ticks error=changing.errors.of(ROLES) /> }.into_any()
}

fn chosen_roles(changing: Changing) -> Vec<ActorId> {
    changing.ticks.read_untracked().iter().map(|actor| ActorId(actor.clone())).collect()
}

/// Name, mailbox and number as typed.
fn identity(changing: Changing, reading: &mut Reading) -> Option<(PersonName, EmailAddress, Option<Nip>)> {
    let name = reading.take(NAME, PersonName::parse(&changing.typed(NAME)));
    let email = reading.take(EMAIL, EmailAddress::parse(&changing.typed(EMAIL)));
    let typed = changing.typed(NIP);
    let nip = if typed.is_empty() { Some(None) } else { reading.take(NIP, Nip::parse(&typed)).map(Some) };
    Some((name?, email?, nip?))
}

fn identity_fields(changing: Changing) -> AnyView {
    view! {
        {changing.line(NAME, "Nama lengkap dengan gelar", "", "text")}
        {changing.line(EMAIL, "E-mail", "Dipakai untuk masuk dan menerima pemberitahuan.", "email")}
        {changing.line(NIP, "NIP (bila ada)", "", "text")}
    }
    .into_any()
}

fn invitation(changing: Changing, procedure: &Procedure, seen: u32) -> AnyView {
    let inner = view! { {identity_fields(changing)}{role_boxes(changing, procedure)} }.into_any();
    let form = ChangeForm {
        title: "Undang pegawai",
        inner,
        seen,
        done: "Pegawai sudah terdaftar dan dapat masuk dengan e-mailnya.",
    };
    changing.form(form, |changing, reading| {
        let actors = chosen_roles(changing);
        if actors.is_empty() {
            reading.fault(ROLES, "Pilih paling sedikit satu peran.");
        }
        let (name, email, nip) = identity(changing, reading)?;
        Some(Command::Invite { email, name, nip, actors })
    })
}

fn staffing(changing: Changing, procedure: &Procedure, member: Member, seen: u32) -> AnyView {
    let inner = view! { <p class="govuk-body">{name(&member)}</p>{role_boxes(changing, procedure)} }.into_any();
    let form = ChangeForm { title: "Ubah peran", inner, seen, done: "Peran sudah diubah dan langsung berlaku." };
    changing.form(form, move |changing, reading| {
        let actors = chosen_roles(changing);
        if actors.is_empty() {
            reading.fault(ROLES, "Pilih paling sedikit satu peran, atau nonaktifkan pegawai ini.");
        }
        Some(Command::Staff { person: member.person.clone(), actors })
    })
}

fn correction(changing: Changing, member: Member, seen: u32) -> AnyView {
    let form = ChangeForm {
        title: "Perbaiki data pegawai",
        inner: identity_fields(changing),
        seen,
        done: "Data pegawai sudah diperbaiki.",
    };
    changing.form(form, move |changing, reading| {
        let (name, email, nip) = identity(changing, reading)?;
        Some(Command::Correct { person: member.person.clone(), email, name, nip })
    })
}

fn disabling(changing: Changing, member: Member, seen: u32) -> AnyView {
    let text = format!(
        "{} kehilangan semua peran di kantor ini, juga penunjukan sebagai pengganti, dan keluar dari semua perangkatnya mulai sekarang. Ia masih dapat masuk untuk membuka permohonan pribadinya.",
        name(&member)
    );
    let inner = view! { <p class="govuk-body">{text}</p> }.into_any();
    let form = ChangeForm { title: "Nonaktifkan pegawai", inner, seen, done: "Pegawai sudah dinonaktifkan." };
    changing.form(form, move |_, _| Some(Command::Staff { person: member.person.clone(), actors: Vec::new() }))
}
