// The yardstick of `cargo xtask bench`: a list, a case and an act of the product's API, as one would write them in
// TypeScript with Hono. The same statements in the same round trips, the session checked, the act chained by hash.
// It does not know the procedures: it forwards from any step of Madiun's to the next, and counts times in plain time.

import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import * as sql from "./sql";

type Value = string | number | null;
interface Statement {
  bind(...values: Value[]): Statement;
  run(): Promise<Result>;
}
interface Result {
  results: any[];
  meta: { rows_read: number };
}
interface Bindings {
  DB: { prepare(sql: string): Statement; batch(statements: Statement[]): Promise<Result[]> };
  EMAIL: { send(mail: { from: string; to: string; subject: string; text: string; html: string }): Promise<unknown> };
  MAIL_FROM: string;
  LOOKUP_KEY: string;
  DATA_KEYS: string;
}
type Env = { Bindings: Bindings; Variables: { trips: number; statements: number; rows: number } };
type Context = import("hono").Context<Env>;

const MINUTE = 60_000;
const IDLE = 60 * MINUTE;
const ABSOLUTE = 720 * MINUTE;
const TOUCH = 5 * MINUTE;
const TAKEN_FOR = 5 * MINUTE;
const CODE_LIFE = 10 * MINUTE;
const URGENT = 24 * 60 * MINUTE;
const STEP_LIMIT = 5 * MINUTE;

/** Who has the turn at each step of Madiun's procedure. */
const ACTORS = ["pemohon", "kadin", "kabid", "kasi", "verifikator", "verifikator", "bsre", "verifikator"];

/** Who may have a turn in the office, or enter BSrE's answer. */
const OFFICIALS = ["kadin", "kabid", "kasi", "verifikator", "bsre"];

/** The headers that say what an answer cost. */
const COST = { trips: "x-d1-round-trips", statements: "x-d1-statements", rows: "x-d1-rows-read" };

class Problem extends Error {
  constructor(readonly status: 400 | 401 | 403 | 404 | 409, readonly code: string) {
    super(code);
  }
}

const app = new Hono<Env>();

// What holds for every answer, and what it cost (worker/src/routes.rs).

app.use(async (c, next) => {
  await next();
  for (const what of ["trips", "statements", "rows"] as const) c.header(COST[what], String(c.get(what) ?? 0));
  if (c.req.path.startsWith("/api/")) c.header("cache-control", "private, no-store");
});

app.use(secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  strictTransportSecurity: "max-age=63072000; includeSubDomains",
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
}));

app.get("/dev/empty", (c) => c.body(null, 204));
app.get("/dev/one-row", async (c) => {
  await batch(c, [ask(c, "SELECT 1")]);
  return c.body(null, 204);
});

app.get("/api/offices/:office/cases", async (c) => {
  const { office } = c.req.param();
  if (c.req.query("list") !== "waiting") throw new Problem(400, "query_invalid");
  const token = await tokenHash(c);
  const now = new Date();
  const listed = ask(c, sql.WAITING, token, office, null, null, now.toISOString(), ...OFFICIALS);
  const answers = await batch(c, [asking(c, token, now), listed]);
  await person(c, answers, token, now);
  const waiting = answers[1];
  const rows = waiting.results.slice(0, sql.PAGE);
  const last = waiting.results.length > sql.PAGE ? rows[sql.PAGE - 1] : null;
  const next = last ? base64(JSON.stringify({ rank: last.rank, ticket: last.ticket })) : null;
  const shown = rows.map(({ rank: _, nip: __, ...row }) => row);
  return c.json({ rows: shown, next });
});

app.get("/api/offices/:office/cases/:ticket", async (c) => {
  const { office, ticket } = c.req.param();
  const token = await tokenHash(c);
  const now = new Date();
  const hour = new Date(now.getTime() - 60 * MINUTE).toISOString();
  const answers = await batch(c, [asking(c, token, now), ...loading(c, ticket), ask(c, sql.RECENT, token, ticket, hour)]);
  const who = await person(c, answers, token, now);
  const whole = await seen(c, answers, who, office);
  if (whole.events[0].event.by.person !== who.person && answers[6].results.length === 0) {
    const recently = new Date(now.getTime() - 60 * MINUTE).toISOString();
    await batch(c, [ask(c, sql.NOTE_READING, ticket, now.toISOString(), who.person, recently)]);
  }
  return c.json(view(whole, now));
});

