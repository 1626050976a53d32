mail-in-subject-draft = { $house }: your set list waits for you
mail-in-subject-list = { $house }: your set list arrived
mail-in-subject-refused = { $house }: your message could not be used
mail-in-subject-automatic = { $house }
mail-in-hello = Hello,
mail-in-draft = “{ $name }”: { $count ->
    [one] one track played
   *[other] { $count } tracks played
}, { $matched } of them recognized and { $doubtful } to be checked.
mail-in-draft-sets = “{ $name }”: { $sets } sets in this file; you will choose yours.
mail-in-draft-open = What is left is to say what you give; the list waits thirty days here:
mail-in-list = “{ $name }” is recorded with your standing promise: { $count ->
    [one] one track played
   *[other] { $count } tracks played
}, { $matched } of them recognized and { $doubtful } to be checked.
mail-in-list-before = “{ $name }” was here already: nothing is counted twice.
mail-in-list-open = The list, and how to pay:
mail-in-lost = { $count ->
    [one] One line could not be read.
   *[other] { $count } lines could not be read.
}
mail-in-not = “{ $name }”:{" "}
mail-in-ways = Attach the file that your software exports, or write one track a line. You can also hand it in here:
    { $url }
mail-in-foot = This address is yours: whoever knows it can leave a list for you. Change it or close it whenever you like:
    { $url }
    We never ask for bank details by mail.
mail-in-title = By mail
mail-in-what = Send the file of your software, or one track a line, to your private address. The subject becomes the night’s name; a date such as 2026-09-04 in it is understood. We answer to the address you sign in with.
mail-in-none = You have no address for this yet.
mail-in-make = Get my address
mail-in-renew = Change it
mail-in-end = Close it
mail-in-since = since { $day }
mail-in-secret = Whoever knows it can leave a list for you, and nothing else. Keep it among your contacts.
mail-in-drafts = What waits for you
mail-in-drop = Put aside
refusal-mail-in-off = This house takes no set lists by mail.
refusal-mail-in-off-hint = It will once the policy mail-in-domain names a domain.
refusal-mail-in-none = There is no address in force.
refusal-mail-in-none-hint = Get one.
refusal-mail-often = This address took { $n } messages today.
refusal-mail-often-hint = Send it tomorrow, or hand it in on the page.
refusal-mail-draft-unknown = This list does not wait any more.
refusal-mail-draft-unknown-hint = Lists that were mailed wait thirty days; send it again.
refusal-mail-empty = The message brings no set list.
refusal-mail-empty-hint = Attach the file that your DJ software exports, or write one track a line.
refusal-mail-large = The message is too large.
refusal-mail-large-hint = Hand the file in on the page.
refusal-mail-parts = The message has too many parts.
refusal-mail-parts-hint = Send the list alone, as a file.
refusal-mail-unreadable = This is no mail message.
refusal-mail-unreadable-hint = Send the list as a file, with an ordinary mail.
refusal-mail-file-large = “{ $a }” is too large to wait here.
refusal-mail-file-large-hint = Hand it in on the page, which takes larger files.
