# Les pages en français. Même ordre que ../en/pages.ftl.

house = Tantième
skip = Aller au contenu
lang-name = Français
lang-label = Langue
foot = De l’argent pour celles et ceux qui font la musique, au millionième près. Chaque montant s’ouvre sur son origine.

nav-label = Principal
nav-submit = Déposer une setlist
nav-search = Mon nom y est-il ?
nav-statement = Relevés
nav-figures = Chiffres

month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre

## Première page

home-title = Ce qui est joué est payé
home-what = Un DJ, une salle ou un organisateur met de côté une part d’un cachet et dépose ce qui a été joué. Chaque ligne de cette liste gagne sa part, qui va aux personnes qui ont fait l’enregistrement. Qui n’est pas encore inscrit est crédité quand même, et son argent l’attend.
worked-title = Une soirée, divisée
worked-fee = Un cachet de 1 000 €, dont 5 % sont mis de côté
worked-fee-value = 50,00 €
worked-pot = 15 % font vivre le service, le reste va à la musique
worked-pot-value = 42,50 €
worked-line = Vingt titres ont été joués ; chacun gagne
worked-line-value = 2,125 €
doors-title = Où aller
door-submit = Déposer une setlist
door-submit-what = Depuis Rekordbox, Traktor, Serato, Engine DJ, VirtualDJ, Mixxx, ou collée en texte
door-search = Mon nom y est-il ?
door-search-what = Cherchez votre nom d’artiste et réclamez ce qui vous attend
door-statement = Lire un relevé
door-statement-what = Ce qui a été gagné, selon quelle règle, et ce qui a été versé

## Chiffres

figures-short = Jusqu’ici
figures-all = Tous les chiffres
figures-title = Chiffres
figures-what = Ce qui est entré, et où se trouve chaque part aujourd’hui.
figures-none = Rien n’est encore entré, ou trop peu de personnes ont donné pour montrer un total sans montrer ce que l’une d’elles a donné.
figures-people = Qui a été touché
figures-private = Ce que donne un DJ ne regarde personne. Les totaux sur trop peu de personnes ne sont pas montrés.
figure-received = Reçu
figure-paid = Versé
figure-owed = Crédité, pas encore versé
figure-suspense = En attente d’un titulaire
figure-deducted = Gardé pour le service
figure-open = Reporté
figure-owed-or-waiting = Crédité ou en attente, pas encore versé
figure-shared-net = Réparti, après déductions
figures-as-of = Au { $day }. Les chiffres avancent quand assez d’autres ont donné pour que la part de personne ne se voie.
figure-waiting = En attente d’un titulaire : { $reason }
figures-in = En { $currency }
figure-received-gross = Reçu, avant toute déduction
figure-allocated-net = Dont crédité aux artistes et labels
figure-paid-gross = Versé, avant frais, impôts et avances
figure-paid-net = Arrivé sur leurs comptes
not-told = trop peu pour être dit
n-of-m = { $n } sur { $m }
people-lines = Lignes payées
suspense-unmatched = enregistrement inconnu
suspense-together = pour plusieurs raisons
suspense-no-holder = personne n’est nommé
suspense-open-share = part que personne ne réclame
suspense-overclaimed = plus que le tout est réclamé
suspense-disputed = en litige
suspense-unreferenced = virement sans référence
suspense-overpaid = plus que promis
suspense-returned = versement revenu
suspense-unplayed = rien n’a été joué
suspense-unlicensed = source sans licence
suspense-no-performer = artiste non nommé
suspense-flagged = quelqu’un examine la façon dont il a été joué
suspense-unclaimed = pas encore inscrit
people-credited = Artistes et labels crédités
people-paid = Dont payés
people-countries = Pays
people-claimed = Dont inscrits
people-first = Tout premier argent tiré de la musique
people-cost = Coût par ligne payée
people-top = Part de l’argent venue du dixième qui donne le plus
people-booked = Parmi les plus programmés, combien participent
people-above = À plus de { $level } par an

## Dépôt

