-- One log for each office over all its events, those of its cases and those of its own affairs, in the order in which they
-- were committed. Numbered from 0 without a gap by the triggers below, within the batch that brings the event: an event
-- without a place in the log is not committed.
CREATE TABLE log (
    office TEXT NOT NULL,
    n INTEGER NOT NULL,
    -- NULL: an event of the office's own affairs.
    ticket TEXT,
    seq INTEGER NOT NULL,
    PRIMARY KEY (office, n)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX log_of_case ON log (ticket, seq) WHERE ticket IS NOT NULL;

-- What came before there was a log, in the order of its time.
INSERT INTO log (office, n, ticket, seq)
SELECT office, row_number() OVER (PARTITION BY office ORDER BY at, ticket, seq) - 1, ticket, seq
FROM (
    SELECT f.body ->> '$.what.office' AS office, e.body ->> '$.at' AS at, e.ticket, e.seq
    FROM events e JOIN events f ON f.ticket = e.ticket AND f.seq = 1
    UNION ALL SELECT office, body ->> '$.at', NULL, seq FROM office_events
);

CREATE TRIGGER events_have_their_place AFTER INSERT ON events
BEGIN
    -- No filing, no office: then this fails, and with it the whole batch.
    INSERT INTO log (office, n, ticket, seq)
    SELECT office, (SELECT ifnull(max(n) + 1, 0) FROM log WHERE log.office = filed.office), NEW.ticket, NEW.seq
    FROM (SELECT (SELECT body ->> '$.what.office' FROM events WHERE ticket = NEW.ticket AND seq = 1) AS office) filed;
END;
CREATE TRIGGER office_events_have_their_place AFTER INSERT ON office_events
BEGIN
    INSERT INTO log (office, n, ticket, seq)
    VALUES (NEW.office, (SELECT ifnull(max(n) + 1, 0) FROM log WHERE office = NEW.office), NULL, NEW.seq);
END;
CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON log
BEGIN
    SELECT RAISE(ABORT, 'the log is not changed');
END;
CREATE TRIGGER log_is_not_cut BEFORE DELETE ON log
BEGIN
    SELECT RAISE(ABORT, 'the log is not cut');
END;

-- The hashes of the log's complete subtrees, numbered as `workflow::log` counts them. Derived from the events: whoever asks
-- for a checkpoint adds those that lack.
CREATE TABLE log_hashes (
    office TEXT NOT NULL,
    i INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (office, i)
) STRICT, WITHOUT ROWID;

-- Every checkpoint that was signed: how large the log was and what its root was.
CREATE TABLE checkpoints (
    office TEXT NOT NULL,
    size INTEGER NOT NULL,
    note TEXT NOT NULL,
    signed_at TEXT NOT NULL,
    PRIMARY KEY (office, size)
) STRICT, WITHOUT ROWID;

-- To whom the checkpoint is mailed, a list, sealed. NULL: to nobody yet.
ALTER TABLE offices ADD COLUMN checkpoint_emails TEXT;
