# Clés d’accès, la maison vue de l’intérieur, règles qui changent, parts partagées, titres, remerciements, banque.

nav-shares = Parts
nav-tracks = Titres avant sortie
nav-thanks = Remerciements
nav-bank = Coordonnées bancaires
nav-sets = Sets passés
nav-rules = Règles

passkeys-title = Clés d’accès
passkeys-what = Une clé d’accès vous fait entrer avec votre doigt, votre visage ou le code de votre appareil. Ni mot de passe, ni courriel, et elle vaut second facteur.
passkey-since = depuis le { $day }
passkey-copied-note = sur plusieurs de vos appareils
passkey-change = Modifier
passkey-end = Supprimer cette clé
passkey-make = Ajouter une clé d’accès
passkey-make-title = Ajouter une clé d’accès
passkey-make-what = Votre appareil demande votre doigt, votre visage ou son code, et garde la clé. Tous les autres navigateurs sont déconnectés.
passkey-make-send = Ajouter une clé d’accès
passkey-show-send = Montrer une clé d’accès
field-passkey-name = Comment vous l’appelez
passkey-name-hint = Par exemple l’appareil où elle se trouve.
passkey-private = Nous gardons ce qui vérifie votre clé, jamais ce qui signe, et rien de votre doigt ni de votre visage.
passkey-door-title = Entrer avec une clé d’accès
passkey-door-what = Votre appareil demande votre doigt, votre visage ou son code.
passkey-not-here = Les clés d’accès demandent une adresse avec un nom et TLS. Celle-ci n’en a pas encore.
passkey-other-ways = Autres façons d’entrer
passkey-wait = Votre appareil demande …
passkey-failed = Rien n’a été montré. Réessayez, ou entrez autrement.
passkey-is-here = Cet appareil a déjà une clé pour vous.
passkey-no-script = Les clés d’accès demandent un navigateur qui exécute des scripts. Toutes les autres façons d’entrer s’en passent.
sign-in-by-passkey = Avec une clé d’accès
second-hint-paper = Un de vos codes sur papier.
codes-passkey-what = Chacun vaut une fois à la place d’une clé, pour le jour où votre appareil est perdu. Imprimez-les ou notez-les maintenant : ils ne seront plus montrés.

house-title = La maison
house-what = Ce qui attend une décision.
house-log = Le journal public
house-runs = Répartitions
house-runs-count = { $count ->
    [0] Aucun brouillon en attente.
    [one] Un brouillon à approuver.
   *[other] { $count } brouillons à approuver.
}
house-payouts = Versements
house-payouts-count = { $count ->
    [0] Aucun lot en attente.
    [one] Un lot à approuver.
   *[other] { $count } lots à approuver.
}
house-suspense = Argent en attente
house-suspense-count = { $count ->
    [0] Aucun délai n’expire sous 30 jours.
    [one] Un délai expire sous 30 jours.
   *[other] { $count } délais expirent sous 30 jours.
}
house-disputes = Revendications et litiges
house-disputes-count = { $count ->
    [0] Rien d’ouvert.
    [one] Un dossier ouvert.
   *[other] { $count } dossiers ouverts.
}
house-guards = Signalements et recours
house-guards-count = { $count ->
    [0] Rien d’ouvert.
    [one] Un dossier ouvert.
   *[other] { $count } dossiers ouverts.
}
house-rules = Règles
house-rules-count = { $count ->
    [0] Aucun changement annoncé.
    [one] Un changement annoncé.
   *[other] { $count } changements annoncés.
}

runs-drafts = À approuver
runs-none = Aucun brouillon en attente.
runs-make = Un nouveau brouillon
runs-make-what = Répartit chaque cagnotte qui a de l’argent et pas de brouillon. Rien n’est comptabilisé avant approbation.
runs-make-send = Faire un brouillon
runs-done = Décidées
runs-none-done = Aucune pour l’instant.
run-allocation = Répartition
run-adjustment = Ajustement
run-reversal = Annulation
run-is-draft = brouillon
run-is-approved = approuvée
run-is-dropped = abandonnée
run-rule = Règle
run-pot = De la cagnotte
run-by = Préparée par
run-approved-by = Approuvée par
run-lines = Lignes
run-beside = À côté de la précédente
run-last = La dernière répartition selon cette règle :
run-first = C’est la première répartition selon cette règle.
run-payees = { $now ->
    [one] Un bénéficiaire
   *[other] { $now } bénéficiaires
 } ({ $before } avant) : { $fresh ->
    [one] un nouveau
   *[other] { $fresh } nouveaux
 }, { $gone ->
    [one] un absent
   *[other] { $gone } absents
 } désormais.
