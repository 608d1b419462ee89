/* A sign in this browser when a message has come. Everything else works without this file. */
(() => {
  "use strict";
  const mine = document.currentScript.dataset;
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const register = async () => {
    if ((await Notification.requestPermission()) !== "granted") return false;
    const worker = await navigator.serviceWorker.ready;
    const wanted = { userVisibleOnly: true, applicationServerKey: bytes(mine.key) };
    let found = await worker.pushManager.getSubscription();
    // Of an earlier key: the push service would refuse us.
    if (found && text(found.options.applicationServerKey) !== mine.key) { await found.unsubscribe(); found = null; }
    found = found || await worker.pushManager.subscribe(wanted);
    const body = new URLSearchParams({ endpoint: found.endpoint, p256dh: text(found.getKey("p256dh")), auth: text(found.getKey("auth")) });
    const answer = await fetch(mine.address, { method: "POST", body, headers: { "X-CSRFToken": mine.token } });
    return answer.ok;
  };

  document.querySelectorAll("[data-push]").forEach((part) => {
    part.hidden = false;
    const form = part.closest("form");
    form.addEventListener("submit", (event) => {
      const box = part.querySelector("input[type=checkbox]");
      if (!box || !box.checked || form.dataset.pushed) return;
      event.preventDefault();
      register().catch(() => false).then((done) => {
        if (!done) { box.checked = false; part.append(" ", mine.refused); return; }
        form.dataset.pushed = "1";
        delete form.dataset.sent;
        form.requestSubmit();
      });
    });
  });
})();
