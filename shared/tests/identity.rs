//! Identity values: what they accept, what they refuse and why, and that no input breaks them.

use std::{fmt::Debug, fmt::Display, str::FromStr};

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use workflow::identity::{
    EmailAddress, EmailAddressError, LetterNumber, LetterNumberError, Nik, NikError, NikWarning, Nip, NipError,
    PersonName, PersonNameError, PhoneNumber, PhoneNumberError, TicketNumber, TicketNumberError,
};

/// Parses `typed`, and sees that the value is the same after being shown and after crossing the wire.
#[track_caller]
fn read<T>(typed: &str) -> Result<String, T::Err>
where
    T: FromStr + Display + Debug + PartialEq + Serialize + DeserializeOwned,
    T::Err: Debug,
{
    let value: T = typed.parse()?;
    let shown = value.to_string();
    assert_eq!(shown.parse::<T>().expect("what is shown can be read"), value);
    let json = serde_json::to_string(&value).expect("a value is JSON");
    assert_eq!(json, serde_json::to_string(&shown).expect("a text is JSON"));
    assert_eq!(serde_json::from_str::<T>(&json).expect("what is sent can be read"), value);
    Ok(shown)
}

#[test]
fn nik() {
    for (typed, held) in [
        ("3515140508680001", "3515140508680001"),
        ("3515144508680002", "3515144508680002"),
        (" 3515 1405 0868 0001 ", "3515140508680001"),
        ("351514.050868-0001", "3515140508680001"),
        ("35.15.14.050868.0001\n", "3515140508680001"),
        ("3515\u{a0}1405\u{2013}0868 0001", "3515140508680001"),
    ] {
        assert_eq!(read::<Nik>(typed).as_deref(), Ok(held), "{typed:?}");
    }
    for (typed, error) in [
        ("", NikError::Empty),
        (" - ", NikError::Empty),
        ("33741103098720001", NikError::Length(17)),
        ("32111555666777", NikError::Length(14)),
        ("351514050868000A", NikError::NotDigits),
        ("٣٥١٥١٤٠٥٠٨٦٨٠٠٠١", NikError::NotDigits),
        ("0915140508680001", NikError::Region),
        ("3500140508680001", NikError::Region),
        ("3515000508680001", NikError::Region),
        ("3515140508680000", NikError::Serial),
    ] {
        assert_eq!(read::<Nik>(typed), Err(error), "{typed:?}");
    }
    assert_eq!(NikError::Length(14).to_string(), "NIK terdiri dari 16 angka; yang diisi 14 angka.");
}

#[test]
fn nik_warns_about_dates_and_does_not_block() {
    let warning = |nik: &str| Nik::parse(nik).expect("a warning does not block").warning();
    for fine in ["3515140508680001", "3515144508680002", "3515142902000001", "3515147102960001", "3515146902960001"] {
        let expected = (fine == "3515147102960001").then_some(NikWarning::ImpossibleDate);
        assert_eq!(warning(fine), expected, "{fine}");
    }
    for odd in [
        "3515140013680001",
        "3515143204680001",
        "3515147204680001",
        "3515143002680001",
        "3515142902990001",
        "3515144008680001",
    ] {
        assert_eq!(warning(odd), Some(NikWarning::ImpossibleDate), "{odd}");
    }

    let nip = Nip::parse("196808052015051001").expect("good");
    let man = Nik::parse("3515140508680001").expect("good");
    let woman = Nik::parse("3515144508680002").expect("good");
    let other = Nik::parse("3515140608680001").expect("good");
    assert_eq!((man.warning_beside(&nip), woman.warning_beside(&nip)), (None, None));
    assert_eq!(other.warning_beside(&nip), Some(NikWarning::DisagreesWithNip));
    let impossible = Nik::parse("3515143204680001").expect("a warning does not block");
    assert_eq!(impossible.warning_beside(&nip), Some(NikWarning::ImpossibleDate));
    let day = |year| NaiveDate::from_ymd_opt(year, 8, 5).expect("a day");
    assert!(!man.disagrees_with(day(1968)) && man.disagrees_with(day(1969)));
}

