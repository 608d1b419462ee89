/* Keeps a task form on the phone while there is no network, photographs included, and sends it later.

   A form is forgotten only when the server has taken it, which it says by leading to the desk; a
   sign-in page or a page with errors leaves it where it is, and says so. The form's token makes a
   second arrival harmless. */
(() => {
  "use strict";
  const words = document.currentScript.dataset;
  const form = document.querySelector("form[data-offline]");
  let isBusy = false;

  const ask = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const open = () => {
    const asked = indexedDB.open("wasl-field", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("forms", { keyPath: "url" });
    return ask(asked);
  };
  const store = async (mode) => (await open()).transaction("forms", mode).objectStore("forms");
  const keep = async (item) => ask((await store("readwrite")).put(item));
  const forget = async (url) => ask((await store("readwrite")).delete(url));
  const kept = async () => ask((await store("readonly")).getAll());

  const say = (text, kind) => {
    const note = document.createElement("div");
    note.className = `w-notice w-notice--${kind} w-flow-s`;
    note.setAttribute("role", "status");
    const said = document.createElement("p");
    said.textContent = text;
    note.append(said);
    document.getElementById("main").firstElementChild.prepend(note);
    return note;
  };

  // Any answer at all means that there is a network; the telephone's own opinion is often wrong.
  const isReachable = async () => {
    if (!navigator.onLine) return false;
    try {
      await fetch(words.ping, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(8000) });
      return true;
    } catch (_error) { return false; }
  };

  const offer = (item) => {
    const note = say(words.refused, "warn");
    const row = document.createElement("p");
    row.className = "w-row";
    const link = document.createElement("a");
    link.href = item.url;
    link.textContent = words.open;
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "w-linkbutton";
    drop.textContent = words.discard;
    drop.addEventListener("click", async () => { await forget(item.url); note.remove(); });
    row.append(link, drop);
    note.append(row);
  };

  const send = async (item) => {
    const body = new FormData();
    for (const [name, value] of item.fields) body.append(name, value);
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(item.url, { method: "POST", body, credentials: "same-origin" });
    return answer.ok && new URL(answer.url).pathname === words.desk;
  };

  const sendAll = async () => {
    const waiting = await kept();
    if (isBusy || !waiting.length || !(await isReachable())) return;
    isBusy = true;
    for (const item of waiting) {
      let isTaken = false;
      try { isTaken = await send(item); } catch (_error) { break; }
      if (!isTaken) { offer(item); continue; }
      await forget(item.url);
      say(words.sent, "good");
      if (location.pathname === item.url) location.assign(words.desk);
    }
    isBusy = false;
  };

  if (form) form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    if (await isReachable()) { form.submit(); return; }
    await keep({ url: location.pathname, fields: [...new FormData(form).entries()] });
    isBusy = false;
    say(words.waiting, "warn");
  });
  window.addEventListener("online", sendAll);
  sendAll();
})();