submit-title = Déposer une setlist
submit-what = Envoyez le fichier écrit par votre logiciel, ou collez les lignes. Vous verrez ce que nous avons reconnu avant toute autre chose.
submit-send = Lire la liste
submit-after = Ensuite, vous verrez chaque ligne telle que nous l’avons reconnue, et comment payer. Rien n’est prélevé sur aucun compte.
part-list = Ce qui a été joué
part-night = Quelle soirée
part-gift = Ce que vous mettez de côté
part-view = Ce que voient les producteurs
part-rest = Quelqu’un d’autre paie, ou il en a été convenu autrement
file-kept = Nous avons toujours « { $name } ». Choisissez un autre fichier seulement pour le remplacer.
field-file = Le fichier
field-file-hint = Tout export ou historique : TXT, XML, NML, CSV, M3U, PDB, DB… jusqu’à 64 Mo.
field-lines = Ou collez les lignes
field-lines-hint = Un titre par ligne, par exemple « Artiste – Titre (Remix) [Label] ».
field-performer = Qui a joué
field-event = Soirée
field-date = Le jour où elle a commencé
field-venue = Salle
field-city = Ville
field-zone = Fuseau horaire
field-zone-hint = Seulement pour les fichiers qui donnent des heures. Par exemple Europe/Paris.
field-fee = Cachet
field-share = Part, en %
field-amount = Montant
field-currency = Devise
field-role = Vous payez en tant que
field-payer = Qui paie, si ce n’est qui a joué
field-territory = Code du pays
field-attests = La salle confirme le cachet
gift-hint = À partir de { $least }. Vous payez ensuite par virement.
gift-share = Une part du cachet
gift-amount = Un montant, quel que soit le cachet
gift-none = Rien cette fois ; seulement la liste
fee-hint = Le cachet sert une fois, pour calculer la part. Il n’est ni enregistré ni montré.
view-hint = Personne ne voit jamais ce que vous avez donné.
view-track = Que le titre a été joué
view-place = Aussi la ville et la date
view-everything = Aussi votre nom
role-dj = Artiste
role-venue = Salle
role-promoter = Organisateur
role-ticket = Part de chaque billet
role-at-source = Retenu par la salle
role-subscriber = Établissement

## Questions

ask-back = Recommencer
ask-set = Le fichier contient { $count } sets. Lequel ?
ask-set-hint = Une liste correspond à une prestation. Les autres peuvent être déposées ensuite.
ask-set-number = Set { $n }
lines-played = { $count ->
    [one] un titre joué
   *[other] { $count } titres joués
 }
ask-same = Est-ce la même prestation ?
ask-same-hint = Une liste avec beaucoup de lignes identiques est déjà ici : { $what }, { $day }. Une prestation est payée une fois.
ask-same-yes = Oui, la même
ask-same-yes-what = Elle est gardée comme preuve et n’est pas payée deux fois
ask-same-no = Non, une autre
ask-same-no-what = Les deux sont réparties séparément
ask-new = Personne ici ne s’appelle { $name }
ask-new-hint = Est-ce bien le nom tel qu’il est annoncé ?
ask-new-yes = Oui, ajouter { $name }
ask-new-yes-what = Joue ici pour la première fois
ask-new-no = Non, il s’écrit autrement
ask-new-again = Essayer ce nom
ask-who = Plusieurs s’appellent { $name }
ask-who-hint = Qui a joué ?

## Une liste

list-of = Setlist de { $name }
list-before = Ce fichier avait déjà été déposé. Rien n’a changé.
list-same = Gardée comme preuve d’une prestation qu’une autre liste rapporte. Elle est payée une fois.
list-recognized = { $count ->
    [one] Une ligne, { $matched } reconnue
   *[other] { $count } lignes, { $matched } reconnues
 }
list-lines = Lignes
list-unmatched-note = Une ligne qui n’est aucun enregistrement connu garde sa part. Elle attend jusqu’à 36 mois et est attribuée dès que l’enregistrement est connu.
lines-matched = Reconnues
lines-doubtful = Douteuses
lines-unmatched = Hors catalogue
lines-unplayed = Pas jouées en public
more-lines = Lignes suivantes
state-matched = reconnue
state-doubtful = douteuse
state-unmatched = hors catalogue
state-unplayed = pas jouée
line-recording = Enregistrement
line-written = Tel qu’écrit
line-why = Pourquoi
line-heard = Entendu pendant
line-origin = Dans le fichier
line-n = ligne { $n }
pay-title = { $amount } à virer
pay-how = Scannez le code avec l’application de votre banque, ou recopiez les données. La référence nous dit de quelle soirée il s’agit.
pay-no-account = Le compte de cette maison n’est pas encore en place. Gardez la référence ; le virement peut suivre.
pay-code = Code de paiement avec toutes les données du virement
pay-reference = Référence
pay-holder = Bénéficiaire
pay-amount = Montant
pay-received = Arrivé jusqu’ici
pay-note = La somme est répartie dès que la banque la montre. Vous recevez alors un reçu.
pay-arrived = La somme est arrivée. Merci.
doubts-title = { $count ->
    [one] Une ligne a besoin de vous
   *[other] { $count } lignes ont besoin de vous
 }
doubts-hint = Choisissez ce qui a été joué. La réponse est retenue pour le même texte.
none-of-these = Aucun de ceux-ci
likely = probable à { $chance }
recording-bare = on n’en sait pas plus
problems-title = { $count ->
    [one] Une remarque sur le fichier
   *[other] { $count } remarques sur le fichier
 }

## Noms

