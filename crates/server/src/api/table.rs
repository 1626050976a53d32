//! Every address of the API.
//!
//! A line has the path, the operation's name, what it does, what a key has to be for, and the function. What follows it:
//! `made` makes something new, `money` moves or promises money, `reads` records nothing, `file` takes a file, `long` takes
//! long. It is one piece because it is the list that the document, the walls and their tests are made from.

use super::route::Scope::{Catalogue, Consent, Listen, Money, Public, Read, Session, SetLists};
use super::route::{Route, get, post};
use super::{
    account, brief, claim, consent, deal, figures, heard, house, institution, licence, mail_in, member,
    party, payout, policy, pot, recording, run, selection, set_list, share_offer, statement, webhook,
};

/// Every address.
pub(crate) fn table() -> Vec<Route> {
    let groups = [
        people(),
        own_doors(),
        catalogue(),
        nights(),
        sharing(),
        paying(),
        consents(),
        institutions(),
        listening(),
        brands(),
        running(),
    ];
    groups.into_iter().flatten().collect()
}

fn people() -> Vec<Route> {
    vec![
        get(
            "/parties/{party}/share-offers",
            "shareOffers",
            "Parts of shares offered to and by a party.",
            Read,
            share_offer::list,
        ),
        post(
            "/parties/{party}/share-offers",
            "offerShare",
            "Offers a part of a share to a collaborator.",
            Money,
            share_offer::offer,
        )
        .made()
        .money(),
        post(
            "/parties/{party}/share-offers/{share_offer}/answer",
            "answerShareOffer",
            "Confirms, refuses or takes back an offer.",
            Money,
            share_offer::answer,
        )
        .money(),
        get(
            "/parties/{party}/played",
            "playedSets",
            "Sets in which a party's recordings were played.",
            Read,
            share_offer::played,
        ),
        post("/parties/{party}/thanks", "thank", "Thanks whoever played.", Catalogue, share_offer::thank)
            .made(),
        get(
            "/parties/{party}/webhooks",
            "webhooks",
            "Where a party's programs are told what happened; `house` for the house.",
            Read,
            webhook::list,
        ),
        post(
            "/parties/{party}/webhooks",
            "addWebhook",
            "Adds a webhook; its secret is told once.",
            Catalogue,
            webhook::add,
        )
        .made(),
        post(
            "/parties/{party}/webhooks/{webhook}/rotate",
            "rotateWebhook",
            "Gives a webhook a new secret, told once.",
            Catalogue,
            webhook::rotate,
        ),
        post(
            "/parties/{party}/webhooks/{webhook}/test",
            "testWebhook",
            "Sends a message to see whether it arrives.",
            Catalogue,
            webhook::test,
        ),
        post(
            "/parties/{party}/webhooks/{webhook}/remove",
            "removeWebhook",
            "Ends a webhook.",
            Catalogue,
            webhook::remove,
        ),
        get(
            "/parties/{party}/webhooks/{webhook}/deliveries",
            "deliveries",
            "The messages of a webhook.",
            Read,
            webhook::deliveries,
        ),
        post(
            "/parties/{party}/deliveries/{delivery}/replay",
            "replayDelivery",
            "Sends a message again.",
            Catalogue,
            webhook::replay,
        ),
        get("/me", "me", "Who calls, and for whom.", Read, party::me),
        get("/keys", "keys", "The caller's keys.", Read, house::keys),
        post(
            "/keys",
            "makeKey",
            "Makes a key for programs; its secret is told once.",
            Session,
            house::make_key,
        )
        .made(),
        post("/keys/{key}/end", "endKey", "Ends a key.", Session, house::end_key),
        get("/parties", "parties", "All parties, for the house.", Read, party::list),
        post("/parties", "registerParty", "Registers a party.", Catalogue, party::register).made(),
        get("/parties/{party}", "party", "A party.", Read, party::one),
        post(
            "/parties/{party}/aliases",
            "addAlias",
            "Gives a party another name.",
            Catalogue,
            party::add_alias,
        ),
        post(
            "/parties/{party}/aliases/remove",
            "removeAlias",
            "Takes a name from a party.",
            Catalogue,
            party::remove_alias,
        ),
        get("/parties/{party}/balance", "balance", "What a party has.", Read, party::balance),
        get("/parties/{party}/shares", "partyShares", "The shares a party holds.", Read, party::shares),
        get("/parties/{party}/payouts", "partyPayouts", "The payouts to a party.", Read, party::payouts),
        get(
            "/parties/{party}/contributions",
            "partyContributions",
            "What a party promised and paid.",
            Read,
            pot::own,
        ),
        get(
            "/parties/{party}/bank-details",
            "bankDetails",
            "Where a party's money goes, masked.",
            Read,
            party::bank_details,
        ),
        post(
            "/parties/{party}/bank-details",
            "setBankDetails",
            "Says where a party's money goes; a change waits.",
            Money,
            party::set_bank_details,
        )
        .money(),
        post(
            "/parties/{party}/withholding",
            "setWithholding",
            "Says what tax is kept back.",
            Money,
            party::withhold,
        )
        .money(),
        post(
            "/parties/{party}/advances",
            "payAdvance",
            "Pays an advance from a fund.",
            Money,
            party::advance,
        )
        .made()
        .money(),
        post("/parties/{party}/plan", "setPlan", "Notes or ends a standing promise.", SetLists, party::plan)
            .money(),
        get(
            "/parties/{party}/statements",
            "statements",
            "What a party is told about a period, signed.",
            Read,
            statement::make,
        ),
        get(
            "/parties/{party}/invoices",
            "invoices",
            "The invoices issued in a party's name.",
            Read,
            statement::invoices,
        ),
        get(
            "/parties/{party}/invoices/{number}",
            "invoice",
            "An invoice issued in a party's name.",
            Read,
            statement::one_invoice,
        ),
        get(
            "/parties/{party}/heard",
            "heard",
            "What was counted of a party's recordings.",
            Read,
            heard::heard_of,
        ),
        post(
            "/parties/{party}/appeals",
            "appeal",
            "Appeals against what was set aside.",
            Catalogue,
            heard::appeal,
        )
        .made(),
        post(
            "/parties/{party}/invitations",
            "inviteClaimant",
            "Makes a link to pass on to whose name it is.",
            Catalogue,
            claim::invite,
        )
        .made(),
        get("/credits", "searchCredits", "Whether a name is credited here.", Public, claim::search),
        post("/claims", "openClaim", "Claims a name.", Catalogue, claim::open).made(),
        get("/claims", "claims", "All claims, for the house.", Read, claim::list),
        post(
            "/claims/{claim}/accept",
            "acceptClaim",
            "Accepts a claim; its money is released.",
            Money,
            claim::accept,
        )
        .money(),
        post("/claims/{claim}/refuse", "refuseClaim", "Refuses a claim.", Catalogue, claim::refuse),
        post(
            "/parties/{party}/dispute/settle",
            "settleDispute",
            "Settles what was frozen.",
            Catalogue,
            claim::settle,
        ),
        post(
            "/claims/{claim}/dispute",
            "disputeClaim",
            "Freezes what is contradicted.",
            Catalogue,
            claim::dispute,
        ),
    ]
}

