/* A page that comes back cannot give chosen files back. So with files chosen, words that are surely missing are asked for
   before anything is sent. */
const missing = (form) => {
  const files = Array.from(form.querySelectorAll("input[type=file]")).some((field) => field.files.length > 0);
  const words = Array.from(form.querySelectorAll("textarea[required]"));
  return files ? words.find((field) => !field.value.trim()) : undefined;
};

const ask = (field) => {
  const around = field.closest(".field");
  if (!around.classList.contains("bad")) {
    const said = document.createElement("span");
    said.className = "error";
    said.setAttribute("role", "alert");
    said.textContent = "请先写好这一栏再交，选好的照片还在。";
    field.before(said);
    around.classList.add("bad");
    const answered = () => {
      said.remove();
      around.classList.remove("bad");
    };
    field.addEventListener("input", answered, { once: true });
  }
  field.focus();
};

document.addEventListener("submit", (event) => {
  const field = missing(event.target);
  if (!field) return;
  event.preventDefault();
  ask(field);
});

/* A form is sent once: a second tap while the answer is on its way does nothing. The page coming back frees it again. */
const sending = new WeakSet();

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (sending.has(event.target)) {
    event.preventDefault();
    return;
  }
  if (event.target.method === "post") sending.add(event.target);
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) sending.delete(form);
});

/* A form that came back: the list of what to look at takes the focus. */
const summary = document.querySelector(".summary");
if (summary) summary.focus();
