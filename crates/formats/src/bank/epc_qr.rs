//! The QR code by which a phone fills in a SEPA credit transfer (EPC 069-12, version 002).
//!
//! It does not know why the money is asked for.

use money::{Amount, Currency};
use qrcode::render::{svg, unicode};
use qrcode::{EcLevel, QrCode};

use super::account::{Bic, Iban};
use super::reference::CreditorReference;
use super::sepa_text::NAME_CHARS;

/// Most bytes a payload may have: what a code of version 13 holds at error correction M.
pub const LONGEST_PAYLOAD: usize = 331;

/// What a transfer that is asked for should say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRequest {
    /// Who is paid, 1 to 70 characters.
    pub name: String,
    /// Where to.
    pub iban: Iban,
    /// The bank; may be left out for accounts in the European Economic Area.
    pub bic: Option<Bic>,
    /// How much, EUR 0.01 to 999 999 999.99; `None` lets the payer choose.
    pub amount: Option<Amount>,
    /// The reference by which the payment is recognised.
    pub reference: Option<CreditorReference>,
    /// A note to the payer, shown and not transferred, up to 70 characters.
    pub note: String,
}

/// Why a transfer cannot be asked for by QR code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoQr {
    /// The name is empty or too long.
    #[error("the name `{0}` cannot stand in a payment code; use 1 to 70 characters on one line")]
    Name(String),
    /// The account's country is not part of SEPA.
    #[error(
        "the account is in {0}, which SEPA transfers do not reach; ask for the payment by account number instead"
    )]
    NotSepa(String),
    /// The BIC is needed.
    #[error(
        "an account in {0} needs its bank's BIC in the payment code, being outside the European Economic Area"
    )]
    BicNeeded(String),
    /// The amount is not one.
    #[error("{0} cannot stand in a payment code; it carries whole cents from EUR 0.01 to EUR 999999999.99")]
    Amount(Amount),
    /// All together is too long.
    #[error("the payment code would have {0} bytes, and 331 is the most; shorten the name or the note")]
    TooLong(usize),
}

/// What a terminal's background is, so that the code stays dark on light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Light letters on a dark ground, as most terminals have.
    Dark,
    /// Dark letters on a light ground.
    Light,
}

impl TransferRequest {
    /// The text inside the code: twelve lines, trailing empty ones left out.
    ///
    /// # Errors
    /// [`NoQr`], the first that applies in the order of its variants.
    pub fn payload(&self) -> Result<String, NoQr> {
        let one_line = |text: &str| !text.chars().any(char::is_control);
        if !(1..=NAME_CHARS).contains(&self.name.trim().chars().count()) || !one_line(&self.name) {
            return Err(NoQr::Name(super::reference::shown(&self.name)));
        }
        let country = self.iban.country();
        if !country.is_sepa() {
            return Err(NoQr::NotSepa(country.to_string()));
        }
        if !country.is_eea() && self.bic.is_none() {
            return Err(NoQr::BicNeeded(country.to_string()));
        }
        let note: String = self.note.chars().filter(|c| !c.is_control()).take(70).collect();
        let lines = [
            "BCD",
            "002",
            "1",
            "SCT",
            self.bic.as_ref().map_or("", Bic::as_str),
            self.name.trim(),
            self.iban.as_str(),
            &self.amount_line()?,
            "",
            self.reference.as_ref().map_or("", CreditorReference::as_str),
            "",
            note.trim(),
        ];
        let payload = lines.join("\n").trim_end_matches('\n').to_owned();
        if payload.len() > LONGEST_PAYLOAD { Err(NoQr::TooLong(payload.len())) } else { Ok(payload) }
    }

    /// The code as an SVG image, black on white with its quiet zone, at least 240 units wide.
    ///
    /// # Errors
    /// As [`TransferRequest::payload`].
    pub fn to_svg(&self) -> Result<String, NoQr> {
        let code = self.code()?;
        let image = code
            .render::<svg::Color<'_>>()
            .min_dimensions(240, 240)
            .dark_color(svg::Color("#000"))
            .light_color(svg::Color("#fff"))
            .build();
        // The XML declaration would be in the way inside a page.
        Ok(image.find("<svg").map_or(image.clone(), |at| image[at..].to_owned()))
    }

