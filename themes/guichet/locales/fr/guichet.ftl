# Ce que le programme dit : dates, étapes, lettres, refus, plaintes et remèdes.
# U+00A0 devant les deux-points et dans les guillemets, U+202F devant ; ! ?
# Dans les sujets (commits, lettres), des espaces ordinaires.

## Dates
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
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
month-short-1 = janv.
month-short-2 = févr.
month-short-3 = mars
month-short-4 = avr.
month-short-5 = mai
month-short-6 = juin
month-short-7 = juil.
month-short-8 = août
month-short-9 = sept.
month-short-10 = oct.
month-short-11 = nov.
month-short-12 = déc.
date-long = { $weekday } { $day ->
    [1] 1er
   *[other] { $day }
} { $month } { $year }
date-and-time = { $weekday } { $day ->
    [1] 1er
   *[other] { $day }
} { $month } { $year } à { $hour } h { $minute }
date-of-year = { $day ->
    [1] 1er
   *[other] { $day }
} { $short }
date-short = { $day ->
    [1] 1er
   *[other] { $day }
} { $short } { $year }

## Personnes
person-requester = Le demandeur
person-colleague = Un collègue
person-forgotten = Ancien collègue
person-stranger = Un contributeur

## Étapes d’une demande
step-created = demande enregistrée
step-status = { $status }
step-answered = a répondu
step-answer-gone = a répondu (texte modifié depuis)
step-assigned = confiée à { $member }
step-unassigned = n’est plus confiée à personne
step-resource = lieu ou matériel corrigé : { $resource }
step-title = titre corrigé
step-planned = passage prévu le { $day }
step-not-planned = passage annulé
step-handed-to = transmise : { $to }
step-taken-back = reprise par l’équipe
step-duplicate = doublon de { $id }
step-no-duplicate = n’est plus un doublon
step-out-of-service = lieu ou matériel mis hors service
step-in-service = lieu ou matériel remis en service
step-watched = d’autres personnes sont concernées
step-edited = texte modifié
step-other = fiche modifiée
happening = { $who } : { $what }

## Listes
list-all = Toutes les demandes
list-heading = { $name } : { $value }
filter-status = Statut
filter-category = Nature
filter-group = Lieu

## Messages
message-not-found = Page introuvable
message-not-found-text = Cette adresse ne mène nulle part. Elle a peut-être changé : repartez du tableau de bord.
message-not-allowed = Action impossible ici
message-not-allowed-text = Cette adresse n’accepte pas ce que vous lui demandez.
message-forbidden = Envoi refusé
message-forbidden-text = Ce formulaire a été envoyé depuis un autre site. Ouvrez-le ici, puis recommencez.
message-too-large = Envoi trop lourd
message-too-large-text = L’envoi dépasse { $most } Mo. Choisissez une photo plus légère, ou envoyez la demande sans photo.
message-too-large-form-text = L’envoi dépasse { $most } ko. Raccourcissez le texte.
message-media-type = Format inconnu
message-media-type-text = Cette adresse attend un formulaire.
message-bad-form = Formulaire illisible
message-bad-form-text = Ce formulaire est incomplet, n’est pas en UTF-8 ou contient deux fois le même champ. Rien n’a été enregistré.
message-refused = Envoi à corriger
message-taken = Déjà réservé
message-busy = Enregistrement impossible pour le moment
message-slow = Envoi trop lent
message-slow-text = L’envoi a duré trop longtemps. Rien n’a été enregistré : recommencez.
message-too-many = Trop d’envois
message-too-many-text = Trop de demandes arrivent de votre adresse. Attendez { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } secondes
}, puis recommencez.
message-failure = Une panne de notre côté
message-failure-text = La demande n’a pas pu être traitée. Recommencez dans un instant. Si cela continue, écrivez-nous.

## Refus d’un formulaire
fault-resource-missing = Choisissez le lieu ou le matériel concerné.
fault-resource-unknown = « { $typed } » n’est pas dans la liste des lieux et matériels.
fault-resource-retired = « { $resource } » n’est plus en service : choisissez un autre lieu ou matériel.
fault-description-missing = Décrivez le problème en une phrase au moins.
fault-text-missing = Écrivez votre réponse.
fault-name-missing = Indiquez votre prénom et votre nom.
fault-name-odd = Un nom ne contient ni « < », ni « > », ni « @ ».
fault-email-missing = Indiquez votre adresse de courriel.
fault-email-odd = « { $typed } » n’est pas une adresse de courriel : elle ressemble à prenom.nom@domaine.fr.
fault-email-domain = Cette adresse ne peut pas envoyer de demande : utilisez une adresse en { $domains }.
fault-choice-unknown = « { $typed } » n’est pas proposé ici. Choix possibles : { $choices }.
fault-too-long = Ce texte compte { $chars } caractères : il en faut { $most } au plus.
fault-control-character = Ce texte contient un caractère invisible interdit : effacez-le et retapez-le.
fault-token = Le jeton d’envoi compte 16 à 64 lettres, chiffres, tirets ou soulignés.
fault-token-used = Ce jeton d’envoi a déjà servi à une autre demande : il en faut un nouveau.
fault-photo-type = La photo est un fichier JPEG, PNG, WebP ou GIF.
fault-photo-broken = La photo ne peut pas être lue : reprenez-la ou envoyez la demande sans photo.
fault-photo-large = La photo compte trop de pixels : choisissez-en une plus petite.
fault-too-many-for-address = Trop d’envois portent cette adresse en une heure. Réessayez plus tard, ou passez nous voir.
fault-ticket-unknown = La demande { $id } n’existe pas.
fault-ticket-broken = La fiche de la demande { $id } doit d’abord être réparée par l’équipe.
fault-watching-already = Vous suivez déjà cette demande.

