# Institutions and what they publish. The other language has the same keys in the same order.

nav-places = Lieux
places-title = Les lieux partenaires
places-what = Médiathèques, salles et comités d’entreprise qui ouvrent à leur public un catalogue indépendant. Ce qu’ils paient suit ce que leurs propres membres écoutent.
places-none = Aucun lieu ne figure encore dans l’annuaire.
institution-library = Médiathèque
institution-network = Réseau
institution-authority = Collectivité
institution-works-council = Comité d’entreprise
institution-venue = Salle
institution-school = École
institution-other = Institution
access-both = Chez soi et sur place
access-home = Chez soi
access-on-site = Sur place
access-not-now = Pas ouvert en ce moment
access-title = Où écouter
access-what-home = Les membres écoutent chez eux, dans le lecteur de leur choix. Pour devenir membre, adressez-vous au lieu lui-même.
access-what-on-site = Écoutez sur place, à une borne ou dans son réseau.
access-what-none = Ce lieu n’a pas d’abonnement en ce moment. Ce qu’il a choisi reste lisible.
access-site = Son propre site
map-label = Carte de { $count } lieux ; la liste ci-dessous dit la même chose
map-open = Ouvert
map-closed = Pas en ce moment
wish-title = Demander à mon lieu de s’abonner
wish-what = Nous comptons combien de fois chaque lieu est demandé, par mois. Rien sur vous n’est conservé.
wish-none = La liste des lieux n’est pas encore là.
wish-place = Votre commune ou département
wish-choose = Choisir
wish-send = Demander
wish-kept = C’est compté. Merci.
wish-most = Les plus demandés
selections-title = Sélections
selections-all = Toutes les sélections
selections-what = Ce que bibliothécaires et salles ont choisi, avec leurs mots et leurs noms.
selections-none = Aucune sélection n’est montrée en ce moment.
selection-count = { $count ->
    [one] 1 enregistrement
   *[other] { $count } enregistrements
}
selection-by = Choix de { $names }
selection-local = D’ici
selection-shown = Tout le monde la voit
selection-waits = Publiée, pas montrée en ce moment
selection-withdrawn = Retirée
selection-draft = Brouillon
picture-credit = Image : { $name }
kiosk-turn = Sélections
kiosk-next = Suivante
agenda-title = À venir
agenda-day = Jour
agenda-what = Quoi
agenda-words = Précisions
agenda-url = En savoir plus
agenda-add = Ajouter
agenda-remove = Retirer
editor-title = Sélections et agenda
editor-new = Nouvelle sélection
editor-change = La modifier
editor-name = Titre
editor-words = Ce que vous en dites
editor-items = Enregistrements
editor-items-hint = Un par ligne : l’identifiant de l’enregistrement, puis quelques mots.
editor-curators = Qui a choisi, un nom par ligne
editor-from = Montrée à partir de
editor-until = Montrée jusqu’à
editor-utc = Les heures sont en UTC. Laissez vide pour la montrer dès sa publication.
editor-lang = Langue du texte
editor-save = Enregistrer
editor-show = Qui la voit
editor-publish = Publier
editor-withdraw = Retirer
editor-address = Sa page publique :
editor-embed = Dans une page de votre site :
editor-frames = Aucun de vos sites n’est noté pour l’afficher ; demandez-le à la maison.
editor-kiosk = Sur une borne :
editor-picture = Image
editor-picture-file = Un JPEG, PNG ou WebP de 2 Mo au plus
editor-picture-alt = Ce qu’on y voit, pour qui ne la voit pas
editor-picture-credit = Qui l’a faite
institution-ways = De cette institution
institution-public = Page publique
stayed-title = Ce qui est resté ici
stayed-what = { $parties ->
    [one] De vos { $paid }, { $stayed } sont restés chez 1 artiste de votre département.
   *[other] De vos { $paid }, { $stayed } sont restés chez { $parties } artistes de votre département.
}
stayed-untold = { $amount } ont été répartis pour des périodes dont cela n’est pas dit : trop peu d’artistes ou de membres.
seats-title = Places
seats-none = Aucun contrat en cours aujourd’hui.
seats-of = { $taken } places prises sur { $paid }, jusqu’au { $day }
seats-open = { $taken } membres jusqu’ici, jusqu’au { $day }
contracts-title = Contrats
contracts-none = Aucun contrat pour l’instant.
contract-days = Du { $from } au { $until }
contract-key = Attribué aux institutions
contract-seats = { $count } places
contract-renews = Il se renouvelle de lui-même.
contract-noticed = Il a été dénoncé.
price-per-seat = Prix d’une place
price-flat = Forfait
price-per-inhabitant = Prix par habitant
key-equal = à parts égales
key-seats = selon les places
key-inhabitants = selon les habitants
key-weights = selon des parts convenues
sales-title = Factures
sales-none = Aucune facture pour l’instant.
sale-invoice = Facture
sale-credit-note = Avoir
sale-state-open = À payer
sale-state-paid = Payée
sale-state-credited = Annulée
sale-state-credit = Annule une facture
sale-received = { $amount } reçus ; { $open } à payer
sale-credited = Annulée par { $number }
sale-corrects = Annule la facture { $number } du { $day }
sale-seller = Vendeur
sale-buyer = Acheteur
sale-issued = Émise le
sale-due = Échéance
sale-span = Période
sale-span-value = { $from } – { $to }
sale-service = Code service
sale-order = Numéro d’engagement
sale-contract = Contrat
sale-what = Désignation
sale-net-column = HT
sale-net = Total HT
sale-vat = TVA { $rate }
sale-gross = Total TTC
sale-payment = À régler avant le { $day } à { $holder }, { $account }, avec la référence { $reference }.
use-title = Ce que les membres ont fait
use-what = Compté comme le font COUNTER 5.1 et ISO 2789 : qui était actif, ce qui a été consulté, ce qui a été écouté.
use-none = Rien n’a encore été dit : chaque période l’est une fois, quand elle est finie.
use-few = Moins de { $count } membres actifs : rien n’est dit.
use-private = Derrière chaque chiffre se tient au moins le nombre de membres que fixe la maison. Ce qui serait moindre est dit avec son voisin : rien ne se déduit non plus par soustraction.
use-members = { $count } membres actifs
use-sessions = { $count } sessions
use-of = De
use-all = Ensemble
use-total-requests = Usages
use-unique-requests = uniques
use-total-investigations = Consultations
use-unique-investigations = uniques
use-active = Membres
medium-audio = Musique
medium-video = Film
medium-game = Jeux
medium-book = Livres
medium-comic = Bandes dessinées
near-here = D’ici
near-country = Du pays
near-elsewhere = D’ailleurs
near-unknown = Origine inconnue

