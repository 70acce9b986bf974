// A batch for D1, in one piece each way: every call between JavaScript and wasm has its price.

const utf8 = new TextEncoder();

// `statements` are `[sql, parameters]` each, as JSON; the answers come back as JSON in bytes, which cross quicker than a string
// does: that goes letter by letter. Gives up after `patience` ms; what was
// asked for may still happen.
export async function batch(d1, statements, patience) {
  const made = JSON.parse(statements).map(([sql, parameters]) => d1.prepare(sql).bind(...parameters));
  let end;
  const late = new Promise((_, reject) => {
    end = setTimeout(() => reject(new Error("no answer in time")), patience);
  });
  try {
    const answers = await Promise.race([d1.batch(made), late]);
    return utf8.encode(JSON.stringify(answers.map(({ results, meta }) => ({ results, rows_read: meta.rows_read }))));
  } finally {
    clearTimeout(end);
  }
}
