# Entrer : connexion, compte, second facteur.

nav-sign-in = Se connecter
nav-account = Compte

sign-in-title = Se connecter
sign-in-what = Donnez votre adresse de courriel, nous vous envoyons un lien. Aucun mot de passe n’est nécessaire.
field-mail = Votre adresse de courriel
sign-in-link-hint = De même pour une première visite.
sign-in-send = Envoyez-moi un lien
sign-in-by-password = Plutôt avec un mot de passe
field-login = Adresse de courriel ou nom
field-password = Mot de passe
sign-in-enter = Entrer
sign-in-never = Nous ne demandons jamais de coordonnées bancaires ni de mot de passe par courriel.

sent-title = Regardez votre courriel
sent-what = Si cette adresse peut entrer ici, un lien est en route vers elle. Il marche une fois, pendant { $count } minutes.
sent-not-there = Rien après quelques minutes ? Regardez parmi les indésirables, ou vérifiez l’adresse.
sent-again = Demander un autre lien

link-title = Un geste et vous y êtes
link-what = Ce lien appartient à { $mail }.
link-not-you = Ce n’est pas votre adresse ? Fermez cette page, il ne se passe rien.

sign-out = Se déconnecter

second-title = Votre second facteur
second-what = Ce qui déplace de l’argent ou des consentements le redemande après dix minutes.
second-hint = Les six chiffres que votre application affiche maintenant, ou l’un de vos codes sur papier.
field-code = Code
second-send = Continuer
second-show = Montrer le second facteur
second-set-up = Mettre en place un second facteur
second-remove = Le retirer

setup-title = Mettre en place un second facteur
setup-what = Une application sur votre téléphone affiche un nouveau code toutes les trente secondes. Avec lui, une boîte aux lettres ou un mot de passe volé ne suffit pas à déplacer votre argent.
setup-scan = Présentez-vous à l’application
setup-scan-hint = Lisez l’image avec l’application.
setup-picture = Un code pour votre application
setup-typed = Ou tapez ceci :
setup-open = Ou ouvrez-le sur cet appareil
setup-code = Montrez que cela marche
setup-code-hint = Les six chiffres que l’application affiche maintenant.
setup-send = Mettre en place

codes-title = Vos codes sur papier
codes-what = Chacun remplace l’application une fois, pour le jour où le téléphone est perdu. Imprimez-les ou notez-les maintenant : ils ne seront plus montrés.
codes-done = Je les ai

account-title = Votre compte
account-of-house = Vous travaillez pour la maison. Par sécurité, vous êtes déconnecté·e après une demi-heure sans visite.
account-you = Vous
account-save = Enregistrer
account-second = Second facteur
account-second-none = Pas encore. Il est demandé avant tout ce qui déplace de l’argent ou des consentements.
account-second-on = { $count ->
    [0] En place. Il ne reste aucun code sur papier : retirez-le et remettez-le en place pour en avoir de nouveaux.
    [one] En place, avec un code sur papier restant.
   *[other] En place, avec { $count } codes sur papier restants.
}
account-password = Mot de passe
account-password-none = Vous n’en avez pas, et n’en avez pas besoin : un lien vers votre boîte aux lettres vous fait entrer.
account-password-has = Vous pouvez entrer avec un mot de passe, ou par un lien vers votre boîte aux lettres.
account-password-set = Choisir un mot de passe
account-password-change = Le changer
field-password-old = Votre mot de passe actuel (inutile si vous venez d’entrer par un lien)
field-password-new = Le nouveau
field-password-hint = Au moins 10 caractères ; quelques mots à la suite conviennent bien. Tous les autres navigateurs sont déconnectés.
account-sessions = Où vous êtes connecté·e
session-here = ce navigateur
session-since = depuis le { $day }, utilisé le { $seen }
session-end = Déconnecter
session-end-others = Déconnecter partout ailleurs
session-unknown-browser = Un navigateur
account-keys = Clés pour programmes
account-keys-what = Une clé laisse un de vos programmes faire une partie de ce que vous pouvez faire. Elle n’est montrée qu’une fois.
key-make = Créer une clé
key-made = Votre nouvelle clé
key-made-once = Copiez-la maintenant : elle ne sera plus montrée.
key-seen = utilisée le { $day }
key-unseen = jamais utilisée
key-end = La retirer
field-key-name = À quoi elle sert
field-scopes = Ce qu’elle peut faire
scope-read = voir ce que vous voyez
scope-listen = écouter et transmettre les écoutes
scope-set-lists = déposer des setlists
scope-catalogue = modifier enregistrements et parts
scope-consent = modifier des consentements (demande le second facteur)
scope-money = déplacer de l’argent (demande le second facteur)
field-called = Comment on vous appelle
field-mail-lang = Langue de nos courriels
role-of-owner = Vous répondez de
role-of-member = Vous faites partie de
role-of-staff = Vous travaillez pour
role-of-operator = Opérateur
role-of-approver = Approbateur
role-of-auditor = Auditeur

flaw-sign-in = Connectez-vous d’abord
flaw-sign-in-hint = Vous reviendrez ici ensuite.

