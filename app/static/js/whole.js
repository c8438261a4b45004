/*
 * A whole sheet: every mark is kept on this device as it is entered, and sent by itself once it is complete.
 *
 * - Kept under the person, the sheet and the criterion. What is being sent is kept as it was sent, and sent again
 *   unchanged until it is answered: the server gives the same answer to the same mark, so nothing is doubled. What was
 *   changed meanwhile follows it.
 * - Each mark names the one that it replaces. If another one stands there, both are shown and the person decides.
 * - No connection or a busy server: tried again after 2, 4, 8 … 60 seconds, at once when the connection is back. An
 *   expired sign-in holds everything, a closed round ends it; what was entered stays readable either way.
 */
const KEPT_MS = 30 * 24 * 3600 * 1000;
const LONGEST_WAIT_MS = 60000;
const ANSWER_MS = 30000;
const PAUSE_MS = 1500; // after a tap; what is written is sent when it is left
const TRY_AGAIN = [0, 408, 425, 429, 500, 502, 503, 504];
const WORDS = { none: "未评", stored: "已存", entered: "待传", waiting: "待传", sending: "传送中", reason: "要写理由", choice: "请选一档", changed: "别处改过", refused: "没有存上" };
const PENDING = ["entered", "waiting", "sending", "changed", "refused", "reason", "choice"];
const OWN_FIELDS = ["csrf_token", "marker", "seen"];

const head = document.querySelector(".so-far");
const person = document.documentElement.dataset.person;
const prefix = `mark:${person}:${head.dataset.sheet}:`;
const net = head.querySelector("[data-net]");

/* ---- on this device */
let unkept = false;
const keep = (line) => {
  const { seen, values, sent, confirmed } = line;
  try {
    localStorage.setItem(prefix + line.code, JSON.stringify({ seen, values, sent, confirmed, time: Date.now() }));
  } catch (error) {
    unkept = true; // a private window or a full store: asked before the page is left
  }
};
const forget = (line) => {
  try {
    localStorage.removeItem(prefix + line.code);
  } catch (error) {
    // nothing was kept
  }
};
const kept = (key) => {
  try {
    const found = JSON.parse(localStorage.getItem(key));
    if (found && Date.now() - found.time <= KEPT_MS) return found;
    if (found) localStorage.removeItem(key);
  } catch (error) {
    // nothing is kept here
  }
  return null;
};

/* ---- a criterion's form */
const snapshot = (form) => Array.from(new FormData(form)).filter(([name]) => !OWN_FIELDS.includes(name));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const fill = (line, values) => {
  const { form } = line;
  for (const old of form.querySelectorAll("[name=evidence]")) old.remove();
  for (const field of form.elements) {
    if (!field.name || OWN_FIELDS.includes(field.name)) continue;
    const own = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") field.checked = own.includes(field.value);
    else field.value = own.length ? own[0] : field.name.startsWith("count-") || field.name === "further" ? "0" : "";
  }
  for (const [, value] of values.filter(([name]) => name === "evidence")) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "evidence", value }));
  }
  line.item.dataset.entered = "yes";
  line.item.dispatchEvent(new Event("filled"));
};

/* What keeps a mark from being sent: "", "reason", "choice", or "none" where nothing was entered. */
const lacks = ({ form, base, confirmed }) => {
  const { reason, step, further, not_applicable: absent } = form.elements;
  const because = reason.value.trim() !== "";
  const { kind } = form.dataset;
  if (absent && absent.checked) return because ? "" : "reason";
  if (kind === "deduction") {
    const counts = Array.from(form.querySelectorAll("[name^=count-]"), (field) => field.value.trim());
    const off = [...counts, further.value.trim()].some((value) => value !== "" && Number(value) !== 0);
    if (off) return because ? "" : "reason";
    return base || confirmed ? "" : "none"; // full marks are said, not left over
  }
  const value = step ? step.value.trim() : "";
  if (!value) return kind === "measured" && !because ? "none" : because ? "choice" : "none";
  return because || (kind !== "measured" && Number(value) >= Number(form.dataset.maximum)) ? "" : "reason";
};

const lines = Array.from(document.querySelectorAll(".mark-line"), (item) => {
  const form = item.querySelector("form");
  const { seen } = form.elements;
  const line = { item, form, code: form.dataset.code, seen: seen.value, base: null, values: null, sent: null, confirmed: false, state: "", timer: 0 };
  if (item.classList.contains("stored")) line.base = snapshot(form);
  return line;
});
const count = (...states) => lines.filter((line) => states.includes(line.state)).length;