search-title = Mon nom y est-il ?
search-what = Toute personne sur une setlist est créditée, même celles qui n’ont jamais entendu parler de nous. Cherchez votre nom.
search-send = Chercher
field-name = Artiste, label ou groupe
found-title = { $count ->
    [0] Pas de « { $name } » ici
    [one] Un nom trouvé pour « { $name } »
   *[other] { $count } noms trouvés pour « { $name } »
 }
found-none = Rien n’a encore été crédité sous ce nom. Essayez une autre graphie, ou revenez : chaque liste ajoute des noms.
standing-unclaimed = Personne n’a encore répondu
standing-here = Déjà inscrit
standing-frozen = Plusieurs personnes réclament ce nom ; l’argent est gelé jusqu’à ce que ce soit réglé
in-recordings = { $count ->
    [one] dans un enregistrement
   *[other] dans { $count } enregistrements
 }
waits-some = de l’argent attend
waits-under-10 = moins de 10 attendent
waits-under-100 = entre 10 et 100 attendent
waits-100 = plus de 100 attendent
claim-this = C’est moi
claim-title = Vous êtes { $name } ?
claim-what = Dites-nous qui vous êtes et à quoi nous pouvons le voir. Une personne vous lit ; puis ce qui attend sous ce nom est à vous.
part-you = À propos de vous
field-your-name = Votre nom
field-contact = Adresse électronique
field-contact-hint = Pour vous répondre. Elle est gardée chiffrée et n’est donnée à personne.
field-evidence = À quoi pouvons-nous voir que c’est vous ?
field-evidence-hint = Un lien vers un profil à ce nom qui mentionne cette demande, un contrat, un label qui vous connaît…
part-first = Une question
first-hint = Est-ce le tout premier argent que la musique vous apporte ? Nous comptons les réponses et n’en montrons que la somme.
first-yes = Oui, le premier
first-no = Non
first-silent = Je préfère ne pas le dire
claim-send = Envoyer la demande
claim-never = Nous ne demandons jamais de coordonnées bancaires par courriel.
claimed-title = Merci
claimed-what = Votre demande pour { $name } nous est parvenue.
claimed-next = Une personne l’examine et répond par courriel. D’ici là, l’argent reste où il est, sous ce nom.

## Relevés

statement-find = Lire un relevé
statement-find-what = Par nom, pour une période ou depuis toujours.
field-period = Période
field-period-hint = Une année, un mois ou un jour : 2026, 2026-09, 2026-09-04. Vide pour tout.
statement-send = Afficher
period-always = Depuis toujours
statement-of = Relevé de { $name }
statement-number = N° { $n }
statement-draft = Provisoire : la période n’est pas finie
statement-made = établi le { $day }
span = du { $from } au { $until }
span-since = depuis le { $from }
span-until = jusqu’au { $until }
span-always = Du premier jour à aujourd’hui
summary = Où se trouve la somme
statement-credited = Gagné
statement-opening = Solde précédent
statement-balance = Solde
statement-unclaimed = Dont en attente de la demande
statement-waits = D’autres sommes attendent qu’assez de DJ aient donné pour que la part de personne ne se voie, au plus tard le { $day }. Elles ne figurent dans aucun total ici.
statement-owed-back = Trop-perçu, remboursé par les prochains crédits
part-paid = Versé
part-reserved = En route
part-balance = Sur le solde
earned-title = Ce qui l’a gagné
earned-none = Rien n’a été gagné pendant cette période.
withheld-givers = Moins de { $count } DJ sont à l’origine de l’argent de cette période ; seul le total est montré : davantage dirait ce que l’un d’eux a donné.
withheld-fractions = Les sommes sont montrées en centimes entiers. Les fractions restent sur le solde.
withheld-listeners = Ce que moins de { $count } membres d’un établissement ont écouté n’est que dans le total : davantage dirait ce que l’un d’eux a entendu.
together = { $count } enregistrements ensemble
in-total = dans le total
plays = Joué
plays-heard = { $count ->
    [one] une écoute
   *[other] { $count } écoutes
 }
payers = Provenance
payers-set-lists = setlists
payers-streaming = écoutes
plays-on = { $count ->
    [one] sur une ligne
   *[other] sur { $count } lignes
 }
seen = Montré par le DJ
side = Payé pour
side-master = l’enregistrement (master)
side-composition = la composition
shared-by = Réparti selon
payouts-title = Versements
payout-net = Sur votre compte
payout-recouped = Rembourse une avance
payout-withheld = Impôt retenu
payout-fee = Coût du virement
payout-gross = { $amount } ont quitté le solde :
payout-reserved = Réservé
payout-sent = À la banque
payout-paid = Versé
payout-returned = Revenu, de nouveau sur le solde
payout-rejected = Refusé par la banque, de retour sur le solde
payout-dropped = Abandonné, de retour sur le solde
movements-title = Autres mouvements
rules-title = Selon quelles règles
proof-title = Preuve
proof-what = La maison a signé l’empreinte de ce relevé. « tantieme verify » la vérifie sans rien demander à personne.

## Documents

