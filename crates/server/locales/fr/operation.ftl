jobs-title = Travaux en arrière-plan
jobs-what = Ce que la maison fait d’elle-même : courriels, décodage, factures, tâches du jour. Ce qui a été abandonné attend ici que quelqu’un regarde.
jobs-dead = Abandonnés
jobs-running = En cours
jobs-waiting = En attente
jobs-done = Faits ces sept derniers jours
jobs-none = Aucun.
jobs-more = Les plus récents sont montrés ; la commande `tantieme jobs list` les montre tous.
jobs-tries = { $count ->
    [0] pas encore essayé
    [one] essayé une fois
   *[other] essayé { $count } fois
  }
jobs-again = Réessayer
jobs-again-done = Le travail est remis dans la file et sera fait dans quelques secondes.

job-mail-deliver = Un courriel
job-sign-in-link = Un lien de connexion
job-sweep = Rangement
job-audio-analyse = Décodage de fichiers
job-brief-due = Échéances des contrats avec des marques
job-imitation-deadline = Échéances des imitations signalées
job-contracts-renew = Contrats reconduits
job-invoices-due = Factures à émettre
job-period-forget = Clés d’écoute, détruites à temps
job-discovery-train = Entraînement des recommandations