/* ---- what is seen */
const show = (line, state, said = "") => {
  line.state = state;
  line.item.dataset.state = state;
  line.item.querySelector("[data-state]").textContent = WORDS[state];
  const error = line.item.querySelector("[data-said]");
  error.textContent = said;
  error.hidden = !said;
  error.closest(".field").classList.toggle("bad", Boolean(said));
  if (state !== "changed") line.item.querySelector("[data-both]").hidden = true;
  const step = head.querySelectorAll(".way i")[lines.indexOf(line)];
  step.className = state === "stored" ? "done" : state === "none" ? "" : "half";
};

let busy = false;
let tries = 0;
let timer = 0;
let held = "";
let closed = head.dataset.open ? "" : "本轮评分已经结束。";
let renewed = false;

const tell = () => {
  const waiting = count(...PENDING);
  const toSend = count("entered", "waiting", "sending");
  const words = [];
  if (closed && waiting) words.push(`${closed}没有存上的 ${waiting} 项还在这里，可以看，不会再传。`);
  else if (held) words.push(`${held}${waiting} 项已留在本机。`);
  else if (!navigator.onLine) words.push(`没有网络，${waiting ? `${waiting} 项` : ""}已留在本机，连上后自动传。`);
  else if (toSend && tries) words.push(`连不上，${toSend} 项已留在本机，稍后自动再传。`);
  else if (count("waiting", "sending")) words.push(`正在传 ${count("waiting", "sending")} 项。`);
  if (!closed && count("reason", "choice")) words.push(`${count("reason", "choice")} 项还没写完。`);
  if (count("changed")) words.push(`${count("changed")} 项别处改过，请定用哪一个。`);
  const refused = closed ? [] : lines.filter((line) => line.state === "refused");
  if (refused.length) words.push(`${refused.length} 项没有存上：`);
  net.textContent = words.join("");
  for (const line of refused) {
    net.append(Object.assign(document.createElement("a"), { href: `#line-${line.code}`, textContent: line.code }), " ");
  }
  head.classList.toggle("uncertain", Boolean(closed || held || tries || refused.length || !navigator.onLine) && words.length > 0);
  if (held) {
    const link = Object.assign(document.createElement("a"), { href: head.dataset.signIn, textContent: "重新登录，接着传" });
    net.append(" ", link);
  }
};

/* Both marks, and the question which one stands. */
const ask = (line, { message, stands }) => {
  show(line, "changed");
  const both = line.item.querySelector("[data-both]");
  const because = stands.reason ? `，“${stands.reason}”` : "";
  const words = document.createElement("p");
  words.textContent = `${message} 已存：${stands.points}，${stands.author} ${stands.at}${because}。本机填的还在上面。`;
  const button = (text, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: text });
    made.addEventListener("click", act);
    return made;
  };
  const mine = button("用本机填的", () => {
    Object.assign(line, { seen: String(stands.id), base: null, confirmed: true });
    enter(line);
    settle(line);
  });
  const theirs = button("用已存的", () => {
    fill(line, stands.fields);
    line.base = snapshot(line.form);
    Object.assign(line, { seen: String(stands.id), values: null, confirmed: false });
    forget(line);
    show(line, "stored");
    tell();
  });
  both.replaceChildren(words, mine, theirs);
  both.setAttribute("role", "group");
  both.hidden = false;
};

/* ---- sending, one after the other */
const post = async (line) => {
  const body = new FormData();
  for (const name of ["csrf_token", "marker"]) body.append(name, line.form.elements[name].value);
  body.append("seen", line.seen);
  for (const [name, value] of line.sent) body.append(name, value);
  const stop = new AbortController();
  const stalled = setTimeout(() => stop.abort(), ANSWER_MS);
  try {
    const options = { method: "POST", body, headers: { Accept: "application/json" }, signal: stop.signal };
    const response = await fetch(line.form.action, options);
    return { status: response.status, answer: await response.json().catch(() => ({})) };
  } catch (error) {
    return { status: 0, answer: {} };
  } finally {
    clearTimeout(stalled);
  }
};

/* The token of a new sign-in, from the page anew. False where somebody else, or nobody, is signed in; null without an
   answer. */
const renew = async () => {
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response) return null;
  if (!response.ok || response.redirected) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = page.querySelector("form.entry [name=csrf_token]");
  if (!token || page.documentElement.dataset.person !== person) return false;
  for (const line of lines) line.form.elements.csrf_token.value = token.value;
  return true;
};

const stored = (line, { id, words, left }) => {
  line.seen = String(id);
  line.base = line.sent;
  line.item.classList.add("stored");
  tries = 0;
  renewed = false;
  head.querySelector("[data-sum]").textContent = words;
  head.querySelector("[data-left]").textContent = left ? `还差 ${left} 项` : "都评完了";
  const onward = head.querySelector("[data-onward]");
  if (onward) onward.hidden = left > 0;
  line.sent = null;
  if (same(line.values, line.base)) {
    Object.assign(line, { values: null, confirmed: false });
    forget(line);
    show(line, "stored");
  } else {
    keep(line);
    settle(line, document.activeElement === line.form.elements.reason);
  }
};

