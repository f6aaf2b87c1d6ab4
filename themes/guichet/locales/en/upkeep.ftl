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

## Diagnosis
doctor-summary = { $faults ->
    [0] No faults
    [one] { $faults } fault
   *[other] { $faults } faults
}, { $remarks ->
    [one] { $remarks } remark
   *[other] { $remarks } remarks
}, { $fine ->
    [one] { $fine } point in order
   *[other] { $fine } points in order
}.
doctor-mended = mended: { $what }
doctor-unreadable = this can not be examined: { $detail }
doctor-remedy-fix = guichet --site { $site } doctor --fix
doctor-remedy-fsck = git -C { $site } fsck --full tells which objects are damaged; if need be restore a backup (guichet restore)
doctor-remedy-foreign-state = give the files of .git/guichet back to the account that runs Guichet, and see that the disk is neither full nor read-only

doctor-room-fine = { $gigabytes } GB are left on the disk
doctor-room-low = only { $megabytes } MB are left on this disk
doctor-files-low = only { $files } more files fit on this disk (inodes)
doctor-remedy-room = make room: old backups, logs, packages; then git -C { $site } repack && git -C { $site } prune-packed
doctor-owners-fine = all files belong to the same account
doctor-account = you are account { $account }, the repository belongs to account { $owner }
doctor-remedy-account = run Guichet as that account: sudo -u '#{ $owner }' guichet …
doctor-foreign = { $count ->
    [one] this file does not belong to the repository’s account: Guichet or git will not be able to write it
   *[other] this file and { $count } in all do not belong to the repository’s account: Guichet or git will not be able to write them
}
doctor-remedy-foreign = sudo chown -R { $owner }: { $folder }
doctor-writing-fine = a request could be written into the repository
doctor-permissions-fine = the address book and the messages can be read by their account alone
doctor-open = other accounts can read this ({ $present } instead of { $wanted })
doctor-closed = other accounts could enter here ({ $before }): Guichet has just closed it
doctor-watches-fine = { $needed } folders to watch, which the system allows
doctor-watches-near = { $needed } folders to watch of the { $allowed } that the system allows an account
doctor-watches-short = { $needed } folders to watch, but the system allows only { $allowed }: Guichet will look every two seconds
doctor-remedy-watches = echo fs.inotify.max_user_watches={ $wanted } | sudo tee /etc/sysctl.d/60-guichet.conf && sudo sysctl --system
doctor-clock-fine = the clock is plausible
doctor-clock-behind = the machine’s clock is at least { $minutes } minutes slow, or that of whoever made the last commit is fast: it is dated { $commit }
doctor-remedy-clock = sudo timedatectl set-ntp true
doctor-served = the site is being served: { $who }
doctor-not-served = the site is not being served now: no forms, no messages about pushed commits
doctor-remedy-serve = guichet --site { $site } serve, or sudo systemctl start guichet

doctor-format-fine = the git repository opens, in a known format
doctor-format-unknown = the repository’s format is { $objects }, { $refs }: Guichet reads sha1, files only
doctor-remedy-format =
    make a copy in the right format, then serve the copy:
    git init --object-format=sha1 --ref-format=files NEW && git -C { $site } fast-export --all | git -C NEW fast-import
doctor-repository-closed = the git repository can not be opened: { $detail }
doctor-remedy-init = guichet init { $site }
doctor-branch-fine = the branch “{ $followed }” is checked out
doctor-branch-other = the branch “{ $branch }” is checked out, but the site follows “{ $followed }”: the forms are closed
doctor-branch-detached = no branch is checked out (detached HEAD): the forms are closed
doctor-remedy-switch = git -C { $site } switch { $followed }
doctor-branch-lost = the branch “{ $followed }” is gone from git: the forms are closed
doctor-remedy-branch-lost = guichet --site { $site } doctor --fix puts it back at { $commit }, then git -C { $site } fsck --full; if something is missing, restore a backup
doctor-remedy-branch-unknown = nothing tells where it was: restore a backup
doctor-rebase = a rebase is under way: the forms are closed
doctor-remedy-rebase = git -C { $site } rebase --continue, or git -C { $site } rebase --abort
doctor-merge = a merge is under way
doctor-remedy-merge = git -C { $site } merge --continue, or git -C { $site } merge --abort
doctor-pushes-fine = the repository welcomes “git push”
doctor-setting = the git setting { $key } is “{ $present }” instead of “{ $wanted }”
doctor-fsync-objects = the git setting core.fsyncObjectFiles is “false”: it is outdated, core.fsync decides
doctor-remedy-unset = git -C { $site } config --unset { $key } (or with --global, --system: git config --show-origin { $key } tells where)
doctor-autocrlf = core.autocrlf is “true”: git writes files with other line ends than it keeps, and Guichet takes them for edited
doctor-remedy-autocrlf = git -C { $site } config core.autocrlf false, then commit or restore what git -C { $site } status names
doctor-hooks-elsewhere = core.hooksPath makes git look for its hooks in { $folder }: Guichet’s are of no use
doctor-remedy-hooks-elsewhere = git -C { $site } config core.hooksPath .git/hooks, or copy push-to-checkout and post-receive there
doctor-hook-missing = the git hook “{ $hook }” is missing: a push could overwrite unfinished work
doctor-hook-other = the git hook “{ $hook }” comes from another version of Guichet
doctor-hook-idle = the git hook “{ $hook }” is not executable
doctor-hook-foreign = the git hook “{ $hook }” is not Guichet’s
doctor-remedy-hook-foreign = set it aside (mv .git/hooks/{ $hook } .git/hooks/{ $hook }.old), run guichet doctor --fix, then join the two
doctor-identity-fine = commits made here are signed { $who }
doctor-identity-none = git does not know who signs here: Guichet’s commands sign as the team, “git commit” will refuse
doctor-remedy-identity = git -C { $site } config user.name "First Last" && git -C { $site } config user.email address
doctor-locks-fine = no forgotten locks
doctor-lock-dead = a Guichet that ended suddenly left this lock
doctor-lock-left = this lock has been there for { $minutes } minutes and no git is at work here
doctor-remedy-lock-left = rm { $path }
doctor-lock-held = this lock has been there for { $minutes } minutes, probably held by git (process { $process })
doctor-remedy-lock-held = finish what git is doing (a commit message open in an editor?), then run guichet doctor again
doctor-objects-fine = no empty objects or references
doctor-empty = this file of git’s is empty, probably after a power cut
doctor-remedy-empty = set it aside (mv { $path } /tmp/), then git -C { $site } fsck --full; if something is missing, restore a backup
doctor-mark-lost = git no longer knows up to where changes have been told: no message leaves
doctor-remedy-mark-unknown = choose the last commit whose messages have left, then rm { $path } and git -C { $site } update-ref refs/guichet/settled COMMIT
doctor-remedy-empty-object = guichet --site { $site } doctor --fix sets it aside, then git -C { $site } fsck --full; if something is missing, restore a backup
doctor-loose = about { $count } of git’s objects are not packed: git becomes slow
doctor-index-fine = git’s index follows the files
doctor-index-split = git’s index is in two parts (“split index”): Guichet writes it through the git program, which is slower
doctor-index-sparse = git’s index is a sparse one: Guichet writes it through the git program, which is slower
doctor-remedy-index-damaged = guichet --site { $site } doctor --fix sets the index aside and makes it anew from what is checked out; what was added (git add) and not committed is to be added again
doctor-index-missed = { $count ->
    [one] git’s index does not know the recorded version of this file: a “git commit” could undo it
   *[other] git’s index does not know the recorded version of { $count } files: a “git commit” could undo it
}

