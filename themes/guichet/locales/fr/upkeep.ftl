# L’entretien d’une installation : sauvegarde, restauration, diagnostic.

## Sauvegarde
backup-inside = { $file } serait dans le dépôt lui-même : choisissez un dossier ailleurs, car la sauvegarde contient des noms et des adresses
backup-exists = { $file } existe déjà : choisissez un autre nom, ou ajoutez --force pour le remplacer
backup-done = Sauvegarde écrite : { $file } ({ $size }). Elle contient des noms et des adresses : gardez-la à l’abri.
restore-not-empty = le dossier { $folder } n’est pas vide : indiquez-en un autre
restore-foreign = { $file } n’est pas une sauvegarde de Guichet
restore-too-new = { $file } vient d’une version plus récente de Guichet : mettez d’abord le programme à jour
restore-done = Le site sauvegardé le { $made } est de nouveau dans { $folder } : { $commits ->
    [one] { $commits } commit relu
   *[other] { $commits } commits relus
}, { $files ->
    [one] { $files } fichier remis en place
   *[other] { $files } fichiers remis en place
}.
restore-waiting = { $count ->
    [one] Un message attendait encore : il partira au premier « guichet serve » si les messages partent par SMTP. S’il est parti entre-temps de l’ancien site
   *[other] { $count } messages attendaient encore : ils partiront au premier « guichet serve » si les messages partent par SMTP. S’ils sont partis entre-temps de l’ancien site
}, renoncez-y d’abord avec « guichet --site { $folder } mail drop ».
restore-next =
    Arrêtez l’ancien site s’il tourne encore : deux sites ne doivent pas servir la même chose. Puis :

      guichet --site { $folder } doctor --fix
      guichet --site { $folder } serve

## Diagnostic
doctor-summary = { $faults ->
    [0] Aucun défaut
    [one] { $faults } défaut
   *[other] { $faults } défauts
}, { $remarks ->
    [one] { $remarks } remarque
   *[other] { $remarks } remarques
}, { $fine ->
    [one] { $fine } point en ordre
   *[other] { $fine } points en ordre
}.
doctor-mended = réparé : { $what }
doctor-unreadable = ne peut pas être examiné : { $detail }
doctor-remedy-fix = guichet --site { $site } doctor --fix
doctor-remedy-fsck = git -C { $site } fsck --full dira quels objets sont abîmés ; sinon, restaurez une sauvegarde (guichet restore)
doctor-remedy-foreign-state = rendez les fichiers de .git/guichet au compte qui lance Guichet, et vérifiez que le disque n’est ni plein ni en lecture seule

doctor-room-fine = il reste { $gigabytes } Go sur le disque
doctor-room-low = il ne reste que { $megabytes } Mo sur ce disque
doctor-files-low = il ne reste que { $files } fichiers à créer sur ce disque (inodes)
doctor-remedy-room = faites de la place : anciennes sauvegardes, journaux, paquets ; puis git -C { $site } repack && git -C { $site } prune-packed
doctor-owners-fine = tous les fichiers appartiennent au même compte
doctor-account = vous êtes le compte { $account }, le dépôt appartient au compte { $owner }
doctor-remedy-account = lancez Guichet sous ce compte : sudo -u '#{ $owner }' guichet …
doctor-foreign = { $count ->
    [one] ce fichier n’appartient pas au compte du dépôt : Guichet ou git ne pourra pas l’écrire
   *[other] ce fichier et { $count } en tout n’appartiennent pas au compte du dépôt : Guichet ou git ne pourra pas les écrire
}
doctor-remedy-foreign = sudo chown -R { $owner }: { $folder }
doctor-writing-fine = une demande pourrait être écrite dans le dépôt
doctor-permissions-fine = le carnet d’adresses et les messages ne sont lisibles que par leur compte
doctor-open = d’autres comptes peuvent lire ceci ({ $present } au lieu de { $wanted })
doctor-closed = d’autres comptes pouvaient entrer ici ({ $before }) : Guichet vient de le fermer
doctor-watches-fine = { $needed } dossiers à surveiller, le système le permet
doctor-watches-near = { $needed } dossiers à surveiller sur { $allowed } que le système permet à un compte
doctor-watches-short = { $needed } dossiers à surveiller, mais le système n’en permet que { $allowed } : Guichet regardera toutes les deux secondes
doctor-remedy-watches = echo fs.inotify.max_user_watches={ $wanted } | sudo tee /etc/sysctl.d/60-guichet.conf && sudo sysctl --system
doctor-clock-fine = l’horloge est plausible
doctor-clock-behind = l’horloge de la machine retarde de { $minutes } minutes au moins, ou celle de qui a fait le dernier commit avance : il est daté { $commit }
doctor-remedy-clock = sudo timedatectl set-ntp true
doctor-served = le site est servi : { $who }
doctor-not-served = le site n’est pas servi en ce moment : ni formulaires, ni messages des commits poussés
doctor-remedy-serve = guichet --site { $site } serve, ou sudo systemctl start guichet