fn own_doors() -> Vec<Route> {
    vec![
        post("/me/name", "setMyName", "How the caller is addressed.", Session, account::set_name),
        post(
            "/me/password",
            "setMyPassword",
            "Sets a password, or takes it away.",
            Session,
            account::set_password,
        ),
        get("/me/sessions", "mySessions", "The caller's sessions.", Read, account::sessions),
        post("/me/sessions/{session}/end", "endMySession", "Ends a session.", Session, account::end_session),
        post(
            "/me/other-sessions/end",
            "endMyOtherSessions",
            "Ends all sessions but this one.",
            Session,
            account::end_other_sessions,
        ),
        post(
            "/me/second-factor",
            "offerSecondFactor",
            "Offers a second factor; it counts once a code was shown.",
            Session,
            account::offer_second_factor,
        ),
        post(
            "/me/second-factor/confirm",
            "confirmSecondFactor",
            "Lets the offered second factor count.",
            Session,
            account::confirm_second_factor,
        ),
        post(
            "/me/second-factor/show",
            "showSecondFactor",
            "Shows the second factor, for what matters.",
            Session,
            account::show_second_factor,
        ),
        post(
            "/me/second-factor/remove",
            "removeSecondFactor",
            "Takes the second factor away.",
            Session,
            account::remove_second_factor,
        ),
        get("/me/passkeys", "passkeys", "The caller's passkeys.", Read, account::passkeys),
        post(
            "/me/passkeys/begin",
            "beginPasskey",
            "What a browser is told to make a passkey.",
            Session,
            account::begin_passkey,
        ),
        post(
            "/me/passkeys",
            "addPasskey",
            "Keeps the passkey that a browser made.",
            Session,
            account::add_passkey,
        )
        .made(),
        post(
            "/me/passkeys/{passkey}/name",
            "renamePasskey",
            "Gives a passkey another name.",
            Session,
            account::rename_passkey,
        ),
        post("/me/passkeys/{passkey}/end", "endPasskey", "Ends a passkey.", Session, account::end_passkey),
    ]
}