    /// The code as lines of half blocks for a terminal.
    ///
    /// # Errors
    /// As [`TransferRequest::payload`].
    pub fn to_text(&self, background: Background) -> Result<String, NoQr> {
        let (dark, light) = match background {
            Background::Dark => (unicode::Dense1x2::Light, unicode::Dense1x2::Dark),
            Background::Light => (unicode::Dense1x2::Dark, unicode::Dense1x2::Light),
        };
        Ok(self.code()?.render::<unicode::Dense1x2>().dark_color(dark).light_color(light).build())
    }

    fn code(&self) -> Result<QrCode, NoQr> {
        let payload = self.payload()?;
        QrCode::with_error_correction_level(payload.as_bytes(), EcLevel::M)
            .map_err(|_| NoQr::TooLong(payload.len()))
    }

    fn amount_line(&self) -> Result<String, NoQr> {
        let Some(amount) = self.amount else { return Ok(String::new()) };
        let most = Amount::from_minor(99_999_999_999, Currency::EUR).map_or(0, Amount::micros);
        let fine = amount.currency() == Currency::EUR
            && amount.is_positive()
            && amount.micros() <= most
            && amount.round_down_to_minor() == amount;
        if fine { Ok(format!("EUR{}", amount.to_minor_decimal())) } else { Err(NoQr::Amount(amount)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> TransferRequest {
        TransferRequest {
            name: "Haus für Töne e.V.".to_owned(),
            iban: "DE89370400440532013000".parse().unwrap(),
            bic: None,
            amount: Some("EUR 50".parse().unwrap()),
            reference: Some("RF18539007547034".parse().unwrap()),
            note: String::new(),
        }
    }

    #[test]
    fn the_payload_is_as_the_guideline_writes_it() {
        let want =
            "BCD\n002\n1\nSCT\n\nHaus für Töne e.V.\nDE89370400440532013000\nEUR50.00\n\nRF18539007547034";
        assert_eq!(request().payload().unwrap(), want);
        let noted = TransferRequest { note: "thank you\nall".to_owned(), amount: None, ..request() };
        assert!(noted.payload().unwrap().ends_with("\n\n\nRF18539007547034\n\nthank youall"));
    }

    #[test]
    fn images_are_drawn() {
        let svg = request().to_svg().unwrap();
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"), "{svg}");
        for background in [Background::Dark, Background::Light] {
            assert!(request().to_text(background).unwrap().lines().count() > 15);
        }
    }

    #[test]
    fn refusals_in_their_order() {
        let swiss: Iban = "CH9300762011623852957".parse().unwrap();
        let turkish: Iban = "TR330006100519786457841326".parse().unwrap();
        let mut r = TransferRequest {
            name: "x".repeat(71),
            iban: turkish,
            amount: Some("USD 1".parse().unwrap()),
            ..request()
        };
        assert!(matches!(r.payload(), Err(NoQr::Name(_))));
        r.name = "ü".repeat(70);
        assert!(matches!(r.payload(), Err(NoQr::NotSepa(_))));
        r.iban = swiss;
        assert!(matches!(r.to_svg(), Err(NoQr::BicNeeded(_))));
        r.bic = Some("UBSWCHZH80A".parse().unwrap());
        for bad in ["USD 1", "EUR 0", "EUR 1.001", "EUR 1000000000"] {
            r.amount = Some(bad.parse().unwrap());
            assert!(matches!(r.to_text(Background::Dark), Err(NoQr::Amount(_))), "{bad}");
        }
        r.amount = Some("EUR 999999999.99".parse().unwrap());
        r.note = "é".repeat(70);
        assert!(matches!(r.payload(), Err(NoQr::TooLong(_))), "{:?}", r.payload());
        r.note.clear();
        assert!(r.payload().is_ok());
    }
}
