/* The desk follows what changes: told by the server, or, where there is no seat, asked for now and then.
   Without this file the page is right whenever it is loaded. */
(() => {
  "use strict";
  const board = document.getElementById("board");
  const light = document.getElementById("live");
  if (!board) return;
  const POLL = 10000;
  const TRY_AGAIN = 60000;
  let place = board.dataset.place;
  let source = null;
  let polling = 0;
  let fetching = false;
  let again = false;

  const say = (kind) => {
    light.textContent = light.dataset[kind];
    light.classList.toggle("is-live", kind === "live");
    light.classList.toggle("is-cut", kind === "cut");
  };

  const here = () => document.activeElement && document.activeElement.closest("tr[id]");
  // What somebody is filling in is not taken away from under them.
  const isBusy = () => board.contains(document.activeElement) && document.activeElement.matches("input,select,textarea");
  const show = (html) => {
    const row = here();
    board.innerHTML = html;
    if (row) {
      const same = document.getElementById(row.id);
      const go = same && same.querySelector(".w-board__go");
      if (go) go.focus();
    }
  };

  const refresh = async () => {
    if (fetching) { again = true; return; }
    fetching = true;
    try {
      const answer = await fetch(board.dataset.part, { credentials: "same-origin", redirect: "error", headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const html = await answer.text();
      if (!isBusy()) show(html);
      const list = board.querySelector("[data-place]");
      if (list) place = list.dataset.place;
      if (polling) say("polling");
    } catch (_error) { say("cut"); }
    fetching = false;
    if (again) { again = false; later(); }
  };
  // Many changes at once are one look.
  let waiting = 0;
  const later = () => { if (!waiting) waiting = setTimeout(() => { waiting = 0; refresh(); }, 700); };

  const poll = () => {
    if (polling) return;
    polling = setInterval(() => { if (!document.hidden) refresh(); }, POLL);
    setTimeout(() => { clearInterval(polling); polling = 0; listen(); }, TRY_AGAIN);
    refresh();
  };

  const listen = () => {
    if (!("EventSource" in window)) { poll(); return; }
    source = new EventSource(`${board.dataset.stream}?from=${encodeURIComponent(place)}`);
    source.onopen = () => say("live");
    source.addEventListener("changed", later);
    source.addEventListener("lost", later);
    source.onerror = () => {
      // Closed for good: there is no seat, or nobody is signed in. Otherwise the browser comes back by itself.
      if (source.readyState !== EventSource.CLOSED) { say("cut"); return; }
      source.close();
      poll();
    };
  };
  window.addEventListener("pagehide", () => { if (source) source.close(); });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input,select,textarea")) return;
    if (event.key !== "j" && event.key !== "k") return;
    const goes = [...board.querySelectorAll(".w-board__go")];
    if (!goes.length) return;
    const row = here();
    const at = row ? goes.findIndex((go) => row.contains(go)) : -1;
    const next = event.key === "j" ? Math.min(goes.length - 1, at + 1) : Math.max(0, at - 1);
    goes[next].focus();
    event.preventDefault();
  });

  listen();
})();