const again = () => {
  tries += 1;
  clearTimeout(timer);
  timer = setTimeout(next, Math.min(LONGEST_WAIT_MS, 1000 * 2 ** tries));
  busy = false;
  tell();
};

const answered = async (line, { status, answer }) => {
  if (status === 200 && answer.id) stored(line, answer);
  else if (status === 401) {
    held = answer.message || "登录已过期。";
    show(line, "waiting");
  } else if (status === 400 && !renewed) {
    const anew = await renew(); // the token was that of an earlier sign-in
    renewed = anew === true;
    if (anew === false) held = "登录已过期。";
    show(line, "waiting");
    if (anew === null) return again();
  } else if (TRY_AGAIN.includes(status)) {
    show(line, "waiting");
    return again();
  } else {
    line.sent = null;
    keep(line);
    if (status === 409 && answer.stands) ask(line, answer);
    else if (status === 409 && answer.closed) {
      closed = answer.message;
      for (const one of lines.filter((other) => ["waiting", "sending"].includes(other.state))) show(one, "refused", closed);
    } else show(line, answer.field === "reason" ? "reason" : "refused", answer.message || "没有存上，填的还在，请刷新页面后再试。");
  }
  busy = false;
  return next();
};

const next = async () => {
  const line = lines.find((one) => one.state === "waiting");
  if (busy || held || closed || !navigator.onLine || !line) return tell();
  busy = true;
  clearTimeout(timer);
  line.sent = line.sent || line.values;
  keep(line);
  show(line, "sending");
  tell();
  return answered(line, await post(line));
};

/* Sent if it is complete; else what it lacks is said. While it is still being written (`quiet`) nothing is asked for. */
const settle = (line, quiet = false) => {
  clearTimeout(line.timer);
  if (!line.values && !line.sent) return "";
  const lack = lacks(line);
  if (closed) show(line, "refused", closed);
  else if (line.state === "sending") return lack;
  else if (line.sent) show(line, "waiting");
  else if (same(line.values, line.base) || lack === "none") {
    line.values = null;
    forget(line);
    show(line, line.base ? "stored" : "none");
  } else if (lack) show(line, lack, quiet || lack === "choice" ? "" : "请写明理由，写好自动存。");
  else show(line, quiet ? "entered" : "waiting");
  next();
  return lack;
};

const enter = (line) => {
  line.values = snapshot(line.form);
  keep(line);
};

for (const line of lines) {
  const { form } = line;
  form.addEventListener("input", (event) => {
    enter(line);
    clearTimeout(line.timer);
    if (line.state === "changed") return;
    settle(line, true);
    if (event.target.name !== "reason") line.timer = setTimeout(() => lacks(line) || settle(line), PAUSE_MS);
  });
  form.addEventListener("focusout", (event) => {
    if (line.state !== "changed" && !form.contains(event.relatedTarget)) settle(line);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (line.state === "changed") line.item.querySelector("[data-both] button").focus();
    if (closed || line.state === "changed") return;
    line.confirmed = true;
    line.item.dataset.entered = "yes";
    line.item.dispatchEvent(new Event("filled"));
    enter(line);
    const lack = settle(line);
    if (!lack) line.item.dispatchEvent(new Event("onward"));
    else if (lack === "reason") form.elements.reason.focus();
  });
  const before = kept(prefix + line.code);
  show(line, line.base ? "stored" : "none");
  const news = before && (before.sent || (before.values && !same(before.values, line.base)));
  if (before && !news) forget(line);
  if (news) {
    Object.assign(line, { seen: before.seen, values: before.values || before.sent, sent: before.sent, confirmed: before.confirmed });
    fill(line, line.values);
    settle(line);
  } else if (line.base) {
    line.item.querySelector("[data-state]").textContent = line.form.dataset.kind === "measured" && !form.elements.step.value ? "系统测算" : "已存";
  }
}

window.addEventListener("online", () => {
  tries = 0;
  next();
});
window.addEventListener("offline", tell);
document.addEventListener("visibilitychange", () => {
  for (const line of lines) if (line.state === "entered") settle(line);
  if (document.visibilityState !== "visible") return;
  held = ""; // signed in again in another window, perhaps
  next();
});
window.addEventListener("beforeunload", (event) => {
  if (unkept && count(...PENDING)) event.preventDefault();
});
if (closed) for (const { form } of lines) for (const field of form.elements) field.disabled = true;
tell();