## Money, invitations, what was heard, guards

use-more = Toutes les périodes, en tableau et en fichiers
use-requests = { $count ->
    [one] 1 requête
   *[other] { $count } requêtes
}
use-investigations = { $count ->
    [one] 1 consultation
   *[other] { $count } consultations
}
contract-rule = Partagé selon la règle { $rule }.
contract-carries = L’argent des places que personne n’a utilisées va à votre prochaine cagnotte ; s’il n’en vient pas à temps, au fonds de solidarité.
connect-title = Pour vos propres systèmes
connect-what = Votre catalogue peut moissonner ce qu’il y a à écouter, et vos lecteurs entrent par une porte qui les connaît.
connect-feed = Flux du catalogue (OAI-PMH 2.0)
connect-forms = Ses formats
connect-enter = L’entrée de vos lecteurs
connect-doors = Portes ouvertes
connect-none = aucune pour l’instant ; la maison les ouvre avec vous
connect-try = Voir le flux
way-in-oidc = OpenID Connect
way-in-cas = CAS
way-in-signed-link = lien signé
way-in-pmb = lien PMB
way-in-network = réseau sur place
way-in-card = carte et code
money-title = Ce que votre argent a fait
money-what = Où est allé l’argent de chaque période, au millionième près. La règle permet de tout recalculer.
money-none = Rien n’a encore été facturé.
money-still = Pas encore partagé
money-awaited = facturé, pas encore arrivé
money-arrived = arrivé
money-untold = { $amount } ont été partagés. Ce qu’ils sont devenus n’est pas dit : trop peu de membres sont derrière.
money-received = Vous avez payé, hors TVA
money-brought = De places inutilisées auparavant
money-paid = Aux artistes et autres ayants droit
money-waits = Attend à qui cela revient
money-carried = De places inutilisées, vers votre prochaine cagnotte
money-house-operation = Fonctionnement du service
money-house-research = Recherche et développement
money-fund-solidarity = Fonds de solidarité : avances aux petits producteurs
money-next = { $amount } de places que personne n’a utilisées attendent votre prochaine cagnotte.
money-next-until = Si aucune n’est partagée d’ici le { $day }, ils vont au fonds de solidarité.
money-private = Une période n’est dite que si assez de membres y ont écouté. Là où les places inutilisées reportent de l’argent, les montants diraient combien ont écouté ; une période qui ne peut être dite cache donc la suivante autant qu’il le faut.
invitations-title = Invitations
invitations-what = Un code permet à un nombre de personnes de devenir membres jusqu’à un jour donné. On le saisit sous Rejoindre.
invitations-none = Pas encore d’invitation.
invitations-members = { $count ->
    [one] 1 membre jusqu’ici. Qui c’est, on ne vous le dit jamais.
   *[other] { $count } membres jusqu’ici. Qui ils sont, on ne vous le dit jamais.
}
invitation-made = Le code, montré cette seule fois. Notez-le :
invitation-new = Une nouvelle invitation
invitation-note = Comment vous l’appelez
invitation-note-hint = Pour vous-même, par exemple « comptoir, automne »
invitation-uses = Pour combien de personnes
invitation-until = Valable jusqu’au
invitation-send = Créer le code
invitation-nameless = sans nom
invitation-used = { $used } sur { $most }
invitation-runs = Valable jusqu’au { $day } inclus.
invitation-over = Terminée ; elle valait jusqu’au { $day } inclus.
invitation-end = Y mettre fin