run-changes = Les plus grands changements
run-others = Ce qui attend ou a été déduit
run-who = Qui
run-before = Avant
run-now = Maintenant
run-change = Écart
run-total = Toutes les lignes
run-decide = Votre décision
run-decide-what = Approuver comptabilise exactement ces lignes. Elles ne sont plus jamais modifiées ; une erreur se corrige par une autre répartition.
run-approve = Approuver
run-drop = Abandonner ce brouillon
run-hashes = Empreintes
run-inputs = Ce qui est entré :
run-outputs = Ce qui est sorti :

payouts-batches = Lots
payouts-none = Aucun lot pour l’instant.
payouts-batch = Lot { $number }, { $count ->
    [one] un versement
   *[other] { $count } versements
}
payouts-prepare = Préparer un lot
payouts-prepare-what = Réserve chaque solde dû. Une autre personne l’approuve.
payouts-prepare-send = Préparer
payouts-stay = Ce qui reste, et pourquoi
payouts-prepared-by = Préparé par
payouts-approve = Approuver
payouts-drop = Abandonner ce lot
batch-prepared = à approuver
batch-approved = approuvé
batch-dropped = abandonné

suspense-what = Chaque somme attend pour une raison, depuis un jour, jusqu’à un jour, et a une destination ensuite.
suspense-none = Rien n’attend.
suspense-over = { $count ->
    [one] Un délai a expiré.
   *[other] { $count } délais ont expiré.
}
suspense-end = Envoyer où cela doit aller
suspense-due = Jusqu’au
suspense-since = Depuis
suspense-to = Puis vers
suspense-amount = Montant
suspense-open = une personne décide
suspense-is-over = expiré
suspense-days = { $count ->
    [0] aujourd’hui
    [one] un jour restant
   *[other] { $count } jours restants
}
suspense-more = { $count } de plus avec des délais plus longs.

disputes-open = À décider
disputes-none = Aucune revendication ouverte.
disputes-done = Décidées
disputes-none-done = Aucune pour l’instant.
disputes-claimant = Revendiqué par
disputes-accept = Accepter
disputes-refuse = Refuser
disputes-freeze = Geler : deux se contredisent
disputes-settle = Trancher pour cette revendication
disputes-settle-before = Trancher pour qui répondait avant
disputes-note = Un nom gelé ne reçoit rien, et ses délais s’arrêtent, jusqu’à ce que son litige soit tranché.
claim-is-open = ouverte
claim-is-accepted = acceptée
claim-is-refused = refusée
claim-is-disputed = en litige
claim-is-invited = invitée
claim-is-settled = réglée

doctor-title = Le docteur
doctor-what = { $count ->
    [0] Tout est sain.
    [one] Une chose ne va pas.
   *[other] { $count } choses ne vont pas.
}
doctor-covered = Tout ce qui est dû est détenu
doctor-short = Moins est détenu que dû
doctor-held = Détenu
doctor-lent = Avancé
doctor-owed = Dû
doctor-own = À la maison
doctor-bank = Dernier dit par la banque
doctor-unexplained = Inexpliqué
doctor-checks = Ce qui a été regardé
doctor-examined = { $count } regardés, { $found } trouvés
doctor-fine = Rien trouvé.

visits-title = Ce que les auditeurs ont regardé
visits-what = Qui regarde les comptes pour un temps est noté ici, page par page.
visits-none = Personne n’a encore regardé.
visits-when = Quand
visits-who = Qui
visits-page = Page
visits-answer = Réponse

