//! Where money can be sent: IBAN, BIC, and accounts of countries without IBAN.
//!
//! It does not know whether an account exists or whose it is.

use std::fmt;
use std::str::FromStr;

use super::reference::shown;

/// An international bank account number (ISO 13616), its length, form and check digits verified.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(String);

/// A business identifier code (ISO 9362): eight or eleven letters and digits naming a bank or a branch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bic(String);

/// A country by the two letters of ISO 3166-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// An account that money can be paid to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Account {
    /// An account with an IBAN.
    Iban(Iban),
    /// An account of a country without IBAN; only the bank's BIC makes it reachable.
    Other {
        /// Its number as that country writes it, up to 34 characters.
        number: String,
        /// The bank.
        bic: Bic,
        /// Where the bank is.
        country: Country,
    },
}

/// An account as a bank message names it; nothing is promised of `Other`, not even that it can be paid to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AccountId {
    /// A valid IBAN.
    Iban(Iban),
    /// Any other number, an IBAN with wrong check digits among them, without spaces.
    Other(String),
}

/// Why a text is no account, bank or country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAccount {
    /// Not two letters of a country, two digits, and letters or digits.
    #[error("`{0}` is not an IBAN")]
    IbanShape(String),
    /// The country has no IBAN.
    #[error("`{0}` is not an IBAN: no country `{1}` takes part")]
    IbanCountry(String, String),
    /// Too long or too short.
    #[error("`{text}` has {got} characters, but an IBAN of {country} has {want}")]
    IbanLength {
        /// What was written.
        text: String,
        /// The country's two letters.
        country: String,
        /// How many it has.
        got: usize,
        /// How many it should have.
        want: usize,
    },
    /// The check digits do not fit.
    #[error("the check digits of `{0}` do not fit")]
    IbanCheckDigits(String),
    /// The national part has not the country's form.
    #[error("`{0}` has letters where an IBAN of its country has digits, or the reverse")]
    IbanNational(String),
    /// Not a BIC.
    #[error("`{0}` is not a BIC")]
    Bic(String),
    /// Not a country.
    #[error("`{0}` is not a country of ISO 3166-1")]
    Country(String),
    /// Not an account number.
    #[error("`{0}` is not an account number")]
    Number(String),
}

impl BadAccount {
    /// What to try.
    pub const fn hint(&self) -> &'static str {
        match self {
            BadAccount::IbanShape(_) => {
                "it begins with two letters and two digits, such as DE89 3704 0044 0532 0130 00"
            }
            BadAccount::IbanCountry(..) => "give account number, bank (BIC) and country instead",
            BadAccount::IbanLength { .. } => "something is missing or doubled; compare it group by group",
            BadAccount::IbanCheckDigits(_) => {
                "a digit was mistyped or two changed places; compare it group by group with the bank's own paper"
            }
            BadAccount::IbanNational(_) => "O and 0, I and 1 are often confused; compare it group by group",
            BadAccount::Bic(_) => {
                "it has 8 or 11 letters and digits with the country in fifth and sixth place, such as MARKDEFF"
            }
            BadAccount::Country(_) => "write two letters, such as FR",
            BadAccount::Number(_) => "it has up to 34 letters and digits",
        }
    }
}

impl Iban {
    /// The canonical text: capitals, no spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country it begins with.
    pub fn country(&self) -> Country {
        let bytes = self.0.as_bytes();
        Country([bytes[0], bytes[1]])
    }

    /// In groups of four, as it is printed.
    pub fn grouped(&self) -> String {
        groups_of_four(&self.0)
    }

    /// Enough to recognise one's own and no more: `DE•• … 3000`.
    pub fn masked(&self) -> String {
        format!("{}•• … {}", &self.0[..2], &self.0[self.0.len() - 4..])
    }

    /// Whether SEPA credit transfers reach it (countries of the schemes, EPC 409-09, 2026).
    pub fn is_sepa(&self) -> bool {
        self.country().is_sepa()
    }
}

impl Bic {
    /// The canonical text, eight or eleven capitals and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country in it.
    pub fn country(&self) -> Country {
        let bytes = self.0.as_bytes();
        Country([bytes[4], bytes[5]])
    }
}

impl Country {
    /// The two letters.
    pub fn as_str(&self) -> &str {
        // Two ASCII letters by construction.
        std::str::from_utf8(&self.0).unwrap_or("")
    }

    /// Whether it belongs to the European Economic Area.
    pub fn is_eea(self) -> bool {
        listed(EEA, self)
    }

    /// Whether its accounts are reached by SEPA credit transfers.
    pub fn is_sepa(self) -> bool {
        self.is_eea() || listed(SEPA_OUTSIDE_EEA, self)
    }
}

