# Coming in: sign-in, account, second factor.

nav-sign-in = Sign in
nav-account = Account

sign-in-title = Sign in
sign-in-what = Enter your mail address and we send you a link. No password is needed.
field-mail = Your mail address
sign-in-link-hint = The same for your first time here.
sign-in-send = Send me a link
sign-in-by-password = With a password instead
field-login = Mail address or name
field-password = Password
sign-in-enter = Sign in
sign-in-never = We never ask for bank details or passwords by mail.

sent-title = Look at your mail
sent-what = If this address can come in here, a link is on its way to it. It works once, for { $count } minutes.
sent-not-there = Nothing there after a few minutes? Look among unwanted mail, or check the address for a slip.
sent-again = Ask for another link

link-title = One press and you are in
link-what = This link belongs to { $mail }.
link-not-you = Not your address? Close this page; nothing happens.

sign-out = Sign out

second-title = Your second factor
second-what = What moves money or consents asks for it again after ten minutes.
second-hint = The six digits that your authenticator shows now, or one of your codes on paper.
field-code = Code
second-send = Continue
second-show = Show the second factor
second-set-up = Set up a second factor
second-remove = Take it away

setup-title = Set up a second factor
setup-what = An authenticator app on your phone shows a new code every half minute. With it, a stolen mailbox or password is not enough to move your money.
setup-scan = Tell your authenticator
setup-scan-hint = Scan the picture with the app.
setup-picture = A code for your authenticator
setup-typed = Or type this:
setup-open = Or open it on this device
setup-code = Show that it works
setup-code-hint = The six digits that the app shows now.
setup-send = Set up

codes-title = Your codes on paper
codes-what = Each works once in place of the app, for the day your phone is lost. Print them or write them down now: they are not shown again.
codes-done = I have them

account-title = Your account
account-of-house = You work for the house. For your safety and everybody’s, you are signed out after half an hour without a visit.
account-you = You
account-save = Save
account-second = Second factor
account-second-none = None yet. It is needed before anything that moves money or consents.
account-second-on = { $count ->
    [0] Set up. No code on paper is left: take it away and set it up again for new ones.
    [one] Set up, with one code on paper left.
   *[other] Set up, with { $count } codes on paper left.
}
account-password = Password
account-password-none = You have none, and need none: a link to your mailbox lets you in.
account-password-has = You can come in with a password, or by a link to your mailbox.
account-password-set = Set a password
account-password-change = Change it
field-password-old = Your password now (not needed if you have just come in by a link)
field-password-new = The new one
field-password-hint = At least 10 characters; a few words in a row are good. All other browsers are signed out.
account-sessions = Where you are signed in
session-here = this browser
session-since = since { $day }, last used { $seen }
session-end = Sign out there
session-end-others = Sign out everywhere else
session-unknown-browser = A browser
account-keys = Keys for programs
account-keys-what = A key lets a program of yours do some of what you may do. It is shown once.
key-make = Make a key
key-made = Your new key
key-made-once = Copy it now: it is not shown again.
key-seen = last used { $day }
key-unseen = never used
key-end = End it
field-key-name = What it is for
field-scopes = What it may do
scope-read = see what you see
scope-listen = play and report listens
scope-set-lists = hand in set lists
scope-catalogue = change recordings and shares
scope-consent = change consents (needs the second factor)
scope-money = move money (needs the second factor)
field-called = How you are called
field-mail-lang = Language of our mails
role-of-owner = You answer for
role-of-member = You belong to
role-of-staff = You work for
role-of-operator = Operator
role-of-approver = Approver
role-of-auditor = Auditor

flaw-sign-in = Sign in first
flaw-sign-in-hint = You come back here afterwards.

