//! Why a certificate is to be revoked.

use serde::{Deserialize, Serialize};

use crate::case::FilingWay;

/// A reason in the applicant's words, each mapped to the code that a certificate revocation list carries
/// (RFC 5280, section 5.3.1). The mapping is ours: neither SOP draws one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Somebody else knows or may know the passphrase.
    PassphraseLeaked,
    /// The device with access to the signature is lost or stolen.
    DeviceLost,
    /// Moved to another office (mutasi).
    Moved,
    /// Name, position or other data on the certificate changed.
    DataChanged,
    /// A new certificate takes its place.
    Replaced,
    /// Retired.
    Retired,
    /// Left the service.
    Resigned,
    /// The holder died. Only the leader can file this.
    Deceased,
    /// Anything else, explained in a note.
    Other,
}

impl Reason {
    /// Every reason, in the order they are offered.
    pub const ALL: [Reason; 9] = [
        Reason::PassphraseLeaked,
        Reason::DeviceLost,
        Reason::Moved,
        Reason::DataChanged,
        Reason::Replaced,
        Reason::Retired,
        Reason::Resigned,
        Reason::Deceased,
        Reason::Other,
    ];

    /// The reason code of RFC 5280, section 5.3.1.
    pub fn rfc5280(self) -> u8 {
        match self {
            Reason::Other => 0,
            Reason::PassphraseLeaked | Reason::DeviceLost => 1,
            Reason::Moved | Reason::DataChanged => 3,
            Reason::Replaced => 4,
            Reason::Retired | Reason::Resigned | Reason::Deceased => 5,
        }
    }

    /// The name that RFC 5280 gives to the code.
    pub fn rfc5280_name(self) -> &'static str {
        match self.rfc5280() {
            1 => "keyCompromise",
            3 => "affiliationChanged",
            4 => "superseded",
            5 => "cessationOfOperation",
            _ => "unspecified",
        }
    }

    /// Whether somebody else may be signing in the holder's name until the certificate is revoked (keyCompromise).
    pub fn is_urgent(self) -> bool {
        self.rfc5280() == 1
    }

    /// Whether it may be given in this way of filing. A leader recommends on mutation, retirement or
    /// death; everything that happens to a living holder is theirs to file.
    pub fn fits(self, way: FilingWay) -> bool {
        match way {
            FilingWay::Leader => matches!(self, Reason::Moved | Reason::Retired | Reason::Deceased),
            FilingWay::Holder | FilingWay::Desk => self != Reason::Deceased,
        }
    }

    /// In plain Indonesian.
    pub fn label(self) -> &'static str {
        match self {
            Reason::PassphraseLeaked => "Passphrase bocor atau diketahui orang lain",
            Reason::DeviceLost => "Perangkat hilang atau dicuri",
            Reason::Moved => "Pindah tugas (mutasi)",
            Reason::DataChanged => "Data pada sertifikat berubah",
            Reason::Replaced => "Diganti dengan sertifikat baru",
            Reason::Retired => "Pensiun",
            Reason::Resigned => "Berhenti dari kedinasan",
            Reason::Deceased => "Meninggal dunia",
            Reason::Other => "Alasan lain",
        }
    }
}
