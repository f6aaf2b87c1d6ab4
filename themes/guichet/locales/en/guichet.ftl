# What the program says: dates, steps, letters, refusals, complaints and remedies.

## Dates
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
date-long = { $weekday } { $day } { $month } { $year }
date-and-time = { $weekday } { $day } { $month } { $year } at { $hour }:{ $minute }
date-of-year = { $day } { $short }
date-short = { $day } { $short } { $year }

## People
person-requester = The person who asked
person-colleague = A colleague
person-forgotten = Former colleague
person-stranger = A contributor

## Steps of a request
step-created = request recorded
step-status = { $status }
step-answered = answered
step-answer-gone = answered (text changed since)
step-assigned = given to { $member }
step-unassigned = no longer given to anyone
step-resource = room or equipment corrected: { $resource }
step-title = title corrected
step-planned = visit planned for { $day }
step-not-planned = visit cancelled
step-handed-to = handed to: { $to }
step-taken-back = taken back by the team
step-duplicate = duplicate of { $id }
step-no-duplicate = no longer a duplicate
step-out-of-service = room or equipment put out of service
step-in-service = room or equipment back in service
step-watched = more people are affected
step-edited = text edited
step-other = file edited
happening = { $who }: { $what }

## Lists
list-all = All requests
list-heading = { $name }: { $value }
filter-status = Status
filter-category = Kind
filter-group = Place

## Messages
message-not-found = Page not found
message-not-found-text = This address leads nowhere. It may have changed: start again from the dashboard.
message-not-allowed = Not possible here
message-not-allowed-text = This address does not accept what you are asking of it.
message-forbidden = Not accepted
message-forbidden-text = This form was sent from another site. Open it here, then try again.
message-too-large = Too large to send
message-too-large-text = What you sent is over { $most } MB. Choose a smaller photo, or send the request without one.
message-too-large-form-text = What you sent is over { $most } kB. Shorten the text.
message-media-type = Unknown format
message-media-type-text = This address expects a form.
message-bad-form = Unreadable form
message-bad-form-text = This form is incomplete, is not in UTF-8 or has the same field twice. Nothing was recorded.
message-refused = To be corrected
message-taken = Already booked
message-busy = Nothing can be recorded for the moment
message-slow = Too slow to arrive
message-slow-text = Sending took too long. Nothing was recorded: please try again.
message-too-many = Too many requests
message-too-many-text = Too many requests are coming from your address. Wait { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}, then try again.
message-failure = Something failed on our side
message-failure-text = Your request could not be dealt with. Try again in a moment. If this goes on, write to us.

## A form refused
fault-resource-missing = Choose the room or equipment concerned.
fault-resource-unknown = “{ $typed }” is not in the list of rooms and equipment.
fault-resource-retired = “{ $resource }” is no longer in use: choose another room or equipment.
fault-description-missing = Describe the problem in at least one sentence.
fault-text-missing = Write your answer.
fault-name-missing = Give your first name and surname.
fault-name-odd = A name contains neither “<” nor “>” nor “@”.
fault-email-missing = Give your mail address.
fault-email-odd = “{ $typed }” is not a mail address: it should look like firstname.surname@domain.org.
fault-email-domain = This address cannot send a request: use an address at { $domains }.
fault-choice-unknown = “{ $typed }” is not offered here. Possible choices: { $choices }.
fault-too-long = This text is { $chars } characters long: it can have { $most } at most.
fault-control-character = This text contains an invisible character that is not allowed: delete it and type it again.
fault-token = The form’s token has 16 to 64 letters, digits, hyphens or underscores.
fault-token-used = This form’s token was used for another request already: it needs a new one.
fault-photo-type = The photo must be a JPEG, PNG, WebP or GIF file.
fault-photo-broken = The photo cannot be read: take it again, or send the request without a photo.
fault-photo-large = The photo has too many pixels: choose a smaller one.
fault-too-many-for-address = Too many forms were sent with this address within an hour. Try again later, or drop by.
fault-ticket-unknown = Request { $id } does not exist.
fault-ticket-broken = The file of request { $id } must first be mended by the team.
fault-watching-already = You are already following this request.