heard-of = Ce qui a été écouté de { $name }
heard-what = Ce que des membres de médiathèques et d’autres lieux ont écouté : ce qui compte, ce qui a été mis de côté et pourquoi. Rien de mis de côté n’est jeté, et vous pouvez le contester.
heard-to-statement = Relevé
heard-none = Aucune période close ne contient encore rien de vous.
heard-recording = Enregistrement
heard-aside = mises de côté :
heard-plays = Écoutes
heard-counted = comptées
heard-rest = { $count ->
    [one] Dit en une somme, car peu de membres sont derrière chacun : 1 écoute de
   *[other] Dit en une somme, car peu de membres sont derrière chacun : { $count } écoutes de
}
heard-withheld = Il y a plus, qui n’est pas dit : trop peu de membres sont derrière. Ce que cela a rapporté est sur votre relevé, dans le total.
heard-few = Derrière chaque chiffre se tiennent au moins autant de membres que le dit le seuil de la maison. Personne n’apprend qui a écouté.
heard-link = Ce qui a été écouté, et ce qui a été mis de côté
why-counted = comptées
why-unreported = récupéré, et aucun lecteur n’a dit que c’était écouté
why-undelivered = dit écouté, et rien n’en a été livré à cet appareil
why-partly-delivered = dit écouté, et trop peu en a été livré
why-too-soon = dit écouté plus tôt que possible
why-not-heard = d’après les positions du lecteur lui-même, trop peu a été écouté
why-at-once = plus a été déclaré dans ce temps que quiconque peut y écouter
why-repeat = le même enregistrement encore dans une même séance
guard-title = Ce qui attend une personne
guard-beyond-hearing = plus qu’une journée ne peut contenir
guard-one-party = presque tout pour un seul ayant droit
guard-ring = un cercle de comptes
guard-same-basket = le même panier
guard-own-tracks = ses propres enregistrements dans une setlist
guard-copied-list = une setlist copiée
guard-waits = { $count ->
    [one] L’argent d’1 de ces enregistrements attend pendant qu’une personne regarde comment il a été joué ({ $guard }). Décision au plus tard le { $day } ; sans décision, il est libéré.
   *[other] L’argent de { $count } de ces enregistrements attend pendant qu’une personne regarde comment ils ont été joués ({ $guard }). Décision au plus tard le { $day } ; sans décision, il est libéré.
}
guard-promise = On ne vous dit ni combien attend, ni de qui l’écoute est regardée. Chaque garde a des causes honnêtes, c’est donc une personne qui décide.
appeals-title = Contestations
appeals-none = Aucune contestation n’est ouverte.
appeal-title = Contester ce qui a été mis de côté
appeal-what = Il ne vous faut aucun chiffre : qui détient un enregistrement peut demander. Une personne décide, avec un motif ; ce qui est accordé est payé à la prochaine correction de la cagnotte.
appeal-closed = Aucune période n’accepte de contestation en ce moment.
appeal-period = Période
appeal-until = jusqu’au { $day }
appeal-recording = Enregistrement
appeal-recording-hint = Son identifiant, par exemple rec-…
appeal-why = Mis de côté parce que
appeal-words = Ce qui est faux
appeal-words-hint = Par exemple : joué à une classe de trente élèves sur une place
appeal-send = Envoyer la contestation
appeal-sent = Votre contestation est notée.
appeal-open = ouverte
appeal-granted = accordée
appeal-refused = refusée
appeal-because = Parce que :
appeal-granted-what = C’est payé à la prochaine correction de la cagnotte.
guards-title = Gardes et contestations
guards-what = Ce qui semble n’avoir été écouté par personne attend, avec ses preuves, qu’une personne dise ce que c’était. Ce qui a été mis de côté et est contesté attend ici aussi.
guards-held = Retenu
guards-none = Rien n’est retenu.
guards-until = jusqu’au { $day }
guards-holds = { $count ->
    [one] 1 ligne ou écoute
   *[other] { $count } lignes ou écoutes
}
guards-reason = Motif, qui est conservé
guards-release = Libérer : tout allait bien
guards-uphold = Maintenir : cela ne compte pas
guards-decided = Décidé
guards-done = C’est décidé. La prochaine correction de la cagnotte déplace l’argent.
guards-note = Une décision est définitive. Les membres sont des noms salés ; ce qui mène à eux est détruit avec la clé de la période.
flag-released = libéré
flag-upheld = maintenu
flag-overdue = libéré, faute de décision à temps
flag-held = retenu
appeals-about = { $plays ->
    [one] 1 écoute mise de côté
   *[other] { $plays } écoutes mises de côté
}, de { $members ->
    [one] 1 membre
   *[other] { $members } membres
}, { $largest } au plus d’un seul
appeals-grant = Accorder : cela compte
appeals-refuse = Refuser
refusal-appeal-words = Il faut des mots ici.
refusal-appeal-words-hint = Dites ce qui est faux, ou pourquoi c’est décidé ainsi.
refusal-appeal-reason = Rien n’est mis de côté pour ce motif.
refusal-appeal-reason-hint = Choisissez un des motifs du formulaire.
refusal-appeal-not-yours = Vous ne détenez rien de cet enregistrement ici.
refusal-appeal-not-yours-hint = Déclarez d’abord votre part.
refusal-appeal-too-late = Cette période n’accepte pas de contestation.
refusal-appeal-too-late-hint = Une contestation vient dans le délai après la clôture de la période.
refusal-appeal-before = Il y a déjà une contestation sur cet enregistrement et ce motif dans cette période.
refusal-appeal-before-hint = Vous voyez plus bas où elle en est.
refusal-appeal-unknown = Cette contestation n’existe pas.
refusal-appeal-decided = Cette contestation est déjà décidée.
refusal-appeal-decided-hint = Une décision est définitive.
refusal-guard-reason = Une décision a besoin d’un motif.
refusal-guard-reason-hint = Dites ce qui a été trouvé.
refusal-flag-unknown = Ce signalement n’existe pas.
refusal-flag-decided = Ce signalement est déjà décidé.
refusal-flag-decided-hint = Une décision est définitive ; corrigez plutôt les parts ou la setlist.
refusal-flag-overdue = Son délai est passé : il compte comme libéré.
refusal-flag-overdue-hint = La prochaine correction de la cagnotte paie ce qu’il retenait.
refusal-invitation-uses = Un code ne peut pas être créé pour ce nombre de personnes.
refusal-invitation-uses-hint = Entre 1 et 100 000.
refusal-invitation-until = Ce code serait déjà terminé.
refusal-invitation-until-hint = Choisissez un jour à venir.
sale-paid-on = Payée le
sale-prepaid = { $amount } ont été payés avant l’émission de cette facture, avec la référence { $reference }. Rien ne reste à payer.
kiosk-hold = Arrêter le défilement
kiosk-go = Reprendre le défilement
