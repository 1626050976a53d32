# Passkeys, the house from inside, rules that change, shares with others, tracks, thanks, bank details.

nav-shares = Shares
nav-tracks = Tracks before release
nav-thanks = Thanks
nav-bank = Bank details
nav-sets = Past sets
nav-rules = Rules

passkeys-title = Passkeys
passkeys-what = A passkey lets you in with your finger, your face or your device’s code. No password, no mail, and it counts as the second factor.
passkey-since = since { $day }
passkey-copied-note = on several of your devices
passkey-change = Change
passkey-end = End this passkey
passkey-make = Add a passkey
passkey-make-title = Add a passkey
passkey-make-what = Your device asks for your finger, your face or its code, and keeps the key. All other browsers are signed out.
passkey-make-send = Add a passkey
passkey-show-send = Show a passkey
field-passkey-name = What you call it
passkey-name-hint = Such as the device it is on.
passkey-private = We keep what checks your passkey, never what signs, and nothing of your finger or face.
passkey-door-title = Sign in with a passkey
passkey-door-what = Your device asks for your finger, your face or its code.
passkey-not-here = Passkeys need an address with a name and TLS. This one has none yet.
passkey-other-ways = Other ways in
passkey-wait = Your device is asking …
passkey-failed = Nothing was shown. Try again, or come in by another way.
passkey-is-here = This device has a passkey for you already.
passkey-no-script = Passkeys need a browser that runs scripts. Every other way in works without.
sign-in-by-passkey = With a passkey
second-hint-paper = One of your codes on paper.
codes-passkey-what = Each works once in place of a passkey, for the day your device is lost. Print them or write them down now: they are not shown again.

house-title = The house
house-what = What waits for somebody’s decision.
house-log = The public log
house-runs = Runs
house-runs-count = { $count ->
    [0] No draft waits.
    [one] One draft to approve.
   *[other] { $count } drafts to approve.
}
house-payouts = Payouts
house-payouts-count = { $count ->
    [0] No batch waits.
    [one] One batch to approve.
   *[other] { $count } batches to approve.
}
house-suspense = Money that waits
house-suspense-count = { $count ->
    [0] No clock runs out within 30 days.
    [one] One clock runs out within 30 days.
   *[other] { $count } clocks run out within 30 days.
}
house-disputes = Claims and disputes
house-disputes-count = { $count ->
    [0] None open.
    [one] One open.
   *[other] { $count } open.
}
house-guards = Flags and appeals
house-guards-count = { $count ->
    [0] None open.
    [one] One open.
   *[other] { $count } open.
}
house-rules = Rules
house-rules-count = { $count ->
    [0] No change is announced.
    [one] One change is announced.
   *[other] { $count } changes are announced.
}

runs-drafts = To approve
runs-none = No draft waits.
runs-make = A new draft
runs-make-what = Shares every pot that has money and no draft. Nothing is booked before somebody approves.
runs-make-send = Make a draft
runs-done = Decided
runs-none-done = None yet.
run-allocation = Sharing
run-adjustment = Adjustment
run-reversal = Reversal
run-is-draft = draft
run-is-approved = approved
run-is-dropped = dropped
run-rule = Rule
run-pot = From pot
run-by = Drafted by
run-approved-by = Approved by
run-lines = Lines
run-beside = Beside the last one
run-last = The last run by this rule:
run-first = This is the first run by this rule.
run-payees = { $now ->
    [one] One payee
   *[other] { $now } payees
 } ({ $before } before): { $fresh } new, { $gone } no longer there.
run-changes = The largest changes
run-others = What waits or was deducted
run-who = Who
run-before = Before
run-now = Now
run-change = Change
run-total = All lines
run-decide = Your decision
run-decide-what = Approving books exactly these lines. It is never edited afterwards; a mistake is corrected by another run.
run-approve = Approve
run-drop = Drop this draft
run-hashes = Hashes
run-inputs = What went in:
run-outputs = What came out:

payouts-batches = Batches
payouts-none = No batch yet.
payouts-batch = Batch { $number }, { $count ->
    [one] one payout
   *[other] { $count } payouts
}
payouts-prepare = Prepare a batch
payouts-prepare-what = Reserves every balance that is due. Somebody else approves it.
payouts-prepare-send = Prepare
payouts-stay = What stays out, and why
payouts-prepared-by = Prepared by
payouts-approve = Approve
payouts-drop = Drop this batch
batch-prepared = to approve
batch-approved = approved
batch-dropped = dropped

