// Shows the host's state as it comes. Everything from the host is set as text, never as markup.
"use strict";

const byId = (id) => document.getElementById(id);
let state = null;
let before = null;
let betweenSeconds = 1;
let cameAt = 0;

function cell(row, text, kind) {
  const td = row.insertCell();
  td.textContent = text;
  if (kind) {
    td.className = kind;
  }
}

function failed(messages) {
  return messages.rejected + messages.trapped + messages["timed-out"] + messages.evicted + messages.undeliverable + messages.lost;
}

function rows() {
  return [
    ...state.components.map((c) => ({ ...c, kind: c.stopped ? "component, stopped" : "component" })),
    ...state.endpoints.map((e) => ({ ...e, kind: e.receives ? "endpoint" : "endpoint, sends only" })),
  ];
}

function showReceivers() {
  const filter = byId("id-filter").value.toLowerCase();
  const handledBefore = new Map(before ? [...before.components, ...before.endpoints].map((r) => [r.id, r.messages.handled]) : []);
  const body = document.createElement("tbody");
  body.id = "receivers";
  const shown = rows().filter((r) => r.id.includes(filter));
  for (const r of shown) {
    const row = body.insertRow();
    const rate = handledBefore.has(r.id) ? (r.messages.handled - handledBefore.get(r.id)) / betweenSeconds : 0;
    cell(row, r.id);
    cell(row, r.kind, r.stopped ? "kind bad" : "kind");
    cell(row, r.messages.queued + r.messages["in-flight"], "number");
    cell(row, Math.round(rate).toLocaleString("en"), "number");
    cell(row, r.messages.handled.toLocaleString("en"), "number");
    cell(row, failed(r.messages).toLocaleString("en"), failed(r.messages) ? "number bad" : "number");
    cell(row, r.restarts ?? "", "number");
    cell(row, r["sends-refused"].toLocaleString("en"), "number");
  }
  byId("receivers").replaceWith(body);
  const all = state["component-count"] + state["endpoint-count"];
  byId("shown").textContent = `${shown.length} of ${all}`;
}

function showEvents() {
  const filter = byId("event-filter").value.toLowerCase();
  const body = document.createElement("tbody");
  body.id = "events";
  for (const e of state.events) {
    const texts = [e.event, e.from ?? "", e.to ?? "", e.outcome ?? "", e.why];
    if (texts.some((text) => text.toLowerCase().includes(filter))) {
      const row = body.insertRow();
      texts.forEach((text) => cell(row, text));
    }
  }
  byId("events").replaceWith(body);
  const missed = state["events-missed"];
  byId("missed").textContent = `the last ${state.events.length} of ${state["events-seen"] + missed}` + (missed ? `, of which ${missed} came too fast to be seen` : "");
}

function show() {
  const m = state.messages;
  byId("totals").textContent =
    `${state.sent.toLocaleString("en")} sent, ${state.refused.toLocaleString("en")} refused, ${m.handled.toLocaleString("en")} handled, ` +
    `${failed(m).toLocaleString("en")} failed, ${(m.queued + m["in-flight"]).toLocaleString("en")} waiting` +
    (state.stopping ? "; the host stops" : "");
  showReceivers();
  showEvents();
}

const source = new EventSource("events");
source.onmessage = (message) => {
  const now = performance.now();
  before = state;
  betweenSeconds = Math.max((now - cameAt) / 1000, 0.001);
  cameAt = now;
  state = JSON.parse(message.data);
  show();
};
source.onerror = () => {
  byId("totals").textContent = "The host does not answer; trying again…";
};
byId("id-filter").addEventListener("input", () => state && showReceivers());
byId("event-filter").addEventListener("input", () => state && showEvents());
