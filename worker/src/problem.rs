//! Every failure, as `application/problem+json`: the one table of codes, statuses and sentences, and the one
//! place that turns an error into an answer. What is expected is told; what is a bug is logged and hidden.

use std::fmt::Display;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use workflow::{
    api::{self, CaseView},
    case::Refusal,
    identity::TicketNumber,
    office,
};

use crate::noted;

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident $status:literal $name:literal $sentence:literal;)*) => {
        /// What can go wrong outside the rules.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $code,)*
        }

        impl Code {
            const fn entry(self) -> CodeEntry {
                match self {
                    $(Code::$code => CodeEntry { code: $name, status: $status, sentence: $sentence },)*
                }
            }
        }

        const OWN: &[CodeEntry] = &[$(Code::$code.entry(),)*];
    };
}

/// A problem code with its status and its sentence for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeEntry {
    /// A stable name for programs.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// In Indonesian. Empty for a refusal of the rules, whose sentence tells its particulars.
    pub sentence: &'static str,
}

codes! {
    // Who asks.
    /// No session cookie came.
    SignInNeeded 401 "sign_in_needed" "Anda belum masuk. Masuk dulu dengan alamat e-mail Anda.";
    /// A cookie came whose session has ended.
    SessionExpired 401 "session_expired" "Sesi Anda sudah berakhir. Masuk lagi untuk melanjutkan.";
    /// The sign-in code is wrong, used, too old or tried too often: which of these is not told.
    SignInFailed 401 "code_wrong" "Kode salah atau sudah tidak berlaku. Periksa e-mail terbaru, atau minta kode baru. Kode hanya berlaku di peramban tempat Anda memintanya.";
    /// The write comes from another site.
    ForeignOrigin 403 "foreign_origin" "Permintaan ini datang dari situs lain dan tidak dijalankan. Buka layanan ini langsung, lalu ulangi.";
    /// The act asks for a code from the mailbox that was entered of late.
    FreshCodeNeeded 403 "fresh_code_needed" "Demi keamanan, tindakan ini memerlukan kode baru dari e-mail Anda. Minta kodenya, masukkan, lalu ulangi.";
    /// For the office's staff only.
    StaffOnly 403 "staff_only" "Daftar ini hanya untuk pegawai kantor. Permohonan Anda sendiri ada di daftar permohonan saya.";
    /// For the office's administrators only.
    AdministratorOnly 403 "administrator_only" "Halaman ini hanya untuk administrator kantor.";
    /// For the office's auditors only.
    AuditorOnly 403 "auditor_only" "Catatan ini hanya untuk auditor kantor. Minta administrator kantor memberi peran itu bila Anda memerlukannya.";
    /// Asked for too often.
    TooManyRequests 429 "too_many_requests" "Terlalu banyak percobaan. Tunggu beberapa menit, lalu coba lagi.";

    // What is asked.
    /// No such address.
    RouteUnknown 404 "route_unknown" "Alamat ini tidak ada pada layanan ini.";
    /// The address exists, for other methods.
    MethodNotAllowed 405 "method_not_allowed" "Cara memanggil alamat ini tidak benar.";
    /// Path and query are longer than any of ours.
    AddressTooLong 414 "address_too_long" "Alamat ini terlalu panjang. Buka halamannya dari awal.";
    /// More or longer headers than any browser sends.
    HeadersTooLarge 431 "headers_too_large" "Keterangan yang dikirim peramban terlalu banyak. Hapus cookie untuk situs ini, lalu coba lagi.";
    /// Not there, or nothing to the person.
    NotFound 404 "not_found" "Yang Anda cari tidak ditemukan. Periksa nomornya, atau masuk dengan alamat e-mail yang benar.";
    /// No such office.
    OfficeUnknown 404 "office_unknown" "Kantor ini tidak ada pada layanan ini.";
    /// The office has no such version of its procedure.
    VersionUnknown 404 "version_unknown" "Versi SOP ini tidak ada.";
    /// A list was asked for with entries that do not exist.
    QueryInvalid 400 "query_invalid" "Isian pada alamat ini tidak benar. Buka halamannya dari awal.";

    /// More rows than a file is made of.
    ExportTooLarge 422 "export_too_large" "Register tahun ini terlalu panjang untuk satu berkas. Unduh sebagai CSV, atau cari di halaman register.";
    /// More requests than one person's copy is made of.
    DataTooLarge 422 "data_too_large" "Permohonan Anda lebih dari 200, terlalu banyak untuk satu salinan. Minta salinannya kepada administrator kantor, atau buka permohonannya satu per satu.";

    // The body.
    /// Not what the address takes.
    ContentType 415 "content_type" "Isi permintaan harus berupa JSON (application/json).";
    /// Not JSON.
    BodyMalformed 400 "body_malformed" "Isi permintaan tidak dapat dibaca. Muat ulang halaman, lalu coba lagi.";
    /// More than is taken.
    BodyTooLarge 413 "body_too_large" "Isi permintaan terlalu besar. Persingkat tulisan Anda, lalu coba lagi.";
    /// An entry that does not exist.
    FieldUnknown 422 "field_unknown" "Ada isian yang tidak dikenal. Muat ulang halaman, lalu coba lagi.";
    /// An entry that is missing.
    FieldMissing 422 "field_missing" "Ada isian yang belum diisi.";
    /// An entry that can't be right.
    FieldInvalid 422 "field_invalid" "Ada isian yang tidak benar. Periksa kembali.";

    // Asking twice.
    /// A write came without its key.
    IdempotencyKeyMissing 400 "idempotency_key_missing" "Permintaan tidak membawa tanda pengenal (Idempotency-Key). Muat ulang halaman, lalu coba lagi.";
    /// The key is not one.
    IdempotencyKeyInvalid 400 "idempotency_key_invalid" "Tanda pengenal permintaan (Idempotency-Key) tidak benar. Muat ulang halaman, lalu coba lagi.";
    /// The key came before with another command.
    IdempotencyKeyReused 422 "idempotency_key_reused" "Tanda pengenal permintaan ini sudah dipakai untuk permintaan lain. Muat ulang halaman, lalu coba lagi.";

    // Cases.
    /// The same account, or the desk, has an open request for this holder. What others filed is told to nobody here.
    OpenRequestExists 409 "open_request_exists" "Permohonan untuk NIK ini sudah Anda ajukan, atau sudah dicatat di loket, dan masih berjalan. Tunggu sampai selesai, atau tarik kembali permohonan itu.";
    /// Nobody set where the request to BSrE goes.
    BsreAddressMissing 409 "bsre_address_missing" "Alamat e-mail BSrE untuk kantor ini belum diatur. Minta administrator mengaturnya, lalu ulangi.";
    /// The mail is on its way, or went out.
    MailNotLost 409 "mail_not_lost" "E-mail ini sudah terkirim atau sedang dikirim. Muat ulang halaman untuk melihat keadaannya.";

    /// Somebody else answered first.
    AlreadyAnswered 409 "already_answered" "Permintaan ini sudah dijawab oleh administrator lain. Muat ulang halaman untuk membaca jawabannya.";

    // Documents.
    /// A document that is handed in does not exist, or is not the person's.
    DocumentUnknown 422 "document_unknown" "Berkas yang dilampirkan tidak ditemukan. Unggah lagi berkasnya.";
    /// A document that is handed in is not what was uploaded.
    DocumentMismatch 422 "document_mismatch" "Berkas yang dilampirkan tidak sama dengan yang diunggah. Unggah lagi berkasnya.";
    /// The document is part of a case.
    DocumentInUse 409 "document_in_use" "Berkas ini sudah menjadi bagian permohonan dan tidak dapat dipakai lagi atau dihapus.";
    /// Nothing in it.
    DocumentEmpty 400 "document_empty" "Berkas kosong. Pilih berkas lain.";
    /// Without a usable name.
    DocumentName 400 "document_name" "Nama berkas tidak dapat dipakai. Ganti nama berkas (paling panjang 120 huruf), lalu unggah lagi.";
    /// With folders in its name.
    DocumentNamePath 400 "document_name_path" "Nama berkas memuat nama folder atau garis miring (/ atau \\). Ganti namanya, lalu unggah lagi.";
    /// With characters in its name that nobody sees.
    DocumentNameHidden 400 "document_name_hidden" "Nama berkas memuat tanda yang tidak terlihat. Ganti namanya, lalu unggah lagi.";
    /// Too big.
    DocumentTooLarge 413 "document_too_large" "Berkas lebih dari 5 MB. Perkecil dulu, lalu unggah lagi.";
    /// It begins as none of the three kinds.
    DocumentType 415 "document_type" "Berkas harus PDF, JPEG, atau PNG. Simpan dalam bentuk itu, lalu unggah lagi.";
    /// It breaks off, or is not put together as its kind is.
    DocumentDamaged 422 "document_damaged" "Berkas ini terpotong atau rusak. Simpan ulang atau foto ulang, lalu unggah lagi.";
    /// It is of another kind as well.
    DocumentMixed 422 "document_mixed" "Di dalam berkas ini ada berkas jenis lain. Simpan ulang sebagai PDF, JPEG, atau PNG saja, lalu unggah lagi.";
    /// A picture with too many pixels.
    DocumentPixels 422 "document_pixels" "Gambar ini 50 megapiksel atau lebih. Perkecil gambarnya, lalu unggah lagi.";
    /// Unpacked it is far more than it seems.
    DocumentBomb 422 "document_bomb" "Isi berkas ini jauh lebih besar daripada berkasnya. Foto ulang atau pindai ulang, lalu unggah lagi.";
    /// An encrypted PDF.
    DocumentLocked 422 "document_locked" "PDF ini dikunci dengan kata sandi. Simpan ulang tanpa kata sandi, lalu unggah lagi.";
    /// A PDF with scripts.
    DocumentScript 422 "document_script" "PDF ini memuat program (skrip). Cetak ke PDF baru atau pindai ulang, lalu unggah lagi.";
    /// A PDF that starts programs, opens other files or sends what is typed.
    DocumentAction 422 "document_action" "PDF ini memuat perintah untuk membuka program atau berkas lain, atau mengirim isian. Cetak ke PDF baru atau pindai ulang, lalu unggah lagi.";
    /// A PDF with files in it.
    DocumentEmbeds 422 "document_embeds" "PDF ini memuat lampiran di dalamnya. Simpan ulang tanpa lampiran, lalu unggah lagi.";
    /// A PDF that can't be looked through.
    DocumentOpaque 422 "document_opaque" "Isi PDF ini tidak dapat diperiksa seluruhnya. Cetak ke PDF baru atau pindai ulang, lalu unggah lagi.";
    /// Too many uploads that belong to nothing yet.
    DocumentLimit 429 "document_limit" "Anda sudah mengunggah terlalu banyak berkas hari ini. Hapus yang tidak dipakai, atau lanjutkan besok.";

    // Us.
    /// The storage did not answer.
    StorageUnavailable 503 "storage_unavailable" "Penyimpanan sedang tidak dapat dihubungi. Tidak ada yang berubah secara sebagian; coba lagi sebentar lagi.";
    /// A bug.
    Internal 500 "internal" "Terjadi kesalahan pada layanan ini. Coba lagi; bila terulang, hubungi kantor.";
}