#[test]
fn nip() {
    for (typed, held, pppk) in [
        ("198609262015051001", "198609262015051001", false),
        ("197712121997031006", "197712121997031006", false),
        ("19771212 199703 1 006", "197712121997031006", false),
        ("199009132025242014", "199009132025242014", true),
        ("19900913 202524 2 014", "199009132025242014", true),
    ] {
        assert_eq!(read::<Nip>(typed).as_deref(), Ok(held), "{typed:?}");
        assert_eq!(Nip::parse(typed).expect("good").is_pppk(), pppk, "{typed:?}");
    }
    for (typed, error) in [
        ("", NipError::Empty),
        ("NIP. 197712121997031006", NipError::NotDigits),
        ("19771212199703100", NipError::Length(17)),
        ("1977121219970310066", NipError::Length(19)),
        ("197713121997031006", NipError::Birth),
        ("197702301997031006", NipError::Birth),
        ("000001011997031006", NipError::Birth),
        ("197712121997001006", NipError::Start),
        ("197712120097031006", NipError::Start),
        ("197712121997033006", NipError::Sex),
        ("197712121997030006", NipError::Sex),
    ] {
        assert_eq!(read::<Nip>(typed), Err(error), "{typed:?}");
    }
    let birth = Nip::parse("197712121997031006").expect("good").birth();
    assert_eq!(Some(birth), NaiveDate::from_ymd_opt(1977, 12, 12));
    assert_eq!(NipError::Length(17).to_string(), "NIP terdiri dari 18 angka; yang diisi 17 angka.");
}

#[test]
fn phone() {
    for typed in [
        "081234567890",
        "+6281234567890",
        "6281234567890",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "(0812) 3456.7890",
        "+62 (0)812 3456 7890",
        " 0812 3456 7890 ",
        "62-812-3456-7890",
    ] {
        assert_eq!(read::<PhoneNumber>(typed).as_deref(), Ok("+6281234567890"), "{typed:?}");
    }
    let phone = PhoneNumber::parse("0812 3456 7890").expect("good");
    assert_eq!((phone.local().as_str(), phone.wa_digits()), ("081234567890", "6281234567890"));
    assert_eq!(PhoneNumber::parse("+62 862 6262 62").expect("good").local(), "0862626262");
    for good in ["0812345678", "0812345678901"] {
        assert!(read::<PhoneNumber>(good).is_ok(), "{good:?}");
    }
    for (typed, error) in [
        ("", PhoneNumberError::Empty),
        ("()", PhoneNumberError::Empty),
        ("0812x3456789", PhoneNumberError::NotDigits),
        ("0812+3456789", PhoneNumberError::NotDigits),
        ("++6281234567890", PhoneNumberError::NotDigits),
        ("81234567890", PhoneNumberError::Prefix),
        ("0351123456", PhoneNumberError::Prefix),
        ("+081234567890", PhoneNumberError::Prefix),
        ("+6581234567", PhoneNumberError::Prefix),
        ("+", PhoneNumberError::Prefix),
        ("081234567", PhoneNumberError::Length(9)),
        ("08123456789012", PhoneNumberError::Length(14)),
    ] {
        assert_eq!(read::<PhoneNumber>(typed), Err(error), "{typed:?}");
    }
}