## Pourquoi rien ne peut être enregistré maintenant
busy-branch = Une autre branche (« { $branch } ») est extraite dans le dépôt. Les demandes reprendront quand « { $followed } » le sera à nouveau.
busy-detached = Aucune branche n’est extraite dans le dépôt (HEAD détachée). Les demandes reprendront quand « { $followed } » le sera à nouveau.
busy-rebase = Un rebase est en cours dans le dépôt. Les demandes reprendront dès qu’il sera terminé.
busy-uncommitted = { $path } contient des modifications en cours, pas encore enregistrées dans git. Réessayez quand elles le seront.
busy-site-gone = Le dossier du site n’est plus à sa place. Les demandes reprendront quand le service informatique l’y aura remis.
busy-branch-lost = La branche que suit le site a disparu du dépôt. Les demandes reprendront quand le service informatique l’aura remise en place.
busy-lock = Le dépôt est occupé par un autre programme, qui tient le verrou { $path }. Réessayez dans un instant.
busy-locked = Le dépôt est occupé par un autre programme. Réessayez dans un instant.
busy-failed = Le dépôt ne peut pas être écrit pour le moment. Réessayez dans un instant.
busy-unsynced = Le disque du serveur n’a pas confirmé la dernière écriture. Réessayez dans un instant : votre demande ne sera pas enregistrée deux fois.
busy-stopping = Le service s’arrête. Réessayez dans un instant.

## Messages des commits
commit-ticket = Demande { $id }
commit-answer = Réponse à la demande { $id }
commit-answer-team = Réponse : { $id }
commit-watch = « Moi aussi » : { $id }
commit-status = { $id } : { $status }
commit-assign = { $id } : suivi confié à { $member }
commit-put-back = Remet en place ce qu’un commit simultané avait laissé de côté
commit-init = Site Guichet

## Lettres
letter-subject = [{ $id }] { $what } : { $title }
letter-answer = Réponse
letter-greeting = Bonjour { $name },
letter-greeting-nobody = Bonjour,
letter-lead-created = { $who } a signalé un problème. La demande porte le numéro { $id }.
letter-lead-created-own = Votre demande est enregistrée sous le numéro { $id }. Vous serez prévenu à chaque étape.
letter-lead-status = { $who } a changé le statut de la demande { $id } (« { $title } »).
letter-lead-status-own = Vous avez changé le statut de la demande { $id } (« { $title } »).
letter-lead-answer = { $who } a répondu à la demande { $id } (« { $title } »).
letter-lead-answer-own = Votre réponse à la demande { $id } (« { $title } ») est enregistrée.
letter-see-ticket = Voir la demande
letter-see-booking = Voir la réservation
letter-see-week = Voir le planning de la semaine
letter-see-problems = Voir ce qui ne va pas
letter-status = Statut
letter-place = Lieu ou matériel
letter-category = Nature
letter-severity = Type d’intervention
letter-created = Déclarée
letter-assignee = Suivie par
letter-planned = Passage prévu
letter-requester = Demandeur
letter-watchers = Aussi concernés
letter-footer-team = Message automatique de { $site }. Pour écrire au demandeur, répondez à ce message.
letter-footer-alert = Message automatique de { $site }, pour l’équipe seule.
letter-footer-person = Message automatique de { $site }. Pour écrire à l’équipe ({ $team }), répondez à ce message.
alert-rewritten-subject = [Guichet] L’historique a été réécrit
alert-rewritten = L’historique de la branche « { $branch } » a été réécrit et { $count } demandes ou réservations ont changé d’un coup. Aucun message n’a été envoyé aux personnes concernées. Les voici :
alert-back-subject = [Guichet] La branche est revenue en arrière
alert-back = La branche « { $branch } » est revenue à un état plus ancien ({ $commit }). Aucun message ne part tant qu’elle ne repart pas de l’avant.
alert-broken-subject = [Guichet] Fichier illisible : { $path }
alert-broken = { $who } a enregistré un fichier que Guichet ne peut pas lire. Le site montre la dernière bonne version et aucun message ne part à son sujet. Voici ce qui ne va pas :

