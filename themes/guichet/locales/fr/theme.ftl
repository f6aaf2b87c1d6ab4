# The theme's own texts. Names: what the text stands for, not where it is.
# U+00A0 stands before a colon and inside « », U+202F before ; ! ?

## The frame
theme-skip = Aller au contenu
theme-nav = Navigation principale
theme-home = Tableau de bord
theme-tickets = Demandes
theme-resources = Lieux et matériels
theme-report = Signaler un problème
theme-banners = Annonces
theme-footer = Besoin d’aide ? Écrivez-nous, ou passez nous voir.
theme-back-home = Retour au tableau de bord

## The dashboard
theme-open = { $n ->
    [0] Aucune demande ouverte
    [one] { $n } demande ouverte
   *[other] { $n } demandes ouvertes
}
theme-all-well = Tout fonctionne, à notre connaissance. Si ce n’est pas le cas chez vous, dites-le-nous.
theme-updated = Mise à jour :
theme-problems-count = { $n ->
    [one] { $n } fichier ne peut pas être lu
   *[other] { $n } fichiers ne peuvent pas être lus
}
theme-by-status = Demandes par statut
theme-last-days = depuis 30 jours
theme-by-place = Ouvert en ce moment
theme-nothing-open = Rien à réparer en ce moment.
theme-news = Dernières nouvelles
theme-news-none = Rien de nouveau pour l’instant.

## Lists of tickets
theme-count = { $n ->
    [0] Aucune demande
    [one] { $n } demande
   *[other] { $n } demandes
}
theme-page-of = page { $page } sur { $pages }
theme-pages = Pages de la liste
theme-newer = Plus récentes
theme-older = Plus anciennes
theme-filters = Choisir une liste
theme-list-none = Aucune demande dans cette liste.
theme-all-tickets = Toutes les demandes
theme-planned-on = Passage prévu :
theme-broken = Fichier illisible
theme-uncommitted = En cours de modification

## One ticket
theme-receipt = Demande n° { $id } enregistrée. Le service informatique la voit dès maintenant.
theme-last-good = Le fichier de cette demande ne peut pas être lu. Voici sa dernière bonne version.
theme-uncommitted-text = Cette demande est en cours de modification. Ce que vous lisez n’est pas encore enregistré.
theme-out-of-service = { $resource } : hors service tant que cette demande est ouverte.
theme-place = Lieu ou matériel
theme-category = Nature
theme-severity = Type d’intervention
theme-declared = Signalé
theme-requester = Signalé par
theme-assignee = Suivi par
theme-nobody = personne pour l’instant
theme-planned = Passage prévu
theme-handed-to = Transmis à
theme-watchers = Aussi concernés
theme-watchers-count = { $n ->
    [one] { $n } autre personne
   *[other] { $n } autres personnes
}
theme-duplicate-of = Même problème que
theme-duplicates = Signalé aussi dans
theme-description = Ce qui se passe
theme-description-none = Aucune description.
theme-attachments = Pièces jointes
theme-timeline = Le suivi
theme-timeline-none = Rien à raconter pour l’instant.
theme-team = équipe
theme-act = Réagir
theme-answer = Répondre ou ajouter une précision
theme-answer-closed = Le problème revient ? Écrivez-nous ici
theme-answer-to = Réponse à la demande { $id }
theme-answer-subject = Réponse à la demande { $id }
theme-answer-send = Envoyer la réponse
theme-text = Votre message
theme-pupils = Ne citez aucun élève.
theme-me-too = J’ai le même problème
theme-me-too-short = Moi aussi
theme-me-too-text = Laissez votre nom : vous serez prévenu de la suite, comme la personne qui a signalé.
theme-me-too-subject = Demande { $id } : moi aussi
theme-me-too-send = Moi aussi, prévenez-moi

## Rooms and equipment
theme-resources-text = Choisissez un lieu pour voir ce qui y est signalé.
theme-resources-none = Aucun lieu n’est encore déclaré.
theme-open-short = { $n ->
    [one] { $n } ouverte
   *[other] { $n } ouvertes
}
theme-can-be-booked = Se réserve.
theme-retired = Ce lieu ou matériel n’est plus en service : on ne peut plus rien y signaler.
theme-report-here = Signaler un problème ici
theme-open-here = Ouvert en ce moment
theme-open-here-none = Rien n’est signalé ici.
theme-past-here = Déjà réglé
theme-past-here-none = Aucune demande passée.
theme-past-more = Les 50 plus récentes, sur { $n }.