suspense-what = Each sum waits for a reason, since a day, until a day, and has a place to go to then.
suspense-none = Nothing waits.
suspense-over = { $count ->
    [one] One clock has run out.
   *[other] { $count } clocks have run out.
}
suspense-end = Move it to where it goes
suspense-due = Until
suspense-since = Since
suspense-to = Then to
suspense-amount = Amount
suspense-open = a person decides
suspense-is-over = over
suspense-days = { $count ->
    [0] today
    [one] one day left
   *[other] { $count } days left
}
suspense-more = { $count } more with later clocks.

disputes-open = To decide
disputes-none = No claim is open.
disputes-done = Decided
disputes-none-done = None yet.
disputes-claimant = Claimed by
disputes-accept = Accept
disputes-refuse = Refuse
disputes-freeze = Freeze: two contradict each other
disputes-settle = Settle for this claim
disputes-settle-before = Settle for whoever answered before
disputes-note = A frozen name is paid nothing, and its clocks stand still, until its dispute is settled.
claim-is-open = open
claim-is-accepted = accepted
claim-is-refused = refused
claim-is-disputed = in dispute
claim-is-invited = invited
claim-is-settled = settled

doctor-title = The doctor
doctor-what = { $count ->
    [0] Everything is sound.
    [one] One thing is wrong.
   *[other] { $count } things are wrong.
}
doctor-covered = All that is owed is held
doctor-short = Less is held than owed
doctor-held = Held
doctor-lent = Paid ahead
doctor-owed = Owed
doctor-own = The house’s own
doctor-bank = Last said by the bank
doctor-unexplained = Not explained
doctor-checks = What was looked at
doctor-examined = { $count } looked at, { $found } found
doctor-fine = Nothing found.

visits-title = What auditors looked at
visits-what = Whoever looks at the books for a time is written down here, page by page.
visits-none = Nobody has looked yet.
visits-when = When
visits-who = Who
visits-page = Page
visits-answer = Answer

rules-page-title = The rules
rules-what = By which sums are divided, and what the house has set beside them. What changes is told at least 30 days before, and you can say what you think of it.
rules-changes = What is to change
rules-changes-none = Nothing is to change.
rules-from = Holds from { $day }; told on { $told }.
rules-withdrawn = Withdrawn on { $day }.
rules-withdrawn-why = Why it was withdrawn:
rules-comments = { $count ->
    [one] One comment
   *[other] { $count } comments
}
rules-somebody = a reader
rules-comment = Say what you think
rules-comment-words = Your comment, for everybody to read
rules-comment-as = In the name of
rules-comment-nobody = no name
rules-comment-send = Publish
rules-comment-sign-in = Sign in to comment
rules-withdraw = Withdraw this change
rules-announce = Announce a change
rules-announce-what = It holds by itself on its day, { $count } days from now or later.
rules-policy = What changes
rules-value = What is to hold
rules-day = From which day (UTC)
rules-announce-send = Announce
rules-sets = How sums are divided
rules-hash = SHA-256
rules-policies = What is set beside them
rules-policies-what = Thresholds, fees and terms, as they hold now.
rules-past = Changes before

shares-title = Shares
shares-to-you = Offered to you
shares-to-you-none = Nobody has offered you a share that waits.
shares-held = What you hold
shares-held-none = No share of a recording is stated for you. Where you are credited alone you are paid without one.
shares-held-what = Your part of each recording, today.
shares-offer = Share with a collaborator
shares-offer-what = A part of your own share moves to them once they confirm, from that day on. What was played before is shared as before.
shares-recording = Of which recording
shares-whom = With whom
shares-whom-hint = The name as it is credited here.
shares-part = Which part of the whole recording
shares-part-hint = In percent, such as 25.
shares-words = A word to them
shares-offer-send = Offer
shares-from-you = Offered by you
shares-from-you-none = You have offered nothing.
shares-to = to { $name }
shares-by = by { $name }
shares-confirm = Confirm
shares-refuse = Refuse
shares-withdraw = Withdraw
offer-open = waits
offer-confirmed = confirmed
offer-refused = refused
offer-withdrawn = withdrawn

