# The pages in English. Values in French stand in the same order in ../fr/pages.ftl.

house = Tantième
skip = Skip to the content
lang-name = English
lang-label = Language
foot = Money for the people who make the music, to the last millionth. Every amount opens to where it came from.

nav-label = Main
nav-submit = Give in a set list
nav-search = Is my name here?
nav-statement = Statements
nav-figures = Figures

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## First page

home-title = What was played is paid
home-what = A DJ, a venue or a promoter sets aside a part of a fee and hands in what was played. Each line of that list earns its part, and it goes to the people who made the recording. Whoever is not here yet is credited all the same, and the money waits for them.
worked-title = One night, divided
worked-fee = A fee of €1,000; 5% of it is set aside
worked-fee-value = €50.00
worked-pot = 15% keeps the service running; the rest goes to the music
worked-pot-value = €42.50
worked-line = Twenty tracks were played; each earns
worked-line-value = €2.125
doors-title = Where to go
door-submit = Give in a set list
door-submit-what = From Rekordbox, Traktor, Serato, Engine DJ, VirtualDJ, Mixxx, or pasted as text
door-search = Is my name here?
door-search-what = Look for your artist name, and claim what waits under it
door-statement = Read a statement
door-statement-what = What was earned, by which rule, and what was paid

## Figures

figures-short = So far
figures-all = All figures
figures-title = Figures
figures-what = What came in, and where each part of it is now.
figures-none = Nothing has come in yet, or too few have given for a total to be shown without showing what one of them gave.
figures-people = Whom it reached
figures-private = What one DJ gives is nobody’s business. Totals over too few givers are not shown.
figure-received = Received
figure-paid = Paid out
figure-owed = Credited, not yet paid
figure-suspense = Waiting for an owner
figure-deducted = Kept for the service
figure-open = Carried over
figure-owed-or-waiting = Credited or waiting, not yet paid
figure-shared-net = Shared, after deductions
figures-as-of = As of { $day }. The figures move when enough others have given that nobody’s part can be told.
figure-waiting = Waiting for an owner: { $reason }
figures-in = In { $currency }
figure-received-gross = Received, before any deduction
figure-allocated-net = Of it, credited to artists and labels
figure-paid-gross = Paid out, before fees, taxes and advances
figure-paid-net = Arrived on their accounts
not-told = too few to tell
n-of-m = { $n } of { $m }
people-lines = Lines paid
suspense-unmatched = recording not known
suspense-together = for several reasons
suspense-no-holder = nobody named
suspense-open-share = share claimed by nobody
suspense-overclaimed = more than the whole is claimed
suspense-disputed = in dispute
suspense-unreferenced = payment without a reference
suspense-overpaid = more than was promised
suspense-returned = payout came back
suspense-unplayed = nothing played
suspense-unlicensed = source not licensed
suspense-no-performer = performer not named
suspense-flagged = a person is looking at how it was played
suspense-unclaimed = not here yet
people-credited = Artists and labels credited
people-paid = Of them, paid
people-countries = Countries
people-claimed = Of them, here
people-first = First money ever from music
people-cost = Cost per paid line
people-top = Part of the money that came from the top tenth of givers
people-booked = Of the most booked, how many take part
people-above = With more than { $level } a year

## Handing in

submit-title = Give in a set list
submit-what = Send the file your software wrote, or paste the lines. You see what we recognized before anything else happens.
submit-send = Read the list
submit-after = Next you see each line as we recognized it, and how to pay. Nothing is taken from any account.
part-list = What was played
part-night = Which night
part-gift = What you set aside
part-view = What producers see
part-rest = Somebody else pays, or it was agreed otherwise
file-kept = We still have “{ $name }”. Choose another file only if you want to replace it.
field-file = The file
field-file-hint = Any export or history: TXT, XML, NML, CSV, M3U, PDB, DB… up to 64 MB.
field-lines = Or paste the lines
field-lines-hint = One track a line, such as “Artist – Title (Remix) [Label]”.
field-performer = Who played
field-event = Event
field-date = The day it began
field-venue = Venue
field-city = City
field-zone = Time zone
field-zone-hint = Only for files with clock times. As in Europe/London.
field-fee = Fee
field-share = Share, in %
field-amount = Amount
field-currency = Currency
field-role = You pay as
field-payer = Who pays, if not who played
field-territory = Country code
field-attests = The venue confirms the fee
gift-hint = From { $least }. You pay by transfer afterwards.
gift-share = A share of the fee
gift-amount = An amount, whatever the fee was
gift-none = Nothing this time; only the list
fee-hint = The fee is used once, to compute the share. It is never stored or shown.
view-hint = Nobody ever sees what you gave.
view-track = That the track was played
view-place = Also the city and the date
view-everything = Also your name
role-dj = Performer
role-venue = Venue
role-promoter = Promoter
role-ticket = Part of each ticket
role-at-source = Deducted by the venue
role-subscriber = Institution