macro_rules! refusals {
    ($($pattern:pat => $status:literal $name:literal;)*) => {
        /// Which status a refusal of the rules has. 403: not for this person. 409: not as the case stands
        /// now. 422: not with this content.
        fn refusal_status(refusal: &Refusal) -> u16 {
            match refusal {
                $($pattern => $status,)*
            }
        }

        const REFUSALS: &[CodeEntry] = &[$(CodeEntry { code: $name, status: $status, sentence: "" },)*];
    };
}

refusals! {
    // Whoever has nothing to do with a case is told that it does not exist; see `Problem::from`.
    Refusal::NotThisOffice => 404 "not_this_office";
    Refusal::NotYourRole { .. } => 403 "not_your_role";
    Refusal::OwnRequest => 403 "own_request";
    Refusal::TwiceInChain { .. } => 403 "twice_in_chain";
    Refusal::InOtherHands => 409 "in_other_hands";
    Refusal::InYourHands => 409 "in_your_hands";
    Refusal::NotInYourHands => 409 "not_in_your_hands";
    Refusal::NoColleague => 422 "no_colleague";
    Refusal::WayNotOffered => 403 "way_not_offered";
    Refusal::MovedOn { .. } => 409 "moved_on";
    Refusal::Closed { .. } => 409 "closed";
    Refusal::NotYourTurn { .. } => 409 "not_your_turn";
    Refusal::AlreadyDone { .. } => 409 "already_done";
    Refusal::NotThisStep { .. } => 409 "not_this_step";
    Refusal::PastRecall => 409 "past_recall";
    Refusal::NotInProcedure => 422 "not_in_procedure";
    Refusal::ReasonNotForWay => 422 "reason_not_for_way";
    Refusal::ReasonNeedsNote => 422 "reason_needs_note";
    Refusal::EmailNotAccepted { .. } => 422 "email_not_accepted";
    Refusal::EmailNotYours => 422 "email_not_yours";
    Refusal::SameEmail => 422 "same_email";
    Refusal::MissingFields { .. } => 422 "missing_fields";
    Refusal::MissingPapers { .. } => 422 "missing_papers";
    Refusal::UnexpectedPapers { .. } => 422 "unexpected_papers";
    Refusal::UnexpectedFields { .. } => 422 "unexpected_fields";
    Refusal::ChecklistIncomplete { .. } => 422 "checklist_incomplete";
    Refusal::NothingToComplete => 422 "nothing_to_complete";
    Refusal::DeclineNeedsNote => 422 "decline_needs_note";
    Refusal::WithdrawNeedsNote => 422 "withdraw_needs_note";
    Refusal::AnswerOutOfTime => 422 "answer_out_of_time";
}