statement-pdf = Garder en PDF
as-file = En fichier
movement-claim = En attente sous un nom désormais revendiqué
movement-claim-unsettled = Litige terminé sans propriétaire
movement-payout-returned = Un virement est revenu
movement-suspense-due = En attente d’un propriétaire, maintenant réparti
movement-advance = Avance
movement-other = Correction de la maison
invoices-title = Factures
invoices-what = Établies par la maison au nom du bénéficiaire, sur son mandat.
invoices-none = Aucune pour l’instant. Elles commencent avec un mandat et portent sur des jours révolus.
invoice-title = Facture
invoice-title-credit = Avoir
invoice-mention = Autofacturation · Self-billing
invoice-number = N° { $number }
invoice-supplier = Fournisseur, au nom duquel elle est établie
invoice-customer = Client, qui l’établit
invoice-issued = Date d’émission
invoice-period = Période des prestations
invoice-mandate = Mandat du
invoice-vat-id = N° de TVA { $id }
invoice-registration = Immatriculation { $id }
invoice-what = Pour l’utilisation de
invoice-net-column = Hors taxe
invoice-net = Total hors taxe
invoice-vat = TVA { $rate }
invoice-gross = Total toutes taxes comprises
invoice-earlier = Gagné auparavant, débloqué pendant cette période
invoice-fractions = Fractions de centime des lignes ci-dessus et de la période précédente
invoice-corrects = Annule en entier la facture { $number }. Motif : { $reason }
invoice-mandate-words = Autofacturation : établie par { $customer } au nom et pour le compte de { $supplier }, selon le mandat du { $day }.
invoice-contest = Elle peut être contestée jusqu’au { $day }. Passé ce jour, elle est réputée acceptée.
invoice-rules = Réparti selon { $rules }. Le relevé n° { $n } des mêmes jours détaille chaque ligne.
invoice-proof-what = La maison a signé l’empreinte de cette facture. « tantieme verify » la vérifie sans rien demander à personne.
vat-standard = La TVA est comprise dans les montants.
vat-not-liable = TVA non facturée : régime particulier des petites entreprises (directive 2006/112/CE, articles 282 à 292).
vat-not-liable-fr = TVA non applicable, art. 293 B du CGI.
vat-reverse-charge = Autoliquidation (Reverse charge) : la TVA est due par le preneur, article 196 de la directive 2006/112/CE.

## Ce qui peut mal tourner

flaw-home = Vers la première page
flaw-not-found = Rien ici
flaw-not-found-hint = L’adresse est mal écrite, ou ce qui était ici a déménagé.
flaw-method = Pas de cette façon
flaw-method-hint = Cette adresse n’accepte pas une telle demande. Revenez en arrière et utilisez le formulaire.
flaw-fault = Quelque chose s’est cassé de notre côté
flaw-fault-hint = Rien n’a changé. Réessayez ; si cela persiste, dites à la maison ce que vous faisiez et quand.
flaw-forgery = Ce formulaire ne vient pas d’ici, ou il est trop ancien
flaw-forgery-hint = Rechargez la page et envoyez le formulaire encore une fois. Rien n’a changé. La page a besoin d’un cookie pour cela.
flaw-locked = Il faut le mot de passe de la maison
flaw-locked-hint = Les setlists et les relevés sont privés. Rechargez la page pour qu’il soit redemandé.
flaw-foreign = Seulement depuis cette machine
flaw-foreign-hint = Ces pages ne répondent que sur cette machine, tant qu’aucun mot de passe n’est défini.
flaw-too-large = C’est trop
flaw-too-large-hint = Un fichier peut faire 64 Mo. Exportez seulement la soirée voulue, ou collez ses lignes.
flaw-slow = C’est trop long
flaw-slow-hint = Réessayez dans un instant, avec un fichier plus petit s’il y en a un.
flaw-too-fast = Trop de demandes à la fois
flaw-too-fast-hint = { $count ->
    [one] Trop de demandes sont venues de votre réseau. Réessayez dans une seconde.
   *[other] Trop de demandes sont venues de votre réseau. Réessayez dans { $count } secondes.
 }
flaw-bad-form = Le formulaire est illisible
flaw-bad-form-hint = Revenez en arrière et remplissez-le de nouveau.

## Refus, dits aux personnes sur une page. { $a } et { $b } sont ce que le message cite.

