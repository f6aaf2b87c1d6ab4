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