## Liens signés
letter-act-take = Je prends en charge
letter-act-team = La page de l’équipe
letter-act-broken = Toujours en panne
letter-act-repaired = C’est réparé
letter-act-cancel = Annuler ma réservation
letter-act-change = Modifier ma réservation
letter-act-agenda = Mes réservations dans mon agenda
letter-act-approve = Accepter la réservation
letter-act-refuse = Refuser la réservation
letter-acts-team = Chaque lien ouvre une page ; rien ne change avant d’y appuyer sur le bouton. Ils agissent au nom de l’équipe : ne les transférez pas.
letter-acts-person = Chaque lien ouvre une page ; rien ne change avant d’y appuyer sur le bouton. Ils agissent en votre nom : ne les transférez pas.
errand-take = Je prends en charge
errand-take-lead = La personne qui a signalé le problème saura que vous vous en occupez.
errand-status = Changer le statut
errand-status-lead = Les personnes concernées seront prévenues du nouveau statut.
errand-status-stays = Laisser « { $status } »
errand-reply = Répondre
errand-reply-lead = Votre réponse s’ajoute à la demande. Les personnes concernées la recevront par courriel.
errand-still-broken = Toujours en panne
errand-still-broken-lead = L’équipe sera prévenue que le problème dure. Si la demande était close, elle sera rouverte.
errand-still-broken-answer = Toujours en panne.
errand-repaired = C’est réparé
errand-repaired-lead = La demande sera close et l’équipe prévenue. Merci de nous le dire !
errand-cancel = Annuler ma réservation
errand-cancel-lead = Le créneau redevient libre pour vos collègues. Un courriel vous le confirmera.
errand-cancel-done = La réservation est annulée et le créneau est de nouveau libre. Un courriel vous le confirme.
errand-shorten-done = Ces dates sont rendues et de nouveau libres. Un courriel vous le confirme, avec les dates qui restent.
errand-change = Modifier ma réservation
errand-change-lead = Changez ce que vous voulez : le lieu, le jour, l’heure, l’objet. Votre réservation tient telle quelle tant que la nouvelle n’est pas acceptée.
errand-change-which = Quelle date voulez-vous modifier ? Vous direz ensuite si les suivantes changent aussi.
errand-change-done = La réservation est modifiée. Un courriel vous le confirme.
part-one = Cette date seulement
part-rest = Cette date et les suivantes
part-all = Toutes les dates
errand-approve = Accepter la réservation
errand-approve-lead = La personne qui a réservé recevra la confirmation.
errand-approve-done = La réservation est confirmée. La personne qui a réservé est prévenue.
errand-refuse = Refuser la réservation
errand-refuse-lead = Le créneau redevient libre. La personne qui a réservé recevra votre explication.
errand-refuse-done = La réservation est refusée et le créneau est de nouveau libre. La personne qui a réservé est prévenue.
errand-booking-already-lead = Ce lien a déjà servi, ou la réservation a changé depuis. Rien n’a été modifié.
errand-done = C’est fait
errand-done-lead = Les personnes concernées sont prévenues. Voici où en est la demande.
errand-already = Déjà fait
errand-already-lead = Ce lien a déjà servi, ou quelqu’un s’en est occupé. Rien n’a été changé. Voici où en est la demande.
fault-link-gone = Ce lien agit au nom d’une personne qui n’est plus connue ici : rien n’a été changé.
fault-link-shows = Ce lien montre une page : il ne change rien.
fault-done-already = C’est déjà fait : { $id }.
message-link = Ce lien ne marche pas
message-link-altered = Il n’est pas complet, ou il a été modifié. Recopiez-le en entier depuis le courriel, ou écrivez à { $team }. Rien n’a été changé.
message-link-over = Il est trop ancien. Ouvrez le dernier courriel reçu à ce sujet, ou écrivez à { $team }. Rien n’a été changé.
message-team-over = Il est trop ancien : un lien vers la page de l’équipe vaut sept jours. Prenez celui du dernier courriel reçu par l’équipe ; sur le serveur, « guichet team-link » en donne un nouveau.
message-team = La page de l’équipe s’ouvre par un lien
message-team-text = Elle montre des noms et des adresses. Son lien est dans chaque courriel reçu par l’équipe ; sur le serveur, « guichet team-link » en donne un nouveau.
team-age = { $days ->
    [0] aujourd’hui
    [one] { $days } jour
   *[other] { $days } jours
}