app.post("/api/offices/:office/cases/:ticket/acts", async (c) => {
  const { office, ticket } = c.req.param();
  if (c.req.header("origin") !== new URL(c.req.url).origin) throw new Problem(403, "foreign_origin");
  const token = await tokenHash(c);
  const key = c.req.header("idempotency-key");
  if (!key) throw new Problem(400, "idempotency_key_missing");
  const body = await c.req.text();
  const request = await sha256(`POST\n${c.req.path}\n${await sha256(body)}`);
  const { seen: before, command } = JSON.parse(body);
  if (command?.act !== "forward") throw new Problem(400, "field_invalid");
  const now = new Date();

  // Everything that the decision needs, in one batch.
  const answers = await batch(c, [
    asking(c, token, now),
    ...loading(c, ticket),
    ask(c, sql.FIRST_ANSWER, token, key),
    ask(c, sql.UPLOADS, JSON.stringify([])),
    ask(c, sql.MAILBOXES, office, now.toISOString()),
    ask(c, sql.SETTINGS, office),
    ask(c, sql.BY_NIP, null, office),
  ]);
  const who = await person(c, answers, token, now);
  const whole = await seen(c, answers, who, office);
  const [first, , mailboxes] = answers.slice(6).map((answer) => answer.results);
  if (first.length > 0) {
    if (first[0].request !== request) throw new Problem(409, "idempotency_key_reused");
    const answer = await openText(await vault(c.env, first[0].body), `answer`, `${first[0].person} ${key}`, first[0].body);
    return c.body(answer, first[0].status, { "content-type": "application/json" });
  }

  // The decision.
  const last = whole.events.at(-1)!;
  if (last.event.seq !== before) throw new Problem(409, "moved_on");
  const step = stepOf(whole);
  const actor = ACTORS[step - 1];
  if (!who.roles.some((role) => role.office === office && role.actor === actor)) throw new Problem(403, "not_your_turn");

  // The next event, chained to the last one, with the text beside it.
  const at = now.toISOString();
  const written = command.note ? JSON.stringify({ note: command.note }) : null;
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const event = {
    case: ticket,
    seq: last.event.seq + 1,
    at,
    by: { person: who.person, actor },
    what: { kind: "forwarded", urgency: command.urgency, asks: command.asks },
    ...(written && { content: await sha256(concat("cabut content v1\n", salt, written)) }),
  };
  const sealed = JSON.stringify(event);
  const hash = await sha256(concat("cabut event v1\n", unhex(last.hash), sealed));
  whole.events.push({ event, hash, content: written ? JSON.parse(written) : null, name: who.name, nip: who.nip, principal: null, to: null });
  const answer = JSON.stringify(view(whole, now));

  // Everything that follows from it, in one batch.
  const { form } = whole.events[0].content;
  const filed = whole.events[0].event;
  const due = new Date(now.getTime() + STEP_LIMIT).toISOString();
  const taker = ACTORS[step];
  const until = Date.parse(filed.at) + URGENT;
  const rank = `0${padded(until)}${padded(now.getTime())}`;
  const sealing = await vault(c.env);
  const mails = await Promise.all(mailboxes.filter((mailbox) => mailbox.actor === taker).map(async (mailbox) => {
    const subject = `Giliran Anda: permohonan ${ticket}, langkah ${step + 1}`;
    const [id, words] = [randomId(), letter(c, whole, who, step)];
    const to = await openText(await vault(c.env, mailbox.email), "mailbox", mailbox.person, mailbox.email);
    const key = await hmac(c.env.LOOKUP_KEY, `mail recipient\n${to.toLowerCase()}`);
    const [sealedTo, sealedText, sealedHtml] = [
      await kept(c.env, sealing, "mail recipient", id, to),
      await kept(c.env, sealing, "mail text", id, words),
      await kept(c.env, sealing, "mail html", id, html(words)),
    ];
    return [id, ticket, event.seq, "your_turn", sealedTo, subject, sealedText, at, 0, sealedHtml, key];
  }));
  await batch(c, [
    ask(c, sql.KEEP_ANSWER, who.person, key, request, 200, await kept(c.env, sealing, "answer", `${who.person} ${key}`, answer), at),
    ask(c, sql.ADD_EVENT, ticket, event.seq, sealed, last.hash, hash),
    ...(written ? [ask(c, sql.ADD_CONTENT, ticket, event.seq, await seal(whole.key, "content", `${ticket} ${event.seq}`, concat(salt, written)))] : []),
    ask(
      c, sql.CASE, ticket, office, 1, event.seq, filed.by.person, filed.what.holder ?? null,
      await hmac(c.env.LOOKUP_KEY, `nik\n${form.nik}`), 1, form.name, form.nip ?? null, form.unit ?? null,
      filed.what.reason, filed.what.way, "in_office", taker, step + 1, filed.at, at, null, due, due, null,
      0, 1, form.unit ?? null,
    ),
    ask(c, sql.FORGET_TURNS, ticket),
    ask(c, sql.ADD_TURNS, office, rank, ticket, JSON.stringify([taker]), filed.what.holder ?? null, filed.by.person),
    ask(c, sql.ADD_HAND, who.person, office, ticket, at),
    ask(c, sql.ADD_TALLY, office, ...tally(whole, now)),
    ask(c, sql.DROP_REMINDERS, ticket, event.seq),
    ...mails.map((mail) => ask(c, sql.ADD_MAIL, ...mail)),
  ]);
  c.executionCtx.waitUntil(deliver(c.env, mails.map(([id]) => id as string)));
  return c.body(answer, 200, { "content-type": "application/json" });
});

