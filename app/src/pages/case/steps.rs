//! The SOP's steps as this case goes through them, with everything that happened at each.

use chrono::TimeDelta;
use leptos::prelude::*;
use workflow::{
    api::{SeenEvent, Shares},
    case::{Event, Handed, Happened, Row, RowState, Stage, Who, timeline},
    procedure::{ActorKind, Sheet, Step, TimeLimit, TimeUnit},
};

use super::papers;
use crate::{
    pages::sheets,
    routes::{Page, Route, sheet_id},
    words,
};
use workflow::told::{self, CaseFile};

/// The timeline.
pub fn steps(file: &CaseFile, who: &Who) -> AnyView {
    let rows = timeline(&file.procedure, &file.events).unwrap_or_default();
    let rows: Vec<_> = rows.iter().map(|row| step(file, row, who)).collect();
    view! { <ol class="steps">{rows}</ol> }.into_any()
}

fn step(file: &CaseFile, row: &Row<'_>, who: &Who) -> AnyView {
    let reached = !row.events.is_empty();
    let (state, kind) = match row.state {
        RowState::Done => ("Selesai", "done"),
        RowState::Now => ("Sedang berjalan", "now"),
        RowState::Completion => ("Menunggu kelengkapan pemohon", "waiting"),
        // The outside body declined, and the case went back to a step before this one.
        RowState::Ahead if reached => ("Akan diulang", "ahead"),
        RowState::Ahead => ("Belum", "ahead"),
        RowState::Stopped => ("Berhenti di sini", "stopped"),
        RowState::Never => ("Tidak dijalankan", "ahead"),
    };
    let current = matches!(row.state, RowState::Now | RowState::Completion).then_some("step");
    let step = row.step;
    let output = step.output.as_ref().filter(|output| output.trim() != "-");
    // The SOP's words say that it succeeded; the step is done with the third attempt that did not, too.
    let contacted = |reached| {
        let so = |event: &&&Event| matches!(event.what, Happened::Contacted { reached: was, .. } if was == reached);
        row.events.iter().filter(so).count()
    };
    let but = match (row.state, contacted(true), contacted(false)) {
        (RowState::Done, 0, vain @ 1..) => format!(", tetapi {vain} kali tidak berhasil"),
        _ => String::new(),
    };
    let happened: Vec<_> =
        row.events.iter().filter_map(|event| file.seen(event.seq)).map(|seen| entry(file, seen)).collect();
    let time = time(file, row);
    view! {
        <li class=format!("steps__item steps__item--{kind}") aria-current=current>
            <span class="steps__no" aria-hidden="true">{step.no}</span>
            <div class="steps__body">
                <h3 class="steps__wording"><span class="govuk-visually-hidden">{format!("Langkah {}: ", step.no)}</span>{step.wording.clone()}</h3>
                <p class="steps__meta"><strong class=format!("steps__state steps__state--{kind}")>{state}</strong>" · "{file.title(&step.actor).to_owned()}</p>
                {time}
                {reached.then(|| view! { <ul class="steps__events">{happened}</ul> })}
                {output.map(|output| view! { <p class="steps__meta">{format!("Output SOP: {output}{but}")}</p> })}
                {sheet_links(file, row, who)}
            </div>
        </li>
    }
    .into_any()
}

/// "Waktu SOP: 5 menit · terpakai: 3 menit". Only the office's hours count; time with an outside body is told as theirs.
fn time(file: &CaseFile, row: &Row<'_>) -> AnyView {
    let limit = row.step.time.as_ref().map_or("tidak disebut", |time| time.wording());
    let mut told = format!("Waktu SOP: {limit}");
    let mut late = false;
    for run in file.view.times.runs.iter().filter(|run| run.step == row.step.no) {
        let outside = file.procedure.actor(&row.step.actor).is_some_and(|actor| actor.kind == ActorKind::Outside);
        let label = match (run.ended, outside) {
            (None, _) if !run.paused => "berjalan".to_owned(),
            (_, true) => format!("waktu {}", file.title(&row.step.actor)),
            _ => "terpakai".to_owned(),
        };
        told = format!("{told} · {label}: {}", words::worked(run.spent));
        if run.paused {
            told += ", berhenti selama menunggu pemohon";
        }
        late |= run.late;
    }
    view! {
        <p class="steps__meta">
            {told} {late.then(|| view! { <strong class="steps__late">" · melewati waktu SOP"</strong> })}
        </p>
    }
    .into_any()
}