refusal-set-list-empty = Aucun titre ne peut être lu dans « { $a } ».
refusal-set-list-empty-hint = Exportez l’historique en texte depuis le logiciel, ou collez les lignes ci-dessous.
refusal-set-not-played = Rien dans ce set de « { $a } » n’a été joué en public.
refusal-set-not-played-hint = Les titres préécoutés ou seulement chargés ne comptent pas. Choisissez un autre set.
refusal-time-zone = « { $a } » n’est pas un fuseau horaire.
refusal-time-zone-hint = Écrivez la grande ville la plus proche dans la liste, par exemple Europe/Paris.
refusal-territory = « { $a } » n’est pas un code de pays.
refusal-territory-hint = Écrivez deux lettres, par exemple FR, DE ou GB.
refusal-gift-too-small = « { $a } » est moins que le minimum.
refusal-gift-too-small-hint = En dessous du plus petit montant, le coût d’un virement mangerait le don.
refusal-gift-not-positive = Il n’y a rien à répartir avec « { $a } ».
refusal-gift-not-positive-hint = Donnez un montant supérieur à zéro, ou déposez seulement la liste.
refusal-fee-not-positive = Un cachet de « { $a } » ne peut pas être partagé.
refusal-fee-not-positive-hint = Donnez le cachet tel qu’il a été payé, ou un montant sans dire le cachet.
refusal-pot-closed = Ce qui a été donné pour cette soirée est déjà réparti.
refusal-pot-closed-hint = Choisissez « seulement la liste », ou une autre soirée.
refusal-money-unreadable = « { $a } » n’est pas clair comme montant.
refusal-money-unreadable-hint = Écrivez des chiffres sans séparateur de milliers, par exemple 1000 ou 12,50.
refusal-share-unreadable = « { $a } » n’est pas une part.
refusal-share-unreadable-hint = Écrivez un pourcentage de 0 à 100, par exemple 5 ou 7,5.
refusal-performer-missing = Il manque le nom de qui a joué.
refusal-performer-missing-hint = Écrivez-le tel qu’il est annoncé.
refusal-fee-missing = Il manque le cachet dont une part est mise de côté.
refusal-fee-missing-hint = Écrivez le cachet, ou choisissez un montant, ou seulement la liste.
refusal-gift-missing = Il manque le montant.
refusal-gift-missing-hint = Écrivez un montant, ou choisissez « seulement la liste ».
refusal-currency = « { $a } » n’est pas une devise.
refusal-currency-hint = Choisissez dans la liste.
refusal-date = « { $a } » n’est pas un jour.
refusal-date-hint = Écrivez année, mois et jour, par exemple 2026-09-04.
refusal-file-missing = Aucun fichier choisi, aucune ligne collée.
refusal-file-missing-hint = Choisissez le fichier écrit par votre logiciel, ou collez les lignes.
refusal-upload-gone = La liste qui attendait cette réponse n’est plus là.
refusal-upload-gone-hint = Elle est gardée une demi-heure. Merci de la déposer de nouveau.
refusal-party-unknown = Personne ici ne s’appelle « { $a } ».
refusal-party-unknown-hint = Cherchez une autre graphie sous « Mon nom y est-il ? ».
refusal-party-several = Plusieurs s’appellent « { $a } ».
refusal-party-several-hint = Utilisez l’identifiant de la personne voulue.
refusal-set-list-unknown = Il n’y a pas de setlist « { $a } ».
refusal-set-list-unknown-hint = L’adresse est mal écrite, ou la liste a été retirée.
refusal-period = « { $a } » n’est pas une période.
refusal-period-hint = Écrivez une année, un mois ou un jour : 2026, 2026-09, 2026-09-04.
refusal-nothing-to-state = Rien n’a jamais été crédité sous ce nom.
refusal-nothing-to-state-hint = Un relevé apparaît avec la première ligne.
refusal-search-short = Une recherche demande au moins deux lettres.
refusal-search-short-hint = Écrivez le nom tel qu’il figure sur la sortie.
refusal-claimant = Votre nom manque, ou ne tient pas sur une ligne.
refusal-claimant-hint = Écrivez le nom sous lequel on vous joint.
refusal-mail = « { $a } » n’est pas une adresse électronique.
refusal-mail-hint = Écrivez-la comme nom@example.org.
refusal-evidence = Sans invitation, une demande doit contenir quelque chose que nous pouvons regarder.
refusal-evidence-hint = Donnez le lien d’une de vos pages qui nomme la sortie, ou celui de votre distributeur.
refusal-token-unknown = Ce lien n’est pas de nous.
refusal-token-unknown-hint = Copiez-le en entier depuis le courriel, ou cherchez votre nom.
refusal-token-used = Ce lien a déjà servi.
refusal-token-used-hint = La maison répond par courriel. Si ce n’était pas vous, cherchez votre nom et réclamez-le.
refusal-token-other-party = Ce lien est pour un autre nom.
refusal-token-other-party-hint = Ouvrez le lien de nouveau, ou cherchez votre nom.
refusal-claim-open = Vous avez déjà réclamé « { $a } ».
refusal-claim-open-hint = La maison répond par courriel. Rien n’a changé.

## Several rules side by side

