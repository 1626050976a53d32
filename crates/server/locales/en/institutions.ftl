# Institutions and what they publish. The other language has the same keys in the same order.

nav-places = Places
places-title = Places that take part
places-what = Libraries, venues and works councils that open an independent catalogue to their people. What they pay follows what their own members play.
places-none = No place is in the directory yet.
institution-library = Library
institution-network = Network
institution-authority = Authority
institution-works-council = Works council
institution-venue = Venue
institution-school = School
institution-other = Institution
access-both = At home and on site
access-home = At home
access-on-site = On site
access-not-now = Not open at the moment
access-title = Where to listen
access-what-home = Members listen at home, in the player they like. Becoming a member is a matter of the place itself: ask at its desk.
access-what-on-site = Listen there, at a kiosk or in its network.
access-what-none = This place has no subscription at the moment. What it chose can be read all the same.
access-site = Its own site
map-label = Map of { $count } places; the list below says the same
map-open = Open
map-closed = Not at the moment
wish-title = Ask mine to subscribe
wish-what = We count how often each place is asked for, by month. Nothing about you is kept.
wish-none = The list of places is not there yet.
wish-place = Your town or département
wish-choose = Choose
wish-send = Ask
wish-kept = Counted. Thank you.
wish-most = Asked for most
selections-title = Selections
selections-all = All selections
selections-what = What librarians and venues chose, with their words and names.
selections-none = No selection is shown at the moment.
selection-count = { $count ->
    [one] 1 recording
   *[other] { $count } recordings
}
selection-by = Chosen by { $names }
selection-local = From here
selection-shown = Everybody sees it
selection-waits = Published, not shown now
selection-withdrawn = Taken back
selection-draft = Draft
picture-credit = Picture: { $name }
kiosk-turn = Selections
kiosk-next = Next
agenda-title = Coming up
agenda-day = Day
agenda-what = What
agenda-words = More about it
agenda-url = Where to read on
agenda-add = Add
agenda-remove = Remove
editor-title = Selections and agenda
editor-new = A new selection
editor-change = Change it
editor-name = Title
editor-words = What you say about it
editor-items = Recordings
editor-items-hint = One a line: the recording’s id, then words about it.
editor-curators = Who chose, one name a line
editor-from = Shown from
editor-until = Shown until
editor-utc = Times are in UTC. Leave both empty to show it as soon as it is published.
editor-lang = Language of its words
editor-save = Save
editor-show = Who sees it
editor-publish = Publish
editor-withdraw = Take back
editor-address = Its public page:
editor-embed = In a page of your own site:
editor-frames = The house has no site of yours noted that may show it; ask for that.
editor-kiosk = On a kiosk:
editor-picture = Picture
editor-picture-file = A JPEG, PNG or WebP of at most 2 MB
editor-picture-alt = What is on it, for those who do not see it
editor-picture-credit = Who made it
institution-ways = Of this institution
institution-public = Public page
stayed-title = What stayed here
stayed-what = { $parties ->
    [one] Of your { $paid }, { $stayed } stayed with 1 artist of your département.
   *[other] Of your { $paid }, { $stayed } stayed with { $parties } artists of your département.
}
stayed-untold = { $amount } were shared for spans of which this is not told: too few artists or members stand behind them.
seats-title = Seats
seats-none = No contract runs today.
seats-of = { $taken } of { $paid } seats are taken, until { $day }
seats-open = { $taken } members so far, until { $day }
contracts-title = Contracts
contracts-none = No contract yet.
contract-days = From { $from } until { $until }
contract-key = Attributed to the institutions
contract-seats = { $count } seats
contract-renews = It goes on by itself.
contract-noticed = Notice was given.
price-per-seat = Price of a seat
price-flat = Flat price
price-per-inhabitant = Price of an inhabitant
key-equal = in equal parts
key-seats = by seats
key-inhabitants = by inhabitants
key-weights = by parts agreed on
sales-title = Invoices
sales-none = No invoice yet.
sale-invoice = Invoice
sale-credit-note = Credit note
sale-state-open = To be paid
sale-state-paid = Paid
sale-state-credited = Taken back
sale-state-credit = Takes an invoice back
sale-received = { $amount } arrived; { $open } open
sale-credited = Taken back by { $number }
sale-corrects = Takes back invoice { $number } of { $day }
sale-seller = Seller
sale-buyer = Buyer
sale-issued = Issued
sale-due = Due
sale-span = For
sale-span-value = { $from } – { $to }
sale-service = Service code
sale-order = Order number
sale-contract = Contract
sale-what = What
sale-net-column = Without VAT
sale-net = Total without VAT
sale-vat = VAT { $rate }
sale-gross = Total with VAT
sale-payment = To be paid by { $day } to { $holder }, { $account }, with the reference { $reference }.
use-title = What members did
use-what = Counted as COUNTER 5.1 and ISO 2789 count: who was active, what was looked at, what was played.
use-none = Nothing was told yet: each span is told once, when it is over.
use-few = Fewer than { $count } members were active: nothing is told.
use-private = Behind each figure stand at least as many members as the house’s threshold says. What would be fewer is told together with its neighbour, so that nothing follows by subtraction either.
use-members = { $count } active members
use-sessions = { $count } sessions
use-of = Of
use-all = Everything
use-total-requests = Requests
use-unique-requests = unique
use-total-investigations = Investigations
use-unique-investigations = unique
use-active = Members
medium-audio = Music
medium-video = Film
medium-game = Games
medium-book = Books
medium-comic = Comics
near-here = From here
near-country = From the country
near-elsewhere = From elsewhere
near-unknown = Origin not known

