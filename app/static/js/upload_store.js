/*
 * Photos on their way, kept on this device until the server has them. `place` is the person and the page: another person
 * at the same browser never sends them. Where the browser refuses to keep them (private window, full disk) uploading
 * works as well, only a closed tab then loses what was not sent.
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

export const keep = (photo) => photos("readwrite", (store) => store.put({ ...photo, time: Date.now() }));

export const forget = (id) => photos("readwrite", (store) => store.delete(id));

export const remembered = async (place) => {
  const all = (await photos("readonly", (store) => store.getAll())) || [];
  for (const photo of all) if (Date.now() - photo.time > KEPT_MS) forget(photo.id);
  return all.filter((photo) => photo.place === place && Date.now() - photo.time <= KEPT_MS);
};