## Questions

ask-back = Start again
ask-set = The file holds { $count } sets. Which one?
ask-set-hint = One list is one performance. The others can be given in afterwards.
ask-set-number = Set { $n }
lines-played = { $count ->
    [one] one track played
   *[other] { $count } tracks played
 }
ask-same = Is this the same performance?
ask-same-hint = A list with many of the same lines is here already: { $what }, { $day }. One performance is paid once.
ask-same-yes = Yes, the same
ask-same-yes-what = It is kept as further evidence and not paid twice
ask-same-no = No, another one
ask-same-no-what = Both are shared on their own
ask-new = Nobody here is called { $name }
ask-new-hint = Is that the name as it is announced?
ask-new-yes = Yes, add { $name }
ask-new-yes-what = They play here for the first time
ask-new-no = No, it is written differently
ask-new-again = Try this name
ask-who = Several are called { $name }
ask-who-hint = Which one played?

## A list

list-of = Set list of { $name }
list-before = This file was given in before. Nothing was changed.
list-same = Kept as evidence of a performance that another list reports. It is paid once.
list-recognized = { $count ->
    [one] One line, { $matched } recognized
   *[other] { $count } lines, { $matched } recognized
 }
list-lines = Lines
list-unmatched-note = A line that is no known recording keeps its part. It waits for up to 36 months and is booked as soon as the recording is known.
lines-matched = Recognized
lines-doubtful = Doubtful
lines-unmatched = Not in the catalogue
lines-unplayed = Not played to the public
more-lines = Further lines
state-matched = recognized
state-doubtful = doubtful
state-unmatched = not in the catalogue
state-unplayed = not played
line-recording = Recording
line-written = As written
line-why = Why
line-heard = Heard for
line-origin = In the file
line-n = line { $n }
pay-title = { $amount } to transfer
pay-how = Scan the code with your bank’s app, or copy the details. The reference tells us which night it is for.
pay-no-account = The account of this house is not set up yet. Keep the reference; the transfer can follow.
pay-code = Payment code with all details of the transfer
pay-reference = Reference
pay-holder = Payee
pay-amount = Amount
pay-received = Arrived so far
pay-note = It is shared once the bank shows it. You get a receipt then.
pay-arrived = It has arrived. Thank you.
doubts-title = { $count ->
    [one] One line needs you
   *[other] { $count } lines need you
 }
doubts-hint = Choose what was played. The answer is remembered for the same text.
none-of-these = None of these
likely = { $chance } likely
recording-bare = nothing more is known of it
problems-title = { $count ->
    [one] One remark on the file
   *[other] { $count } remarks on the file
 }

## Names

search-title = Is my name here?
search-what = Everyone on a set list is credited, also those who have never heard of us. Look for your name.
search-send = Search
field-name = Artist, label or group
found-title = { $count ->
    [0] No “{ $name }” here
    [one] One name found for “{ $name }”
   *[other] { $count } names found for “{ $name }”
 }
found-none = Nothing has been credited under this name yet. Try another spelling, or come back: names are added with each list.
standing-unclaimed = Nobody has answered yet
standing-here = Is here already
standing-frozen = Several people claim this name; the money is frozen until that is settled
in-recordings = { $count ->
    [one] in one recording
   *[other] in { $count } recordings
 }
waits-some = money waits
waits-under-10 = less than 10 wait
waits-under-100 = between 10 and 100 wait
waits-100 = more than 100 wait
claim-this = This is me
claim-title = You are { $name }?
claim-what = Tell us who you are and how we can see it. A person reads it; then what waits under this name is yours.
part-you = About you
field-your-name = Your name
field-contact = Mail address
field-contact-hint = To answer you. It is kept encrypted and given to nobody.
field-evidence = How can we see that it is you?
field-evidence-hint = A link to a profile under this name that mentions this claim, a contract, a label that knows you…
part-first = One question
first-hint = Is this the first money music ever brings you? We count the answers and show only their sum.
first-yes = Yes, the first
first-no = No
first-silent = I would rather not say
claim-send = Send the claim
claim-never = We never ask for bank details by mail.
claimed-title = Thank you
claimed-what = Your claim to { $name } is with us.
claimed-next = A person looks at it and answers by mail. Until then the money stays where it is, under this name.