## Money, invitations, what was heard, guards

use-more = All spans, as a table and as files
use-requests = { $count ->
    [one] 1 request
   *[other] { $count } requests
}
use-investigations = { $count ->
    [one] 1 investigation
   *[other] { $count } investigations
}
contract-rule = Shared by the rule { $rule }.
contract-carries = Money of seats that nobody used goes to your next pot; where none comes in time, to the solidarity fund.
connect-title = For your own systems
connect-what = Your catalogue can harvest what there is to listen to, and your readers come in by a door that knows them.
connect-feed = Catalogue feed (OAI-PMH 2.0)
connect-forms = Its forms
connect-enter = Your readers’ way in
connect-doors = Doors that are open
connect-none = none yet; the house opens them with you
connect-try = Look at the feed
way-in-oidc = OpenID Connect
way-in-cas = CAS
way-in-signed-link = signed link
way-in-pmb = PMB link
way-in-network = network on site
way-in-card = card and PIN
money-title = What your money did
money-what = Where each span’s money went, to the millionth. It can be worked out again from the rule.
money-none = Nothing was billed yet.
money-still = Not shared yet
money-awaited = billed, and not arrived yet
money-arrived = arrived
money-untold = { $amount } were shared. What became of them is not told: too few members stand behind it.
money-received = You paid, without VAT
money-brought = From seats nobody used before
money-paid = To artists and others who hold rights
money-waits = Waits for whoever it belongs to
money-carried = From seats nobody used, into your next pot
money-house-operation = Running the service
money-house-research = Research and development
money-fund-solidarity = Solidarity fund: advances to small producers
money-next = { $amount } from seats that nobody used wait for your next pot.
money-next-until = Where none is shared by { $day }, they go to the solidarity fund.
money-private = A span is told only where enough members played in it. Where unused seats carry money over, the amounts would tell how many played; so a span that cannot be told hides the one after it as far as it has to.
invitations-title = Invitations
invitations-what = A code lets so many people become members until a day. Whoever has it enters it under Join.
invitations-none = No invitation yet.
invitations-members = { $count ->
    [one] 1 member so far. Who that is, you are never told.
   *[other] { $count } members so far. Who they are, you are never told.
}
invitation-made = The code, shown this once. Write it down:
invitation-new = A new invitation
invitation-note = What you call it
invitation-note-hint = For yourself, such as “counter, autumn”
invitation-uses = For how many people
invitation-until = Good until
invitation-send = Make the code
invitation-nameless = without a name
invitation-used = { $used } of { $most }
invitation-runs = Good through { $day }.
invitation-over = Over; it was good through { $day }.
invitation-end = End it

