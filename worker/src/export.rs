//! Tables as files: a workbook, and CSV as an Indonesian Excel opens it.

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use http::{HeaderValue, header};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};
use workflow::report::{Cell, Table};

use crate::problem::Problem;

/// Which kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Office Open XML, a sheet for each table.
    Xlsx,
    /// Separated by semicolons, in UTF-8 with a byte order mark, the tables one below the other.
    Csv,
}

impl Kind {
    fn extension(self) -> &'static str {
        match self {
            Kind::Xlsx => "xlsx",
            Kind::Csv => "csv",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Kind::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// The tables as a file to keep. `name` is of letters, digits and dashes.
pub fn answer(name: &str, tables: &[Table], kind: Kind) -> Result<Response, Problem> {
    let bytes = match kind {
        Kind::Xlsx => workbook(tables).map_err(Problem::bug)?,
        Kind::Csv => csv(tables).map_err(Problem::bug)?,
    };
    let headers = [
        (header::CONTENT_TYPE, kind.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{}\"", kind.extension())),
    ];
    let mut response = Response::new(Body::from(Bytes::from(bytes)));
    for (header, value) in headers {
        response.headers_mut().insert(header, HeaderValue::try_from(value).map_err(Problem::bug)?);
    }
    Ok(response)
}

/// Wide enough for most, and narrow enough for a screen, in characters.
const WIDEST: usize = 60;

fn workbook(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head = Format::new().set_bold().set_align(FormatAlign::Top).set_text_wrap();
    let share = Format::new().set_num_format("0.0%");
    for table in tables {
        let sheet = book.add_worksheet().set_name(table.title)?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, name) in (0..).zip(heads(table)) {
            sheet.write_string_with_format(0, column, &name, &head)?;
            let cells = table.rows.iter().filter_map(|row| row.get(usize::from(column)));
            let text = |cell: &Cell| if let Cell::Text(text) = cell { text.chars().count() } else { 0 };
            let widest = cells.map(text).chain([name.chars().count()]).max().unwrap_or_default();
            sheet.set_column_width(column, widest.min(WIDEST) as f64 + 2.0)?;
        }
        for (line, row) in (1..).zip(&table.rows) {
            for (column, cell) in (0..).zip(row) {
                match cell {
                    Cell::Text(text) => sheet.write_string(line, column, text)?,
                    Cell::Count(count) => sheet.write_number(line, column, *count as f64)?,
                    Cell::Minutes(Some(minutes)) => sheet.write_number(line, column, *minutes as f64)?,
                    Cell::Share(..) | Cell::Minutes(None) => match cell.permille() {
                        Some(permille) => {
                            sheet.write_number_with_format(line, column, permille as f64 / 1000.0, &share)?
                        }
                        None => sheet,
                    },
                };
            }
        }
    }
    book.save_to_buffer()
}

fn csv(tables: &[Table]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::WriterBuilder::new()
        .delimiter(b';')
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    for (nth, table) in tables.iter().enumerate() {
        if nth > 0 {
            out.write_record([""])?;
        }
        if tables.len() > 1 {
            out.write_record([table.title])?;
        }
        out.write_record(heads(table))?;
        for row in &table.rows {
            out.write_record(row.iter().map(in_csv))?;
        }
    }
    out.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The heads, with the unit of what is written as a bare number.
fn heads(table: &Table) -> Vec<String> {
    let minutes = |column: usize| table.rows.iter().any(|row| matches!(row.get(column), Some(Cell::Minutes(_))));
    let head = |(column, head): (usize, &&'static str)| {
        if minutes(column) { format!("{head} (menit kerja)") } else { (*head).to_owned() }
    };
    table.heads.iter().enumerate().map(head).collect()
}

fn in_csv(cell: &Cell) -> String {
    match cell {
        // What people typed must not become a formula.
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Minutes(minutes) => minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
        Cell::Share(..) => cell.percent().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: Vec<Vec<Cell>>) -> Table {
        Table { title: "Contoh", note: "", heads: vec!["Nama", "Waktu", "Bagian"], rows }
    }

    #[test]
    fn what_people_typed_is_no_formula_and_no_other_cell() {
        for typed in ["=1+1", "+62", "-2", "@SUM(A1)", "\t=1"] {
            let row = vec![Cell::text(typed), Cell::Minutes(None), Cell::Share(0, 0)];
            let text = String::from_utf8(csv(&[table(vec![row])]).unwrap()).unwrap();
            assert_eq!(text, format!("\u{feff}Nama;Waktu (menit kerja);Bagian\r\n'{typed};;\r\n"));
        }
        let row = vec![Cell::text("Dinas \"A\"; B"), Cell::Minutes(Some(90)), Cell::Share(2, 3)];
        let text = String::from_utf8(csv(&[table(vec![row])]).unwrap()).unwrap();
        assert!(text.ends_with("\r\n\"Dinas \"\"A\"\"; B\";90;66,7%\r\n"), "{text}");
    }
}
