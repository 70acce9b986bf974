-- Mail that waits to be sent, and mail as it was sent. A row is written in the same batch as the act that
-- causes it. Instants are RFC 3339 in UTC with milliseconds, so that their order as text is their order in time.
CREATE TABLE outbox (
    id         TEXT PRIMARY KEY,
    -- Both absent for a sign-in code, which belongs to no case.
    ticket     TEXT,
    seq        INTEGER,
    kind       TEXT NOT NULL CHECK (kind IN ('code', 'received', 'returned', 'refused', 'request_to_bsre', 'revoked', 'your_turn')),
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
    UNIQUE (ticket, seq, kind, recipient)
) STRICT;

-- What is due.
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'waiting';

-- Sign-in codes, which are swept away when their time is long over.
CREATE INDEX outbox_codes ON outbox (written_at) WHERE kind = 'code';
