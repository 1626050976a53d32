# Webhooks. Values in French stand in the same order in ../fr/webhooks.ftl.

account-webhooks = Webhooks
account-webhooks-public = Webhooks for what is public
webhooks-title = Webhooks
webhooks-house = The house, which is told of everything
webhooks-what = A program of yours is told, signed, when something here concerns you. What it is told holds numbers of things and what changed: no names, no words, no amounts.
webhooks-what-public = A program of yours is told, signed, of what is public. For what concerns an artist, a label, an institution or a licensee, open their own webhooks.
webhooks-note = Each message is signed by the Standard Webhooks specification and tried for about a day. What was told is remembered for 30 days.
webhook-add = Add a webhook
webhook-url = Address
webhook-url-hint = It begins with https:// and is on the public internet
webhook-kinds = What it is told
webhook-secret = The secret of this webhook
webhook-works = It works.
webhook-fails = { $count ->
        [one] It failed once.
       *[other] It failed { $count } times in a row.
    }
webhook-two-secrets = The secret before signs too until { $when }.
webhook-nothing = It was told nothing yet.
webhook-delivered = { $count ->
        [one] Delivered on { $when }, at the first try
       *[other] Delivered on { $when }, after { $count } tries
    }
webhook-given-up = { $count ->
        [0] Given up on { $when }
        [one] Given up on { $when }, after one try
       *[other] Given up on { $when }, after { $count } tries
    }
webhook-waiting = { $count ->
        [0] Waits to be sent
        [one] Failed once; tried again on { $when }
       *[other] Failed { $count } times; tried again on { $when }
    }
webhook-replay = Send it again
webhook-test-send = Send a test
webhook-change = Change or remove
webhook-rotate-what = A new secret is shown once. The one before signs too for a day, so that you can change it in peace.
webhook-rotate-now = It leaked: the one before ends at once
webhook-rotate = Make a new secret
webhook-remove = Remove this webhook
webhook-kind-consent-changed = Consent changed for works you license or trained on
webhook-kind-licence-agreed = A licence was signed
webhook-kind-report-contested = A usage report is contested
webhook-kind-violation-found = Something went beyond a licence
webhook-kind-statement-ready = A statement is ready
webhook-kind-payout-sent = A payout was sent
webhook-kind-set-list-matched = A set list was matched
webhook-kind-log-published = The public log has a new checkpoint
webhook-kind-webhook-test = Test
refusal-webhook-kind = This cannot be told here.
refusal-webhook-kind-hint = Tick at least one thing of the list.
refusal-webhook-address = This address cannot be told.
refusal-webhook-address-hint = Use an address that begins with https:// and is on the public internet.
refusal-webhook-many = There are as many webhooks as one owner can have.
refusal-webhook-many-hint = Remove those that nothing listens to.
refusal-webhook-unknown = There is no such webhook.
refusal-webhook-unknown-hint = It may be over already.
refusal-webhook-ended = This webhook is over.
refusal-webhook-ended-hint = Add its address again.
refusal-delivery-unknown = There is no such message.
refusal-delivery-unknown-hint = Messages are remembered for 30 days.
refusal-delivery-waits = It waits to be sent again already.
refusal-delivery-waits-hint = Load the page again in a minute.

train-title = What trains our own programs
train-member-what = What you play here teaches our recommender which recordings go well together: only together with what others play, never with your name, and never shown to anybody. You can refuse; it holds from the next training on. Periods whose key is destroyed can be led back to nobody, so what was played in them stays as it is.
train-answers-what = Your answers to doubtful lines (which recording a line of a set list means) teach our matcher to read lines. They do so only where you and the DJ both said yes.
train-lists-what = Recordings that you play in set lists teach our recommender which recordings go well together: only where enough DJs played them, and never with your name.
train-answers-yes = Your answers train it.
train-answers-no = Your answers train nothing.
train-plays-yes = What you play trains it.
train-plays-no = What you play trains nothing.
train-heard-yes = What you play trains it.
train-heard-no = What you play trains nothing.
train-refuse = Refuse
train-allow = Allow
review-training-set = Say yes or no
