# Les pages d’un membre. Les valeurs anglaises sont dans le même ordre dans ../en/listen.ftl.
nav-listen = Écouter
nav-more = Plus
nav-menu = Menu
nav-selections = Sélections

listen-title = Écouter
listen-search = Un titre, un artiste, un album
listen-empty = Il n’y a encore rien à écouter ici.
listen-recent = Écouté récemment
listen-chosen = Choisi pour vous
listen-newest = Nouveau ici
listen-albums-all = Tous les albums
listen-yours = À vous
listen-favourites = Favoris
listen-favourites-short = Ce que vous avez marqué
listen-favourites-none = Rien encore. Appuyez sur l’étoile à côté de ce que vous aimez.
listen-lists = Listes de lecture
listen-lists-short = À vous seul, et à emporter
listen-lists-none = Aucune encore.
listen-history = Ce que j’ai écouté
listen-history-short = Vous seul le voyez
listen-voyage = Le voyage
listen-voyage-short = De n’importe quel nom à la musique d’à côté
listen-players = Mes lecteurs
listen-players-short = Écouter sur votre téléphone
listen-money = Où est allé l’argent de ma place
listen-money-short = Qui a été payé parce que vous écoutez
listen-private = Votre établissement n’apprend pas ce que vous écoutez, et les artistes n’apprennent pas qui vous êtes.
listen-play = Écouter { $title }
listen-queue-add = Écouter { $title } plus tard
listen-star = { $title } parmi vos favoris
listen-found = « { $words } »
listen-found-nothing = Rien ici ne porte ce nom.
listen-voyage-from = En voyage depuis { $words }
listen-artists = Artistes
listen-songs = Enregistrements
listen-albums = Albums
listen-albums-title = Les albums, les plus récents d’abord
listen-pages = Pages
listen-newer = Plus récents
listen-older = Plus anciens
listen-count = { $count ->
    [one] un enregistrement
   *[other] { $count } enregistrements
}
listen-all = Tout écouter
listen-this = Écouter
listen-to-list = Mettre sur une liste
listen-near = Tout près
listen-why = Pourquoi ceux-ci ?
listen-by-hand = Ce navigateur ne nous dit pas que vous avez écouté. Si c’est le cas, dites-le : cela compte pour ceux qui l’ont fait.
listen-heard = Je l’ai écouté
listen-list-which = Liste
listen-list-new = Une nouvelle
listen-list-name = Nom de la liste
listen-list-add = L’y mettre
listen-list-make = Créer une liste
listen-list-empty = Rien dessus encore. On y met un enregistrement depuis sa propre page.
listen-list-gone = { $count ->
    [one] Un enregistrement n’est pas disponible en ce moment. Il reste sur la liste et reviendra avec elle.
   *[other] { $count } enregistrements ne sont pas disponibles en ce moment. Ils restent sur la liste et reviendront avec elle.
}
listen-list-take = L’emporter
listen-list-change = La modifier ou la supprimer
listen-list-words = Quelques mots
listen-list-drop = Supprimer la liste
listen-list-out = Retirer { $title } de la liste
listen-chosen-missing = { $count ->
    [one] Un de ces enregistrements ne peut être écouté ici en ce moment.
   *[other] { $count } de ces enregistrements ne peuvent être écoutés ici en ce moment.
}
listen-chosen-words = Ce qu’ils en disent

listen-history-what = Personne d’autre ne voit cette page. Vous pouvez oublier une chose ou tout ; ce pour quoi des artistes ont été payés leur reste.
listen-history-none = Rien encore.
listen-history-more = { $count ->
    [one] Un de plus se trouve dans ce que vous emportez depuis votre compte.
   *[other] { $count } de plus se trouvent dans ce que vous emportez depuis votre compte.
}
listen-times = { $count ->
    [one] une fois
   *[other] { $count } fois
}
listen-forget = Oublier { $title }
listen-forget-all = Tout oublier
listen-forget-what = Ce qui est sur cette page est effacé aussitôt, et personne ne peut le faire revenir.
listen-forget-send = Oublier tout ce que j’ai écouté
listen-counted = Ce qui compte pour les artistes
listen-counted-what = Une écoute compte quand trente secondes ont été entendues. Elle est notée sous un nom qui change à chaque période ; nous pouvons vous montrer les vôtres jusqu’à ce que la clé de la période soit détruite.
listen-period = Période
listen-counted-plays = Comptées
listen-set-aside = Mises de côté

