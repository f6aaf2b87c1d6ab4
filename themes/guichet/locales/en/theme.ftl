# The theme's own texts. Names: what the text stands for, not where it is.

## The frame
theme-skip = Skip to content
theme-nav = Main navigation
theme-home = Dashboard
theme-tickets = Requests
theme-resources = Rooms and equipment
theme-report = Report a problem
theme-banners = Announcements
theme-footer = Need help? Write to us, or drop by.
theme-back-home = Back to the dashboard

## The dashboard
theme-open = { $n ->
    [0] No open request
    [one] { $n } open request
   *[other] { $n } open requests
}
theme-all-well = Everything works, as far as we know. If it does not where you are, tell us.
theme-updated = Updated:
theme-problems-count = { $n ->
    [one] { $n } file cannot be read
   *[other] { $n } files cannot be read
}
theme-by-status = Requests by status
theme-last-days = in the last 30 days
theme-by-place = Open right now
theme-nothing-open = Nothing to repair right now.
theme-news = Latest news
theme-news-none = Nothing new so far.

## Lists of tickets
theme-count = { $n ->
    [0] No request
    [one] { $n } request
   *[other] { $n } requests
}
theme-page-of = page { $page } of { $pages }
theme-pages = Pages of this list
theme-newer = Newer
theme-older = Older
theme-filters = Choose a list
theme-list-none = No request in this list.
theme-all-tickets = All requests
theme-planned-on = Visit planned:
theme-broken = Unreadable file
theme-uncommitted = Being edited

## One ticket
theme-receipt = Request no. { $id } is recorded. The IT team can see it now.
theme-last-good = The file of this request cannot be read. This is its last good version.
theme-uncommitted-text = This request is being edited. What you read is not recorded yet.
theme-out-of-service = { $resource }: out of service while this request is open.
theme-place = Room or equipment
theme-category = Kind
theme-severity = Type of work
theme-declared = Reported
theme-requester = Reported by
theme-assignee = Looked after by
theme-nobody = nobody yet
theme-planned = Visit planned
theme-handed-to = Handed to
theme-watchers = Also concerned
theme-watchers-count = { $n ->
    [one] { $n } other person
   *[other] { $n } other people
}
theme-duplicate-of = Same problem as
theme-duplicates = Also reported in
theme-description = What happens
theme-description-none = No description.
theme-attachments = Attachments
theme-timeline = What was done
theme-timeline-none = Nothing to tell so far.
theme-team = team
theme-act = Respond
theme-answer = Answer or add a detail
theme-answer-closed = The problem is back? Write to us here
theme-answer-to = Answer to request { $id }
theme-answer-subject = Answer to request { $id }
theme-answer-send = Send the answer
theme-text = Your message
theme-pupils = Do not name any pupil.
theme-me-too = I have the same problem
theme-me-too-short = Me too
theme-me-too-text = Leave your name: you will be told what happens, like the person who reported it.
theme-me-too-subject = Request { $id }: me too
theme-me-too-send = Me too, keep me posted

## Rooms and equipment
theme-resources-text = Choose a room to see what is reported there.
theme-resources-none = No room is set up yet.
theme-open-short = { $n ->
    [one] { $n } open
   *[other] { $n } open
}
theme-can-be-booked = Can be booked.
theme-retired = This room or equipment is out of use: nothing can be reported there any more.
theme-report-here = Report a problem here
theme-open-here = Open right now
theme-open-here-none = Nothing is reported here.
theme-past-here = Already solved
theme-past-here-none = No past request.
theme-past-more = The 50 most recent, of { $n }.

## The forms
theme-report-text = Two minutes are enough. We take care of it.
theme-error = Error:
theme-errors = { $n ->
    [one] One thing needs correcting
   *[other] { $n } things need correcting
}
theme-already = Already reported here
theme-part-what = The problem
theme-part-who = You
theme-optional = (optional)
theme-form-resource = Where is it?
theme-form-resource-none = Choose a room or equipment
theme-form-description = What happens?
theme-form-description-hint = What you were doing, what the screen says. Do not name any pupil.
theme-form-category = What is it about?
theme-form-severity = What type of work?
theme-form-photo = A photo
theme-form-photo-hint = Of the screen or the device, with no face and no pupil’s name. JPEG, PNG, WebP or GIF.
theme-form-photo-again = If you had chosen a photo, choose it again.
theme-form-photo-chosen = Photo chosen:
theme-form-photo-lost = Your photo was:
theme-form-title-more = Give the request a title
theme-form-title = Title
theme-form-title-hint = Otherwise the first line of the description is the title.
theme-name = Your name
theme-email = Your mail address
theme-email-hint = To tell you what happens. It is never shown on the site.
theme-email-hint-domains = An address at @{ $domains }. It is never shown on the site.
theme-remember = Remember my name and address on this device
theme-form-send = Send the request
theme-sending = Sending…
theme-send-fails = Sending does not work? Write to
theme-offline = This page cannot send anything right now.
theme-offline-text = Fill it in all the same: the button below prepares a mail with your text.
theme-offline-button = Prepare the mail

## Files that can not be read
theme-problems = Files to mend
theme-problems-text = The rest of the site keeps working. Every page keeps its last good version.
theme-problems-none = All files read well.
theme-severity-error = To mend
theme-severity-warning = To check
theme-complaint-line = The line at fault
theme-complaint-hint = Hint:

