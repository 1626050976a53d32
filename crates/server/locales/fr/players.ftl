# What reading programs show of the catalogue of books and comics.
opds-sign-in = Connectez-vous avec un mot de passe d’application, à créer sur votre page ; votre propre mot de passe n’est pas accepté ici.
opds-login = Nom pour les lecteurs
opds-password = Mot de passe d’application
opds-new = Nouveautés
opds-books = Livres
opds-comics = Bandes dessinées
opds-found = Résultats
