/*
 * The rubric's editor: sums as they are typed, the parts that fit the kind of a criterion, and what the server's rules say
 * of the whole, asked for when the typing pauses. The page works without: every act is a submit of the form.
 */
const form = document.querySelector(".rubric-form");
const PAUSE_MS = 900;

const points = (field) => {
  const [over, under] = field.value.replace("分", "").trim().split("/");
  const value = Number(over) / (under === undefined ? 1 : Number(under));
  return Number.isFinite(value) ? value : 0;
};
const plain = (value) => String(Math.round(value * 1000) / 1000);

const sums = () => {
  let all = 0;
  for (const dimension of form.querySelectorAll(".dimension")) {
    let own = 0;
    for (const field of dimension.querySelectorAll(".maximum input")) own += points(field);
    const cap = dimension.querySelector(".cap input");
    if (cap.value.trim()) own = Math.min(own, points(cap));
    dimension.querySelector(".sum-of output").textContent = plain(own);
    all += own;
  }
  const total = document.getElementById("sum");
  total.textContent = plain(all);
  total.parentElement.classList.toggle("off", plain(all) !== "100");
};

const ask = async () => {
  const data = new URLSearchParams(new FormData(form));
  data.set("act", "check");
  const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = page.getElementById("standing");
  if (said) document.getElementById("standing").replaceWith(said);
  sums();
};

let timer = 0;
form.addEventListener("input", () => {
  sums();
  clearTimeout(timer);
  timer = setTimeout(() => ask().catch(() => undefined), PAUSE_MS);
});
form.addEventListener("change", (event) => {
  if (!event.target.name.endsWith(".kind")) return;
  const row = event.target.closest(".criterion-row");
  row.className = `criterion-row kind-${event.target.value}`;
  row.querySelector("details").open = true;
});
form.addEventListener("submit", () => clearTimeout(timer));
const focused = form.querySelector("[autofocus]");
if (focused) focused.scrollIntoView({ block: "center" });
sums();