macro_rules! office_refusals {
    ($($pattern:pat => $status:literal $name:literal;)*) => {
        /// Which status a refused change of an office's affairs has.
        fn office_refusal_status(refusal: &office::Refusal) -> u16 {
            match refusal {
                $($pattern => $status,)*
            }
        }

        const OFFICE_REFUSALS: &[CodeEntry] = &[$(CodeEntry { code: $name, status: $status, sentence: "" },)*];
    };
}

office_refusals! {
    office::Refusal::NotAdministrator => 403 "not_administrator";
    office::Refusal::AffairsMovedOn => 409 "affairs_moved_on";
    office::Refusal::LastAdministrator => 409 "last_administrator";
    office::Refusal::NotAppointed => 409 "not_appointed";
    office::Refusal::AppointedAlready => 409 "appointed_already";
    office::Refusal::PersonTaken => 409 "person_taken";
    office::Refusal::ServesElsewhere => 403 "serves_elsewhere";
    office::Refusal::UnknownRole => 422 "unknown_role";
    office::Refusal::UnknownMember => 422 "unknown_member";
    office::Refusal::OutsideAlone => 422 "outside_alone";
    office::Refusal::ForThemself => 422 "for_themself";
    office::Refusal::NoPrincipal => 422 "no_principal";
    office::Refusal::Period => 422 "period";
    office::Refusal::CalendarZone => 422 "calendar_zone";
    office::Refusal::CalendarEmpty => 422 "calendar_empty";
    office::Refusal::CalendarDayTwice { .. } => 422 "calendar_day_twice";
    office::Refusal::CalendarDayHours { .. } => 422 "calendar_day_hours";
    office::Refusal::CalendarSeason { .. } => 422 "calendar_season";
    office::Refusal::CalendarOverlap { .. } => 422 "calendar_overlap";
    office::Refusal::RetentionOutOfBounds => 422 "retention_out_of_bounds";
    office::Refusal::TooManyMailboxes => 422 "too_many_mailboxes";
}

