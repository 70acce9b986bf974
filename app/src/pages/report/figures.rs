//! The report's tables with bars in their cells, and its days as columns.

use chrono::TimeDelta;
use leptos::prelude::*;
use workflow::{
    api::Due,
    procedure::TimeLimit,
    report::{Cell, Counts, Report, StepReport, Table},
};

use crate::{components::table, office::Office, pages::lists, routes::Page, words};

/// So many units are shown; the files have them all.
const UNITS: usize = 10;

/// All of it.
pub fn all(report: &Report, office: &Office) -> AnyView {
    view! {
        {totals(report)}
        {now(report, office)}
        {days(report)}
        {steps(report, office.procedure().version)}
        <div class="report__columns">
            <div>{part(report.by_whose(), "Belum ada permohonan yang berakhir.")}{part(report.by_reason(), "Belum ada permohonan yang diajukan.")}</div>
            <div>{part(short(report.by_unit()), "Belum ada permohonan yang dinyatakan lengkap.")}</div>
        </div>
    }
    .into_any()
}

/// The counts, large.
fn totals(report: &Report) -> AnyView {
    let rows = report.summary().rows.into_iter().filter_map(|row| <[Cell; 2]>::try_from(row).ok());
    let items: Vec<_> = rows
        .map(|[name, value]| {
            let (name, value) = (plain(&name), plain(&value));
            view! { <div class="report__total"><dt>{name}</dt><dd>{value}</dd></div> }
        })
        .collect();
    view! { <dl class="report__totals">{items}</dl> }.into_any()
}

/// How the turns that run stand, each number with the list of them.
fn now(report: &Report, office: &Office) -> AnyView {
    let zone = office.procedure().office.zone;
    let items: Vec<_> = Due::ALL
        .into_iter()
        .zip(report.now(zone).rows)
        .map(|(due, row)| {
            let text = row.iter().map(plain).collect::<Vec<_>>().join(": ");
            let href = lists::with_query(office.href(Page::Cases), &[("status", due.id())]);
            view! { <li><a class="govuk-link" href=href>{text}</a></li> }
        })
        .collect();
    view! {
        <section class="report__now" aria-label="Sekarang">
            <strong>{format!("Sekarang, {}", zone.brief(report.running.at))}</strong>
            <ul class="report__due">{items}</ul>
        </section>
    }
    .into_any()
}

/// What was filed and revoked as a column for each day or month, and all of it as a table to unfold.
fn days(report: &Report) -> AnyView {
    let table = report.by_period();
    let title = table.title;
    let ends = [table.rows.first(), table.rows.last()].map(|row| row.map(|row| plain(&row[0])).unwrap_or_default());
    let [first, last] = ends;
    let chart = |name: &'static str, count: fn(&Counts) -> u64| columns(report, name, count);
    view! {
        <section class="report__part report__days">
            <h2 class="govuk-heading-m">{title}</h2>
            {chart("Diajukan", |counts| counts.filed)}
            {chart("Dicabut", |counts| counts.revoked)}
            <p class="report__ends" aria-hidden="true"><span>{first}</span><span>{last}</span></p>
            <details class="no-print">
                <summary class="report__unfold">{format!("{title} sebagai tabel")}</summary>
                {small(&table)}
            </details>
        </section>
    }
    .into_any()
}

fn columns(report: &Report, name: &'static str, count: fn(&Counts) -> u64) -> AnyView {
    let counts: Vec<u64> = report.periods.iter().map(|period| count(&period.counts)).collect();
    let most = counts.iter().copied().max().unwrap_or_default();
    let bars: Vec<_> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(place, count)| {
            let height = (count * 100).div_ceil(most.max(1));
            view! { <rect x=place * 10 + 1 y=100 - height width="8" height=height></rect> }
        })
        .collect();
    let wide = format!("0 0 {} 100", counts.len().max(1) * 10);
    let told = format!("{name}: paling banyak {}", words::number(most));
    view! {
        <figure class="report__chart">
            <figcaption>{told}</figcaption>
            <svg class="report__bars" viewBox=wide preserveAspectRatio="none" aria-hidden="true">{bars}</svg>
        </figure>
    }
    .into_any()
}