## Plaintes sur un fichier
report-hint = indice : { $hint }
problem-file-name = ce fichier n’est pas à sa place ou ne porte pas le nom d’une demande
hint-file-name = une demande s’appelle tickets/2026/00xx/2026-0042.md : l’année, les centaines suivies de xx, puis le numéro
problem-link = ce chemin est un lien ou un sous-module : Guichet ne le suit pas
hint-link = remplacez-le par un vrai fichier
problem-unreadable-file = ce fichier ne peut pas être lu : { $detail }
problem-encoding = ce fichier n’est pas en UTF-8 : un caractère accentué est sans doute en Windows-1252
problem-utf16 = ce fichier est en UTF-16
hint-save-utf8 = enregistrez-le à nouveau en choisissant l’encodage UTF-8
problem-conflict-markers = ce fichier contient les marques d’un conflit de fusion non résolu
hint-conflict-markers = gardez les bonnes lignes, effacez celles qui commencent par <<<<<<<, ======= et >>>>>>>, puis validez
problem-no-opening-fence = la première ligne doit être « --- »
hint-opening-fence = écrivez trois tirets seuls sur la première ligne, puis title, status et resource, puis à nouveau trois tirets
problem-no-closing-fence = la ligne « --- » qui termine l’en-tête manque
hint-closing-fence = écrivez trois tirets seuls sur une ligne, après la dernière clé
problem-front-too-large = l’en-tête dépasse { $most } ko
hint-front-too-large = mettez les longs textes sous l’en-tête, et vérifiez que la ligne « --- » qui le termine est à sa place
problem-body-too-large = le texte dépasse { $most } ko
hint-body-too-large = gardez l’essentiel dans le texte et joignez le reste comme fichier
problem-tab = cette ligne commence par une tabulation
hint-tab = remplacez la tabulation par des espaces, ou effacez-la
problem-nbsp = une espace insécable suit les deux-points
hint-nbsp = effacez-la et tapez une espace ordinaire
problem-open-quote = ce guillemet n’est pas refermé
hint-open-quote = refermez le guillemet à la fin de la valeur, ou effacez-le
problem-open-bracket = ce crochet n’est pas refermé
problem-special-start = une valeur ne peut pas commencer par ce signe
problem-colon-in-value = une valeur qui contient « : » doit être entre guillemets
problem-no-colon = cette ligne n’est pas de la forme « clé: valeur »
problem-not-keys = l’en-tête doit être une suite de lignes « clé: valeur »
problem-yaml = cette ligne ne se lit pas comme « clé: valeur »
hint-key-value = écrivez la clé, deux-points, une espace, puis la valeur
hint-quote = { $line }
hint-quote-value = mettez la valeur entre guillemets
problem-yaml-feature = les ancres, alias et étiquettes de YAML ne sont pas acceptés ici
problem-duplicate-key = la clé « { $key } » figure deux fois
hint-duplicate-key = gardez une seule des deux lignes
problem-nested = « { $key } » ne peut pas contenir d’autres clés
problem-not-editable = la valeur de « { $key } » est écrite sous une forme que Guichet ne modifie pas : modifiez-la à la main
problem-unknown-key = clé « { $key } » inconnue
problem-missing-key = la clé « { $key } » manque
hint-missing-key = ajoutez une ligne « { $key }: … » dans l’en-tête
problem-not-one-value = « { $key } » attend une seule valeur
problem-not-a-list = « { $key } » attend une liste, comme [a, b]
problem-control-character = le titre contient un caractère invisible interdit
problem-unknown-status = statut « { $typed } » inconnu
problem-unknown-value = « { $typed } » n’est pas une valeur connue pour « { $key } »
problem-unknown-requester = demandeur « { $typed } » inconnu
problem-address-in-file = aucune adresse de courriel ne doit figurer dans un fichier versionné
hint-address-in-file = écrivez le pseudonyme (p-…) que donne « guichet people list », ou l’identifiant d’un membre de l’équipe
problem-not-a-moment = « { $typed } » n’est pas une date suivie de l’heure et du décalage horaire
problem-not-a-date = « { $typed } » n’est pas une date
problem-not-a-truth = « { $typed } » n’est ni « true » ni « false »
problem-not-a-ticket = « { $typed } » n’est pas le numéro d’une autre demande
problem-attachment-name = « { $typed } » n’est pas un nom de fichier accepté
problem-requester-missing = { $who } est inconnu du carnet d’adresses : les messages qui lui sont destinés sont retenus
hint-requester-missing = restaurez .git/guichet/people.toml, ou complétez avec « guichet people set { $who } --name … --email … »
problem-duplicate-missing = la demande { $id }, dont celle-ci serait le doublon, n’existe pas
problem-attachment-missing = le fichier joint « { $name } » manque
problem-mail-dead = un message à { $to } n’a pas pu être remis : { $error }
hint-mail-dead = corrigez l’adresse puis « guichet mail retry », ou renoncez avec « guichet mail drop »
problem-mail-outage = aucun message ne part, depuis le { $since } : { $error }
hint-mail-outage = les messages attendent et ne se perdent pas ; vérifiez le serveur de messagerie, [mail.smtp] et le mot de passe (« guichet doctor » en dit plus), puis « guichet mail retry »
problem-mail-damaged = { $count ->
    [one] un message abîmé ne peut plus partir : il a été mis de côté dans ce dossier
   *[other] { $count } messages abîmés ne peuvent plus partir : ils ont été mis de côté dans ce dossier
}
hint-mail-damaged = voyez à qui ils étaient destinés, prévenez ces personnes, puis effacez ce que contient le dossier
problem-mail-failed = les messages d’un changement n’ont pas pu être préparés : { $detail }
problem-unplaced = ce fichier est enregistré dans git mais n’a pas pu être écrit dans le dossier
hint-unplaced = faites de la place sur le disque, ou retirez ce qui occupe son chemin
problem-publish-failed = le site n’a pas pu être écrit : { $detail }
problem-unsynced = le disque n’a pas confirmé une écriture : ni demande acceptée ni message envoyé tant qu’il ne le fait pas ({ $detail })
hint-unsynced = Guichet réessaie sans cesse ; si cela dure, regardez l’état du disque (dmesg) et sauvegardez
problem-receipts-failed = l’accusé d’une demande acceptée n’a pas pu être noté : { $detail }
problem-branch-lost = la branche « { $branch } » a disparu de git : aucune demande n’est acceptée tant qu’elle n’est pas remise en place
hint-branch-lost = guichet doctor --fix la remet là où elle était, puis git fsck --full
problem-locked = git tient ce verrou depuis plus d’une minute
hint-locked = terminez ce que git fait (un message de commit ouvert dans un éditeur ?) ; si aucun git ne travaille ici, Guichet l’ôtera de lui-même, ou faites rm { $path }
problem-locked-out = git tient ce verrou : tant qu’il est là, les demandes sont refusées
problem-unwritable = le dépôt ne peut pas être écrit, les demandes sont refusées : { $detail }
hint-unwritable = vérifiez que le disque n’est ni plein ni en lecture seule, et à qui sont les fichiers de .git ; guichet doctor en dit plus
problem-site-gone = le dossier du site n’est plus à sa place : plus rien n’est écrit ni envoyé
hint-site-gone = remettez-le à sa place ; s’il a déménagé, arrêtez Guichet et servez-le là où il est
problem-refused = la dernière demande n’a pas pu être enregistrée
hint-refused = le journal du service dit pourquoi (journalctl -u guichet) ; guichet doctor aussi, peut-être. Ceci s’efface dès qu’une demande est enregistrée.
problem-state-unreadable = un fichier de l’état local ne peut pas être lu : { $detail }
problem-book-damaged = le carnet d’adresses ne se comprend plus à partir de cette ligne : aucune demande n’est acceptée
hint-book-damaged = corrigez cette ligne dans une copie puis remettez-la en place, ou reprenez people.toml d’une sauvegarde (guichet restore) ; ne l’effacez pas, il est seul à savoir qui a demandé quoi
problem-key-damaged = la clé qui signe les liens des messages n’en est pas une
hint-key-damaged = reprenez .git/guichet/key d’une sauvegarde, ou effacez-la : une nouvelle est faite aussitôt, et les liens déjà envoyés ne mènent plus à rien
problem-index-damaged = l’index de git est vide ou abîmé : les demandes sont acceptées, mais git refuse de travailler ici
hint-index-damaged = guichet doctor --fix le refait à partir de ce qui est extrait
problem-theme-file = ce fichier du thème ne peut pas être lu
problem-template = un modèle du thème est faux : { $detail }
problem-locale = ce texte du thème ne suit pas la syntaxe Fluent
hint-did-you-mean = { $near } ?
hint-did-you-mean-or = { $near } ? Les statuts sont : { $choices }
hint-choices = les choix sont : { $choices }
hint-see-config = ajoutez cette valeur à site.toml, ou choisissez-en une qui y figure
hint-own-key = une clé à vous commence par x- : { $key }
hint-example = par exemple { $example }