#[test]
fn email() {
    for (typed, held) in [
        ("siti@madiunkota.go.id", "siti@madiunkota.go.id"),
        (" Siti.Contoh@MadiunKota.GO.ID\n", "Siti.Contoh@madiunkota.go.id"),
        ("a+b_c-d@x.id", "a+b_c-d@x.id"),
        ("o'neil@sub.contoh-satu.co.id", "o'neil@sub.contoh-satu.co.id"),
        ("1@2.id", "1@2.id"),
        ("a@xn--e1afmkfd.xn--p1ai", "a@xn--e1afmkfd.xn--p1ai"),
    ] {
        assert_eq!(read::<EmailAddress>(typed).as_deref(), Ok(held), "{typed:?}");
    }
    let long = |local: usize, label: usize| format!("{}@{}.id", "a".repeat(local), "b".repeat(label));
    assert!(read::<EmailAddress>(&long(64, 63)).is_ok());
    let total =
        |last: usize| format!("{}@{}.{}.{}.id", "a".repeat(60), "b".repeat(63), "c".repeat(63), "d".repeat(last));
    assert_eq!(total(62).len(), 254);
    assert!(read::<EmailAddress>(&total(62)).is_ok());
    for (typed, error) in [
        ("", EmailAddressError::Empty),
        ("siti.madiunkota.go.id", EmailAddressError::NoAt),
        ("siti@budi@contoh.id", EmailAddressError::SecondAt),
        ("siti contoh@contoh.id", EmailAddressError::Space),
        ("siti@contoh. id", EmailAddressError::Space),
        ("a@b.id\r\nBcc: c@d.id", EmailAddressError::SecondAt),
        (&long(65, 10), EmailAddressError::TooLong),
        (&total(63), EmailAddressError::TooLong),
        (&long(10, 64), EmailAddressError::Domain),
        (".siti@contoh.id", EmailAddressError::Local),
        ("siti.@contoh.id", EmailAddressError::Local),
        ("si..ti@contoh.id", EmailAddressError::Local),
        ("@contoh.id", EmailAddressError::Local),
        ("\"siti\"@contoh.id", EmailAddressError::Local),
        ("sití@contoh.id", EmailAddressError::Local),
        ("<siti@contoh.id>", EmailAddressError::Local),
        ("a,b@contoh.id", EmailAddressError::Local),
        ("si\u{0}ti@contoh.id", EmailAddressError::Local),
        ("siti@", EmailAddressError::Domain),
        ("siti@contoh", EmailAddressError::Domain),
        ("siti@contoh.", EmailAddressError::Domain),
        ("siti@.id", EmailAddressError::Domain),
        ("siti@-contoh.id", EmailAddressError::Domain),
        ("siti@contoh-.id", EmailAddressError::Domain),
        ("siti@con_toh.id", EmailAddressError::Domain),
        ("siti@127.0.0.1", EmailAddressError::Domain),
        ("siti@[127.0.0.1]", EmailAddressError::Domain),
        ("siti@contoh.i", EmailAddressError::Domain),
    ] {
        assert_eq!(read::<EmailAddress>(typed), Err(error), "{typed:?}");
    }
    let address = EmailAddress::parse("Siti.Contoh@MADIUNKOTA.go.id").expect("good");
    assert_eq!((address.domain(), address.key().as_str()), ("madiunkota.go.id", "siti.contoh@madiunkota.go.id"));
}

#[test]
fn person_name() {
    for (typed, held) in [
        ("GOTRI WIJIANO WURIATMOJO, S.STP, M.S.i", "GOTRI WIJIANO WURIATMOJO, S.STP, M.S.i"),
        ("Suparno", "Suparno"),
        ("  dr.  Nur'aini   Ma\u{2019}ruf,\tSp.PD-KGH ", "dr. Nur'aini Ma\u{2019}ruf, Sp.PD-KGH"),
        ("H. M. Yusuf (alm.)", "H. M. Yusuf (alm.)"),
        ("José 3", "José 3"),
        ("Æ", "Æ"),
    ] {
        assert_eq!(read::<PersonName>(typed).as_deref(), Ok(held), "{typed:?}");
    }
    for (typed, error) in [
        ("", PersonNameError::Empty),
        (" \t\n", PersonNameError::Empty),
        ("...", PersonNameError::NoLetter),
        ("12345", PersonNameError::NoLetter),
        ("Si\u{0}ti", PersonNameError::Hidden),
        ("Siti\u{202e}itiS", PersonNameError::Hidden),
        ("Si\u{200b}ti", PersonNameError::Hidden),
        (&"é".repeat(121), PersonNameError::TooLong(121)),
    ] {
        assert_eq!(read::<PersonName>(typed), Err(error), "{typed:?}");
    }
    assert!(read::<PersonName>(&"é".repeat(120)).is_ok());
}

#[test]
fn letter_number() {
    for (typed, held) in [
        ("000.8.3.3/15/OR", "000.8.3.3/15/OR"),
        ("046/4/2024", "046/4/2024"),
        ("R-99/IJ/KP.07.6/04/2020", "R-99/IJ/KP.07.6/04/2020"),
        (" 800 /  15 ", "800 / 15"),
        ("7", "7"),
    ] {
        assert_eq!(read::<LetterNumber>(typed).as_deref(), Ok(held), "{typed:?}");
    }
    for (typed, error) in [
        ("", LetterNumberError::Empty),
        ("-", LetterNumberError::Empty),
        ("800\u{7}/15", LetterNumberError::Hidden),
        (&"8".repeat(61), LetterNumberError::TooLong(61)),
    ] {
        assert_eq!(read::<LetterNumber>(typed), Err(error), "{typed:?}");
    }
    assert!(read::<LetterNumber>(&"8".repeat(60)).is_ok());
}