compare-title = Une cagnotte, plusieurs règles
compare-what = Quelle règle est la plus juste dépend de qui écoute quoi. Voici ce que chacune ferait de la même somme ; rien n’est comptabilisé.
compare-basis-to-share = à partager
compare-basis-shared-before = telle qu’elle a été partagée
compare-basis-promised = telle que promise
compare-basis-as-asked = pour l’exemple
compare-lorenz = Une répartition plus ou moins égale
compare-lorenz-x = Artistes et labels, en partant de qui reçoit le moins
compare-lorenz-y = Leur part de l’argent
compare-lorenz-what = Plus une courbe est proche de la ligne pointillée, plus l’argent est réparti également.
compare-lorenz-one = { $rule } : la moitié qui reçoit le moins a { $half } de l’argent ; coefficient de Gini { $gini }.
compare-rank = Qui gagne et qui perd, selon le rang
compare-rank-against = Évolution par rapport à { $rule }, selon ce que cette règle paie
compare-ranks = Rangs { $ranks }
compare-ranks-from = À partir du rang { $from }
compare-shares = Ce qui va aux premiers
compare-figures = Les chiffres
compare-figure = Chiffre
compare-top-10 = Aux dix les mieux payés
compare-top-1-percent = Au centième le mieux payé
compare-top-10-percent = Au dixième le mieux payé
compare-gini = Coefficient de Gini (0 égal, 1 tout à un seul)
compare-paid = Artistes et labels payés
compare-waits = En attente d’un ayant droit
compare-taken = Prélevé avant partage, ou reporté
compare-at-least = Payés { $amount } ou plus
compare-gain = Gagnent
compare-lose = Perdent
compare-same = Reçoivent autant
compare-change = Évolution
compare-before = Avant
compare-after = Après
compare-against = { $rule } par rapport à { $base }
compare-by-rank = Selon le rang
compare-by-place = Selon le territoire
compare-by-tier = Selon ce qu’ils ont gagné ici en un an
compare-gainers = Qui gagne le plus
compare-losers = Qui perd le plus
compare-unknown = inconnu

## What stayed here

territory-title = Ce qui est resté ici : { $name }
territory-what = De l’argent que des payeurs d’ici ont donné à la musique, ce qui est arrivé à des artistes et labels d’ici.
territory-none = Personne d’ici n’a rien payé pendant cette période.
territory-stayed = Sur { $paid } versés, { $stayed } sont restés ici, pour { $parties } artistes et labels.
territory-paid = Versé par des payeurs d’ici
territory-here = Resté ici
territory-parties = Artistes et labels d’ici qui ont été payés
territory-at = Parti vers { $code }
territory-unknown = Parti vers quelqu’un dont le lieu n’est pas connu
territory-waiting = En attente d’un ayant droit
territory-taken = Gardé pour le service et pour des fonds
territory-private = Là où peu ont payé, ou peu ont été payés, les sommes ne sont pas montrées : elles diraient ce que l’un d’eux a donné ou reçu.
refusal-other = Cela n’est pas possible ainsi.
refusal-other-hint = Code pour la maison : { $code }.
refusal-line-unknown = Cette ligne n’est pas dans la liste.
refusal-line-unknown-hint = Rechargez la page.
refusal-recording-unknown = Il n’y a pas d’enregistrement « { $a } ».
refusal-recording-unknown-hint = Rechargez la page.
refusal-same-performance = Une liste avec beaucoup des mêmes lignes est déjà là.
refusal-same-performance-hint = Dites si c’est la même prestation.
refusal-set-several = Le fichier contient plusieurs sets.
refusal-set-several-hint = Choisissez-en un.
refusal-set-unknown = Le fichier n’a pas ce set.
refusal-set-unknown-hint = Choisissez-en un qu’il contient.
refusal-visibility = « { $a } » n’est pas un choix de ce que voient les producteurs.
refusal-visibility-hint = Choisissez dans la liste.
refusal-fee-share = Une part du cachet va de rien à la totalité.
refusal-fee-share-hint = Écrivez un pourcentage de 0 à 100.
refusal-house-account = Le compte de cette maison n’est pas encore configuré.
refusal-house-account-hint = Prévenez la maison.
refusal-pot-currency = Ce qui a été donné pour cet évènement est dans une autre monnaie.
refusal-pot-currency-hint = Donnez dans la même monnaie.
refusal-party-name = Un nom manque.
refusal-party-name-hint = Écrivez-le comme il est annoncé.
refusal-claim-disputed = Plusieurs personnes revendiquent ce nom ; rien ne change avant que ce soit réglé.
refusal-claim-disputed-hint = La maison répond par courriel.
refusal-party-frozen = Plusieurs personnes revendiquent ce nom ; rien ne change avant que ce soit réglé.
refusal-party-frozen-hint = La maison répond par courriel.
refusal-party-here = « { $a } » est déjà là.
refusal-party-here-hint = Si ce n’est pas juste, prévenez la maison.
refusal-invoice-unknown = Il n’y a pas de facture « { $a } ».
refusal-invoice-unknown-hint = La liste les montre toutes.
refusal-catalogue-too-large = Le catalogue est trop grand.
refusal-catalogue-too-large-hint = Prévenez la maison.