## Plaintes sur site.toml
config-missing-file = site.toml manque
hint-config-missing-file = créez un site avec « guichet init DOSSIER »
config-wrong-type = cette valeur n’est pas du bon type : il faut { $expected ->
    [boolean] true ou false, sans guillemets
    [text] un texte entre guillemets
    [list] une liste entre crochets
    [date] une date sans guillemets, comme 2026-08-31
    [number] un nombre entier, 0 ou plus, sans guillemets
   *[other] une table entre accolades, comme {"{"} id = "…", name = "…" {"}"}
}
config-unreadable = ce passage ne se lit pas comme du TOML : { $detail }
config-unknown-key = clé « { $key } » inconnue
config-missing-key = la clé « { $key } » manque
config-unknown-choice = « { $typed } » n’est pas un choix : { $choices }
config-no-title = site.title manque
hint-title = ajoutez : [site] puis title = "Guichet informatique, collège …"
config-not-yet = { $what } n’est pas encore disponible dans cette version
config-same-words = « { $first } » et « { $second } » se lisent de la même façon : changez l’un des deux noms, clés ou alias
config-empty-list = la liste tickets.{ $list } est vide
config-not-a-key = « { $typed } » n’est pas une clé : minuscules sans accent, chiffres, points et tirets
config-key-too-long = l’identifiant « { $typed } » a { $length } caractères, { $most } au plus : il entre dans des noms de fichiers ; donnez un id (ou key) plus court
config-member-id = « { $typed } » ne peut pas être l’identifiant d’un membre : « team » désigne l’équipe, et p-… une personne du carnet d’adresses ; choisissez par exemple prenom.nom, et gardez l’ancien dans aliases
config-no-name = il manque un nom
config-quantity = quantity vaut 1 au moins
config-booked-by = booked_by vaut all (tout le monde) ou team (l’équipe), pas « { $typed } »
config-not-an-address = « { $typed } » n’est pas une adresse de courriel
config-not-an-ip = « { $typed } » n’est pas une adresse IP
config-base-url = « { $typed } » n’est pas une adresse de site : http:// ou https://, puis le nom de la machine
config-timezone = « { $typed } » n’est pas un fuseau horaire connu
config-branch = « { $typed } » n’est pas un nom de branche
config-username-in-clear = un nom d’utilisateur ne part pas en clair : choisissez tls = "starttls" ou "tls"
config-closure = une fermeture a un premier jour (from) et un dernier jour (to), dans cet ordre
config-not-a-monday = cette date n’est pas un lundi
config-holiday = des vacances ont un nom (name), un premier jour sans cours (from) et le jour de la reprise (resume), dans cet ordre
hint-holidays = par exemple : holidays = [ {"{"} name = "winter", from = 2028-02-05, resume = 2028-02-21, zones = ["C"] {"}"} ]
config-week-letter = week_letters donne à un lundi la lettre A ou B
config-slot = le créneau « { $slot } » est mal écrit : un id, start avant end (HH:MM), days parmi mon, tue, wed, thu, fri, sat, sun
config-slot-twice = le créneau « { $slot } » est défini deux fois pour un même jour
hint-slot-twice = donnez-lui un autre id, ou d’autres jours (days)
config-slot-overlap = les créneaux « { $other } » et « { $slot } » se chevauchent un même jour
hint-slot-overlap = changez start ou end de l’un des deux, ou leurs jours (days)
config-grid-days = une grille a un premier jour (from) et un dernier jour (to), dans cet ordre ; un seul suffit : à partir de, ou jusqu’à ce jour
config-grid-empty = cette grille n’a aucun créneau : donnez-lui slots, comme dans [calendar]
config-grid-overlap = cette grille et une autre plus haut valent toutes deux du { $from } au { $to }
hint-grid-overlap = un jour n’a qu’une grille : changez from ou to de l’une des deux
config-slots-only = free_times = false demande des créneaux : donnez slots dans [calendar]
hint-known-keys = les clés connues ici sont : { $keys }
hint-password = le mot de passe vient de la variable GUICHET_SMTP_PASSWORD ou d’un secret de systemd, jamais de ce fichier
config-sends-nothing = les messages ne partent pas : mail.transport = "outbox" les garde dans le dépôt local
config-loopback = site.base_url mène à cette machine seulement : les liens des messages ne s’ouvriront pas ailleurs