fn catalogue() -> Vec<Route> {
    vec![
        get("/recordings", "recordings", "The catalogue, by id.", Read, recording::list),
        get("/recordings/{recording}", "recording", "A recording.", Read, recording::one),
        get(
            "/recordings/{recording}/shares",
            "recordingShares",
            "Who holds a recording, for the house.",
            Read,
            recording::shares,
        ),
        get(
            "/recordings/{recording}/similar",
            "similarRecordings",
            "What is near a recording, and why.",
            Public,
            recording::similar,
        ),
        get(
            "/recordings/{recording}/consents",
            "recordingConsents",
            "What AI may do with a recording today.",
            Public,
            consent::of_recording,
        ),
        get("/voyage", "voyage", "Where a name leads.", Public, recording::voyage),
        post("/shares", "setShare", "Sets a share of a recording.", Catalogue, recording::set_share).made(),
        post(
            "/catalogue/imports",
            "importCatalogue",
            "Reads a document with recordings.",
            Catalogue,
            recording::import,
        )
        .long()
        .file(),
        get(
            "/parties/{party}/tracks",
            "tracks",
            "A party's tracks before their release.",
            Read,
            recording::registered,
        ),
        post(
            "/parties/{party}/tracks",
            "registerTrack",
            "Registers a track before its release.",
            Catalogue,
            recording::register,
        )
        .made(),
        post(
            "/parties/{party}/tracks/{recording}/release",
            "releaseTrack",
            "Says what a track was released as.",
            Catalogue,
            recording::release,
        ),
    ]
}

fn nights() -> Vec<Route> {
    vec![
        get(
            "/parties/{party}/mail-address",
            "mailAddress",
            "Where a party's set lists may be mailed to.",
            SetLists,
            mail_in::address,
        ),
        post(
            "/parties/{party}/mail-address",
            "renewMailAddress",
            "Makes a private address; one before ends.",
            SetLists,
            mail_in::renew,
        ),
        post(
            "/parties/{party}/mail-address/end",
            "endMailAddress",
            "Ends the private address.",
            SetLists,
            mail_in::end,
        ),
        get(
            "/parties/{party}/mailed-lists",
            "mailedLists",
            "Lists that came by mail and wait.",
            SetLists,
            mail_in::list,
        ),
        get(
            "/parties/{party}/mailed-lists/{mailed}",
            "mailedList",
            "A list that came by mail, with its file.",
            SetLists,
            mail_in::one,
        ),
        post(
            "/parties/{party}/mailed-lists/{mailed}/drop",
            "dropMailedList",
            "Puts aside a list that came by mail.",
            SetLists,
            mail_in::drop_one,
        ),
        get("/set-lists", "setLists", "Set lists, the caller's own.", Read, set_list::list),
        post(
            "/set-lists",
            "submitSetList",
            "Hands in a set list, and gives with it.",
            SetLists,
            set_list::submit,
        )
        .made()
        .money()
        .file(),
        get("/set-lists/{set_list}", "setList", "A set list with its lines.", Read, set_list::one),
        get("/set-lists/{set_list}/doubts", "doubts", "Lines that need a person.", Read, set_list::doubts),
        post(
            "/set-lists/{set_list}/lines/{line}/settle",
            "settleLine",
            "Says what a line is.",
            SetLists,
            set_list::settle,
        ),
        post(
            "/set-lists/{set_list}/lines/{line}/take-back",
            "takeBackLine",
            "Takes back what was said of a line.",
            SetLists,
            set_list::take_back,
        ),
        post(
            "/set-lists/{set_list}/visibility",
            "showSetListAs",
            "Says what others see of a list.",
            SetLists,
            set_list::show_as,
        ),
        post(
            "/set-lists/{set_list}/proofs",
            "proveParticipation",
            "Issues a participation proof.",
            SetLists,
            set_list::prove,
        )
        .made(),
    ]
}

