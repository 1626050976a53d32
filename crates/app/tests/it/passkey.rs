//! Passkeys: made, shown, shown at the door; forged, replayed, of another site and of somebody else.

use app::passkey::{self, Answer, Site};
use app::session::{Second, Visitor};
use app::sign_in::{self, Add};
use app::{Failure, House, session};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256};
use testkit::house;

const PHRASE: &str = "four quiet tides";

fn site() -> Site {
    Site::of("https://house.example").unwrap()
}

fn code(failure: Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code,
        Failure::Fault(fault) => panic!("{fault}"),
    }
}

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// A device with one passkey on it.
struct Device {
    id: Vec<u8>,
    keys: Keys,
    count: u32,
    handle: String,
}

enum Keys {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// What a device may do wrong.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Slip {
    None,
    Origin,
    Framed,
    Kind,
    Challenge,
    House,
    NotVerified,
    Signature,
    Trailing,
}

impl Device {
    fn new(id: u8, edwards: bool) -> Device {
        let rng = SystemRandom::new();
        let keys = if edwards {
            let bytes = Ed25519KeyPair::generate_pkcs8(&rng).unwrap();
            Keys::Ed25519(Ed25519KeyPair::from_pkcs8(bytes.as_ref()).unwrap())
        } else {
            let alg = &ECDSA_P256_SHA256_ASN1_SIGNING;
            let bytes = EcdsaKeyPair::generate_pkcs8(alg, &rng).unwrap();
            Keys::P256(EcdsaKeyPair::from_pkcs8(alg, bytes.as_ref(), &rng).unwrap())
        };
        Device { id: vec![id; 20], keys, count: 1, handle: String::new() }
    }