## Raisons d’un verdict. { $a } est ce que la raison cite, { $n } et { $m } ses nombres.

reason-settled = décidé par { $a }
reason-answered-before = une personne a déjà répondu pour ce texte
reason-index-damaged = l’index du catalogue est abîmé
reason-nothing-alike = rien de semblable au catalogue
reason-artist-partly = { $n } artistes sur { $m } nommés
reason-artist-same = mêmes artistes
reason-artist-close = artistes semblables à { $n } %
reason-artist-differs = artistes différents (semblables à { $n } %)
reason-title-same = même titre
reason-title-longer = même titre, la ligne en dit davantage
reason-title-close = titre semblable à { $n } %
reason-title-differs = titre différent (semblable à { $n } %)
reason-version-extra = la ligne nomme une version que le catalogue n’a pas
reason-version-missing = le catalogue a une version que la ligne ne nomme pas
reason-version-same = même version
reason-sides-swapped = artiste et titre intervertis
reason-number-extra = la ligne porte un numéro que le catalogue n’a pas
reason-number-missing = le catalogue porte un numéro que la ligne n’a pas
reason-rivals = d’autres enregistrements sont presque aussi proches
reason-label-same = même label
reason-label-differs = label différent
reason-duration-differs = durée différente de { $n } s
reason-duration-same = même durée
reason-same-night = quelque chose du même artiste ou label a été joué ce soir-là
reason-own-id-same = l’identifiant du producteur concorde
reason-isrc-same = l’ISRC concorde
reason-mbid-same = l’identifiant MusicBrainz concorde
reason-text-contradicts = l’artiste et le titre de la ligne sont autres
reason-identifier-twice = plusieurs enregistrements portent cet identifiant
reason-answered = La réponse a déjà été donnée pour le même DJ
reason-answered-by-house = La maison a déjà tranché cette graphie
reason-spelling-known = Au moins { $n } autres listes ont tranché cette graphie pour cet enregistrement
reason-spelling-seen = Cette graphie a déjà été tranchée pour cet enregistrement
reason-spelling-contested = Au moins { $n } autres listes ont tranché cette graphie autrement
reason-spelling-otherwise = Cette graphie a déjà été tranchée autrement
reason-own-edit = C’est un edit du DJ lui-même ; il ne paie personne tant qu’il n’est pas enregistré
reason-own-edit-original = C’est un edit du DJ lui-même ; selon la règle de la maison, les ayants droit de l’original sont payés
reason-other = comparé avec le catalogue

## Remarques sur un fichier

problem-bare-collection = C’est une collection, sans liste de ce qui a été joué.
problem-bare-collection-hint = Exportez l’historique de la soirée.
problem-damaged = Une partie du fichier est abîmée ; le reste a été lu.
problem-damaged-hint = Copiez le fichier à nouveau.
problem-database-locked = La base est verrouillée par le logiciel qui l’a écrite.
problem-database-locked-hint = Exportez plutôt l’historique en texte.
problem-date-ambiguous = Le jour et le mois ne se distinguent pas.
problem-date-ambiguous-hint = Indiquez le jour dans le formulaire.
problem-encoding-damaged = Certaines lettres du fichier sont abîmées.
problem-encoding-damaged-hint = Exportez le fichier à nouveau si possible.
problem-encoding-guessed = L’encodage des lettres du fichier a dû être deviné.
problem-encoding-guessed-hint = Si des lettres accentuées semblent fausses, enregistrez le fichier en UTF-8.
problem-header-mismatch = Une rangée ne correspond pas à l’en-tête.
problem-header-mismatch-hint = Exportez la liste à nouveau.
problem-isrc-invalid = Un ISRC est mal formé ; la ligne est reconnue par ses mots.
problem-isrc-invalid-hint = Corrigez le code dans le fichier audio.
problem-missing-column = Il manque une donnée que le logiciel écrit d’habitude ; le reste a été lu.
problem-missing-table = Il manque une partie que le logiciel écrit d’habitude.
problem-missing-table-hint = Le logiciel est peut-être trop ancien ou trop récent.
problem-missing-track = Un morceau joué a été supprimé de la collection.
problem-missing-track-hint = Écrivez l’artiste et le titre à la main.
problem-more-problems = Il y a d’autres remarques de ce genre.
problem-no-header = Les colonnes n’ont pas de nom ; elles ont été reconnues par leur contenu.
problem-no-header-hint = Relisez les lignes.
problem-no-history = Le fichier ne contient aucun historique de ce qui a été joué.
problem-no-history-hint = Exportez l’historique de la soirée.
problem-no-lines = Le fichier ne contient aucun morceau joué.
problem-no-lines-hint = Exportez l’historique de la soirée.
problem-not-a-set-list = Ce n’est pas une liste que nous connaissons.
problem-not-a-set-list-hint = Exportez l’historique en texte, ou collez les lignes.
problem-row-empty = Une rangée est vide.
problem-row-without-track = Une rangée ne nomme aucun morceau.
problem-row-without-track-hint = Retirez la rangée ou complétez le titre.
problem-times-unknown = Les heures ne sont pas connues ; l’ordre est juste.
problem-too-large = Le fichier est trop grand pour être lu en entier.
problem-too-large-hint = Exportez l’historique d’une soirée en texte.
problem-too-many-lines = Le fichier contient trop de lignes.
problem-too-many-lines-hint = Exportez une soirée à la fois.
problem-track-not-in-collection = Un morceau de la liste n’est pas dans la collection du fichier.
problem-track-not-in-collection-hint = Exportez la liste depuis l’ordinateur qui contient les morceaux.
problem-track-unknown = Un morceau de la liste n’est pas décrit dans le fichier.
problem-track-unknown-hint = Exportez la liste avec ses morceaux.
problem-truncated = Le fichier s’arrête trop tôt ; ce qui précède a été lu.
problem-truncated-hint = Copiez ou exportez le fichier à nouveau.
problem-wal-damaged = Le fichier des dernières modifications à côté de la base est abîmé.
problem-wal-damaged-hint = Fermez le logiciel, puis copiez les fichiers à nouveau.
problem-words-from-path = L’artiste et le titre ont été pris dans les noms de fichiers.
problem-words-from-path-hint = Relisez ces lignes.
problem-wrong-file = Ce fichier du logiciel ne contient pas d’historique.
problem-wrong-file-hint = Prenez l’historique de la soirée.
problem-xml-broken = Une partie du XML est cassée ; le reste a été lu.
problem-xml-broken-hint = Exportez le fichier à nouveau.
problem-xml-too-deep = Le XML est imbriqué trop profondément.
problem-xml-too-deep-hint = Exportez le fichier à nouveau.
problem-xml-entities = Le fichier définit ses propres mots, qui ont été ignorés.
problem-other = Une remarque de code { $code }.

