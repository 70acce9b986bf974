-- What each day and each month of an office adds up to, in its own zone: "2026-11-22", "2026-11". Each act adds to both in
-- its own batch; `cargo xtask rebuild` makes them anew from the events.
CREATE TABLE tallies (
    office TEXT NOT NULL,
    period TEXT NOT NULL,
    -- An object of counts, as `workflow::report::Tally` names them. One row is read for a month, however much happened.
    tally TEXT NOT NULL,
    PRIMARY KEY (office, period)
) STRICT, WITHOUT ROWID;

-- How many cases stand where. The triggers count with every row that comes, moves or goes.
CREATE TABLE status_counts (
    office TEXT NOT NULL,
    status TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (office, status)
) STRICT, WITHOUT ROWID;
INSERT INTO status_counts (office, status, count) SELECT office, status, count(*) FROM cases GROUP BY office, status;
CREATE TRIGGER a_case_comes AFTER INSERT ON cases
BEGIN
    INSERT INTO status_counts (office, status, count) VALUES (NEW.office, NEW.status, 1)
    ON CONFLICT (office, status) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER a_case_moves AFTER UPDATE OF status ON cases WHEN OLD.status <> NEW.status
BEGIN
    UPDATE status_counts SET count = count - 1 WHERE office = OLD.office AND status = OLD.status;
    INSERT INTO status_counts (office, status, count) VALUES (NEW.office, NEW.status, 1)
    ON CONFLICT (office, status) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER a_case_goes AFTER DELETE ON cases
BEGIN
    UPDATE status_counts SET count = count - 1 WHERE office = OLD.office AND status = OLD.status;
END;

-- Who had many shown at once, and when: the register with whole names and numbers, and which part of it, never who was found;
-- an office's people with their mailboxes and numbers ("people").
CREATE TABLE disclosures (
    office TEXT NOT NULL,
    person TEXT NOT NULL,
    at TEXT NOT NULL,
    what TEXT NOT NULL
) STRICT;
CREATE INDEX disclosures_of_office ON disclosures (office, what, at);