doctor-format-fine = le dépôt git s’ouvre, dans un format connu
doctor-format-unknown = le dépôt est au format { $objects }, { $refs } : Guichet ne lit que sha1, files
doctor-remedy-format =
    faites-en une copie au bon format, puis servez la copie :
    git init --object-format=sha1 --ref-format=files NOUVEAU && git -C { $site } fast-export --all | git -C NOUVEAU fast-import
doctor-repository-closed = le dépôt git ne peut pas être ouvert : { $detail }
doctor-remedy-init = guichet init { $site }
doctor-branch-fine = la branche « { $followed } » est extraite
doctor-branch-other = la branche « { $branch } » est extraite, mais le site suit « { $followed } » : les formulaires sont fermés
doctor-branch-detached = aucune branche n’est extraite (HEAD détachée) : les formulaires sont fermés
doctor-remedy-switch = git -C { $site } switch { $followed }
doctor-branch-lost = la branche « { $followed } » a disparu de git : les formulaires sont fermés
doctor-remedy-branch-lost = guichet --site { $site } doctor --fix la remet sur { $commit }, puis git -C { $site } fsck --full ; s’il manque quelque chose, restaurez une sauvegarde
doctor-remedy-branch-unknown = rien ne dit où elle était : restaurez une sauvegarde
doctor-rebase = un rebase est en cours : les formulaires sont fermés
doctor-remedy-rebase = git -C { $site } rebase --continue, ou git -C { $site } rebase --abort
doctor-merge = une fusion est en cours
doctor-remedy-merge = git -C { $site } merge --continue, ou git -C { $site } merge --abort
doctor-pushes-fine = le dépôt accueille les « git push »
doctor-setting = le réglage git { $key } vaut « { $present } » au lieu de « { $wanted } »
doctor-fsync-objects = le réglage git core.fsyncObjectFiles vaut « false » : il est dépassé, core.fsync décide
doctor-remedy-unset = git -C { $site } config --unset { $key } (ou avec --global, --system : git config --show-origin { $key } dit où)
doctor-autocrlf = core.autocrlf vaut « true » : git écrit les fichiers avec d’autres fins de ligne qu’il ne les garde, et Guichet les croit modifiés
doctor-remedy-autocrlf = git -C { $site } config core.autocrlf false, puis validez ou remettez en place ce que git -C { $site } status nomme
doctor-hooks-elsewhere = core.hooksPath envoie git chercher ses crochets dans { $folder } : ceux de Guichet ne servent pas
doctor-remedy-hooks-elsewhere = git -C { $site } config core.hooksPath .git/hooks, ou copiez-y push-to-checkout et post-receive
doctor-hook-missing = le crochet git « { $hook } » manque : un push pourrait écraser un travail en cours
doctor-hook-other = le crochet git « { $hook } » vient d’une autre version de Guichet
doctor-hook-idle = le crochet git « { $hook } » n’est pas exécutable
doctor-hook-foreign = le crochet git « { $hook } » n’est pas de Guichet
doctor-remedy-hook-foreign = mettez-le de côté (mv .git/hooks/{ $hook } .git/hooks/{ $hook }.ancien), lancez guichet doctor --fix, puis réunissez les deux
doctor-identity-fine = les commits faits ici sont signés { $who }
doctor-identity-none = git ne sait pas qui signe ici : les commandes de Guichet signent au nom de l’équipe, « git commit » refusera
doctor-remedy-identity = git -C { $site } config user.name "Prénom Nom" && git -C { $site } config user.email adresse
doctor-locks-fine = aucun verrou oublié
doctor-lock-dead = un Guichet arrêté net a laissé ce verrou
doctor-lock-left = ce verrou est là depuis { $minutes } minutes et aucun git ne travaille ici
doctor-remedy-lock-left = rm { $path }
doctor-lock-held = ce verrou est là depuis { $minutes } minutes, tenu sans doute par git (processus { $process })
doctor-remedy-lock-held = terminez ce que git fait (un message de commit ouvert dans un éditeur ?), puis relancez guichet doctor
doctor-objects-fine = aucun objet ni aucune référence vide
doctor-empty = ce fichier de git est vide, sans doute après une coupure de courant
doctor-remedy-empty = mettez-le de côté (mv { $path } /tmp/), puis git -C { $site } fsck --full ; s’il manque quelque chose, restaurez une sauvegarde
doctor-mark-lost = git ne sait plus jusqu’où les changements ont été annoncés : aucun message ne part
doctor-remedy-mark-unknown = choisissez le dernier commit dont les messages sont partis, puis rm { $path } et git -C { $site } update-ref refs/guichet/settled COMMIT
doctor-remedy-empty-object = guichet --site { $site } doctor --fix le met de côté, puis git -C { $site } fsck --full ; s’il manque quelque chose, restaurez une sauvegarde
doctor-loose = environ { $count } objets de git ne sont pas regroupés : git devient lent
doctor-index-fine = l’index de git suit les fichiers
doctor-index-split = l’index de git est en deux parties (« split index ») : Guichet l’écrit par le programme git, ce qui est plus lent
doctor-index-sparse = l’index de git est creux (« sparse index ») : Guichet l’écrit par le programme git, ce qui est plus lent
doctor-remedy-index-damaged = guichet --site { $site } doctor --fix met l’index de côté et le refait à partir de ce qui est extrait ; ce qui était ajouté (git add) sans être validé est à ajouter de nouveau
doctor-index-missed = { $count ->
    [one] l’index de git ne connaît pas la version enregistrée de ce fichier : un « git commit » pourrait la défaire
   *[other] l’index de git ne connaît pas la version enregistrée de { $count } fichiers : un « git commit » pourrait la défaire
}