fn sharing() -> Vec<Route> {
    vec![
        get("/pots", "pots", "All pots with their sums, for the house.", Read, pot::list),
        post("/pots", "openPot", "Opens a pot.", Money, pot::open).made().money(),
        get("/pots/{pot}", "pot", "A pot with its sums.", Read, pot::one),
        post("/pots/{pot}/close", "closePot", "Closes a pot to further promises.", Money, pot::close).money(),
        post("/pots/{pot}/contributions", "contribute", "Promises money to a pot.", Money, pot::contribute)
            .made()
            .money(),
        post(
            "/pots/{pot}/adjust",
            "adjustPot",
            "Drafts what changed since a pot was shared.",
            Money,
            run::adjust,
        )
        .made()
        .money(),
        post(
            "/contributions/{reference}/receive",
            "receiveContribution",
            "Books money that arrived without a bank message.",
            Money,
            pot::receive,
        )
        .money(),
        get("/runs", "runs", "All runs, for the house.", Read, run::list),
        post("/runs", "draftRun", "Shares pots, as a draft.", Money, run::draft).made().money(),
        get("/runs/{run}", "run", "A run with its lines.", Read, run::one),
        post("/runs/{run}/approve", "approveRun", "Approves a draft: it is posted.", Money, run::approve)
            .money(),
        post("/runs/{run}/drop", "dropRun", "Drops a draft.", Money, run::drop_draft).money(),
        post("/runs/{run}/reverse", "reverseRun", "Drafts the negative of a run.", Money, run::reverse)
            .made()
            .money(),
        get("/rules", "rules", "The rules that ship, in words.", Public, run::rules),
        get("/rules/{rule}", "rule", "A rule in words.", Public, run::rule),
        post(
            "/comparisons",
            "compareRules",
            "Shares a pot by several rules; nothing is posted.",
            Read,
            run::compared,
        )
        .reads(),
        get(
            "/explanations/{id}",
            "explain",
            "Walks an amount back to where it came from.",
            Read,
            run::explain,
        ),
        get("/guards", "guards", "What guards hold, for the house.", Read, heard::flags),
        post(
            "/guards/{flag}/decide",
            "decideGuard",
            "Decides what a guard holds.",
            Money,
            heard::decide_flag,
        )
        .money(),
        get("/appeals", "appeals", "All appeals, for the house.", Read, heard::appeals),
        post("/appeals/{appeal}/decide", "decideAppeal", "Decides an appeal.", Money, heard::decide_appeal)
            .money(),
    ]
}

fn paying() -> Vec<Route> {
    vec![
        get("/payout-batches", "payoutBatches", "All batches, for the house.", Read, payout::list),
        post("/payout-batches", "preparePayouts", "Reserves everything that is due.", Money, payout::prepare)
            .made()
            .money(),
        get("/payout-preview", "payoutPreview", "What a batch would do now.", Read, payout::preview),
        post(
            "/payout-batches/{batch}/approve",
            "approvePayouts",
            "Approves a batch: never by who prepared it.",
            Money,
            payout::approve,
        )
        .money(),
        post(
            "/payout-batches/{batch}/drop",
            "dropPayouts",
            "Drops a batch that was not exported.",
            Money,
            payout::drop_batch,
        )
        .money(),
        post(
            "/payout-batches/{batch}/export",
            "exportPayouts",
            "Writes the file of a batch for the bank.",
            Money,
            payout::export,
        )
        .money(),
        post("/bank-messages", "importBankMessage", "Reads what the bank says.", Money, payout::import)
            .money()
            .file(),
        get(
            "/bank-lines",
            "bankLines",
            "Lines of the bank without a reference we know.",
            Read,
            payout::unreferenced,
        ),
        post(
            "/bank-lines/{bank_line}/assign",
            "assignBankLine",
            "Says what a line of the bank is for.",
            Money,
            payout::assign,
        )
        .money(),
        post(
            "/suspense/{item}/refund",
            "refund",
            "Prepares money to go back to its sender.",
            Money,
            payout::refund,
        )
        .money(),
        post(
            "/suspense/clocks",
            "runClocks",
            "Moves what waited and whose clock has run out.",
            Money,
            payout::clocks,
        )
        .money(),
    ]
}

