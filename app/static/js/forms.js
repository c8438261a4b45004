/* A form is sent once: a second tap while the answer is on its way does nothing. The page coming back frees it again. */
const sending = new WeakSet();

document.addEventListener("submit", (event) => {
  if (sending.has(event.target)) {
    event.preventDefault();
    return;
  }
  if (!event.defaultPrevented && event.target.method === "post") sending.add(event.target);
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) sending.delete(form);
});

/* A form that came back: the list of what to look at takes the focus. */
const summary = document.querySelector(".summary");
if (summary) summary.focus();