impl Account {
    /// Where it is held.
    pub fn country(&self) -> Country {
        match self {
            Account::Iban(iban) => iban.country(),
            Account::Other { country, .. } => *country,
        }
    }

    /// The number, canonical, without spaces.
    pub fn number(&self) -> &str {
        match self {
            Account::Iban(iban) => iban.as_str(),
            Account::Other { number, .. } => number,
        }
    }

    /// The bank, where the account names it.
    pub fn bic(&self) -> Option<&Bic> {
        match self {
            Account::Iban(_) => None,
            Account::Other { bic, .. } => Some(bic),
        }
    }

    /// Reads an account of a country without IBAN.
    ///
    /// # Errors
    /// [`BadAccount::Number`], [`BadAccount::Bic`] or [`BadAccount::Country`], whichever is wrong first.
    pub fn other(number: &str, bic: &str, country: &str) -> Result<Account, BadAccount> {
        let bare = bare(number);
        if !(1..=34).contains(&bare.len()) || !bare.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(BadAccount::Number(shown(number)));
        }
        Ok(Account::Other { number: bare, bic: bic.parse()?, country: country.parse()? })
    }

    /// Enough to recognise one's own and no more.
    pub fn masked(&self) -> String {
        match self {
            Account::Iban(iban) => iban.masked(),
            Account::Other { number, country, .. } => {
                let keep = if number.len() > 6 { 4 } else { 0 };
                let tail = number.get(number.len() - keep..).unwrap_or("");
                format!("{country}•• … {tail}").trim_end().to_owned()
            }
        }
    }
}

impl AccountId {
    /// Takes whatever a message names.
    pub fn of(text: &str) -> AccountId {
        text.parse().map_or_else(|_| AccountId::Other(bare(text)), AccountId::Iban)
    }

    /// The number, without spaces.
    pub fn as_str(&self) -> &str {
        match self {
            AccountId::Iban(iban) => iban.as_str(),
            AccountId::Other(number) => number,
        }
    }

    /// Whether it names the account that is paid to.
    pub fn is(&self, account: &Account) -> bool {
        self.as_str() == account.number()
    }
}

impl FromStr for Iban {
    type Err = BadAccount;

    /// Reads an IBAN in either case, with spaces or hyphens, with `IBAN` in front or not.
    fn from_str(text: &str) -> Result<Self, BadAccount> {
        let code = bare(text);
        let code = code.strip_prefix("IBAN").map(|c| c.trim_start_matches(':')).unwrap_or(&code);
        let bytes = code.as_bytes();
        let fine = (5..=40).contains(&bytes.len())
            && bytes.iter().all(u8::is_ascii_alphanumeric)
            && bytes[..2].iter().all(u8::is_ascii_alphabetic)
            && bytes[2..4].iter().all(u8::is_ascii_digit);
        if !fine {
            return Err(BadAccount::IbanShape(shown(text)));
        }
        let country = code[..2].to_owned();
        let Some(want) = iban_length(&country) else {
            return Err(BadAccount::IbanCountry(groups_of_four(code), country));
        };
        if want != code.len() {
            return Err(BadAccount::IbanLength {
                text: groups_of_four(code),
                country,
                got: code.len(),
                want,
            });
        }
        match code.parse::<iban::Iban>() {
            // A country whose national form is not known there: length and check digits are right.
            Ok(_) | Err(iban::ParseIbanError::UnknownCountry(_)) => Ok(Iban(code.to_owned())),
            Err(iban::ParseIbanError::InvalidBban(_)) => Err(BadAccount::IbanNational(groups_of_four(code))),
            Err(iban::ParseIbanError::InvalidBaseIban { .. }) => {
                Err(BadAccount::IbanCheckDigits(groups_of_four(code)))
            }
        }
    }
}

impl FromStr for Bic {
    type Err = BadAccount;

    fn from_str(text: &str) -> Result<Self, BadAccount> {
        let code = bare(text);
        let bytes = code.as_bytes();
        let fine = matches!(bytes.len(), 8 | 11)
            && bytes.iter().all(u8::is_ascii_alphanumeric)
            && bytes[4..6].iter().all(u8::is_ascii_alphabetic);
        if fine && code[4..6].parse::<Country>().is_ok() {
            Ok(Bic(code))
        } else {
            Err(BadAccount::Bic(shown(text)))
        }
    }
}

impl FromStr for Country {
    type Err = BadAccount;