fn consents() -> Vec<Route> {
    vec![
        get(
            "/parties/{party}/consents",
            "consentStanding",
            "What a holder allows now, use by use.",
            Read,
            consent::standing,
        ),
        post(
            "/parties/{party}/consents",
            "sayConsent",
            "Says what AI may do; what lifts a refusal waits.",
            Consent,
            consent::say,
        )
        .made(),
        get(
            "/parties/{party}/consents/statements",
            "consentStatements",
            "What a holder said, as it stands in the log.",
            Read,
            consent::statements,
        ),
        post(
            "/parties/{party}/consents/statements/{statement}/withdraw",
            "withdrawConsent",
            "Withdraws a statement.",
            Consent,
            consent::withdraw,
        ),
        get(
            "/parties/{party}/consents/waits",
            "consentWaits",
            "What waits for a code or for time.",
            Read,
            consent::waits,
        ),
        post(
            "/parties/{party}/consents/waits/{wait}/confirm",
            "confirmConsent",
            "Confirms what waits by its code.",
            Consent,
            consent::confirm,
        ),
        post(
            "/parties/{party}/consents/waits/{wait}/stop",
            "stopConsent",
            "Stops what waits.",
            Consent,
            consent::stop,
        ),
        post(
            "/consent/decisions",
            "decideConsent",
            "Answers one question with everything that proves it.",
            Read,
            consent::decide,
        )
        .reads(),
        post("/consent/checks", "checkReceipt", "Checks a receipt.", Public, consent::check).reads().file(),
        post(
            "/consent/audits",
            "auditConsents",
            "Answers each row of a small manifest.",
            Read,
            consent::audit,
        )
        .reads(),
        get("/offers", "offers", "Offers to licensees.", Read, licence::offers),
        get("/parties/{party}/offers", "partyOffers", "A holder's offers.", Read, licence::own_offers),
        post(
            "/parties/{party}/offers",
            "makeOffer",
            "Makes an offer, signed and logged.",
            Consent,
            licence::make_offer,
        )
        .made(),
        post(
            "/parties/{party}/offers/{offer}/withdraw",
            "withdrawOffer",
            "Withdraws an offer.",
            Consent,
            licence::withdraw_offer,
        ),
        get(
            "/parties/{party}/licences",
            "licences",
            "The licences of a holder or licensee.",
            Read,
            licence::licences,
        ),
        get("/parties/{party}/licences/{licence}", "licence", "A licence.", Read, licence::licence),
        post(
            "/parties/{party}/licences",
            "signLicences",
            "Accepts offers: licences are signed and money is due.",
            Money,
            licence::accept,
        )
        .made()
        .money(),
        post("/parties/{party}/quotes", "quoteLicences", "What a use would cost.", Read, licence::quote_of),
        get(
            "/parties/{party}/licence-reports",
            "licenceReports",
            "What outputs were made from.",
            Read,
            licence::reports,
        ),
        post(
            "/parties/{party}/licence-reports",
            "reportOutputs",
            "Reports what outputs were made from.",
            Money,
            licence::hand_in,
        )
        .made()
        .money()
        .file(),
        post("/parties/{party}/contests", "contestReport", "Objects to a report.", Consent, licence::contest)
            .made(),
        get(
            "/parties/{party}/signing-keys",
            "signingKeys",
            "Keys with which a licensee signs.",
            Read,
            licence::party_keys,
        ),
        post(
            "/parties/{party}/signing-keys",
            "addSigningKey",
            "Binds a key of a licensee's own.",
            Consent,
            licence::add_party_key,
        )
        .made(),
        get("/parties/{party}/permits", "permits", "The permits of a tool.", Read, licence::permits),
        post(
            "/parties/{party}/permits",
            "givePermit",
            "Gives a tool a short-lived permit.",
            Consent,
            licence::give_permit,
        )
        .made(),
        get(
            "/parties/{party}/violations",
            "violations",
            "What went beyond licences.",
            Read,
            licence::violations,
        ),
        get("/parties/{party}/imitations", "imitations", "Reports of imitations.", Read, licence::imitations),
        post(
            "/parties/{party}/imitations",
            "reportImitation",
            "Reports an imitation.",
            Consent,
            licence::bring,
        )
        .made(),
        post(
            "/parties/{party}/imitations/{imitation}/answer",
            "answerImitation",
            "Answers a report of an imitation.",
            Consent,
            licence::answer,
        ),
        get("/log", "log", "The public log.", Public, figures::log_status),
        get(
            "/log/checkpoints",
            "checkpoints",
            "Signed checkpoints of the log.",
            Public,
            figures::checkpoints,
        ),
        get(
            "/log/receipts/{kind}/{subject}",
            "logReceipt",
            "The inclusion proof of an entry.",
            Read,
            figures::receipt,
        ),
    ]
}

