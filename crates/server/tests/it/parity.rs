//! Everything the pages do, the API does: each address that takes a form names the operations that do the same, or says
//! why there is none. A page without a line here is told, and so is a line without its page or its operation.

use std::collections::BTreeSet;

use serde_json::Value;

/// What a form has in the API.
enum Has {
    /// These operations do it.
    Does(&'static [&'static str]),
    /// None does, for this reason.
    No(&'static str),
}

use Has::{Does, No};

const DOOR: &str = "a door for people: a program comes in by a key";
const PLAYER: &str = "players say this under /rest and /1, which every player speaks";

const FORMS: &[(&str, Has)] = &[
    ("/set-list", Does(&["submitSetList"])),
    ("/set-list/shared", No("a telephone hands a file to the form; a program hands it in")),
    ("/set-list/answer", Does(&["submitSetList", "registerParty"])),
    ("/set-list/{id}/settle", Does(&["settleLine", "takeBackLine"])),
    ("/sets/{party}", Does(&["proveParticipation"])),
    ("/sets/{party}/mail", Does(&["renewMailAddress", "endMailAddress", "dropMailedList"])),
    ("/shares/{party}", Does(&["offerShare", "answerShareOffer"])),
    ("/tracks/{party}", Does(&["registerTrack", "releaseTrack"])),
    ("/thanks/{party}", Does(&["thank"])),
    ("/bank/{party}", Does(&["setBankDetails"])),
    ("/heard/{party}/appeal", Does(&["appeal"])),
    (
        "/webhooks/{party}",
        Does(&["addWebhook", "rotateWebhook", "testWebhook", "removeWebhook", "replayDelivery"]),
    ),
    ("/webhooks", Does(&["addWebhook", "removeWebhook"])),
    (
        "/account/webhooks",
        No("what is public is told to whoever acts for a party, too; an account is no party"),
    ),
    ("/consent/of/{party}", Does(&["sayConsent", "withdrawConsent", "confirmConsent", "stopConsent"])),
    ("/consent/mine/{token}", No("a link by mail for whoever has no access: it is the key, and works once")),
    ("/consent/check", Does(&["checkReceipt"])),
    ("/permit", Does(&["givePermit"])),
    (
        "/licence/{party}",
        Does(&["makeOffer", "withdrawOffer", "contestReport", "reportImitation", "answerImitation"]),
    ),
    ("/licensee/{party}", Does(&["signLicences", "addSigningKey", "reportOutputs", "givePermit"])),
    ("/licensee/{party}/audit", Does(&["auditConsents"])),
    ("/institution/{party}/invitations", Does(&["inviteMembers"])),
    ("/institution/{party}/invitations/end", Does(&["endInvitation"])),
    ("/institution/{party}/selections", Does(&["writeSelection"])),
    ("/institution/{party}/selections/{selection}/status", Does(&["setSelectionStatus"])),
    ("/institution/{party}/selections/{selection}/picture", Does(&["setSelectionPicture"])),
    ("/institution/{party}/agenda", Does(&["addHappening"])),
    ("/institution/{party}/agenda/remove", Does(&["removeHappening"])),
    ("/briefs/{party}/new", Does(&["writeBrief"])),
    ("/briefs/{party}/brief/{brief}/edit", Does(&["writeBrief"])),
    (
        "/briefs/{party}/brief/{brief}",
        Does(&["publishBrief", "withdrawBrief", "inviteArtist", "chooseArtist"]),
    ),
    ("/briefs/{party}/answer/{brief}", Does(&["answerBrief", "pitch"])),
    ("/briefs/{party}/terms", Does(&["setBriefTerms"])),
    ("/briefs/{party}/contact", Does(&["setContact"])),
    (
        "/briefs/{party}/contract/{deal}",
        Does(&[
            "signDeal",
            "reviseDeal",
            "orderUnderDeal",
            "submitWork",
            "acceptWork",
            "sendBackWork",
            "disputeWork",
            "sayToDispute",
            "cancelDeal",
            "measureDeal",
            "labelSelection",
        ]),
    ),
    ("/jobs", Does(&["retryJob"])),
    ("/guards", Does(&["decideGuard"])),
    ("/house/runs", Does(&["draftRun", "adjustPot"])),
    ("/house/run/{run}", Does(&["approveRun", "dropRun"])),
    ("/house/payouts", Does(&["preparePayouts", "approvePayouts", "dropPayouts"])),
    ("/house/suspense", Does(&["runClocks"])),
    ("/house/disputes", Does(&["acceptClaim", "refuseClaim", "disputeClaim", "settleDispute"])),
    ("/house/work", Does(&["settleWorkDispute"])),
    ("/house/grants", Does(&["giveSessions"])),
    ("/rules/announce", Does(&["announceChange"])),
    ("/rules/withdraw", Does(&["withdrawChange"])),
    ("/rules/comment", Does(&["commentChange"])),
    ("/places/wish", Does(&["wishForPlace"])),
    ("/claim", Does(&["openClaim"])),
    ("/game/{id}", No("opens a game in the browser that plays it")),
    ("/game/{id}/beat", No("the browser that plays a game says that it still does")),
    ("/sign-in", No(DOOR)),
    ("/sign-in/password", No(DOOR)),
    ("/sign-in/link/{token}", No(DOOR)),
    ("/sign-in/passkey", No(DOOR)),
    ("/enter/{institution}/card", No(DOOR)),
    ("/enter/{institution}/network", No(DOOR)),
    ("/sign-out", Does(&["endMySession"])),
    ("/second-factor", Does(&["showSecondFactor"])),
    ("/second-factor/passkey", No("a passkey is shown by the browser to the page that asked for it")),
    ("/join", Does(&["join"])),
    ("/account/name", Does(&["setMyName"])),
    ("/account/password", Does(&["setMyPassword"])),
    ("/account/sessions", Does(&["endMySession", "endMyOtherSessions"])),
    ("/account/keys", Does(&["makeKey"])),
    ("/account/keys/end", Does(&["endKey"])),
    ("/account/second-factor", Does(&["offerSecondFactor", "confirmSecondFactor"])),
    ("/account/second-factor/remove", Does(&["removeSecondFactor"])),
    ("/account/passkey", Does(&["beginPasskey", "addPasskey"])),
    ("/account/passkeys", Does(&["renamePasskey"])),
    ("/account/passkeys/end", Does(&["endPasskey"])),
    ("/account/leave", Does(&["leave"])),
    ("/account/erase", Does(&["eraseMe"])),
    ("/listen/star", Does(&["favour"])),
    ("/listen/lists", Does(&["makePlaylist"])),
    ("/listen/lists/add", Does(&["changePlaylist"])),
    ("/listen/list/{id}/out", Does(&["changePlaylist"])),
    ("/listen/list/{id}/name", Does(&["changePlaylist"])),
    ("/listen/list/{id}/drop", Does(&["dropPlaylist"])),
    ("/listen/history", Does(&["forgetHistory"])),
    ("/listen/history/training", Does(&["setTraining"])),
    ("/listen/players", Does(&["makePlayerKey"])),
    ("/listen/players/end", Does(&["endPlayerKey"])),
    ("/listen/said", No(PLAYER)),
    ("/listen/queue", No(PLAYER)),
    ("/oai", No("machines that harvest ask here by the protocol of their own, and change nothing")),
];

