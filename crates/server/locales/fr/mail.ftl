mail-in-subject-draft = { $house } : votre liste vous attend
mail-in-subject-list = { $house } : votre liste est arrivée
mail-in-subject-refused = { $house } : votre message n’a pas pu être utilisé
mail-in-subject-automatic = { $house }
mail-in-hello = Bonjour,
mail-in-draft = « { $name } » : { $count ->
    [one] un titre joué
   *[other] { $count } titres joués
}, dont { $matched } reconnus et { $doubtful } à vérifier.
mail-in-draft-sets = « { $name } » : { $sets } sets dans ce fichier ; vous choisirez le vôtre.
mail-in-draft-open = Il reste à dire ce que vous donnez ; la liste attend trente jours ici :
mail-in-list = « { $name } » est enregistrée avec votre promesse habituelle : { $count ->
    [one] un titre joué
   *[other] { $count } titres joués
}, dont { $matched } reconnus et { $doubtful } à vérifier.
mail-in-list-before = « { $name } » était déjà là : rien n’a été compté deux fois.
mail-in-list-open = La liste et comment payer :
mail-in-lost = { $count ->
    [one] Une ligne n’a pas pu être lue.
   *[other] { $count } lignes n’ont pas pu être lues.
}
mail-in-not = « { $name } » :{" "}
mail-in-ways = Joignez le fichier que votre logiciel exporte, ou écrivez un titre par ligne. Vous pouvez aussi le déposer ici :
    { $url }
mail-in-foot = Cette adresse d’envoi est à vous : qui la connaît peut vous y laisser une liste. Changez-la ou fermez-la quand vous voulez :
    { $url }
    Nous ne demandons jamais de coordonnées bancaires par courriel.
mail-in-title = Par courriel
mail-in-what = Envoyez le fichier de votre logiciel, ou un titre par ligne, à votre adresse privée. L’objet devient le nom de la soirée ; une date comme 2026-09-04 y est comprise. Nous répondons à votre adresse de connexion.
mail-in-none = Vous n’avez pas encore d’adresse d’envoi.
mail-in-make = Obtenir mon adresse
mail-in-renew = En changer
mail-in-end = La fermer
mail-in-since = depuis le { $day }
mail-in-secret = Qui la connaît peut vous laisser une liste, et rien d’autre. Gardez-la parmi vos contacts.
mail-in-drafts = Ce qui vous attend
mail-in-drop = Écarter
refusal-mail-in-off = Cette maison ne prend pas de listes par courriel.
refusal-mail-in-off-hint = Elle le fera quand la politique mail-in-domain nommera un domaine.
refusal-mail-in-none = Il n’y a pas d’adresse en service.
refusal-mail-in-none-hint = Obtenez-en une.
refusal-mail-often = Cette adresse a pris { $n } messages aujourd’hui.
refusal-mail-often-hint = Envoyez-le demain, ou déposez-le sur la page.
refusal-mail-draft-unknown = Cette liste n’attend plus.
refusal-mail-draft-unknown-hint = Les listes envoyées attendent trente jours ; envoyez-la encore une fois.
refusal-mail-empty = Le message n’apporte pas de liste.
refusal-mail-empty-hint = Joignez le fichier que votre logiciel exporte, ou écrivez un titre par ligne.
refusal-mail-large = Le message est trop grand.
refusal-mail-large-hint = Déposez le fichier sur la page.
refusal-mail-parts = Le message a trop de parties.
refusal-mail-parts-hint = Envoyez la liste seule, comme fichier.
refusal-mail-unreadable = Ce n’est pas un message.
refusal-mail-unreadable-hint = Envoyez la liste comme fichier, avec un message ordinaire.
refusal-mail-file-large = « { $a } » est trop grand pour attendre ici.
refusal-mail-file-large-hint = Déposez-le sur la page, qui prend des fichiers plus grands.