rules-page-title = Les règles
rules-what = Selon quoi les sommes sont partagées, et ce que la maison a fixé à côté. Ce qui change est annoncé au moins 30 jours avant, et vous pouvez dire ce que vous en pensez.
rules-changes = Ce qui va changer
rules-changes-none = Rien ne va changer.
rules-from = En vigueur le { $day } ; annoncé le { $told }.
rules-withdrawn = Retiré le { $day }.
rules-withdrawn-why = Pourquoi c’est retiré :
rules-comments = { $count ->
    [one] Un commentaire
   *[other] { $count } commentaires
}
rules-somebody = une personne
rules-comment = Dire ce que vous en pensez
rules-comment-words = Votre commentaire, lisible par tout le monde
rules-comment-as = Au nom de
rules-comment-nobody = sans nom
rules-comment-send = Publier
rules-comment-sign-in = Entrer pour commenter
rules-withdraw = Retirer ce changement
rules-announce = Annoncer un changement
rules-announce-what = Il entre en vigueur de lui-même à son jour, dans { $count } jours au plus tôt.
rules-policy = Ce qui change
rules-value = Ce qui vaudra
rules-day = À partir de quel jour (UTC)
rules-announce-send = Annoncer
rules-sets = Comment les sommes sont partagées
rules-hash = SHA-256
rules-policies = Ce qui est fixé à côté
rules-policies-what = Seuils, frais et délais, tels qu’ils valent maintenant.
rules-past = Changements passés

shares-title = Parts
shares-to-you = Ce qu’on vous propose
shares-to-you-none = Personne ne vous a proposé de part qui attende.
shares-held = Ce que vous détenez
shares-held-none = Aucune part d’enregistrement n’est indiquée pour vous. Là où vous êtes seul crédité, vous êtes payé sans elle.
shares-held-what = Votre part de chaque enregistrement, aujourd’hui.
shares-offer = Partager avec une personne qui y a travaillé
shares-offer-what = Une partie de votre propre part lui revient dès qu’elle confirme, à partir de ce jour. Ce qui a été joué avant est partagé comme avant.
shares-recording = De quel enregistrement
shares-whom = Avec qui
shares-whom-hint = Le nom tel qu’il est crédité ici.
shares-part = Quelle partie de l’enregistrement entier
shares-part-hint = En pour cent, par exemple 25.
shares-words = Un mot pour elle
shares-offer-send = Proposer
shares-from-you = Ce que vous avez proposé
shares-from-you-none = Vous n’avez rien proposé.
shares-to = à { $name }
shares-by = par { $name }
shares-confirm = Confirmer
shares-refuse = Refuser
shares-withdraw = Retirer
offer-open = en attente
offer-confirmed = confirmée
offer-refused = refusée
offer-withdrawn = retirée

tracks-title = Titres avant sortie
tracks-what = Inscrivez un titre avant sa sortie et mettez son identifiant dans les métadonnées du fichier : qui le joue sera bien lu.
tracks-none = Aucun titre inscrit.
tracks-unreleased = pas encore sorti
tracks-out = sorti
tracks-id = identifiant pour le fichier
tracks-release = Il est sorti
tracks-isrc = Son ISRC, s’il en a un
tracks-release-send = Il est sorti
tracks-register = Inscrire un titre
tracks-field-title = Titre
tracks-field-version = Version
tracks-field-artist = Artiste, tel qu’il sera imprimé
tracks-field-artist-hint = Votre propre nom si vous laissez vide.
tracks-field-label = Label
tracks-field-label-hint = S’il est connu.
tracks-another = C’est un autre enregistrement que celui-là
tracks-register-send = Inscrire

thanks-title = Remercier qui vous a joué
thanks-what = Les sets qui vous ont payé et dont les DJ montrent qu’ils ont joué. Un merci se passe de mots.
thanks-none = Aucun set dont le DJ le montre, pour l’instant.
thanks-note = Les sets dont les DJ montrent moins ne sont pas ici, et paient tout autant.
thanks-a-dj = Un ou une DJ
thanks-said-on = Remercié le { $day }.
thanks-words = Un mot, si vous voulez
thanks-send = Remercier
thanks-got = { $count ->
    [one] Un merci
   *[other] { $count } mercis
}