fn institutions() -> Vec<Route> {
    vec![
        get("/institutions", "institutions", "All institutions, for the house.", Read, institution::list),
        get("/institutions/{party}", "institution", "An institution.", Read, institution::one),
        post(
            "/institutions/{party}",
            "noteInstitution",
            "Notes what a party is as an institution.",
            Catalogue,
            institution::note,
        ),
        post(
            "/institutions/{party}/slug",
            "nameInstitution",
            "Gives an institution another name in addresses.",
            Catalogue,
            institution::set_slug,
        ),
        get(
            "/institutions/{party}/contracts",
            "contracts",
            "An institution's contracts.",
            Read,
            institution::contracts,
        ),
        post("/contracts", "agreeContract", "Agrees on a contract.", Money, institution::agree)
            .made()
            .money(),
        post(
            "/contracts/{contract}/notice",
            "giveNotice",
            "Gives notice of a contract.",
            Money,
            institution::notice,
        )
        .money(),
        post(
            "/contracts/{contract}/invoices",
            "issueInvoice",
            "Issues an invoice.",
            Money,
            institution::issue,
        )
        .made()
        .money(),
        post(
            "/institution-invoices/{number}/credit",
            "creditInvoice",
            "Credits an invoice.",
            Money,
            institution::credit,
        )
        .made()
        .money(),
        post("/vat-rates", "setVatRate", "Sets a rate of tax.", Money, institution::set_vat_rate).money(),
        get("/institutions/{party}/seats", "seats", "An institution's seats.", Read, institution::seats),
        get(
            "/institutions/{party}/statistics",
            "statistics",
            "What was heard, in figures of COUNTER.",
            Read,
            institution::statistics,
        ),
        get(
            "/institutions/{party}/invoices",
            "institutionInvoices",
            "An institution's invoices.",
            Read,
            institution::invoices,
        ),
        get(
            "/institutions/{party}/money",
            "institutionMoney",
            "Where an institution's money went, and what stayed here.",
            Read,
            institution::money,
        ),
        get(
            "/institutions/{party}/invitations",
            "memberInvitations",
            "Codes by which people join.",
            Read,
            institution::invitations,
        ),
        post(
            "/institutions/{party}/invitations",
            "inviteMembers",
            "Makes a code by which people join; it is told once.",
            Catalogue,
            institution::invite,
        )
        .made(),
        post(
            "/institutions/{party}/invitations/{invitation}/end",
            "endInvitation",
            "Ends a code.",
            Catalogue,
            institution::end_invitation,
        ),
        get(
            "/institutions/{party}/selections",
            "ownSelections",
            "An institution's selections.",
            Read,
            selection::list,
        ),
        post(
            "/institutions/{party}/selections",
            "writeSelection",
            "Writes a selection.",
            Catalogue,
            selection::write,
        )
        .made(),
        post(
            "/institutions/{party}/selections/{selection}/status",
            "setSelectionStatus",
            "Shows or ends a selection.",
            Catalogue,
            selection::set_status,
        ),
        get(
            "/institutions/{party}/agenda",
            "agenda",
            "What happens at an institution.",
            Read,
            selection::agenda,
        ),
        post(
            "/institutions/{party}/agenda",
            "addHappening",
            "Adds what will happen.",
            Catalogue,
            selection::add_happening,
        )
        .made(),
        post(
            "/institutions/{party}/agenda/{entry}/remove",
            "removeHappening",
            "Removes what will not happen.",
            Catalogue,
            selection::remove_happening,
        ),
        post(
            "/institutions/{party}/selections/{selection}/picture",
            "setSelectionPicture",
            "Shows a picture with a selection.",
            Catalogue,
            selection::set_picture,
        )
        .file(),
        get("/selections", "selections", "Selections that are shown.", Public, selection::public),
        get("/selections/{slug}", "selection", "A selection that is shown.", Public, selection::one_public),
        get("/partners", "partners", "The directory of institutions.", Public, institution::directory),
    ]
}

fn listening() -> Vec<Route> {
    vec![
        get("/member", "membership", "The caller's membership.", Listen, member::membership),
        post("/member/join", "join", "Joins an institution by a code.", Listen, member::join),
        post(
            "/member/leave",
            "leave",
            "Leaves an institution; what was kept is forgotten.",
            Listen,
            member::leave,
        ),
        get("/member/favourites", "favourites", "What the member likes.", Listen, member::favourites),
        post("/member/favourites", "favour", "Likes something, or no more.", Listen, member::favour),
        get("/member/playlists", "playlists", "The member's playlists.", Listen, member::playlists),
        post("/member/playlists", "makePlaylist", "Makes a playlist.", Listen, member::make_playlist).made(),
        get("/member/playlists/{playlist}", "playlist", "A playlist.", Listen, member::playlist),
        post(
            "/member/playlists/{playlist}",
            "changePlaylist",
            "Changes a playlist.",
            Listen,
            member::change_playlist,
        ),
        post(
            "/member/playlists/{playlist}/drop",
            "dropPlaylist",
            "Drops a playlist.",
            Listen,
            member::drop_playlist,
        ),
        get(
            "/member/history",
            "history",
            "What the member heard; only they see it.",
            Listen,
            member::history,
        ),
        post("/member/history/forget", "forgetHistory", "Forgets what was heard.", Listen, member::forget),
        get(
            "/member/money",
            "seatMoney",
            "Where the money of the member's seat went.",
            Listen,
            member::seat_money,
        ),
        post(
            "/member/history/training",
            "setTraining",
            "Whether what is heard may train the house's programs.",
            Listen,
            member::set_training,
        ),
        get(
            "/member/player-keys",
            "playerKeys",
            "Passwords and keys for players.",
            Listen,
            member::player_keys,
        ),
        post(
            "/member/player-keys",
            "makePlayerKey",
            "Makes a password or key for a player; its secret is told once.",
            Session,
            member::make_player_key,
        )
        .made(),
        post(
            "/member/player-keys/{player_key}/end",
            "endPlayerKey",
            "Revokes a password or key for a player.",
            Listen,
            member::end_player_key,
        ),
        get("/me/export", "exportMe", "Everything that is known of the caller.", Listen, member::export),
        post("/me/erase", "eraseMe", "Erases the caller's access and what was kept.", Session, member::erase),
    ]
}