refusal-sign-in-wrong = This address and this password do not belong together.
refusal-sign-in-wrong-hint = Try again, or ask for a link by mail.
refusal-sign-in-often = Too many tries in a short while.
refusal-sign-in-often-hint = Wait a quarter of an hour. A link that was sent already still works.
refusal-password-weak = This password is too short, too long, or easily guessed.
refusal-password-weak-hint = Take at least 10 characters; a few words in a row make a good one.
refusal-link-unknown = This link is not one of ours.
refusal-link-unknown-hint = Copy it whole from the mail, or ask for a new one.
refusal-link-used = This link was used already.
refusal-link-used-hint = Each works once; ask for a new one.
refusal-link-late = This link is over.
refusal-link-late-hint = It worked for half an hour; ask for a new one.
refusal-code-wrong = This code does not fit.
refusal-code-wrong-hint = Take the one that is shown now, or one of your codes on paper.
refusal-code-used = This code was used already.
refusal-code-used-hint = Wait for the next one: half a minute at most.
refusal-second-factor-none = This needs a second factor, and you have none yet.
refusal-second-factor-none-hint = Setting one up takes a minute.
refusal-second-factor-stale = This needs your second factor once more.
refusal-second-factor-stale-hint = Show it and come back.
refusal-not-yours = This is not yours to see or change.
refusal-not-yours-hint = Sign in as somebody who may.
refusal-key-name = A key needs a name.
refusal-key-name-hint = Say what it is for.
refusal-scope-unknown = Choose what the key may do.
refusal-scope-unknown-hint = At least one of the boxes.
refusal-key-many = You have as many keys as one person can have.
refusal-key-many-hint = End those that nothing uses.

enter-title = Come in with { $name }
enter-what = Listen to what your institution has subscribed to for you.
enter-by-account = With your account there
enter-on-site = I am on the premises
enter-by-card = With your card
field-card = Card number
field-pin = PIN
enter-by-code = I have an invitation code
enter-private = Your institution does not learn what you play. We do not learn who you are there.
join-title = Join with a code
join-what = Your institution gives out codes on paper or by mail.
join-hint = Three groups of four letters and digits
join-send = Join
account-memberships = Where you listen
member-until = until { $day }
member-open = as long as your institution says so
member-leave = Leave
member-private = Your institution sees neither that this is you nor what you play.
account-all = Everything about you
account-export = Take it with you (JSON)
account-erase = Erase it
account-erase-what = Your address, name, memberships, keys and sessions are erased at once, and nobody can bring them back. What was paid stays in the books, where you are not named.
account-erase-sure = I am sure
account-erase-send = Erase my access

refusal-card-wrong = This card and this PIN do not belong together.
refusal-card-wrong-hint = Try again, or ask at your library.
refusal-seat-over = Your access here is over.
refusal-seat-over-hint = Ask your library or institution to renew it; your playlists wait for you.
refusal-network-elsewhere = This door opens on the institution’s own network only.
refusal-network-elsewhere-hint = From elsewhere, come in with your card or an invitation.
refusal-door-none = This institution has no such door.
refusal-door-none-hint = Ask it how its members come in.
refusal-door-away = Your institution’s system does not answer as it should.
refusal-door-away-hint = Try again in a while.
refusal-door-token = What your institution’s system sent does not hold.
refusal-door-token-hint = Begin once more; if it stays, tell your institution.
refusal-door-refused = Your institution’s system did not confirm who you are.
refusal-door-refused-hint = Begin once more, or ask it how its members come in.
refusal-door-replayed = This way in was used already.
refusal-door-replayed-hint = Begin once more at your institution’s page.
refusal-door-late = This way in is over.
refusal-door-late-hint = Begin once more at your institution’s page.
refusal-door-signature = This link was not made by your institution, or was changed.
refusal-door-signature-hint = Go back to your library’s page and follow it again.
refusal-invitation-unknown = This code is not one of ours.
refusal-invitation-unknown-hint = Three groups of four, as on the paper.
refusal-invitation-over = This code is over.
refusal-invitation-over-hint = Ask your institution for a new one.
refusal-invitation-used-up = This code let in as many people as it may.
refusal-invitation-used-up-hint = Ask your institution for a new one.
refusal-member-here = You are a member there already.
refusal-member-here-hint = The code is left for somebody else.