/// Each step with its clock, what is late told in words.
fn steps(report: &Report, version: u32) -> AnyView {
    let Table { title, note, heads, rows } = report.by_step(version);
    let rows = rows.into_iter().zip(&report.steps).map(|(row, step)| row_of_step(row, step)).collect();
    view! {
        <section class="report__part report__steps">
            <h2 class="govuk-heading-m">{title}</h2>
            <p class="report__note">{note}</p>
            {table::table(title, &heads, rows)}
        </section>
    }
    .into_any()
}

fn row_of_step(row: Vec<Cell>, step: &StepReport) -> table::Row {
    let cell = |(column, cell): (usize, Cell)| match (column, &cell) {
        (0, Cell::Text(text)) => view! { <span class="report__step">{text.clone()}</span> }.into_any(),
        (4, Cell::Count(0)) => "tidak ada".into_any(),
        (4, Cell::Count(count)) => {
            view! { <strong>{format!("{} terlambat", words::number(*count))}</strong> }.into_any()
        }
        (_, Cell::Minutes(Some(minutes))) if is_over(step.limit.as_ref(), *minutes) => {
            view! { {plain(&cell)}<span class="stack__below">"di atas batas"</span> }.into_any()
        }
        _ => shown(&cell),
    };
    row.into_iter().enumerate().map(cell).collect()
}

/// Whether so many minutes are more than the SOP gives. A limit in working days is not of any length in minutes.
fn is_over(limit: Option<&TimeLimit>, minutes: u64) -> bool {
    let whole = limit.and_then(TimeLimit::working_time);
    whole.is_some_and(|whole| TimeDelta::minutes(i64::try_from(minutes).unwrap_or(i64::MAX / 60_000)) > whole)
}

/// The first rows, and the rest in one.
fn short(table: Table) -> Table {
    if table.rows.len() <= UNITS + 1 {
        return table;
    }
    let (first, rest) = table.rows.split_at(UNITS);
    let (mut count, mut whole) = (0, 0);
    for row in rest {
        if let [_, Cell::Count(one), Cell::Share(_, of)] = row.as_slice() {
            count += one;
            whole = *of;
        }
    }
    let others = vec![Cell::Text(format!("{} unit lain", rest.len())), Cell::Count(count), Cell::Share(count, whole)];
    Table { rows: first.iter().cloned().chain([others]).collect(), ..table }
}

fn part(table: Table, nothing: &'static str) -> AnyView {
    let empty = table.rows.iter().all(|row| matches!(row.last(), Some(Cell::Share(_, 0)) | None));
    let content = if empty { view! { <p class="govuk-body">{nothing}</p> }.into_any() } else { small(&table) };
    view! {
        <section class="report__part">
            <h2 class="govuk-heading-m">{table.title}</h2>
            {(!empty && !table.note.is_empty()).then(|| view! { <p class="report__note">{table.note}</p> })}
            {content}
        </section>
    }
    .into_any()
}

/// A table of few columns: it stays one on a phone.
fn small(table: &Table) -> AnyView {
    let heads: Vec<_> = table.heads.iter().map(|head| view! { <th scope="col">{*head}</th> }).collect();
    let rows: Vec<_> = table
        .rows
        .iter()
        .map(|row| {
            let cells: Vec<_> = row[1..].iter().map(|cell| view! { <td>{shown(cell)}</td> }).collect();
            view! { <tr><th scope="row">{plain(&row[0])}</th>{cells}</tr> }
        })
        .collect();
    view! {
        <div class="report__wide" role="region" tabindex="0" aria-label=table.title>
            <table class="report__table">
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A cell; a share with its bar.
fn shown(cell: &Cell) -> AnyView {
    let Some(permille) = cell.permille() else { return plain(cell).into_any() };
    view! {
        <span class="report__share">
            {plain(cell)}
            <svg class="report__bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
                <rect width=permille height="10"></rect>
            </svg>
        </span>
    }
    .into_any()
}

/// A cell in words.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => words::number(*count),
        Cell::Minutes(Some(0)) => "0 menit".to_owned(),
        Cell::Minutes(minutes) => minutes.map_or_else(|| "–".to_owned(), |minutes| words::worked(minutes * 60)),
        Cell::Share(..) => cell.percent().unwrap_or_else(|| "–".to_owned()),
    }
}