## Why nothing can be recorded now
busy-branch = Another branch (“{ $branch }”) is checked out in the repository. Requests will resume when “{ $followed }” is checked out again.
busy-detached = No branch is checked out in the repository (detached HEAD). Requests will resume when “{ $followed }” is checked out again.
busy-rebase = A rebase is under way in the repository. Requests will resume as soon as it is finished.
busy-uncommitted = { $path } has changes that are not yet committed to git. Try again once they are.
busy-site-gone = The site’s folder is no longer in its place. Requests will resume once the IT team has put it back.
busy-branch-lost = The branch that the site follows is gone from the repository. Requests will resume once the IT team has put it back.
busy-lock = Another program is using the repository: it holds the lock { $path }. Try again in a moment.
busy-locked = Another program is using the repository. Try again in a moment.
busy-failed = The repository cannot be written to at the moment. Try again in a moment.
busy-unsynced = The server’s disk has not confirmed the last write. Try again in a moment: your request will not be recorded twice.
busy-stopping = The service is stopping. Try again in a moment.

## Commit messages
commit-ticket = Request { $id }
commit-answer = Answer to request { $id }
commit-answer-team = Answer: { $id }
commit-watch = “Me too”: { $id }
commit-status = { $id }: { $status }
commit-assign = { $id }: given to { $member }
commit-put-back = Put back what a simultaneous commit had left out
commit-init = Guichet site

## Letters
letter-subject = [{ $id }] { $what }: { $title }
letter-answer = Answer
letter-greeting = Hello { $name },
letter-greeting-nobody = Hello,
letter-lead-created = { $who } reported a problem. The number of the request is { $id }.
letter-lead-created-own = Your request is recorded under number { $id }. You will be told of each step.
letter-lead-status = { $who } changed the status of request { $id } (“{ $title }”).
letter-lead-status-own = You changed the status of request { $id } (“{ $title }”).
letter-lead-answer = { $who } answered request { $id } (“{ $title }”).
letter-lead-answer-own = Your answer to request { $id } (“{ $title }”) is recorded.
letter-see-ticket = See the request
letter-see-booking = See the booking
letter-see-week = See the planning of that week
letter-see-problems = See what is wrong
letter-status = Status
letter-place = Room or equipment
letter-category = Kind
letter-severity = Type of work
letter-created = Reported
letter-assignee = Looked after by
letter-planned = Visit planned
letter-requester = Reported by
letter-watchers = Also concerned
letter-footer-team = Automatic message from { $site }. To write to the person who asked, reply to this message.
letter-footer-alert = Automatic message from { $site }, for the team alone.
letter-footer-person = Automatic message from { $site }. To write to the team ({ $team }), reply to this message.
alert-rewritten-subject = [Guichet] The history was rewritten
alert-rewritten = The history of the branch “{ $branch }” was rewritten, and { $count } requests or bookings changed all at once. No message was sent to the people concerned. Here they are:
alert-back-subject = [Guichet] The branch went back in time
alert-back = The branch “{ $branch }” went back to an older state ({ $commit }). No message leaves until it moves forward again.
alert-broken-subject = [Guichet] Unreadable file: { $path }
alert-broken = { $who } recorded a file that Guichet cannot read. The site shows the last good version, and no message leaves about it. This is what is wrong:

## Signed links
letter-act-take = I’ll take it
letter-act-team = The team’s page
letter-act-broken = Still broken
letter-act-repaired = It works again
letter-act-cancel = Cancel my booking
letter-act-change = Change my booking
letter-act-agenda = My bookings in my calendar
letter-act-approve = Accept the booking
letter-act-refuse = Refuse the booking
letter-acts-team = Each link opens a page; nothing changes until you press its button. They act in the team’s name: do not forward them.
letter-acts-person = Each link opens a page; nothing changes until you press its button. They act in your name: do not forward them.
errand-take = I’ll take it
errand-take-lead = Whoever reported the problem will know that you are looking after it.
errand-status = Change the status
errand-status-lead = Everybody concerned will be told of the new status.
errand-status-stays = Leave “{ $status }”
errand-reply = Answer
errand-reply-lead = Your answer is added to the request. Everybody concerned will get it by mail.
errand-still-broken = Still broken
errand-still-broken-lead = The team will be told that the problem goes on. If the request was closed, it will be open again.
errand-still-broken-answer = Still broken.
errand-repaired = It works again
errand-repaired-lead = The request will be closed and the team told. Thank you for letting us know!
errand-cancel = Cancel my booking
errand-cancel-lead = The time becomes free for your colleagues. A mail will confirm it.
errand-cancel-done = The booking is cancelled and the time is free again. A mail confirms it.
errand-shorten-done = These dates are given back and free again. A mail confirms it, with the dates that are left.
errand-change = Change my booking
errand-change-lead = Change what you like: the place, the day, the time, what it is for. Your booking stands as it is until the new one is accepted.
errand-change-which = Which date do you want to change? You will then say whether those after it change too.
errand-change-done = The booking is changed. A mail confirms it.
part-one = This date only
part-rest = This date and those after it
part-all = All dates
errand-approve = Accept the booking
errand-approve-lead = Whoever booked will receive the confirmation.
errand-approve-done = The booking is confirmed. Whoever booked has been told.
errand-refuse = Refuse the booking
errand-refuse-lead = The time becomes free. Whoever booked will receive your explanation.
errand-refuse-done = The booking is refused and the time is free again. Whoever booked has been told.
errand-booking-already-lead = This link was used already, or the booking has changed since. Nothing was changed.
errand-done = Done
errand-done-lead = Everybody concerned has been told. This is where the request stands.
errand-already = Done already
errand-already-lead = This link was used before, or somebody took care of it. Nothing was changed. This is where the request stands.
fault-link-gone = This link acts for somebody who is no longer known here: nothing was changed.
fault-link-shows = This link shows a page: it changes nothing.
fault-done-already = That is done already: { $id }.
message-link = This link does not work
message-link-altered = It is not complete, or was altered. Copy the whole of it from the mail, or write to { $team }. Nothing was changed.
message-link-over = It is too old. Open the last mail you got about this, or write to { $team }. Nothing was changed.
message-team-over = It is too old: a link to the team’s page is good for seven days. Take the one in the last mail that the team got; on the server, “guichet team-link” gives a new one.
message-team = The team’s page opens by a link
message-team-text = It shows names and addresses. Its link is in every mail that the team gets; on the server, “guichet team-link” gives a new one.
team-age = { $days ->
    [0] today
    [one] { $days } day
   *[other] { $days } days
}

