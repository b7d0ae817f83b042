// Shows the host's state as it comes. Everything from the host is set as text, never as markup.
"use strict";

const mostNodes = 24;
const byId = (id) => document.getElementById(id);
const svgNamespace = document.querySelector("#graph svg").namespaceURI;
const show = (number) => number.toLocaleString("en");

let state = null;
let before = null;
let betweenSeconds = 1;
let cameAt = 0;
let source = null;
let again = 0;
let typing = 0;
let askedFilter = "";

function element(name, text, kind) {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) {
    made.className = kind;
  }
  return made;
}

function svg(name, attributes, text) {
  const made = document.createElementNS(svgNamespace, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

function setText(node, text) {
  const shown = String(text);
  if (node.textContent !== shown) {
    node.textContent = shown;
  }
}

function failed(messages) {
  return messages.rejected + messages.trapped + messages["timed-out"] + messages.evicted + messages.undeliverable + messages.lost;
}

function participants(of) {
  return [
    ...of.components.map((c) => ({ ...c, receives: true, isComponent: true, kind: c.stopped ? "component, stopped" : "component" })),
    ...of.endpoints.map((e) => ({ ...e, kind: e.receives ? "endpoint" : "endpoint, sends only" })),
  ];
}

const linkTo = (id) => `#id=${encodeURIComponent(id)}`;

// The rates of what flows, by sender and target.
function rates() {
  const counts = (of) => new Map(of.flows.map((f) => [`${f.from}\n${f.to}`, f.messages]));
  const then = before ? counts(before) : new Map();
  const now = new Map();
  for (const [key, messages] of counts(state)) {
    const more = before ? messages - (then.get(key) ?? 0) : 0;
    now.set(key, Math.max(0, more) / betweenSeconds);
  }
  return now;
}

function showRate(rate) {
  return rate >= 10 || rate === 0 ? show(Math.round(rate)) : rate.toLocaleString("en", { maximumFractionDigits: 1 });
}

// Rows stay while they are shown, so that the keyboard's focus stays with them.
function updateRows(body, rows) {
  const known = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  let next = body.firstElementChild;
  for (const { key, cells } of rows) {
    let row = known.get(key);
    known.delete(key);
    if (!row) {
      row = document.createElement("tr");
      row.dataset.key = key;
      for (const cell of cells) {
        const made = row.insertCell();
        if (cell.href) {
          const link = made.appendChild(document.createElement("a"));
          link.href = cell.href;
        }
      }
    }
    cells.forEach((cell, at) => {
      const place = row.cells[at];
      place.className = cell.kind ?? "";
      setText(cell.href ? place.firstElementChild : place, cell.text);
    });
    if (row === next) {
      next = next.nextElementSibling;
    } else {
      body.insertBefore(row, next);
    }
  }
  known.forEach((row) => row.remove());
}

function showReceivers() {
  const filter = byId("id-filter").value.toLowerCase();
  const handledBefore = new Map(before ? participants(before).map((r) => [r.id, r.messages.handled]) : []);
  const shown = participants(state).filter((r) => r.id.includes(filter));
  updateRows(byId("receivers"), shown.map((r) => {
    const rate = handledBefore.has(r.id) ? (r.messages.handled - handledBefore.get(r.id)) / betweenSeconds : 0;
    return {
      key: r.id,
      cells: [
        { text: r.id, href: linkTo(r.id) },
        { text: r.kind, kind: r.stopped ? "kind bad" : "kind" },
        { text: show(r.messages.queued + r.messages["in-flight"]), kind: "number" },
        { text: showRate(Math.max(0, rate)), kind: "number" },
        { text: show(r.messages.handled), kind: "number" },
        { text: show(failed(r.messages)), kind: failed(r.messages) ? "number bad" : "number" },
        { text: r.restarts ?? "", kind: "number" },
        { text: r.memory ? show(Math.round(r.memory / 1024)) : "", kind: "number" },
        { text: show(r["sends-refused"]), kind: "number" },
      ],
    };
  }));
  const all = state["component-count"] + state["endpoint-count"];
  const listed = state.components.length + state.endpoints.length;
  byId("shown").textContent = `${show(shown.length)} of ${show(all)}` + (listed < state.matching ? `; only the first ${show(listed)} are looked through` : "");
}

function showEvents() {
  const filter = byId("event-filter").value.toLowerCase();
  const kind = byId("kind-filter").value;
  const rows = [];
  for (const e of state.events) {
    const texts = [e.event, e.from ?? "", e.to ?? "", e.outcome ?? "", e.why];
    if ((!kind || e.event === kind) && texts.some((text) => text.toLowerCase().includes(filter))) {
      rows.push({ key: String(e.number), cells: texts.map((text) => ({ text })) });
    }
  }
  updateRows(byId("events"), rows);
  byId("events-shown").textContent = `${rows.length} of the last ${state.events.length} of ${show(state["event-count"])}`;
}

function matches(patterns, id) {
  return patterns.some((pattern) => (pattern.endsWith("*") ? id.startsWith(pattern.slice(0, -1)) : pattern === id));
}

// Those that are drawn: the busiest, in the order of their ids.
function chooseNodes() {
  const filter = byId("id-filter").value.toLowerCase();
  const sent = new Map();
  for (const flow of state.flows) {
    sent.set(flow.from, (sent.get(flow.from) ?? 0) + flow.messages);
  }
  const busy = (r) => r.messages.accepted + (sent.get(r.id) ?? 0);
  return participants(state)
    .filter((r) => r.id.includes(filter))
    .sort((a, b) => busy(b) - busy(a))
    .slice(0, mostNodes)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function chooseEdges(nodes, flowing) {
  const edges = [];
  for (const from of nodes) {
    for (const to of nodes) {
      const rate = flowing.get(`${from.id}\n${to.id}`) ?? 0;
      const may = from !== to && to.receives && matches(from["sends-to"], to.id) && matches(to["receives-from"], from.id);
      if (rate > 0 || (may && !byId("flowing").checked)) {
        edges.push({ from, to, rate });
      }
    }
  }
  return edges;
}

let drawn = "";
let labels = [];

function showGraph() {
  const place = byId("graph");
  const flowing = rates();
  const nodes = chooseNodes();
  const edges = chooseEdges(nodes, flowing);
  const width = Math.max(280, place.clientWidth);
  const shape = JSON.stringify([width, nodes.map((n) => [n.id, n.stopped]), edges.map((e) => [e.from.id, e.to.id, e.rate > 0])]);
  if (shape !== drawn) {
    drawn = shape;
    const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    place.replaceChildren(draw(nodes, edges, width));
    if (focused) {
      [...place.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus();
    }
  }
  edges.forEach((edge, at) => {
    setText(labels[at], edge.rate > 0 ? `${showRate(edge.rate)}/s` : "");
  });
  const all = state["component-count"] + state["endpoint-count"];
  byId("graph-shown").textContent = nodes.length < all ? `the busiest ${nodes.length} of ${show(all)}` : "";
  updateRows(byId("flows"), [...flowing].sort((a, b) => b[1] - a[1]).map(([key, rate]) => {
    const [from, to] = key.split("\n");
    return { key, cells: [{ text: from, href: linkTo(from) }, { text: to, href: linkTo(to) }, { text: showRate(rate), kind: "number" }] };
  }));
}

// Everybody on an ellipse, and an arrow for each who may send, bent so that two opposite ones can be told apart.
function draw(nodes, edges, width) {
  const height = Math.min(560, Math.max(240, 90 + nodes.length * 26));
  const room = Math.min(150, width / 4);
  const center = { x: width / 2, y: height / 2 };
  const places = new Map(nodes.map((node, at) => {
    const angle = (2 * Math.PI * at) / nodes.length - Math.PI / 2;
    return [node.id, { x: center.x + (width / 2 - room) * Math.cos(angle), y: center.y + (height / 2 - 32) * Math.sin(angle) }];
  }));
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `${nodes.length} components and endpoints, ${edges.length} of whose pairs may send` });
  labels = edges.map((edge) => drawEdge(picture, places.get(edge.from.id), places.get(edge.to.id), center, edge.rate > 0));
  // Above the arrows, so that they can be read.
  labels.forEach((label) => picture.append(label));
  for (const node of nodes) {
    drawNode(picture, node, places.get(node.id), center, width);
  }
  return picture;
}

function drawEdge(picture, from, to, center, flows) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy) || 1;
  const bend = { x: (from.x + to.x) / 2 + (-dy / length) * 22, y: (from.y + to.y) / 2 + (dx / length) * 22 };
  const control = { x: bend.x * 0.8 + center.x * 0.2, y: bend.y * 0.8 + center.y * 0.2 };
  const back = Math.hypot(to.x - control.x, to.y - control.y) || 1;
  const along = { x: (to.x - control.x) / back, y: (to.y - control.y) / back };
  const end = { x: to.x - along.x * 9, y: to.y - along.y * 9 };
  const kind = flows ? " flows" : "";
  picture.append(svg("path", { class: `edge${kind}`, d: `M ${from.x} ${from.y} Q ${control.x} ${control.y} ${end.x} ${end.y}` }));
  const left = { x: end.x - along.x * 7 - along.y * 4, y: end.y - along.y * 7 + along.x * 4 };
  const right = { x: end.x - along.x * 7 + along.y * 4, y: end.y - along.y * 7 - along.x * 4 };
  picture.append(svg("path", { class: `arrow${kind}`, d: `M ${end.x} ${end.y} L ${left.x} ${left.y} L ${right.x} ${right.y} Z` }));
  return svg("text", { class: "rate", x: from.x * 0.25 + control.x * 0.5 + to.x * 0.25, y: from.y * 0.25 + control.y * 0.5 + to.y * 0.25 + 4 });
}

