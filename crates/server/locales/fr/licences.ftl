# Licences d’usages par l’IA. Les valeurs en anglais sont dans le même ordre dans ../en/licences.ftl.

payers-licences = licences pour l’IA
movement-imitation = Signalé comme imitation

wait-factor = Confirmer avec mon second facteur

licence-title = { $name } : licences
licence-what = Ce que vous proposez à qui construit de l’IA, ce que chaque licence rapporte, et ce qui est déclaré de vos œuvres. Qui accepte vos conditions les signe et paie ici ; rien n’est permis avant.
licence-to-consent = Ce que l’IA peut faire
licence-wait-where = pour confirmer ou arrêter
licence-use = Pour quel usage
licence-earned = Ce que chaque licence rapporte
licence-none = Personne n’a encore signé de licence avec vous.
licence-works = { $count ->
        [0] pour aucun enregistrement
        [one] pour un enregistrement
       *[other] pour { $count } enregistrements
    }
licence-promised = Quand l’accord prend fin :
licence-ended = Révoquée le { $day }
licence-pot-signing = À la signature
licence-pot-report = Par relevé
licence-pot-settlement = Accord amiable

fee-nothing = gratuit
fee-per-work = { $amount } par œuvre
fee-per-version = { $amount } par version du modèle
fee-per-output = { $amount } par résultat
fee-of-income = { $share } des revenus, { $amount } au moins

promise-nothing = ce qui est appris reste appris
promise-next-version = la version suivante est entraînée sans elle
promise-retrain-within = un modèle sans elle remplace celui-ci sous { $count } jours
promise-withdraw-within = le modèle est retiré sous { $count } jours

reports-title = Ce qui est déclaré de vos œuvres
reports-what = Chaque relevé dit de quoi les résultats sont faits. Vous pouvez contester votre part jusqu’au jour indiqué ; l’argent attend jusque-là, et jusqu’à la décision.
reports-none = Rien n’est encore déclaré de vos œuvres.
report-was = (déclaré : { $part })
report-nobody = non attribué
report-unknown-source = (inconnu ici)
report-unlicensed = (sans licence)
waits-report-contestable = On peut encore le contester ; l’argent attend.
waits-report-contested = Il est contesté ; l’argent attend la décision.
waits-report-frozen = Un signalement d’imitation retient l’argent.
contest-open = Contesté
contest-upheld = Contesté à raison
contest-dismissed = Contesté à tort
contest-title = Contester un relevé
contest-report = Quel relevé
contest-recording = Quel enregistrement
contest-part = La part qu’il devrait avoir
contest-part-hint = Par exemple 12,5 % ; vide si vous ne connaissez pas de chiffre
contest-words = Ce qui est faux, et ce qui le montre
contest-send = Contester

offers-title = Ce que vous proposez
offer-to = À :
offer-everybody = quiconque accepte les conditions
offer-until-day = Jusqu’au { $day }
offer-withdraw = Retirer cette offre
offer-new = Une nouvelle offre
offer-fee = Ce que cela coûte
offer-fee-hint = EUR 2 per work (par œuvre) · EUR 500 per version · 30 % of income, at least EUR 100 (des revenus, au moins) · EUR 0.001 per output (par résultat) · nothing (gratuit)
offer-promise = Ce que deviennent les modèles entraînés quand votre accord prend fin
offer-licensee = À un seul licencié
offer-licensee-hint = Vide : à quiconque accepte les conditions
offer-subject = Pour un seul enregistrement ou une seule œuvre
offer-subject-hint = recording:ISRC ou work:ISWC ; vide : tout votre catalogue
offer-until = Jusqu’au (le lendemain du dernier jour)
offer-send = Signer cette offre
offer-note = Un enregistrement est sous licence quand toutes les personnes dont l’accord est nécessaire ont accepté ou signé. Une offre contraire à votre propre refus attend le code que nous vous envoyons, ou quelques jours.

imitation-title = Cela m’imite
imitation-what = Signalez un enregistrement ou un modèle qui vous imite. L’argent en cause, et lui seul, attend ; la personne visée peut répondre, et la décision figure dans le journal public.
imitation-open = attend une réponse
imitation-answered = a reçu une réponse, attend une décision
imitation-unanswered = sans réponse, attend une décision
imitation-upheld = imitation reconnue
imitation-dismissed = imitation non reconnue
imitation-frozen = { $amount } attendent.
imitation-answer = Réponse :
imitation-due = Jusqu’au { $day }
imitation-answer-words = Pourquoi ce n’est pas une imitation
imitation-answer-send = Répondre
imitation-new = Signaler une imitation
imitation-about = Ce qui vous imite
imitation-about-hint = recording:ISRC, report:rpt-… ou training:trn-…
imitation-words = Ce qui est imité ; toutes les personnes concernées le lisent
imitation-evidence = Ce qui le montre
imitation-evidence-hint = Liens, dates, comparaisons. Chiffré ; seule la maison le lit.
imitation-send = Signaler