## Statements

statement-find = Read a statement
statement-find-what = By name, for a period or for all time.
field-period = Period
field-period-hint = A year, a month or a day: 2026, 2026-09, 2026-09-04. Empty for all time.
statement-send = Show it
period-always = All time
statement-of = Statement for { $name }
statement-number = No. { $n }
statement-draft = Draft: the period is not over
statement-made = made on { $day }
span = { $from } to { $until }
span-since = since { $from }
span-until = until { $until }
span-always = From the first day until today
summary = Where it is
statement-credited = Earned
statement-opening = Balance before
statement-balance = Balance
statement-unclaimed = Of it, waiting for the claim
statement-waits = Further money waits until enough DJs have given that nobody’s part can be told, until { $day } at most. It is in no sum here.
statement-owed-back = Owed back, repaid by later credits
part-paid = Paid
part-reserved = On its way
part-balance = On the balance
earned-title = What earned it
earned-none = Nothing was earned in this period.
withheld-givers = Fewer than { $count } DJs stand behind this period’s money, so only its total is shown: more would tell what one of them gave.
withheld-fractions = Sums are shown in whole cents. The fractions below are on the balance.
withheld-listeners = What fewer than { $count } members of an institution listened to is in the total alone: more would tell what one of them heard.
together = { $count } recordings together
in-total = in the total
plays = Played
plays-heard = { $count ->
    [one] once
   *[other] { $count } times
 }
payers = From
payers-set-lists = set lists
payers-streaming = streaming
plays-on = { $count ->
    [one] on one line
   *[other] on { $count } lines
 }
seen = Shown by the DJ
side = Paid for
side-master = the recording (master)
side-composition = the composition
shared-by = Shared by
payouts-title = Payouts
payout-net = To your account
payout-recouped = Repays an advance
payout-withheld = Tax kept back
payout-fee = Cost of the transfer
payout-gross = { $amount } left the balance:
payout-reserved = Reserved
payout-sent = At the bank
payout-paid = Paid
payout-returned = Came back, on the balance again
payout-rejected = Refused by the bank, back on the balance
payout-dropped = Dropped, back on the balance
movements-title = Other movements
rules-title = By which rules
proof-title = Proof
proof-what = The house has signed the hash of this statement. “tantieme verify” checks it without asking anybody.

## Documents

statement-pdf = Keep it as PDF
as-file = As a file
movement-claim = Waited under a name that was claimed
movement-claim-unsettled = A dispute ended without an owner
movement-payout-returned = A payout came back
movement-suspense-due = Waited without an owner, now shared
movement-advance = Advance
movement-other = Correction by the house
invoices-title = Invoices
invoices-what = Written by the house in the payee’s name, by the payee’s mandate.
invoices-none = None yet. They begin with a mandate, and are of days that are over.
invoice-title = Invoice
invoice-title-credit = Credit note
invoice-mention = Self-billing · Autofacturation
invoice-number = No. { $number }
invoice-supplier = Supplier, in whose name it is issued
invoice-customer = Customer, who issues it
invoice-issued = Issued
invoice-period = Supplied
invoice-mandate = Mandate of
invoice-vat-id = VAT id { $id }
invoice-registration = Registered under { $id }
invoice-what = For the use of
invoice-net-column = Before VAT
invoice-net = Total before VAT
invoice-vat = VAT { $rate }
invoice-gross = Total
invoice-earlier = Earned earlier, released in this period
invoice-fractions = Fractions of cents of the lines above and of the period before
invoice-corrects = Takes back invoice { $number } as a whole. Reason: { $reason }
invoice-mandate-words = Self-billing: issued by { $customer } in the name and on behalf of { $supplier }, by the mandate of { $day }.
invoice-contest = It may be contested until { $day }. After that day it counts as accepted.
invoice-rules = Shared by { $rules }. Statement No. { $n } of the same days tells each line.
invoice-proof-what = The house has signed the hash of this invoice. “tantieme verify” checks it without asking anybody.
vat-standard = VAT is contained in the amounts.
vat-not-liable = VAT not charged: special scheme for small enterprises (Directive 2006/112/EC, articles 282 to 292).
vat-not-liable-fr = VAT not applicable: TVA non applicable, art. 293 B du CGI.
vat-reverse-charge = Reverse charge (Autoliquidation): VAT is due by the customer, article 196 of Directive 2006/112/EC.