refusal-sign-in-wrong = Cette adresse et ce mot de passe ne vont pas ensemble.
refusal-sign-in-wrong-hint = Réessayez, ou demandez un lien par courriel.
refusal-sign-in-often = Trop d’essais en peu de temps.
refusal-sign-in-often-hint = Attendez un quart d’heure. Un lien déjà envoyé marche toujours.
refusal-password-weak = Ce mot de passe est trop court, trop long, ou facile à deviner.
refusal-password-weak-hint = Prenez au moins 10 caractères ; quelques mots à la suite conviennent bien.
refusal-link-unknown = Ce lien n’est pas de nous.
refusal-link-unknown-hint = Copiez-le en entier depuis le courriel, ou demandez-en un autre.
refusal-link-used = Ce lien a déjà servi.
refusal-link-used-hint = Chacun marche une fois ; demandez-en un autre.
refusal-link-late = Ce lien n’est plus valable.
refusal-link-late-hint = Il a marché une demi-heure ; demandez-en un autre.
refusal-code-wrong = Ce code ne va pas.
refusal-code-wrong-hint = Prenez celui qui s’affiche maintenant, ou l’un de vos codes sur papier.
refusal-code-used = Ce code a déjà servi.
refusal-code-used-hint = Attendez le suivant : trente secondes au plus.
refusal-second-factor-none = Ceci demande un second facteur, et vous n’en avez pas encore.
refusal-second-factor-none-hint = Le mettre en place prend une minute.
refusal-second-factor-stale = Ceci redemande votre second facteur.
refusal-second-factor-stale-hint = Montrez-le et revenez.
refusal-not-yours = Ce n’est pas à vous de voir ou de changer ceci.
refusal-not-yours-hint = Connectez-vous comme quelqu’un qui le peut.
refusal-key-name = Une clé a besoin d’un nom.
refusal-key-name-hint = Dites à quoi elle sert.
refusal-scope-unknown = Choisissez ce que la clé peut faire.
refusal-scope-unknown-hint = Au moins une des cases.
refusal-key-many = Vous avez autant de clés qu’une personne peut en avoir.
refusal-key-many-hint = Retirez celles que rien n’utilise.

enter-title = Entrer avec { $name }
enter-what = Écoutez ce à quoi votre établissement s’est abonné pour vous.
enter-by-account = Avec votre compte là-bas
enter-on-site = Je suis sur place
enter-by-card = Avec votre carte
field-card = Numéro de carte
field-pin = Code
enter-by-code = J’ai un code d’invitation
enter-private = Votre établissement n’apprend pas ce que vous écoutez. Nous n’apprenons pas qui vous y êtes.
join-title = Entrer avec un code
join-what = Votre établissement distribue des codes, sur papier ou par courriel.
join-hint = Trois groupes de quatre lettres et chiffres
join-send = Entrer
account-memberships = Où vous écoutez
member-until = jusqu’au { $day }
member-open = tant que votre établissement le dit
member-leave = Quitter
member-private = Votre établissement ne voit ni que c’est vous, ni ce que vous écoutez.
account-all = Tout ce qui vous concerne
account-export = L’emporter (JSON)
account-erase = L’effacer
account-erase-what = Adresse, nom, appartenances, clés et connexions sont effacés aussitôt, et personne ne peut les rétablir. Ce qui a été payé reste dans les comptes, où vous n’êtes pas nommé·e.
account-erase-sure = J’en suis sûr·e
account-erase-send = Effacer mon accès

refusal-card-wrong = Cette carte et ce code ne vont pas ensemble.
refusal-card-wrong-hint = Réessayez, ou demandez à votre bibliothèque.
refusal-seat-over = Votre accès est terminé.
refusal-seat-over-hint = Demandez à votre bibliothèque de le renouveler ; vos listes vous attendent.
refusal-network-elsewhere = Cette porte ne s’ouvre que sur le réseau de l’établissement.
refusal-network-elsewhere-hint = D’ailleurs, entrez avec votre carte ou une invitation.
refusal-door-none = Cet établissement n’a pas cette porte.
refusal-door-none-hint = Demandez-lui comment entrer.
refusal-door-away = Le système de votre établissement ne répond pas comme il le devrait.
refusal-door-away-hint = Réessayez dans un moment.
refusal-door-token = Ce que le système de votre établissement a envoyé n’est pas valable.
refusal-door-token-hint = Recommencez ; si cela persiste, dites-le à votre établissement.
refusal-door-refused = Le système de votre établissement n’a pas confirmé qui vous êtes.
refusal-door-refused-hint = Recommencez, ou demandez-lui comment entrer.
refusal-door-replayed = Ce passage a déjà servi.
refusal-door-replayed-hint = Recommencez depuis la page de votre établissement.
refusal-door-late = Ce passage n’est plus valable.
refusal-door-late-hint = Recommencez depuis la page de votre établissement.
refusal-door-signature = Ce lien n’a pas été fait par votre établissement, ou il a été modifié.
refusal-door-signature-hint = Retournez à la page de votre bibliothèque et suivez-le de nouveau.
refusal-invitation-unknown = Ce code n’est pas de nous.
refusal-invitation-unknown-hint = Trois groupes de quatre, comme sur le papier.
refusal-invitation-over = Ce code n’est plus valable.
refusal-invitation-over-hint = Demandez-en un autre à votre établissement.
refusal-invitation-used-up = Ce code a fait entrer autant de personnes qu’il le pouvait.
refusal-invitation-used-up-hint = Demandez-en un autre à votre établissement.
refusal-member-here = Vous y êtes déjà.
refusal-member-here-hint = Le code reste pour quelqu’un d’autre.
