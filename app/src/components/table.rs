//! A table that becomes a stack of cards where it has no room. The roles are spelled out because a table that
//! is not laid out as one loses them in some browsers.

use leptos::prelude::*;

/// One row: a cell for each head.
pub type Row = Vec<AnyView>;

/// A table with a caption for those who can't see what it is about. The first cell of a row is its head.
pub fn table(caption: &str, heads: &[&'static str], rows: Vec<Row>) -> AnyView {
    let columns: Vec<_> = heads.iter().map(|head| view! { <th scope="col" role="columnheader">{*head}</th> }).collect();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let cells: Vec<_> =
                row.into_iter().zip(heads).enumerate().map(|(at, (cell, head))| self::cell(at, head, cell)).collect();
            view! { <tr role="row">{cells}</tr> }
        })
        .collect();
    view! {
        <table class="stack" role="table">
            <caption class="govuk-visually-hidden">{caption.to_owned()}</caption>
            <thead role="rowgroup">
                <tr role="row">{columns}</tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
    .into_any()
}

fn cell(at: usize, head: &'static str, cell: AnyView) -> AnyView {
    if at == 0 {
        return view! { <th scope="row" role="rowheader">{cell}</th> }.into_any();
    }
    // On a card the head stands beside the value; the table's own head is read out already.
    view! { <td role="cell"><span class="stack__head" aria-hidden="true">{head}</span><span class="stack__value">{cell}</span></td> }.into_any()
}
