/*
 * Many photos at once from a phone, each on its own: a bar each, one that fails does not stop the others.
 *
 * Written for this page and not taken from a library: it is a tenth of the weight of Uppy's core with its XHR plugin,
 * and what it must do is small. Without it the form posts all photos in one request; the server takes both.
 *
 * - Each photo has an upload id made here, so a try that reached the server without its answer coming back is safe to
 *   repeat: the server answers with the same photo.
 * - A lost connection or a busy server means waiting (2, 4, 8 … 60 seconds) and trying again; offline, everything waits
 *   for the connection. A refusal by the server (too large, damaged …) is shown and final. An expired sign-in holds all
 *   photos until the person has signed in again in another tab.
 * - What has not reached the server is kept on this device (IndexedDB), so a closed tab costs nothing.
 */
/*
 * Photos on their way, kept on this device. `place` is the person and the page: another person at the same browser never
 * sends them. Where the browser keeps nothing (private window, full disk) only a closed tab loses what was not sent.
 */
const KEPT_MS = 7 * 24 * 3600 * 1000;

const opened = new Promise((resolve) => {
  try {
    const request = indexedDB.open("uploads", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("photos", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  } catch (error) {
    resolve(null);
  }
});

const photos = async (mode, work) => {
  const database = await opened;
  if (!database) return null;
  return new Promise((resolve) => {
    try {
      const request = work(database.transaction("photos", mode).objectStore("photos"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch (error) {
      resolve(null);
    }
  });
};

const keep = (photo) => photos("readwrite", (store) => store.put({ ...photo, time: Date.now() }));

const forget = (id) => photos("readwrite", (store) => store.delete(id));

const remembered = async (place) => {
  const all = (await photos("readonly", (store) => store.getAll())) || [];
  for (const photo of all) if (Date.now() - photo.time > KEPT_MS) forget(photo.id);
  return all.filter((photo) => photo.place === place && Date.now() - photo.time <= KEPT_MS);
};

/* One file's way to the server. */
const AT_ONCE = 2;
const LONGEST_WAIT_MS = 60000;
const TRY_AGAIN = [0, 408, 425, 429, 500, 502, 503, 504];
const MEGABYTE = 1024 * 1024;

const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const form = document.querySelector("form[data-upload]");
// Both come anew with the page's own photos.
const input = () => document.querySelector("input[type=file][form=upload]");
const activity = () => document.querySelector("[name=activity_id][form=upload]");
const queue = form.querySelector("[data-queue]");
const said = form.querySelector("[data-said]");
const maxBytes = Number(form.dataset.maxBytes);
const place = `${form.dataset.owner}:${location.pathname}`;
const token = form.querySelector("[name=csrf_token]");

const jobs = [];
let held = false; // the sign-in has expired

const element = (name, className, text = "") => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
};

const show = (job, state, words, progress = null) => {
  job.state = state;
  job.tile.className = `photo ${{ sending: "sending", waiting: "waiting", refused: "refused" }[state] || ""}`;
  job.words.textContent = words;
  job.bar.hidden = progress === null;
  if (progress !== null) job.bar.value = progress;
  job.again.hidden = state !== "waiting" && state !== "refused";
  job.again.textContent = state === "refused" ? "知道了" : "现在重试";
};

const preview = (job) => {
  job.url = URL.createObjectURL(job.file);
  job.image.addEventListener("error", () => job.image.remove(), { once: true }); // HEIC: the browser cannot show it
  job.image.src = job.url;
};

const tile = (job) => {
  job.tile = element("li", "photo");
  const figure = element("figure");
  const frame = element("span", "frame");
  job.image = element("img");
  job.image.alt = job.file.name;
  job.bar = element("progress");
  job.bar.max = 100;
  job.bar.setAttribute("aria-label", `${job.file.name} 的上传进度`);
  frame.append(job.image, job.bar);
  const caption = element("figcaption");
  job.words = element("span", "state");
  caption.append(element("span", "caption", job.file.name), job.words);
  job.again = element("button", "link");
  job.again.type = "button";
  job.again.addEventListener("click", () => {
    job.renewed = false;
    if (job.state === "refused") drop(job);
    else retryAnew(job);
  });
  figure.append(frame, caption);
  job.tile.append(figure, job.again);
  queue.append(job.tile);
  preview(job);
};

const drop = (job) => {
  jobs.splice(jobs.indexOf(job), 1);
  job.tile.remove();
  URL.revokeObjectURL(job.url);
  forget(job.id);
  tell();
};

const count = (...states) => jobs.filter((job) => states.includes(job.state)).length;

const tell = () => {
  const parts = [
    [count("stored"), "张已存"],
    [count("sending"), "张上传中"],
    [count("queued", "waiting"), "张等着传"],
    [count("refused"), "张没有传成"],
  ].filter(([number]) => number);
  said.hidden = parts.length === 0;
  said.textContent = parts.map(([number, words]) => `${number} ${words}`).join("，");
  if (held) said.textContent = "登录已过期，照片还在。请在新窗口重新登录，再点“现在重试”。";
  else if (!navigator.onLine && count("waiting", "queued")) said.textContent += "。没有网络，连上后自动接着传";
};

const retry = (job) => {
  clearTimeout(job.timer);
  show(job, "queued", "排队中");
  next();
};

/* The page anew, null when it cannot be had. A new sign-in brings a new token: take it over. */
const pageAnew = async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  held = Boolean(answer && answer.redirected); // to the sign-in
  if (!answer || !answer.ok || held) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("form[data-upload] [name=csrf_token]");
  if (fresh) token.value = fresh.value;
  return page;
};

const retryAnew = async (job) => {
  await pageAnew();
  if (held) wait(job, "待续传：请先重新登录");
  else jobs.filter((one) => one === job || one.state === "waiting").forEach(retry);
  tell();
};

const wait = (job, words) => {
  show(job, "waiting", words);
  clearTimeout(job.timer);
  if (held || !navigator.onLine) return; // woken by the person, or by the connection coming back
  job.tries += 1;
  job.timer = setTimeout(() => retry(job), Math.min(LONGEST_WAIT_MS, 1000 * 2 ** job.tries));
};

const answered = (job, request) => {
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch (error) {
    // not ours: a proxy's page
  }
  if (request.status === 201 || request.status === 200) {
    forget(job.id);
    show(job, "stored", "已存");
    refresh();
  } else if (request.status === 401) {
    held = true;
    wait(job, "待续传：请先重新登录");
  } else if (request.status === 400 && !job.renewed) {
    job.renewed = true; // the token of an earlier sign-in
    show(job, "waiting", "待续传");
    retryAnew(job);
  } else if (TRY_AGAIN.includes(request.status)) {
    const busy = request.status === 429 || request.status === 503;
    wait(job, busy ? "系统正忙，自动再传" : navigator.onLine ? "待续传" : "没有网络，连上后自动传");
  } else {
    forget(job.id);
    show(job, "refused", answer.message || "没有传成，请刷新页面后再试。");
    job.tile.setAttribute("role", "alert");
    refresh(); // the last of a batch may be the one that was refused
  }
  tell();
  next();
};

const send = (job) => {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("upload_id", job.id);
  if (job.activity) body.append("activity_id", job.activity);
  body.append("photos", job.file, job.file.name);
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", token.value);
  request.timeout = 10 * 60 * 1000;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const part = Math.round((100 * event.loaded) / event.total);
    show(job, "sending", part < 100 ? `上传中 ${part}%` : "整理中", part);
  });
  request.addEventListener("loadend", () => answered(job, request));
  show(job, "sending", "上传中 0%", 0);
  request.send(body);
};

const next = () => {
  while (!held && navigator.onLine && count("sending") < AT_ONCE) {
    const job = jobs.find((candidate) => candidate.state === "queued");
    if (!job) break;
    send(job);
  }
  tell();
};

const add = (file, id = newId(), chosen = activity() ? activity().value : "") => {
  const job = { file, id, activity: chosen, tries: 0, timer: 0, state: "queued" };
  jobs.push(job);
  tile(job);
  if (file.size > maxBytes) show(job, "refused", `超过 ${Math.floor(maxBytes / MEGABYTE)} MB，请选小一些的尺寸再传。`);
  else if (file.size === 0) show(job, "refused", "这个文件是空的，请在相册里打开看看再传。");
  else {
    if (navigator.onLine) show(job, "queued", "排队中");
    else wait(job, "没有网络，连上后自动传");
    keep({ id, place, file, activity: chosen });
  }
};

/* When all that could be sent is stored, the page's own photos are fetched anew, so that they can be put in order. */
const refresh = async () => {
  if (count("queued", "sending", "waiting")) return;
  const page = await pageAnew();
  if (!page) return;
  const found = page.querySelector("[data-photos]");
  if (!found) return;
  for (const job of jobs.filter((done) => done.state === "stored")) drop(job);
  const fresh = document.adoptNode(found);
  const here = document.querySelector("[data-photos]");
  const chosen = activity() && activity().value;
  // The queue, with what was refused, stays as it is.
  fresh.querySelector("form[data-upload]").replaceWith(form);
  here.replaceWith(fresh);
  if (chosen && activity()) activity().value = chosen; // kept for the next photos
  listen();
};

/* The picker stands among the photos and comes anew with them. */
const listen = () => {
  const picker = input();
  picker.addEventListener("change", () => {
    for (const file of picker.files) add(file);
    picker.value = "";
    next();
  });
};

const start = async () => {
  for (const part of form.querySelectorAll("[data-send]")) part.hidden = true;
  listen();
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("online", () => jobs.filter((job) => job.state === "waiting").forEach(retry));
  window.addEventListener("offline", tell);
  window.addEventListener("beforeunload", (event) => {
    if (count("sending")) event.preventDefault();
  });
  for (const photo of await remembered(place)) add(photo.file, photo.id, photo.activity);
  next();
};

start();