doctor-config-fine = site.toml reads without errors
doctor-remedy-loopback = give site.base_url the name under which colleagues open the site, for example http://guichet.college.fr
doctor-files-fine = all files read without errors
doctor-people-fine = everybody in the address book has a request or a booking
doctor-people-orphans = { $count ->
    [one] one person of the address book appears in no file: { $who }
   *[other] { $count } people of the address book appear in no file: { $who }
}
doctor-remedy-orphans = if their name need not be kept: guichet --site { $site } people forget { $who }
doctor-privacy-fine = no password, private key or requester’s address in versioned files
doctor-secret = this line looks like a password, in a file that everybody can read
doctor-private-key = this versioned file holds a private key
doctor-remedy-private-key = take it as known to everybody: replace it where it is used, then git -C { $site } rm { $path }
doctor-token = this line holds an access token (GitHub, GitLab, AWS…), in a versioned file
doctor-remedy-secret = take it as known to everybody: change it where it serves, keep the new one out of the repository (environment variable, systemd credential), then git -C { $site } rm --cached { $path }
doctor-secret-past = this file is gone or has changed, but history still holds a password, a token or a private key of it (commit { $commit }), which every clone can read
doctor-remedy-secret-past = change it where it serves, if that is not done yet; history forgets it only when it is rewritten (git filter-repo, Guichet stopped, clones made anew)
doctor-address = a mail address stands here, and so on a public page
doctor-address-requester = a requester’s address stands here, and so on a public page
doctor-remedy-address = put a function’s name in its place or delete it, then commit; history keeps it (git filter-repo takes it out)
doctor-addresses-more = { $count ->
    [one] and one more address
   *[other] and { $count } more addresses
}

doctor-sender-fine = the addresses of team and sender are plausible
doctor-domain = { $key } has the domain “{ $domain }”, which nobody owns: servers will refuse the messages, and replies will be lost
doctor-remedy-domain = give { $key } a real address of your school
doctor-remedy-transport = when the mail server is ready: transport = "smtp" below [mail], then [mail.smtp]
doctor-smtp-fine = the mail server answers and accepts the login
doctor-smtp-refused = the mail server can not be talked to: { $detail }
doctor-smtp-sender = the mail server answers but refuses our sender’s address: { $detail }
doctor-remedy-smtp-sender = give mail.from (or mail.envelope_from) an address that this server takes, or ask for it to be taken
doctor-remedy-smtp = check [mail.smtp] and GUICHET_SMTP_PASSWORD, then: guichet --site { $site } mail test YOUR-ADDRESS
doctor-outbox-fine = no message is stuck
doctor-outbox-closed = the outbox can not be read
doctor-letters-dead = { $count ->
    [one] one message could not be delivered
   *[other] { $count } messages could not be delivered
}
doctor-remedy-letters-dead = guichet --site { $site } mail list says why; correct it (people set …) then mail retry, or mail drop
doctor-letters-corrupt = { $count ->
    [one] one message can not be read and was set aside
   *[other] { $count } messages can not be read and were set aside
}
doctor-remedy-letters-corrupt = see what it is, then delete it: nothing else depends on it
doctor-letters-held = { $count ->
    [one] one message waits for its recipient’s address
   *[other] { $count } messages wait for their recipients’ addresses
}
doctor-remedy-letters-held = guichet --site { $site } mail list, then people set p-… --name … --email …
doctor-paused = sending is paused: { $detail }
doctor-waits = one message has been waiting for { $hours } h
doctor-remedy-retry = guichet --site { $site } mail list says why, mail retry tries again at once
