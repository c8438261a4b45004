/*
 * What is seen of photos on their way: a tile each with its picture and state, and one line with one bar for all.
 *
 * Previews are made small and one after the other: fifty photos of twelve megapixels shown as they are would cost a phone
 * more memory than it has.
 */
const PREVIEW_PX = 240;
const LOOK = { sending: "sending", queued: "queued", waiting: "waiting", refused: "refused", same: "off" };

const element = (name, className, text = "") => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
};

const link = (words, url) => {
  const made = element("a", "tap", words);
  made.href = url;
  return made;
};

let previews = Promise.resolve();
const preview = (job) => {
  previews = previews.then(async () => {
    if (!job.tile.isConnected) return;
    try {
      const small = await createImageBitmap(job.file, { resizeWidth: PREVIEW_PX, resizeQuality: "medium" });
      Object.assign(job.picture, { width: small.width, height: small.height });
      job.picture.getContext("2d").drawImage(small, 0, 0);
      small.close();
    } catch (error) {
      // HEIC, or no picture at all: the name stands there
    }
  });
};

export const start = (form, sending, kept) => {
  const list = form.querySelector("[data-queue]");
  const overall = form.querySelector("[data-overall]");
  const said = form.querySelector("[data-said]");
  const pause = form.querySelector("[data-pause]");
  const bar = overall.querySelector("progress");
  const atMonth = location.pathname === form.dataset.month;
  let stored = 0; // of this batch, already shown among the month's photos

  if (!document.querySelector(`link[href="${form.dataset.sheet}"]`)) {
    const sheet = element("link");
    sheet.rel = "stylesheet";
    sheet.href = form.dataset.sheet;
    document.head.append(sheet);
  }

  const makeTile = (job) => {
    job.tile = element("li", "photo");
    const figure = element("figure");
    const frame = element("span", "frame");
    job.picture = element("canvas");
    job.picture.setAttribute("role", "img");
    job.picture.setAttribute("aria-label", job.file.name);
    job.bar = element("progress");
    job.bar.max = 100;
    job.bar.setAttribute("aria-label", `${job.file.name} 的上传进度`);
    frame.append(job.picture, job.bar);
    const caption = element("figcaption");
    job.said = element("span", "state");
    caption.append(element("span", "caption name", job.file.name), job.said);
    job.button = element("button", "link");
    job.button.type = "button";
    job.button.addEventListener("click", () => {
      if (job.state === "waiting") queue.again(job);
      else {
        job.tile.remove();
        queue.drop(job);
      }
    });
    figure.append(frame, caption);
    job.tile.append(figure, job.button);
    list.append(job.tile);
    preview(job);
  };

  const changed = (job) => {
    if (!job.tile) makeTile(job);
    job.tile.className = `photo ${LOOK[job.state] || ""}`;
    job.said.textContent = job.words;
    job.bar.hidden = job.progress === null;
    if (job.progress !== null) job.bar.value = job.progress;
    const patient = job.state === "waiting" && !navigator.onLine; // no tap helps before the connection is back
    job.button.hidden = patient || !["waiting", "refused", "same"].includes(job.state);
    job.button.textContent = job.state === "waiting" ? "现在重试" : "知道了";
    if (job.state === "refused") job.tile.setAttribute("role", "alert");
    if (job.state === "same" && job.answer.page) job.said.append(" ", link("看一看", job.answer.page));
    if (job.state === "stored") tellHint(job, job.tile);
  };

  /* The server found something worth a look; never an error. */
  const tellHint = (job, tile) => {
    const hint = job.answer && job.answer.hint;
    if (!hint || tile.querySelector(`a[href="${hint.page}"]`)) return; // the month's own photos may tell it too
    const words = element("p", "hint", `${hint.words} `);
    words.append(link("看一看", hint.page));
    tile.append(words);
  };

  const words = () => {
    const { count } = queue;
    const here = [
      [stored + count("stored"), "张已存"],
      [count("sending"), "张上传中"],
      [count("queued", "waiting"), "张等着传"],
      [count("same"), "张早已传过"],
      [count("refused"), "张没有传成"],
    ].filter(([number]) => number);
    return here.map(([number, what]) => `${number} ${what}`).join("，");
  };

  const all = () => {
    const left = queue.count("queued", "waiting", "sending");
    const total = stored + queue.jobs.length;
    overall.hidden = total === 0;
    pause.hidden = bar.hidden = left === 0;
    const way = queue.jobs.reduce((sum, job) => sum + (job.state === "sending" ? job.progress / 100 : 0), 0);
    bar.value = total ? (100 * (total - left + way)) / total : 0;
    pause.textContent = queue.isPaused() ? "继续" : "暂停";
    said.textContent = `${words()}。`;
    if (!left) sayDone();
    else if (queue.isHeld()) said.textContent = "登录已过期，照片还在。请在新窗口重新登录，再点“现在重试”。";
    else if (queue.isPaused()) said.textContent += "已暂停，点“继续”接着传。";
    else if (!navigator.onLine) said.textContent += "没有网络，连上后自动接着传，照片留在这台设备上。";
    else if (queue.count("waiting")) said.textContent += "断网不丢，自动续传。";
  };

  const sayDone = () => {
    if (atMonth || !queue.count("stored")) return;
    said.append(" ", link("去归活动、选头条", `${form.dataset.month}#photos`));
  };

  /* When all that could be sent is stored, the month's own photos are fetched anew, so that they can be put in order. */
  const emptied = async () => {
    if (!atMonth) return;
    const page = await queue.pageAnew();
    const found = page && page.querySelector("[data-photos]");
    if (!found || queue.count("queued", "sending", "waiting")) return;
    const done = queue.jobs.filter((job) => job.state === "stored");
    const chosen = document.querySelector("[name=activity_id][form=upload]");
    const fresh = document.adoptNode(found);
    // The queue, with what was refused, stays as it is.
    fresh.querySelector("form[data-upload]").replaceWith(form);
    document.querySelector("[data-photos]").replaceWith(fresh);
    stored += done.length;
    for (const job of done) {
      const own = job.answer.id && document.getElementById(`photo-${job.answer.id}`);
      if (own) tellHint(job, own);
      job.tile.remove();
      queue.drop(job);
    }
    choose(chosen && chosen.value);
    all();
  };

  /* The activity chosen for new photos is kept for the next ones, and for those that waited on this device. */
  const choose = (activity) => {
    const field = document.querySelector("[name=activity_id][form=upload]");
    if (field && activity) field.value = activity;
  };

  const queue = sending.makeQueue(form, kept, { changed, all, emptied });
  pause.addEventListener("click", () => queue.pause(!queue.isPaused()));
  return {
    add: (photos) => {
      if (!queue.count("queued", "sending", "waiting")) stored = 0; // a new batch
      const toSend = photos.filter((photo) => !photo.refused);
      if (toSend.length) choose(toSend[0].activity);
      queue.add(photos);
    },
  };
};
