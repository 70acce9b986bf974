//! Lembar disposisi: one block for each time the request was passed on.

use leptos::prelude::*;
use workflow::{
    api::SeenEvent,
    case::{Ask, Happened, Urgency},
};

use super::parts;
use workflow::told::{self, CaseFile};

/// Every disposition of the case, or that of the event `seq` alone; none before the first.
pub fn sheet(file: &CaseFile, seq: Option<u32>) -> Option<AnyView> {
    let blocks: Vec<_> = file
        .where_happened(|what| matches!(what, Happened::Forwarded { .. }))
        .filter(|seen| seq.is_none_or(|seq| seen.event.seq == seq))
        .filter_map(|seen| block(file, seen))
        .collect();
    (!blocks.is_empty()).then(|| blocks.into_any())
}

fn block(file: &CaseFile, seen: &SeenEvent) -> Option<AnyView> {
    let Happened::Forwarded { urgency, asks } = &seen.event.what else { return None };
    let zone = file.zone();
    let no = parts::step_of(file, &seen.event)?;
    let next = file.procedure.step(no + 1).map_or(parts::NONE, |step| file.title(&step.actor));
    // It came to this desk with its turn: what else happened meanwhile did not move it.
    let runs = file.view.times.runs.iter();
    let turn = runs.rev().find(|run| run.step == no && run.began <= seen.event.at);
    let received = turn.map_or(file.case.filed_at, |run| run.began);
    let number = file.form().and_then(|form| form.letter.as_ref()).map(ToString::to_string).unwrap_or_default();
    let subject =
        format!("Permohonan pencabutan TTE a.n. {} ({})", parts::name(file), file.case.reason.label().to_lowercase());
    let letter = vec![
        ("Surat dari", parts::sender(file)),
        ("No. surat", number),
        ("Tgl. surat", zone.date(file.case.filed_at)),
        ("Diterima tgl.", zone.brief(received)),
        ("No. agenda", file.case.ticket.to_string()),
        ("Perihal", subject),
    ];
    let urgencies = Urgency::ALL.into_iter().map(|one| (one.label(), one == *urgency)).collect();
    let wishes = Ask::ALL.into_iter().map(|one| (one.label(), asks.contains(&one))).collect();
    let below = format!("Langkah {no}: {}", seen.event.by.title(&file.procedure));
    Some(
        view! {
            <section class="sheet-page">
                {parts::letterhead(file)}
                {parts::title("Lembar Disposisi", below)}
                {parts::entries(letter)}
                <h3>"Sifat"</h3>
                {parts::choice(urgencies)}
                {parts::entries(vec![("Diteruskan kepada", next.to_owned())])}
                <h3>"Dengan hormat harap"</h3>
                {parts::choice(wishes)}
                <h3>"Catatan"</h3>
                <p class="sheet-note">{told::note(seen).unwrap_or(parts::NONE).to_owned()}</p>
                {parts::signature(file, seen)}
            </section>
        }
        .into_any(),
    )
}