fn brands() -> Vec<Route> {
    vec![
        get("/briefs", "allBriefs", "All briefs, for the house.", Read, brief::all),
        get("/parties/{party}/briefs", "briefs", "A brand's briefs.", Read, brief::list),
        post("/parties/{party}/briefs", "writeBrief", "Writes a brief.", Catalogue, brief::write).made(),
        post(
            "/parties/{party}/briefs/{brief}/publish",
            "publishBrief",
            "Publishes a brief: artists are asked.",
            Catalogue,
            brief::publish,
        ),
        post(
            "/parties/{party}/briefs/{brief}/withdraw",
            "withdrawBrief",
            "Withdraws a brief.",
            Catalogue,
            brief::withdraw,
        ),
        get(
            "/parties/{party}/briefs/{brief}/answers",
            "briefAnswers",
            "Who said yes to a brief.",
            Read,
            brief::answers,
        ),
        post(
            "/parties/{party}/briefs/{brief}/choose",
            "chooseArtist",
            "Chooses an artist: a contract is drawn up.",
            Money,
            brief::choose,
        )
        .made()
        .money(),
        get(
            "/parties/{party}/brief-invitations",
            "briefInvitations",
            "Briefs that an artist is asked about.",
            Read,
            brief::invitations,
        ),
        post(
            "/parties/{party}/brief-invitations/{brief}/answer",
            "answerBrief",
            "Says yes or no to a brief.",
            Catalogue,
            brief::answer_brief,
        ),
        get(
            "/parties/{party}/deals",
            "deals",
            "A party's contracts with brands or artists.",
            Read,
            brief::deals,
        ),
        get("/parties/{party}/deals/{deal}", "deal", "A contract.", Read, brief::one_deal),
        post("/parties/{party}/deals/{deal}/sign", "signDeal", "Signs a contract.", Money, brief::sign)
            .money(),
        post(
            "/parties/{party}/deals/{deal}/milestones/{place}/submit",
            "submitWork",
            "Shows what was made.",
            Catalogue,
            brief::submit,
        ),
        post(
            "/parties/{party}/deals/{deal}/milestones/{place}/accept",
            "acceptWork",
            "Accepts what was made: it is paid.",
            Money,
            brief::accept,
        )
        .money(),
        post(
            "/parties/{party}/deals/{deal}/milestones/{place}/send-back",
            "sendBackWork",
            "Sends back what was made.",
            Catalogue,
            brief::send_back,
        ),
        post(
            "/parties/{party}/briefs/{brief}/invite",
            "inviteArtist",
            "Asks an artist about a brief.",
            Catalogue,
            deal::invite,
        ),
        post(
            "/parties/{party}/brief-invitations/{brief}/pitch",
            "pitch",
            "Says something to a brief without being asked.",
            Catalogue,
            deal::pitch,
        ),
        post(
            "/parties/{party}/deals/{deal}/revise",
            "reviseDeal",
            "Writes a contract anew before it is signed.",
            Catalogue,
            deal::revise,
        ),
        post(
            "/parties/{party}/deals/{deal}/orders",
            "orderUnderDeal",
            "Orders under a framework.",
            Money,
            deal::order,
        )
        .made()
        .money(),
        post(
            "/parties/{party}/deals/{deal}/milestones/{place}/dispute",
            "disputeWork",
            "Disputes a milestone: it is frozen, and no other.",
            Catalogue,
            brief::open_dispute,
        ),
        post(
            "/parties/{party}/deals/{deal}/milestones/{place}/evidence",
            "sayToDispute",
            "Says something to a dispute; the other side and the house read it.",
            Catalogue,
            brief::evidence,
        ),
        get("/deal-disputes", "dealDisputes", "Disputed milestones, for the house.", Read, brief::disputes),
        post(
            "/deals/{deal}/milestones/{place}/settle",
            "settleWorkDispute",
            "Settles a dispute for the house: so much is paid, the rest goes back.",
            Money,
            brief::settle,
        )
        .money(),
        post(
            "/parties/{party}/deals/{deal}/cancel",
            "cancelDeal",
            "Cancels a contract: what it says is paid, the rest goes back.",
            Money,
            brief::cancel,
        )
        .money(),
        post(
            "/parties/{party}/deals/{deal}/figures",
            "measureDeal",
            "Notes a raw figure of what was agreed to be measured.",
            Catalogue,
            brief::measure,
        ),
        get(
            "/parties/{party}/brand-invoices",
            "brandInvoices",
            "Invoices to a brand and credit notes, with their electronic form.",
            Read,
            brief::invoices,
        ),
        get("/field", "field", "What the field is told of briefs and prices.", Public, brief::field_figures),
        get(
            "/session-grants",
            "sessionGrants",
            "Sessions given to emerging artists, with how each was chosen.",
            Public,
            brief::grants,
        ),
        post(
            "/session-grants",
            "giveSessions",
            "Draws and gives sessions from the solidarity fund, for the house.",
            Money,
            brief::give_grants,
        )
        .made()
        .money(),
        get(
            "/parties/{party}/session-grants",
            "drawnSessions",
            "Selections in which an artist could be chosen, with their logs.",
            Read,
            brief::drawn,
        ),
        post(
            "/parties/{party}/deals/{deal}/labels",
            "labelSelection",
            "Labels a selection that a brand paid for.",
            Catalogue,
            deal::label,
        ),
        get(
            "/parties/{party}/brand-mandates",
            "brandMandates",
            "Mandates of agencies, given and held.",
            Read,
            deal::mandates,
        ),
        post(
            "/parties/{party}/brand-mandates",
            "giveBrandMandate",
            "Gives an agency a mandate.",
            Consent,
            deal::give_mandate,
        )
        .made(),
        post(
            "/parties/{party}/brand-mandates/{brand_mandate}/end",
            "endBrandMandate",
            "Takes a mandate back.",
            Consent,
            deal::end_mandate,
        ),
        get(
            "/parties/{party}/contact",
            "contact",
            "How a party can be reached for a contract.",
            Read,
            deal::contact,
        ),
        post(
            "/parties/{party}/contact",
            "setContact",
            "Notes how a party can be reached for a contract.",
            Catalogue,
            deal::set_contact,
        ),
        get("/parties/{party}/brief-terms", "briefTerms", "An artist's own terms.", Read, brief::own_terms),
        post(
            "/parties/{party}/brief-terms",
            "setBriefTerms",
            "Sets an artist's own terms.",
            Catalogue,
            brief::set_terms,
        ),
        get(
            "/parties/{party}/exposure",
            "exposure",
            "How an artist was shown to brands.",
            Read,
            brief::exposure,
        ),
    ]
}