app.onError((error, c) => {
  if (!(error instanceof Problem)) throw error;
  return c.json({ type: "about:blank", code: error.code, status: error.status }, error.status);
});

export default app;

// Who asks

async function tokenHash(c: Context): Promise<string> {
  const token = c.req.header("cookie")?.match(/(?:^|;\s*)__Host-cabut=([^;]*)/)?.[1];
  if (!token) throw new Problem(401, "sign_in_needed");
  return sha256(token);
}

function asking(c: Context, token: string, now: Date): Statement {
  return ask(c, sql.SESSION, token, now.toISOString());
}

interface Person {
  person: string;
  email: string;
  name: string | null;
  nip: string | null;
  roles: { office: string; actor: string }[];
}

async function person(c: Context, [session]: Result[], token: string, now: Date): Promise<Person> {
  const [found] = session.results;
  const older = (at: string, than: number) => Date.parse(at) + than <= now.getTime();
  if (!found || found.disabled_at || older(found.last_seen, IDLE) || older(found.created_at, ABSOLUTE)) {
    throw new Problem(401, "session_expired");
  }
  if (older(found.last_seen, TOUCH)) {
    const ago = (time: number) => new Date(now.getTime() - time).toISOString();
    const touched = ask(c, sql.TOUCH, token, now.toISOString(), ago(TOUCH), ago(IDLE), ago(ABSOLUTE)).run();
    c.executionCtx.waitUntil(touched);
  }
  const email = await openText(await vault(c.env, found.email), "mailbox", found.person, found.email);
  return { person: found.person, email, name: found.name, nip: found.nip, roles: JSON.parse(found.roles) };
}

// A case

function loading(c: Context, ticket: string): Statement[] {
  return [
    ...[sql.EVENTS, sql.NAMES, sql.DOCUMENTS, sql.CALENDARS, sql.SAME_NIK].map((statement) => ask(c, statement, ticket)),
  ];
}

interface Whole {
  office: string;
  version: number;
  events: {
    event: any; hash: string; content: any; name: string | null; nip: string | null; principal: null; to: null;
  }[];
  documents: any[];
  key: CryptoKey;
}