licensee-title = { $name } : licences et relevés
licensee-what = Demandez ce que vous pourriez obtenir et à quel prix, signez, payez, déclarez de quoi les résultats sont faits, et recevez des permis que votre programme vérifie sans rien demander à personne.
ask-title = Ce qui pourrait être obtenu
ask-model = Modèle
ask-model-hint = Une licence d’entraînement vaut pour un modèle et une version
ask-version = Version
ask-works = Enregistrements
ask-works-hint = Identifiants ou ISRC, un par ligne ; vide : tout ce qui est proposé
ask-send = Voir ce que cela coûte
quote-title = Ce que vous pourriez obtenir
quote-counts = { $licensed } avec les licences ci-dessous, { $permitted } déjà permis, { $missing } où quelqu’un manque
quote-later = à chaque relevé
quote-works = Chaque enregistrement
quote-permitted = déjà permis
quote-licensed = avec ces licences
quote-missing = il manque quelqu’un
quote-unknown = inconnu ici
quote-accept = Signer ces licences
quote-note = Votre signature et la leur sont conservées comme documents ; leurs empreintes figurent dans le journal public. Ce qui est dû reçoit une référence de paiement.
licences-title = Vos licences
licences-none = Aucune licence n’est encore signée.
use-reports-title = De quoi les résultats sont faits
use-new = Remettre un relevé
use-license = Sous quelle licence
use-from = Premier jour
use-until = Le lendemain du dernier
use-income = Ce que les résultats ont rapporté
use-income-hint = Par exemple 12 500,00 ; seulement si la licence se paie sur les revenus
use-outputs = Combien de résultats
use-table = Le tableau
use-table-hint = Première ligne recording,weight ; puis un identifiant ou ISRC et son poids par ligne. Une ligne sans enregistrement est ce dont personne n’est crédité.
use-send = Remettre
permits-title = Permis
permits-what = Pour un projet et un temps court : un texte signé que votre programme vérifie avec notre seule clé publique. On ne le retire pas ; il expire.
permit-given = Le permis, à remettre tel quel à l’outil :
permit-until = jusqu’à { $time }
permit-project = Projet
permit-recordings = Enregistrements
permit-recordings-hint = Identifiants ou ISRC, séparés par des espaces
permit-minutes = Minutes, 720 au plus
permit-send = Demander un permis
violations-title = Au-delà d’une licence
violations-what = Constaté dans ce que vous avez vous-même enregistré et déclaré. Dites à la maison comment vous le réglez.
violation-no-license = Usage sans licence
violation-beyond-term = Usage hors de la durée
violation-over-cap = Plus de résultats que permis
violation-open = ouvert
violation-settled = réglé

credits-title = Crédits des modèles
credits-what = De quoi les modèles d’IA déclarent que leurs résultats sont faits, et qui ils créditent, à lire par tout le monde.
credits-models = Relevés
credits-none = Aucun modèle n’a encore rien déclaré ici.
decided-title = Œuvres avec une décision
decided-what = Pour combien d’enregistrements toutes les personnes dont l’accord est nécessaire ont dit oui, non, ou demandez-moi.
decided-of = { $n } sur { $m }

refusal-license-fee = Ce n’est pas un prix, ou le relevé omet de quoi le calculer.
refusal-license-fee-hint = Écrivez-le comme l’indique le champ ; pour une part des revenus, dites les revenus.
refusal-license-nothing = Aucune de ces offres n’aboutit.
refusal-license-nothing-hint = Pour chaque enregistrement il manque quelqu’un d’autre ; demandez-en moins.
refusal-license-model = Une licence d’entraînement nomme le modèle et sa version.
refusal-license-model-hint = Un nouvel entraînement est une autre version.
refusal-contest-words = Une contestation a besoin d’un motif.
refusal-contest-words-hint = Dites ce qui est faux, et ce qui le montre.
refusal-contest-late = Ce relevé ne peut plus être contesté.
refusal-contest-late-hint = Dites-le à la maison ; un relevé ultérieur peut le corriger.
refusal-permit-denied = Toutes les personnes dont l’accord est nécessaire ne le permettent pas.
refusal-permit-denied-hint = Regardez ce qui est permis avec chaque enregistrement.
refusal-imitation-subject = Cela ne peut pas être signalé.
refusal-imitation-subject-hint = Écrivez recording: avec un ISRC, report: ou training: avec un identifiant.
