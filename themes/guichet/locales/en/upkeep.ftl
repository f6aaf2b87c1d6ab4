# Looking after an installation: backup, restore, diagnosis.

## Backup
backup-inside = { $file } would be inside the repository itself: choose a folder elsewhere, for a backup holds names and addresses
backup-exists = { $file } exists already: choose another name, or add --force to replace it
backup-done = Backup written: { $file } ({ $size }). It holds names and addresses: keep it safe.
restore-not-empty = the folder { $folder } is not empty: choose another one
restore-foreign = { $file } is not a Guichet backup
restore-too-new = { $file } was made by a later version of Guichet: update the program first
restore-done = The site saved on { $made } is back in { $folder }: { $commits ->
    [one] { $commits } commit read
   *[other] { $commits } commits read
}, { $files ->
    [one] { $files } file put back
   *[other] { $files } files put back
}.
restore-waiting = { $count ->
    [one] One message was still waiting: it leaves with the first “guichet serve” if messages go by SMTP. If it left the old site in the meantime
   *[other] { $count } messages were still waiting: they leave with the first “guichet serve” if messages go by SMTP. If they left the old site in the meantime
}, give up on them first with “guichet --site { $folder } mail drop”.
restore-next =
    Stop the old site if it still runs: two sites must not serve the same thing. Then:

      guichet --site { $folder } doctor --fix
      guichet --site { $folder } serve
