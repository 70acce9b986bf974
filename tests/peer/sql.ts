// Every statement of the peer: those of `worker/src`, word for word.
// `cargo xtask bench` holds the rows that they read, and what comes out of them, against the product's.

// Who asks (worker/src/store/sessions.rs)

export const SESSION = `SELECT s.id, s.person, s.created_at, s.last_seen, s.proven_at, p.name, p.email, p.nip, p.disabled_at,
    (SELECT json_group_array(json_object('office', office, 'actor', actor, 'acting', acting)) FROM roles
     WHERE person = s.person AND held_from <= ?2 AND (held_until IS NULL OR held_until > ?2)) AS roles
  FROM sessions s JOIN people p ON p.id = s.person WHERE s.token_hash = ?1`;

export const TOUCH = `UPDATE sessions SET last_seen = ?2
  WHERE token_hash = ?1 AND last_seen < ?3 AND last_seen > ?4 AND created_at > ?5`;

const THEM = "(SELECT person FROM sessions WHERE token_hash = ?1)";

// Lists (worker/src/store/lists.rs)

const turns = [6, 7, 8, 9, 10].map((role) => `SELECT rank, ticket FROM case_turns
    WHERE office = ?2 AND ?3 IS NULL AND ?4 IS NULL AND holder IS NOT ${THEM} AND filer IS NOT ${THEM}
      AND actor = (SELECT actor FROM roles WHERE person = ${THEM} AND office = ?2 AND actor = ?${role}
                     AND held_from <= ?5 AND (held_until IS NULL OR held_until > ?5) LIMIT 1)`);

/** How many rows a page has. Limits stand in the text: SQLite compiles a statement anew each time that one is bound. */
export const PAGE = 20;

export const WAITING = `SELECT
    c.ticket, c.name, c.unit, c.reason, c.way, c.status, c.turn, c.step, c.filed_at, c.since, c.due_at AS due, c.seq,
    c.nip, (SELECT name FROM people WHERE id = c.in_hand) AS in_hand,
    t.rank
  FROM (${turns.join(" UNION ")} ORDER BY rank, ticket LIMIT ${PAGE + 1}) t
  CROSS JOIN cases c ON c.ticket = t.ticket ORDER BY t.rank, t.ticket`;

// A case (worker/src/store/cases.rs)

export const EVENTS = `SELECT e.body, e.prev, e.hash, c.sealed AS content,
    CASE e.seq WHEN 1 THEN (SELECT sealed FROM case_keys WHERE ticket = ?1) END AS key
  FROM events e LEFT JOIN contents c ON c.ticket = e.ticket AND c.seq = e.seq
  WHERE e.ticket = ?1 ORDER BY e.seq`;

export const NAMES = `SELECT id, name, nip FROM people WHERE id IN (
    SELECT json_extract(body, '$.by.person') FROM events WHERE ticket = ?1
    UNION SELECT json_extract(body, '$.by.acting.principal') FROM events WHERE ticket = ?1
    UNION SELECT json_extract(body, '$.what.to') FROM events WHERE ticket = ?1)`;

export const DOCUMENTS = `SELECT d.id, c.paper, d.name, d.media_type, d.size, d.sha256
  FROM case_documents c JOIN documents d ON d.id = c.document
  WHERE c.ticket = ?1 ORDER BY c.seq, c.document`;

export const CALENDARS = `SELECT office, changed_at, calendar FROM calendars
  WHERE office = (SELECT office FROM cases WHERE ticket = ?1) ORDER BY changed_at`;

export const SAME_NIK = `SELECT o.ticket FROM cases c JOIN cases o ON o.office = c.office AND o.holder_key = c.holder_key
  WHERE c.ticket = ?1 AND c.open = 1 AND o.open = 1 AND o.ticket <> c.ticket ORDER BY o.filed_at LIMIT 20`;

// Who looks at a case (worker/src/store/readings.rs)

export const RECENT = `SELECT 1 FROM readings WHERE ticket = ?2 AND at > ?3 AND what = 'request'
    AND person = ${THEM} LIMIT 1`;

export const NOTE_READING = `INSERT INTO readings (ticket, at, person, what) SELECT ?1, ?2, ?3, 'request'
  WHERE NOT EXISTS (SELECT 1 FROM readings WHERE ticket = ?1 AND at > ?4 AND what = 'request' AND person = ?3)`;

// What an act reads besides (worker/src/idempotency.rs, worker/src/store/documents.rs, worker/src/store/people.rs)