doubt-why = Pourquoi cette question

## Discover

nav-discover = Découvrir
discover-title = Aller plus loin
discover-what = Partez de n’importe quel nom : un artiste que tout le monde connaît, un label, un titre que vous aimez. Le voyage continue vers des enregistrements de la maison, et chacun dit pourquoi il est là.
discover-field = Un artiste, un titre, un label
discover-dials = Plus près d’ici, plus loin des hit-parades
discover-near = Le local d’abord
discover-near-hint = Un pays ou une région, comme FR-42. Vide : aucun.
discover-dial = Ce qui vient d’abord
discover-dial-hint = Entre ce que beaucoup écoutent et ce que peu écoutent.
discover-dial-even = tel qu’entraîné
discover-dial-few = ce que peu écoutent
discover-dial-many = ce que beaucoup écoutent
discover-here = Au catalogue
discover-known-here = À partir de { $name }
discover-known-played = { $name } n’est pas au catalogue. Voici ce que l’on joue à côté :
discover-known-label = Chez { $name } et les labels de sa famille
discover-known-tag = Étiqueté { $name }
discover-known-title = Tout près de « { $name } »
discover-known-nothing = Nous ne savons rien de « { $name } »
discover-known-untrained = Le moteur de recommandation n’a pas encore été entraîné
discover-none = Aucune liste de DJ, aucune écoute et aucun label d’ici ne mène de « { $name } » à un enregistrement derrière lequel se tiennent assez de personnes. Rien n’est inventé à la place.
discover-untrained = D’ici là, « { $name } » n’est cherché que dans le catalogue.
discover-spelled = Presque la même graphie :
discover-promise = Personne ne peut payer pour être montré ici. Ce que trop peu de personnes ont écouté ne mène nulle part : l’écoute de personne ne peut en être déduite.
recording-near = Qui d’autre
recording-none = Trop peu de personnes écoutent ce titre pour l’instant, et rien au catalogue ne se tient à côté.
recording-radio = Radio à partir d’ici
recording-album = Album
recording-label = Label
recording-year = Année
recording-length = Durée
recording-isrc = ISRC
radio-title = Radio à partir de { $title }
radio-what = L’un après l’autre, toujours près du départ, aucun titre deux fois. La même adresse rejoue la même suite.
radio-again = Un autre ordre
radio-back = Retour à l’enregistrement
way-title = D’ici à …
way-to = Un autre enregistrement
way-to-hint = Artiste et titre. Le plus court chemin passe par des voisins, et chaque pas dit pourquoi.
way-send = Montrer le chemin
path-title = De { $title }
path-to = à { $title } de { $artist }
path-unknown = Nous ne trouvons aucun enregistrement « { $words } ».
path-none = Aucun chemin n’y mène par des voisins derrière lesquels se tiennent assez de personnes.
