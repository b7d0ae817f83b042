// The page of one component or endpoint. Loaded before page.js, which has the state and shows it. Everything from the host is set as
// text, never as markup.
"use strict";

const participantParts = ["one-actions", "one-sends-to", "one-receives-from", "one-publishes-to", "one-subscribes-to", "one-limits", "one-inspection", "one-log"];

let shownId = null;
const parts = new Map();

// Changes a part where it differs from what is shown, so that the keyboard's focus stays in the others.
function updatePart(id, value, make) {
  const text = JSON.stringify(value);
  if (parts.get(id) !== text) {
    parts.set(id, text);
    byId(id).replaceChildren(...make(value));
  }
}

// What was shown of another participant would act on that one under this one's name.
function clearParts() {
  parts.clear();
  participantParts.forEach((id) => byId(id).replaceChildren());
  byId("one-counts").textContent = "";
  byId("one-guest").hidden = true;
}

function pairs(list) {
  return list.flatMap(([name, ...values]) => {
    const value = document.createElement("dd");
    value.append(...values);
    return [element("dt", name), value];
  });
}

// Each name is isolated, so that a character in it which turns the direction of writing ends with it.
function names(list, count) {
  if (count === 0) {
    return ["none"];
  }
  const shown = list.flatMap((name, at) => [at === 0 ? "" : ", ", element("bdi", name)]);
  return count > list.length ? [...shown, ` and ${show(count - list.length)} more`] : shown;
}

function capabilities(id, capability, patterns, none) {
  if (patterns.length === 0) {
    return [element("li", none)];
  }
  return patterns.map((pattern) => {
    const item = element("li", `${pattern} `);
    if (state.actions) {
      const button = element("button", "revoke");
      button.setAttribute("aria-label", `revoke ${pattern}`);
      button.addEventListener("click", () => act("revoke", id, `&capability=${capability}&pattern=${encodeURIComponent(pattern)}`));
      item.append(button);
    }
    return item;
  });
}

function actionButtons(id, isComponent) {
  if (!state.actions || !isComponent) {
    return [];
  }
  const restart = element("button", "Restart");
  restart.addEventListener("click", () => act("restart", id, ""));
  const remove = element("button", "Remove");
  remove.addEventListener("click", () => confirm(`Remove ${id}? What waits in its mailbox becomes undeliverable.`) && act("remove", id, ""));
  const label = element("label", "Replace by ");
  const file = document.createElement("input");
  file.type = "file";
  file.id = "replacement";
  file.accept = ".wasm,.wat";
  label.append(file);
  const replace = element("button", "Replace");
  replace.addEventListener("click", () => (file.files.length ? act("replace", id, "", file.files[0]) : file.focus()));
  return [restart, remove, label, replace];
}

async function act(action, id, more, body) {
  const say = (text) => {
    // Another page that was chosen meanwhile has its own results.
    if (id === shownId) {
      byId("one-result").textContent = `${action}${text}`;
    }
  };
  say("…");
  try {
    const response = await fetch(`${action}?id=${encodeURIComponent(id)}${more}`, { method: "POST", headers: { "X-FireAndForget": "1" }, body });
    const text = await response.text();
    say(
      response.status === 204 ? ": done"
      : response.status === 401 || response.status === 403 ? ": you may not"
      : `: ${text || response.status}`
    );
  } catch {
    say(": the host does not answer");
  }
  await showOne();
}

async function showOne() {
  const id = shownId;
  if (id === null || !state) {
    return;
  }
  let status = 0;
  let one = null;
  try {
    const response = await fetch(`participant?id=${encodeURIComponent(id)}`);
    status = response.status;
    one = response.ok ? await response.json() : null;
  } catch {
    return;
  }
  if (id !== shownId) {
    return;
  }
  if (one === null) {
    clearParts();
    byId("one-counts").textContent = status === 404 ? "There is nobody of this id." : "The host does not answer.";
    return;
  }
  const known = participants(state).find((r) => r.id === id);
  const m = known?.messages;
  setText(byId("one-counts"), one.kind + (known?.stopped ? ", stopped" : "") + (m ? `: ${show(m.accepted)} accepted, ${show(m.handled)} handled, ${show(m.rejected)} rejected, ${show(m.trapped)} trapped, ${show(m["timed-out"])} timed out, ${show(m.evicted)} evicted, ${show(m.undeliverable)} undeliverable, ${show(m.queued + m["in-flight"])} waiting` + (known.isComponent ? `; ${show(known.restarts)} restarts` : "") : ""));
  const isComponent = Boolean(one.limits);
  updatePart("one-actions", [id, isComponent], () => actionButtons(id, isComponent));
  updatePart("one-sends-to", [id, one["sends-to"]], () => capabilities(id, "SendsTo", one["sends-to"], "nobody"));
  updatePart("one-receives-from", [id, one["receives-from"]], () => capabilities(id, "ReceivesFrom", one["receives-from"], "nobody"));
  updatePart("one-publishes-to", [id, one["publishes-to"]], () => capabilities(id, "PublishesTo", one["publishes-to"], "no topic"));
  updatePart("one-subscribes-to", [id, one["subscribes-to"]], () => capabilities(id, "SubscribesTo", one["subscribes-to"], "no topic"));
  byId("one-guest").hidden = !isComponent;
  updatePart("one-limits", one.limits ?? [], (limits) => pairs(limits.map((limit) => [limit.name, limit.value])));
  updatePart("one-inspection", [one.runtime, one.why, one.imports, one["import-count"], one.exports, one["export-count"]], () => pairs([
    ["runtime", `${one.runtime}${one.why ? `, because ${one.why}` : ""}`],
    ["imports", ...names(one.imports ?? [], one["import-count"] ?? 0)],
    ["exports", ...names(one.exports ?? [], one["export-count"] ?? 0)],
  ]));
  updatePart("one-log", one.log, (log) => log.toReversed().map((line) => {
    const row = document.createElement("tr");
    row.append(element("td", line.at.slice(11, 19), "number"), element("td", line.level, "kind"), element("td", line.text));
    return row;
  }));
}

// The id behind the page's address; null where it is the page of all, or an address that nobody wrote here.
function addressedId() {
  try {
    return location.hash.startsWith("#id=") ? decodeURIComponent(location.hash.slice(4)) : null;
  } catch {
    return null;
  }
}