function drawNode(picture, node, at, center, width) {
  const kind = `${node.isComponent ? "component" : "endpoint"}${node.stopped ? " stopped" : ""}`;
  const link = svg("a", { href: linkTo(node.id), class: kind });
  link.append(svg("title", {}, `${node.id}, ${node.kind}`));
  link.append(svg("circle", { class: "node", cx: at.x, cy: at.y, r: 6 }));
  const isMiddle = Math.abs(at.x - center.x) < 30;
  const isLeft = at.x < center.x;
  const most = Math.max(6, Math.floor((isMiddle ? width / 2 : isLeft ? at.x : width - at.x) / 7) - 2);
  const name = node.id.length > most ? `${node.id.slice(0, most - 1)}…` : node.id;
  link.append(svg("text", {
    x: isMiddle ? at.x : isLeft ? at.x - 11 : at.x + 11,
    y: isMiddle ? (at.y < center.y ? at.y - 12 : at.y + 21) : at.y + 4,
    "text-anchor": isMiddle ? "middle" : isLeft ? "end" : "start",
  }, name));
  picture.append(link);
}

function choosePage() {
  const wanted = addressedId();
  const changed = wanted !== shownId;
  shownId = wanted;
  byId("all").hidden = wanted !== null;
  byId("one").hidden = wanted === null;
  if (changed) {
    clearParts();
    byId("one-result").textContent = "";
    byId("one-id").textContent = wanted ?? "";
  }
  if (changed && wanted !== null) {
    byId("one-id").focus();
  }
  update();
}