## Ligne de commande
cli-built = { $pages ->
    [one] { $pages } page
   *[other] { $pages } pages
}, dont { $written ->
    [one] { $written } écrite
   *[other] { $written } écrites
}, dans { $folder }
cli-no-such-path = Il n’y a pas de « { $path } » dans ce site. Vérifiez le chemin : il part du dossier courant ou de celui du site.
cli-checked = { $tickets ->
    [one] { $tickets } demande et { $bookings ->
        [one] { $bookings } réservation vérifiées
       *[other] { $bookings } réservations vérifiées
    }
   *[other] { $tickets } demandes et { $bookings ->
        [one] { $bookings } réservation vérifiées
       *[other] { $bookings } réservations vérifiées
    }
} : aucune erreur, { $warnings ->
    [one] { $warnings } remarque
   *[other] { $warnings } remarques
}.
cli-checked-errors = { $tickets ->
    [one] { $tickets } demande et { $bookings ->
        [one] { $bookings } réservation lisibles
       *[other] { $bookings } réservations lisibles
    }
   *[other] { $tickets } demandes et { $bookings ->
        [one] { $bookings } réservation lisibles
       *[other] { $bookings } réservations lisibles
    }
} : { $errors ->
    [one] { $errors } erreur
   *[other] { $errors } erreurs
}, { $warnings ->
    [one] { $warnings } remarque
   *[other] { $warnings } remarques
}.
cli-push-refused = { $errors ->
    [one] push refusé, une erreur viendrait avec lui
   *[other] push refusé, { $errors } erreurs viendraient avec lui
} : corrigez, faites un commit (git commit --amend complète le dernier), puis poussez à nouveau
cli-push-usage = « check --push » se lance dans un crochet git « pre-receive », et lit sur l’entrée standard des lignes « ANCIEN NOUVEAU RÉFÉRENCE »
cli-no-hook = ce dépôt n’accueille pas encore les « git push » : lancez une fois « guichet init . »
cli-already-served = ce site est déjà servi : { $holder }
cli-not-a-ticket = « { $typed } » n’est pas le numéro d’une demande, comme 2026-0042
cli-not-back = une demande ne redevient pas nouvelle par commande : modifiez son fichier si c’est voulu
cli-already-so = rien à enregistrer : c’est déjà le cas
cli-committed = enregistré : { $commit }
cli-import-fault = ligne { $row } laissée de côté : { $fault }
cli-rooms-imported = { $added ->
    [one] { $added } ressource ajoutée
   *[other] { $added } ressources ajoutées
}, { $present } déjà là, { $wrong ->
    [one] { $wrong } ligne laissée de côté
   *[other] { $wrong } lignes laissées de côté
}
rooms-no-name = il manque le nom
rooms-yes-or-no = « { $typed } » : écrivez oui ou non
rooms-quantity = « { $typed } » : il faut un nombre, 1 ou plus
cli-import-row = ligne { $row } : il faut un nom et une adresse valables, ligne laissée de côté
cli-imported = { $added ->
    [one] { $added } personne enregistrée
   *[other] { $added } personnes enregistrées
}, { $wrong ->
    [one] { $wrong } ligne laissée de côté
   *[other] { $wrong } lignes laissées de côté
}
cli-forget-open = encore ouverte : { $id } { $title }
cli-forget-coming = réservation à venir : { $id } { $purpose }
cli-forgotten = { $who } est oublié ; { $letters ->
    [one] { $letters } message en attente supprimé
   *[other] { $letters } messages en attente supprimés
}
cli-readdressed = { $letters ->
    [one] { $letters } message non remis porte désormais cette adresse
   *[other] { $letters } messages non remis portent désormais cette adresse
}
cli-nobody = personne ne correspond à « { $who } » dans le carnet d’adresses
cli-mail-waiting = attend
cli-mail-held = retenu
cli-mail-dead = échoué
cli-mail-count = { $count ->
    [0] Aucun message
    [one] { $count } message
   *[other] { $count } messages
}
cli-mail-retry = { $count ->
    [0] Rien à faire repartir
    [one] { $count } message repart
   *[other] { $count } messages repartent
}
cli-mail-unknown = aucun message ne s’appelle « { $letter } »
cli-mail-test-subject = Essai de Guichet
cli-mail-test-text = Ce message d’essai vient de « { $site } ». Si vous le lisez, les messages partent.
cli-mail-tested = Le serveur de messagerie a accepté le message pour { $to }.
cli-init-foreign-hook = le crochet git « { $hook } » existe déjà et n’est pas de Guichet : il reste tel quel
cli-init-other-site = ce dépôt porte déjà un autre site, dans { $folder }, et un dépôt n’en porte qu’un : donnez au nouveau un dossier hors de ce dépôt
cli-init-done = Le site est prêt dans { $folder }. Réglez site.toml, puis lancez : guichet serve --site { $folder }
cli-demo-not-empty = le dossier { $folder } n’est pas vide : indiquez-en un autre
cli-demo-ready =
    Le collège fictif est prêt dans { $folder }.
    Le site :      { $url }/
    Les messages : { $url }/courrier/

    Jouez le référent : prenez une demande en charge, et voyez la page et les messages changer.

      sed -i 's/^status: .*/status: pris en charge/' { $file }
      git -C { $folder } commit -qam "Je m’en occupe"

    Arrêter : Ctrl+C