#[test]
fn every_form_of_the_pages_has_its_operation_or_a_reason() {
    let document: Value = serde_json::from_str(server::document()).unwrap();
    let items = document["paths"].as_object().unwrap().values();
    let operations: BTreeSet<&str> = items
        .flat_map(|item| item.as_object().unwrap().values())
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    let pages: BTreeSet<String> =
        crate::routes::pages().into_iter().filter(|r| r.posts).map(|r| r.path).collect();
    let told: BTreeSet<String> = FORMS.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(told.len(), FORMS.len(), "a form stands here twice");
    let missing: Vec<_> = pages.difference(&told).collect();
    assert!(missing.is_empty(), "no operation and no reason: {missing:?}");
    let gone: Vec<_> = told.difference(&pages).collect();
    assert!(gone.is_empty(), "no such form: {gone:?}");
    let mut reasons = 0;
    for (path, has) in FORMS {
        match has {
            Does(ids) => {
                assert!(!ids.is_empty(), "{path}");
                for id in *ids {
                    assert!(operations.contains(id), "{path}: there is no operation `{id}`");
                }
            }
            No(why) => {
                assert!(why.len() > 20, "{path}");
                reasons += 1;
            }
        }
    }
    assert!(reasons < FORMS.len() / 5, "{reasons} of {} forms have a reason only", FORMS.len());
}