## Complaints about a file
report-hint = hint: { $hint }
problem-file-name = this file is not in its place, or does not have the name of a request
hint-file-name = a request is called tickets/2026/00xx/2026-0042.md: the year, the hundreds followed by xx, then the number
problem-link = this path is a link or a submodule: Guichet does not follow it
hint-link = replace it with a real file
problem-unreadable-file = this file cannot be read: { $detail }
problem-encoding = this file is not in UTF-8: an accented character is probably in Windows-1252
problem-utf16 = this file is in UTF-16
hint-save-utf8 = save it again, choosing the encoding UTF-8
problem-conflict-markers = this file contains the markers of an unresolved merge conflict
hint-conflict-markers = keep the right lines, delete those that begin with <<<<<<<, ======= and >>>>>>>, then commit
problem-no-opening-fence = the first line must be “---”
hint-opening-fence = write three hyphens alone on the first line, then title, status and resource, then three hyphens again
problem-no-closing-fence = the line “---” that ends the front matter is missing
hint-closing-fence = write three hyphens alone on a line, after the last key
problem-front-too-large = the front matter is over { $most } kB
hint-front-too-large = put long texts below the front matter, and check that the line “---” that ends it is in its place
problem-body-too-large = the text is over { $most } kB
hint-body-too-large = keep what matters in the text and attach the rest as a file
problem-tab = this line begins with a tab
hint-tab = replace the tab with spaces, or delete it
problem-nbsp = a non-breaking space follows the colon
hint-nbsp = delete it and type an ordinary space
problem-open-quote = this quotation mark is not closed
hint-open-quote = close the quotation mark at the end of the value, or delete it
problem-open-bracket = this bracket is not closed
problem-special-start = a value cannot begin with this character
problem-colon-in-value = a value that contains “: ” must be in quotation marks
problem-no-colon = this line does not have the form “key: value”
problem-not-keys = the front matter must be a series of lines “key: value”
problem-yaml = this line cannot be read as “key: value”
hint-key-value = write the key, a colon, a space, then the value
hint-quote = { $line }
hint-quote-value = put the value in quotation marks
problem-yaml-feature = YAML anchors, aliases and tags are not accepted here
problem-duplicate-key = the key “{ $key }” appears twice
hint-duplicate-key = keep only one of the two lines
problem-nested = “{ $key }” cannot contain other keys
problem-not-editable = the value of “{ $key }” is written in a form that Guichet does not edit: change it by hand
problem-unknown-key = unknown key “{ $key }”
problem-missing-key = the key “{ $key }” is missing
hint-missing-key = add a line “{ $key }: …” to the front matter
problem-not-one-value = “{ $key }” expects a single value
problem-not-a-list = “{ $key }” expects a list, such as [a, b]
problem-control-character = the title contains an invisible character that is not allowed
problem-unknown-status = unknown status “{ $typed }”
problem-unknown-value = “{ $typed }” is not a known value for “{ $key }”
problem-unknown-requester = unknown requester “{ $typed }”
problem-address-in-file = no mail address may stand in a versioned file
hint-address-in-file = write the pseudonym (p-…) that “guichet people list” gives, or the id of a team member
problem-not-a-moment = “{ $typed }” is not a date followed by the time and its UTC offset
problem-not-a-date = “{ $typed }” is not a date
problem-not-a-truth = “{ $typed }” is neither “true” nor “false”
problem-not-a-ticket = “{ $typed }” is not the number of another request
problem-attachment-name = “{ $typed }” is not an accepted file name
problem-requester-missing = { $who } is not in the address book: messages meant for this person are held back
hint-requester-missing = restore .git/guichet/people.toml, or complete it with “guichet people set { $who } --name … --email …”
problem-duplicate-missing = request { $id }, which this one is said to duplicate, does not exist
problem-attachment-missing = the attached file “{ $name }” is missing
problem-mail-dead = a message to { $to } could not be delivered: { $error }
hint-mail-dead = correct the address, then “guichet mail retry”, or give up with “guichet mail drop”
problem-mail-outage = no message has left since { $since }: { $error }
hint-mail-outage = messages wait, none is lost; check the mail server, [mail.smtp] and the password (“guichet doctor” says more), then “guichet mail retry”
problem-mail-damaged = { $count ->
    [one] one damaged message can no longer leave: it was set aside in this folder
   *[other] { $count } damaged messages can no longer leave: they were set aside in this folder
}
hint-mail-damaged = see for whom they were, tell these people, then delete what the folder holds
problem-mail-failed = the messages about a change could not be prepared: { $detail }
problem-unplaced = this file is recorded in git but could not be written to the folder
hint-unplaced = make room on the disk, or remove what is in its way
problem-publish-failed = the site could not be written: { $detail }
problem-unsynced = the disk has not confirmed a write: no request is accepted and no mail sent until it does ({ $detail })
hint-unsynced = Guichet keeps trying; if it lasts, look at the disk (dmesg) and make a backup
problem-receipts-failed = the receipt of an accepted request could not be noted: { $detail }
problem-branch-lost = the branch “{ $branch }” is gone from git: no request is accepted until it is put back
hint-branch-lost = guichet doctor --fix puts it back where it was, then git fsck --full
problem-locked = git has held this lock for over a minute
hint-locked = finish what git is doing (a commit message open in an editor?); if no git is at work here, Guichet will remove it by itself, or run rm { $path }
problem-locked-out = git holds this lock: as long as it is there, requests are refused
problem-unwritable = the repository can not be written, requests are refused: { $detail }
hint-unwritable = see that the disk is neither full nor read-only, and to whom the files of .git belong; guichet doctor says more
problem-site-gone = the site’s folder is no longer in its place: nothing is written or sent any more
hint-site-gone = put it back; if it has moved, stop Guichet and serve it where it is
problem-refused = the last request could not be recorded
hint-refused = the log of the service says why (journalctl -u guichet); guichet doctor too, perhaps. This goes away as soon as a request is recorded.
problem-state-unreadable = a file of the local state can not be read: { $detail }
problem-book-damaged = the address book makes no sense from this line on: no request is accepted
hint-book-damaged = mend this line in a copy and put that in place, or take people.toml from a backup (guichet restore); do not delete it, nothing else knows who asked what
problem-key-damaged = the key that signs the links of messages is none
hint-key-damaged = take .git/guichet/key from a backup, or delete it: a new one is made at once, and links that were sent lead nowhere any more
problem-index-damaged = git’s index is empty or damaged: requests are accepted, but git refuses to work here
hint-index-damaged = guichet doctor --fix makes it anew from what is checked out
problem-theme-file = this file of the theme cannot be read
problem-template = a template of the theme is wrong: { $detail }
problem-locale = this text of the theme does not follow the Fluent syntax
hint-did-you-mean = { $near }?
hint-did-you-mean-or = { $near }? The statuses are: { $choices }
hint-choices = the choices are: { $choices }
hint-see-config = add this value to site.toml, or choose one that is there
hint-own-key = a key of your own begins with x-: { $key }
hint-example = for example { $example }