    /// Reads two letters in either case; `UK` counts as `GB`, as people write it.
    fn from_str(text: &str) -> Result<Self, BadAccount> {
        let bad = || BadAccount::Country(shown(text));
        let territory: music::Territory = text.parse().map_err(|_| bad())?;
        match territory.as_str().as_bytes() {
            b"UK" => Ok(Country(*b"GB")),
            &[a, b] => Ok(Country([a, b])),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Masked, so that no log and no panic shows an account.
impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Iban({})", self.masked())
    }
}

impl fmt::Display for Bic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A code in groups of four, as banks print it.
pub(super) fn groups_of_four(code: &str) -> String {
    let signs: Vec<char> = code.chars().collect();
    signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A code without what people put between, in capitals; at most 60 characters.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.'))
        .take(60)
        .collect::<String>()
        .to_ascii_uppercase()
}

fn listed(list: &str, country: Country) -> bool {
    list.split(' ').any(|c| c.as_bytes() == country.0)
}

/// How long an IBAN of a country is (SWIFT's IBAN registry); `None` where there is none.
fn iban_length(country: &str) -> Option<usize> {
    IBAN_LENGTHS.split(' ').find_map(|entry| entry.strip_prefix(country)?.parse().ok())
}

const EEA: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK";

const SEPA_OUTSIDE_EEA: &str = "AD AL CH GB GI MC MD ME MK RS SM VA";

const IBAN_LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Examples that SWIFT's registry and banks print.
    const GOOD: &[&str] = &[
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "GB29NWBK60161331926819",
        "NL91ABNA0417164300",
        "CH9300762011623852957",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "PL61109010140000071219812874",
    ];

    #[test]
    fn printed_examples_are_right() {
        for text in GOOD {
            let iban: Iban = text.parse().unwrap();
            assert_eq!(iban.grouped().to_lowercase().parse::<Iban>().unwrap(), iban);
            assert_eq!(
                format!("IBAN: {}", iban.grouped()).replace(':', "").parse::<Iban>().unwrap().as_str(),
                *text
            );
            assert!(iban.is_sepa() && !format!("{iban:?}").contains(&text[4..10]));
        }
        assert_eq!(GOOD[0].parse::<Iban>().unwrap().masked(), "DE•• … 3000");
        assert!("PK36SCBL0000001123456702".parse::<Iban>().is_ok());
        assert!(!"TR330006100519786457841326".parse::<Iban>().unwrap().is_sepa());
    }

    #[test]
    fn refusals_say_what_to_look_at() {
        for (text, want) in [
            ("", "begins with two letters"),
            ("hello", "begins with two letters"),
            ("DE8937040044053201300é", "begins with two letters"),
            ("DE8937040044053201300", "has 21 characters, but an IBAN of DE has 22"),
            ("DE88370400440532013000", "check digits"),
            ("US89370400440532013000", "no country `US`"),
            ("ZZ89370400440532013000", "no country `ZZ`"),
            ("DE7337040044O532013000", "O and 0"),
        ] {
            let why = text.parse::<Iban>().unwrap_err();
            let message = format!("{why}\n{}", why.hint());
            assert!(message.contains(want), "{text}: {message}");
        }
        for bad in ["", "MARKDEF", "MARKDEFFX", "1234ZZFF", "MARKD1FF", "ÄÖÜKDEFF"] {
            assert!(bad.parse::<Bic>().is_err(), "{bad}");
        }
        assert_eq!("mark de ff xxx".parse::<Bic>().unwrap().to_string(), "MARKDEFFXXX");
        assert_eq!("uk".parse::<Country>().unwrap().as_str(), "GB");
        assert!("Worldwide".parse::<Country>().is_err() && "FR-42".parse::<Country>().is_err());
    }

    #[test]
    fn other_accounts_need_their_bank() {
        let account = Account::other("000123-4567 89", "chasus33", "us").unwrap();
        assert_eq!((account.number(), account.masked().as_str()), ("000123456789", "US•• … 6789"));
        assert!(Account::other("", "CHASUS33", "US").is_err() && Account::other("1", "CHAS", "US").is_err());
        assert!(AccountId::of("000123456789").is(&account));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_noticed(which in 0..GOOD.len(), place: prop::sample::Index, other in 0_u8..10) {
            let good = GOOD[which];
            let mut typo = good.to_owned().into_bytes();
            let places: Vec<usize> = (2..typo.len()).filter(|i| typo[*i].is_ascii_digit()).collect();
            typo[places[place.index(places.len())]] = b'0' + other;
            let typo = String::from_utf8(typo).unwrap();
            prop_assert!(typo == good || typo.parse::<Iban>().is_err());
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,50}", close in "[A-Z]{2}[0-9]{2}[A-Z0-9]{0,32}") {
            let _ = (text.parse::<Iban>(), text.parse::<Bic>(), text.parse::<Country>(), AccountId::of(&text));
            let _ = (close.parse::<Iban>(), close.parse::<Bic>(), Account::other(&close, &text, &close));
        }
    }
}