heard-of = What was heard of { $name }
heard-what = What members of libraries and other places listened to: what counts, what was set aside and why. Set aside is not thrown away, and you can contest it.
heard-to-statement = Statement
heard-none = No closed period has anything of yours yet.
heard-recording = Recording
heard-aside = set aside:
heard-plays = Plays
heard-counted = counted
heard-rest = { $count ->
    [one] Told as one sum, because few members stand behind each: 1 play of
   *[other] Told as one sum, because few members stand behind each: { $count } plays of
}
heard-withheld = There is more that is not told: too few members stand behind it. What it earned is on your statement, in the total.
heard-few = Behind each figure stand at least as many members as the house’s threshold says. Nobody learns who listened.
heard-link = What was heard, and what was set aside
why-counted = counted
why-unreported = fetched, and no player said that it was heard
why-undelivered = said to be heard, and nothing of it was delivered to that device
why-partly-delivered = said to be heard, and too little of it was delivered
why-too-soon = said to be heard sooner than it can have been
why-not-heard = by the player’s own positions too little was heard
why-at-once = more was claimed in that time than anybody can hear in it
why-repeat = the same recording again within one session
guard-title = What waits for a person
guard-beyond-hearing = more than a day can hold
guard-one-party = nearly all for one party
guard-ring = a ring of accounts
guard-same-basket = the same basket
guard-own-tracks = own recordings in a set list
guard-copied-list = a copied set list
guard-waits = { $count ->
    [one] Money of 1 of these recordings waits while a person looks at how it was played ({ $guard }). Decided by { $day } at the latest; undecided it counts as released.
   *[other] Money of { $count } of these recordings waits while a person looks at how they were played ({ $guard }). Decided by { $day } at the latest; undecided it counts as released.
}
guard-promise = You are not told how much waits, nor whose listening is looked at. Each guard has honest causes, so a person decides.
appeals-title = Appeals
appeals-none = No appeal is open.
appeal-title = Contest what was set aside
appeal-what = You need no figure for it: whoever holds a recording may ask. A person decides, with a reason; what is granted is paid with the pot’s next correction.
appeal-closed = No period takes appeals now.
appeal-period = Period
appeal-until = until { $day }
appeal-recording = Recording
appeal-recording-hint = Its id, such as rec-…
appeal-why = Set aside because
appeal-words = What is wrong with that
appeal-words-hint = Such as: it was played to a class of thirty on one seat
appeal-send = Send the appeal
appeal-sent = Your appeal is noted.
appeal-open = open
appeal-granted = granted
appeal-refused = refused
appeal-because = Because:
appeal-granted-what = It is paid with the pot’s next correction.
guards-title = Guards and appeals
guards-what = What looks as if nobody listened waits, with its evidence, until a person says what it was. What was set aside and is contested waits here as well.
guards-held = Held
guards-none = Nothing is held.
guards-until = until { $day }
guards-holds = { $count ->
    [one] 1 line or play
   *[other] { $count } lines or plays
}
guards-reason = Reason, which is kept
guards-release = Release: it was all right
guards-uphold = Uphold: it does not count
guards-decided = Decided
guards-done = Decided. The pot’s next adjustment moves the money.
guards-note = A decision stands. Members are salted names; what leads to them is destroyed with the period’s key.
flag-released = released
flag-upheld = upheld
flag-overdue = released, as nobody decided in time
flag-held = held
appeals-about = { $plays ->
    [one] 1 play set aside
   *[other] { $plays } plays set aside
}, of { $members ->
    [one] 1 member
   *[other] { $members } members
}, { $largest } at most of one
appeals-grant = Grant: it counts
appeals-refuse = Refuse
refusal-appeal-words = This needs words.
refusal-appeal-words-hint = Say what is wrong, or why it is decided so.
refusal-appeal-reason = Nothing is set aside for that reason.
refusal-appeal-reason-hint = Choose one of the reasons of the form.
refusal-appeal-not-yours = You hold nothing of this recording here.
refusal-appeal-not-yours-hint = State your share first.
refusal-appeal-too-late = This period takes no appeals.
refusal-appeal-too-late-hint = An appeal comes within the term after the period’s close.
refusal-appeal-before = There is an appeal about this recording and this reason in that period already.
refusal-appeal-before-hint = Below you see where it stands.
refusal-appeal-unknown = There is no such appeal.
refusal-appeal-decided = This appeal is decided already.
refusal-appeal-decided-hint = A decision stands.
refusal-guard-reason = A decision needs a reason.
refusal-guard-reason-hint = Say what was found.
refusal-flag-unknown = There is no such flag.
refusal-flag-decided = This flag is decided already.
refusal-flag-decided-hint = A decision stands; correct the shares or the list instead.
refusal-flag-overdue = Its term is over: it counts as released.
refusal-flag-overdue-hint = The pot’s next adjustment pays what it held.
refusal-invitation-uses = A code cannot be made for that number of people.
refusal-invitation-uses-hint = Between 1 and 100,000.
refusal-invitation-until = This code would be over already.
refusal-invitation-until-hint = Choose a day to come.
sale-paid-on = Paid on
sale-prepaid = { $amount } were paid before this invoice was issued, with the reference { $reference }. Nothing is left to pay.
kiosk-hold = Stop turning
kiosk-go = Go on turning
