jobs-title = Background work
jobs-what = What the house does by itself: mail, decoding, bills, the jobs of the day. What was given up waits here for somebody to look.
jobs-dead = Given up
jobs-running = At work
jobs-waiting = Waiting
jobs-done = Done in the last seven days
jobs-none = None.
jobs-more = The newest ones are shown; the command `tantieme jobs list` shows all.
jobs-tries = { $count ->
    [0] not tried yet
    [one] tried once
   *[other] tried { $count } times
  }
jobs-again = Try again
jobs-again-done = It waits again and is done within seconds.

job-mail-deliver = A mail
job-sign-in-link = A link to sign in
job-sweep = Tidying up
job-audio-analyse = Decoding files
job-brief-due = Deadlines of contracts with brands
job-imitation-deadline = Deadlines of reported imitations
job-contracts-renew = Contracts that go on
job-invoices-due = Bills that are due
job-period-forget = Keys of listening, destroyed in time
job-discovery-train = Training the recommender