## What can go wrong

flaw-home = To the first page
flaw-not-found = Nothing is here
flaw-not-found-hint = The address is mistyped, or what was here has moved.
flaw-method = Not this way
flaw-method-hint = This address takes no such request. Go back and use the form.
flaw-fault = Something broke on our side
flaw-fault-hint = Nothing was changed. Try again; if it stays, tell the house what you were doing and when.
flaw-forgery = This form is not from here, or too old
flaw-forgery-hint = Load the page again and send the form once more. Nothing was changed. The page needs one cookie for this.
flaw-locked = The house password is needed
flaw-locked-hint = Set lists and statements are private. Reload the page to be asked again.
flaw-foreign = Only from this machine
flaw-foreign-hint = These pages answer on this machine only, until a house password is set.
flaw-too-large = That is too much
flaw-too-large-hint = A file may have 64 MB. Export only the night in question, or paste its lines.
flaw-slow = That takes too long
flaw-slow-hint = Try again in a moment, with a smaller file if there is one.
flaw-too-fast = That was asked very often
flaw-too-fast-hint = { $count ->
    [one] From your network, too much was asked at once. Try again in a second.
   *[other] From your network, too much was asked at once. Try again in { $count } seconds.
 }
flaw-bad-form = The form cannot be read
flaw-bad-form-hint = Go back and fill it in again.

## Refusals of use cases, for people on a page. { $a } and { $b } are what the message quotes.

refusal-set-list-empty = No track can be read from “{ $a }”.
refusal-set-list-empty-hint = Export the history as text from the DJ software, or paste the lines below.
refusal-set-not-played = Nothing in this set of “{ $a }” was played to the public.
refusal-set-not-played-hint = Prelistened and merely loaded tracks do not count. Choose another set.
refusal-time-zone = “{ $a }” is not a time zone.
refusal-time-zone-hint = Write the nearest large city of the list, such as Europe/London.
refusal-territory = “{ $a }” is not a country code.
refusal-territory-hint = Write two letters, such as FR, DE or GB.
refusal-gift-too-small = “{ $a }” is less than a contribution can be.
refusal-gift-too-small-hint = Below the smallest amount, the cost of a transfer would eat the gift.
refusal-gift-not-positive = “{ $a }” is nothing to share.
refusal-gift-not-positive-hint = Give an amount above zero, or choose to hand in only the list.
refusal-fee-not-positive = A fee of “{ $a }” cannot be shared.
refusal-fee-not-positive-hint = Give the fee as it was paid, or an amount without telling the fee.
refusal-pot-closed = What was given for this event is shared already.
refusal-pot-closed-hint = Choose “only the list”, or another event.
refusal-money-unreadable = “{ $a }” is not clear as an amount.
refusal-money-unreadable-hint = Write digits without separators for thousands, such as 1000 or 12.50.
refusal-share-unreadable = “{ $a }” is not a share.
refusal-share-unreadable-hint = Write a percentage from 0 to 100, such as 5 or 7.5.
refusal-performer-missing = The name of who played is missing.
refusal-performer-missing-hint = Write it as it is announced.
refusal-fee-missing = The fee is missing, of which a share is set aside.
refusal-fee-missing-hint = Write the fee, or choose an amount, or only the list.
refusal-gift-missing = The amount is missing.
refusal-gift-missing-hint = Write an amount, or choose “only the list”.
refusal-currency = “{ $a }” is not a currency.
refusal-currency-hint = Choose one of the list.
refusal-date = “{ $a }” is not a day.
refusal-date-hint = Write year, month and day, such as 2026-09-04.
refusal-file-missing = No file was chosen and no line pasted.
refusal-file-missing-hint = Choose the file your software wrote, or paste the lines.
refusal-upload-gone = The list that waited for this answer is gone.
refusal-upload-gone-hint = It is kept for half an hour. Please give it in again.
refusal-party-unknown = Nobody here is called “{ $a }”.
refusal-party-unknown-hint = Look for another spelling under “Is my name here?”.
refusal-party-several = Several are called “{ $a }”.
refusal-party-several-hint = Use the id of the one you mean.
refusal-set-list-unknown = There is no set list “{ $a }”.
refusal-set-list-unknown-hint = The address is mistyped, or the list was withdrawn.
refusal-period = “{ $a }” is no period.
refusal-period-hint = Write a year, a month or a day: 2026, 2026-09, 2026-09-04.
refusal-nothing-to-state = Nothing was ever credited under this name.
refusal-nothing-to-state-hint = A statement appears with the first line.
refusal-search-short = A search needs two letters at least.
refusal-search-short-hint = Write the name as it stands on the release.
refusal-claimant = Your name is missing, or is not on one line.
refusal-claimant-hint = Write the name people reach you by.
refusal-mail = “{ $a }” is not a mail address.
refusal-mail-hint = Write it as in name@example.org.
refusal-evidence = Without an invitation, a claim needs something we can look at.
refusal-evidence-hint = Link a page of yours that names the release, or your distributor’s.
refusal-token-unknown = This link is not one of ours.
refusal-token-unknown-hint = Copy it whole from the mail, or search your name.
refusal-token-used = This link was used already.
refusal-token-used-hint = The house answers by mail. If it was not you, search your name and claim it.
refusal-token-other-party = This link is for another name.
refusal-token-other-party-hint = Open the link again, or search your name.
refusal-claim-open = You have claimed “{ $a }” already.
refusal-claim-open-hint = The house answers by mail. Nothing was changed now.

