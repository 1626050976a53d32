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