## Complaints about site.toml
config-missing-file = site.toml is missing
hint-config-missing-file = create a site with “guichet init FOLDER”
config-wrong-type = this value is not of the right kind: it must be { $expected ->
    [boolean] true or false, without quotation marks
    [text] a text between quotation marks
    [list] a list between square brackets
    [date] a date without quotation marks, such as 2026-08-31
    [number] a whole number, 0 or more, without quotation marks
   *[other] a table between braces, such as {"{"} id = "…", name = "…" {"}"}
}
config-unreadable = this passage cannot be read as TOML: { $detail }
config-unknown-key = unknown key “{ $key }”
config-missing-key = the key “{ $key }” is missing
config-unknown-choice = “{ $typed }” is not one of the choices: { $choices }
config-no-title = site.title is missing
hint-title = add: [site] then title = "IT help desk, … School"
config-not-yet = { $what } is not available in this version yet
config-same-words = “{ $first }” and “{ $second }” read the same: change one of the two names, keys or aliases
config-empty-list = the list tickets.{ $list } is empty
config-not-a-key = “{ $typed }” is not a key: lower-case letters without accents, digits, dots and hyphens
config-key-too-long = the id “{ $typed }” has { $length } characters, { $most } at most: it becomes part of file names; give a shorter id (or key)
config-member-id = “{ $typed }” can not be the id of a member: “team” stands for the team, and p-… for a person of the address book; choose firstname.lastname for example, and keep the old one in aliases
config-no-name = a name is missing
config-quantity = quantity is at least 1
config-booked-by = booked_by is all or team, not “{ $typed }”
config-not-an-address = “{ $typed }” is not a mail address
config-not-an-ip = “{ $typed }” is not an IP address
config-base-url = “{ $typed }” is not a site’s address: http:// or https://, then the name of the machine
config-timezone = “{ $typed }” is not a known time zone
config-branch = “{ $typed }” is not a branch name
config-username-in-clear = a user name is never sent in clear: choose tls = "starttls" or "tls"
config-closure = a closure has a first day (from) and a last day (to), in that order
config-not-a-monday = this date is not a Monday
config-holiday = a holiday has a name, a first day without lessons (from) and the day lessons resume (resume), in that order
hint-holidays = for example: holidays = [ {"{"} name = "winter", from = 2028-02-05, resume = 2028-02-21, zones = ["C"] {"}"} ]
config-week-letter = week_letters gives a Monday the letter A or B
config-slot = the slot “{ $slot }” is badly written: an id, start before end (HH:MM), days among mon, tue, wed, thu, fri, sat, sun
config-slot-twice = the slot “{ $slot }” is defined twice for one day
hint-slot-twice = give it another id, or other days
config-slot-overlap = the slots “{ $other }” and “{ $slot }” overlap on the same day
hint-slot-overlap = change start or end of one of them, or their days
config-grid-days = a grid has a first day (from) and a last day (to), in this order; one of them is enough: from that day on, or up to it
config-grid-empty = this grid has no slots: give it slots, as in [calendar]
config-grid-overlap = this grid and one above both hold from { $from } to { $to }
hint-grid-overlap = a day has one grid: change from or to of one of them
config-slots-only = free_times = false needs slots: give slots in [calendar]
hint-known-keys = the keys known here are: { $keys }
hint-password = the password comes from the variable GUICHET_SMTP_PASSWORD or a systemd credential, never from this file
config-sends-nothing = messages do not leave: mail.transport = "outbox" keeps them in the local repository
config-loopback = site.base_url leads to this machine only: links in messages will not open elsewhere

