/* The seal and the hints follow the typing; the server draws both. Without this script the button 看一看印章 does it. */
const note = document.getElementById("seal-preview");
const form = document.querySelector(".brand-form");
const followed = ["name", "slogan", "connotation", "seal_shape", "seal_reads_across", "hue"];
let timer = 0;
let running = null;

async function refresh() {
  const typed = new FormData(form);
  const query = new URLSearchParams({ brand: note.dataset.brand });
  for (const name of followed) {
    if (typed.get(name)) query.set(name, typed.get(name).slice(0, 600));
  }
  if (running) running.abort();
  running = new AbortController();
  try {
    const answer = await fetch(`${note.dataset.preview}?${query}`, { signal: running.signal, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    note.replaceChildren(...page.body.childNodes);
  } catch (error) {
    // No connection, or typed on: the seal simply stays as it was.
  }
}

if (note && form) {
  form.addEventListener("input", (event) => {
    if (!followed.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 350);
  });
}
