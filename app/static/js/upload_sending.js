/*
 * The way of each photo to the server: two at once, one request each; one that fails does not stop the others.
 *
 * - Each photo has an upload id made on this device, so a try that reached the server without its answer coming back is
 *   safe to repeat: the server answers with the same photo.
 * - A lost connection, a stalled one or a busy server means waiting (2, 4, 8 … 60 seconds) and trying again; offline,
 *   everything waits for the connection. A refusal by the server (too large, damaged …) is shown and final. An expired
 *   sign-in holds all photos until the person has signed in again in another tab.
 * - Paused, nothing is sent; what was on its way begins anew.
 */
const AT_ONCE = 2;
const LONGEST_WAIT_MS = 60000;
const STALLED_MS = 90000; // a phone at 2 KB/s moves something in that time
const TRY_AGAIN = [0, 408, 425, 429, 500, 502, 503, 504];
const MEGABYTE = 1024 * 1024;
const DONE = ["stored", "same"];

/* `seen` is told: changed(job) at each step, all() after it, emptied() when nothing is left to be sent. */
export const makeQueue = (form, kept, seen) => {
  const jobs = [];
  const token = form.querySelector("[name=csrf_token]");
  const maxBytes = Number(form.dataset.maxBytes);
  const pauseKey = `upload-paused:${form.dataset.owner}`;
  let held = false; // the sign-in has expired
  let paused = false;
  try {
    paused = localStorage.getItem(pauseKey) === "yes";
  } catch (error) {
    // a private window
  }

  const count = (...states) => jobs.filter((job) => states.includes(job.state)).length;

  const show = (job, state, words, progress = null) => {
    Object.assign(job, { state, words, progress });
    seen.changed(job);
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

  const retry = (job) => {
    clearTimeout(job.timer);
    show(job, "queued", "排队中");
    next();
  };

  const retryAnew = async (job) => {
    await pageAnew();
    if (held) wait(job, "待续传：请先重新登录");
    else jobs.filter((one) => one === job || one.state === "waiting").forEach(retry);
    seen.all();
  };

  const wait = (job, words) => {
    show(job, "waiting", words);
    clearTimeout(job.timer);
    if (held || !navigator.onLine) return; // woken by the person, or by the connection coming back
    job.tries += 1;
    job.timer = setTimeout(() => retry(job), Math.min(LONGEST_WAIT_MS, 1000 * 2 ** job.tries));
  };

  const finish = (job, state, words) => {
    if (state === "refused") kept.keepRefused(job, words);
    else kept.forget(job.id);
    show(job, state, words);
    if (!count("queued", "sending", "waiting")) seen.emptied();
  };

  const answered = (job, status, text) => {
    let answer = {};
    try {
      answer = JSON.parse(text);
    } catch (error) {
      // not ours: a proxy's page
    }
    job.answer = answer;
    if (status === 201 || status === 200) finish(job, "stored", "已存");
    else if (status === 409 && answer.id) finish(job, "same", answer.message);
    else if (status === 401) {
      held = true;
      wait(job, "待续传：请先重新登录");
    } else if (status === 400 && !job.renewed) {
      job.renewed = true; // the token of an earlier sign-in
      show(job, "waiting", "待续传");
      retryAnew(job);
    } else if (TRY_AGAIN.includes(status)) {
      const busy = status === 429 || status === 503;
      wait(job, busy ? "系统正忙，自动再传" : navigator.onLine ? "待续传" : "等网络");
    } else finish(job, "refused", answer.message || "没有传成，请刷新页面后再试。");
    next();
  };

  const send = (job) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("upload_id", job.id);
    if (job.activity) body.append("activity_id", job.activity);
    body.append("photos", job.file, job.file.name);
    let stalled = 0;
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_MS);
    };
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token.value);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable || job.request !== request) return;
      alive();
      const part = Math.round((100 * event.loaded) / event.total);
      show(job, "sending", part < 100 ? `上传中 ${part}%` : "整理中", part);
      seen.all();
    });
    request.addEventListener("loadend", () => {
      clearTimeout(stalled);
      if (job.request !== request) return; // paused meanwhile
      job.request = null;
      answered(job, request.status, request.responseText);
    });
    job.request = request;
    show(job, "sending", "上传中 0%", 0);
    alive();
    request.send(body);
  };

  /* A photo that was deleted in the album after it was picked cannot be read any more: no connection helps. */
  const sendReadable = async (job) => {
    const turn = {};
    job.turn = turn;
    show(job, "sending", "上传中 0%", 0);
    const readable = await job.file.slice(0, 1).arrayBuffer().then(() => true, () => false);
    if (job.turn !== turn || job.state !== "sending") return; // paused meanwhile
    if (readable) send(job);
    else {
      finish(job, "refused", "手机里读不到这张照片了，请重新选一次。");
      next();
    }
  };

  const next = () => {
    while (!held && !paused && navigator.onLine && count("sending") < AT_ONCE) {
      const job = jobs.find((candidate) => candidate.state === "queued");
      if (!job) break;
      sendReadable(job);
    }
    seen.all();
  };

  const refusal = (file) => {
    if (file.size > maxBytes) return `超过 ${Math.floor(maxBytes / MEGABYTE)} MB，请选小一些的尺寸再传。`;
    if (file.size === 0) return "这个文件是空的，请在相册里打开看看再传。";
    if (file.type && !file.type.startsWith("image/")) return "这不是照片。请选 JPEG、PNG、WebP 或 HEIC。";
    return "";
  };

  const add = (photos) => {
    for (const photo of photos) {
      const job = { ...photo, tries: 0, timer: 0 };
      jobs.push(job);
      if (job.refused) {
        show(job, "refused", job.refused); // before the page was opened anew
        continue;
      }
      if (job.kept) job.kept.then((isKept) => (job.lost = !isKept));
      const why = refusal(job.file);
      if (why) finish(job, "refused", why);
      else if (navigator.onLine) show(job, "queued", "排队中");
      else wait(job, "等网络");
    }
    next();
  };

  const drop = (job) => {
    jobs.splice(jobs.indexOf(job), 1);
    kept.forget(job.id);
    seen.all();
  };

  const pause = (wanted) => {
    paused = wanted;
    try {
      localStorage.setItem(pauseKey, wanted ? "yes" : "no");
    } catch (error) {
      // a private window
    }
    for (const job of wanted ? jobs.filter((one) => one.state === "sending") : []) {
      const { request } = job;
      job.request = null;
      if (request) request.abort();
      show(job, "queued", "已暂停");
    }
    if (!wanted) jobs.filter((job) => job.state === "waiting" || job.state === "queued").forEach((job) => (job.tries = 0));
    next();
  };

  const wake = () => {
    if (!held) jobs.filter((job) => job.state === "waiting").forEach(retry);
    next(); // none waits where those on their way still arrived: the others stand in the queue
  };
  window.addEventListener("online", wake);
  window.addEventListener("offline", () => seen.all());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  window.addEventListener("beforeunload", (event) => {
    if (jobs.some((job) => job.lost && !DONE.includes(job.state))) event.preventDefault();
  });

  return {
    jobs,
    add,
    drop,
    count,
    pause,
    pageAnew,
    again: (job) => {
      job.renewed = false;
      return retryAnew(job);
    },
    isHeld: () => held,
    isPaused: () => paused,
  };
};