## Réservations
date-weekday = { $weekday } { $day ->
    [1] 1er
   *[other] { $day }
} { $month }
weekday-short-1 = lun.
weekday-short-2 = mar.
weekday-short-3 = mer.
weekday-short-4 = jeu.
weekday-short-5 = ven.
weekday-short-6 = sam.
weekday-short-7 = dim.
date-short-weekday = { $short-weekday } { $day ->
    [1] 1er
   *[other] { $day }
}
time-of-day = { $hour } h { $minute }
time-span = { $start } – { $end }
slot-run = { $from } à { $to }
booking-subject = [Réservation] { $what } : { $resource }, { $day }, { $time }
booking-confirmed = Confirmée
booking-pending = En attente
booking-changed = Modifiée
booking-cancelled = Annulée
booking-refused = Refusée
booking-lead-made = { $who } a réservé « { $resource } ».
booking-lead-made-own = Votre réservation de « { $resource } » est enregistrée.
booking-lead-pending = { $who } demande à réserver « { $resource } ». Un référent doit valider cette demande.
booking-lead-pending-own = Votre demande de réservation de « { $resource } » est enregistrée. Un référent doit la valider.
booking-lead-confirmed = { $who } a validé la réservation de « { $resource } ».
booking-lead-changed = { $who } a modifié la réservation de « { $resource } ».
booking-lead-changed-own = Vous avez modifié votre réservation de « { $resource } ».
booking-lead-cancelled = { $who } a annulé la réservation de « { $resource } ».
booking-lead-cancelled-own = Vous avez annulé votre réservation de « { $resource } ».
booking-lead-refused = { $who } n’a pas pu accepter la réservation de « { $resource } ».
booking-conflict = En conflit
booking-disputed = Maintenue
booking-lead-conflict = « { $resource } » était déjà réservé à ce moment. Cette réservation, ajoutée aux fichiers sans passer par le site, ne peut pas tenir : choisissez un autre moment, puis annulez-la.
booking-lead-disputed = Une autre réservation de « { $resource } » a été ajoutée pour le même moment. La vôtre est arrivée la première : elle tient. L’équipe est prévenue.
booking-other = L’autre réservation
booking-out = Hors service
booking-back = De nouveau utilisable
booking-lead-out = « { $resource } » est hors service. Votre réservation tient toujours ; voyez ci-dessous ce qui est libre à la place, ou attendez : un message vous dira quand tout remarche.
booking-lead-back = « { $resource } » est de nouveau utilisable. Votre réservation tient toujours.
booking-ticket = Problème signalé
letter-act-book = Réserver { $offer }
booking-what = Réservation
booking-when-weekly = chaque semaine du { $day } au { $until }
booking-when-letter = chaque semaine { $letter } du { $day } au { $until }
booking-when-weeks = toutes les { $n } semaines du { $day } au { $until }
booking-when-weeks-letter = toutes les { $n } semaines du { $day } au { $until }, en semaine { $letter }
booking-dates = Dates
booking-count = { $n ->
    [0] aucune
    [1] { $days }
   *[other] { $days } ({ $n } dates)
}
booking-days-gone = Dates retirées
booking-days-new = Dates ajoutées
booking-days-moved = Dates déplacées
booking-standing = État
booking-when = Quand
booking-purpose = Pour
booking-quantity = Nombre
booking-holder = Réservé par
commit-booking = Réservation { $id }
commit-cancel = Annulation de la réservation { $id }
commit-rooms = { $count ->
    [one] Une ressource de plus
   *[other] { $count } ressources de plus
}
commit-approve = Réservation { $id } acceptée
fault-resource-not-bookable = « { $resource } » ne se réserve pas.
fault-purpose-missing = Indiquez l’objet de la réservation, par exemple la classe et l’activité.
fault-date-missing = Choisissez une date.
fault-date-odd = « { $typed } » n’est pas une date : écrivez-la comme 2026-11-23.
fault-date-past = Cette date est passée.
fault-date-far = Cette date est dans plus de deux ans.
fault-date-closed = Il n’y a pas cours ce jour-là.
fault-date-closed-for = Il n’y a pas cours ce jour-là : { $why }.
fault-date-holiday = Il n’y a pas cours ce jour-là : { $why ->
    [holiday-autumn] { holiday-autumn }
    [holiday-christmas] { holiday-christmas }
    [holiday-winter] { holiday-winter }
    [holiday-spring] { holiday-spring }
    [holiday-summer] { holiday-summer }
    [holiday-ascension-bridge] { holiday-ascension-bridge }
    [holiday-new-year] { holiday-new-year }
    [holiday-labour] { holiday-labour }
    [holiday-victory] { holiday-victory }
    [holiday-national] { holiday-national }
    [holiday-assumption] { holiday-assumption }
    [holiday-all-saints] { holiday-all-saints }
    [holiday-armistice] { holiday-armistice }
    [holiday-christmas-day] { holiday-christmas-day }
    [holiday-easter-monday] { holiday-easter-monday }
    [holiday-ascension] { holiday-ascension }
    [holiday-whit-monday] { holiday-whit-monday }
   *[other] jour férié ou vacances
}.
fault-date-not-taught = Il n’y a pas cours ce jour de la semaine.
fault-slot-missing = Choisissez un créneau, ou une heure de début et une heure de fin.
fault-slot-unknown = « { $typed } » n’est pas un créneau de ce jour-là. Les créneaux sont : { $choices }.
fault-slot-not-taught = Le créneau { $slot } n’existe pas ce jour-là.
fault-slot-to-before = Le créneau { $to } vient avant { $slot } : choisissez-en un plus tardif, ou « la fin du créneau ».
fault-time-odd = « { $typed } » n’est pas une heure : écrivez-la comme 10:30.
fault-time-past = Cette heure est passée.
fault-start-missing = Indiquez aussi l’heure de début.
fault-end-missing = Indiquez aussi l’heure de fin.
fault-end-before-start = L’heure de fin doit suivre l’heure de début.
fault-notice = Cette réservation doit être faite { $days ->
    [one] un jour de cours
   *[other] { $days } jours de cours
} à l’avance.
fault-ahead = On ne peut réserver que { $days ->
    [one] un jour
   *[other] { $days } jours
} à l’avance.
fault-team-only = Seule l’équipe réserve cela : écrivez-lui.
fault-slots-only = Cela se réserve par créneaux entiers. Les créneaux de ce jour-là sont : { $choices }.
fault-per-person = Vous avez déjà { $most ->
    [one] une réservation à venir
   *[other] { $most } réservations à venir
} ici, c’est le plus possible.
fault-quantity = { $most ->
    [1] Il n’y en a qu’un exemplaire : laissez le nombre à 1.
   *[other] Le nombre va de 1 à { $most }.
}
repeat-none = Une seule fois
repeat-weekly = Chaque semaine
repeat-week-a = Les semaines A
repeat-week-b = Les semaines B
repeat-free = libre
fault-no-such-day = La réservation { $id } n’a pas de jour à venir le { $day }. Les siens : { $days }.
fault-part-unknown = « { $typed } » ne dit pas quelles dates. Choix possibles : { $choices }.
fault-nothing-changes = Rien ne change : la réservation est déjà ainsi.
commit-shorten = Réservation raccourcie : { $id }
commit-rebook = Réservation modifiée : { $id }
fault-repeat-unknown = « { $typed } » n’est pas une répétition. Choix possibles : { $choices }.
fault-repeat-no-letters = Le calendrier de l’établissement n’a pas de semaines A et B : choisissez chaque semaine.
fault-until-missing = Jusqu’à quel jour ? Une réservation qui se répète a une fin.
fault-until-before = La répétition finit avant de commencer.
fault-until-far = Une réservation se répète deux années scolaires au plus, jusqu’au { $day }.
fault-until-no-day = D’ici là, il ne reste aucun jour : choisissez une date plus tardive.
fault-taken = « { $resource } » est déjà réservé { $day }, { $time } : { $purpose }.
fault-taken-some = « { $resource } » : { $quantity } sur { $stock } déjà pris { $day }, { $time }.
fault-taken-plain = « { $resource } » est déjà réservé { $day }, { $time }.
fault-booking-unknown = La réservation { $id } n’existe pas.
fault-booking-broken = Le fichier de la réservation { $id } doit d’abord être réparé par l’équipe.
offer = { $resource }, { $day }, { $time }
planning-dates = du { $from } au { $to }
planning-week-short = Semaine { $week }
planning-closed = Pas cours
planning-not-taught = Pas cours ce jour-là
planning-book = Réserver { $resource }, { $day }, { $time }
planning-mine = Mes réservations
planning-weeks = Semaines A et B
planning-week-letter = Semaine { $letter }
planning-all = Tout
planning-grid-usual = Horaires habituels
free-until = jusqu’à { $time }
free-now = En ce moment
door-free = Libre
door-free-until = Libre jusqu’à { $time }
door-taken = Occupé
door-taken-until = Occupé jusqu’à { $time }
offers = Libre à la place :
problem-booking-name = ce fichier n’est pas à sa place ou ne porte pas le nom d’une réservation
hint-booking-name = une réservation s’appelle reservations/2026/11/2026-11-23-salle-info-1-1030.md : date, ressource, heure de début
problem-disagrees-with-name = cette valeur contredit le nom du fichier, qui dit « { $name } »
problem-needs-rrule = « { $key } » va avec rrule : seule une réservation qui se répète a des lettres et des exceptions
hint-needs-rrule = ajoutez par exemple rrule: FREQ=WEEKLY;UNTIL=20270702, ou retirez cette clé
problem-rrule-part = rrule : Guichet ne connaît pas « { $part } »
problem-rrule-odd = rrule : « { $part } » est mal écrit
problem-rrule-missing = rrule : il manque { $part }
problem-rrule-long = rrule : une réservation se répète deux années scolaires au plus
problem-rrule-past = rrule : le dernier jour (UNTIL) vient avant le premier (date)
hint-rrule = par exemple FREQ=WEEKLY;UNTIL=20270702, et INTERVAL=2 pour une semaine sur deux
hint-rrule-weekly = seulement FREQ=WEEKLY : chaque semaine ; pour chaque jour, faites un fichier par jour de la semaine
hint-rrule-until = donnez le dernier jour : UNTIL=20270702
hint-rrule-byday = le jour de la semaine est celui de date ; faites un fichier par jour de la semaine
hint-rrule-last = le dernier jour possible est le { $day }
problem-series-empty = cette réservation qui se répète n’a aucun jour dans le calendrier de l’établissement
hint-series-empty = regardez ses lettres, ses exceptions et les vacances avec guichet calendar
problem-weeks = weeks vaut A ou B, et non « { $typed } »
problem-exdate = le { $date } n’est pas un jour de cette réservation
hint-exdate = exdate retire des jours de la série, par exemple [2026-12-07]
problem-not-a-time = « { $typed } » n’est pas une heure
problem-not-a-quantity = « { $typed } » n’est pas un nombre de 1 ou plus
problem-overlap = cette réservation est en conflit le { $date } avec { $other }, arrivée avant elle
problem-beyond-stock = cette réservation demande { $quantity }, et il n’y en a que { $stock }
problem-per-person = cette personne a déjà { $most ->
    [one] une réservation à venir
   *[other] { $most } réservations à venir
} de « { $resource } », le plus possible avec per_person
hint-overlap = déplacez-la, ou supprimez-la en disant pourquoi dans le message du commit
cli-calendar-title = Année scolaire { $from }-{ $to }
cli-calendar-moved = Ce calendrier n’est pas encore validé dans git. Il déplace :
cli-calendar-gone = retire : { $days }
cli-calendar-new = ajoute : { $days }
cli-calendar-presumed = { $name } : la date de la reprise n’est pas publiée, elle est supposée le { $day }
cli-calendar-unknown = Aucunes vacances ne sont connues après le { $day } : donnez-les dans holidays.toml, à côté de site.toml
holiday-autumn = Vacances de la Toussaint
holiday-christmas = Vacances de Noël
holiday-winter = Vacances d’hiver
holiday-spring = Vacances de printemps
holiday-summer = Vacances d’été
holiday-ascension-bridge = Pont de l’Ascension
holiday-new-year = Jour de l’An
holiday-labour = Fête du Travail
holiday-victory = Victoire de 1945
holiday-national = Fête nationale
holiday-assumption = Assomption
holiday-all-saints = Toussaint
holiday-armistice = Armistice de 1918
holiday-christmas-day = Noël
holiday-easter-monday = Lundi de Pâques
holiday-ascension = Ascension
holiday-whit-monday = Lundi de Pentecôte

