-- Everything but mail. Instants are TEXT, RFC 3339 in UTC with milliseconds and Z, so that they sort as text.

-- What the administrator sets for an office. Its procedure is in the code.
CREATE TABLE offices (
    id TEXT PRIMARY KEY,
    bsre_email TEXT,
    -- How long personal data is kept; NULL: as the code proposes.
    retention TEXT
) STRICT, WITHOUT ROWID;

-- The truth about an office's affairs: its log, as the exact text that is hashed. Roles, calendars and settings are
-- written with it.
CREATE TABLE office_events (
    office TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (office, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER office_events_are_not_changed BEFORE UPDATE ON office_events
BEGIN
    SELECT RAISE(ABORT, 'events are not changed');
END;
CREATE TRIGGER office_events_are_not_removed BEFORE DELETE ON office_events
BEGIN
    SELECT RAISE(ABORT, 'events are not removed');
END;

-- Why, and who is meant, beside the entry that is bound to it: salt and text, sealed by one of the secret `DATA_KEYS`
-- (`vault/src/lib.rs`).
CREATE TABLE office_contents (
    office TEXT NOT NULL,
    seq INTEGER NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (office, seq),
    FOREIGN KEY (office, seq) REFERENCES office_events (office, seq)
) STRICT, WITHOUT ROWID;
-- By which key it is sealed, to find what is to be sealed anew; and the row by its name in one piece.
CREATE INDEX office_contents_by_key ON office_contents (substr(sealed, 1, instr(sealed, '.') - 1));
CREATE INDEX office_contents_by_row ON office_contents (office || ' ' || seq);

-- By which calendar an office counts from when on. One that has none counts by the national one.
CREATE TABLE calendars (
    office TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    calendar TEXT NOT NULL,
    PRIMARY KEY (office, changed_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    id TEXT PRIMARY KEY,
    -- Their mailbox, sealed.
    email TEXT NOT NULL,
    -- HMAC of the address in lower case: one mailbox, one person.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT,
    -- Set by the administrator only. A number that somebody gives for themself proves nothing.
    nip TEXT UNIQUE,
    created_at TEXT NOT NULL,
    disabled_at TEXT,
    -- 1 as long as it is to be looked whether anything still needs them (`worker/src/erase.rs`): at first, and again when
    -- something that may have is gone.
    to_look_at INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
CREATE INDEX people_by_key ON people (substr(email, 1, instr(email, '.') - 1));
CREATE INDEX people_to_look_at ON people (created_at) WHERE to_look_at = 1 AND disabled_at IS NULL;

-- Who holds which actor of an office, and for which time; a role that ended stays.
CREATE TABLE roles (
    id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    person TEXT NOT NULL REFERENCES people (id),
    office TEXT NOT NULL,
    actor TEXT NOT NULL,
    held_from TEXT NOT NULL,
    held_until TEXT,
    -- Of somebody who stands in: for whom and by which letter, as in the log.
    acting TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX own_roles ON roles (person, office, actor) WHERE acting IS NULL AND held_until IS NULL;
CREATE INDEX roles_of_person ON roles (person, office);
CREATE INDEX roles_of_office ON roles (office, actor, person);

-- A session is known by the SHA-256 of its token.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    -- Names it to its person: it says nothing of the token, and stays when the token is changed for another.
    id TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(16)))),
    person TEXT NOT NULL REFERENCES people (id),
    created_at TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    -- When a code from the person's mailbox was last entered in it.
    proven_at TEXT NOT NULL,
    -- "Chrome di Android", as far as the browser said so.
    browser TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_age ON sessions (created_at);
CREATE INDEX sessions_of_person ON sessions (person, last_seen);
CREATE TRIGGER a_session_goes AFTER DELETE ON sessions
BEGIN
    UPDATE people SET to_look_at = 1 WHERE id = OLD.person;
END;

-- From which browsers somebody signed in with which mailbox, when last; both as one HMAC. They ask for codes under limits of
-- their own.
CREATE TABLE known_devices (
    key TEXT PRIMARY KEY,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX known_devices_by_age ON known_devices (at);

-- The newest code for each address in each browser that asked for one, and for each session whose person proves their mailbox
-- again; all as HMAC.
CREATE TABLE sign_in_codes (
    address TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    created_at TEXT NOT NULL,
    tries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_codes_by_age ON sign_in_codes (created_at);

-- How often something was asked for since a time; the key is an HMAC of what is limited and for whom.
CREATE TABLE limits (
    key TEXT PRIMARY KEY,
    since TEXT NOT NULL,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX limits_by_age ON limits (since);

-- First answers to writes, for those who ask again. The body is sealed.
CREATE TABLE idempotency (
    person TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- The truth about a case: its events, as the exact text that is hashed.
CREATE TABLE events (
    ticket TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (ticket, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are not changed');
END;
CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are not removed');
END;

-- What people wrote, beside the event that is bound to it: salt and text, sealed by the case's key (`vault/src/lib.rs`).
-- It can be erased; the chain still holds.
CREATE TABLE contents (
    ticket TEXT NOT NULL,
    seq INTEGER NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (ticket, seq),
    FOREIGN KEY (ticket, seq) REFERENCES events (ticket, seq)
) STRICT, WITHOUT ROWID;

-- The key of each case, itself sealed by one of the secret `DATA_KEYS`. Whoever deletes it has erased what it sealed.
CREATE TABLE case_keys (
    ticket TEXT PRIMARY KEY,
    sealed TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- By which key it is sealed, to find what is to be sealed anew.
CREATE INDEX case_keys_by_key ON case_keys (substr(sealed, 1, instr(sealed, '.') - 1));

-- What lists show of a case: folded from its events, written in the same batch.
CREATE TABLE cases (
    ticket TEXT PRIMARY KEY,
    office TEXT NOT NULL,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    filer TEXT NOT NULL REFERENCES people (id),
    holder TEXT REFERENCES people (id),
    -- HMAC of the holder's NIK as long as the case is open, then nothing.
    holder_key TEXT NOT NULL,
    open INTEGER NOT NULL,
    name TEXT NOT NULL,
    nip TEXT,
    unit TEXT,
    -- As it was filed: under this unit the case is counted.
    filed_unit TEXT,
    reason TEXT NOT NULL,
    way TEXT NOT NULL,
    status TEXT NOT NULL,
    turn TEXT,
    -- Who of those with the role has it in hand.
    in_hand TEXT REFERENCES people (id),
    step INTEGER NOT NULL,
    filed_at TEXT NOT NULL,
    since TEXT NOT NULL,
    revoked_at TEXT,
    -- By when the SOP's limit of the running step ends, and when somebody is next to be reminded of it: derived from the
    -- events and the office's calendar.
    due_at TEXT,
    remind_at TEXT,
    -- 1 as long as it cannot wait: until it is revoked, or has ended otherwise.
    urgent INTEGER NOT NULL DEFAULT 0,
    -- 1 where the calendar has changed since both were counted.
    stale INTEGER NOT NULL DEFAULT 0,
    -- Since when what was personal in it is erased.
    erased_at TEXT
) STRICT, WITHOUT ROWID;
-- For one holder each account has one open request in an office, and the desk one: a second is a mistake. That of somebody else
-- keeps nobody out, since whoever knows a NIK can file under it; officials see that there are several, and decide.
CREATE UNIQUE INDEX one_open_request ON cases (office, holder_key, CASE way WHEN 'desk' THEN '' ELSE filer END)
WHERE open = 1;
CREATE INDEX cases_of_office ON cases (office, urgent, filed_at, ticket);
CREATE INDEX cases_by_status ON cases (office, status, urgent, filed_at, ticket);
CREATE INDEX register ON cases (office, revoked_at, ticket) WHERE revoked_at IS NOT NULL;
CREATE INDEX cases_to_count ON cases (office, ticket) WHERE stale = 1;
CREATE INDEX cases_to_erase ON cases (office, revoked_at IS NULL, since) WHERE open = 0 AND erased_at IS NULL;
CREATE INDEX cases_by_due ON cases (office, urgent, due_at, ticket) WHERE due_at IS NOT NULL;
CREATE INDEX cases_to_remind ON cases (office, remind_at) WHERE remind_at IS NOT NULL;

-- Which actors of the office may do the step at which a case is: those for whom it waits. `rank` sorts by what is to be
-- done first.
CREATE TABLE case_turns (
    office TEXT NOT NULL,
    actor TEXT NOT NULL,
    rank TEXT NOT NULL,
    ticket TEXT NOT NULL REFERENCES cases (ticket),
    -- Whom it concerns: for them it does not wait, whatever their role. The filer is none who sat at the desk.
    holder TEXT,
    filer TEXT,
    PRIMARY KEY (office, actor, rank, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_turns_of_case ON case_turns (ticket);

-- Who asks, and whom a case is about.
CREATE TABLE case_parties (
    person TEXT NOT NULL REFERENCES people (id),
    office TEXT NOT NULL,
    filed_at TEXT NOT NULL,
    ticket TEXT NOT NULL REFERENCES cases (ticket),
    PRIMARY KEY (person, office, filed_at, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_parties_of_case ON case_parties (ticket);
CREATE TRIGGER a_party_goes AFTER DELETE ON case_parties
BEGIN
    UPDATE people SET to_look_at = 1 WHERE id = OLD.person;
END;

-- What an official has had in hand, and when they last did something on it.
CREATE TABLE case_hands (
    person TEXT NOT NULL REFERENCES people (id),
    office TEXT NOT NULL,
    ticket TEXT NOT NULL REFERENCES cases (ticket),
    at TEXT NOT NULL,
    PRIMARY KEY (person, office, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_hands_by_time ON case_hands (person, office, at, ticket);

-- By what a case is found: the beginning of a term finds it.
CREATE TABLE case_terms (
    office TEXT NOT NULL,
    term TEXT NOT NULL,
    ticket TEXT NOT NULL REFERENCES cases (ticket),
    PRIMARY KEY (office, term, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_terms_of_case ON case_terms (ticket);

-- Uploads. The bytes lie in KV under `kv_key`, sealed by the key in `sealed_key`.
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL REFERENCES people (id),
    office TEXT NOT NULL,
    -- What its owner calls it, sealed: people write numbers and names into it.
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    kv_key TEXT NOT NULL,
    sealed_key TEXT NOT NULL,
    uploaded_at TEXT NOT NULL,
    -- 1 from the commit that makes it part of a case; 2 once it is taken back or was never used, until its bytes are
    -- erased: its row is the one thing that knows where they lie.
    attached INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_by_key ON documents (substr(sealed_key, 1, instr(sealed_key, '.') - 1));
CREATE INDEX documents_by_name_key ON documents (substr(name, 1, instr(name, '.') - 1));
CREATE INDEX loose_documents ON documents (owner, uploaded_at) WHERE attached = 0;
CREATE INDEX loose_documents_by_age ON documents (uploaded_at) WHERE attached = 0;

CREATE TRIGGER a_loose_document_goes AFTER UPDATE OF attached ON documents WHEN OLD.attached = 0 AND NEW.attached = 2
BEGIN
    UPDATE people SET to_look_at = 1 WHERE id = OLD.owner;
END;
CREATE INDEX removed_documents ON documents (uploaded_at) WHERE attached = 2;

-- A document is part of one case at most, once.
CREATE TABLE case_documents (
    document TEXT PRIMARY KEY REFERENCES documents (id),
    ticket TEXT NOT NULL REFERENCES cases (ticket),
    seq INTEGER NOT NULL,
    paper TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX case_documents_of_case ON case_documents (ticket, seq);
CREATE TRIGGER removed_documents_are_not_handed_in BEFORE INSERT ON case_documents
WHEN (SELECT attached FROM documents WHERE id = NEW.document) = 2
BEGIN
    SELECT RAISE(ABORT, 'the document was removed');
END;

-- What people want put right that is held on them, and the answers: sealed, each a row that is not written twice.
CREATE TABLE corrections (
    id TEXT PRIMARY KEY,
    office TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    at TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX corrections_of_office ON corrections (office, at);
CREATE INDEX corrections_of_person ON corrections (person, office, at);
CREATE INDEX corrections_by_key ON corrections (substr(text, 1, instr(text, '.') - 1));
CREATE TRIGGER a_correction_goes AFTER DELETE ON corrections
BEGIN
    UPDATE people SET to_look_at = 1 WHERE id = OLD.person;
END;
CREATE TABLE correction_answers (
    id TEXT PRIMARY KEY REFERENCES corrections (id) ON DELETE CASCADE,
    person TEXT NOT NULL,
    at TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_answers_by_age ON correction_answers (at);
CREATE INDEX correction_answers_by_key ON correction_answers (substr(text, 1, instr(text, '.') - 1));

-- Who saw what is personal in a request, or what somebody wants put right, and when: the access record of those whom it
-- concerns.
CREATE TABLE readings (
    ticket TEXT,
    at TEXT NOT NULL,
    person TEXT NOT NULL,
    -- As `workflow::api::ReadingKind` has it.
    what TEXT NOT NULL CHECK (what IN ('request', 'document', 'register', 'correction')),
    document TEXT,
    correction TEXT REFERENCES corrections (id) ON DELETE CASCADE,
    CHECK ((document IS NULL) = (what <> 'document')),
    CHECK ((correction IS NULL) = (what <> 'correction')),
    CHECK ((ticket IS NULL) = (what = 'correction'))
) STRICT;
CREATE INDEX readings_of_case ON readings (ticket, at);
CREATE INDEX readings_of_correction ON readings (correction, person, at) WHERE correction IS NOT NULL;