/// Every code that an answer can carry: ours, then those of the rules.
pub const ALL_CODES: &[&[CodeEntry]] = &[OWN, REFUSALS, OFFICE_REFUSALS];

/// A failure on its way to becoming an answer.
#[derive(Debug)]
pub struct Problem(Box<Told>);

#[derive(Debug)]
struct Told {
    wire: api::Problem,
    retry_after: Option<u32>,
}

impl From<vault::VaultError> for Problem {
    fn from(error: vault::VaultError) -> Problem {
        Problem::bug(error)
    }
}

impl Problem {
    /// Says `detail` in place of the code's own sentence.
    pub fn with_detail(mut self, detail: impl Display) -> Problem {
        self.0.wire.detail = detail.to_string();
        self
    }

    /// Says `sentence` behind the code's own.
    pub fn with_added(mut self, sentence: impl Display) -> Problem {
        self.0.wire.detail = format!("{} {sentence}", self.0.wire.detail);
        self
    }

    /// Names the request that stands in the way.
    pub fn with_ticket(mut self, ticket: TicketNumber) -> Problem {
        self.0.wire.ticket = Some(ticket);
        self
    }

    /// Shows the case as it is now.
    pub fn with_case(mut self, case: CaseView) -> Problem {
        self.0.wire.case = Some(Box::new(case));
        self
    }

