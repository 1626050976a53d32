# The page of a game.
game-open = Play
game-members = For members of subscribing institutions.
game-no-way = There is no way to this game yet.
game-apart = The game runs shut away from this site: it sees neither your session nor your pages.
game-key = Your key, for you alone:
game-out = To the game