## What a signed link leads to, and the team's page
theme-status = Status
theme-becomes = becomes
theme-errand-by = In the name of
theme-errand-who = Who is acting?
theme-errand-parts = Which dates?
theme-errand-day = Date
theme-errand-days = The dates to come
theme-reason = Why?
theme-team-waiting = Bookings that wait
theme-team-approve = Accept
theme-team-refuse = Refuse
theme-errand-nothing-yet = Nothing happens until you press this button.
theme-reply-status = Status
theme-team-page = The team’s page
theme-team-back = Back to the team’s page
theme-team-who = You act in the name of:
theme-team-others = Act in your own name
theme-team-as = I am { $who }
theme-team-until = This page is good until
theme-team-private = It shows names and addresses: do not forward its link.
theme-team-trouble = Also to be mended
theme-team-trouble-count = { $n ->
    [one] { $n } technical problem, at the end of the page
   *[other] { $n } technical problems, at the end of the page
}
theme-team-undelivered = This mail could not be delivered to { $to }. Correct the address, then “guichet mail retry”, or tell them another way.
theme-team-take = I’ll take it
theme-team-answer = Answer
theme-team-status = Change the status

## Mails
theme-mailbox = The demonstration’s mail
theme-mailbox-text = These are the mails Guichet would have sent. Nothing leaves this machine.
theme-mailbox-none = No mail so far. Report a problem, then come back.
theme-mail-from = From
theme-mail-to = To
theme-mail-date = Date
theme-letter-label = { $label }:

## Bookings
theme-planning = Planning
theme-book = Book
theme-weeks = Weeks
theme-this-week = This week
theme-slot = Period
theme-slot-to = Until
theme-slot-to-same = the end of the period
theme-grid = Times of day: { $grid }
theme-booking-pending = to be confirmed
theme-booking-conflict = in conflict
theme-booking-out = out of service
theme-offers = Free instead:
theme-book-what = What do you want to book?
theme-book-what-none = Choose a room or equipment
theme-book-approval = A member of the team has to confirm this booking. The period is kept for you meanwhile.
theme-book-date = Which day?
theme-book-times = Other times
theme-book-start = From
theme-book-end = To
theme-repeat = Repeat
theme-repeat-how = How often?
theme-until = Until
theme-until-hint = Holidays and closures are skipped.
theme-dates = Dates: { $free } free of { $n }
theme-dates-all-free = { $n } dates, all of them free
theme-date-free = free
theme-dates-without = Without { $days }
theme-dates-book = Book these { $n } dates
theme-dates-skip = { $n ->
    [one] Book the date that is free
   *[other] Book the { $n } dates that are free
}
theme-dates-again = See the dates after a change
theme-dates-stop = Stop, book nothing
theme-book-purpose = What for?
theme-book-purpose-hint = The class and the activity, such as “5B, spreadsheets”. Everyone can see it.
theme-book-quantity = How many?
theme-book-already = { $resource }, { $day }: already booked
theme-book-incidents = Problems reported here:
theme-book-send = Book
theme-occupied = Occupied now
theme-occupied-none = Nothing is.
theme-week-of = This week
theme-calendar-weeks = Weeks A and B in my calendar
theme-calendar = Subscribe to the calendar
theme-today = today
theme-days = Days of the week
theme-days-passed = { $n ->
    [one] Day gone by:
   *[other] Days gone by:
}
theme-booked = Noted: the booking has a frame below.
theme-outside-slots = Outside the periods
theme-whole-planning = See the whole planning
theme-book-text = The easiest way: choose a free place.
theme-part-when = What and when
theme-change = Change
theme-book-quantity-hint = Nothing written: one.
theme-planning-text = A place with + is free: touch it to book it.
theme-free = What is free
theme-free-text = Touch a name to book it for that period.
theme-free-none = nothing
theme-free-nothing = Nothing is free on the school days to come.
theme-groups = Rooms or equipment
theme-day = The day
theme-day-print = The day to print
theme-day-text = It prints on one sheet of A4.
theme-days-coming = Next school days
theme-door = door display
theme-door-link = Door display
theme-door-next = Next
theme-door-nothing = Nothing else today.
theme-door-out = Out of service

## The report
theme-figures = Report
theme-figures-dates = From { $from } to { $until }
theme-figures-since = The first tickets on record are of { $day }.
theme-figures-key = In short
theme-figures-when = When
theme-figures-what = What and where
theme-figures-delays = How fast
theme-figures-row = Value
theme-figures-share = Share
theme-figures-now = this period
theme-figures-before = a year before
theme-figures-how = How we count
theme-figures-how-declared = A ticket counts in the period in which it was declared, whenever it was dealt with.
theme-figures-how-delay = A delay runs from the declaration, nights, weekends and holidays included. It ends with the first change of status for taking over, with the last closing for closing. What is not taken over or closed yet is not in it.
theme-figures-how-handed = Tickets handed to somebody outside are counted apart in the delays.
theme-figures-how-nobody = Nobody is named or counted.

## Labels and codes
theme-labels = Labels to print
theme-labels-text = One label for each room or equipment, eight on a sheet of A4. Print without scaling, cut along the dotted lines, stick where everybody sees it.
theme-labels-local = The address of the site ({ $address }) leads nowhere from a telephone. Set base_url in site.toml before printing.
theme-labels-none = No place has been declared yet.
theme-labels-problem = A problem here?
theme-labels-scan = Scan me.
theme-labels-sheet = Sheet { $n }
theme-code = The label
theme-code-text = This code opens the form with this place chosen.
theme-code-alt = QR code that leads to the form for { $name }

## The search
theme-search = Search the tickets
theme-search-hint = A word of the title, a place, a kind, a number
theme-search-count = Tickets found: { $n } of { $total }.
theme-search-none = Nothing like that. Try another word, or only its beginning.
theme-search-page = Searching this page only.