#[test]
fn ticket_number() {
    for typed in ["MDN-7K3F-9QXH", "mdn-7k3f-9qxh", "mdn7k3f9qxh", " MDN 7K3F 9QXH ", "MDN\u{2013}7K3F–9QXH"] {
        assert_eq!(read::<TicketNumber>(typed).as_deref(), Ok("MDN-7K3F-9QXH"), "{typed:?}");
    }
    for (typed, error) in [
        ("", TicketNumberError::Empty),
        ("--", TicketNumberError::Empty),
        ("MDN-7K3F-9QX", TicketNumberError::Form),
        ("MDN-7K3F-9QXHH", TicketNumberError::Form),
        ("MDN-7K3F-9QXU", TicketNumberError::Form),
        ("MD0-7K3F-9QXH", TicketNumberError::Form),
        ("MDN/7K3F/9QXH", TicketNumberError::Form),
        ("MDÑ-7K3F-9QXH", TicketNumberError::Form),
        ("MDN-7K3F-9QXJ", TicketNumberError::Check),
        ("MDM-7K3F-9QXH", TicketNumberError::Check),
    ] {
        assert_eq!(read::<TicketNumber>(typed), Err(error), "{typed:?}");
    }
    assert_eq!(TicketNumber::parse("mdn7k3f9qxh").expect("good").prefix(), "MDN");
    assert_eq!(TicketNumber::new("MDN", 0).expect("good").as_str(), "MDN-0000-000J");
    assert_eq!(read::<TicketNumber>("mdn-oOo0-ooOj").as_deref(), Ok("MDN-0000-000J"));
    let one = TicketNumber::new("MDN", 1).expect("good");
    for like_one in ["I", "i", "L", "l"] {
        assert_eq!(TicketNumber::parse(&one.as_str().replace('1', like_one)), Ok(one.clone()));
    }
    for prefix in ["", "MD", "MDNA", "mdn", "M1N", "Md\u{e9}"] {
        assert_eq!(TicketNumber::new(prefix, 7), Err(TicketNumberError::Form), "{prefix:?}");
    }
}

/// Each sentence is one, ends as one, and codes are not shared.
#[test]
fn errors_have_their_own_codes_and_sentences() {
    let mut told: Vec<(&str, String)> = Vec::new();
    macro_rules! tell { ($($error:expr),+ $(,)?) => { $( told.push(($error.code(), $error.to_string())); )+ } }
    tell![
        NikError::Empty,
        NikError::NotDigits,
        NikError::Length(1),
        NikError::Region,
        NikError::Serial,
        NikWarning::ImpossibleDate,
        NikWarning::DisagreesWithNip,
        NipError::Empty,
        NipError::NotDigits,
        NipError::Length(1),
        NipError::Birth,
        NipError::Start,
        NipError::Sex,
        PhoneNumberError::Empty,
        PhoneNumberError::NotDigits,
        PhoneNumberError::Prefix,
        PhoneNumberError::Length(1),
        EmailAddressError::Empty,
        EmailAddressError::NoAt,
        EmailAddressError::SecondAt,
        EmailAddressError::Space,
        EmailAddressError::TooLong,
        EmailAddressError::Local,
        EmailAddressError::Domain,
        LetterNumberError::Empty,
        LetterNumberError::TooLong(1),
        LetterNumberError::Hidden,
        PersonNameError::Empty,
        PersonNameError::NoLetter,
        PersonNameError::TooLong(1),
        PersonNameError::Hidden,
        TicketNumberError::Empty,
        TicketNumberError::Form,
        TicketNumberError::Check,
    ];
    for (code, sentence) in &told {
        assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{code}: {sentence}");
        assert_eq!(
            told.iter().filter(|(other, said)| other == code || said == sentence).count(),
            1,
            "{code}: {sentence}"
        );
    }
}