    /// Tells after how many seconds to ask again.
    pub fn with_retry_after(mut self, seconds: u32) -> Problem {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Whether it is this one.
    pub fn is(&self, code: Code) -> bool {
        self.0.wire.code == code.entry().code
    }

    /// Something that can't happen did. The cause is logged and told to nobody.
    pub fn bug(cause: impl Display) -> Problem {
        noted::wrong("bug", cause);
        Code::Internal.into()
    }

    /// What we once wrote cannot be read. What it is, the log hears: never its words, which may be somebody's.
    pub fn unreadable(error: &serde_json::Error) -> Problem {
        Problem::bug(unreadable(error))
    }

    /// The storage did not answer.
    pub fn storage_unavailable(cause: &str) -> Problem {
        noted::odd("storage", cause);
        Problem::from(Code::StorageUnavailable).with_retry_after(2)
    }

    fn new(entry: CodeEntry, sentence: String) -> Problem {
        let title =
            StatusCode::from_u16(entry.status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
        let wire = api::Problem {
            kind: "about:blank".to_owned(),
            status: entry.status,
            title: title.to_owned(),
            detail: sentence,
            code: entry.code.to_owned(),
            refusal: None,
            ticket: None,
            case: None,
        };
        Problem(Box::new(Told { wire, retry_after: None }))
    }
}

/// Where JSON cannot be read, without quoting it as its own message does.
pub fn unreadable(error: &serde_json::Error) -> String {
    format!("unreadable JSON ({:?}) in line {}, column {}", error.classify(), error.line(), error.column())
}

impl From<Code> for Problem {
    fn from(code: Code) -> Problem {
        Problem::new(code.entry(), code.entry().sentence.to_owned())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        if refusal == Refusal::NotThisOffice {
            return Code::NotFound.into();
        }
        let entry = CodeEntry { code: refusal.code(), status: refusal_status(&refusal), sentence: "" };
        let mut problem = Problem::new(entry, refusal.to_string());
        problem.0.wire.refusal = Some(refusal);
        problem
    }
}

impl From<office::Refusal> for Problem {
    fn from(refusal: office::Refusal) -> Problem {
        let entry = CodeEntry { code: refusal.code(), status: office_refusal_status(&refusal), sentence: "" };
        Problem::new(entry, refusal.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Told { wire, retry_after } = *self.0;
        let body = serde_json::to_string(&wire).expect("a problem holds only strings, numbers and lists of them");
        let mut response = Response::new(Body::from(body));
        response.extensions_mut().insert(noted::Told(wire.code));
        *response.status_mut() = StatusCode::from_u16(wire.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        // Also where a file would be kept: it may be there at the next try.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_is_there_once() {
        let all: Vec<&str> = ALL_CODES.iter().flat_map(|part| part.iter()).map(|entry| entry.code).collect();
        let distinct: HashSet<&&str> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn a_refusal_is_told_with_its_own_code_and_sentence() {
        let problem = Problem::from(Refusal::PastRecall).0.wire;
        assert_eq!((problem.status, problem.code.as_str()), (409, "past_recall"));
        assert_eq!(problem.detail, Refusal::PastRecall.to_string());
        assert!(REFUSALS.iter().any(|entry| entry.code == problem.code));
    }

    #[test]
    fn what_cannot_be_read_is_not_quoted() {
        let error = serde_json::from_str::<u8>("\n\"Siti\"").expect_err("no number");
        assert!(error.to_string().contains("Siti"), "its own message does quote: {error}");
        assert_eq!(unreadable(&error), "unreadable JSON (Data) in line 2, column 6");
    }

    #[test]
    fn someone_elses_case_does_not_exist() {
        assert_eq!(Problem::from(Refusal::NotThisOffice).0.wire, Problem::from(Code::NotFound).0.wire);
    }
}