/** The case, if this person may see it. */
async function seen(c: Context, answers: Result[], who: Person, office: string): Promise<Whole> {
  const [events, names, documents] = answers.slice(1, 4).map((answer) => answer.results);
  const known = new Map(names.map((row) => [row.id, row]));
  if (events.length === 0) throw new Problem(404, "not_found");
  const sealedKey = events[0].key;
  const ticket = JSON.parse(events[0].body).case;
  const key = await aes(await open(await vault(c.env, sealedKey), "case key", ticket, sealedKey));
  const read = await Promise.all(events.map(async (row) => {
    const event = JSON.parse(row.body);
    const { name = null, nip = null } = known.get(event.by.person) ?? {};
    const place = `${event.case} ${event.seq}`;
    const content = row.content && JSON.parse(text((await open(key, "content", place, row.content)).slice(16)));
    return { event, hash: row.hash, content, name, nip, principal: null, to: null };
  }));
  const named = await Promise.all(documents.map(async (document) => (
    { ...document, name: await openText(await vault(c.env, document.name), "document name", document.id, document.name) }
  )));
  const filed = read[0]?.event;
  const sees = who.roles.some((role) => role.office === office) || filed?.by.person === who.person;
  if (!filed || filed.what.office !== office || !sees) throw new Problem(404, "not_found");
  return { office, version: filed.what.version, events: read, documents: named, key };
}

/** The step at which the case is: each event of these takes it one further. */
function stepOf(whole: Whole): number {
  return whole.events.length + 1;
}

function view(whole: Whole, now: Date) {
  const filed = whole.events[0].event;
  const seconds = (from: string, to: string) => Math.floor((Date.parse(to) - Date.parse(from)) / 1000);
  const runs = whole.events.map(({ event }, at) => {
    const ended = whole.events[at + 1]?.event.at ?? null;
    const spent = seconds(event.at, ended ?? now.toISOString());
    const due = ended ? null : new Date(Date.parse(event.at) + STEP_LIMIT).toISOString();
    return { step: at + 2, began: event.at, ended, paused: false, spent, due, late: spent * 1000 > STEP_LIMIT };
  });
  const office = runs.reduce((sum, run) => sum + run.spent, 0);
  const until = new Date(Date.parse(filed.at) + URGENT).toISOString();
  return {
    ticket: filed.case,
    office: whole.office,
    version: whole.version,
    events: whole.events,
    documents: whole.documents.map(({ paper, ...document }) => ({ paper, document, readable: true })),
    times: { at: now.toISOString(), runs, shares: { office, applicant: 0, outside: 0 }, urgent: { until, revoked_at: null } },
  };
}

// Mail

function letter(c: Context, whole: Whole, who: Person, step: number): string {
  const { ticket, office } = { ticket: whole.events[0].event.case, office: whole.office };
  return [
    "Dinas Komunikasi dan Informatika Kota Madiun",
    "Layanan pencabutan Tanda Tangan Elektronik (TTE)",
    "================================================",
    `Permohonan nomor ${ticket} diteruskan kepada Anda oleh ${who.name}.`,
    `Sekarang giliran Anda (langkah ${step + 1} dari ${ACTORS.length}).`,
    "Buka permohonan:",
    `${new URL(c.req.url).origin}/${office}/permohonan/${ticket}`,
    "E-mail ini dikirim otomatis. Kantor kami tidak pernah meminta kode masuk atau passphrase Anda.",
  ].join("\n\n");
}

/** The same as a page of HTML. */
function html(text: string): string {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return `<!doctype html><html lang="id"><body>${escaped.split("\n\n").map((part) => `<p>${part}</p>`).join("")}</body></html>`;
}

/** What the step that ended took, for its day and its month in Madiun's zone: its minutes, and whether it was late. */
function tally(whole: Whole, now: Date): Value[] {
  const day = new Date(now.getTime() + 7 * 60 * MINUTE).toISOString().slice(0, 10);
  const began = Date.parse(whole.events.at(-2)!.event.at);
  const [step, spent] = [whole.events.length, now.getTime() - began];
  const minutes = `step 1 ${step} ${Math.ceil(spent / MINUTE)}`;
  const late = `step 1 ${step} late`;
  const first = JSON.stringify({ [minutes]: 1, ...(spent > STEP_LIMIT && { [late]: 1 }) });
  return [day, day.slice(0, 7), first, `$."${minutes}"`, 1, `$."${late}"`, Number(spent > STEP_LIMIT)];
}

