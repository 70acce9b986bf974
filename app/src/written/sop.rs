//! The procedure, all of it, in its own words.

use leptos::prelude::*;
use workflow::procedure::{Procedure, Step};

use crate::{
    components::{Details, SummaryList, SummaryRow},
    navigation::Heading,
    office::Office,
};

/// The procedure, all of it, in its own words. What the document does not say is shown as that.
#[component]
pub fn Sop() -> impl IntoView {
    let procedure = Office::expect().procedure();
    let sop = &procedure.sop;
    let named = &sop.captions;
    let row = |key: &str, value: &Option<String>| SummaryRow::new(key, or_absent(value.clone()));
    let head = vec![
        SummaryRow::new(named.title.clone(), sop.title.clone()),
        row(&named.number, &sop.number),
        row(&named.created, &sop.created),
        row(&named.revised, &sop.revised),
        row(&named.effective, &sop.effective),
        SummaryRow::new(named.approved_by.clone(), lines(&sop.approved_by)),
    ];
    let parts: Vec<AnyView> = [
        (&named.legal_basis, &sop.legal_basis),
        (&named.qualifications, &sop.qualifications),
        (&named.related, &sop.related),
        (&named.equipment, &sop.equipment),
        (&named.warnings, &sop.warnings),
        (&named.records, &sop.records),
    ]
    .into_iter()
    .map(|(caption, items)| {
        view! {
            <section class="app-sop__part">
                <h2 class="govuk-heading-m">{caption.clone()}</h2>
                {lines(items)}
            </section>
        }
        .into_any()
    })
    .collect();
    let steps: Vec<AnyView> = procedure.steps.iter().map(|step| step_row(&procedure, step)).collect();
    let columns: Vec<AnyView> = table_actors(&procedure)
        .map(|actor| view! { <th scope="col" class="app-sop__mark">{actor.column.clone()}</th> }.into_any())
        .collect();
    let table_heading = sop.table_heading.clone().unwrap_or_else(|| named.wording.clone());
    let ours = inferred(&procedure);
    view! {
        <div class="app-sop">
            <Heading text="Standar Operasional Prosedur" caption=procedure.office.place.clone() small=true />
            {(!sop.cover.is_empty()).then(|| view! { <div class="app-sop__cover">{lines(&sop.cover)}</div> })}
            <div class="app-sop__letterhead">{lines(&sop.heading)}</div>
            <SummaryList rows=head />
            <div class="app-sop__parts">{parts}</div>
            <h2 class="govuk-heading-m" id="langkah">
                {table_heading}
            </h2>
            <div class="app-table-scroll" tabindex="0" role="region" aria-labelledby="langkah">
                <table class="app-sop__table">
                    <thead>
                        <tr>
                            <th scope="col">"No"</th>
                            <th scope="col">{named.wording.clone()}</th>
                            {columns}
                            <th scope="col">{named.requirement.clone()}</th>
                            <th scope="col">{named.time.clone()}</th>
                            <th scope="col">{named.output.clone()}</th>
                            <th scope="col">{named.remark.clone()}</th>
                        </tr>
                    </thead>
                    <tbody>{steps}</tbody>
                </table>
            </div>
            {ours}
        </div>
    }
    .into_any()
}

/// The actors that a step names, in the order of the SOP's columns.
fn table_actors(procedure: &Procedure) -> impl Iterator<Item = &workflow::procedure::Actor> {
    procedure.actors.iter().filter(|actor| procedure.steps.iter().any(|step| step.actor == actor.id))
}

fn step_row(procedure: &Procedure, step: &Step) -> AnyView {
    let marks: Vec<AnyView> = table_actors(procedure)
        .map(|actor| {
            let column = actor.column.clone();
            if actor.id == step.actor {
                view! {
                    <td class="app-sop__mark app-sop__mark--theirs">
                        <span aria-hidden="true">"●"</span>
                        <span class="govuk-visually-hidden">"pelaksana"</span>
                        <span class="app-sop__actor">{column}</span>
                    </td>
                }
                .into_any()
            } else {
                view! { <td class="app-sop__mark"></td> }.into_any()
            }
        })
        .collect();
    let named = &procedure.sop.captions;
    let cell = |label: &String, value: Option<String>| {
        view! { <td data-label=label.clone()>{or_absent(value)}</td> }.into_any()
    };
    view! {
        <tr>
            <td class="app-sop__no">{step.no}</td>
            <td class="app-sop__wording">{step.wording.clone()}</td>
            {marks}
            {cell(&named.requirement, step.requirement.clone())}
            {cell(&named.time, step.time.as_ref().map(|time| time.wording().to_owned()))}
            {cell(&named.output, step.output.clone())}
            {cell(&named.remark, step.remark.clone())}
        </tr>
    }
    .into_any()
}

fn or_absent(text: Option<String>) -> AnyView {
    match text {
        Some(text) => text.into_any(),
        None => view! { <span class="app-soft">"tidak disebut"</span> }.into_any(),
    }
}

fn lines(items: &[String]) -> AnyView {
    if items.is_empty() {
        return or_absent(None);
    }
    let items: Vec<AnyView> = items.iter().map(|item| view! { <li>{item.clone()}</li> }.into_any()).collect();
    view! { <ul class="govuk-list app-sop__lines">{items}</ul> }.into_any()
}

/// What is ours and not the document's.
fn inferred(procedure: &Procedure) -> AnyView {
    let of_steps = procedure
        .steps
        .iter()
        .flat_map(|step| step.inferred.iter().map(move |text| format!("Langkah {}: {text}", step.no)));
    let of_actors =
        procedure.actors.iter().filter_map(|actor| Some(format!("{}: {}", actor.title, actor.inferred.as_ref()?)));
    let of_papers =
        procedure.papers.iter().filter_map(|paper| Some(format!("{}: {}", paper.name, paper.inferred.as_ref()?)));
    let of_fields =
        procedure.fields.iter().filter_map(|field| Some(format!("{}: {}", field.id.label(), field.inferred.as_ref()?)));
    let of_filing = procedure.filing.iter().filter_map(|filing| filing.inferred.clone());
    let all: Vec<AnyView> = procedure
        .inferred
        .iter()
        .cloned()
        .chain(of_actors)
        .chain(of_filing)
        .chain(of_fields)
        .chain(of_papers)
        .chain(of_steps)
        .map(|text| view! { <li>{text}</li> }.into_any())
        .collect();
    view! {
        <Details summary="Yang tidak tertulis dalam dokumen dan kami tafsirkan">
            <ul class="govuk-list govuk-list--bullet">{all}</ul>
        </Details>
    }
    .into_any()
}
