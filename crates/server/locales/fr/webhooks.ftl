# Webhooks. Les valeurs en anglais sont dans le même ordre dans ../en/webhooks.ftl.

account-webhooks = Webhooks
account-webhooks-public = Webhooks pour ce qui est public
webhooks-title = Webhooks
webhooks-house = La maison, qui est informée de tout
webhooks-what = Un de vos programmes est informé, avec une signature, quand quelque chose vous concerne ici. Ce qu’il reçoit contient des numéros et ce qui a changé : ni noms, ni textes, ni montants.
webhooks-what-public = Un de vos programmes est informé, avec une signature, de ce qui est public. Pour ce qui concerne un artiste, un label, une institution ou un preneur de licence, ouvrez leurs propres webhooks.
webhooks-note = Chaque message est signé selon la spécification Standard Webhooks et essayé pendant un jour environ. Ce qui a été transmis est gardé 30 jours.
webhook-add = Ajouter un webhook
webhook-url = Adresse
webhook-url-hint = Elle commence par https:// et se trouve sur l’internet public
webhook-kinds = Ce qu’il reçoit
webhook-secret = Le secret de ce webhook
webhook-works = Il fonctionne.
webhook-fails = { $count ->
        [one] Il a échoué une fois.
       *[other] Il a échoué { $count } fois de suite.
    }
webhook-two-secrets = L’ancien secret signe aussi jusqu’au { $when }.
webhook-nothing = Il n’a encore rien reçu.
webhook-delivered = { $count ->
        [one] Reçu le { $when }, au premier essai
       *[other] Reçu le { $when }, après { $count } essais
    }
webhook-given-up = { $count ->
        [0] Abandonné le { $when }
        [one] Abandonné le { $when }, après un essai
       *[other] Abandonné le { $when }, après { $count } essais
    }
webhook-waiting = { $count ->
        [0] Attend d’être envoyé
        [one] A échoué une fois ; nouvel essai le { $when }
       *[other] A échoué { $count } fois ; nouvel essai le { $when }
    }
webhook-replay = L’envoyer encore
webhook-test-send = Envoyer un essai
webhook-change = Changer ou retirer
webhook-rotate-what = Un nouveau secret est montré une fois. L’ancien signe encore un jour, le temps de changer tranquillement.
webhook-rotate-now = Il a fuité : l’ancien s’arrête tout de suite
webhook-rotate = Créer un nouveau secret
webhook-remove = Retirer ce webhook
webhook-kind-consent-changed = Un accord a changé pour des œuvres que vous avez sous licence ou dans un modèle
webhook-kind-licence-agreed = Une licence a été signée
webhook-kind-report-contested = Un relevé d’utilisation est contesté
webhook-kind-violation-found = Quelque chose a dépassé une licence
webhook-kind-statement-ready = Un relevé est prêt
webhook-kind-payout-sent = Un paiement est parti
webhook-kind-set-list-matched = Une setlist a été reconnue
webhook-kind-log-published = Le journal public a un nouveau point de contrôle
webhook-kind-webhook-test = Essai
refusal-webhook-kind = Cela ne peut pas être transmis ici.
refusal-webhook-kind-hint = Cochez au moins une chose de la liste.
refusal-webhook-address = Cette adresse ne peut pas être informée.
refusal-webhook-address-hint = Prenez une adresse qui commence par https:// et se trouve sur l’internet public.
refusal-webhook-many = Il y a autant de webhooks qu’on peut en avoir.
refusal-webhook-many-hint = Retirez ceux que rien n’écoute.
refusal-webhook-unknown = Ce webhook n’existe pas.
refusal-webhook-unknown-hint = Il est peut-être déjà retiré.
refusal-webhook-ended = Ce webhook est terminé.
refusal-webhook-ended-hint = Ajoutez de nouveau son adresse.
refusal-delivery-unknown = Ce message n’existe pas.
refusal-delivery-unknown-hint = Les messages sont gardés 30 jours.
refusal-delivery-waits = Il attend déjà d’être renvoyé.
refusal-delivery-waits-hint = Rechargez la page dans une minute.

train-title = Ce qui entraîne nos propres programmes
train-member-what = Ce que vous écoutez ici apprend à notre moteur de recommandation quels enregistrements vont bien ensemble : seulement avec les écoutes d’autres personnes, jamais avec votre nom, et sans être montré à qui que ce soit. Vous pouvez refuser ; cela vaut dès le prochain entraînement. Les périodes dont la clé est détruite ne ramènent plus à personne : ce qui y a été écouté reste donc tel quel.
train-answers-what = Vos réponses aux lignes douteuses (quel enregistrement désigne une ligne de setlist) apprennent à notre reconnaissance à lire les lignes. Elles ne le font que si vous et le DJ avez dit oui tous les deux.
train-lists-what = Les enregistrements que vous jouez dans vos setlists apprennent à notre moteur de recommandation lesquels vont bien ensemble : seulement là où assez de DJ les ont joués, et jamais avec votre nom.
train-answers-yes = Vos réponses l’entraînent.
train-answers-no = Vos réponses n’entraînent rien.
train-plays-yes = Ce que vous jouez l’entraîne.
train-plays-no = Ce que vous jouez n’entraîne rien.
train-heard-yes = Ce que vous écoutez l’entraîne.
train-heard-no = Ce que vous écoutez n’entraîne rien.
train-refuse = Refuser
train-allow = Autoriser
review-training-set = Dire oui ou non