## Several rules side by side

compare-title = One pot, several rules
compare-what = Which rule is fairer depends on who listens to what. This shows what each would do with the same money; nothing is booked.
compare-basis-to-share = to share
compare-basis-shared-before = as it was shared
compare-basis-promised = as promised
compare-basis-as-asked = for the sake of argument
compare-lorenz = How evenly the money is spread
compare-lorenz-x = Artists and labels, from those who get least
compare-lorenz-y = Their part of the money
compare-lorenz-what = The closer a curve is to the dotted line, the more evenly the money is spread.
compare-lorenz-one = { $rule }: the half that gets least has { $half } of the money; Gini coefficient { $gini }.
compare-rank = Who gains and who loses, by rank
compare-rank-against = Change against { $rule }, by what that rule pays
compare-ranks = Ranks { $ranks }
compare-ranks-from = From rank { $from }
compare-shares = How much goes to the top
compare-figures = The figures
compare-figure = Figure
compare-top-10 = To the ten best paid
compare-top-1-percent = To the best-paid hundredth
compare-top-10-percent = To the best-paid tenth
compare-gini = Gini coefficient (0 even, 1 all to one)
compare-paid = Artists and labels paid
compare-waits = Waits for an owner
compare-taken = Taken before sharing, or carried on
compare-at-least = Paid { $amount } or more
compare-gain = Gain
compare-lose = Lose
compare-same = Get the same
compare-change = Change
compare-before = Before
compare-after = After
compare-against = { $rule } against { $base }
compare-by-rank = By rank
compare-by-place = By territory
compare-by-tier = By what they earned here in a year
compare-gainers = Who gains most
compare-losers = Who loses most
compare-unknown = not known

## What stayed here