## Command line
cli-built = { $pages ->
    [one] { $pages } page
   *[other] { $pages } pages
}, { $written } written, in { $folder }
cli-no-such-path = There is no “{ $path }” in this site. Check the path: it starts from the current folder or from that of the site.
cli-checked = { $tickets ->
    [one] { $tickets } request and { $bookings ->
        [one] { $bookings } booking checked
       *[other] { $bookings } bookings checked
    }
   *[other] { $tickets } requests and { $bookings ->
        [one] { $bookings } booking checked
       *[other] { $bookings } bookings checked
    }
}: no errors, { $warnings ->
    [one] { $warnings } remark
   *[other] { $warnings } remarks
}.
cli-checked-errors = { $tickets ->
    [one] { $tickets } readable request
   *[other] { $tickets } readable requests
} and { $bookings ->
    [one] { $bookings } booking
   *[other] { $bookings } bookings
}: { $errors ->
    [one] { $errors } error
   *[other] { $errors } errors
}, { $warnings ->
    [one] { $warnings } remark
   *[other] { $warnings } remarks
}.
cli-push-refused = { $errors ->
    [one] push refused, an error would come with it
   *[other] push refused, { $errors } errors would come with it
}: mend, commit (git commit --amend completes the last one), then push again
cli-push-usage = “check --push” is run by a git hook “pre-receive”, and reads lines “OLD NEW REFERENCE” from standard input
cli-no-hook = this repository does not welcome “git push” yet: run “guichet init .” once
cli-already-served = this site is already being served: { $holder }
cli-not-a-ticket = “{ $typed }” is not the number of a request, such as 2026-0042
cli-not-back = no command makes a request new again: edit its file if that is what you want
cli-already-so = nothing to record: it is so already
cli-committed = recorded: { $commit }
cli-import-fault = line { $row } left out: { $fault }
cli-rooms-imported = { $added ->
    [one] { $added } resource added
   *[other] { $added } resources added
}, { $present } there already, { $wrong ->
    [one] { $wrong } line left out
   *[other] { $wrong } lines left out
}
rooms-no-name = the name is missing
rooms-yes-or-no = “{ $typed }”: write yes or no
rooms-quantity = “{ $typed }”: a number is needed, 1 or more
cli-import-row = line { $row }: a valid name and address are needed, line left out
cli-imported = { $added ->
    [one] { $added } person recorded
   *[other] { $added } people recorded
}, { $wrong ->
    [one] { $wrong } line left out
   *[other] { $wrong } lines left out
}
cli-forget-open = still open: { $id } { $title }
cli-forget-coming = booking to come: { $id } { $purpose }
cli-forgotten = { $who } is forgotten; { $letters ->
    [one] { $letters } waiting message deleted
   *[other] { $letters } waiting messages deleted
}
cli-readdressed = { $letters ->
    [one] { $letters } undelivered message now bears this address
   *[other] { $letters } undelivered messages now bear this address
}
cli-nobody = nobody in the address book matches “{ $who }”
cli-mail-waiting = waiting
cli-mail-held = held
cli-mail-dead = failed
cli-mail-count = { $count ->
    [0] No messages
    [one] { $count } message
   *[other] { $count } messages
}
cli-mail-retry = { $count ->
    [0] Nothing to send again
    [one] { $count } message will be sent again
   *[other] { $count } messages will be sent again
}
cli-mail-unknown = no message is called “{ $letter }”
cli-mail-test-subject = Guichet test
cli-mail-test-text = This test message comes from “{ $site }”. If you can read it, messages are leaving.
cli-mail-tested = The mail server accepted the message for { $to }.
cli-init-foreign-hook = the git hook “{ $hook }” exists already and is not Guichet’s: it stays as it is
cli-init-other-site = this repository already holds another site, in { $folder }, and a repository holds only one: give the new one a folder outside this repository
cli-init-done = The site is ready in { $folder }. Adjust site.toml, then run: guichet serve --site { $folder }
cli-demo-not-empty = the folder { $folder } is not empty: choose another one
cli-demo-ready =
    The fictitious school is ready in { $folder }.
    The site:     { $url }/
    The messages: { $url }/courrier/

    Play the IT team: take a request on, and watch the page and the messages change.

      sed -i 's/^status: .*/status: pris-en-charge/' { $file }
      git -C { $folder } commit -qam "I am on it"

    Stop: Ctrl+C

