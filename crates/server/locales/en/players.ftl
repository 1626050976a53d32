# What reading programs show of the catalogue of books and comics.
opds-sign-in = Sign in with an app password, which you make on your own page; your own password is not taken here.
opds-login = Name for players
opds-password = App password
opds-new = New here
opds-books = Books
opds-comics = Comics
opds-found = What was found