territory-title = What stayed here: { $name }
territory-what = Of the money that payers of this place gave to music, how much reached artists and labels who live here.
territory-none = Nothing was paid by payers of this place in this time.
territory-stayed = Of { $paid } paid in, { $stayed } stayed here, with { $parties } artists and labels.
territory-paid = Paid in by payers of this place
territory-here = Stayed here
territory-parties = Artists and labels here who were paid
territory-at = Went to { $code }
territory-unknown = Went to somebody whose place is not known
territory-waiting = Waits for an owner
territory-taken = Kept for the service and for funds
territory-private = Where only a few paid, or only a few were paid, sums are not shown: more would tell what one of them gave or got.
refusal-other = That cannot be done like this.
refusal-other-hint = Code for the house: { $code }.
refusal-line-unknown = This line is not in the list.
refusal-line-unknown-hint = Load the page again.
refusal-recording-unknown = There is no recording “{ $a }”.
refusal-recording-unknown-hint = Load the page again.
refusal-same-performance = A list with many of the same lines is here already.
refusal-same-performance-hint = Say whether it is the same performance.
refusal-set-several = The file holds several sets.
refusal-set-several-hint = Choose one.
refusal-set-unknown = The file has no such set.
refusal-set-unknown-hint = Choose one that it has.
refusal-visibility = “{ $a }” is no choice of what producers see.
refusal-visibility-hint = Choose one of the list.
refusal-fee-share = A share of the fee goes from nothing to the whole.
refusal-fee-share-hint = Write a percentage from 0 to 100.
refusal-house-account = The account of this house is not set up yet.
refusal-house-account-hint = Tell the house.
refusal-pot-currency = What was given for this event is in another currency.
refusal-pot-currency-hint = Give in the same currency.
refusal-party-name = A name is missing.
refusal-party-name-hint = Write it as it is announced.
refusal-claim-disputed = Several people claim this name; nothing can change until that is settled.
refusal-claim-disputed-hint = The house answers by mail.
refusal-party-frozen = Several people claim this name; nothing can change until that is settled.
refusal-party-frozen-hint = The house answers by mail.
refusal-party-here = “{ $a }” is here already.
refusal-party-here-hint = If it should not be, tell the house.
refusal-invoice-unknown = There is no invoice “{ $a }”.
refusal-invoice-unknown-hint = The list shows all of them.
refusal-catalogue-too-large = The catalogue is too large.
refusal-catalogue-too-large-hint = Tell the house.

## Reasons of a verdict. { $a } is what the reason quotes, { $n } and { $m } are its numbers.

reason-settled = settled by { $a }
reason-answered-before = a person answered this text before
reason-index-damaged = the index of the catalogue is damaged
reason-nothing-alike = nothing alike in the catalogue
reason-artist-partly = { $n } of { $m } artists named
reason-artist-same = artists agree
reason-artist-close = artists agree to { $n }%
reason-artist-differs = artists differ (agree to { $n }%)
reason-title-same = title agrees
reason-title-longer = title agrees, the line says more
reason-title-close = title agrees to { $n }%
reason-title-differs = title differs (agrees to { $n }%)
reason-version-extra = the line names a version that the catalogue lacks
reason-version-missing = the catalogue has a version that the line does not name
reason-version-same = version agrees
reason-sides-swapped = artist and title changed over
reason-number-extra = the line has a number that the catalogue lacks
reason-number-missing = the catalogue has a number that the line lacks
reason-rivals = other recordings are nearly as close
reason-label-same = label agrees
reason-label-differs = label differs
reason-duration-differs = duration differs by { $n } s
reason-duration-same = duration agrees
reason-same-night = something of the same artist or label was played that night
reason-own-id-same = the producer’s own id agrees
reason-isrc-same = the ISRC agrees
reason-mbid-same = the MusicBrainz id agrees
reason-text-contradicts = artist and title of the line are others
reason-identifier-twice = several recordings carry this identifier
reason-answered = This text was answered before for the same DJ
reason-answered-by-house = The house answered this spelling before
reason-spelling-known = At least { $n } other set lists settled this spelling as this recording
reason-spelling-seen = This spelling was settled as this recording before
reason-spelling-contested = At least { $n } other set lists settled this spelling otherwise
reason-spelling-otherwise = This spelling was settled otherwise before
reason-own-edit = It is the DJ’s own edit; it pays nobody until it is registered
reason-own-edit-original = It is the DJ’s own edit; by the house’s policy the holders of the original are paid
reason-other = compared with the catalogue

## Remarks on a file

