/*
 * Choosing several photos by touch, and their order: by dragging at the corner of a photo, or by 前移 and 后移 for a
 * keyboard. One request tells the server of a new order, a moment after the last step; without a connection it waits.
 * Without this script the ticks, the links 全选 and 全不选 and each step work by themselves.
 */
const ticks = () => Array.from(document.querySelectorAll("input[type=checkbox][name=photos]"));

const tell = () => {
  const count = ticks().filter((tick) => tick.checked).length;
  for (const said of document.querySelectorAll("[data-count]")) said.textContent = `已选 ${count} 张`;
};

/* The ticks stand outside the form whose draft is kept, so it is told. */
const changed = () => {
  tell();
  const form = document.getElementById("arrange");
  if (form) form.dispatchEvent(new Event("input"));
};

document.addEventListener("change", (event) => {
  if (event.target.name === "photos" && event.target.type === "checkbox") changed();
});

/* From the photos straight to what is said of them: a keyboard would pass all their buttons. Without this, Enter would
   send the form that nobody has filled in yet. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.name !== "photos") return;
  const first = event.target.form && event.target.form.querySelector("select, input:not([type=hidden])");
  if (!first) return;
  event.preventDefault();
  first.focus();
});

/* In the part for another month or a withdrawal Enter means its own button, not the form's first. */
document.addEventListener("keydown", (event) => {
  const own = event.key === "Enter" && event.target.tagName === "INPUT" && event.target.closest("#arrange details");
  if (!own) return;
  event.preventDefault();
  own.querySelector("button").click();
});

window.addEventListener("pageshow", tell); // a draft or the browser may have ticked some already

document.addEventListener("click", (event) => {
  const wanted = event.target.closest("[data-tick]");
  if (!wanted) return;
  event.preventDefault();
  const ids = (wanted.dataset.ids || "").split(" ");
  for (const tick of ticks()) tick.checked = wanted.dataset.tick === "all" || ids.includes(tick.value);
  changed();
});

/* A photo dropped here by mistake must not take the page's place. Where photos are taken in, upload.js does that. */
if (!document.querySelector("form[data-upload]")) {
  for (const sign of ["dragover", "drop"]) document.addEventListener(sign, (event) => event.preventDefault());
}

/* ------------------------------------------------------------------ the order */
const SAVE_AFTER_MS = 500;
const AGAIN_AFTER_MS = 5000;
const order = document.getElementById("order");
const said = document.querySelector("[data-order-said]");
let timer = 0;
let unsaved = false;

const say = (words) => {
  said.hidden = !words;
  said.textContent = words;
};

const save = async () => {
  clearTimeout(timer);
  unsaved = false;
  const body = new FormData(order);
  for (const tile of document.querySelectorAll("[data-order] [data-photo]")) body.append("photos", tile.dataset.photo);
  const options = { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true };
  const answer = await fetch(order.action, options).catch(() => null);
  if (answer && answer.ok) {
    if (!unsaved) say("次序已存。");
  } else if (!answer || answer.status >= 500 || answer.status === 429) {
    unsaved = true;
    say("次序还没存上，连上后自动再存。");
    timer = setTimeout(save, AGAIN_AFTER_MS);
  } else {
    const refusal = await answer.json().catch(() => ({}));
    say(refusal.message || "次序没有存上，请刷新页面后再排。");
  }
};

const saveSoon = () => {
  unsaved = true;
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_AFTER_MS);
};

const number = (list) => {
  const marks = Array.from(list.querySelectorAll(".index"));
  if (!marks.length) return;
  const from = Math.min(...marks.map((mark) => parseInt(mark.childNodes[1].textContent, 10)));
  marks.forEach((mark, place) => (mark.childNodes[1].textContent = from + place));
};

/* The tile comes to stand where the other stands. The others move, not the tile: what is taken out of the page for a
   moment loses the finger and the focus. */
const put = (tile, other) => {
  const list = tile.parentNode;
  const tiles = Array.from(list.children);
  const [from, to] = [tiles.indexOf(tile), tiles.indexOf(other)];
  if (from < to) for (const one of tiles.slice(from + 1, to + 1)) list.insertBefore(one, tile);
  else for (const one of tiles.slice(to, from).reverse()) list.insertBefore(one, tile.nextSibling);
  number(list);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[form=order]");
  if (!button) return;
  event.preventDefault();
  const tile = button.closest("[data-photo]");
  const other = button.name === "forward" ? tile.previousElementSibling : tile.nextElementSibling;
  if (!other) return;
  put(tile, other);
  say(`排到第 ${Array.from(tile.parentNode.children).indexOf(tile) + 1} 张。`);
  saveSoon();
});

/* Near the upper or lower edge the page moves along. */
const EDGE_PX = 110;
const STEP_PX = 12;

const drag = (tile, first) => {
  const finger = { x: first.clientX, y: first.clientY };
  const before = Array.from(tile.parentNode.children).map((one) => one.dataset.photo).join();
  let frame = 0;
  const follow = () => {
    const under = document.elementFromPoint(finger.x, finger.y);
    const other = under && under.closest("[data-photo]");
    if (other && other !== tile && other.parentNode === tile.parentNode) put(tile, other);
  };
  const roll = () => {
    if (finger.y < EDGE_PX) window.scrollBy(0, -STEP_PX);
    else if (finger.y > window.innerHeight - EDGE_PX) window.scrollBy(0, STEP_PX);
    follow();
    frame = requestAnimationFrame(roll);
  };
  const move = (event) => {
    if (event.pointerId !== first.pointerId) return;
    Object.assign(finger, { x: event.clientX, y: event.clientY });
  };
  const end = (event) => {
    if (event.pointerId !== first.pointerId) return;
    cancelAnimationFrame(frame);
    tile.classList.remove("current");
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    if (Array.from(tile.parentNode.children).map((one) => one.dataset.photo).join() !== before) saveSoon();
  };
  tile.classList.add("current");
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
  roll();
};

if (order) {
  for (const grip of document.querySelectorAll("[data-grip]")) grip.hidden = false;
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button) return;
    event.preventDefault();
    drag(grip.closest("[data-photo]"), event);
  });
  window.addEventListener("online", () => unsaved && save());
  window.addEventListener("pagehide", () => unsaved && save());
}