## The forms
theme-report-text = Deux minutes suffisent. Nous nous en occupons.
theme-error = Erreur :
theme-errors = { $n ->
    [one] Une chose est à corriger
   *[other] { $n } choses sont à corriger
}
theme-already = Déjà signalé ici
theme-part-what = Le problème
theme-part-who = Vous
theme-optional = (facultatif)
theme-form-resource = Où est-ce ?
theme-form-resource-none = Choisissez un lieu ou un matériel
theme-form-description = Que se passe-t-il ?
theme-form-description-hint = Ce que vous faisiez, ce qui s’affiche. Ne citez aucun élève.
theme-form-category = De quoi s’agit-il ?
theme-form-severity = Quel type d’intervention ?
theme-form-photo = Une photo
theme-form-photo-hint = De l’écran ou de l’appareil, sans visage ni nom d’élève. Formats JPEG, PNG, WebP ou GIF.
theme-form-photo-again = Si vous aviez choisi une photo, choisissez-la de nouveau.
theme-form-photo-chosen = Photo choisie :
theme-form-photo-lost = Votre photo était :
theme-form-title-more = Donner un titre à la demande
theme-form-title = Titre
theme-form-title-hint = Sinon, la première ligne de la description sert de titre.
theme-name = Votre nom
theme-email = Votre adresse de courriel
theme-email-hint = Pour vous prévenir de la suite. Elle n’est jamais affichée sur le site.
theme-email-hint-domains = Une adresse en @{ $domains }. Elle n’est jamais affichée sur le site.
theme-remember = Se souvenir de mon nom et de mon adresse sur cet appareil
theme-form-send = Envoyer la demande
theme-sending = Envoi…
theme-send-fails = L’envoi ne marche pas ? Écrivez à
theme-offline = Cette page ne peut rien envoyer en ce moment.
theme-offline-text = Remplissez-la quand même : le bouton du bas prépare un courriel avec votre texte.
theme-offline-button = Préparer le courriel

## Files that can not be read
theme-problems = Fichiers à corriger
theme-problems-text = Le reste du site continue de fonctionner. Chaque page garde sa dernière bonne version.
theme-problems-none = Tous les fichiers se lisent bien.
theme-severity-error = À corriger
theme-severity-warning = À vérifier
theme-complaint-line = La ligne en cause
theme-complaint-hint = Indice :

## What a signed link leads to, and the team's page
theme-status = Statut
theme-becomes = devient
theme-errand-by = Au nom de
theme-errand-who = Qui agit ?
theme-errand-parts = Quelles dates ?
theme-errand-day = Date
theme-errand-days = Les dates à venir
theme-reason = Pourquoi ?
theme-team-waiting = Réservations à valider
theme-team-approve = Accepter
theme-team-refuse = Refuser
theme-errand-nothing-yet = Rien n’est fait tant que vous n’appuyez pas sur ce bouton.
theme-reply-status = Statut
theme-team-page = La page de l’équipe
theme-team-back = Retour à la page de l’équipe
theme-team-who = Vous agissez au nom de :
theme-team-others = Agir en votre nom
theme-team-as = Je suis { $who }
theme-team-until = Cette page est valable jusqu’au
theme-team-private = Elle montre des noms et des adresses : ne transférez pas son lien.
theme-team-trouble = À réparer aussi
theme-team-trouble-count = { $n ->
    [one] { $n } souci technique, en bas de page
   *[other] { $n } soucis techniques, en bas de page
}
theme-team-undelivered = Ce message n’a pas pu être remis à { $to }. Corrigez l’adresse puis « guichet mail retry », ou prévenez la personne autrement.
theme-team-take = Je prends en charge
theme-team-answer = Répondre
theme-team-status = Changer le statut

## Mails
theme-mailbox = Le courrier de la démonstration
theme-mailbox-text = Voici les courriels que Guichet aurait envoyés. Rien ne quitte cette machine.
theme-mailbox-none = Aucun courriel pour l’instant. Signalez un problème, et revenez voir.
theme-mail-from = De
theme-mail-to = À
theme-mail-date = Le
theme-letter-label = { $label } :