problem-bare-collection = This is a collection without a list of what was played.
problem-bare-collection-hint = Export the history of the night.
problem-damaged = Part of the file is damaged; the rest was read.
problem-damaged-hint = Copy the file again.
problem-database-locked = The database is locked by the software that wrote it.
problem-database-locked-hint = Export the history as text instead.
problem-date-ambiguous = Day and month cannot be told apart.
problem-date-ambiguous-hint = Give the day in the form.
problem-encoding-damaged = Some letters of the file are damaged.
problem-encoding-damaged-hint = Export the file again if you can.
problem-encoding-guessed = How letters are written in the file had to be guessed.
problem-encoding-guessed-hint = Where letters with accents look wrong, save the file as UTF-8.
problem-header-mismatch = A row does not fit the header.
problem-header-mismatch-hint = Export the list again.
problem-isrc-invalid = An ISRC is not well formed; the line is matched by its words.
problem-isrc-invalid-hint = Correct the code in the tag.
problem-missing-column = Something the software usually writes is missing; the rest was read.
problem-missing-table = Something the software usually writes is missing.
problem-missing-table-hint = The software may be too old or too new.
problem-missing-track = A played track was deleted from the collection.
problem-missing-track-hint = Write artist and title into the line by hand.
problem-more-problems = There are more remarks of these kinds.
problem-no-header = The columns have no names; they were recognized by what they hold.
problem-no-header-hint = Look over the lines.
problem-no-history = The file holds no history of what was played.
problem-no-history-hint = Export the history of the night.
problem-no-lines = The file holds no track that was played.
problem-no-lines-hint = Export the history of the night.
problem-not-a-set-list = This is no set list we know.
problem-not-a-set-list-hint = Export the history as text, or paste the lines.
problem-row-empty = A row is empty.
problem-row-without-track = A row names no track.
problem-row-without-track-hint = Remove the row or fill in the title.
problem-times-unknown = The times are not known; the order is right.
problem-too-large = The file is too large to be read as a whole.
problem-too-large-hint = Export the history of one night as text.
problem-too-many-lines = The file holds too many lines.
problem-too-many-lines-hint = Export one night at a time.
problem-track-not-in-collection = A track of the list is not in the collection of the file.
problem-track-not-in-collection-hint = Export the list from the computer that holds the tracks.
problem-track-unknown = A track of the list is not described in the file.
problem-track-unknown-hint = Export the list with its tracks.
problem-truncated = The file ends too early; what stands before the end was read.
problem-truncated-hint = Copy or export the file again.
problem-wal-damaged = The file of latest changes beside the database is damaged.
problem-wal-damaged-hint = Close the software, then copy the files again.
problem-words-from-path = Artist and title were taken from file names.
problem-words-from-path-hint = Look over these lines.
problem-wrong-file = This file of the software holds no history.
problem-wrong-file-hint = Take the history of the night.
problem-xml-broken = Part of the XML is broken; the rest was read.
problem-xml-broken-hint = Export the file again.
problem-xml-too-deep = The XML is nested too deeply.
problem-xml-too-deep-hint = Export the file again.
problem-xml-entities = The file defines words of its own, which were left out.
problem-other = A remark with the code { $code }.

doubt-why = Why it is asked

## Discover

nav-discover = Discover
discover-title = Go further
discover-what = Start from any name: somebody everybody knows, a label, a title you love. From there it goes on to recordings of this house, and each says why it is here.
discover-field = An artist, a title, a label
discover-dials = Nearer to home, further from the charts
discover-near = Local work sooner
discover-near-hint = A country or a region, such as FR-42. Empty for none.
discover-dial = What comes sooner
discover-dial-hint = Between what many play and what few play.
discover-dial-even = as it was trained
discover-dial-few = what few play
discover-dial-many = what many play
discover-here = In the catalogue
discover-known-here = From { $name } onwards
discover-known-played = { $name } is not in the catalogue. This is played beside it:
discover-known-label = On { $name } and labels of its family
discover-known-tag = Tagged { $name }
discover-known-title = Near “{ $name }”
discover-known-nothing = We know nothing of “{ $name }”
discover-known-untrained = The recommender has not been trained yet
discover-none = No DJ’s list, no member’s plays and no label here lead from “{ $name }” to a recording that enough people stand behind. Nothing is made up instead.
discover-untrained = Only the catalogue is searched for “{ $name }” until then.
discover-spelled = Spelled nearly like it:
discover-promise = Nobody can pay to be shown here. What too few people played leads nowhere, so that nobody’s listening can be read from it.
recording-near = Who else
recording-none = Not enough people play this yet, and nothing in the catalogue stands beside it.
recording-radio = Radio from here
recording-album = Album
recording-label = Label
recording-year = Year
recording-length = Length
recording-isrc = ISRC
radio-title = Radio from { $title }
radio-what = One after the other, always near the beginning, no recording twice. The same address plays the same again.
radio-again = Another order
radio-back = Back to the recording
way-title = From here to …
way-to = Another recording
way-to-hint = Artist and title. The shortest way goes over neighbours, and each step says why.
way-send = Show the way
path-title = From { $title }
path-to = to { $title } by { $artist }
path-unknown = We find no recording “{ $words }”.
path-none = No way leads there over neighbours that enough people stand behind.
