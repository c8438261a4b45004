/*
 * Unsaved text of a form with data-draft="key" is kept on this device until the server has it.
 *
 * Kept under the person, the key and the page's address, so that a lost connection, a closed tab or an expired sign-in
 * costs nothing: back on the same page the text is there again. Passwords, files and hidden fields are never kept. A
 * draft is dropped when the page after a submission says that something was done (a flashed notice: the base layout
 * loads this script there too), when the person throws it away, or after 14 days.
 */
const PREFIX = "draft:";
const SENT = "draft-sent";
const KEPT_MS = 14 * 24 * 3600 * 1000;
const ANSWERED_MS = 2 * 60 * 1000;
const person = document.documentElement.dataset.person || "";

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch (error) {
    return null;
  }
};

const write = (key, value) => {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch (error) {
    return false; // private window or a full store: the page works without
  }
};

const isKept = (field) =>
  field.name && field.name !== "csrf_token" && !["password", "file", "hidden", "submit", "button"].includes(field.type);

const fieldsOf = (form) => Array.from(form.elements).filter(isKept);

const snapshot = (form) =>
  fieldsOf(form).map((field) => {
    if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
    if (field.multiple) return [field.name, Array.from(field.selectedOptions, (option) => option.value), null];
    return [field.name, field.value, null];
  });

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const restore = (form, values) => {
  const fields = fieldsOf(form);
  const taken = new Set();
  for (const [name, value, checked] of values) {
    const field = fields.find(
      (candidate) =>
        candidate.name === name && !taken.has(candidate) && (checked === null || candidate.value === value),
    );
    if (!field) continue;
    taken.add(field);
    if (checked !== null) field.checked = checked;
    else if (field.multiple) Array.from(field.options).forEach((option) => (option.selected = value.includes(option.value)));
    else field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
};

const clock = (time) => new Date(time).toTimeString().slice(0, 5);

const offer = (form, key, kept, fresh) => {
  const line = document.createElement("p");
  line.className = "notice";
  line.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = `已接上 ${clock(kept.time)} 没存完的内容。`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = "不要了，用原来的";
  button.addEventListener("click", () => {
    restore(form, fresh);
    localStorage.removeItem(key);
    line.remove();
  });
  line.append(words, " ", button);
  form.prepend(line);
};

const watch = (form) => {
  const key = `${PREFIX}${person}:${form.dataset.draft}:${location.pathname}`;
  const fresh = snapshot(form);
  const kept = read(key);
  const cameBack = form.querySelector("[aria-invalid], .summary") !== null; // the server kept the text itself
  const stale = kept && (Date.now() - kept.time > KEPT_MS || same(kept.values, fresh));
  if (stale) localStorage.removeItem(key);
  else if (kept && !cameBack) {
    restore(form, kept.values);
    offer(form, key, kept, fresh);
  }
  const said = form.querySelector("[data-draft-said]");
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const time = Date.now();
      if (write(key, { time, values: snapshot(form) }) && said) said.textContent = `草稿已存在本机，${clock(time)}`;
    }, 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    write(key, { time: Date.now(), values: snapshot(form) });
    write(SENT, { key, time: Date.now() });
  });
};

/* The page after a submission: done, or come back, or somewhere else because it failed. */
const settle = () => {
  const sent = read(SENT);
  if (!sent) return;
  const done = document.querySelector(".flashed .done") && !document.querySelector("[data-not-saved], .summary");
  if (done && Date.now() - sent.time < ANSWERED_MS) localStorage.removeItem(sent.key);
  localStorage.removeItem(SENT);
};

settle();
for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
