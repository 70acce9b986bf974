//! Every page and its address: read from an address by [`Route::parse`], written by `Display`.

use std::fmt;

use workflow::procedure::Sheet;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`: the list of offices.
    Offices,
    /// `/:office…`: a page of one office.
    Office(String, Page),
    /// Anything else.
    NotFound,
}

/// A page of one office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// What the service is and how to begin.
    Start,
    /// `sop`: the procedure, all of it.
    Sop,
    /// `masuk`: sign-in. `?lanjut=` says where to go then.
    SignIn,
    /// `ajukan/:langkah`: filing, one thing a page.
    File(FilingPage),
    /// `permohonan`: my requests.
    Mine,
    /// `data-saya`: what is held on me, and who saw it.
    MyData,
    /// `sesi`: where I am signed in.
    Sessions,
    /// `permohonan/:ticket`: one request.
    Case(String),
    /// `permohonan/:ticket/lembar/:sheet`: a sheet to print. The sheet is kept as written in the address:
    /// its page knows several sheets of one kind, such as each disposition.
    Sheet(String, String),
    /// `kerja`: what waits for me.
    Work,
    /// `kasus`: the office's requests.
    Cases,
    /// `register`: revoked certificates.
    Register,
    /// `laporan`: what the office's days add up to. `?dari=&sampai=` is the span.
    Report,
    /// `kantor…`: the office's own affairs.
    Affairs(AffairsPage),
    /// `catatan`: the office's log, for whoever checks it.
    Log,
    /// `tanda-bukti`: checks a receipt. A small app of its own.
    Receipt,
}

/// A page of the office's own affairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AffairsPage {
    /// `kantor`: its people, and who stands in for whom.
    People,
    /// `kantor/kalender`: when it works.
    Calendar,
    /// `kantor/pengaturan`: where its mail goes, how long it keeps data.
    Settings,
    /// `kantor/perbaikan`: what people want put right that is held on them.
    Corrections,
    /// `kantor/riwayat`: its log.
    Log,
}

impl AffairsPage {
    /// In the order of their links.
    pub const ALL: [AffairsPage; 5] =
        [AffairsPage::People, AffairsPage::Calendar, AffairsPage::Settings, AffairsPage::Corrections, AffairsPage::Log];

    /// The word in its address, behind `kantor`.
    fn id(self) -> &'static str {
        match self {
            AffairsPage::People => "",
            AffairsPage::Calendar => "kalender",
            AffairsPage::Settings => "pengaturan",
            AffairsPage::Corrections => "perbaikan",
            AffairsPage::Log => "riwayat",
        }
    }
}

/// A page of the filing, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FilingPage {
    /// Who asks.
    Who,
    /// Whose certificate it is.
    Identity,
    /// Why.
    Reason,
    /// Where they are reached.
    Contact,
    /// The papers.
    Papers,
    /// Check your answers.
    Check,
    /// Done.
    Done,
}

impl FilingPage {
    /// In order.
    pub const ALL: [FilingPage; 7] = [
        FilingPage::Who,
        FilingPage::Identity,
        FilingPage::Reason,
        FilingPage::Contact,
        FilingPage::Papers,
        FilingPage::Check,
        FilingPage::Done,
    ];

    /// The word in its address.
    pub fn id(self) -> &'static str {
        match self {
            FilingPage::Who => "siapa",
            FilingPage::Identity => "identitas",
            FilingPage::Reason => "alasan",
            FilingPage::Contact => "kontak",
            FilingPage::Papers => "berkas",
            FilingPage::Check => "periksa",
            FilingPage::Done => "selesai",
        }
    }
}

impl Page {
    /// Whether one must be signed in to see it.
    pub fn needs_session(&self) -> bool {
        !matches!(self, Page::Start | Page::Sop | Page::SignIn | Page::Receipt)
    }
}

impl Route {
    /// The page at `path`, without query and fragment.
    pub fn parse(path: &str) -> Route {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let [office, rest @ ..] = parts.as_slice() else {
            return Route::Offices;
        };
        let page = match rest {
            [] => Page::Start,
            ["sop"] => Page::Sop,
            ["masuk"] => Page::SignIn,
            ["ajukan"] => Page::File(FilingPage::Who),
            ["ajukan", id] => match FilingPage::ALL.into_iter().find(|page| page.id() == *id) {
                Some(page) => Page::File(page),
                None => return Route::NotFound,
            },
            ["permohonan"] => Page::Mine,
            ["data-saya"] => Page::MyData,
            ["sesi"] => Page::Sessions,
            ["permohonan", ticket] => Page::Case((*ticket).to_owned()),
            ["permohonan", ticket, "lembar", sheet] => Page::Sheet((*ticket).to_owned(), (*sheet).to_owned()),
            ["kerja"] => Page::Work,
            ["kasus"] => Page::Cases,
            ["register"] => Page::Register,
            ["kantor", rest @ ..] => {
                let id = rest.join("/");
                match AffairsPage::ALL.into_iter().find(|page| page.id() == id) {
                    Some(page) => Page::Affairs(page),
                    None => return Route::NotFound,
                }
            }
            ["laporan"] => Page::Report,
            ["catatan"] => Page::Log,
            ["tanda-bukti"] => Page::Receipt,
            _ => return Route::NotFound,
        };
        Route::Office((*office).to_owned(), page)
    }

    /// A page of this office.
    pub fn of(office: &str, page: Page) -> Route {
        Route::Office(office.to_owned(), page)
    }

    /// The office in whose pages it lies.
    pub fn office(&self) -> Option<&str> {
        match self {
            Route::Office(office, _) => Some(office),
            _ => None,
        }
    }

    /// Its address.
    pub fn href(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Route::Office(office, page) = self else {
            return f.write_str("/");
        };
        write!(f, "/{office}")?;
        match page {
            Page::Start => Ok(()),
            Page::Sop => f.write_str("/sop"),
            Page::SignIn => f.write_str("/masuk"),
            Page::File(page) => write!(f, "/ajukan/{}", page.id()),
            Page::Mine => f.write_str("/permohonan"),
            Page::MyData => f.write_str("/data-saya"),
            Page::Sessions => f.write_str("/sesi"),
            Page::Case(ticket) => write!(f, "/permohonan/{ticket}"),
            Page::Sheet(ticket, sheet) => write!(f, "/permohonan/{ticket}/lembar/{sheet}"),
            Page::Work => f.write_str("/kerja"),
            Page::Cases => f.write_str("/kasus"),
            Page::Register => f.write_str("/register"),
            Page::Affairs(AffairsPage::People) => f.write_str("/kantor"),
            Page::Affairs(page) => write!(f, "/kantor/{}", page.id()),
            Page::Report => f.write_str("/laporan"),
            Page::Log => f.write_str("/catatan"),
            Page::Receipt => f.write_str("/tanda-bukti"),
        }
    }
}

/// The word for a sheet in its address.
pub fn sheet_id(sheet: Sheet) -> &'static str {
    match sheet {
        Sheet::Request => "permohonan",
        Sheet::Disposition => "disposisi",
        Sheet::Checklist => "daftar-periksa",
        Sheet::Approval => "persetujuan",
        Sheet::RequestToBsre => "email-bsre",
        Sheet::Notification => "pemberitahuan",
        Sheet::Contact => "menghubungi",
        Sheet::Proof => "bukti",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_at_its_address() {
        let ticket = || "MDN-7K3F-9QX1".to_owned();
        let mut pages = vec![
            Page::Start,
            Page::Sop,
            Page::SignIn,
            Page::Mine,
            Page::MyData,
            Page::Sessions,
            Page::Case(ticket()),
            Page::Sheet(ticket(), "disposisi-2".to_owned()),
            Page::Work,
            Page::Cases,
            Page::Register,
            Page::Report,
            Page::Log,
            Page::Receipt,
        ];
        pages.extend(FilingPage::ALL.map(Page::File));
        pages.extend(AffairsPage::ALL.map(Page::Affairs));
        for page in pages {
            let route = Route::of("madiun", page);
            assert_eq!(Route::parse(&route.href()), route);
        }
        assert_eq!(Route::parse(&Route::Offices.href()), Route::Offices);
    }

    #[test]
    fn an_unknown_address_is_no_page() {
        assert_eq!(Route::parse("/madiun/apa"), Route::NotFound);
        assert_eq!(Route::parse("/madiun/ajukan/apa"), Route::NotFound);
        assert_eq!(Route::parse("/madiun/kantor/apa"), Route::NotFound);
    }
}