async function deliver(env: Bindings, ids: string[]): Promise<void> {
  const now = Date.now();
  const at = (time: number) => new Date(time).toISOString();
  const take = env.DB.prepare(sql.TAKE_MAILS);
  const taken = await take.bind(at(now), at(now + TAKEN_FOR), at(now - CODE_LIFE), JSON.stringify(ids)).run();
  for (const mail of taken.results) {
    const sealing = await vault(env, mail.text);
    const words = { text: await openText(sealing, "mail text", mail.id, mail.text), html: await openText(sealing, "mail html", mail.id, mail.html) };
    const to = await openText(await vault(env, mail.recipient), "mail recipient", mail.id, mail.recipient);
    await env.EMAIL.send({ from: env.MAIL_FROM, to, subject: mail.subject, ...words });
    await env.DB.prepare(sql.MAIL_SENT).bind(mail.id, at(Date.now()), mail.recipient_key).run();
  }
}

// D1

function ask(c: Context, statement: string, ...values: Value[]): Statement {
  return c.env.DB.prepare(statement).bind(...values);
}

async function batch(c: Context, statements: Statement[]): Promise<Result[]> {
  const answers = await c.env.DB.batch(statements);
  c.set("trips", (c.get("trips") ?? 0) + 1);
  c.set("statements", (c.get("statements") ?? 0) + statements.length);
  c.set("rows", answers.reduce((sum, answer) => sum + answer.meta.rows_read, c.get("rows") ?? 0));
  return answers;
}

// What is sealed (vault/src/lib.rs)

async function aes(raw: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** The key that sealed this, or the one that seals now. */
async function vault(env: Bindings, sealed?: string): Promise<CryptoKey> {
  const keys = env.DATA_KEYS.split(" ").map((key) => key.split(":"));
  const [, raw] = sealed ? keys.find(([id]) => sealed.startsWith(`${id}.`))! : keys[0];
  return aes(unhex(raw));
}

async function seal(key: CryptoKey, purpose: string, row: string, value: string | Uint8Array): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: bytes(`cabut ${purpose} v1\n${row}`) };
  const sealed = await crypto.subtle.encrypt(how, key, typeof value === "string" ? bytes(value) : value);
  return base64(binary(concat(iv, new Uint8Array(sealed))));
}

/** The same by a key of the vault, whose id stands before it. */
async function kept(env: Bindings, key: CryptoKey, purpose: string, row: string, value: string): Promise<string> {
  return `${env.DATA_KEYS.split(":")[0]}.${await seal(key, purpose, row, value)}`;
}

async function open(key: CryptoKey, purpose: string, row: string, sealed: string): Promise<Uint8Array> {
  const standard = sealed.slice(sealed.indexOf(".") + 1).replace(/-/g, "+").replace(/_/g, "/");
  const all = Uint8Array.from(atob(standard), (c) => c.charCodeAt(0));
  const how = { name: "AES-GCM", iv: all.slice(0, 12), additionalData: bytes(`cabut ${purpose} v1\n${row}`) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, all.slice(12)));
}

async function openText(key: CryptoKey, purpose: string, row: string, sealed: string): Promise<string> {
  return text(await open(key, purpose, row, sealed));
}

const text = (value: Uint8Array) => new TextDecoder().decode(value);

function binary(value: Uint8Array): string {
  let all = "";
  for (let at = 0; at < value.length; at += 8192) all += String.fromCharCode(...value.subarray(at, at + 8192));
  return all;
}

// Digests

const bytes = (text: string) => new TextEncoder().encode(text);

function hex(value: Uint8Array): string {
  return Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g)!, (pair) => parseInt(pair, 16));
}

function concat(...parts: (string | Uint8Array)[]): Uint8Array {
  const all = parts.map((part) => (typeof part === "string" ? bytes(part) : part));
  const whole = new Uint8Array(all.reduce((length, part) => length + part.length, 0));
  all.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

async function sha256(value: string | Uint8Array): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", typeof value === "string" ? bytes(value) : value)));
}

async function hmac(key: string, text: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", unhex(key), algorithm, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytes(text))));
}

function randomId(): string {
  return base64(binary(crypto.getRandomValues(new Uint8Array(16))));
}

function base64(text: string): string {
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function padded(number: number): string {
  return String(number).padStart(13, "0");
}
