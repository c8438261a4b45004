/*
 * The scoring desk by keyboard and thumb. The page works without: counts are number fields, the server does the sum.
 * 1-9 counts a deduction or picks a step, 0 clears the deductions, arrows move half a point, N not applicable,
 * Enter saves (in the reason: Ctrl+Enter).
 */
const bench = document.querySelector(".bench");

const plain = (value) => String(Math.round(value * 100) / 100);
const number = (field) => Math.max(0, Number(field.value) || 0);

const desk = (form) => {
  const maximum = Number(form.dataset.maximum);
  const counts = Array.from(form.querySelectorAll("input[data-points]"));
  const steps = Array.from(form.querySelectorAll("input[type=radio][name=step]"));
  const corrected = form.querySelector("input[type=text][name=step]");
  const further = form.querySelector("#further");
  const absent = form.querySelector("#not_applicable");
  const points = document.getElementById("points");
  points.dataset.given = points.textContent;
  const applies = () => {
    if (absent) absent.checked = false;
  };

  const lost = () => counts.reduce((sum, field) => sum + number(field) * Number(field.dataset.points), 0);

  const show = () => {
    for (const field of [...counts, ...steps, absent, further, corrected].filter(Boolean)) {
      const chosen = field.type === "checkbox" || field.type === "radio" ? field.checked : number(field) > 0;
      field.closest("li").classList.toggle("chosen", chosen);
    }
    const away = Boolean(absent && absent.checked);
    document.body.classList.toggle("not-applicable", away);
    if (away) points.textContent = "—";
    else if (further) points.textContent = plain(Math.max(0, maximum - lost() - number(further)));
    else if (corrected) points.textContent = corrected.value.trim() || points.dataset.given;
    else if (steps.length) points.textContent = (steps.find((step) => step.checked) || { value: "—" }).value;
  };

  const change = (act) => {
    act();
    show();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const half = (by) => {
    if (!further) return;
    change(() => {
      applies();
      const room = Math.max(0, maximum - lost());
      further.value = plain(Math.min(room, Math.max(0, number(further) - by)));
    });
  };

  const count = (field, by) =>
    change(() => {
      applies();
      field.value = String(Math.min(99, Math.max(0, number(field) + by)));
    });

  const pick = (index) => {
    const field = counts[index] || steps[index];
    if (!field) return;
    if (field.type !== "radio") return count(field, 1);
    change(() => {
      applies();
      field.checked = true;
    });
  };

  const clear = () =>
    change(() => {
      for (const field of counts) field.value = "0";
      if (further) further.value = "0";
      applies();
    });

  const toggle = () => {
    if (absent) change(() => (absent.checked = !absent.checked));
  };

  const keys = {
    ArrowUp: () => half(0.5),
    ArrowDown: () => half(-0.5),
    0: clear,
    n: () => toggle(),
    N: () => toggle(),
    Enter: () => form.requestSubmit ? form.requestSubmit() : form.querySelector("[type=submit]").click(),
  };

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.altKey || event.metaKey || target.closest("a, button, summary")) return;
    if (target.matches("textarea")) {
      if (key === "Enter" && event.ctrlKey) keys.Enter();
      return;
    }
    if (event.ctrlKey || (target.matches("input[type=number], #further, #step") && key !== "Enter")) return;
    const act = keys[key] || (/^[1-9]$/.test(key) ? () => pick(Number(key) - 1) : null);
    if (!act) return;
    event.preventDefault();
    act();
  });

  for (const button of form.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => half(Number(button.dataset.step)));
  }
  for (const button of form.querySelectorAll("[data-by]")) {
    button.addEventListener("click", () => count(button.parentNode.querySelector("input"), Number(button.dataset.by)));
  }
  form.addEventListener("change", (event) => {
    if (event.target !== absent && event.target.closest(".options")) applies();
    show();
  });
  show();
  document.body.classList.add("scripted");
  /* Sent back for want of a reason: go on where it is written, keys and thumb alike. */
  const wanted = form.querySelector(".field.bad textarea");
  if (wanted) wanted.focus();
};

if (bench) desk(bench);