/// Text that looks nearly like one of the values, so that the rare paths are walked too.
fn nearly() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9 .-]{0,24}",
        "[0-9]{14,19}",
        "(\\+?62|0)?[ (-]{0,2}8[0-9 .()-]{5,14}",
        "[a-zA-Z0-9.@_+-]{0,40}",
        "[A-Za-z]{3}[- ]?[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}",
        "[A-Za-z'., \\u{202e}\\u{0}]{0,130}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    /// No text breaks a parser; whatever is accepted comes back the same from the screen and the wire.
    #[test]
    fn no_text_breaks_a_parser(text in nearly()) {
        if let Ok(nik) = Nik::parse(&text) {
            let _ = (nik.warning(), read::<Nik>(&text));
        }
        if let Ok(nip) = Nip::parse(&text) {
            let _ = (nip.birth(), nip.is_pppk(), read::<Nip>(&text));
        }
        if let Ok(phone) = PhoneNumber::parse(&text) {
            prop_assert_eq!(PhoneNumber::parse(&phone.local()), Ok(phone.clone()));
            prop_assert_eq!(PhoneNumber::parse(phone.wa_digits()), Ok(phone));
        }
        if let Ok(email) = EmailAddress::parse(&text) {
            prop_assert!(email.as_str().is_ascii() && email.as_str().len() <= EmailAddress::MAX_LENGTH);
            prop_assert_eq!(EmailAddress::parse(&email.key()).map(|same| same.key()), Ok(email.key()));
        }
        let _ = (read::<PersonName>(&text), read::<LetterNumber>(&text), read::<PhoneNumber>(&text));
        let _ = (read::<EmailAddress>(&text), read::<TicketNumber>(&text));
    }

    /// Sixteen digits in a region with a serial are a NIK, whatever the date, and a day of birth is always found again.
    #[test]
    fn a_nik_of_a_day_agrees_with_it(days in 0i64..40_000, woman: bool, serial in 1u16..=9999) {
        let birth = NaiveDate::from_ymd_opt(1930, 1, 1).expect("a day") + chrono::Duration::days(days);
        let (day, month, year) = (birth.day(), birth.month(), birth.year());
        let marked = if woman { day + 40 } else { day };
        let nik = Nik::parse(&format!("351514{marked:02}{month:02}{:02}{serial:04}", year % 100)).expect("it is one");
        prop_assert_eq!(nik.warning(), None);
        prop_assert!(!nik.disagrees_with(birth));
        prop_assert!(nik.disagrees_with(birth + chrono::Duration::days(1)));
        let nip = Nip::parse(&format!("{year}{month:02}{day:02}2015051001")).expect("it is one");
        prop_assert_eq!(nip.birth(), birth);
        prop_assert_eq!(nik.warning_beside(&nip), None);
    }

    /// A fresh number reads as itself; with one character wrong, or two neighbours exchanged, it does not.
    #[test]
    fn a_slip_in_a_ticket_number_is_seen(prefix in "[A-Z]{3}", random: u64, at in 0usize..10, other in "[0-9A-HJKMNP-TV-Z]") {
        let ticket = TicketNumber::new(&prefix, random).expect("the prefix is right");
        prop_assert_eq!(TicketNumber::parse(ticket.as_str()), Ok(ticket.clone()));
        let right: Vec<char> = ticket.as_str().chars().filter(|&c| c != '-').collect();

        let mut slipped = right.clone();
        slipped[at] = other.chars().next().expect("one character");
        if slipped != right {
            prop_assert!(TicketNumber::parse(&slipped.iter().collect::<String>()).is_err());
        }

        let mut exchanged = right.clone();
        exchanged.swap(at, at + 1);
        // Beyond the prefix an L is read as a 1, so there the two differ in more than their places.
        if exchanged != right && (at, right[at]) != (2, 'L') {
            prop_assert!(TicketNumber::parse(&exchanged.iter().collect::<String>()).is_err());
        }
    }

    /// Every one of the 35 random bits counts, and no other does.
    #[test]
    fn tickets_hold_their_random_bits(random: u64, bit in 0u32..64) {
        let same = TicketNumber::new("MDN", random) == TicketNumber::new("MDN", random ^ (1 << bit));
        prop_assert_eq!(same, bit >= TicketNumber::RANDOM_BITS);
    }
}
