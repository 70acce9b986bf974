// The environment of a request, with storage of which one call goes wrong: the `nth` to D1 or KV, counted from 1.

const BINDINGS = { d1: "DB", kv: "DOCUMENTS" };
const CALLS = ["batch", "run", "all", "first", "raw", "exec", "get", "getWithMetadata", "put", "delete", "list"];
const MAKERS = ["prepare", "bind"];

export function faulty(env, store, nth, how) {
  let calls = 0;
  const fail = () => Promise.reject(new Error("Network connection lost."));
  const ways = {
    fail: () => fail(),
    hang: () => new Promise(() => {}),
    after: (call) => call().then(fail),
  };
  const counted = (call) => (++calls === nth ? ways[how](call) : call());
  const wrapped = (target) =>
    new Proxy(target, {
      get(target, name) {
        const value = target[name];
        if (CALLS.includes(name)) return (...given) => counted(() => value.apply(target, given));
        if (MAKERS.includes(name)) return (...given) => wrapped(value.apply(target, given));
        return value;
      },
    });
  return new Proxy(env, {
    get(env, name) {
      if (name === "fault_met") return calls >= nth;
      return name === BINDINGS[store] ? wrapped(env[name]) : env[name];
    },
  });
}
