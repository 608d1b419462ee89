/* Keeps forms of field work on the phone while there is no network, photographs included, and sends it later.

   A form is forgotten only when the server has taken it, which it says by leading to the desk, or to
   the page that the form names in `data-home`; a
   sign-in page or a page with errors leaves it where it is, and says so. The form's token makes a
   second arrival harmless. Signing out erases what a browser keeps: a form marked `data-leaves` first
   sends what waits, and asks when something is left.

   A form marked `data-counted` names what it is about: each press gets an id, this phone's own name and the
   next count of that matter, and is kept before it is sent, network or not, so that no count is ever missing.
   `data-many` may be pressed again and again. */
(() => {
  "use strict";
  const words = document.currentScript.dataset;
  const forms = [...document.querySelectorAll("form[data-offline]")];
  let isBusy = false;
  let sending = null;

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

  const button = (text, kind, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  const offered = new Set();
  const offer = (item) => {
    if (offered.has(item.url)) return;
    offered.add(item.url);
    const note = say(words.refused, "warn");
    const row = document.createElement("p");
    row.className = "w-row";
    const link = document.createElement("a");
    link.href = item.url;
    link.textContent = words.open;
    const drop = button(words.discard, "w-linkbutton", async () => {
      await forget(item.url);
      offered.delete(item.url);
      note.remove();
    });
    row.append(link, drop);
    note.append(row);
  };

  const send = async (item) => {
    const body = new FormData();
    for (const [name, value] of item.fields) body.append(name, value);
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(item.url, { method: "POST", body, credentials: "same-origin" });
    return answer.ok && new URL(answer.url).pathname === (item.home || words.desk);
  };

  const sendKept = async () => {
    const waiting = await kept();
    if (!waiting.length || !(await isReachable())) return;
    let leadsTo = "";
    for (const item of waiting) {
      let isTaken = false;
      try { isTaken = await send(item); } catch (_error) { break; }
      if (!isTaken) { offer(item); continue; }
      await forget(item.url);
      say(words.sent, "good");
      if ([item.url.split("?")[0], item.home].includes(location.pathname)) leadsTo = item.home || words.desk;
    }
    if (leadsTo) {
      // Told on the page that is loaded next, as this one goes.
      try { sessionStorage.setItem("wasl-said", words.sent); } catch (_error) { /* it shows by itself what was sent */ }
      location.assign(leadsTo);
    }
  };
  // One at a time, and whoever asks meanwhile waits for the same end.
  const sendAll = () => {
    sending ??= sendKept().finally(() => { sending = null; });
    return sending;
  };

  const warned = [];
  const leave = async (leaving) => {
    await sendAll();
    const count = (await kept()).length;
    if (!count) { leaving.submit(); return; }
    for (const note of warned.splice(0)) note.remove();
    const note = say(words.unsent.replace("{count}", count), "bad");
    const row = document.createElement("p");
    row.className = "w-row";
    row.append(
      button(words.again, "w-button", () => leave(leaving)),
      button(words.leave, "w-button w-button--danger", () => leaving.submit()));
    note.append(row);
    warned.push(note);
    note.tabIndex = -1;
    note.focus();
  };

  // Its id, this phone's name, and the count; false where the browser keeps nothing: then the server counts.
  const count = (form) => {
    try {
      const phone = localStorage.getItem("wasl-phone") || crypto.randomUUID();
      localStorage.setItem("wasl-phone", phone);
      const key = `wasl-count:${form.dataset.counted}`;
      const next = Number(localStorage.getItem(key) || 0) + 1;
      form.elements.action_id.value = crypto.randomUUID();
      form.elements.stream.value = phone;
      form.elements.sequence.value = next;
      return () => localStorage.setItem(key, next);
    } catch (_error) { return null; }
  };
  // About where this is: only when it was allowed on this phone before, and without waiting for it.
  const locate = (form) => {
    if (!form.elements.lat || !navigator.geolocation || !navigator.permissions) return;
    navigator.permissions.query({ name: "geolocation" }).then((may) => may.state === "granted"
      && navigator.geolocation.getCurrentPosition((place) => {
        form.elements.lat.value = place.coords.latitude.toFixed(3);
        form.elements.lon.value = place.coords.longitude.toFixed(3);
      }, () => {}, { maximumAge: 300000 })).catch(() => undefined);
  };

  // On a page with many forms, the one that waits is folded away and the next one opens.
  const path = (form) => new URL(form.getAttribute("action") || "", location.href).pathname;
  const fold = (form) => {
    if ("many" in form.dataset) { form.reset(); return; }
    const step = form.closest("details");
    if (!step) return;
    step.open = false;
    step.classList.add("is-kept");
    const next = forms[forms.indexOf(form) + 1];
    if (next && next.closest("details")) { next.closest("details").open = true; next.closest("details").scrollIntoView(); }
  };
  // What the server would refuse for want of a field is not kept, or it would be found out too late.
  const lacks = (form) => [...form.querySelectorAll("[data-needed],[data-needed-unless]")].some((field) => {
    const other = form.elements[field.dataset.neededUnless];
    return !field.value && !(other && other.value);
  });

  for (const form of forms) form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    const clock = form.querySelector("[data-now]");
    if (clock) clock.value = new Date().toISOString();
    const counted = "counted" in form.dataset ? count(form) : null;
    const isThere = await isReachable();
    if (isThere && !counted) { form.submit(); return; }
    isBusy = false;
    if (lacks(form)) { delete form.dataset.sent; say(words.lacking, "bad"); return; }
    try {
      const url = counted ? `${path(form)}?id=${form.elements.action_id.value}` : path(form);
      await keep({ url, home: form.dataset.home || "", fields: [...new FormData(form).entries()] });
      if (counted) counted();
      delete form.dataset.sent;
      if (counted && isThere) { await sendAll(); if (!(await kept()).some((item) => item.url === url)) return; }
    } catch (_error) {
      // A full phone, or a private window: what was filled in stands on the page, and nowhere else.
      say(words.unkept, "bad").scrollIntoView();
      return;
    }
    say(words.waiting, "warn");
    fold(form);
  });
  if (forms.length > 1) kept().then((items) => {
    const waiting = new Set(items.map((item) => item.url.split("?")[0]));
    for (const form of forms) if (waiting.has(path(form)) && !("many" in form.dataset)) fold(form);
  }).catch(() => undefined);
  for (const form of forms) if ("counted" in form.dataset) locate(form);
  document.querySelectorAll("form[data-leaves]").forEach((leaving) => {
    leaving.addEventListener("submit", (event) => {
      event.preventDefault();
      // A browser that keeps nothing has nothing to lose.
      leave(leaving).catch(() => leaving.submit());
    });
  });
  try {
    const said = sessionStorage.getItem("wasl-said");
    sessionStorage.removeItem("wasl-said");
    if (said) say(said, "good");
  } catch (_error) { /* a browser that keeps nothing */ }
  window.addEventListener("online", sendAll);
  sendAll().catch(() => undefined);
})();
