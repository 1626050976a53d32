# Licences for uses by AI. Values in French stand in the same order in ../fr/licences.ftl.

payers-licences = licences for AI
movement-imitation = Said to imitate somebody

wait-factor = Confirm with my second factor

licence-title = { $name }: licences
licence-what = What you offer to those who build AI, what each licence brings, and what they report of your works. Whoever accepts your terms signs them and pays here; nothing is permitted before.
licence-to-consent = What AI may do
licence-wait-where = to confirm or stop it
licence-use = For which use
licence-earned = What each licence brings
licence-none = Nobody has signed a licence with you yet.
licence-works = { $count ->
        [0] for no recording
        [one] for one recording
       *[other] for { $count } recordings
    }
licence-promised = When consent ends:
licence-ended = Revoked on { $day }
licence-pot-signing = At signing
licence-pot-report = By report
licence-pot-settlement = Settlement

fee-nothing = free
fee-per-work = { $amount } a work
fee-per-version = { $amount } a version of the model
fee-per-output = { $amount } an output
fee-of-income = { $share } of income, at least { $amount }

promise-nothing = what is trained stays trained
promise-next-version = the next version is trained without it
promise-retrain-within = a model without it replaces this one within { $count } days
promise-withdraw-within = the model is withdrawn within { $count } days

reports-title = What is reported of your works
reports-what = Each report says what outputs were made from. You can contest your part until the day named; its money waits until then, and until it is decided.
reports-none = Nothing is reported of your works yet.
report-was = (reported as { $part })
report-nobody = not attributed
report-unknown-source = (not known here)
report-unlicensed = (not licensed)
waits-report-contestable = It can still be contested; its money waits.
waits-report-contested = It is contested; its money waits until that is decided.
waits-report-frozen = A report of imitation holds its money.
contest-open = Contested
contest-upheld = Contested, and found right
contest-dismissed = Contested, and found wrong
contest-title = Contest a report
contest-report = Which report
contest-recording = Which recording
contest-part = The part it should be
contest-part-hint = For example 12.5 %; empty where you know no figure
contest-words = What is wrong, and what shows it
contest-send = Contest it

offers-title = What you offer
offer-to = To:
offer-everybody = everybody who accepts the terms
offer-until-day = Until { $day }
offer-withdraw = Take this offer back
offer-new = A new offer
offer-fee = What it costs
offer-fee-hint = EUR 2 per work · EUR 500 per version · 30 % of income, at least EUR 100 · EUR 0.001 per output · nothing
offer-promise = What happens to trained models when your consent ends
offer-licensee = To one licensee only
offer-licensee-hint = Empty: to everybody who accepts the terms
offer-subject = For one recording or work only
offer-subject-hint = recording:ISRC or work:ISWC; empty: your whole catalogue
offer-until = Until (the day after the last)
offer-send = Sign this offer
offer-note = A recording counts as licensed once everybody who must agree has agreed or signed. An offer against your own refusal waits for the code we mail you, or some days.

imitation-title = This imitates me
imitation-what = Report a recording or a model that imitates you. Exactly the disputed money waits; whoever is meant can answer, and what is decided stands in the public log.
imitation-open = waits for an answer
imitation-answered = answered, waits for a decision
imitation-unanswered = not answered, waits for a decision
imitation-upheld = found to imitate
imitation-dismissed = not found to imitate
imitation-frozen = { $amount } wait.
imitation-answer = Answer:
imitation-due = Until { $day }
imitation-answer-words = Why it is no imitation
imitation-answer-send = Answer
imitation-new = Report an imitation
imitation-about = What imitates you
imitation-about-hint = recording:ISRC, report:rpt-… or training:trn-…
imitation-words = What is imitated; everybody concerned reads this
imitation-evidence = What shows it
imitation-evidence-hint = Links, dates, comparisons. Kept encrypted; only the house reads it.
imitation-send = Report it

licensee-title = { $name }: licences and reports
licensee-what = Ask what you could license and what it costs, sign, pay, report what outputs were made from, and get permits that your program checks without asking anybody.
ask-title = What could be licensed
ask-model = Model
ask-model-hint = A licence to train is for one model and one version
ask-version = Version
ask-works = Recordings
ask-works-hint = Ids or ISRCs, one a line; empty: everything that is offered
ask-send = Show what it costs
quote-title = What you could get
quote-counts = { $licensed } with the licences below, { $permitted } already, { $missing } where somebody is missing
quote-later = with each report
quote-works = Every recording
quote-permitted = permitted already
quote-licensed = with these licences
quote-missing = somebody is missing
quote-unknown = not known here
quote-accept = Sign these licences
quote-note = Your signature and theirs are kept as documents; their hashes stand in the public log. What is due now gets a reference to pay to.
licences-title = Your licences
licences-none = No licence is signed yet.
use-reports-title = What outputs were made from
use-new = Hand in a report
use-license = Under which licence
use-from = First day
use-until = The day after the last
use-income = What was earned with the outputs
use-income-hint = For example 12 500.00; only where the licence is paid by income
use-outputs = How many outputs
use-table = The table
use-table-hint = First line recording,weight; then an id or ISRC and its weight a line. A line without a recording is what nobody is credited for.
use-send = Hand it in
permits-title = Permits
permits-what = For one project and a short time: a signed text that your program checks with our public key alone. It is not taken back; it runs out.
permit-given = The permit, to be handed to the tool as it is:
permit-until = until { $time }
permit-project = Project
permit-recordings = Recordings
permit-recordings-hint = Ids or ISRCs, separated by spaces
permit-minutes = Minutes, at most 720
permit-send = Give me a permit
violations-title = Beyond a licence
violations-what = Found in what you registered and reported yourself. Tell the house how you settle it.
violation-no-license = Used without a licence
violation-beyond-term = Used beyond the term
violation-over-cap = More outputs than licensed
violation-open = open
violation-settled = settled

credits-title = Credits of models
credits-what = What AI models report their outputs were made from, and whom they credit, for everybody to read.
credits-models = Reports
credits-none = No model has reported anything here yet.
decided-title = Works with a decision
decided-what = For how many recordings everybody who must agree has said yes, no, or ask me.
decided-of = { $n } of { $m }

refusal-license-fee = This is no fee, or the report leaves out what it is reckoned by.
refusal-license-fee-hint = Write it as the hint of the field says; for a part of income tell the income.
refusal-license-nothing = None of these offers comes through.
refusal-license-nothing-hint = For every recording somebody else is missing; ask again for fewer.
refusal-license-model = A licence to train names the model and its version.
refusal-license-model-hint = A retrain is another version.
refusal-contest-words = A contest needs its reason.
refusal-contest-words-hint = Say what is wrong, and what shows it.
refusal-contest-late = This report can no longer be contested.
refusal-contest-late-hint = Tell the house; a later report can correct it.
refusal-permit-denied = Not everybody who must agree permits this now.
refusal-permit-denied-hint = Look at what is permitted with each recording.
refusal-imitation-subject = This cannot be reported.
refusal-imitation-subject-hint = Write recording: with an ISRC, report: or training: with an id.