listen-players-what = Prenez le lecteur que vous aimez, pourvu qu’il parle OpenSubsonic. Donnez à chacun son propre mot de passe, et retirez-le si le téléphone est perdu. Votre mot de passe à vous n’est jamais demandé.
listen-player-name = Pour quel lecteur ou appareil ?
listen-player-name-hint = Par exemple « téléphone »
listen-password-make = Créer un mot de passe d’application
listen-key-make = Créer une clé d’API
listen-password = Mot de passe d’application
listen-key = Clé d’API
listen-made = À saisir dans votre lecteur
listen-made-once = Copiez-le maintenant : il ne sera plus montré.
listen-server = Adresse du serveur
listen-login = Nom pour les lecteurs
listen-players-open = Ce qui est ouvert
listen-since = depuis le { $day }
listen-players-end = Retirer
listen-players-how = Que saisir dans le lecteur
listen-players-which = Choisissez « Subsonic » ou « OpenSubsonic » comme type de serveur. Le mot de passe va avec le nom ; la clé va seule.
listen-opds = Livres et bandes dessinées (OPDS)
listen-scrobble = Écoutes (ListenBrainz), avec une clé d’API comme jeton
listen-players-visit = Vous êtes là pour la journée. Les mots de passe d’application sont pour les membres qui écoutent chez eux.

listen-money-what = Ce que paie votre établissement est partagé selon une règle publique. Voici la part de votre propre place : ce que toutes les places portent de même, et ce qui a suivi vos écoutes.
listen-money-none = Rien n’a encore été partagé que nous puissions vous montrer. Cela paraît ici une fois la période close et l’argent réparti.
listen-money-private = Vous seul voyez cette page. Nous pouvons faire ce calcul tant que nous tenons la clé de la période ; ensuite elle est détruite, et personne ne le peut plus, nous non plus.
listen-money-seat = votre place
listen-money-few = Moins de { $count } places sont derrière cette période : des montants en diraient trop sur les autres. Vous voyez des parts à la place.
listen-money-bar = Où est allé l’argent de la place
listen-money-rule = La règle : { $rule }
listen-money-until = Visible jusqu’au { $day }.
listen-money-untold = non dit
listen-money-own = Ceci vous a suivi, au millionième près :
listen-money-nothing = Rien de ce que vous avez écouté ne comptait pour cette part.
listen-money-alike = Toutes les places portent ceci de même.
listen-part-local = Aux œuvres d’ici, selon vos écoutes
listen-part-member = À ce que vous avez écouté
listen-part-catalogue = Pour la présence au catalogue
listen-part-play = Selon toutes les écoutes de votre établissement
listen-part-fund = { $name }
listen-part-other = { $name }

player = Lecteur
player-play = Écouter
player-pause = Pause
player-prev = Précédent
player-next = Suivant
player-seek = Position dans l’enregistrement
player-place = Position
player-queue = La suite
player-out = Retirer :
player-gone = Ceci ne peut être écouté maintenant. La raison est sur la page « Écouter ».

recording-listen = Écouter
access-enter = Entrer et écouter
sign-in-by-place = Je viens d’une médiathèque, d’une salle ou d’un comité d’entreprise
enter-go = Y aller
enter-by-account-what = Vous vous identifiez sur sa propre page, puis revenez ici.
enter-on-site-what = Dans ses murs, personne n’a à s’identifier. Vous écoutez pour la journée.
enter-by-link = Depuis son site
enter-by-link-what = Suivez le lien sur la page de son catalogue, où vous êtes déjà identifié.
enter-code-go = Saisir le code

refusal-member-none = Vous n’êtes membre d’aucun établissement ici.
refusal-member-none-hint = Entrez par la page de votre médiathèque, avec votre carte ou par une invitation.
refusal-seat-none = Votre établissement n’a pas d’abonnement.
refusal-seat-none-hint = Demandez-lui de s’abonner. Ce que vous gardez ici reste à vous.
refusal-seat-early = L’abonnement de votre établissement n’a pas encore commencé.
refusal-seat-early-hint = Revenez alors ; les sélections sont là pour tous.
refusal-seat-expired = L’abonnement de votre établissement est terminé : plus rien ne se lit.
refusal-seat-expired-hint = Demandez-lui s’il continue. Vos listes et vos favoris vous attendent.
refusal-seat-home = Votre établissement s’abonne pour ses propres murs.
refusal-seat-home-hint = Écoutez sur place ; ce que vous gardez est ici aussi.
refusal-seat-on-site = Votre établissement s’abonne pour l’écoute à domicile.
refusal-seat-on-site-hint = Identifiez-vous comme membre.
refusal-seat-full = Toutes les places de votre établissement sont prises.
refusal-seat-full-hint = Demandez-lui davantage de places. Ce que vous gardez ici reste à vous.
refusal-sound-unknown = Le son de cet enregistrement n’est pas ici.
refusal-sound-uncounted = Cette maison ne compte pas encore les écoutes : elle ne joue donc rien.
refusal-playlist-name = Une liste a besoin d’un nom d’au plus 300 lettres.
refusal-playlist-unknown = Vous n’avez pas de telle liste.
refusal-app-password-name = Il faut un nom d’au plus 100 lettres.
refusal-app-password-name-hint = Dites pour quel lecteur ou appareil.
refusal-app-passwords-many = Vous en avez autant qu’un membre peut en avoir.
refusal-app-passwords-many-hint = Retirez-en un qui ne sert plus.
refusal-app-password-unknown = Celui-ci est déjà retiré.