function update() {
  if (!state) {
    return;
  }
  const m = state.messages;
  byId("totals").textContent =
    `${show(state.sent)} sent, ${show(state.refused)} refused, ${show(m.handled)} handled, ` +
    `${show(failed(m))} failed, ${show(m.queued + m["in-flight"])} waiting` +
    (state.stopping ? "; the host stops" : "");
  if (shownId === null) {
    showGraph();
    showReceivers();
    showEvents();
  } else {
    showOne();
  }
}

function rest() {
  clearTimeout(again);
  source?.close();
  source = null;
}

// What the host is to look for in ids: it does so where it does not send them all.
function filterToAsk() {
  const isWhole = state && state.components.length + state.endpoints.length === state["component-count"] + state["endpoint-count"];
  return isWhole ? "" : byId("id-filter").value.toLowerCase();
}

function filterChanged() {
  update();
  clearTimeout(typing);
  typing = setTimeout(() => {
    if (source && filterToAsk() !== askedFilter) {
      listen();
    }
  }, 300);
}

function listen() {
  rest();
  askedFilter = filterToAsk();
  source = new EventSource(askedFilter ? `events?filter=${encodeURIComponent(askedFilter)}` : "events");
  source.onmessage = (message) => {
    const now = performance.now();
    before = state;
    betweenSeconds = Math.max((now - cameAt) / 1000, 0.001);
    cameAt = now;
    state = JSON.parse(message.data);
    update();
  };
  source.onerror = () => {
    byId("totals").textContent = "The host does not answer; trying again…";
    // A browser tries again by itself where the connection is lost, but not after an answer such as 503.
    if (source.readyState === EventSource.CLOSED) {
      again = setTimeout(listen, 5000);
    }
  };
}

byId("id-filter").addEventListener("input", filterChanged);
byId("flowing").addEventListener("change", update);
byId("event-filter").addEventListener("input", update);
byId("kind-filter").addEventListener("change", update);
addEventListener("resize", update);
addEventListener("hashchange", choosePage);
// A page that nobody sees costs the host nothing.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    rest();
  } else {
    listen();
  }
});
choosePage();
if (!document.hidden) {
  listen();
}