fn running() -> Vec<Route> {
    vec![
        get("/figures", "figures", "What came in, what went out, in public.", Public, figures::public),
        get(
            "/territories/{code}",
            "territory",
            "What stayed in a territory, for the house.",
            Read,
            figures::of_territory,
        ),
        get("/places", "places", "The places that can be asked for.", Public, figures::places),
        post(
            "/places/wishes",
            "wishForPlace",
            "Asks for a place to take part; only a count is kept.",
            Public,
            figures::wish,
        ),
        get("/doctor", "doctor", "Whether all is sound, for the house.", Read, house::examine),
        get("/jobs", "jobs", "Work that is done beside, for the house.", Read, house::jobs),
        post("/jobs/{job}/retry", "retryJob", "Tries a failed job again.", Catalogue, house::retry),
        get("/policies", "policies", "What the house decides by.", Read, house::policies),
        post("/policies", "setPolicy", "Sets what the house decides by.", Money, house::set_policy)
            .made()
            .money(),
        get(
            "/policy-changes",
            "policyChanges",
            "Changes that were announced, with what people say.",
            Public,
            policy::list,
        ),
        post(
            "/policy-changes",
            "announceChange",
            "Announces a change, dated before effect.",
            Money,
            policy::announce,
        )
        .made()
        .money(),
        post(
            "/policy-changes/{change}/comments",
            "commentChange",
            "Says something to a change.",
            Catalogue,
            policy::comment,
        )
        .made(),
        post(
            "/policy-changes/{change}/withdraw",
            "withdrawChange",
            "Withdraws a change that does not hold yet.",
            Money,
            policy::withdraw,
        )
        .money(),
        get("/journal", "journal", "Every act with who and when, for the house.", Read, house::journal),
    ]
}
