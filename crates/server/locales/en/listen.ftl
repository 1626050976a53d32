# A member's own pages. Values in French stand in the same order in ../fr/listen.ftl.
nav-listen = Listen
nav-more = More
nav-menu = Menu
nav-selections = Selections

listen-title = Listen
listen-search = A title, an artist, an album
listen-empty = There is nothing to listen to here yet.
listen-recent = Heard lately
listen-chosen = Chosen for you by people
listen-newest = New here
listen-albums-all = All albums
listen-yours = Yours
listen-favourites = Favourites
listen-favourites-short = What you marked
listen-favourites-none = Nothing yet. Press the star beside what you like.
listen-lists = Playlists
listen-lists-short = Yours alone, to take along too
listen-lists-none = None yet.
listen-history = What I heard
listen-history-short = Only you see it
listen-voyage = The voyage
listen-voyage-short = From any name to music nearby
listen-players = My players
listen-players-short = Listen on your phone
listen-money = Where my seat’s money went
listen-money-short = Who was paid because you listened
listen-private = Your institution does not learn what you play, and artists do not learn who you are.
listen-play = Play { $title }
listen-queue-add = Play { $title } later
listen-star = { $title } among your favourites
listen-found = “{ $words }”
listen-found-nothing = Nothing here has that name.
listen-voyage-from = On a voyage from { $words }
listen-artists = Artists
listen-songs = Recordings
listen-albums = Albums
listen-albums-title = Albums, the newest first
listen-pages = Pages
listen-newer = Newer
listen-older = Older
listen-count = { $count ->
    [one] one recording
   *[other] { $count } recordings
}
listen-all = Play all
listen-this = Play
listen-to-list = Put it on a playlist
listen-near = Close to it
listen-why = Why these?
listen-by-hand = This browser does not tell us that you listened. If you did, say so, and it counts for those who made it.
listen-heard = I listened to it
listen-list-which = Playlist
listen-list-new = A new one
listen-list-name = Name of the playlist
listen-list-add = Put it there
listen-list-make = Make a playlist
listen-list-empty = Nothing on it yet. You put recordings on it from their own pages.
listen-list-gone = { $count ->
    [one] One recording on it is not here at the moment. It stays on the list and comes back with it.
   *[other] { $count } recordings on it are not here at the moment. They stay on the list and come back with it.
}
listen-list-take = Take it along
listen-list-change = Change or delete it
listen-list-words = A few words about it
listen-list-drop = Delete the playlist
listen-list-out = Take { $title } off the list
listen-chosen-missing = { $count ->
    [one] One of these cannot be played here at the moment.
   *[other] { $count } of these cannot be played here at the moment.
}
listen-chosen-words = What they say about it

listen-history-what = Nobody else sees this page. You can forget one thing or everything; what artists were paid for stays theirs.
listen-history-none = Nothing yet.
listen-history-more = { $count ->
    [one] One more is in what you take along from your account.
   *[other] { $count } more are in what you take along from your account.
}
listen-times = { $count ->
    [one] once
   *[other] { $count } times
}
listen-forget = Forget { $title }
listen-forget-all = Forget everything
listen-forget-what = What is on this page is erased at once, and nobody can bring it back.
listen-forget-send = Forget everything I heard
listen-counted = What counts for artists
listen-counted-what = A play counts when thirty seconds were heard. It stands under a name that changes each period; we can show you yours until the key of the period is destroyed.
listen-period = Period
listen-counted-plays = Counted
listen-set-aside = Set aside

listen-players-what = Use the player you like: any that speaks OpenSubsonic. Give each its own password, and end it when the phone is lost. Your own password is never asked for.
listen-player-name = Which player or device is it for?
listen-player-name-hint = Such as “telephone”
listen-password-make = Make an app password
listen-key-make = Make an API key
listen-password = App password
listen-key = API key
listen-made = This goes into your player
listen-made-once = Copy it now: it is not shown again.
listen-server = Address of the server
listen-login = Name for players
listen-players-open = What is open now
listen-since = since { $day }
listen-players-end = End it
listen-players-how = What to type into it
listen-players-which = Choose “Subsonic” or “OpenSubsonic” as the kind of server. A password goes with the name; a key goes alone.
listen-opds = Books and comics (OPDS)
listen-scrobble = Listens (ListenBrainz), with an API key as token
listen-players-visit = You are here for the day. App passwords are for members who listen from home.

listen-money-what = What your institution pays is shared by a public rule. This is your own seat’s part of it: what every seat carries alike, and what followed what you played.
listen-money-none = Nothing was shared yet that we can show you. It appears here once a period is closed and paid out.
listen-money-private = Only you see this. We can work it out as long as we hold the key of the period; then it is destroyed, and nobody can, not even we.
listen-money-seat = your seat
listen-money-few = Fewer than { $count } seats stand behind this period, so amounts would tell of others. You see parts instead.
listen-money-bar = Where the money of the seat went
listen-money-rule = The rule: { $rule }
listen-money-until = To be seen until { $day }.
listen-money-untold = not told
listen-money-own = This followed you, to the millionth:
listen-money-nothing = Nothing you played counted for this part.
listen-money-alike = Every seat carries this alike.
listen-part-local = To works of your place, by what you played
listen-part-member = To what you played
listen-part-catalogue = For being in the catalogue
listen-part-play = By all plays of your institution together
listen-part-fund = { $name }
listen-part-other = { $name }

player = Player
player-play = Play
player-pause = Pause
player-prev = Back
player-next = Next
player-seek = Place in the recording
player-place = Place
player-queue = What comes next
player-out = Take off:
player-gone = This cannot be played now. The reason is on the page “Listen”.

recording-listen = Listen
access-enter = Come in and listen
sign-in-by-place = I come from a library, a venue or a works council
enter-go = Go there
enter-by-account-what = You sign in on its own page and come back here.
enter-on-site-what = On its premises nobody has to sign in. You listen for the day.
enter-by-link = From its own site
enter-by-link-what = Follow the link on its catalogue page, where you are signed in already.
enter-code-go = Type the code

refusal-member-none = You are not a member of an institution here.
refusal-member-none-hint = Come in by your library’s own page, with your card, or by an invitation.
refusal-seat-none = Your institution has no subscription.
refusal-seat-none-hint = Ask it to subscribe. What you keep here stays yours.
refusal-seat-early = Your institution’s subscription has not begun yet.
refusal-seat-early-hint = Come back then; selections are there for everybody.
refusal-seat-expired = Your institution’s subscription is over, so nothing plays.
refusal-seat-expired-hint = Ask it whether it goes on. Your playlists and favourites wait for you.
refusal-seat-home = Your institution subscribes for its own rooms.
refusal-seat-home-hint = Listen there; what you keep is here too.
refusal-seat-on-site = Your institution subscribes for listening from home.
refusal-seat-on-site-hint = Sign in as a member.
refusal-seat-full = Every seat of your institution is taken.
refusal-seat-full-hint = Ask it for more seats. What you keep here stays yours.
refusal-sound-unknown = The sound of this recording is not here.
refusal-sound-uncounted = This house does not count plays yet, so it plays nothing.
refusal-playlist-name = A playlist needs a name of at most 300 letters.
refusal-playlist-unknown = There is no such playlist of yours.
refusal-app-password-name = It needs a name of at most 100 letters.
refusal-app-password-name-hint = Say which player or device it is for.
refusal-app-passwords-many = There are as many as one member can have.
refusal-app-passwords-many-hint = End one that is not used any more.
refusal-app-password-unknown = This one is over already.
