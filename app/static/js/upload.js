/*
 * Many photos at once from a phone: picked, dropped or pasted, kept on this device until the server has them.
 *
 * Written for this product and not taken from a library: it weighs a fraction of Uppy's core with its XHR plugin, and
 * what it must do is small. Without it the form posts all photos in one request; the server takes both.
 *
 * This part takes photos in and keeps them (IndexedDB), so that a closed tab costs nothing. The two others - the way of
 * each photo to the server (upload_sending.js) and what is seen of it (upload_page.js) - are fetched where there is
 * something to send: on 今天 nobody waits for them who only reads. Their addresses change with their bytes, so the form
 * names them; an `import` written here could not.
 */
const form = document.querySelector("form[data-upload]");

/*
 * Photos on their way. `place` is the person and the group's month: 今天 and the month's page share them, another person
 * at the same browser never sends them. Where the browser keeps nothing (private window, full disk) a closed tab loses
 * what was not sent, so the page then asks before it is left.
 */
const KEPT_MS = 7 * 24 * 3600 * 1000;
const place = `${form.dataset.owner}:${new URL(form.action).pathname}`;

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

const kept = {
  keep: ({ id, number, file, activity, refused = "" }) =>
    photos("readwrite", (store) => store.put({ id, number, file, activity, refused, place, time: Date.now() })),
  /* What was refused, and why, stays until somebody has seen it; its bytes go. */
  keepRefused: (job, refused) => kept.keep({ ...job, file: new File([], job.file.name), refused }),
  forget: (id) => photos("readwrite", (store) => store.delete(id)),
  remembered: async () => {
    const all = (await photos("readonly", (store) => store.getAll())) || [];
    for (const photo of all) if (Date.now() - photo.time > KEPT_MS) kept.forget(photo.id);
    const ours = all.filter((photo) => photo.place === place && Date.now() - photo.time <= KEPT_MS);
    return ours.sort((one, other) => one.time - other.time || one.number - other.number);
  },
};

/* The other parts, once. A fetch that failed is tried under another address: browsers remember failed modules. */
let parts = null;
let failures = 0;
const uploads = () => {
  const again = failures ? `&again=${failures}` : "";
  parts =
    parts ||
    Promise.all([import(form.dataset.sending + again), import(form.dataset.page + again)])
      .then(([sending, page]) => page.start(form, sending, kept))
      .catch((error) => {
        parts = null;
        failures += 1;
        throw error;
      });
  return parts;
};

const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const chosenActivity = () => {
  const field = document.querySelector("[name=activity_id][form=upload]");
  return field ? field.value : "";
};

/* First onto the device, then on their way; without a connection for the other parts they wait for it. */
const bring = async (files) => {
  if (!files.length) return;
  const jobs = files.map((file, number) => ({ id: newId(), number, file, activity: chosenActivity() }));
  for (const job of jobs) job.kept = kept.keep(job).then((answer) => answer !== null);
  const go = () =>
    uploads().then(
      (started) => started.add(jobs),
      () => {
        form.querySelector("[data-overall]").hidden = false;
        form.querySelector("[data-said]").textContent = `${jobs.length} 张等着传。没有网络，连上后自动接着传`;
        setTimeout(go, 3000);
      },
    );
  await go();
};

/* The picker comes anew with the month's photos, so it is listened to from the document. */
const isPicker = (element) => element && element.matches && element.matches("input[type=file][form=upload]");

const take = (picker) => {
  const files = Array.from(picker.files);
  picker.value = "";
  return bring(files);
};

document.addEventListener("change", (event) => {
  if (isPicker(event.target)) take(event.target);
});
for (const sign of ["pointerdown", "focusin"]) {
  document.addEventListener(sign, (event) => isPicker(event.target) && uploads().catch(() => {}));
}

/* On a PC: dropped anywhere on the page, so that the browser never opens a photo that missed; or pasted. */
const carriesFiles = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");

const droppedFiles = (data) =>
  Array.from(data.items || [])
    .filter((item) => item.kind === "file")
    .filter((item) => !(item.webkitGetAsEntry && item.webkitGetAsEntry() && item.webkitGetAsEntry().isDirectory))
    .map((item) => item.getAsFile())
    .filter(Boolean);

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  document.body.classList.remove("dropping");
  if (!carriesFiles(event)) return;
  event.preventDefault();
  bring(droppedFiles(event.dataTransfer));
});
document.addEventListener("paste", (event) => {
  const files = Array.from((event.clipboardData && event.clipboardData.files) || []);
  if (!files.length) return;
  event.preventDefault();
  bring(files);
});

const start = async () => {
  document.body.classList.add("sends"); // no button is needed to send what was picked
  form.addEventListener("submit", (event) => event.preventDefault());
  const waiting = await kept.remembered();
  if (location.pathname === form.dataset.month) await uploads().catch(() => {});
  if (waiting.length) await uploads().then((started) => started.add(waiting), () => {});
  const picker = document.querySelector("input[type=file][form=upload]");
  if (picker && picker.files.length) take(picker); // picked before this script was here
};

start();