doctor-config-fine = site.toml se lit sans erreur
doctor-remedy-loopback = donnez à site.base_url le nom sous lequel les collègues ouvrent le site, par exemple http://guichet.college.fr
doctor-files-fine = tous les fichiers se lisent sans erreur
doctor-people-fine = chacun dans le carnet d’adresses a une demande ou une réservation
doctor-people-orphans = { $count ->
    [one] une personne du carnet d’adresses n’apparaît dans aucun fichier : { $who }
   *[other] { $count } personnes du carnet d’adresses n’apparaissent dans aucun fichier : { $who }
}
doctor-remedy-orphans = si leur nom n’a plus à être gardé : guichet --site { $site } people forget { $who }
doctor-privacy-fine = ni mot de passe, ni clé privée, ni adresse de demandeur dans les fichiers versionnés
doctor-secret = cette ligne ressemble à un mot de passe, dans un fichier que tout le monde peut lire
doctor-private-key = ce fichier versionné contient une clé privée
doctor-remedy-private-key = considérez-la comme connue de tous : remplacez-la là où elle sert, puis git -C { $site } rm { $path }
doctor-token = cette ligne contient un jeton d’accès (GitHub, GitLab, AWS…), dans un fichier versionné
doctor-remedy-secret = considérez-le comme connu de tous : changez-le là où il sert, gardez le nouveau hors du dépôt (variable d’environnement, secret de systemd), puis git -C { $site } rm --cached { $path }
doctor-secret-past = ce fichier n’est plus là ou a changé, mais l’historique en garde un mot de passe, un jeton ou une clé privée (commit { $commit }), que tout clone peut relire
doctor-remedy-secret-past = si ce n’est déjà fait, changez-le là où il sert ; l’historique ne l’oublie que récrit (git filter-repo, Guichet arrêté, clones refaits)
doctor-address = une adresse de courriel figure ici, et donc sur une page publique
doctor-address-requester = l’adresse d’un demandeur figure ici, et donc sur une page publique
doctor-remedy-address = remplacez-la par un nom de fonction ou effacez-la, puis validez ; l’historique la garde (git filter-repo l’en retire)
doctor-addresses-more = { $count ->
    [one] et encore une autre adresse
   *[other] et { $count } autres adresses
}

doctor-sender-fine = les adresses de l’équipe et de l’expéditeur sont plausibles
doctor-domain = { $key } porte le domaine « { $domain } », que personne ne possède : les serveurs refuseront les messages et les réponses se perdront
doctor-remedy-domain = donnez à { $key } une vraie adresse de votre établissement
doctor-remedy-transport = quand le serveur de messagerie est prêt : transport = "smtp" sous [mail], puis [mail.smtp]
doctor-smtp-fine = le serveur de messagerie répond et accepte la connexion
doctor-smtp-refused = le serveur de messagerie ne se laisse pas aborder : { $detail }
doctor-smtp-sender = le serveur de messagerie répond, mais refuse notre adresse d’expéditeur : { $detail }
doctor-remedy-smtp-sender = donnez à mail.from (ou mail.envelope_from) une adresse que ce serveur accepte, ou demandez-lui de l’accepter
doctor-remedy-smtp = vérifiez [mail.smtp] et GUICHET_SMTP_PASSWORD, puis : guichet --site { $site } mail test VOTRE-ADRESSE
doctor-outbox-fine = aucun message en souffrance
doctor-outbox-closed = la boîte d’envoi ne peut pas être lue
doctor-letters-dead = { $count ->
    [one] un message n’a pas pu être remis
   *[other] { $count } messages n’ont pas pu être remis
}
doctor-remedy-letters-dead = guichet --site { $site } mail list dit pourquoi ; corrigez (people set …) puis mail retry, ou mail drop
doctor-letters-corrupt = { $count ->
    [one] un message ne peut pas être relu et a été mis de côté
   *[other] { $count } messages ne peuvent pas être relus et ont été mis de côté
}
doctor-remedy-letters-corrupt = regardez ce que c’est, puis effacez-le : rien d’autre n’en dépend
doctor-letters-held = { $count ->
    [one] un message attend de connaître l’adresse de son destinataire
   *[other] { $count } messages attendent de connaître l’adresse de leur destinataire
}
doctor-remedy-letters-held = guichet --site { $site } mail list, puis people set p-… --name … --email …
doctor-paused = les envois sont en pause : { $detail }
doctor-waits = un message attend depuis { $hours } h
doctor-remedy-retry = guichet --site { $site } mail list dit pourquoi, mail retry relance tout de suite
