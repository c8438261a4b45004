/*
 * The grid of values. Without this script it is one form; with it every row is saved by itself as soon as it is left.
 * Arrows, Enter and Tab move; Escape takes back what was typed; a block copied from a spreadsheet is pasted from the cell
 * that has the focus on. A newer value of somebody else is shown beside the own one, and neither is lost.
 */
const form = document.querySelector(".grid-form");

const start = () => {
  const told = document.getElementById("told");
  const rows = Array.from(form.querySelectorAll("tr[data-row]"));
  const cells = rows.map((row) => Array.from(row.querySelectorAll("td")).map((cell) => cell.querySelector("input")));
  const spot = new Map();
  cells.forEach((row, r) => row.forEach((input, c) => input && spot.set(input, [r, c])));
  for (const input of spot.keys()) input.dataset.kept = input.defaultValue;
  document.body.classList.add("scripted");

  const say = (words) => { told.textContent = words; };
  const isChanged = (input) => input.value.trim() !== input.dataset.kept;
  const changedIn = (r) => cells[r].filter((input) => input && isChanged(input));
  const place = (input) => input.id.replace(/^c-/, "").replace(/-(\d{4}-\d{2})$/, ".$1");
  const mark = (input) => {
    input.parentNode.classList.toggle("changed", isChanged(input));
    if (isChanged(input)) input.parentNode.classList.remove("stored");
  };

  /* Moving. */
  const go = (r, c, dr, dc) => {
    for (let i = r + dr, j = c + dc; cells[i] && j >= 0 && j < cells[i].length; i += dr, j += dc) {
      if (cells[i][j]) {
        cells[i][j].focus();
        cells[i][j].select();
        return true;
      }
    }
    return false;
  };
  const atEdge = (input, step) => {
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    return whole || input.selectionStart === input.selectionEnd && input.selectionStart === (step < 0 ? 0 : input.value.length);
  };
  const keys = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  form.addEventListener("keydown", (event) => {
    const at = spot.get(event.target);
    if (!at || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const step = keys[event.key];
    if (step && (step[0] || atEdge(event.target, step[1]))) {
      if (go(at[0], at[1], step[0], step[1])) event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!go(at[0], at[1], event.shiftKey ? -1 : 1, 0)) save(at[0]);
    } else if (event.key === "Escape") {
      event.target.value = event.target.dataset.kept;
      mark(event.target);
    }
  });

  /* Pasting a block. What lies outside of the grid, or where nothing is asked for, is said and not dropped in silence. */
  form.addEventListener("paste", (event) => {
    const at = spot.get(event.target);
    const text = (event.clipboardData || window.clipboardData).getData("text/plain");
    if (!at || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    const block = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    let filled = 0;
    let outside = 0;
    const touched = new Set();
    block.forEach((line, i) => line.forEach((value, j) => {
      const input = (cells[at[0] + i] || [])[at[1] + j];
      if (input) {
        input.value = value.trim().slice(0, 40);
        mark(input);
        touched.add(at[0] + i);
        filled += 1;
      } else if (value.trim()) {
        outside += 1;
      }
    }));
    say(`贴入 ${filled} 格${outside ? `，另有 ${outside} 格没有地方放，没有贴` : ""}，正在保存。`);
    saveAll([...touched]).then((saved) => {
      if (outside && saved) say(`贴入并保存 ${filled} 格，另有 ${outside} 格没有地方放（表外，或这个月不填），没有贴。`);
    });
  });

  /* Saving: one row at a time, in turn; the same row never twice at once. */
  let line = Promise.resolve(true);
  const save = (r, reason = "") => {
    line = line.then(() => send(r, reason));
    return line;
  };
  const saveAll = async (list) => {
    let all = true;
    for (const r of list) all = (await save(r)) && all;
    return all;
  };

  const send = async (r, reason) => {
    const inputs = changedIn(r);
    unsay(r);
    if (!inputs.length) return true;
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    if (reason) body.append("reason", reason);
    const sent = new Map(inputs.map((input) => [input, input.value.trim()]));
    for (const [input, value] of sent) body.append(input.name, value);
    let answer;
    try {
      const response = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!(response.headers.get("Content-Type") || "").includes("json")) throw new Error(String(response.status));
      answer = await response.json();
    } catch (error) {
      tell(r, "这一行还没有存上（连不上，或登录已过期）。填的都还在，请不要关页面。", [["再存一次", () => save(r)]]);
      return false;
    }
    const bad = Object.keys(answer.problems).length > 0;
    for (const [input, value] of sent) {
      const problem = answer.problems[place(input)];
      const saved = answer.saved[place(input)];
      if (saved) rename(input, saved.seen);
      if (!bad) {
        input.dataset.kept = value;
        if (saved && input.value.trim() === value) input.value = input.dataset.kept = saved.text;
      }
      input.parentNode.classList.toggle("bad", Boolean(problem));
      input.parentNode.classList.toggle("stored", !bad);
      mark(input);
    }
    if (bad) refuse(r, answer.problems);
    else say(`已保存，${new Date().toTimeString().slice(0, 5)}。`);
    return !bad;
  };
  const rename = (input, seen) => { input.name = input.name.replace(/\.\d+$/, `.${seen}`); };

  /* What was not saved is said in a row of its own below. What was refused is not sent again until it is changed or
     answered: leaving the cell for the answer would wipe the answer out. */
  const refused = new Map();
  const typedIn = (r) => changedIn(r).map((input) => `${input.id}=${input.value.trim()}`).join(";");
  const unsay = (r) => {
    const next = rows[r].nextElementSibling;
    if (next && next.classList.contains("said")) next.remove();
    for (const input of cells[r]) if (input) input.parentNode.classList.remove("bad");
  };
  const tell = (r, words, buttons, field = "") => {
    unsay(r);
    const row = document.createElement("tr");
    const cell = document.createElement("td");
    const text = document.createElement("p");
    row.className = "said";
    cell.colSpan = 13;
    text.setAttribute("role", "alert");
    text.append(words);
    let reason = null;
    if (field) {
      reason = document.createElement("input");
      reason.setAttribute("aria-label", field);
      reason.placeholder = field;
      reason.maxLength = 300;
      text.append(reason);
    }
    for (const [label, act] of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button slight";
      button.textContent = label;
      button.addEventListener("click", () => act(reason ? reason.value.trim() : ""));
      text.append(button);
    }
    cell.append(text);
    row.append(cell);
    rows[r].after(row);
    return reason;
  };
  const refuse = (r, problems) => {
    refused.set(r, typedIn(r));
    const all = Object.entries(problems);
    const words = all.map(([key, one]) => `${Number(key.slice(-2))}月：${one.message}`).join(" ");
    const newer = all.filter(([, one]) => one.seen !== null);
    if (newer.length) {
      const settle = (mine) => () => {
        for (const [key, one] of newer) {
          const input = document.getElementById(`c-${key.replace(".", "-")}`);
          rename(input, one.seen);
          input.dataset.kept = one.stands;
          if (!mine) input.value = one.stands;
          mark(input);
        }
        save(r);
      };
      tell(r, words, [["用我的", settle(true)], ["用对方的", settle(false)]]);
    } else if (all.some(([, one]) => one.wants_reason)) {
      tell(r, words, [["写好了，保存", (reason) => save(r, reason)]], "为什么改");
    } else {
      tell(r, words, []);
    }
    for (const [key] of all) {
      const input = document.getElementById(`c-${key.replace(".", "-")}`);
      if (input) input.parentNode.classList.add("bad");
    }
    say("有一行没有保存，填的还在。");
  };

  form.addEventListener("input", (event) => { if (spot.has(event.target)) mark(event.target); });
  form.addEventListener("focusin", (event) => { if (spot.has(event.target)) event.target.select(); });
  form.addEventListener("focusout", (event) => {
    const at = spot.get(event.target);
    const to = event.relatedTarget && spot.get(event.relatedTarget);
    if (at && (!to || to[0] !== at[0]) && refused.get(at[0]) !== typedIn(at[0])) save(at[0]);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    saveAll(rows.map((_row, r) => r).filter((r) => changedIn(r).length)).then((all) => all && say("都存好了。"));
  });
  window.addEventListener("online", () => saveAll(rows.map((_row, r) => r).filter((r) => changedIn(r).length)));
  window.addEventListener("beforeunload", (event) => {
    if (rows.some((_row, r) => changedIn(r).length)) event.preventDefault();
  });

  const now = form.querySelector("thead th.now");
  const box = form.querySelector(".scroll");
  if (now && box.scrollWidth > box.clientWidth) box.scrollLeft = now.offsetLeft - box.clientWidth + now.offsetWidth;
};

if (form) start();
const summary = document.querySelector(".summary");
if (summary) summary.focus();