export const FIRST_ANSWER = `SELECT person, request, status, body FROM idempotency
  WHERE person = ${THEM} AND key = ?2`;

export const UPLOADS = `SELECT id, owner, office, name, media_type, size, sha256, kv_key, sealed_key, attached FROM documents
  WHERE attached <> 2 AND id IN (SELECT value FROM json_each(?1))`;

export const MAILBOXES = `SELECT r.person, r.actor, p.email, p.name, p.nip, r.acting
  FROM roles r JOIN people p ON p.id = r.person
  WHERE r.office = ?1 AND r.held_from <= ?2 AND (r.held_until IS NULL OR r.held_until > ?2)
    AND p.disabled_at IS NULL
  ORDER BY r.actor, r.person`;

export const SETTINGS = `SELECT bsre_email FROM offices WHERE id = ?1`;

export const BY_NIP = `SELECT id FROM people p
  WHERE nip = ?1 AND EXISTS (SELECT 1 FROM roles WHERE person = p.id AND office = ?2)`;

// What an act writes

export const KEEP_ANSWER =
  `INSERT INTO idempotency (person, key, request, status, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`;

export const ADD_EVENT = `INSERT INTO events (ticket, seq, body, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5)`;

export const ADD_CONTENT = `INSERT INTO contents (ticket, seq, sealed) VALUES (?1, ?2, ?3)`;

export const CASE = `INSERT INTO cases (ticket, office, version, seq, filer, holder, holder_key, open, name, nip, unit,
    reason, way, status, turn, step, filed_at, since, revoked_at, due_at, remind_at, in_hand, urgent, filed_unit)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
          CAST(?24 AS INTEGER), ?25)
  ON CONFLICT (ticket) DO UPDATE SET
    seq = ?4, holder = ?6, holder_key = ?7, open = ?8, name = ?9, nip = ?10, unit = ?11, status = ?14, turn = ?15,
    step = ?16, since = ?18, revoked_at = ?19, due_at = ?20, in_hand = ?22, urgent = CAST(?24 AS INTEGER),
    remind_at = CASE ?23 WHEN 1 THEN remind_at ELSE ?21 END`;

export const FORGET_TURNS = `DELETE FROM case_turns WHERE ticket = ?1`;

export const ADD_TURNS = `INSERT INTO case_turns (office, actor, rank, ticket, holder, filer)
  SELECT ?1, value, ?2, ?3, ?5, ?6 FROM json_each(?4)`;

export const ADD_HAND = `INSERT INTO case_hands (person, office, ticket, at) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (person, office, ticket) DO UPDATE SET at = ?4`;

/** What the event adds to its day and its month: two counts at most (worker/src/store/tallies.rs). */
export const ADD_TALLY = `INSERT INTO tallies (office, period, tally) VALUES (?1, ?2, ?4), (?1, ?3, ?4)
  ON CONFLICT (office, period) DO UPDATE SET tally = json_set(tally
    , ?5, coalesce(tally ->> ?5, 0) + CAST(?6 AS INTEGER), ?7, coalesce(tally ->> ?7, 0) + CAST(?8 AS INTEGER))`;

// Mail (worker/src/mail/outbox.rs)

export const DROP_REMINDERS =
  `DELETE FROM outbox WHERE ticket = ?1 AND seq < ?2 AND kind = 'reminder' AND rung > 0 AND state = 'waiting'`;

export const ADD_MAIL = `INSERT INTO outbox (id, ticket, seq, kind, recipient, recipient_key, subject, text, next_at, written_at, rung, html)
  VALUES (?1, ?2, CAST(?3 AS INTEGER), ?4, ?5, ?11, ?6, ?7, ?8, ?8, CAST(?9 AS INTEGER), ?10)
  ON CONFLICT (ticket, seq, kind, rung, recipient_key) DO NOTHING`;

export const TAKE_MAILS = `UPDATE outbox SET attempts = attempts + 1, next_at = ?2
  WHERE state = 'waiting' AND next_at <= ?1 AND (kind <> 'code' OR written_at > ?3)
    AND id IN (SELECT value FROM json_each(?4))
  RETURNING id, ticket, seq, kind, rung, recipient, recipient_key, subject, text, html, attempts`;

export const MAIL_SENT = `UPDATE outbox SET state = 'sent', sent_at = ?2, last_error = NULL,
  text = CASE kind WHEN 'code' THEN '' ELSE text END, html = CASE kind WHEN 'code' THEN '' ELSE html END
  WHERE id = ?1 AND recipient_key = ?3`;