tracks-title = Tracks before release
tracks-what = Register a track before it is out, and write its id into the file’s tags: whoever plays it is read right.
tracks-none = None registered.
tracks-unreleased = not out yet
tracks-out = out
tracks-id = id for the tags
tracks-release = It is out
tracks-isrc = Its ISRC, where it has one
tracks-release-send = It is out
tracks-register = Register a track
tracks-field-title = Title
tracks-field-version = Version
tracks-field-artist = Artist, as it will be printed
tracks-field-artist-hint = Your own name where you leave it empty.
tracks-field-label = Label
tracks-field-label-hint = Where it is known.
tracks-another = It is another recording than that one
tracks-register-send = Register

thanks-title = Thank whoever played you
thanks-what = Sets you were paid from whose DJs show that they played. A thank you needs no words.
thanks-none = No set yet whose DJ shows it.
thanks-note = Sets whose DJs show less are not here, and are paid all the same.
thanks-a-dj = A DJ
thanks-said-on = Thanked on { $day }.
thanks-words = A word, if you like
thanks-send = Thank
thanks-got = { $count ->
    [one] One thank you
   *[other] { $count } thank yous
}

bank-title = Bank details
bank-now = Where your money goes
bank-none = Nowhere yet: your balance waits for you.
bank-since = since { $day }
bank-from = from { $day }
bank-give = Give them
bank-change = Change them
bank-what = Only the owner can change them, with the second factor. A change waits some days, and the address known before is told.
bank-holder = Account holder, as on the bank card
bank-iban = IBAN
bank-elsewhere = An account without IBAN, or outside SEPA
bank-account = Account number
bank-bic = BIC
bank-country = Country, two letters
bank-street = Street
bank-building = Number
bank-postcode = Postcode
bank-town = Town

sets-title = Past sets
sets-none = No set yet.
sets-unnamed = A set
sets-again = With the settings of last time
sets-like-this = Same settings
sets-badge = Badge
sets-thanks = { $count ->
    [one] one thank you
   *[other] { $count } thank yous
}
badge-title = Your badge
badge-share = At least { $percent } % of the fee goes to the people whose music was played.
badge-lines = { $matched } of { $lines } tracks recognized.
badge-check = Anybody can check this note without asking us: it is signed.

refusal-passkey-refused = This passkey was not taken.
refusal-passkey-refused-hint = Load the page again and try once more.
refusal-passkey-late = This was answered already, or waited too long.
refusal-passkey-late-hint = Load the page again and show the passkey once more.
refusal-passkey-unknown = This passkey is not known here.
refusal-passkey-unknown-hint = Take another one, or come in by another way.
refusal-passkey-copied = This passkey counts less than before: a copy of it may be somewhere.
refusal-passkey-copied-hint = Come in by another way, end this passkey and make a new one.
refusal-passkey-here = This passkey is here already.
refusal-passkey-here-hint = Take another device.
refusal-passkey-many = You have { $n } passkeys.
refusal-passkey-many-hint = End those that you do not use.
refusal-passkey-no-site = Passkeys need an address with a name and TLS.
refusal-passkey-no-site-hint = The house sets the policy house-url.
refusal-change-same = The policy “{ $a }” is “{ $b }” already.
refusal-change-early = A change is told { $n } days before it holds, at least.
refusal-change-reason = Say it in a few sentences.
refusal-change-unknown = There is no such change.
refusal-change-over = This change holds already, or was withdrawn.
refusal-change-often = You have said { $n } things to this change.
refusal-offer-self = This is yours already.
refusal-offer-self-hint = Offer it to somebody else.
refusal-offer-unknown = There is no such offer.
refusal-offer-answered = This offer was answered already.
refusal-offer-many = { $n } of your offers wait.
refusal-share-none = You hold no one share of this recording, for all uses everywhere, that could be divided.
refusal-share-none-hint = State your share first, or ask the house.
refusal-share-less = You offer more than you hold of this recording.
refusal-share-less-hint = Offer a part of it.
refusal-thanks-long = This is longer than { $n } letters.
refusal-thanks-unknown = You were not paid from this set.
refusal-thanks-said = You have thanked for this set already.
refusal-same-person = Who prepares a batch cannot approve it too.
refusal-same-person-hint = Somebody else has to look at it.
refusal-nothing-due = Nothing is due.

account-second-passkey = { $count ->
    [0] Your passkey is your second factor. No code on paper is left: end the passkey and add it again for new ones.
    [one] Your passkey is your second factor, with one code on paper left.
   *[other] Your passkey is your second factor, with { $count } codes on paper left.
}
batch-confirmed = confirmed by the bank