## Bilan
decimal-mark = ,
figures-of-school-year = Bilan de l’année scolaire { $year }
figures-of-period = Bilan du { $from } au { $to }
figures-until = au { $day }
figures-whole-year = année entière
figures-before = Un an plus tôt : { $value }
figures-declared = demandes déclarées
figures-closed = demandes closes
figures-open-at-end = encore ouvertes
figures-median-taking-over = pour en prendre en charge la moitié
figures-median-closing = pour en clore la moitié
figures-month = Par mois
figures-months-chart = Demandes déclarées, mois par mois
figures-weekday = Par jour de la semaine
figures-weekdays-chart = Demandes déclarées, par jour de la semaine
figures-category = Par nature
figures-severity = Par type d’intervention
figures-place = Par lieu ou matériel
figures-status = Selon le statut d’aujourd’hui
figures-taking-over = Prise en charge
figures-closing = Clôture
figures-outside-taking-over = Prise en charge des demandes transmises
figures-outside-closing = Clôture des demandes transmises
figures-half = La moitié en moins de
figures-nine-in-ten = Neuf sur dix en moins de
figures-measured = Demandes mesurées
figures-total = Total
figures-rest = Tous les autres
figures-share = { $percent } % des demandes
figures-minutes = { $n } min
figures-hours = { $n } h
figures-days = { $n } j
cli-report-period = La période va du { $from } au { $to } : elle finit avant de commencer. Donnez --from puis --to dans l’ordre, par exemple --from 2026-09-01 --to 2027-08-31.