## Bookings
date-weekday = { $weekday } { $day } { $month }
weekday-short-1 = Mon
weekday-short-2 = Tue
weekday-short-3 = Wed
weekday-short-4 = Thu
weekday-short-5 = Fri
weekday-short-6 = Sat
weekday-short-7 = Sun
date-short-weekday = { $short-weekday } { $day }
time-of-day = { $hour }:{ $minute }
time-span = { $start } – { $end }
slot-run = { $from } to { $to }
booking-subject = [Booking] { $what }: { $resource }, { $day }, { $time }
booking-confirmed = Confirmed
booking-pending = Waiting
booking-changed = Changed
booking-cancelled = Cancelled
booking-refused = Refused
booking-lead-made = { $who } has booked “{ $resource }”.
booking-lead-made-own = Your booking of “{ $resource }” is recorded.
booking-lead-pending = { $who } asks to book “{ $resource }”. A member of the team has to confirm it.
booking-lead-pending-own = Your request to book “{ $resource }” is recorded. A member of the team has to confirm it.
booking-lead-confirmed = { $who } has confirmed the booking of “{ $resource }”.
booking-lead-changed = { $who } has changed the booking of “{ $resource }”.
booking-lead-changed-own = You changed your booking of “{ $resource }”.
booking-lead-cancelled = { $who } has cancelled the booking of “{ $resource }”.
booking-lead-cancelled-own = You have cancelled your booking of “{ $resource }”.
booking-lead-refused = { $who } could not accept the booking of “{ $resource }”.
booking-conflict = In conflict
booking-disputed = Stands
booking-lead-conflict = “{ $resource }” was booked already at that time. This booking, which was added to the files and not by the site, can not stand: choose another time, then cancel it.
booking-lead-disputed = Another booking of “{ $resource }” was added for the same time. Yours came first: it stands. The team has been told.
booking-other = The other booking
booking-out = Out of service
booking-back = Usable again
booking-lead-out = “{ $resource }” is out of service. Your booking still stands; see below what is free instead, or wait: a message will say when it works again.
booking-lead-back = “{ $resource }” can be used again. Your booking still stands.
booking-ticket = Reported problem
letter-act-book = Book { $offer }
booking-what = Booking
booking-when-weekly = each week from { $day } to { $until }
booking-when-letter = each week { $letter } from { $day } to { $until }
booking-when-weeks = every { $n } weeks from { $day } to { $until }
booking-when-weeks-letter = every { $n } weeks from { $day } to { $until }, in weeks { $letter }
booking-dates = Dates
booking-count = { $n ->
    [0] none
    [1] { $days }
   *[other] { $days } ({ $n } dates)
}
booking-days-gone = Dates taken out
booking-days-new = Dates added
booking-days-moved = Dates moved
booking-standing = State
booking-when = When
booking-purpose = For
booking-quantity = How many
booking-holder = Booked by
commit-booking = Booking { $id }
commit-cancel = Cancel booking { $id }
commit-rooms = { $count ->
    [one] One more resource
   *[other] { $count } more resources
}
commit-approve = Accept booking { $id }
fault-resource-not-bookable = “{ $resource }” cannot be booked.
fault-purpose-missing = Say what the booking is for, such as the class and the activity.
fault-date-missing = Choose a date.
fault-date-odd = “{ $typed }” is not a date: write it like 2026-11-23.
fault-date-past = This date is past.
fault-date-far = This date is more than two years away.
fault-date-closed = There are no lessons on that day.
fault-date-closed-for = There are no lessons on that day: { $why }.
fault-date-holiday = There are no lessons on that day: { $why ->
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
   *[other] a public or school holiday
}.
fault-date-not-taught = There are no lessons on that day of the week.
fault-slot-missing = Choose a period, or a start and an end time.
fault-slot-unknown = “{ $typed }” is not a period of that day. The periods are: { $choices }.
fault-slot-not-taught = Period { $slot } does not exist on that day.
fault-slot-to-before = Period { $to } comes before { $slot }: choose a later one, or “the end of the period”.
fault-time-odd = “{ $typed }” is not a time: write it like 10:30.
fault-time-past = This time is past.
fault-start-missing = Give the start time too.
fault-end-missing = Give the end time too.
fault-end-before-start = The end must come after the start.
fault-notice = This has to be booked { $days ->
    [one] one school day
   *[other] { $days } school days
} ahead.
fault-ahead = Bookings are possible only { $days ->
    [one] one day
   *[other] { $days } days
} ahead.
fault-team-only = Only the team books this: write to them.
fault-slots-only = This is booked by whole periods. The periods of that day are: { $choices }.
fault-per-person = You already have { $most ->
    [one] one coming booking
   *[other] { $most } coming bookings
} here, which is the most possible.
fault-quantity = { $most ->
    [1] There is only one: leave the number at 1.
   *[other] The number goes from 1 to { $most }.
}
repeat-none = Once
repeat-weekly = Each week
repeat-week-a = Weeks A
repeat-week-b = Weeks B
repeat-free = free
fault-no-such-day = The booking { $id } has no day to come on { $day }. It has: { $days }.
fault-part-unknown = “{ $typed }” does not say which dates. Choices: { $choices }.
fault-nothing-changes = Nothing changes: the booking is like this already.
commit-shorten = Booking shortened: { $id }
commit-rebook = Booking changed: { $id }
fault-repeat-unknown = “{ $typed }” is no way to repeat. Choices: { $choices }.
fault-repeat-no-letters = The school’s calendar has no weeks A and B: choose each week.
fault-until-missing = Until which day? A booking that repeats has an end.
fault-until-before = The repetition ends before it begins.
fault-until-far = A booking repeats for two school years at most, until { $day }.
fault-until-no-day = No day is left until then: choose a later date.
fault-taken = “{ $resource }” is already booked on { $day }, { $time }: { $purpose }.
fault-taken-some = “{ $resource }”: { $quantity } of { $stock } already booked on { $day }, { $time }.
fault-taken-plain = “{ $resource }” is already booked on { $day }, { $time }.
fault-booking-unknown = There is no booking { $id }.
fault-booking-broken = The file of booking { $id } must first be mended by the team.
offer = { $resource }, { $day }, { $time }
planning-dates = { $from } to { $to }
planning-week-short = Week { $week }
planning-closed = No lessons
planning-not-taught = No lessons on that day
planning-book = Book { $resource }, { $day }, { $time }
planning-mine = My bookings
planning-weeks = Weeks A and B
planning-week-letter = Week { $letter }
planning-all = All
planning-grid-usual = Usual times
free-until = until { $time }
free-now = Now
door-free = Free
door-free-until = Free until { $time }
door-taken = Occupied
door-taken-until = Occupied until { $time }
offers = Free instead:
problem-booking-name = this file is not in its place or does not have the name of a booking
hint-booking-name = a booking is called reservations/2026/11/2026-11-23-salle-info-1-1030.md: date, resource, start
problem-disagrees-with-name = this value disagrees with the file’s name, which says “{ $name }”
problem-needs-rrule = “{ $key }” goes with rrule: only a booking that repeats has letters and exceptions
hint-needs-rrule = add rrule: FREQ=WEEKLY;UNTIL=20270702, for example, or take this key out
problem-rrule-part = rrule: Guichet does not know “{ $part }”
problem-rrule-odd = rrule: “{ $part }” is not well written
problem-rrule-missing = rrule: { $part } is missing
problem-rrule-long = rrule: a booking repeats for two school years at most
problem-rrule-past = rrule: the last day (UNTIL) comes before the first (date)
hint-rrule = for example FREQ=WEEKLY;UNTIL=20270702, with INTERVAL=2 for every other week
hint-rrule-weekly = only FREQ=WEEKLY, each week; for every day, make one file for each day of the week
hint-rrule-until = give the last day: UNTIL=20270702
hint-rrule-byday = the day of the week is that of date; make one file for each day of the week
hint-rrule-last = the last day possible is { $day }
problem-series-empty = this booking that repeats has no day in the school’s calendar
hint-series-empty = look at its letters, its exceptions and the holidays with guichet calendar
problem-weeks = weeks is A or B, not “{ $typed }”
problem-exdate = { $date } is no day of this booking
hint-exdate = exdate takes days out of the series, for example [2026-12-07]
problem-not-a-time = “{ $typed }” is not a time
problem-not-a-quantity = “{ $typed }” is not a number of 1 or more
problem-overlap = this booking is in conflict on { $date } with { $other }, which came before it
problem-beyond-stock = this booking is of { $quantity }, and there are only { $stock }
problem-per-person = this person already has { $most ->
    [one] one coming booking
   *[other] { $most } coming bookings
} of “{ $resource }”, the most that per_person allows
hint-overlap = move it, or delete it and say why in the commit message
cli-calendar-title = School year { $from }-{ $to }
cli-calendar-moved = This calendar is not committed yet. It moves:
cli-calendar-gone = takes out: { $days }
cli-calendar-new = adds: { $days }
cli-calendar-presumed = { $name }: nobody has published yet when lessons resume, presumably on { $day }
cli-calendar-unknown = No holidays are known after { $day }: give them in holidays.toml, beside site.toml
holiday-autumn = Autumn holidays
holiday-christmas = Christmas holidays
holiday-winter = Winter holidays
holiday-spring = Spring holidays
holiday-summer = Summer holidays
holiday-ascension-bridge = Ascension weekend
holiday-new-year = New Year’s Day
holiday-labour = Labour Day
holiday-victory = Victory Day 1945
holiday-national = Bastille Day
holiday-assumption = Assumption
holiday-all-saints = All Saints’ Day
holiday-armistice = Armistice Day
holiday-christmas-day = Christmas Day
holiday-easter-monday = Easter Monday
holiday-ascension = Ascension Day
holiday-whit-monday = Whit Monday

## Report
decimal-mark = .
figures-of-school-year = Report on the school year { $year }
figures-of-period = Report from { $from } to { $to }
figures-until = until { $day }
figures-whole-year = whole year
figures-before = A year before: { $value }
figures-declared = tickets declared
figures-closed = tickets closed
figures-open-at-end = still open
figures-median-taking-over = to take over half of them
figures-median-closing = to close half of them
figures-month = By month
figures-months-chart = Tickets declared, month by month
figures-weekday = By day of the week
figures-weekdays-chart = Tickets declared, by day of the week
figures-category = By kind
figures-severity = By type of work
figures-place = By room or equipment
figures-status = By the status of today
figures-taking-over = Taking over
figures-closing = Closing
figures-outside-taking-over = Taking over what was handed on
figures-outside-closing = Closing what was handed on
figures-half = Half within
figures-nine-in-ten = Nine in ten within
figures-measured = Tickets measured
figures-total = Total
figures-rest = All others
figures-share = { $percent }% of the tickets
figures-minutes = { $n } min
figures-hours = { $n } h
figures-days = { $n } d
cli-report-period = The period runs from { $from } to { $to }: it ends before it begins. Give --from and --to in that order, for example --from 2026-09-01 --to 2027-08-31.