/// Whose the working time was so far, the office's beside what the SOP gives it.
pub fn shares(file: &CaseFile) -> AnyView {
    let Shares { office, applicant, outside } = file.view.times.shares;
    let spent = |seconds| if seconds == 0 { "0 menit".to_owned() } else { words::worked(seconds) };
    let theirs =
        |step: &&Step| file.procedure.actor(&step.actor).is_some_and(|actor| actor.kind == ActorKind::Official);
    let limits: Vec<_> = file.procedure.steps.iter().filter(theirs).map(|step| step.time.as_ref()).collect();
    let set = || limits.iter().copied().flatten();
    let whole: TimeDelta = set().filter_map(TimeLimit::working_time).sum();
    let days: u32 = set().filter(|limit| limit.working_time().is_none()).map(TimeLimit::amount).sum();
    let whole = (!whole.is_zero()).then(|| words::worked(whole.num_seconds().unsigned_abs()));
    let days = (days > 0).then(|| words::amount(days, TimeUnit::WorkingDays));
    let whole = whole.into_iter().chain(days).collect::<Vec<_>>().join(" dan ");
    let given = match limits.len() - set().count() {
        0 => format!("kantor {} dari batas SOP {whole}", spent(office)),
        count if count == limits.len() => format!("kantor {} (SOP tidak menyebut batas)", spent(office)),
        count => format!("kantor {} dari batas SOP {whole} ({count} langkah lain tanpa batas)", spent(office)),
    };
    let others = format!("pemohon {} · {} {}", spent(applicant), file.outside(), spent(outside));
    view! {
        <p class="govuk-body">
            "Waktu kerja yang terpakai: " {given} " · " {others} ". Hanya jam kantor yang dihitung, tanpa malam, akhir pekan, dan hari libur."
        </p>
    }
    .into_any()
}

/// One thing that happened: what, who, when, the note and the papers.
fn entry(file: &CaseFile, seen: &SeenEvent) -> AnyView {
    let who = file.signed(seen);
    let handed: &[Handed] = match &seen.event.what {
        Happened::Filed { papers, .. } | Happened::Resubmitted { papers, .. } | Happened::Answered { papers, .. } => {
            papers
        }
        _ => &[],
    };
    let handed: Vec<_> = handed
        .iter()
        .map(|held| view! { <li>{papers::link(file, file.paper_name(&held.paper), &held.document)}</li> })
        .collect();
    let papers = (!handed.is_empty()).then(|| view! { <ul class="steps__papers">{handed}</ul> });
    let note = told::note(seen).map(|note| view! { <p class="steps__note">{format!("“{note}”")}</p> });
    let letter = file.letter(seen).map(|letter| view! { <p class="steps__meta">{letter}</p> });
    view! {
        <li>
            <p class="steps__happened">{told::happened(file, seen)}</p>
            <p class="steps__meta">{format!("{who}, {}", file.zone().brief(seen.event.at))}</p>
            {letter}
            {note}
            {papers}
        </li>
    }
    .into_any()
}

/// Links to the sheets that this step has left behind so far.
fn sheet_links(file: &CaseFile, row: &Row<'_>, who: &Who) -> Option<AnyView> {
    let mut links = Vec::new();
    for sheet in &row.step.sheets {
        let id = sheet_id(*sheet);
        match sheet {
            // Each step that passes the request on leaves its own.
            Sheet::Disposition => links.extend(
                row.events
                    .iter()
                    .filter(|event| matches!(event.what, Happened::Forwarded { .. }))
                    .map(|event| (format!("{id}-{}", event.seq), sheets::name(file, *sheet))),
            ),
            // What was written to the outside body is for those who work on the case.
            Sheet::RequestToBsre if file.case.is_party(&who.person) => {}
            _ if sheets::is_there(file, *sheet) => links.push((id.to_owned(), sheets::name(file, *sheet))),
            _ => {}
        }
    }
    let ended = matches!(file.case.stage, Stage::Ended { .. });
    let links: Vec<_> = links
        .into_iter()
        .map(|(id, name)| {
            let href = Route::of(&file.view.office, Page::Sheet(file.case.ticket.to_string(), id)).href();
            let class = if ended && name == sheets::name(file, Sheet::Proof) {
                "govuk-link steps__proof"
            } else {
                "govuk-link"
            };
            view! { <li><a class=class href=href>{name}</a></li> }
        })
        .collect();
    (!links.is_empty())
        .then(|| view! { <ul class="steps__sheets" aria-label="Lembar yang dapat dicetak">{links}</ul> }.into_any())
}