## Bookings
theme-planning = Planning
theme-book = Réserver
theme-weeks = Semaines
theme-this-week = Cette semaine
theme-slot = Créneau
theme-slot-to = Jusqu’à
theme-slot-to-same = la fin du créneau
theme-grid = Horaires : { $grid }
theme-booking-pending = à valider
theme-booking-conflict = en conflit
theme-booking-out = hors service
theme-offers = Libre à la place :
theme-book-what = Que voulez-vous réserver ?
theme-book-what-none = Choisissez une salle ou un matériel
theme-book-approval = Un référent doit valider cette réservation. Le créneau vous est gardé en attendant.
theme-book-date = Quel jour ?
theme-book-times = Autres heures
theme-book-start = De
theme-book-end = À
theme-repeat = Répéter
theme-repeat-how = À quel rythme ?
theme-until = Jusqu’au
theme-until-hint = Vacances, jours fériés et fermetures sont sautés.
theme-dates = Dates : { $free ->
    [0] aucune libre
    [one] { $free } libre
   *[other] { $free } libres
} sur { $n }
theme-dates-all-free = { $n } dates, toutes libres
theme-date-free = libre
theme-dates-without = Sans le : { $days }
theme-dates-book = Réserver ces { $n } dates
theme-dates-skip = { $n ->
    [one] Réserver la date libre
   *[other] Réserver les { $n } dates libres
}
theme-dates-again = Voir les dates après un changement
theme-dates-stop = Renoncer, ne rien réserver
theme-book-purpose = Pour quoi ?
theme-book-purpose-hint = La classe et l’activité, par exemple « 5e B, tableur ». Visible de tous.
theme-book-quantity = Combien ?
theme-book-already = { $resource }, { $day } : déjà réservé
theme-book-incidents = Problèmes signalés ici :
theme-book-send = Réserver
theme-occupied = Occupé en ce moment
theme-occupied-none = Rien n’est occupé.
theme-week-of = Cette semaine
theme-calendar-weeks = Les semaines A et B dans mon agenda
theme-calendar = S’abonner au calendrier
theme-today = aujourd’hui
theme-days = Jours de la semaine
theme-days-passed = { $n ->
    [one] Jour passé :
   *[other] Jours passés :
}
theme-booked = C’est noté : la réservation est encadrée ci-dessous.
theme-outside-slots = Hors créneaux
theme-whole-planning = Voir tout le planning
theme-book-text = Le plus simple : choisissez une case libre.
theme-part-when = Quoi et quand
theme-change = Modifier
theme-book-quantity-hint = Rien d’écrit : un seul.
theme-planning-text = Une case + est libre : touchez-la pour la réserver.
theme-free = Ce qui est libre
theme-free-text = Touchez un nom pour le réserver à ce créneau.
theme-free-none = rien
theme-free-nothing = Aucun créneau libre dans les jours de cours à venir.
theme-groups = Salles ou matériels
theme-day = La journée
theme-day-print = La journée à imprimer
theme-day-text = Imprimée, elle tient sur une feuille A4.
theme-days-coming = Prochains jours de cours
theme-door = affichage de porte
theme-door-link = Affichage de porte
theme-door-next = Ensuite
theme-door-nothing = Rien d’autre aujourd’hui.
theme-door-out = Hors service

## The report
theme-figures = Bilan
theme-figures-dates = Du { $from } au { $until }
theme-figures-since = Les premières demandes enregistrées datent du { $day }.
theme-figures-key = En bref
theme-figures-when = Quand
theme-figures-what = Quoi et où
theme-figures-delays = En combien de temps
theme-figures-row = Valeur
theme-figures-share = Part
theme-figures-now = cette période
theme-figures-before = un an plus tôt
theme-figures-how = Comment nous comptons
theme-figures-how-declared = Une demande compte dans la période où elle a été déclarée, quel que soit le jour où elle a été réglée.
theme-figures-how-delay = Un délai court depuis la déclaration, nuits, week-ends et vacances compris. Il s’arrête au premier changement de statut pour la prise en charge, à la dernière fermeture pour la clôture. Ce qui n’est pas encore pris en charge ou clos n’y est pas.
theme-figures-how-handed = Les demandes transmises à un intervenant extérieur sont comptées à part dans les délais.
theme-figures-how-nobody = Aucune personne n’est nommée ni comptée.

## Labels and codes
theme-labels = Étiquettes à imprimer
theme-labels-text = Une étiquette par lieu ou matériel, huit par feuille A4. Imprimez sans réduire, découpez sur les pointillés, collez bien en vue.
theme-labels-local = L’adresse du site ({ $address }) ne mène nulle part depuis un téléphone. Réglez base_url dans site.toml avant d’imprimer.
theme-labels-none = Aucun lieu n’est encore déclaré.
theme-labels-problem = Un problème ici ?
theme-labels-scan = Scannez.
theme-labels-sheet = Feuille { $n }
theme-code = L’étiquette
theme-code-text = Ce code ouvre le formulaire, ce lieu déjà choisi.
theme-code-alt = Code QR qui mène au formulaire pour { $name }

## The search
theme-search = Chercher une demande
theme-search-hint = Un mot du titre, un lieu, une nature, un numéro
theme-search-count = Demandes trouvées : { $n } sur { $total }.
theme-search-none = Rien de tel. Essayez un autre mot, ou seulement le début.
theme-search-page = Recherche limitée à cette page.
