-- By when the SOP's limit of the running step ends, derived from the events and the office's calendar.
ALTER TABLE cases ADD COLUMN due_at TEXT;

-- What waits is read by what is to be done first and no longer by age alone: `rank` sorts so.
DROP TABLE case_turns;
CREATE TABLE case_turns (
    office TEXT NOT NULL,
    actor TEXT NOT NULL,
    rank TEXT NOT NULL,
    ticket TEXT NOT NULL REFERENCES cases (ticket),
    PRIMARY KEY (office, actor, rank, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_turns_of_case ON case_turns (ticket);
