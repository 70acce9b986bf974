-- A reminder is a mail of its own for each rung of the ladder: `rung` tells them apart, and 0 is every other mail.
CREATE TABLE outbox_of_rungs (
    id         TEXT PRIMARY KEY,
    -- Both absent for what belongs to no case: a sign-in code, a morning's digest.
    ticket     TEXT,
    seq        INTEGER,
    kind       TEXT NOT NULL CHECK (kind IN ('code', 'received', 'returned', 'refused', 'request_to_bsre', 'revoked', 'your_turn', 'reminder', 'digest')),
    rung       INTEGER NOT NULL DEFAULT 0,
    recipient  TEXT NOT NULL,
    subject    TEXT NOT NULL,
    -- Erased once a sign-in code went or came too late.
    text       TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    -- Not tried before. Whoever takes a row to send it moves this on, and so keeps others from it.
    next_at    TEXT NOT NULL,
    -- A word for the last failure; never personal data.
    last_error TEXT,
    written_at TEXT NOT NULL,
    sent_at    TEXT,
    CHECK ((ticket IS NULL) = (seq IS NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    UNIQUE (ticket, seq, kind, rung, recipient)
) STRICT;
INSERT INTO outbox_of_rungs (id, ticket, seq, kind, recipient, subject, text, state, attempts, next_at, last_error, written_at, sent_at)
SELECT id, ticket, seq, kind, recipient, subject, text, state, attempts, next_at, last_error, written_at, sent_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_of_rungs RENAME TO outbox;

-- What is due.
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'waiting';

-- Sign-in codes, which are swept away when their time is long over.
CREATE INDEX outbox_codes ON outbox (written_at) WHERE kind = 'code';

-- When somebody is next to be reminded of the case's turn, derived from the events and the office's calendar.
ALTER TABLE cases ADD COLUMN remind_at TEXT;
CREATE INDEX cases_to_remind ON cases (office, remind_at) WHERE remind_at IS NOT NULL;

-- Which mornings' digests were written. The day is the office's own.
CREATE TABLE digests (
    office TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (office, day)
) STRICT, WITHOUT ROWID;
