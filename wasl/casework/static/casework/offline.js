/* Keeps a task form on the phone while there is no network, photographs included, and sends it later.
   The form's token makes a second arrival harmless. */
(() => {
  "use strict";
  const words = document.currentScript.dataset;
  const form = document.querySelector("form[data-offline]");
  const open = () => new Promise((done, fail) => {
    const asked = indexedDB.open("wasl-field", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("forms", { keyPath: "url" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const store = async (mode) => (await open()).transaction("forms", mode).objectStore("forms");
  const ask = (request) => new Promise((done, fail) => { request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); });
  const say = (text) => {
    const note = document.createElement("div");
    note.className = "w-notice w-notice--warn";
    note.setAttribute("role", "status");
    note.textContent = text;
    document.getElementById("main").firstElementChild.prepend(note);
  };

  const send = async (kept) => {
    const body = new FormData();
    for (const [name, value] of kept.fields) body.append(name, value);
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (token) body.set("csrfmiddlewaretoken", token.value);
    return fetch(kept.url, { method: "POST", body, credentials: "same-origin", headers: { "X-Wasl-Offline": "1" } });
  };

  const sendAll = async () => {
    const kept = await ask((await store("readonly")).getAll());
    for (const item of kept) {
      try {
        const answer = await send(item);
        if (!answer.ok) continue;
        await ask((await store("readwrite")).delete(item.url));
        say(words.sent);
      } catch (_error) { return; }
    }
  };

  if (form) form.addEventListener("submit", async (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    const fields = [...new FormData(form).entries()];
    await ask((await store("readwrite")).put({ url: location.pathname, fields }));
    say(words.waiting);
  });
  window.addEventListener("online", sendAll);
  if (navigator.onLine) sendAll();
})();