    fn cose(&self) -> Vec<u8> {
        match &self.keys {
            Keys::P256(pair) => {
                let point = pair.public_key().as_ref();
                let mut key = vec![0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
                key.extend(&point[1..33]);
                key.extend([0x22, 0x58, 0x20]);
                key.extend(&point[33..]);
                key
            }
            Keys::Ed25519(pair) => {
                let mut key = vec![0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20];
                key.extend(pair.public_key().as_ref());
                key
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.keys {
            Keys::P256(pair) => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Keys::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    fn client(ask: &serde_json::Value, kind: &str, slip: Slip) -> Vec<u8> {
        let mut challenge = ask["challenge"].as_str().unwrap().to_owned();
        if slip == Slip::Challenge {
            challenge = text(&[7; 32]);
        }
        let origin =
            if slip == Slip::Origin { "https://house.example.evil.example" } else { "https://house.example" };
        let kind = if slip == Slip::Kind { "payment.get" } else { kind };
        serde_json::json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": slip == Slip::Framed })
            .to_string()
            .into_bytes()
    }

    fn said(&self, flags: u8, slip: Slip) -> Vec<u8> {
        let host = if slip == Slip::House { "evil.example" } else { "house.example" };
        let mut said = Sha256::digest(host.as_bytes()).to_vec();
        said.push(if slip == Slip::NotVerified { flags & !0x04 } else { flags });
        said.extend(self.count.to_be_bytes());
        said
    }

    fn make(&mut self, ask: &str, slip: Slip) -> Answer {
        let ask: serde_json::Value = serde_json::from_str(ask).unwrap();
        self.handle = ask["user"]["id"].as_str().unwrap().to_owned();
        let client = Device::client(&ask, "webauthn.create", slip);
        let mut said = self.said(0x45, slip);
        said.extend([0; 16]);
        said.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        said.extend(&self.id);
        said.extend(self.cose());
        if slip == Slip::Trailing {
            said.push(0);
        }
        let mut object = b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x58".to_vec();
        object.push(u8::try_from(said.len()).unwrap());
        object.extend(said);
        Answer {
            id: text(&self.id),
            client_data: text(&client),
            attestation_object: text(&object),
            transports: vec!["internal".to_owned(), "carrier-pigeon".to_owned()],
            ..Answer::default()
        }
    }

    fn show(&mut self, ask: &str, slip: Slip) -> Answer {
        let ask: serde_json::Value = serde_json::from_str(ask).unwrap();
        let client = Device::client(&ask, "webauthn.get", slip);
        self.count += 1;
        let mut said = self.said(0x05, slip);
        if slip == Slip::Trailing {
            said.push(0);
        }
        let mut message = said.clone();
        message.extend(Sha256::digest(&client));
        let mut signature = self.sign(&message);
        if slip == Slip::Signature {
            let last = signature.len() - 1;
            signature[last] ^= 1;
        }
        Answer {
            id: text(&self.id),
            client_data: text(&client),
            authenticator_data: text(&said),
            signature: text(&signature),
            user_handle: self.handle.clone(),
            ..Answer::default()
        }
    }
}

async fn person(house: &House, login: &str) -> Visitor {
    let ask = Add {
        login: login.to_owned(),
        lang: "fr".to_owned(),
        password: Some(PHRASE.to_owned()),
        by: "ada".to_owned(),
        ..Add::default()
    };
    sign_in::add(house, ask).await.unwrap();
    let entered = sign_in::enter_by_password(house, login, PHRASE, "test", None).await.unwrap();
    session::visitor(house, &entered.token).await.unwrap().unwrap()
}

async fn with_passkey(house: &House, visitor: &Visitor, device: &mut Device) -> (Visitor, Vec<String>) {
    let ask = passkey::ask_add(house, visitor, &site()).await.unwrap();
    let answer = device.make(&ask, Slip::None);
    let (token, codes) = passkey::add(house, visitor, &site(), " My phone ", &answer).await.unwrap();
    (session::visitor(house, &token).await.unwrap().unwrap(), codes)
}

#[tokio::test]
async fn a_passkey_is_made_shown_and_lets_in() {
    for fresh in house::each(31).await {
        let house = &fresh.house;
        for edwards in [false, true] {
            let visitor = person(house, if edwards { "mira" } else { "ona" }).await;
            assert_eq!(visitor.second_factor(house.now()), Second::None);
            let mut device = Device::new(1 + u8::from(edwards), edwards);
            let (visitor, codes) = with_passkey(house, &visitor, &mut device).await;
            assert_eq!((codes.len(), visitor.second_factor(house.now())), (10, Second::Fresh));
            let mine = passkey::list(house, &visitor).await.unwrap();
            assert_eq!(
                (mine.len(), mine[0].name.as_str(), mine[0].transports.as_str()),
                (1, "My phone", "internal")
            );
            // Ten minutes later it has to be shown again.
            fresh.world.pass_seconds(700);
            assert_eq!(visitor.second_factor(house.now()), Second::Stale);
            let ask = passkey::ask_show(house, &visitor, &site()).await.unwrap();
            assert!(ask.contains("\"userVerification\":\"required\""));
            let answer = device.show(&ask, Slip::None);
            let token = passkey::show(house, &visitor, &site(), &answer).await.unwrap();
            let visitor = session::visitor(house, &token).await.unwrap().unwrap();
            assert_eq!(visitor.second_factor(house.now()), Second::Fresh);
            assert_eq!(
                code(passkey::show(house, &visitor, &site(), &answer).await.unwrap_err()),
                "passkey-late"
            );
            // At the door it says itself whose it is, and is both factors.
            let ask = passkey::ask_enter(house, &site(), "visit-1").await.unwrap();
            let answer = device.show(&ask, Slip::None);
            let entered = passkey::enter(house, &site(), "visit-1", &answer, "x", None).await.unwrap();
            let entered = session::visitor(house, &entered.token).await.unwrap().unwrap();
            assert_eq!(entered.sign_in.id, visitor.sign_in.id);
            assert_eq!(
                (entered.session.door.as_str(), entered.second_factor(house.now())),
                ("passkey", Second::Fresh)
            );
            let again = passkey::enter(house, &site(), "visit-1", &answer, "x", None).await;
            assert_eq!(code(again.unwrap_err()), "passkey-late", "each answer opens once");
        }
    }
}

#[tokio::test]
async fn what_is_forged_is_refused_and_uses_up_its_challenge() {
    for fresh in house::each(32).await {
        let house = &fresh.house;
        let visitor = person(house, "mira").await;
        let mut device = Device::new(1, false);
        let slips = [
            Slip::Origin,
            Slip::Framed,
            Slip::Kind,
            Slip::Challenge,
            Slip::House,
            Slip::NotVerified,
            Slip::Trailing,
        ];
        for slip in slips {
            let ask = passkey::ask_add(house, &visitor, &site()).await.unwrap();
            let answer = device.make(&ask, slip);
            let refused = passkey::add(house, &visitor, &site(), "", &answer).await.unwrap_err();
            let want = if slip == Slip::Challenge { "passkey-late" } else { "passkey-refused" };
            assert_eq!(code(refused), want, "{slip:?}");
        }
        assert!(passkey::list(house, &visitor).await.unwrap().is_empty());
        let (visitor, _) = with_passkey(house, &visitor, &mut device).await;
        for slip in slips.into_iter().chain([Slip::Signature]) {
            let ask = passkey::ask_enter(house, &site(), "v").await.unwrap();
            let answer = device.show(&ask, slip);
            let refused = passkey::enter(house, &site(), "v", &answer, "", None).await.unwrap_err();
            let want = if slip == Slip::Challenge { "passkey-late" } else { "passkey-refused" };
            assert_eq!(code(refused), want, "{slip:?}");
        }
        // A challenge of another visit, of another purpose, and one that waited too long.
        let ask = passkey::ask_enter(house, &site(), "v").await.unwrap();
        let answer = device.show(&ask, Slip::None);
        let other = passkey::enter(house, &site(), "w", &answer, "", None).await;
        assert_eq!(code(other.unwrap_err()), "passkey-late", "another visit");
        assert_eq!(code(passkey::show(house, &visitor, &site(), &answer).await.unwrap_err()), "passkey-late");
        fresh.world.pass_seconds(301);
        let late = passkey::enter(house, &site(), "v", &answer, "", None).await;
        assert_eq!(code(late.unwrap_err()), "passkey-late");
        // One that nobody made here, and one that says it is somebody else's.
        let mut stranger = Device::new(9, false);
        stranger.handle.clone_from(&device.handle);
        let ask = passkey::ask_enter(house, &site(), "v").await.unwrap();
        let refused = passkey::enter(house, &site(), "v", &stranger.show(&ask, Slip::None), "", None).await;
        assert_eq!(code(refused.unwrap_err()), "passkey-unknown");
        let ask = passkey::ask_enter(house, &site(), "v").await.unwrap();
        let mut answer = device.show(&ask, Slip::None);
        answer.user_handle = text(&[1; 32]);
        let refused = passkey::enter(house, &site(), "v", &answer, "", None).await;
        assert_eq!(code(refused.unwrap_err()), "passkey-unknown");
        // A copy that counts less.
        let ask = passkey::ask_enter(house, &site(), "v").await.unwrap();
        device.count = 0;
        let refused = passkey::enter(house, &site(), "v", &device.show(&ask, Slip::None), "", None).await;
        assert_eq!(code(refused.unwrap_err()), "passkey-copied");
    }
}

#[tokio::test]
async fn nobody_uses_names_or_ends_the_passkey_of_another() {
    for fresh in house::each(33).await {
        let house = &fresh.house;
        let (mira, ona) = (person(house, "mira").await, person(house, "ona").await);
        let (mut hers, mut others) = (Device::new(1, false), Device::new(2, true));
        let (mira, _) = with_passkey(house, &mira, &mut hers).await;
        let (ona, _) = with_passkey(house, &ona, &mut others).await;
        // Ona's session, Mira's passkey.
        let ask = passkey::ask_show(house, &ona, &site()).await.unwrap();
        let shown = passkey::show(house, &ona, &site(), &hers.show(&ask, Slip::None)).await;
        assert_eq!(code(shown.unwrap_err()), "passkey-unknown");
        // The same passkey twice, whoever brings it.
        let ask = passkey::ask_add(house, &ona, &site()).await.unwrap();
        let handle = hers.handle.clone();
        let added = passkey::add(house, &ona, &site(), "", &hers.make(&ask, Slip::None)).await;
        hers.handle = handle;
        assert_eq!(code(added.unwrap_err()), "passkey-here");
        let id = passkey::list(house, &mira).await.unwrap()[0].id.to_string();
        assert_eq!(code(passkey::rename(house, &ona, &id, "mine").await.unwrap_err()), "passkey-unknown");
        assert_eq!(code(passkey::remove(house, &ona, &id).await.unwrap_err()), "passkey-unknown");
        passkey::rename(house, &mira, &id, "the blue one").await.unwrap();
        // Ended only by whoever has just shown a factor; then it opens nothing.
        fresh.world.pass_seconds(700);
        assert_eq!(code(passkey::remove(house, &mira, &id).await.unwrap_err()), "second-factor-stale");
        assert_eq!(code(passkey::ask_add(house, &mira, &site()).await.unwrap_err()), "second-factor-stale");
        let codes = app::second_factor::offer(house, &mira).await.map(drop);
        assert_eq!(code(codes.unwrap_err()), "second-factor-stale", "nor is another factor brought along");
        let ask = passkey::ask_show(house, &mira, &site()).await.unwrap();
        let fresh_answer = hers.show(&ask, Slip::None);
        let token = passkey::show(house, &mira, &site(), &fresh_answer).await.unwrap();
        let mira = session::visitor(house, &token).await.unwrap().unwrap();
        let token = passkey::remove(house, &mira, &id).await.unwrap();
        let mira = session::visitor(house, &token).await.unwrap().unwrap();
        assert_eq!((mira.sign_in.passkeys, mira.second_factor(house.now())), (0, Second::None));
        let ask = passkey::ask_enter(house, &site(), "v").await.unwrap();
        let refused = passkey::enter(house, &site(), "v", &hers.show(&ask, Slip::None), "", None).await;
        assert_eq!(code(refused.unwrap_err()), "passkey-unknown");
    }
}