bank-title = Coordonnées bancaires
bank-now = Où va votre argent
bank-none = Nulle part encore : votre solde vous attend.
bank-since = depuis le { $day }
bank-from = à partir du { $day }
bank-give = Les donner
bank-change = Les modifier
bank-what = Seule la personne titulaire peut les modifier, avec le second facteur. Un changement attend quelques jours, et l’adresse connue avant est prévenue.
bank-holder = Titulaire, comme sur la carte bancaire
bank-iban = IBAN
bank-elsewhere = Un compte sans IBAN, ou hors SEPA
bank-account = Numéro de compte
bank-bic = BIC
bank-country = Pays, deux lettres
bank-street = Rue
bank-building = Numéro
bank-postcode = Code postal
bank-town = Ville

sets-title = Sets passés
sets-none = Aucun set pour l’instant.
sets-unnamed = Un set
sets-again = Avec les réglages de la dernière fois
sets-like-this = Mêmes réglages
sets-badge = Badge
sets-thanks = { $count ->
    [one] un merci
   *[other] { $count } mercis
}
badge-title = Votre badge
badge-share = Au moins { $percent } % du cachet va aux personnes dont la musique a été jouée.
badge-lines = { $matched } titres reconnus sur { $lines }.
badge-check = Tout le monde peut vérifier cette note sans nous demander : elle est signée.

refusal-passkey-refused = Cette clé d’accès n’a pas été acceptée.
refusal-passkey-refused-hint = Rechargez la page et réessayez.
refusal-passkey-late = La demande n’est plus valable : déjà répondue, ou trop ancienne.
refusal-passkey-late-hint = Rechargez la page et montrez la clé encore une fois.
refusal-passkey-unknown = Cette clé d’accès n’est pas connue ici.
refusal-passkey-unknown-hint = Prenez-en une autre, ou entrez autrement.
refusal-passkey-copied = Cette clé compte moins qu’avant : une copie se trouve peut-être quelque part.
refusal-passkey-copied-hint = Entrez autrement, supprimez cette clé et faites-en une nouvelle.
refusal-passkey-here = Cette clé d’accès est déjà ici.
refusal-passkey-here-hint = Prenez un autre appareil.
refusal-passkey-many = Vous avez { $n } clés d’accès.
refusal-passkey-many-hint = Supprimez celles qui ne servent plus.
refusal-passkey-no-site = Les clés d’accès demandent une adresse avec un nom et TLS.
refusal-passkey-no-site-hint = La maison fixe la politique house-url.
refusal-change-same = La politique « { $a } » vaut déjà « { $b } ».
refusal-change-early = Un changement est annoncé au moins { $n } jours avant d’entrer en vigueur.
refusal-change-reason = Dites-le en quelques phrases.
refusal-change-unknown = Ce changement n’existe pas.
refusal-change-over = Ce changement est déjà en vigueur, ou a été retiré.
refusal-change-often = Vous avez déjà dit { $n } choses sur ce changement.
refusal-offer-self = Cela est déjà à vous.
refusal-offer-self-hint = Proposez-le à quelqu’un d’autre.
refusal-offer-unknown = Cette proposition n’existe pas.
refusal-offer-answered = Cette proposition a déjà reçu une réponse.
refusal-offer-many = { $n } de vos propositions attendent.
refusal-share-none = Vous ne détenez pas de part unique de cet enregistrement, pour tous usages et partout, qui puisse être divisée.
refusal-share-none-hint = Indiquez d’abord votre part, ou demandez à la maison.
refusal-share-less = Vous proposez plus que ce que vous détenez de cet enregistrement.
refusal-share-less-hint = Proposez-en une partie.
refusal-thanks-long = C’est plus long que { $n } lettres.
refusal-thanks-unknown = Ce set ne vous a pas payé.
refusal-thanks-said = Vous avez déjà remercié pour ce set.
refusal-same-person = Qui prépare un lot ne peut pas l’approuver aussi.
refusal-same-person-hint = Une autre personne doit le regarder.
refusal-nothing-due = Rien n’est dû.

account-second-passkey = { $count ->
    [0] Votre clé d’accès est votre second facteur. Plus aucun code sur papier : supprimez la clé et ajoutez-la de nouveau pour en avoir.
    [one] Votre clé d’accès est votre second facteur, avec un code sur papier restant.
   *[other] Votre clé d’accès est votre second facteur, avec { $count } codes sur papier restants.
}
batch-confirmed = confirmé par la banque
