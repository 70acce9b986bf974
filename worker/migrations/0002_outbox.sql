-- Mail that waits to be sent, and mail as it was sent. A row is written in the same batch as the act that
-- causes it. Instants are RFC 3339 in UTC with milliseconds, so that their order as text is their order in time.
CREATE TABLE outbox (
    id         TEXT PRIMARY KEY,
    -- Both absent for what belongs to no case: a sign-in code, a morning's digest, an invitation.
    ticket     TEXT,
    seq        INTEGER,
    kind       TEXT NOT NULL CHECK (kind IN ('code', 'received', 'returned', 'refused', 'request_to_bsre', 'revoked', 'your_turn', 'reminder', 'digest', 'invited', 'appointed', 'checkpoint', 'moved', 'stranded', 'correction', 'corrected')),
    -- Of a reminder, which rung of the ladder; 0 of every other mail.
    rung       INTEGER NOT NULL DEFAULT 0,
    -- To whom: sealed, and an HMAC of the address in lower case.
    recipient  TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    subject    TEXT NOT NULL,
    -- The same twice, as text and as HTML, sealed. Erased once a sign-in code went or came too late.
    text       TEXT NOT NULL,
    html       TEXT NOT NULL,
    -- Failed: given up. Bounced: sent, and returned by the recipient's host.
    state      TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'bounced')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    -- Not tried before. Whoever takes a row to send it moves this on, and so keeps others from it.
    next_at    TEXT NOT NULL,
    -- A word for the last failure; never personal data.
    last_error TEXT,
    written_at TEXT NOT NULL,
    sent_at    TEXT,
    CHECK ((ticket IS NULL) = (seq IS NULL)),
    CHECK ((state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)),
    UNIQUE (ticket, seq, kind, rung, recipient_key)
) STRICT;

-- By which key they are sealed.
CREATE INDEX outbox_by_recipient_key ON outbox (substr(recipient, 1, instr(recipient, '.') - 1));
CREATE INDEX outbox_by_text_key ON outbox (substr(text, 1, instr(text, '.') - 1));
CREATE INDEX outbox_by_html_key ON outbox (substr(html, 1, instr(html, '.') - 1));

-- What is due.
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'waiting';

-- What has its time: sign-in codes, which are swept away when it is long over, what belongs to no case, and a morning's
-- digests.
CREATE INDEX outbox_codes ON outbox (written_at) WHERE kind = 'code';
CREATE INDEX outbox_of_mailbox ON outbox (recipient_key, written_at) WHERE ticket IS NULL;
CREATE INDEX outbox_of_no_case ON outbox (written_at) WHERE ticket IS NULL AND kind <> 'code';
CREATE INDEX outbox_digests ON outbox (written_at) WHERE kind = 'digest' AND state = 'waiting';

-- On which days an office's daily mail was written: the morning's digest, the checkpoint of its log. The day is the
-- office's own. Row 0 says that it was begun; those after it, of a mail that nobody gets twice, which rows of the outbox it
-- is. Of two runs at once the second finds its number taken.
CREATE TABLE days_mails (
    office TEXT NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    n INTEGER NOT NULL,
    mail TEXT,
    PRIMARY KEY (office, kind, day, n),
    CHECK ((mail IS NULL) = (n = 0))
) STRICT, WITHOUT ROWID;
