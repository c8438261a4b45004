/*
 * A whole sheet by keyboard and thumb: one criterion open at a time, its points beside it while they are chosen.
 * Without it every criterion stands open as a form. What is kept and sent is the other script's (whole.js): this one
 * tells it by the ordinary events of a form, and is told by "onward" that a criterion is done with.
 */
const lines = Array.from(document.querySelectorAll(".mark-line"));
const formOf = (line) => line.querySelector("form");
const plain = (value) => String(Math.round(value * 100) / 100);
const number = (field) => Math.max(0, Number(field.value) || 0);
const isPhone = () => window.matchMedia("(max-width: 719px)").matches;

const open = (line, { focus = true } = {}) => {
  for (const one of lines) {
    one.classList.toggle("open", one === line);
    one.querySelector(".fold").setAttribute("aria-expanded", String(one === line));
  }
  if (!line || !focus) return;
  line.querySelector(".fold").focus({ preventScroll: true });
  const { top } = line.getBoundingClientRect();
  if (isPhone() || top < 120 || top > window.innerHeight - 400) window.scrollBy(0, top - 96);
};
const current = () => lines.find((line) => line.classList.contains("open"));

const step = (by) => {
  const line = lines[lines.indexOf(current()) + by];
  if (line) open(line);
};

/* The next one that waits for a mark, else simply the next; after the last all are closed. */
const onward = (line) => {
  const later = lines.slice(lines.indexOf(line) + 1);
  const waits = (one) => formOf(one).dataset.kind !== "measured" && one.querySelector("[data-state]").textContent === "未评";
  const next = later.find(waits) || lines.find((one) => one !== line && waits(one));
  if (next) return open(next);
  open(null);
  line.querySelector(".fold").focus();
};

/* Points while they are chosen. */
const lost = (form) =>
  Array.from(form.querySelectorAll("[data-points][name]")).reduce((sum, field) => sum + number(field) * Number(field.dataset.points), 0);

const points = (form) => {
  const { step: chosen, further, not_applicable: absent } = form.elements;
  if (absent && absent.checked) return "不适用";
  if (form.dataset.kind === "deduction") return plain(Math.max(0, Number(form.dataset.maximum) - lost(form) - number(further)));
  return (chosen && chosen.value.trim()) || "";
};

const show = (line) => {
  const form = formOf(line);
  for (const item of form.querySelectorAll(".options > li")) {
    const field = item.querySelector("input");
    item.classList.toggle("chosen", field.type === "checkbox" || field.type === "radio" ? field.checked : number(field) > 0);
  }
  const place = line.querySelector("[data-points]:not([name])");
  if (line.dataset.entered) place.textContent = points(form) || place.dataset.stored;
  line.querySelector("[data-why]").textContent = form.elements.reason.value.trim();
};

const change = (line, act) => {
  act(formOf(line));
  line.dataset.entered = "yes";
  formOf(line).dispatchEvent(new Event("input", { bubbles: true }));
};
const applies = (form) => {
  if (form.elements.not_applicable) form.elements.not_applicable.checked = false;
};
const raise = (field, by) => (field.value = String(Math.min(99, Math.max(0, number(field) + by))));

const half = (by) => {
  const line = current();
  if (formOf(line).dataset.kind !== "deduction") return;
  change(line, (form) => {
    applies(form);
    const { further } = form.elements;
    further.value = plain(Math.min(Math.max(0, Number(form.dataset.maximum) - lost(form)), Math.max(0, number(further) - by)));
  });
};
const pick = (index) => {
  const field = formOf(current()).querySelectorAll("[data-points][name], [type=radio]")[index];
  if (!field) return;
  change(current(), (form) => {
    applies(form);
    if (field.type === "radio") field.checked = true;
    else raise(field, 1);
  });
};
const clear = () =>
  change(current(), (form) => {
    applies(form);
    for (const field of form.querySelectorAll("[data-points][name], [name=further]")) field.value = "0";
  });
const toggle = () => {
  const { not_applicable: absent } = formOf(current()).elements;
  if (absent) change(current(), () => (absent.checked = !absent.checked));
};
const save = () => formOf(current()).requestSubmit();
const write = () => formOf(current()).elements.reason.focus();

const keys = {
  ArrowUp: () => half(0.5), ArrowDown: () => half(-0.5), 0: clear, n: toggle, N: toggle, Enter: save, r: write, R: write,
  j: () => step(1), J: () => step(1), k: () => step(-1), K: () => step(-1),
};

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const line = current();
  if (!line || event.altKey || event.metaKey || event.isComposing) return;
  if (target.matches("textarea")) {
    if (key === "Enter" && event.ctrlKey) save();
    if (key === "Escape") line.querySelector(".fold").focus();
    return;
  }
  const atHead = target.closest(".fold");
  if (event.ctrlKey || (atHead && atHead !== line.querySelector(".fold")) || (!atHead && target.closest("a, button, summary"))) return;
  if (target.matches("input[type=number], input[type=text]") && key !== "Enter") return;
  const act = keys[key] || (/^[1-9]$/.test(key) ? () => pick(Number(key) - 1) : null);
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  const fold = event.target.closest(".fold");
  if (fold) {
    event.preventDefault();
    const line = fold.closest(".mark-line");
    open(line === current() ? null : line);
  }
  const named = event.target.closest(".so-far a[href^='#line-']"); // what the head says was not stored
  if (named) {
    event.preventDefault();
    open(lines.find((line) => `#${line.id}` === named.hash));
  }
  const by = event.target.closest("[data-by]");
  if (by) {
    change(by.closest(".mark-line"), (form) => {
      applies(form);
      raise(by.parentNode.querySelector("input"), Number(by.dataset.by));
    });
  }
});

for (const line of lines) {
  const place = line.querySelector("[data-points]:not([name])");
  place.dataset.stored = place.textContent;
  line.addEventListener("input", (event) => {
    if (event.target.closest(".options") && event.target.name !== "not_applicable") applies(formOf(line));
    if (event.isTrusted) line.dataset.entered = "yes";
    show(line);
  });
  line.addEventListener("onward", () => onward(line));
  line.addEventListener("filled", () => show(line));
  show(line);
}
document.body.classList.add("scripted");
const named = location.hash && lines.find((line) => `#${line.id}` === location.hash);
const first = lines.find((line) => line.querySelector("[data-state]").textContent === "未评");
open(named || document.querySelector(".mark-line .field.bad") && document.querySelector(".field.bad").closest(".mark-line") || first || null, { focus: false });
