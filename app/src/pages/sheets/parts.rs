//! What the sheets are put together from.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use workflow::{
    api::SeenEvent,
    case::{Event, FilingWay},
};

use workflow::told::CaseFile;

/// What stands where nothing is known: an empty cell would read as forgotten.
pub const NONE: &str = "–";

/// The office's letterhead, as its SOP has it.
pub fn letterhead(file: &CaseFile) -> AnyView {
    let lines: Vec<_> = file.procedure.sop.heading.iter().map(|line| view! { <span>{line.clone()}</span> }).collect();
    view! { <div class="sheet-letterhead">{lines}</div> }.into_any()
}

/// The sheet's name, with a line below it.
pub fn title(name: &str, below: String) -> AnyView {
    let below = (!below.is_empty()).then(|| view! { <p class="sheet-title__below">{below}</p> });
    view! { <div class="sheet-title"><h2>{name.to_owned()}</h2>{below}</div> }.into_any()
}

/// Names and values in two columns.
pub fn entries(rows: Vec<(&'static str, String)>) -> AnyView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, value)| {
            let value = if value.trim().is_empty() { NONE.to_owned() } else { value };
            view! { <div class="sheet-entry"><dt>{name}</dt><dd>{value}</dd></div> }
        })
        .collect();
    view! { <dl class="sheet-entries">{rows}</dl> }.into_any()
}

/// A table with lines. On a phone it is wider than the paper: it can be scrolled, by keyboard too.
pub fn table(label: &'static str, heads: &[&'static str], rows: Vec<Vec<String>>) -> AnyView {
    let heads: Vec<_> = heads.iter().map(|head| view! { <th scope="col">{*head}</th> }).collect();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let cells: Vec<_> = row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    view! {
        <div class="sheet-wide" role="region" tabindex="0" aria-label=label>
            <table class="sheet-table">
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A choice on paper: every option, those that hold ticked.
pub fn choice(options: Vec<(&'static str, bool)>) -> AnyView {
    let options: Vec<_> = options.into_iter().map(|(label, ticked)| tick(label.to_owned(), ticked)).collect();
    view! { <ul class="sheet-choice">{options}</ul> }.into_any()
}

/// A ticked or an empty box, told in words to those who don't see it.
pub fn tick(label: String, ticked: bool) -> AnyView {
    let (sign, word) = if ticked { ("☑", "dipilih: ") } else { ("☐", "tidak dipilih: ") };
    view! { <li><span aria-hidden="true">{sign}" "</span><span class="govuk-visually-hidden">{word}</span>{label}</li> }
        .into_any()
}

/// Place and date, role, name and NIP of who signs.
pub fn signature(file: &CaseFile, seen: &SeenEvent) -> AnyView {
    let nip = seen.nip.as_ref().map(|nip| format!("NIP {}", nip.as_str()));
    let letter = file.letter(seen).map(|letter| view! { <p class="sheet-signature__how">{letter}</p> }.into_any());
    view! { {signed(file, seen.event.at, file.role(&seen.event), file.who(seen), nip)}{letter} }.into_any()
}

/// The same for anybody.
pub fn signed(file: &CaseFile, at: DateTime<Utc>, role: String, name: String, nip: Option<String>) -> AnyView {
    let place = format!("{}, {}", town(&file.procedure.office.place), file.zone().date(at));
    view! {
        <div class="sheet-signature">
            <p>{place}</p>
            <p>{role}</p>
            <p class="sheet-signature__name">{name}</p>
            {nip.map(|nip| view! { <p>{nip}</p> })}
            <p class="sheet-signature__how">{format!("Dicatat secara elektronik {}", file.zone().brief(at))}</p>
        </div>
    }
    .into_any()
}

/// The holder's identity: what the office asked for.
pub fn holder(file: &CaseFile) -> Vec<(&'static str, String)> {
    let Some(form) = file.form() else { return vec![("Nama", "tidak ditampilkan atau sudah dihapus".to_owned())] };
    let text = |value: Option<String>| value.unwrap_or_default();
    // Who recommends for others is written to and called themself.
    let (email, phone) = match file.case.way {
        FilingWay::Leader => ("E-mail pimpinan", "Nomor HP pimpinan"),
        FilingWay::Holder | FilingWay::Desk => ("E-mail", "Nomor HP"),
    };
    vec![
        ("Nama", form.name.to_string()),
        ("NIP", text(form.nip.as_ref().map(ToString::to_string))),
        ("NIK", form.nik.to_string()),
        ("Jabatan", text(form.position.as_ref().map(ToString::to_string))),
        ("Unit kerja", text(form.unit.as_ref().map(ToString::to_string))),
        (email, form.email.to_string()),
        (phone, text(form.phone.as_ref().map(|phone| phone.local()))),
    ]
}

/// The reason with what was written about it.
pub fn reason(file: &CaseFile) -> String {
    let label = file.case.reason.label();
    match workflow::told::note(file.filed()) {
        Some(note) => format!("{label}. {note}"),
        None => label.to_owned(),
    }
}

/// The holder's name.
pub fn name(file: &CaseFile) -> String {
    file.form().map_or_else(|| NONE.to_owned(), |form| form.name.to_string())
}

/// Who asks: the holder, or their leader.
pub fn sender(file: &CaseFile) -> String {
    let unit = file.form().and_then(|form| form.unit.as_ref()).map(|unit| format!(", {unit}")).unwrap_or_default();
    match file.case.way {
        FilingWay::Leader => format!("{} (pimpinan){unit}", file.who(file.filed())),
        FilingWay::Holder | FilingWay::Desk => format!("{}{unit}", name(file)),
    }
}

/// The number of the step at which an event happened.
pub fn step_of(file: &CaseFile, event: &Event) -> Option<u8> {
    let rows = workflow::case::timeline(&file.procedure, &file.events).ok()?;
    rows.iter().find(|row| row.events.iter().any(|one| one.seq == event.seq)).map(|row| row.step.no)
}

/// "Madiun" of "Kota Madiun": letters are dated at the town.
pub fn town(place: &str) -> &str {
    place.trim_start_matches("Kota ").trim_start_matches("Kabupaten ")
}
